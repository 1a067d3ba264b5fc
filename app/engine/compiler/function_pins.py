"""What functions take and give, and what is wrong with it at the pin that names their page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from app.document.model.diagram import Page
from app.document.model.function_page import arguments_of
from app.document.model.page_symbol import symbol_of_text
from app.document.model.sentence import Sentence, say
from app.engine.compiler.elements import Element, Given, GivenInputs, attrs_of, batched
from app.engine.compiler.errors import PinFault
from app.engine.compiler.lowering import Called
from blocks.dtypes import BY_LABEL, label
from blocks.op_facts.datasets import ELEMENT_SHAPES, ELEMENT_TYPES
from blocks.op_facts.functions import CALLS, CHOOSING, KEEPING_STATE, TAKING_REFERENCES, Calls, Takes
from blocks.requirement import Actual, Requirement, exactly, of_dtypes
from blocks.symbol import Op, Pin, Symbol
from blocks.tensor_spec import TensorSpec


class InOut(Protocol):
    """What one function takes and gives."""

    @property
    def arguments(self) -> Sequence[Given]:
        """What it takes."""

    @property
    def results(self) -> Sequence[Given]:
        """What it gives."""


Bodies = Mapping[str, Sequence[InOut]]  # by attr


class UnknownElements(Exception):
    """The elements of a dataset that a function takes are not known; with the op's argument."""


# --- what a function takes


def taken(op: Op, words: Sequence[str], given: GivenInputs, before: Bodies) -> list[Given] | None:
    """Return what a function gets; None where the page says it. Raises UnknownElements."""
    if words == ("page",):
        return None
    return [one for word in words for one in _taken_by(op, word, given, before)]


def _taken_by(op: Op, word: str, given: GivenInputs, before: Bodies) -> Iterator[Given]:
    what, _, name = word.partition(":")
    if what == "input":
        for one in given.get(name, ()):
            shape = None if op.name in KEEPING_STATE else one.shape  # a state may change its shape
            if op.name == "MapDefun" and name == "arguments":
                shape = None if shape is None else shape[1:]
            is_ref = one.is_ref and op.name in TAKING_REFERENCES
            yield one._replace(value=None, shape=shape, is_ref=is_ref)
    elif what == "results":
        yield from before[name][0].results
    elif what in ("element", "dataset", "datasets"):
        element = next((one.element for one in given.get(name, ())), None)
        if element is None:
            raise UnknownElements(name)
        yield from _of_element(what, element)
    else:
        yield Given(f"DT_{what.upper()}", ())


def _of_element(what: str, element: Element) -> Iterator[Given]:
    if what == "element":
        for part in element:
            yield Given(BY_LABEL[part.dtype].name, part.shape, None, part.element)
    elif what == "dataset":
        yield Given("DT_VARIANT", (), None, element)
    else:
        yield Given("DT_VARIANT", (), None, (TensorSpec("variant", (), element),))


def choice_fault(symbol: Symbol, op: Op, given: GivenInputs) -> PinFault | None:
    """Return what is wrong with the dtype of the input that chooses a function, at its pin."""
    argument, dtype = CHOOSING.get(op.name, ("", ""))
    one = next(iter(given.get(argument, ())), None)
    if one is None or one.dtype == dtype:
        return None
    pin = next((p.name for p in symbol.inputs if p.arg == argument), argument)
    needs, actual = of_dtypes(label(dtype) or dtype), Actual(dtype=label(one.dtype) or one.dtype)
    sentence = say("input.requires-gets", input=pin, needs=needs, actual=actual)
    return PinFault("dtype-conflict", pin, sentence, needs, actual, hint=say("hint.compare-for-bool"))


def further_pin(symbol: Symbol, op: Op, pin: Pin) -> str | None:
    """Return the pin whose wires come last in what a block passes to the page of another pin; None for none."""
    calls = CALLS.get(op.name)
    takes = calls.functions[pin.attr].takes if calls is not None and pin.attr in calls.functions else ()
    argument = takes[-1].removeprefix("input:") if takes and takes[-1].startswith("input:") else None
    return next((p.name for p in symbol.inputs if p.arg == argument), None) if argument else None


