"""Makes functions of the pages that blocks name: what a body takes and gives, and what is wrong with it at the pin.

Each use makes a function of its own: so its nodes can bear the address of their blocks, ``BLOCK.PIN/inner``, which is
what TensorFlow names where one fails, and a body's open dtypes are those of the use.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from app.document.literals.types import Literal, LiteralError
from app.document.literals.values import parse_value
from app.document.model.diagram import Block, Page
from app.document.model.function_page import (
    ARGUMENT,
    ARGUMENT_OUTPUT,
    RESULT_INPUT,
    arguments_of,
    results_of,
)
from app.document.model.page_symbol import symbol_of_text
from app.document.model.sentence import say
from app.document.resources.function_pages import names_in
from app.engine.compiler import use_blocks
from app.engine.compiler.constants import pack
from app.engine.compiler.elements import Element, Given, GivenInputs, attrs_of, batched
from app.engine.compiler.endpoints import Endpoint, given_by
from app.engine.compiler.errors import PinFault
from app.engine.compiler.lowering import Called, Lowering, Special
from app.engine.compiler.plan import Constant, FunctionPin, PlanFunction, PlanNode, PythonCall
from app.engine.compiler.rounds import Inner, Rounds
from app.engine.compiler.value_guards import positions
from blocks.catalog import load
from blocks.dtypes import BY_LABEL, label
from blocks.op_facts.datasets import ELEMENT_SHAPES, ELEMENT_TYPES
from blocks.op_facts.functions import (
    CALLS,
    COUNTED,
    HIDDEN,
    INLINED,
    KEEPING_STATE,
    LOWERED,
    Calls,
    Takes,
)
from blocks.requirement import Actual, Requirement
from blocks.symbol import Op, Pin, Symbol
from blocks.tensor_spec import TensorSpec

_DEEPEST = 40  # bodies within bodies: each one takes some of Python's own stack

# Lowers a function page whose Arguments are given so, by their ids; None where it cannot be lowered.
LowerPage = Callable[[Page, Mapping[str, Given]], Lowering]


class Body(NamedTuple):
    """A page made into a function."""

    function: PlanFunction
    arguments: tuple[Given, ...]
    results: tuple[Given, ...]


class _Within(NamedTuple):
    """A body that is being lowered: what stands before its nodes' names, its blocks' addresses and those drawn by."""

    place: str = ""
    block: str = ""
    device: str = ""
    drawn: str = ""


class UnknownElements(Exception):
    """The elements of a dataset that a function takes are not known; with the op's argument."""


