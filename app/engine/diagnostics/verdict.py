"""Judges a refused op by the table of messages and by the facts of shapes: what is to blame, and what it takes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.diagnostics.complaint import Seen, Site, find_complaint
from app.engine.diagnostics.complaints import COMPLAINTS
from app.engine.diagnostics.failed_op import nested_text
from app.engine.diagnostics.origins import Argument, pin_of_attr
from blocks.catalog import load
from blocks.dtypes import label
from blocks.op_facts.index_arguments import AXES
from blocks.op_facts.shape_rules import Given, misfit, required_shape
from blocks.requirement import Actual, Elementwise, Requirement, ShapeOf, accepts

_COMPARED = re.compile(r"\b(?:same|match|equal|compatible|inconsistent)|\bvs\b")
_MOST_VALUES = 12  # of a tensor or list that a sentence writes out


class Verdict(NamedTuple):
    """What is at fault: an input, or an attr where ``chief`` is None; what it takes, and what it got."""

    chief: Seen | None
    attr: str
    needs: Requirement | Sentence
    actual: Actual | Sentence | None
    others: tuple[Seen, ...]
    hint: Sentence | None = None
    attrs: tuple[str, ...] = ()  # that are related, as inputs are


def complained(message: str, site: Site) -> Verdict | None:
    """Return what a message of TensorFlow's means at an op; None where the table does not have it."""
    found = find_complaint(COMPLAINTS, message, site)
    if found is None:
        return None
    row, match = found
    needs = row.needs(match, site)
    op = load().op(site.op)
    attrs = {attr.name for attr in op.attrs} if op is not None else set()
    names = [n for n in row.names(match, site).split() if site.seen(n) is not None or n in attrs]
    if needs is None or not names:
        return None
    chief = site.seen(names[0]) or _typed_by(site, names[0])
    others = tuple(seen for seen in map(site.seen, names[1:]) if seen is not None)
    if chief is not None and not others:
        others = reasons(site, chief, needs, message)
    actual = row.got(match, site) if row.got is not None else None
    if actual is None:
        actual = of_attr(_attr(site, names[0])) if chief is None else of_input(chief, needs)
    hint = row.hint(match, site) if row.hint is not None else None
    related = tuple(n for n in names[1:] if site.seen(n) is None and _typed_by(site, n) is None)
    return Verdict(chief, names[0], needs, actual, others, hint, related)


def reasons(site: Site, chief: Seen, needs: Requirement | Sentence, message: str) -> tuple[Seen, ...]:
    """Return the input for which another one must be as it is required: whose dimensions it names, or shape it has.

    A shape is that of another input only where the message compares the two.
    """
    axis = AXES.get((site.op, chief.argument.name))
    if axis is not None:
        return tuple(i for i in site.inputs if i.argument.name == axis[0])[:1]
    shape = needs.shape if isinstance(needs, Requirement) else None
    if not isinstance(shape, ShapeOf) or not shape.sizes or not _COMPARED.search(message):
        return ()
    return tuple(i for i in site.inputs if i is not chief and i.shape == shape.sizes)[:1]


def _attr(site: Site, name: str) -> Any:
    """Return an attr's value, which is its default where the page does not say it."""
    op = load().op(site.op)
    attr = op.attr(name) if op is not None else None
    return site.attrs.get(name, attr.default if attr is not None else None)


def _typed_by(site: Site, attr: str) -> Seen | None:
    """Return the input whose dtype an attr is; None for an attr that says something itself."""
    op = load().op(site.op)
    arg = next((a for a in op.inputs if a.type_attr == attr), None) if op is not None else None
    return site.seen(arg.name) if arg is not None else None


def misshapen(site: Site, *, usual: bool) -> Verdict | None:
    """Return the input whose shape the op does not take beside the others; None where all fit.

    ``usual``: what is only usual counts, too.
    """
    known = [Given(i.argument.name, i.shape) for i in site.inputs]
    found = misfit(site.op, site.attrs, known, usual=usual)
    if found is None:
        return None
    place, needs = found
    chief = site.inputs[place]
    others = tuple(
        i for at, i in enumerate(site.inputs) if at != place and _binds(site, known, place, at, needs)
    )
    return Verdict(chief, "", needs, of_input(chief, needs), others)


def _binds(site: Site, known: Sequence[Given], place: int, other: int, needs: Requirement) -> bool:
    """Return whether an input's shape is why another input must have the shape that is required of it."""
    rest = [one for i, one in enumerate(known) if i not in (place, other)]
    return required_shape(site.op, site.attrs, known[place], rest) != needs


