"""What the blocks of a page are lowered to as it comes into being: nodes, endpoints, problems; and what asks for it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from app.document.model.diagram import ArrayRef, Block, Page, PinRef, Wire
from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.document.model.topology import WireIndex
from app.document.resources.archives import Archives
from app.document.resources.companion_files import CompanionFault, is_refusal
from app.document.resources.inlining import Inlined
from app.engine.compiler.constants import array_constant, const_attrs
from app.engine.compiler.elements import (
    Element,
    GivenInputs,
)
from app.engine.compiler.endpoints import Endpoint
from app.engine.compiler.errors import PinFault
from app.engine.compiler.pin_wires import PinWires
from app.engine.compiler.plan import (
    Constant,
    DeclaredShape,
    Gradients,
    PlanFunction,
    PlanNode,
    PlanVariable,
    PythonCall,
)
from app.engine.compiler.resolve import Text
from blocks.catalog import Catalog
from blocks.requirement import Actual, InRange, Requirement
from blocks.symbol import Op, Symbol, pins_by_name


class Called(NamedTuple):
    """The functions that a block calls, as attrs, with what follows from them; and the elements of what it gives.

    ``handles`` are the arguments of its functions that are Variables' handles, ``passed`` the results that give one
    on, with the argument.
    """

    attrs: tuple[tuple[str, Any], ...]
    element: Element | None
    handles: frozenset[int] = frozenset()
    passed: Mapping[int, int] = {}


class Functions(Protocol):
    """Makes functions of the pages that a block names."""

    python_calls: dict[str, PythonCall]  # of the functions' nodes, by their names

    @property
    def take_handles(self) -> bool:
        """Return whether any of them takes a Variable by reference."""

    def pages(self) -> Iterable[Page]:
        """Give the pages of which functions were made, as they were lowered."""

    @property
    def rounds(self) -> Watching:
        """What is watched inside of the functions."""

    def call(self, low: Lowering, block: Block, symbol: Symbol, op: Op, given: GivenInputs) -> Called | None:
        """Make the functions that a block calls; None where that cannot be, which is reported."""

    def called_by(self, nodes: Iterable[PlanNode]) -> tuple[PlanFunction, ...]:
        """Return the functions that nodes call, directly or through others; those that others call first."""

    def finish(self, low: Lowering, node: PlanNode, sources: Mapping[int, str], called: Called) -> PlanNode:
        """Return the node of a block that calls functions; ``sources`` are the references among its inputs."""


class Watching(Protocol):
    """Watches outputs inside of functions, which become outputs of the page."""

    @property
    def is_watching(self) -> bool:
        """Return whether anything is watched."""

    def owner(self, key: str) -> str:
        """Return the block of the page that a result key belongs to."""

    def key_of(self, low: Lowering, block: str, pin: str, text: str) -> str | None:
        """Return the result key of an output inside of a function, which is watched from now on; None: it is none."""

    def put_in(
        self, nodes: Sequence[PlanNode], functions: Sequence[PlanFunction]
    ) -> tuple[tuple[PlanNode, ...], tuple[PlanFunction, ...]]:
        """Return the nodes of a page and its functions with what watches these."""


Low = TypeVar("Low", bound="Lowering")
Special = Callable[["Lowering", Block, Symbol], None]
Rewrite = Callable[["Lowering", Block, PlanNode], PlanNode]


class Lowering:
    """The nodes of one page as they come into being, block by block in topological order (see `OpLowering`).

    Wires become tensor names, texts become constants, dtypes flow along.
    """

    def __init__(
        self,
        page: Page,
        folder: Path,
        catalog: Catalog,
        seed: int | None,
        special: Mapping[str, Special],
        rewrites: Mapping[str, Rewrite],
        archives: Archives,
        inlined: Inlined | None = None,
    ) -> None:
        """Prepare the wires of the page by their target, with switched-off blocks left out.

        ``folder`` is the project's, ``archives`` knows the arrays beside it. ``special`` lowers the symbols that are
        no plain op, ``rewrites`` replaces the node of some ops. ``inlined`` says which blocks stand for uses (None:
        the page has none).
        """
        inlined = inlined or Inlined(page)
        self.uses, self.within, self.pins = inlined.uses, inlined.within, inlined.pins
        self.seeds = inlined.seeds
        self.page, self.folder, self.catalog, self.seed = page, folder, catalog, seed
        self.special, self.rewrites, self.archives = special, rewrites, archives
        self.switches = False  # whether outputs may be dead
        self.nodes: MutableMapping[str, PlanNode] = {}
        self.sequence: list[str] = []  # names of nodes and gradients, sources first
        self.gradients: dict[str, Gradients] = {}
        self.variables: dict[str, PlanVariable] = {}
        self.outs: MutableMapping[tuple[str, str], Endpoint] = {}
        self.problems: list[Problem] = []
        self.waiting: set[str] = set()  # blocks that cannot be built, for a fault of theirs or one before
        self.ref_uses: list[tuple[str, str]] = []  # (node, reference tensor) taken as a reference
        self.reads: list[tuple[str, int, str]] = []  # (node, input position, reference) read as a value
        self.passed: dict[
            str, str
        ] = {}  # outputs of calls that pass a reference on, and the tensor it came by
        self.python_calls: dict[str, PythonCall] = {}
        self.functions: Functions | None = None
        self.drawn_within = ""  # inside a function, what stands before the addresses by which its blocks draw
        self.begun: dict[str, PinRef] | None = (
            None  # by iterator, what gives its dataset; found when it is asked
        )
        # Arguments of the page that is run: what is fed for them (None: nothing is there), and those of no known dtype
        self.arguments: dict[str, Constant | None] = {}
        self.open_arguments: set[str] = set()
        self.declared: list[DeclaredShape] = []
        self.place: dict[str, int] = {}  # on a page with uses: where each block stands in the lowering
        self.symbols: dict[str, Symbol] = {}
        self.placed: set[str] = set()  # blocks with a device of their own
        self.sessions: list[str] = []
        self._take_symbols()
        self.wires = PinWires(self.symbols, page.wires)

    def _take_symbols(self) -> None:
        """Look up the symbols of the blocks that are switched on."""
        blocks, symbols = self.page.blocks.values(), self.symbols
        known = {name: self.catalog.get(name) for name in {block.symbol for block in blocks}}
        for block in blocks:
            if block.device:
                self.placed.add(block.id)
            symbol = known[block.symbol]
            if symbol is None or block.off:
                continue
            symbols[block.id] = symbol
            if symbol.name == "ClientSession":
                self.sessions.append(block.id)

    def apart(self: Low, nodes: dict[str, PlanNode], outs: dict[tuple[str, str], Endpoint]) -> Low:
        """Return a lowering that sees what this one has made and puts its own into ``nodes`` and ``outs``."""
        other = copy(self)
        other.nodes, other.outs = ChainMap(nodes, self.nodes), ChainMap(outs, self.outs)
        other.sequence, other.problems, other.ref_uses, other.reads, other.passed = [], [], [], [], {}
        other.gradients, other.variables, other.python_calls = {}, {}, {}
        other.waiting, other.switches, other.declared = set(), False, []
        return other

    @cached_property
    def leaving(self) -> Mapping[str, list[Wire]]:
        """The wires by the block that they start from; to be asked while the page is lowered as a whole."""
        return WireIndex(self.page.wires).leaving

    # --- what special blocks and sessions ask -------------------------------------------------------------------

    def seed_address(self, block: str) -> str:
        """Return the address by which a block draws."""
        return self.drawn_within + self.seeds.get(block, block)

    def is_before(self, block: str, other: str) -> bool:
        """Return whether a block is lowered before another one."""
        return not self.place or self.place.get(block, -1) < self.place[other]

    def fault(self, block: str, fault: PinFault) -> None:
        """Report a pin's fault; the block is not built."""
        self.report(block, fault)
        self.waiting.add(block)

    def report(self, block: str, fault: PinFault, level: Callable[..., Problem] = error) -> None:
        """Report a pin's fault, or with another ``level`` what a run shows, too."""
        related = tuple(p if "." in p or ":" in p else f"{block}.{p}" for p in fault.related)
        self.problems.append(
            level(
                fault.code,
                fault.sentence,
                block,
                fault.pin,
                related=related,
                requirement=fault.requirement,
                actual=fault.actual,
                hint=fault.hint,
                fixes=fault.fixes,
            )
        )

    def text(self, block: Block, pin: str) -> Text | None:
        """Return a pin's text under its name or an alias, a described array for an array reference, or None."""
        value = block.pins.get(pin)
        if value is None:
            found = pins_by_name(self.symbols[block.id], "in").get(pin)
            value = next((block.pins[a] for a in found.aliases if a in block.pins), None) if found else None
        return self._array(block, pin, value) if isinstance(value, ArrayRef) else value

    def _array(self, block: Block, pin: str, ref: ArrayRef) -> Constant | None:
        try:
            return array_constant(ref, self.archives)
        except CompanionFault as fault:
            code = "refused-read" if is_refusal(fault.sentence) else "missing-array"
            self.fault(block.id, PinFault(code, pin, fault.sentence))
            return None

    def wired(self, block: str, pin: str) -> list[Endpoint] | None:
        """Return what the wires bring to a pin in order, elements picked out; None where a source is not lowered."""
        return self.brought(block, self.wires.at(block, pin))

    def brought(self, block: str, wires: Iterable[Wire]) -> list[Endpoint] | None:
        """Return what wires bring to a pin of a block; None where a source is not lowered, for which it waits."""
        found: list[Endpoint] = []
        for wire in wires:
            endpoint = self.source(wire)
            if endpoint is None:
                self.waiting.add(block)
                return None
            found.append(endpoint)
        return found

    def source(self, wire: Wire) -> Endpoint | None:
        """Return what one wire brings, an element picked out; None where its source is not lowered."""
        source = wire.source
        endpoint = self.outs.get((source.block, source.pin))
        if endpoint is not None and source.index is None:
            return endpoint
        if endpoint is None:
            pin = pins_by_name(self.symbols[source.block], "out").get(source.pin)
            endpoint = self.outs.get((source.block, pin.name)) if pin else None
        if endpoint is None or source.index is None:
            return endpoint
        if not endpoint.is_list:
            if source.index:
                self._no_element(wire, 1)
                return None
            return endpoint
        if source.index >= len(endpoint.refs):
            self._no_element(wire, len(endpoint.refs))
            return None
        i = source.index
        parts = endpoint.element
        inner = None if parts is None or i >= len(parts) else parts[i].element
        is_ref = endpoint.is_reference(endpoint.refs[i])
        return Endpoint(endpoint.refs[i : i + 1], endpoint.dtypes[i : i + 1], is_ref, element=inner)

    def _no_element(self, wire: Wire, count: int) -> None:
        end = f"{wire.source.block}.{wire.source.pin}"
        sentence = say("wire.no-element", element=str(wire.source), output=end, count=count)
        needs = Requirement(values=InRange(0, count - 1)) if count else say("needs.no-element")
        there = Actual(count=wire.source.index)
        fault = PinFault("wire-index", wire.target.pin, sentence, needs, there)
        self.fault(wire.target.block, fault)

    def add_constant(self, block: str, pin: str, index: int | None, constant: Constant) -> str:
        """Add a Const node for a pin's text and return its tensor."""
        name = f"{block}/{pin}" if index is None else f"{block}/{pin}/{index}"
        self.nodes[name] = PlanNode(name, "Const", block, [], const_attrs(constant.dtype), constant)
        self.sequence.append(name)
        return f"{name}:0"

    def put(self, node: PlanNode) -> None:
        """Add a node that uses no reference."""
        self.nodes[node.name] = node
        self.sequence.append(node.name)
