"""Makes functions of the pages that blocks name: what a body takes and gives, and what is wrong with it at the pin.

Each use makes a function of its own: so its nodes can bear the address of their blocks, ``BLOCK.PIN/inner``, which is
what TensorFlow names where one fails, and a body's open dtypes are those of the use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from app.document.literals.types import LiteralError
from app.document.literals.values import parse_value
from app.document.model.diagram import Block, Page
from app.document.model.function_page import (
    ARGUMENT,
    ARGUMENT_OUTPUT,
    arguments_of,
    results_of,
)
from app.document.model.page_symbol import names_page, symbol_of_text
from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.document.resources.function_pages import names_in
from app.engine.compiler import use_blocks
from app.engine.compiler.body_function import Drawn, function_of, int_constant, results_in
from app.engine.compiler.elements import Given, GivenInputs
from app.engine.compiler.endpoints import Endpoint
from app.engine.compiler.errors import PinFault
from app.engine.compiler.function_handles import HANDLE, Handled, Lowered, handled, in_order
from app.engine.compiler.function_pins import (
    UnknownElements,
    argument_fault,
    choice_fault,
    element_fault,
    further_pin,
    needed,
    outcome,
    result_fault,
    taken,
)
from app.engine.compiler.loops import ONE_AT_A_TIME
from app.engine.compiler.lowering import Called, Lowering, Special
from app.engine.compiler.plan import PlanFunction, PlanNode, PythonCall
from app.engine.compiler.plan_walk import called_names
from app.engine.compiler.rounds import Inner, Rounds
from app.engine.compiler.value_guards import positions
from blocks.catalog import load
from blocks.op_facts.functions import (
    CALLS,
    COUNTED,
    HIDDEN,
    INLINED,
    LOWERED,
    TAKING_REFERENCES,
    WITH_STATE,
    Takes,
)
from blocks.op_facts.traits import acts
from blocks.symbol import Op, Pin, Symbol

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


class FunctionBodies:
    """The functions of one plan: ``made`` has them by name, those that others call first."""

    def __init__(self, pages: Mapping[str, Page], lower: LowerPage) -> None:
        """Know the function pages by symbol, and how one is lowered."""
        self._pages, self._lower = pages, lower
        self._within: list[_Within] = []
        self.made: dict[str, PlanFunction] = {}
        self._acting: set[str] = set()  # those that draw or write, by name
        self.python_calls: dict[str, PythonCall] = {}  # of the functions' nodes, by their names
        self._inner: list[Inner] = []
        self.rounds = Rounds(self._inner)

    @property
    def drawn_within(self) -> str:
        """Return what stands before the addresses by which the blocks of the body draw that is being lowered."""
        return self._within[-1].drawn if self._within else ""

    @property
    def take_handles(self) -> bool:
        """Return whether any of the functions takes a Variable by reference."""
        return any(arg.variable for function in self.made.values() for arg in function.args)

    def pages(self) -> Iterator[Page]:
        """Give the pages of which functions were made, as they were lowered."""
        return (inner.low.page for inner in self._inner)

    def call(self, low: Lowering, block: Block, symbol: Symbol, op: Op, given: GivenInputs) -> Called | None:
        """Make the functions that a block calls; None where that cannot be, which is reported at its pins."""
        calls, attrs = CALLS[op.name], dict[str, Any]()
        choice = choice_fault(symbol, op, given)
        if choice is not None:
            low.fault(block.id, choice)
            return None
        bodies: dict[str, list[Drawn]] = {}
        pins = {attr: next(p for p in symbol.inputs if p.attr == attr) for attr in calls.functions}
        for attr, takes in calls.functions.items():
            found = self._bodies(low, block, pins[attr], op, takes, given, bodies)
            if found is None:
                low.waiting.add(block.id)
                return None
            bodies[attr] = found
        how = self._handled(low, block, pins, op, bodies)
        if how is None:
            low.waiting.add(block.id)
            return None
        for attr, those in bodies.items():
            functions = [self._made(low, block, one, op, attr, how) for one in those]
            names = [function.name for function in functions if function is not None]
            if len(names) < len(those):
                low.waiting.add(block.id)
                return None
            attrs[attr] = tuple(names) if pins[attr].kind == "list(func)" else names[0]
        return outcome(op, calls, given, bodies, attrs)._replace(handles=how.handles, passed=how.passed)

    def _handled(
        self,
        low: Lowering,
        block: Block,
        pins: Mapping[str, Pin],
        op: Op,
        bodies: Mapping[str, Sequence[Drawn]],
    ) -> Handled | None:
        """Return which Variables functions take by reference; None where a loop does not give one on."""
        every = [one.body for those in bodies.values() for one in those]
        if op.name not in TAKING_REFERENCES or not any(g.is_ref for one in every for g in one.arguments):
            return Handled()
        loop = bodies["body"][0] if op.name in COUNTED else None
        how = handled(every, None if loop is None else loop.body)
        lost = [] if loop is None else [i for i in sorted(how.handles) if i not in how.passed]
        if loop is not None and lost:
            name, argument = loop.page.name, loop.body.ids[lost[0]]
            result = results_of(loop.page)[lost[0]].id
            sentence = say("function.lost-reference", page=name, argument=argument, result=result)
            hint = say("hint.reference-to-result")
            related = (f"{symbol_of_text(name)}.{argument}",)
            low.fault(
                block.id, PinFault("not-in-function", pins["body"].name, sentence, hint=hint, related=related)
            )
            return None
        return how

    def _made(
        self, low: Lowering, block: Block, one: Drawn, op: Op, attr: str, how: Handled
    ) -> PlanFunction | None:
        """Make a function of a lowered body; None where it does with a Variable what is not done with its handle."""
        gives = () if op.name in COUNTED and attr == "cond" else how.passed
        ordered = in_order(one.body, how.handles, gives, self.made)
        if ordered.problems:
            symbol = symbol_of_text(one.page.name)
            low.problems += _of_body(block, symbol, ordered.problems)
            return None
        function = function_of(one, op, ordered, how.handles, gives, self._acts)
        self.made[function.name] = function
        if any(map(self._acts, function.nodes)):
            self._acting.add(function.name)
        inner = one.body.low
        self._inner.append(Inner(function, op.name, attr, inner))
        for name, call in inner.python_calls.items():
            self.python_calls[f"{one.place}/{name}"] = replace(call, block=f"{one.place}/{name}")
        return function

    def _acts(self, node: PlanNode) -> bool:
        """Return whether a node of a function draws or writes, by itself or by what it calls."""
        op = load().op(node.op)
        return op is None or acts(op) or not self._acting.isdisjoint(called_names(node))

    def called_by(self, nodes: Iterable[PlanNode]) -> tuple[PlanFunction, ...]:
        """Return the functions that nodes call, directly or through others; those that others call first."""
        if not self.made:
            return ()
        todo, found = [name for node in nodes for name in called_names(node)], set[str]()
        while todo:
            name = todo.pop()
            if name in self.made and name not in found:
                found.add(name)
                todo += [called for node in self.made[name].nodes for called in called_names(node)]
        return tuple([function for name, function in self.made.items() if name in found])

    def finish(self, low: Lowering, node: PlanNode, sources: Mapping[int, str], called: Called) -> PlanNode:
        """Return the node of a block that calls functions, with what stands before it.

        A reference is read first, unless the functions take it as one. A loop gets its counter and its limit.
        """
        inputs, attrs = list(node.inputs), dict(node.attrs)
        op = load().op(node.op)
        assert op is not None
        first = _first_argument(op, node)
        for position, ref in sources.items():
            if position - first in called.handles:
                low.ref_uses.append((node.name, ref))
                continue
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
        if called.handles:
            node = _with_handles(low, node, first, called)
            attrs = {**attrs, **node.attrs}
        if node.op in COUNTED:
            numbers = {"counter": 0, "limit": -1}
            constants = {name: int_constant(n) for name, n in numbers.items()}
            inputs = [*(low.add_constant(node.block, n, None, c) for n, c in constants.items()), *inputs]
            attrs["T"] = ["DT_INT32"] * HIDDEN + list(attrs["T"])
            shapes = attrs.get("output_shapes") or [None] * (len(attrs["T"]) - HIDDEN)
            attrs["output_shapes"] = [[]] * HIDDEN + list(shapes)
            attrs["_num_original_outputs"] = len(attrs["T"])
            if not self._acting.isdisjoint((attrs["cond"], attrs["body"])):
                attrs.update(ONE_AT_A_TIME)
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
        before: Mapping[str, Sequence[Drawn]],
    ) -> list[Drawn] | None:
        """Lower the bodies of the functions that one pin names: several where it is a list."""
        try:
            args = taken(op, takes.takes, given, before)
        except UnknownElements as unknown:
            sentence = say("function.unknown-elements", pin=pin.name, argument=str(unknown))
            low.fault(block.id, PinFault("unknown-dtype", pin.name, sentence))
            return None
        found: list[Drawn] = []
        names = names_in(symbol_name(low, block), pin.name, low.text(block, pin.name))
        for i, name in enumerate(names):
            place = f"{block.id}.{pin.name}" if pin.kind == "func" else f"{block.id}.{pin.name}.{i}"
            body = self._body(low, block, pin, name, place, args, op)
            if body is None:
                return None
            gives = needed(takes, given, before) if takes.gives is not None else None
            model = _model_page(takes, pin, found, before)
            if gives is None and found:
                gives = [one.dtype for one in found[0].results]
            fault = None if gives is None else result_fault(pin, name, body, gives, takes, model)
            fault = fault or element_fault(op, pin, name, body, gives or ())
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
    ) -> Drawn | None:
        """Lower a page as a function; None where it is none, or does not fit the block, or has faults of its own."""
        symbol = symbol_of_text(name)
        page = self._pages.get(symbol)
        if page is None:
            return None  # the check says why
        own = [_declared(block) for block in arguments_of(page)]
        known = low.symbols.get(block.id)
        further = None if known is None else further_pin(known, op, pin)
        fault = argument_fault(pin, name, page, own, args, further)
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
        problems = _of_body(block, symbol, inner.problems)
        low.problems += problems
        results = results_in(inner, page)
        if results is None or any(p.severity == "error" for p in problems):
            return None
        refs, gives = tuple([ref for ref, _ in results]), tuple([one for _, one in results])
        ids = tuple([argument.id for argument in arguments_of(page)])
        return Drawn(page, *there, device, Lowered(inner, ids, tuple(given), refs, gives))


def _model_page(
    takes: Takes, pin: Pin, found: Sequence[Drawn], before: Mapping[str, Sequence[Drawn]]
) -> tuple[str, str] | None:
    """Return the page whose results another must have as well, with its pin; None where no page says that."""
    if found:
        return found[0].page.name, pin.name
    what, _, name = (takes.gives or ("",))[0].partition(":")
    return (before[name][0].page.name, name) if what == "results" else None


def _of_body(block: Block, symbol: str, problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems of a body's blocks as they are called on the page."""
    return [
        replace(
            p,
            block=f"{block.id}/{p.block}" if p.block else block.id,
            related=(*(end if names_page(end) else f"{block.id}/{end}" for end in p.related), symbol),
        )
        for p in problems
    ]


