"""Lowers the blocks of a page that are plain ops: their pins and texts become nodes of TensorFlow."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from app.document.model.diagram import ArrayRef, Block, PinRef, Wire
from app.document.model.problems import warning
from app.document.model.seeds import second_seed
from app.engine.compiler.elements import (
    Element,
    Given,
    GivenInputs,
    begun_by,
    element_of,
    following_attrs,
    following_element,
    following_fault,
    gives_dataset,
    has_elements,
    padding_fault,
    padding_types,
    types_fault,
    unlike_fault,
    with_stored,
)
from app.engine.compiler.endpoints import NO_REFERENCES, Endpoint, given_by
from app.engine.compiler.held_dtypes import held_by, known_beside
from app.engine.compiler.lowering import Called, Lowering, Rewrite, Special
from app.engine.compiler.plan import (
    PlanNode,
)
from app.engine.compiler.resolve import Key, Resolved, Text, Wired, resolve, resolve_own, text_faults
from app.engine.compiler.value_guards import guard, positions
from blocks.op_facts.datasets import ITERATORS
from blocks.op_facts.fatal_inputs import GUARDED
from blocks.op_facts.functions import CALLS, COUNTED, HIDDEN
from blocks.op_facts.held_types import HOLDS, TAKES
from blocks.op_facts.traits import BACK_EDGES, MERGES, SWITCHES
from blocks.symbol import Op, Pin, Symbol, pins_by_name


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


class OpLowering(Lowering):
    """A lowering that lowers blocks one after the other: the special ones as it is taught, and plain ops."""

    @cached_property
    def _kinds(self) -> dict[str, _Kind]:
        """How blocks are lowered, by symbol; filled as they come."""
        return {}

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
        taken = self._taken(block, op, kind.inputs)
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
            self._add_operation_pins(name, symbol)

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
            unfit = padding_fault(op, given) or unlike_fault(op, given)
            if unfit is not None:
                self.fault(block.id, unfit)
                return None
            functions = self.functions if kind.calls else None
            called = functions.call(self, block, symbol, op, given) if functions is not None else None
            if functions is not None and called is None:
                return None
            known = () if called is None else called.attrs
            element = called.element if called is not None else None
            fault = types_fault(symbol, resolved.attrs, dict(known))
            odd = following_fault(op, symbol, resolved.attrs, given)
            if fault is None and odd is not None and gives_dataset(op):
                self.report(
                    block.id, odd, warning
                )  # its kernel passes on what the wires bring, whatever is said
                element = following_element(op, given)
            elif (fault := fault or odd) is not None:
                self.fault(block.id, fault)  # what takes the elements is judged by what they are
            attrs = {**dict(known), **resolved.attrs}
            known += following_attrs(op, attrs, given) + padding_types(op, given, sources)
            if known:
                resolved = resolve(symbol.name, texts, wired, known)
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

    def _taken(
        self, block: Block, op: Op, inputs: Mapping[str, Pin]
    ) -> tuple[Sources, tuple[Wired, ...]] | None:
        """Return what the wires bring to each wired pin, and the dtypes of it; None where a source is not lowered."""
        sources: Sources = {}
        wired: list[Wired] = []
        outs = self.outs
        for wire in self.wires.entering.get(block.id, ()):
            source, name = wire.source, wire.target.pin
            pin = inputs.get(name)
            if pin is not None:
                name = pin.name
            endpoint = outs.get((source.block, source.pin))
            if endpoint is None or source.index is not None or name in sources:
                return self._taken_in_parts(block, op)
            sources[name] = (endpoint,)
            wired.append((name, endpoint.dtypes, endpoint.is_ref))
        return sources, tuple(wired)

    def _taken_in_parts(self, block: Block, op: Op) -> tuple[Sources, tuple[Wired, ...]] | None:
        """Return what `_taken` does, where pins take several wires, elements of lists, or what closes a loop."""
        sources: Sources = {}
        wired: list[Wired] = []
        for pin, wires in self.wires.by_pin(block.id).items():
            endpoints = self.brought(block.id, wires) or self._back_edges(block, op, wires)
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

    def _add_operation_pins(self, block: str, symbol: Symbol) -> None:
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

    def _back_edges(self, block: Block, op: Op, wires: Sequence[Wire]) -> list[Endpoint] | None:
        """Let a Merge take the outputs of NextIteration blocks that come after it: same dtype as its other input."""
        if op.name not in MERGES:
            return None
        found: list[Endpoint | None] = []
        for wire in wires:
            endpoint = self.source(wire)
            later = self.symbols.get(wire.source.block)
            if endpoint is None and (later is None or later.op not in BACK_EDGES):
                return None
            found.append(endpoint)
        known = next((e for e in found if e is not None), None)
        if known is None:
            return None
        self.waiting.discard(block.id)
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
