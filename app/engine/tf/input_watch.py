"""Looks in a run at inputs that an op takes without an error though its numbers are not what one expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from app.document.model.problems import Problem, warning
from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.diagnostics.odd_attrs import ATTR_LOOKS, OddAttr
from app.engine.diagnostics.odd_data import BYTE_ORDER_MARK, CODE, HEAD, marked_record, odd_bmp
from app.engine.diagnostics.odd_looks import LOOKS
from app.engine.diagnostics.origins import Origins, arguments, pin_of_attr
from app.engine.tf.run_context import Array

_SCOPE = ".data/"  # no block's id begins with a dot
_PICTURES = frozenset({"DecodeBmp", "DecodeImage"})


class InputWatch:
    """Notes what is odd of a run's data, once for each block."""

    def __init__(self, graph: tf.Graph, plan: Plan, *, can_call: bool = True) -> None:
        """Look at what the blocks get that may be given something odd; at nothing where ops ``can_call`` no Python.

        ``looks`` are the nodes to be run, by block: TensorFlow computes what is constant before a step, without the
        nodes beside it.
        """
        self._found: dict[str, Problem] = {}
        self.looks: dict[str, str] = {}
        origins = Origins(plan)
        for node in plan.nodes if can_call else ():
            if node.name != node.block or node.name in plan.looped:
                continue
            if node.op in _PICTURES or (node.op == "DecodeCSV" and _gives_text_first(node)):
                pin, name = _named(plan, node, 0, origins)
                self._watch(graph, node, pin, name)
            elif node.op in ATTR_LOOKS and (odd := ATTR_LOOKS[node.op](node)) is not None:
                self._found[node.block] = _of_attr(plan, node, odd)
            elif node.op in LOOKS and (positions := LOOKS[node.op].positions(node)):
                names = {i: _named(plan, node, i, origins) for i in range(len(arguments(plan, node)))}
                self._watch_numbers(graph, node, positions, names)

    @property
    def found(self) -> list[Problem]:
        """Return a warning for each block that was given something odd so far."""
        return list(self._found.values())

    def _watch_numbers(
        self,
        graph: tf.Graph,
        node: PlanNode,
        positions: Sequence[int],
        names: Mapping[int, tuple[str, Sentence | str]],
    ) -> None:
        """Look at a block's numbers, until something odd was found."""
        op = graph.get_operation_by_name(node.name)
        seen = [op.inputs[i] for i in positions]
        if any(tensor.dtype in (tf.resource, tf.variant) for tensor in seen):
            return

        called = {position: name for position, (_, name) in names.items()}

        def look(*values: Array) -> None:
            if node.block in self._found:
                return
            odd = LOOKS[node.op].judge(node, values, called)
            if odd is not None:
                pin = names[odd.position][0]
                self._found[node.block] = warning(
                    CODE, odd.sentence, node.block, pin,
                    requirement=odd.needs, actual=odd.actual, hint=odd.hint,
                )  # fmt: skip

        by_shape = LOOKS[node.op].by_shape
        known = [_known(op.inputs[i], is_shape_enough=i in by_shape) for i in positions]
        given = [value for value in known if value is not None]
        if len(given) == len(known):
            look(*given)  # no step need do it
            return
        with graph.as_default(), tf.device("/cpu:0"), tf.name_scope(_SCOPE):
            self.looks[node.block] = tf.numpy_function(look, seen, []).name

    def _watch(self, graph: tf.Graph, node: PlanNode, pin: str, name: Sentence | str) -> None:
        """Look at the beginnings of what a block gets: of a picture, or of each line."""
        op = graph.get_operation_by_name(node.name)

        def look_at_picture(head: Any) -> None:
            problem = odd_bmp(node.block, pin, name, head if isinstance(head, bytes) else b"")
            if problem is not None:
                self._found.setdefault(node.block, problem)

        def look_at_lines(marked: Array) -> None:
            if np.any(marked):
                record = int(np.argmax(marked))
                self._found.setdefault(node.block, marked_record(node.block, pin, name, record))

        with graph.as_default(), tf.device("/cpu:0"), tf.name_scope(_SCOPE):
            if node.op in _PICTURES:
                seen = tf.numpy_function(look_at_picture, [tf.strings.substr(op.inputs[0], 0, HEAD)], [])
            else:
                lines = tf.reshape(op.inputs[0], [-1])
                marked = tf.equal(tf.strings.substr(lines, 0, len(BYTE_ORDER_MARK)), BYTE_ORDER_MARK)
                seen = tf.numpy_function(look_at_lines, [marked], [])
            self.looks[node.block] = seen.name


def _known(tensor: tf.Tensor, *, is_shape_enough: bool) -> Array | None:
    """Return the value of a tensor, or something of its shape where that is enough, if it is the same in each step."""
    if tensor.op.type == "Const":
        return np.asarray(tf.get_static_value(tensor))
    if is_shape_enough and tensor.shape.is_fully_defined():
        return np.broadcast_to(np.zeros((), tensor.dtype.as_numpy_dtype), tensor.shape.as_list())
    return None


def _of_attr(plan: Plan, node: PlanNode, odd: OddAttr) -> Problem:
    """Return the warning of an attr."""
    pin = pin_of_attr(plan, node, odd.attr)
    sentence = say(
        "odd.attr", pin=pin or f"{odd.attr}_", needs=odd.needs, actual=odd.actual, result=odd.result
    )
    return warning(CODE, sentence, node.block, pin or "attrs", requirement=odd.needs, actual=odd.actual)


def _named(plan: Plan, node: PlanNode, position: int, origins: Origins) -> tuple[str, Sentence | str]:
    """Return the pin of an input, and how sentences call it."""
    argument, source = arguments(plan, node)[position], origins.pin(node.inputs[position])
    name = say("input.from", input=str(argument), source=source) if source else str(argument)
    return argument.pin, name


def _gives_text_first(node: PlanNode) -> bool:
    """Return whether the first field of each record is a string; of a number the mark is an error."""
    chosen = node.attrs.get("select_cols") or [0]
    return chosen[0] == 0 and (node.attrs.get("OUT_TYPE") or [""])[0] == "DT_STRING"