def argument_fault(
    pin: Pin,
    name: str,
    page: Page,
    own: Sequence[str | None],
    args: Sequence[Given] | None,
    further: str | None = None,
) -> PinFault | None:
    """Return what is wrong with what a page takes, at the pin that names it; ``further`` takes more for the page."""
    blocks = arguments_of(page)
    symbol = symbol_of_text(name)
    if args is None:
        missing = next((b.id for b, dtype in zip(blocks, own, strict=True) if dtype is None), None)
        if missing is None:
            return None
        sentence = say("function.open-argument", page=name, argument=missing)
        return PinFault("unknown-dtype", pin.name, sentence, related=(f"{symbol}.{missing}",))
    if len(blocks) != len(args):
        names = tuple([b.id for b in blocks])
        dtypes = tuple([label(one.dtype) or one.dtype for one in args])
        sentence = say(
            "function.argument-count", page=name, takes=names, count=len(names), pin=pin.name, gets=dtypes
        )
        left = names[len(dtypes) :]
        hint = say("hint.wire-further", names=left, pin=further) if left and further else None
        needs, actual = exactly(len(dtypes)), Actual(count=len(names))
        return PinFault("bad-count", pin.name, sentence, needs, actual, hint, related=(symbol,))
    for block, dtype, one in zip(blocks, own, args, strict=True):
        if dtype is not None and dtype != one.dtype:
            takes, gets = label(dtype) or dtype, label(one.dtype) or one.dtype
            sentence = say("function.argument-dtype", page=name, argument=block.id, takes=takes, gets=gets)
            needs = Requirement(dtypes=(takes,))
            return PinFault(
                "dtype-conflict",
                pin.name,
                sentence,
                needs,
                Actual(dtype=gets),
                related=(f"{symbol}.{block.id}",),
            )
    return None


# --- what it gives


def needed(takes: Takes, given: GivenInputs, before: Bodies) -> list[str]:
    """Return the dtypes that a function must give."""
    found: list[str] = []
    for word in takes.gives or ():
        what, _, name = word.partition(":")
        if what == "input":
            found += [one.dtype for one in given.get(name, ())]
        elif what == "results":
            found += [one.dtype for one in before[name][0].results]
        else:
            found.append("DT_VARIANT" if what == "dataset" else f"DT_{what.upper()}")
    return found


def result_fault(
    pin: Pin, name: str, body: InOut, needed: Sequence[str], takes: Takes, like: tuple[str, str] | None = None
) -> PinFault | None:
    """Return what is wrong with what a page gives, at the pin that names it.

    ``like`` is the page that says what is needed, with its pin.
    """
    there = [one.dtype for one in body.results]
    if takes.begins:
        there = there[: len(needed)]
    if list(needed) == there:
        return None
    related = tuple([symbol_of_text(page) for page in (name, *(like or ())[:1])])
    needs = tuple([label(dtype) or dtype for dtype in needed])
    gives = tuple([label(one.dtype) or one.dtype for one in body.results])
    sentence = say("function.results", page=name, pin=pin.name, needs=needs, gives=gives)
    if like is not None:
        beside, at = like
        sentence = say(
            "function.unlike-results", page=name, pin=pin.name, needs=needs, gives=gives, like=beside, at=at
        )
    code = "bad-count" if len(there) != len(needed) else "dtype-conflict"
    requirement: Requirement | Sentence = Requirement(dtypes=needs, in_order=True)
    if takes.gives == ("dataset",):
        requirement = say("needs.page-of-dataset")
        sentence = say("function.no-dataset", page=name, pin=pin.name, needs=requirement, gives=gives)
    return PinFault(code, pin.name, sentence, requirement, Actual(dtypes=gives), related=related)


def element_fault(op: Op, pin: Pin, name: str, body: InOut, state: Sequence[str]) -> PinFault | None:
    """Return what is wrong where a page gives nothing of which the elements of a dataset come.

    ``state`` are the dtypes of the state that it gives before them.
    """
    calls = CALLS[op.name]
    if pin.attr != calls.of or calls.outcome not in ("element", "element but state"):
        return None
    before = tuple([label(dtype) or dtype for dtype in state]) if calls.outcome == "element but state" else ()
    if len(body.results) > len(before):
        return None
    needs = say("needs.state-then-element", state=before) if before else say("needs.page-of-element")
    gives = tuple([label(one.dtype) or one.dtype for one in body.results])
    sentence = say("function.no-element", page=name, pin=pin.name, needs=needs, gives=gives)
    related = (symbol_of_text(name),)
    actual = Actual(dtypes=gives) if gives else say("actual.nothing")
    return PinFault("bad-count", pin.name, sentence, needs, actual, related=related)


def outcome(op: Op, calls: Calls, given: GivenInputs, bodies: Bodies, attrs: Mapping[str, Any]) -> Called:
    """Return what the block's attrs are, and what the elements of the dataset that it gives."""
    if not calls.of:
        return Called(tuple(attrs.items()), None)
    body = bodies[calls.of][0]
    parts = list(body.arguments if calls.outcome == "arguments" else body.results)
    if calls.outcome == "element but state":
        parts = parts[len(given.get("initial_state", ())) :]
    element: Element | None = tuple(
        [TensorSpec(label(p.dtype) or p.dtype, p.shape, p.element) for p in parts]
    )
    if calls.outcome == "inner element":
        element = parts[0].element
    if element is not None:
        element = batched(op, element, given)
    if element is None:
        return Called(tuple(attrs.items()), None)
    names = [a.name for a in op.attrs if a.name in ELEMENT_TYPES or a.name == "Tout"]
    if calls.outcome != "outputs" or not all(a.has_default for a in op.attrs if a.name in ELEMENT_SHAPES):
        names += [a.name for a in op.attrs if a.name in ELEMENT_SHAPES]
    return Called((*attrs.items(), *attrs_of(element, names)), element)