def verdict_problem(
    plan: Plan,
    node: PlanNode,
    verdict: Verdict,
    sources: Mapping[Argument, str | None],
    code: str = "run-failed",
) -> Problem:
    """Return the problem of a node that a verdict makes; ``sources`` are the outputs that its inputs are wired to."""
    chief, actual = verdict.chief, verdict.actual
    if chief is None:
        pin = pin_of_attr(plan, node, verdict.attr) or "attrs"
        name: Sentence | str = f"{verdict.attr}_" if pin == "attrs" else pin
    else:
        source, pin = sources.get(chief.argument), chief.argument.pin
        name = say("input.from", input=str(chief.argument), source=source) if source else str(chief.argument)
        if source and isinstance(actual, Actual):
            actual = replace(actual, origins=(source,))
    sentence = say("input.requires", input=name, needs=verdict.needs)
    if actual is not None:
        sentence = say("input.requires-gets", input=name, needs=verdict.needs, actual=actual)
        is_axis = chief is not None and (node.op, chief.argument.name) in AXES
        beside = _beside(verdict, sources) if is_axis or _is_of_sizes(verdict.needs) else None
        if beside is not None:
            sentence = say(
                "shape.refused", input=name, needs=verdict.needs, actual=actual, origin=None, beside=beside
            )
    is_unknown = isinstance(actual, Sentence) and actual.key == "shape.unknown"
    pins = [*(other.argument.pin for other in verdict.others), *related_attrs(plan, node, verdict)]
    related = dict.fromkeys(f"{node.block}.{one}" for one in pins)
    return error(
        code,
        sentence,
        node.block,
        pin,
        related=tuple(r for r in related if r != f"{node.block}.{pin}"),
        requirement=verdict.needs,
        actual=actual,
        hint=verdict.hint or (say("hint.ensure-shape") if is_unknown else None),
    )


def related_attrs(plan: Plan, node: PlanNode, verdict: Verdict) -> list[str]:
    """Return the pins of the attrs that have to do with the fault."""
    return [pin_of_attr(plan, node, attr) or "attrs" for attr in verdict.attrs]


def _is_of_sizes(needs: Requirement | Sentence) -> bool:
    """Return whether something is required that the shape of another input may be the reason of."""
    if isinstance(needs, Sentence):
        return needs.key in ("needs.number-in-dimension", "needs.in-place-of")
    return isinstance(needs.shape, ShapeOf)


def _beside(verdict: Verdict, sources: Mapping[Argument, str | None]) -> Sentence | None:
    """Return what a sentence says of the other inputs: the shape of each, or its value where it holds sizes."""
    others = []
    for other in verdict.others:
        source, value = sources.get(other.argument), other.value
        is_list = (
            value is not None and value.ndim == 1 and value.dtype.kind in "iu" and value.size <= _MOST_VALUES
        )
        actual = (
            Actual(value=nested_text(value)) if is_list and value is not None else Actual(shape=other.shape)
        )
        if is_list or other.shape is not None:
            origin = say("input.origin", source=source) if source else None
            others.append(say("shape.other", input=str(other.argument), actual=actual, origin=origin))
    return say("shape.beside", inputs=tuple(others)) if others else None


def of_input(seen: Seen, needs: Requirement | Sentence) -> Actual | Sentence | None:
    """Return what an input has instead: the first element at fault, the value of a short one, the shape."""
    value = seen.value
    if isinstance(needs, Requirement) and isinstance(needs.values, Elementwise) and value is not None:
        bad = _first_refused(needs.values, value)
        if bad is not None:
            return bad
    is_shape = isinstance(needs, Requirement) and needs.shape is not None
    is_short = value is not None and value.size <= _MOST_VALUES
    is_flat = value is not None and (
        value.ndim < 2 or (value.ndim == 2 and not is_shape and value.dtype.kind in "iub")
    )
    text = nested_text(value) if value is not None and is_short and is_flat else None
    if is_shape and seen.shape is None:
        return say("shape.unknown")
    if is_shape:
        return Actual(value=text, shape=seen.shape)
    if text is None:
        is_plain = seen.shape == () and isinstance(needs, Requirement) and needs.values is not None
        return None if seen.shape is None or is_plain else Actual(shape=seen.shape)
    return Actual(value=text)


def _first_refused(needs: Elementwise, value: Any) -> Actual | None:
    if value.dtype.kind not in "iufb":
        return None
    places = np.argwhere(~np.asarray(accepts(needs, value)))
    if not len(places):
        return None
    index = tuple(int(place) for place in places[0])
    element = value[index]
    return Actual(
        value="NaN" if element != element else f"{element:g}" if value.dtype.kind == "f" else str(element),
        index=index,
    )


def of_attr(value: Any) -> Actual | Sentence:
    """Return an attr's value as it is typed."""
    if value is None or value == []:
        return say("actual.nothing")
    if isinstance(value, (list, tuple)):
        return Actual(value=_listed(value))
    if isinstance(value, str):
        return Actual(name=label(value) or "nothing") if value else Actual(value='""')
    if isinstance(value, float):
        return Actual(value=f"{value:g}")
    return Actual(value=str(value).lower() if isinstance(value, bool) else str(value))


def _listed(values: Sequence[Any]) -> str:
    return "{" + ",".join(f"{v:g}" if isinstance(v, float) else str(v) for v in values) + "}"
