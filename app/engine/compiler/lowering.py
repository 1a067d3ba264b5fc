"""Lowers a page's blocks to TensorFlow nodes: wires become tensor names, texts become constants, dtypes flow along."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Container, Iterable, Mapping, MutableMapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import msgspec

from app.document.model.diagram import ArrayRef, Block, Page, PinRef, Wire
from app.document.model.problems import Problem, error
from app.document.model.seeds import second_seed
from app.document.model.sentence import say
from app.document.model.topology import WireIndex
from app.document.resources.archives import Archives
from app.document.resources.companion_files import CompanionFault, is_refusal
from app.document.resources.inlining import Inlined
from app.engine.compiler.constants import array_constant
from app.engine.compiler.elements import (
    Element,
    Given,
    GivenInputs,
    begun_by,
    element_of,
    following_attrs,
    has_elements,
    padding_fault,
    types_fault,
    with_stored,
)
from app.engine.compiler.endpoints import NO_REFERENCES, Endpoint, given_by
from app.engine.compiler.errors import PinFault
from app.engine.compiler.held_dtypes import held_by, known_beside
from app.engine.compiler.pin_wires import UNWIRED, PinWires
from app.engine.compiler.plan import (
    Constant,
    DeclaredShape,
    Gradients,
    PlanFunction,
    PlanNode,
    PlanVariable,
    PythonCall,
)
from app.engine.compiler.resolve import Key, Resolved, Text, Wired, resolve, resolve_own, text_faults
from app.engine.compiler.value_guards import guard, positions
from blocks.catalog import Catalog
from blocks.op_facts.datasets import ITERATORS
from blocks.op_facts.fatal_inputs import GUARDED
from blocks.op_facts.functions import CALLS, COUNTED, HIDDEN
from blocks.op_facts.held_types import HOLDS, TAKES
from blocks.op_facts.traits import BACK_EDGES, MERGES, SWITCHES
from blocks.requirement import Actual, InRange, Requirement
from blocks.symbol import Op, Pin, Symbol, pins_by_name


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


Special = Callable[["Lowering", Block, Symbol], None]
Rewrite = Callable[["Lowering", Block, PlanNode], PlanNode]


class _Kind(msgspec.Struct, frozen=True, gc=False):
    """How the blocks of a symbol are lowered, looked up once; most ops have nothing special."""

    special: Special | None
    op: Op | None
    inputs: Mapping[str, Pin] = {}  # by name
    is_resolved_alone: bool = (
        False  # texts and dtypes of wires are all that decides what such a block becomes
    )
    is_put_alone: bool = False  # nothing is put or noted beside its node, if that takes no references
    is_own: bool = False  # of the project
    rewrite: Rewrite | None = None
    calls: bool = False  # pages as functions
    has_elements: bool = False
    takes_held: bool = False  # the dtypes of what a handle holds count for its texts
    holds: bool = False  # it gives such a handle
    is_guarded: bool = False
    may_be_dead: bool = False  # what it gives
    first: int = 0  # its first output that has a pin


Sources = dict[str, Sequence[Endpoint]]  # by wired pin, what the wires bring there
_HANDLES = (("DT_VARIANT",), ("DT_RESOURCE",))


class Lowering:
    """The nodes of one page as they come into being, block by block in topological order."""

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
        self._kinds: dict[str, _Kind] = {}  # by symbol
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

    def apart(self, nodes: dict[str, PlanNode], outs: dict[tuple[str, str], Endpoint]) -> Lowering:
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

    def report(self, block: str, fault: PinFault) -> None:
        """Report a pin's fault."""
        related = tuple(p if "." in p else f"{block}.{p}" for p in fault.related)
        self.problems.append(
            error(
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
        found: list[Endpoint] = []
        for wire in self.wires.get(block, {}).get(pin, ()):
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
        self.nodes[name] = PlanNode(name, "Const", block, [], {"dtype": constant.dtype}, constant)
        self.sequence.append(name)
        return f"{name}:0"

    def put(self, node: PlanNode) -> None:
        """Add a node that uses no reference."""
        self.nodes[node.name] = node
        self.sequence.append(node.name)

    # --- ordinary blocks ----------------------------------------------------------------------------------------

    def lower(self, block: Block) -> None:
        """Lower one block; its sources come before it, except along back edges of loops."""
        symbol = self.symbols[block.id]
        kind = self._kinds.get(symbol.name)
        if kind is None:
            kind = self._kinds[symbol.name] = self._kind(symbol)
        if kind.special is not None:
            kind.special(self, block, symbol)
        elif kind.op is not None:
            self._lower_op(block, symbol, kind.op, kind)

    def _kind(self, symbol: Symbol) -> _Kind:
        special = self.special.get(symbol.name)
        op = self.catalog.op(symbol.op) if special is None and symbol.op is not None else None
        if op is None:
            return _Kind(special, None)
        name = op.name
        is_own, calls = symbol.name in self.catalog.own, name in CALLS and self.functions is not None
        elements, takes_held = has_elements(op), name in TAKES
        rewrite, is_guarded, may_be_dead = self.rewrites.get(name), name in GUARDED, name in SWITCHES
        return _Kind(
            special,
            op,
            pins_by_name(symbol, "in"),
            not (is_own or calls or elements or takes_held),
            not (calls or is_guarded or may_be_dead or rewrite is not None),
            is_own,
            rewrite,
            calls,
            elements,
            takes_held,
            name in HOLDS,
            is_guarded,
            may_be_dead,
            HIDDEN if name in COUNTED else 0,
        )

    def _lower_op(self, block: Block, symbol: Symbol, op: Op, kind: _Kind) -> None:
        name = block.id
        taken = self._taken(block, op)
        # It waits for another block: what is wrong with it anyway is reported.
        if taken is None or (kind.has_elements and self._begins_with_fault(block, op)):
            for fault in text_faults(symbol.name, self._texts(block, kind, {})):
                self.fault(name, fault)
            return
        sources, wired = taken
        texts = self._texts(block, kind, sources) if block.pins else ()
        element, called = None, None
        if kind.is_resolved_alone:
            resolved = resolve(symbol.name, texts, wired)
        else:
            found = self._resolved(block, symbol, op, kind, texts, sources, wired)
            if found is None:
                return
            resolved, element, called = found
        if not resolved.complete:  # as where it has faults
            for fault in resolved.faults:
                self.fault(name, fault)
            self.waiting.add(name)
            return
        self._put_op(block, symbol, op, kind, sources, resolved, called)
        held = held_by(op.name, resolved.attrs) if kind.holds else ()
        for pin, first, dtypes, is_ref, is_list in resolved.outputs:
            start, count = first + kind.first, len(dtypes)
            refs: tuple[str, ...]
            if count == 1:  # as most are
                refs = (f"{name}:{start}",) if start else (f"{name}:0",)
            else:
                refs = tuple([f"{name}:{start + i}" for i in range(count)])
            passed = NO_REFERENCES
            if called is not None and called.passed:
                passed = frozenset(self.passed.keys() & refs)
            if element is None and not held and not passed:
                self.outs[name, pin] = Endpoint(refs, dtypes, is_ref, is_list)
                continue
            part = element if is_list or dtypes[:1] in _HANDLES else None
            self.outs[name, pin] = Endpoint(
                refs,
                dtypes,
                is_ref,
                is_list,
                element=part,
                held=() if first else held,
                references=passed,
            )
        if resolved.is_operation:
            self.add_operation_pins(name, symbol)

    def _resolved(
        self,
        block: Block,
        symbol: Symbol,
        op: Op,
        kind: _Kind,
        texts: Key,
        sources: Sources,
        wired: tuple[Wired, ...],
    ) -> tuple[Resolved, Element | None, Called | None] | None:
        """Return what a block is, by its texts and what it takes, the elements of what it gives, and what it calls.

        None: it is not lowered, for a fault that is reported.
        """
        if kind.is_own:
            resolved = resolve_own(symbol, op, texts, wired)
        else:
            resolved = resolve(symbol.name, texts, wired)
        if kind.calls or kind.has_elements:
            given = with_stored(op, resolved.attrs, self._given(block, symbol, op, resolved, sources))
            padding = padding_fault(op, given)
            if padding is not None:
                self.fault(block.id, padding)
                return None
            functions = self.functions if kind.calls else None
            called = functions.call(self, block, symbol, op, given) if functions is not None else None
            if functions is not None and called is None:
                return None
            known = () if called is None else called.attrs
            fault = types_fault(symbol, resolved.attrs, dict(known))
            if fault is not None:
                self.fault(block.id, fault)  # what takes the elements is judged by what they are
            attrs = {**dict(known), **resolved.attrs}
            known += following_attrs(op, attrs, given)
            if known:
                resolved = resolve(symbol.name, texts, wired, known)
            element = called.element if called is not None else None
            element = element_of(op, resolved.attrs, given) if element is None else element
            return resolved, element, called
        if kind.takes_held:
            known = known_beside(symbol, op, sources, (e.held for ends in sources.values() for e in ends))
            if known:
                resolved = resolve(symbol.name, texts, wired, known)
        return resolved, None, None

    def _put_op(
        self,
        block: Block,
        symbol: Symbol,
        op: Op,
        kind: _Kind,
        sources: Sources,
        resolved: Resolved,
        called: Called | None,
    ) -> None:
        """Put the node of an op, with those of its texts and guards before it."""
        name = block.id
        inputs: list[str] = []
        ref_sources: list[int] = []
        for pin, constants in resolved.inputs:
            if constants is not None:
                if len(constants) == 1:
                    inputs.append(self.add_constant(name, pin, None, constants[0]))
                    continue
                for i, constant in enumerate(constants):
                    inputs.append(self.add_constant(name, pin, i, constant))
                continue
            for endpoint in sources.get(pin, ()):
                if endpoint.is_ref or endpoint.references:
                    are_refs = map(endpoint.is_reference, endpoint.refs)
                    ref_sources += [len(inputs) + i for i, is_ref in enumerate(are_refs) if is_ref]
                inputs += endpoint.refs
        attrs = resolved.attrs if self.seed is None else self._seeded(name, op, resolved.attrs)
        node = PlanNode(name, op.name, name, inputs, attrs)
        if not ref_sources and kind.is_put_alone:
            self.nodes[name] = node
            self.sequence.append(name)
            return
        if kind.rewrite is not None:
            node = kind.rewrite(self, block, node)
        references = {position: node.inputs[position] for position in ref_sources} if ref_sources else {}
        noted = references
        if called is not None and self.functions is not None:
            node, noted = self.functions.finish(self, node, references, called), {}
        if kind.is_guarded:
            self._guard(node, op, symbol, set(references.values()))
        if kind.may_be_dead:
            self.switches = True
        if noted:
            self._note_references(node, op, noted)
        self.put(node)

    def _given(
        self, block: Block, symbol: Symbol, op: Op, resolved: Resolved, sources: Sources
    ) -> GivenInputs:
        """Return what a block takes, by the op's argument; an iterator takes the dataset that begins it."""
        pins = {pin.name: pin.arg or "" for pin in symbol.inputs}
        found = {
            pins.get(pin, ""): [one for end in ends for one in given_by(end, self.nodes)]
            for pin, ends in sources.items()
        }
        for pin, constants in resolved.inputs:
            if constants is not None:
                found[pins[pin]] = [Given(c.dtype, c.shape, c) for c in constants]
        if op.name in ITERATORS:
            source = self._begun(block)
            end = (
                None if source is None else self.source(Wire(source=source, target=PinRef(block.id, "begun")))
            )
            if end is not None:
                found["input_dataset"] = given_by(end, self.nodes)
        return found

    def _begun(self, block: Block) -> PinRef | None:
        """Return the output whose dataset begins an iterator; None where none does, or no block that is known."""
        if self.begun is None:
            self.begun = begun_by(self.page, self.catalog)
        source = self.begun.get(block.id)
        return source if source is not None and source.block in self.symbols else None

    def _begins_with_fault(self, block: Block, op: Op) -> bool:
        """Return whether a block is an iterator whose dataset is not lowered; it waits for it then."""
        source = self._begun(block) if op.name in ITERATORS else None
        if source is None or source.block not in self.waiting:
            return False
        self.waiting.add(block.id)
        return True

    def _taken(self, block: Block, op: Op) -> tuple[Sources, tuple[Wired, ...]] | None:
        """Return what the wires bring to each wired pin, and the dtypes of it; None where a source is not lowered."""
        sources: Sources = {}
        wired: list[Wired] = []
        outs = self.outs
        for pin, wires in self.wires.get(block.id, UNWIRED).items():
            if len(wires) == 1:  # as most are
                source = wires[0].source
                endpoint = outs.get((source.block, source.pin))
                if endpoint is not None and source.index is None:
                    sources[pin] = (endpoint,)
                    wired.append((pin, endpoint.dtypes, endpoint.is_ref))
                    continue
            endpoints = self.wired(block.id, pin)
            if endpoints is None:
                endpoints = self._back_edges(block, op, pin)
                if endpoints is None:
                    return None
            sources[pin] = endpoints
            dtypes = tuple([dtype for end in endpoints for dtype in end.dtypes])
            wired.append((pin, dtypes, all(end.is_ref for end in endpoints)))
        return sources, tuple(wired)

    def _note_references(self, node: PlanNode, op: Op, references: Mapping[int, str]) -> None:
        """Note which inputs take the reference that they are wired to, and which read its value."""
        takes = {position for arg, position in positions(op, node) if arg.is_ref}
        for position, ref in references.items():
            if position in takes:
                self.ref_uses.append((node.name, ref))
            elif node.inputs[position] == ref:  # else a guard stands between
                self.reads.append((node.name, position, ref))

    def add_operation_pins(self, block: str, symbol: Symbol) -> None:
        """Let the pins that stand for the op itself give its name."""
        for pin in symbol.outputs:
            if pin.kind == "operation":
                self.outs[block, pin.name] = Endpoint((block,), is_operation=True)

    def _texts(self, block: Block, kind: _Kind, sources: Container[str]) -> Key:
        """Return the texts that count: under the pins' own names, without those of wired and unknown pins."""
        names = kind.inputs
        texts: dict[str, Text] = {}
        for name, value in block.pins.items():
            pin = names.get(name)
            if pin is None or pin.name in sources or (name != pin.name and pin.name in block.pins):
                continue
            text = self._array(block, pin.name, value) if isinstance(value, ArrayRef) else value
            if text is not None:
                texts[pin.name] = text
        return tuple(texts.items())

    def _seeded(self, block: str, op: Op, attrs: dict[str, Any]) -> dict[str, Any]:
        """Give a random op the page's seed, and an own second seed, of nothing but the address by which it draws."""
        if op.attr("seed2") is None or attrs.get("seed") or attrs.get("seed2"):
            return attrs
        return {**attrs, "seed": self.seed, "seed2": second_seed(self.seed_address(block))}

    def _back_edges(self, block: Block, op: Op, pin: str) -> list[Endpoint] | None:
        """Let a Merge take the outputs of NextIteration blocks that come after it: same dtype as its other input."""
        if op.name not in MERGES:
            return None
        found: list[Endpoint | None] = []
        for wire in self.wires[block.id][pin]:
            endpoint = self.source(wire)
            later = self.symbols.get(wire.source.block)
            if endpoint is None and (later is None or later.op not in BACK_EDGES):
                return None
            found.append(endpoint)
        known = next((e for e in found if e is not None), None)
        if known is None:
            return None
        self.waiting.discard(block.id)
        wires = self.wires[block.id][pin]
        return [
            e or Endpoint((f"{w.source.block}:0",), known.dtypes, known.is_ref)
            for e, w in zip(found, wires, strict=True)
        ]

    def _guard(self, node: PlanNode, op: Op, symbol: Symbol, references: set[str]) -> None:
        """Put before a node what fails in its place where an input would end the process."""
        guards = guard(node, op, {p.arg: p.name for p in symbol.inputs if p.arg}, self.nodes)
        self.problems += guards.problems
        for one in guards.nodes:
            self.put(one)
            self.reads += [(one.name, i, ref) for i, ref in enumerate(one.inputs) if ref in references]