class FunctionBodies:
    """The functions of one plan: ``made`` has them by name, those that others call first."""

    def __init__(self, pages: Mapping[str, Page], lower: LowerPage) -> None:
        """Know the function pages by symbol, and how one is lowered."""
        self._pages, self._lower = pages, lower
        self._within: list[_Within] = []
        self.made: dict[str, PlanFunction] = {}
        self.python_calls: dict[str, PythonCall] = {}  # of the functions' nodes, by their names
        self._inner: list[Inner] = []
        self.rounds = Rounds(self._inner)

    @property
    def drawn_within(self) -> str:
        """Return what stands before the addresses by which the blocks of the body draw that is being lowered."""
        return self._within[-1].drawn if self._within else ""

    def pages(self) -> Iterator[Page]:
        """Give the pages of which functions were made, as they were lowered."""
        return (inner.low.page for inner in self._inner)

    def call(self, low: Lowering, block: Block, symbol: Symbol, op: Op, given: GivenInputs) -> Called | None:
        """Make the functions that a block calls; None where that cannot be, which is reported at its pins."""
        calls, attrs = CALLS[op.name], dict[str, Any]()
        bodies: dict[str, list[Body]] = {}
        for attr, takes in calls.functions.items():
            pin = next(p for p in symbol.inputs if p.attr == attr)
            found = self._bodies(low, block, pin, op, takes, given, bodies)
            if found is None:
                low.waiting.add(block.id)
                return None
            bodies[attr] = found
            names = [body.function.name for body in found]
            attrs[attr] = tuple(names) if pin.kind == "list(func)" else names[0]
        return outcome(op, calls, given, bodies, attrs)

    def called_by(self, nodes: Iterable[PlanNode]) -> tuple[PlanFunction, ...]:
        """Return the functions that nodes call, directly or through others; those that others call first."""
        if not self.made:
            return ()
        todo, found = list(_called(nodes)), set[str]()
        while todo:
            name = todo.pop()
            if name in self.made and name not in found:
                found.add(name)
                todo += _called(self.made[name].nodes)
        return tuple([function for name, function in self.made.items() if name in found])

    def finish(self, low: Lowering, node: PlanNode, sources: Mapping[int, str]) -> PlanNode:
        """Return the node of a block that calls functions, with what stands before it.

        Functions take values, so a reference is read first. A loop gets its counter and its limit.
        """
        inputs, attrs = list(node.inputs), dict(node.attrs)
        op = load().op(node.op)
        assert op is not None
        for position, ref in sources.items():
            arg = next(arg for arg, at in positions(op, node) if at == position)
            dtype = attrs[arg.type_list_attr][_place(op, node, position)] if arg.type_list_attr else None
            read = PlanNode(
                f"{node.name}/value_{position}",
                "Identity",
                node.block,
                [ref],
                {"T": dtype or attrs.get(arg.type_attr or "") or arg.dtype},
            )
            low.put(read)
            low.reads.append((read.name, 0, ref))
            inputs[position] = f"{read.name}:0"
        if node.op in COUNTED:
            numbers = {"counter": 0, "limit": -1}
            constants = {name: _int(n) for name, n in numbers.items()}
            inputs = [*(low.add_constant(node.block, n, None, c) for n, c in constants.items()), *inputs]
            attrs["T"] = ["DT_INT32"] * HIDDEN + list(attrs["T"])
            shapes = attrs.get("output_shapes") or [None] * (len(attrs["T"]) - HIDDEN)
            attrs["output_shapes"] = [[]] * HIDDEN + list(shapes)
            attrs["_num_original_outputs"] = len(attrs["T"])
        if node.op in LOWERED or node.op in INLINED:
            attrs["_lower_using_switch_merge"] = True
        return replace(node, inputs=inputs, attrs=attrs)

    def _bodies(
        self,
        low: Lowering,
        block: Block,
        pin: Pin,
        op: Op,
        takes: Takes,
        given: GivenInputs,
        before: Mapping[str, Sequence[Body]],
    ) -> list[Body] | None:
        """Make the functions that one pin names: several where it is a list."""
        try:
            args = taken(op, takes.takes, given, before)
        except UnknownElements as unknown:
            sentence = say("function.unknown-elements", pin=pin.name, argument=str(unknown))
            low.fault(block.id, PinFault("unknown-dtype", pin.name, sentence))
            return None
        found: list[Body] = []
        names = names_in(symbol_name(low, block), pin.name, low.text(block, pin.name))
        for i, name in enumerate(names):
            place = f"{block.id}.{pin.name}" if pin.kind == "func" else f"{block.id}.{pin.name}.{i}"
            body = self._body(low, block, pin, name, place, args, op)
            if body is None:
                return None
            needed = _needed(takes, given, before) if takes.gives is not None else None
            if needed is None and found:
                needed = [one.dtype for one in found[0].results]
            fault = None if needed is None else _result_fault(pin, name, body, needed, takes.begins)
            if fault is not None:
                low.fault(block.id, fault)
                return None
            found.append(body)
        return found or None

    def _body(
        self,
        low: Lowering,
        block: Block,
        pin: Pin,
        name: str,
        place: str,
        args: Sequence[Given] | None,
        op: Op,
    ) -> Body | None:
        """Make a page into a function; None where it is none, or does not fit the block, or has faults of its own."""
        symbol = symbol_of_text(name)
        page = self._pages.get(symbol)
        if page is None:
            return None  # the check says why
        own = [_declared(block) for block in arguments_of(page)]
        fault = _argument_fault(pin, name, page, own, args)
        if len(self._within) >= _DEEPEST:
            fault = PinFault("page-cycle", pin.name, say("function.too-deep", page=name, most=_DEEPEST))
        if fault is not None:
            low.fault(block.id, fault)
            return None
        given = [Given(dtype or "", None) for dtype in own] if args is None else list(args)
        outer = self._within[-1] if self._within else _Within()
        there = f"{outer.place}{place}", f"{outer.block}{block.id}"
        device = block.device or outer.device or low.page.scope.device
        drawn = f"{low.seed_address(block.id)}/"
        self._within.append(_Within(f"{there[0]}/", f"{there[1]}/", device, drawn))
        try:
            inner = self._lower(page, dict(zip((b.id for b in arguments_of(page)), given, strict=True)))
        finally:
            self._within.pop()
        problems = [
            replace(p, block=f"{block.id}/{p.block}" if p.block else block.id, related=(*p.related, symbol))
            for p in inner.problems
        ]
        low.problems += problems
        results = _results(inner, page)
        if results is None or any(p.severity == "error" for p in problems):
            return None
        function = _function(page, *there, device, given, results, inner, op)
        self.made[function.name] = function
        self._inner.append(Inner(function, op.name, pin.attr or "", inner))
        for name, call in inner.python_calls.items():
            self.python_calls[f"{there[0]}/{name}"] = replace(call, block=f"{there[0]}/{name}")
        return Body(function, tuple(given), tuple([one for _, one in results]))