def _first_argument(op: Op, node: PlanNode) -> int:
    """Return the first input of a node that is an argument of its functions, where it is a branch, loop or call."""
    return min((at for arg, at in positions(op, node) if arg.type_list_attr), default=0)


def _with_handles(low: Lowering, node: PlanNode, first: int, called: Called) -> PlanNode:
    """Return a node whose functions take handles; what passes one on is noted."""
    takes, gives = ("T", "T") if node.op in COUNTED else ("Tin", "Tout")
    hidden = HIDDEN if node.op in COUNTED else 0
    attrs = {name: list(node.attrs[name]) for name in {takes, gives}}
    for argument in called.handles:
        attrs[takes][argument] = HANDLE
    for output, argument in called.passed.items():
        attrs[gives][output] = HANDLE
        low.passed[f"{node.name}:{hidden + output}"] = node.inputs[first + argument]
    shapes = node.attrs.get("output_shapes")
    if shapes:  # those of the Variables are not those of their handles
        attrs["output_shapes"] = [[] if i in called.passed else shape for i, shape in enumerate(shapes)]
    return replace(node, op=WITH_STATE.get(node.op, node.op), attrs={**node.attrs, **attrs})


def _place(op: Op, node: PlanNode, position: int) -> int:
    """Return which tensor of its argument an input of a node is."""
    arg = next(arg for arg, at in positions(op, node) if at == position)
    return position - min(at for other, at in positions(op, node) if other is arg)


def symbol_name(low: Lowering, block: Block) -> str:
    """Return the name of a block's symbol."""
    return low.symbols[block.id].name


def _declared(argument: Block) -> str | None:
    """Return the dtype that an Argument block says of itself."""
    text = argument.pins.get("dtype")
    try:
        return parse_value("type", text) if isinstance(text, str) and text.strip() else None
    except LiteralError:
        return None  # the check of the page says it


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
        low.outs[block.id, ARGUMENT_OUTPUT] = Endpoint(
            (f"{block.id}:0",), (one.dtype,), one.is_ref, element=one.element
        )

    def refused(low: Lowering, block: Block, symbol: Symbol) -> None:
        sentence, hint = say("function.no-variable"), say("hint.variable-as-argument")
        if symbol.name != "Variable":
            sentence, hint = say("function.no-gradient"), say("hint.gradient-outside")
        low.fault(block.id, PinFault("not-in-function", None, sentence, hint=hint))

    return {ARGUMENT: argument, "Variable": refused, "AddSymbolicGradients": refused}
