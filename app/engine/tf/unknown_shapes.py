"""Finds the input whose shape an op must know before it runs, where nothing says that shape until then."""

from __future__ import annotations

import re
from collections.abc import Sequence

import tensorflow as tf
from tensorflow.python.framework import smart_cond

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.diagnostics.origins import Origins, arguments
from app.engine.tf.handle_shapes import is_handle
from app.engine.tf.input_blame import Trials, known_shape
from blocks.op_facts.fatal_inputs import FRAGILE
from blocks.requirement import RankOf, Requirement

_UNKNOWN = re.compile(r"\brank\b[^.]*-1\b|unknown rank|fully defined")
_HIGHEST_RANK = 6  # that is tried
_LONGEST = 6  # vector that is tried


def unknown_shape(
    plan: Plan, graph: tf.Graph, node: PlanNode, inputs: Sequence[tf.Tensor], message: str, origins: Origins
) -> Problem | None:
    """Return the problem of a refused node that would be taken with a known shape of one input; None for others.

    Where several must be known, and TensorFlow says that it does not know one, the first is blamed beside the others.
    """
    known, refs = arguments(plan, node), [r for r in node.inputs if not r.startswith("^")]
    unknown = [
        i
        for i, tensor in enumerate(inputs)
        if known_shape(tensor) is None and not _is_judged(tensor, message)
    ]
    if not unknown or len(known) != len(inputs) or node.op in FRAGILE:
        return None
    with graph.as_default():
        trials = Trials(graph, node, inputs, plan.device_of(node.block))
        found = next(((i, needs) for i in unknown if (needs := _needs(trials, i, len(inputs)))), None)
    if found is None and not _UNKNOWN.search(message):
        return None
    position, needs = found or (unknown[0], say("needs.known-shape"))
    others = unknown[1:] if found is None else []
    pin, source = known[position].pin, origins.pin(refs[position])
    name = say("input.from", input=str(known[position]), source=source) if source else str(known[position])
    actual = say("shape.unknown")
    sentence = say("input.requires-gets", input=name, needs=needs, actual=actual)
    related = dict.fromkeys(f"{node.block}.{known[i].pin}" for i in others)
    return error(
        "bad-shape", sentence, node.block, pin,
        requirement=needs, actual=actual, related=tuple(related), hint=say("hint.ensure-shape"), detail=message,
    )  # fmt: skip


def _is_judged(tensor: tf.Tensor, message: str) -> bool:
    """Return whether TensorFlow has computed a tensor to judge its value: then its shape is not what it lacks."""
    if "rank" in message or tensor.dtype._is_ref_dtype or is_handle(tensor):
        return False
    return smart_cond.smart_constant_value(tensor) is not None


def _needs(trials: Trials, position: int, count: int) -> Requirement | Sentence | None:
    """Return what the shape of an input must be; None where no shape of it lets the op be taken."""

    def is_taken(shape: list[int | None]) -> bool:
        return trials.refusal(range(count), {position: trials.stand_in(position, shape)}) is None

    ranks = [rank for rank in range(_HIGHEST_RANK + 1) if is_taken([None] * rank)]
    if not ranks:
        lengths = any(is_taken([length]) for length in range(1, _LONGEST + 1))
        return say("needs.known-shape") if lengths else None
    if ranks[-1] == _HIGHEST_RANK and len(ranks) > 1:
        return Requirement(shape=RankOf((ranks[0],), "least"))
    return Requirement(shape=RankOf(tuple(ranks)))