def _called(nodes: Iterable[PlanNode]) -> Iterator[str]:
    """Give the names of the functions that nodes call."""
    for node in nodes:
        if node.op in CALLS:
            for attr in CALLS[node.op].functions:
                names = node.attrs.get(attr)
                yield from (names,) if isinstance(names, str) else names or ()


def _place(op: Op, node: PlanNode, position: int) -> int:
    """Return which tensor of its argument an input of a node is."""
    arg = next(arg for arg, at in positions(op, node) if at == position)
    return position - min(at for other, at in positions(op, node) if other is arg)


def symbol_name(low: Lowering, block: Block) -> str:
    """Return the name of a block's symbol."""
    return low.symbols[block.id].name


def _safe(name: str) -> str:
    """Return a page's name in the letters that TensorFlow takes in names of functions."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name) or "page"


def _declared(argument: Block) -> str | None:
    """Return the dtype that an Argument block says of itself."""
    text = argument.pins.get("dtype")
    try:
        return parse_value("type", text) if isinstance(text, str) and text.strip() else None
    except LiteralError:
        return None  # the check of the page says it


# --- what a function takes


def taken(
    op: Op, words: Sequence[str], given: GivenInputs, before: Mapping[str, Sequence[Body]]
) -> list[Given] | None:
    """Return what a function gets; None where the page says it. Raises UnknownElements."""
    if words == ("page",):
        return None
    return [one for word in words for one in _taken_by(op, word, given, before)]


def _taken_by(op: Op, word: str, given: GivenInputs, before: Mapping[str, Sequence[Body]]) -> Iterator[Given]:
    what, _, name = word.partition(":")
    if what == "input":
        for one in given.get(name, ()):
            shape = None if op.name in KEEPING_STATE else one.shape  # a state may change its shape
            if op.name == "MapDefun" and name == "arguments":
                shape = None if shape is None else shape[1:]
            yield one._replace(value=None, shape=shape)
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


def _argument_fault(
    pin: Pin, name: str, page: Page, own: Sequence[str | None], args: Sequence[Given] | None
) -> PinFault | None:
    """Return what is wrong with what a page takes, at the pin that names it."""
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
        return PinFault("bad-count", pin.name, sentence, None, Actual(count=len(names)), related=(symbol,))
    for block, dtype, one in zip(blocks, own, args, strict=True):
        if dtype is not None and dtype != one.dtype:
            takes, gets = label(dtype) or dtype, label(one.dtype) or one.dtype
            sentence = say("function.argument-dtype", page=name, argument=block.id, takes=takes, gets=gets)
            needs = Requirement(dtypes=(gets,))
            return PinFault(
                "dtype-conflict",
                pin.name,
                sentence,
                needs,
                Actual(dtype=takes),
                related=(f"{symbol}.{block.id}",),
            )
    return None


# --- what it gives


def _results(inner: Lowering, page: Page) -> list[tuple[str, Given]] | None:
    """Return the tensors that the Results of a page take, in their order; None where one is not lowered."""
    found: list[tuple[str, Given]] = []
    for block in results_of(page):
        ends = inner.wired(block.id, RESULT_INPUT)
        if not ends:
            return None
        for end in ends:
            found += zip(end.refs, given_by(end, inner.nodes), strict=False)
    return found


def _needed(takes: Takes, given: GivenInputs, before: Mapping[str, Sequence[Body]]) -> list[str]:
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


def _result_fault(pin: Pin, name: str, body: Body, needed: Sequence[str], begins: bool) -> PinFault | None:
    """Return what is wrong with what a page gives, at the pin that names it."""
    there = [one.dtype for one in body.results]
    if begins:
        there = there[: len(needed)]
    if list(needed) == there:
        return None
    needs = tuple([label(dtype) or dtype for dtype in needed])
    gives = tuple([label(one.dtype) or one.dtype for one in body.results])
    sentence = say("function.results", page=name, pin=pin.name, needs=needs, gives=gives)
    code = "bad-count" if len(there) != len(needed) else "dtype-conflict"
    requirement = Requirement(dtypes=needs, in_order=True)
    return PinFault(
        code, pin.name, sentence, requirement, Actual(dtypes=gives), related=(symbol_of_text(name),)
    )


def outcome(
    op: Op, calls: Calls, given: GivenInputs, bodies: Mapping[str, Sequence[Body]], attrs: Mapping[str, Any]
) -> Called:
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


# --- the function itself


def _function(
    page: Page,
    place: str,
    block: str,
    device: str,
    given: Sequence[Given],
    results: Sequence[tuple[str, Given]],
    inner: Lowering,
    op: Op,
) -> PlanFunction:
    """Return a lowered page as a function; a loop's has a counter and a limit before its own arguments."""
    arguments = [b.id for b in arguments_of(page)]
    args = [FunctionPin(f"{place}/{a}", one.dtype) for a, one in zip(arguments, given, strict=True)]
    gives = [
        FunctionPin(f"result_{i}", one.dtype, _moved(ref, place)) for i, (ref, one) in enumerate(results)
    ]
    nodes = [
        replace(
            node,
            name=f"{place}/{node.name}",
            block=f"{block}/{node.block}",
            inputs=[_moved(ref, place) for ref in node.inputs],
        )
        for node in inner.nodes.values()
        if node.name not in arguments
    ]
    if op.name in COUNTED:
        counter, limit = f"{place}.counter", f"{place}.limit"
        args = [FunctionPin(counter, "DT_INT32"), FunctionPin(limit, "DT_INT32"), *args]
        if place.endswith(".body"):
            one = PlanNode(f"{place}.one", "Const", block, [], {"dtype": "DT_INT32"}, _int(1))
            add = PlanNode(
                f"{place}.next", "AddV2", block, [f"{counter}:0", f"{one.name}:0"], {"T": "DT_INT32"}
            )
            nodes += [one, add]
            gives = [
                FunctionPin("counter", "DT_INT32", f"{add.name}:0"),
                FunctionPin("limit", "DT_INT32", f"{limit}:0"),
                *gives,
            ]
    made = PlanFunction(
        name="",
        page=page.name,
        block=block,
        place=place,
        args=tuple(args),
        results=tuple(gives),
        nodes=tuple(nodes),
        symbols={name: symbol.name for name, symbol in inner.symbols.items()},
        device=device if op.name in LOWERED or op.name in INLINED else "",
        devices={f"{block}/{b.id}": b.device for b in inner.page.blocks.values() if b.device and not b.off},
    )
    digest = hashlib.sha256(msgspec.msgpack.encode(made)).hexdigest()[:12]
    return replace(made, name=f"{_safe(page.name)}_{digest}")  # functions of one name are the same ones


def _int(value: int) -> Constant:
    return pack(Literal("DT_INT32", (), (value,)))


def _moved(ref: str, place: str) -> str:
    """Return a tensor or control input of a page as it is called in the function at a place."""
    return f"^{place}/{ref[1:]}" if ref.startswith("^") else f"{place}/{ref}"


# --- the blocks of a body


def within_function(arguments: Mapping[str, Given]) -> dict[str, Special]:
    """Return how the blocks are lowered that are others in a body: its Arguments are given so, by their ids."""

    def argument(low: Lowering, block: Block, symbol: Symbol) -> None:
        if block.id in low.pins:  # of a page that stands on the body's as a block
            use_blocks.argument(low, block, symbol)
            return
        one = arguments[block.id]
        attrs = {"dtype": one.dtype, "shape": one.shape}
        low.put(PlanNode(block.id, "Placeholder", block.id, [], attrs))
        low.outs[block.id, ARGUMENT_OUTPUT] = Endpoint((f"{block.id}:0",), (one.dtype,), element=one.element)

    def refused(low: Lowering, block: Block, symbol: Symbol) -> None:
        sentence, hint = say("function.no-variable"), say("hint.variable-as-argument")
        if symbol.name != "Variable":
            sentence, hint = say("function.no-gradient"), say("hint.gradient-outside")
        low.fault(block.id, PinFault("not-in-function", None, sentence, hint=hint))

    return {ARGUMENT: argument, "Variable": refused, "AddSymbolicGradients": refused}
