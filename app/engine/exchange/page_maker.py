"""Draws a flat graph as a page: blocks, wires, values; and remembers which node each block was."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from app.document.formats.report import Report
from app.document.literals.values import format_value
from app.document.model.diagram import Block, Page, PinRef, PinText, Wire
from app.document.model.sentence import say
from app.engine.exchange.accesses import VARIABLES, Accesses
from app.engine.exchange.block_forms import Form, Unsayable, form_of, pins_of_attrs
from app.engine.exchange.calls import ARGUMENT, FlatGraph, FlatNode, Ref
from app.engine.exchange.examples import Examples
from app.engine.exchange.graph import GraphFault, ModelGraph, Tensor
from app.engine.exchange.names import Ids, scope_of
from app.engine.exchange.op_outputs import count_of, is_list
from app.engine.exchange.stored_arrays import IN_PIN, StoredArrays, reads_alone, text_of, widened
from blocks.catalog import Catalog
from blocks.dtypes import DTYPES
from blocks.symbol import OpArg

_ONCE = (None,)
_PLACEHOLDERS = frozenset({"Placeholder", "PlaceholderV2"})
_KNOWN_SHAPES = 24  # the first version of GraphDef in which an empty shape of a Placeholder means a scalar
_LARGEST_EXAMPLE = 1 << 24  # values
_MOST_AXES = 32  # of an example; NumPy before 2.0 has no more


class Drawn(NamedTuple):
    """A page, the node that each of its blocks was, and the blocks that no wire may leave or meet."""

    page: Page
    names: dict[str, str]  # by block


class PageMaker:
    """Draws one page."""

    def __init__(
        self,
        name: str,
        graph: ModelGraph,
        flat: FlatGraph,
        accesses: Accesses,
        catalog: Catalog,
        stored: StoredArrays,
        report: Report,
    ) -> None:
        """``stored`` takes the arrays, ``report`` what is said."""
        self.page = Page(name=name, blocks={}, wires=[])
        self.names: dict[str, str] = {}
        self._graph, self._flat, self._accesses = graph, flat, accesses
        self._are_as_wired = not accesses.sources and not accesses.instead  # else of Variables
        self._catalog, self._stored, self._report = catalog, stored, report
        self._examples = Examples(flat, graph.functions)
        self._ids = Ids()
        self._outputs: dict[Ref, PinRef] = {}
        self._operations: dict[str, PinRef] = {}  # by node: what a session runs
        self._drawn: dict[str, str] = {}  # block by node
        self._waiting: list[tuple[FlatNode, Form | None, Mapping[str, str]]] = []

    # --- blocks
    def block(
        self, symbol: str, name: str, pins: Mapping[str, PinText] | None = None, *, exact: bool = False
    ) -> str:
        """Put a block on the page; returns its id. ``name`` is the file's name of it, or with ``exact`` the id."""
        made = self._ids.exact(name) if exact else self._ids.of(name)
        self.page.blocks[made] = Block(id=made, symbol=symbol, pins=dict(pins) if pins else {})
        return made

    def wire(self, source: PinRef, block: str, pin: str) -> None:
        """Put a wire on the page."""
        self.page.wires.append(Wire(source=source, target=PinRef(block, pin)))

    def source(self, ref: Ref) -> PinRef | None:
        """Return the pin that gives a tensor, of a Const put on the page where that is one; None where none does."""
        ref = self.settled(ref)
        node = self._flat.nodes[ref.node]
        if node.op == "Const" and ref not in self._outputs:
            self._const(node)
        return self._outputs.get(ref)

    def settled(self, ref: Ref) -> Ref:
        """Return the tensor that stands for a tensor on the page."""
        if self._are_as_wired:
            return ref
        instead = self._accesses.instead
        for _ in range(len(instead)):
            if ref not in instead:
                break
            ref = instead[ref]
        return ref

    def operation(self, node: str) -> PinRef | None:
        """Return the pin by which a session runs a node."""
        return self._operations.get(node) or self._outputs.get(Ref(node, 0))

    def id_of(self, node: str) -> str | None:
        """Return the block that a node has become."""
        return self._drawn.get(node)

    def draw(
        self, nodes: Iterable[FlatNode], own_ids: Mapping[str, str], pages: Mapping[str, Mapping[str, str]]
    ) -> None:
        """Draw nodes and the wires between them.

        ``own_ids``: ids that nodes get other than by their names. ``pages``: of nodes that call functions the pages
        by attr.
        """
        undrawn, drawn = self._accesses.undrawn, self._drawn
        for node in nodes:
            name = node.name
            if node.op == "Const" or name in undrawn or name in drawn:
                continue
            self._node(node, own_ids.get(name), pages.get(name, {}))
        waiting, self._waiting = self._waiting, []
        for node, form, functions in waiting:
            if form is None:
                self._unknown_inputs(node)
            else:
                self._inputs(node, form)
                self._attrs(node, form, functions)

    def _put(self, node: FlatNode, symbol: str, pins: Mapping[str, PinText], own_id: str | None) -> str:
        label = node.label
        made = self._ids.of(label) if own_id is None else self._ids.exact(own_id)
        shown = label if label != made else None
        self.page.blocks[made] = Block(id=made, symbol=symbol, pins=dict(pins), label=shown)
        self.names[made] = label
        self._drawn[node.name] = made
        return made

    def _node(self, node: FlatNode, own_id: str | None, functions: Mapping[str, str]) -> None:
        if node.op in VARIABLES:
            self._variable(node, own_id)
        elif node.op == ARGUMENT:
            made = self._put(node, "Argument", {"dtype": node.attrs["dtype"]}, own_id)
            self._outputs[Ref(node.name, 0)] = PinRef(made, "output")
        elif node.op in _PLACEHOLDERS:
            self._placeholder(node, own_id)
        else:
            self._plain(node, own_id, functions)

    def _plain(self, node: FlatNode, own_id: str | None, functions: Mapping[str, str]) -> None:
        name = self._accesses.ops.get(node.name, node.op)
        form = form_of(self._catalog, name)
        made = self._put(node, form.symbol.name if form else name, {}, own_id)
        if form is None:
            self._report.warn("unknown-symbol", say("model.no-block", op=name), made)
            self._unknown(node, made)
            return
        number = 0
        for arg, pin in form.outputs:
            listed = is_list(arg)
            for place in range(count_of(arg, node.attrs)) if listed else _ONCE:
                if pin is not None:
                    self._outputs[Ref(node.name, number)] = PinRef(made, pin, place)
                number += 1
        if form.run is not None:
            self._operations[node.name] = PinRef(made, form.run)
        self._waiting.append((node, form, functions))

    def _unknown(self, node: FlatNode, made: str) -> None:
        """Let a block of an op that is not known have its wires all the same."""
        for ref in self._taken.get(node.name, ()):
            self._outputs[ref] = PinRef(made, f"output_{ref.number}")
        self._waiting.append((node, None, {}))

    @cached_property
    def _taken(self) -> dict[str, set[Ref]]:
        """By node the tensors that other nodes take of it."""
        found: dict[str, set[Ref]] = {}
        for node in self._flat.nodes.values():
            for ref in node.inputs:
                found.setdefault(ref.node, set()).add(ref)
        return found

    def _variable(self, node: FlatNode, own_id: str | None) -> None:
        dtype, shape = node.attrs.get("dtype", "DT_FLOAT"), node.attrs.get("shape")
        pins: dict[str, PinText] = {"dtype": dtype}
        if shape is not None:
            pins["shape"] = format_value("shape", shape)
        made = self._put(node, "Variable", pins, own_id)
        self._outputs[Ref(node.name, 0)] = PinRef(made, "ref")
        value = self._graph.values.get(node.name)
        if value is not None:
            try:
                self._begin_with(made, value)
            except GraphFault as fault:
                self._report.warn("imported", fault.sentence, made, "initvalues")
        elif node.name not in self._graph.starts:
            self._report.warn("imported", say("model.no-value"), made, "initvalues")

    def _begin_with(self, variable: str, value: Tensor) -> None:
        """Let a Variable begin with a value of the file."""
        wider = widened(value)
        if wider is None:
            self.page.blocks[variable].pins["initvalues"] = self._stored.value(self._key(variable), value)
            return
        name = f"{self.names[variable]}/initial"
        made = self.block("Const", name, {"val": self._stored.value(self._key(variable), wider)})
        self.names[made] = name
        self.wire(self._narrowed(made, value.dtype), variable, "initvalues")

    def _narrowed(self, block: str, dtype: str) -> PinRef:
        """Return the values of a Const as the dtype that they have in the model, cast there."""
        form = form_of(self._catalog, "Cast")
        assert form is not None
        name = f"{self.names[block]}/{DTYPES[dtype].label}"
        made = self.block(form.symbol.name, name, pins_of_attrs(form, {"DstT": dtype}, {}))
        self.names[made] = name
        self.wire(PinRef(block, "output"), made, form.inputs[0][1] or "x")
        return PinRef(made, form.outputs[0][1] or "y")

    def start_with(self, node: str, ref: Ref) -> None:
        """Wire the initial value of a Variable."""
        made, source = self._drawn.get(node), None
        settled = self.settled(ref)
        start = self._flat.nodes[settled.node]
        if made is None:
            return
        if start.op == "Const":
            self._begin_with(made, start.attrs["value"])
            return
        source = self.source(ref)
        if source is not None:
            self.wire(source, made, "initvalues")

    def _placeholder(self, node: FlatNode, own_id: str | None) -> None:
        dtype = node.attrs.get("dtype", "DT_FLOAT")
        shape = self.shape_of(node)
        pins = {"dtype": dtype}
        if shape is not None:
            pins["attrs"] = f"shape_ = {format_value('shape', shape)};"
        made = self._put(node, "Placeholder", pins, own_id)
        self._outputs[Ref(node.name, 0)] = PinRef(made, "output")

    def shape_of(self, node: FlatNode) -> tuple[int, ...] | None:
        """Return the shape of a Placeholder as TensorFlow reads it of a file of this age."""
        shape = node.attrs.get("shape")
        is_unsaid = shape == () and self._graph.producer < _KNOWN_SHAPES
        return None if is_unsaid else shape

    def feed(self, ref: Ref, session: str) -> str | None:
        """Feed a Placeholder with an example in a session; returns the block that holds the example."""
        node = self._flat.nodes[ref.node]
        made = self._drawn.get(ref.node)
        if made is None:
            return None
        shape = self._examples.shape(node.name, self.shape_of(node))
        if len(shape) > _MOST_AXES or math.prod(max(size, 1) for size in shape) > _LARGEST_EXAMPLE:
            self._report.warn("imported", say("model.large-input", shape=shape), made)
            return None
        dtype = node.attrs.get("dtype", "DT_FLOAT")
        key = f"{made}_value"
        try:
            text = self._stored.value(self._key(key), self._examples.value(node.name, dtype, shape))
        except GraphFault:  # handles and quantised numbers have no values that a pin holds
            self._report.warn("imported", say("model.no-example", dtype=dtype), made)
            return None
        example = self.block("Input_Initializer", key, {"t": text}, exact=True)
        feeding = self.block("FeedType", f"{made}_feed", exact=True)
        self.names[example] = self.names[feeding] = scope_of(node.label) + made
        self.wire(PinRef(made, "output"), feeding, "input")
        self.wire(PinRef(example, "output"), feeding, "initializer")
        self.wire(PinRef(feeding, "output"), session, "inputs")
        return example

    # --- wires and texts
    def _inputs(self, node: FlatNode, form: Form) -> None:
        made, nodes, outputs, wires = self._drawn[node.name], self._flat.nodes, self._outputs, self.page.wires
        refs = node.inputs if self._are_as_wired else self._settled_inputs(node, form)
        place = 0
        typed: set[str] = set()  # type attrs that a wire says
        late: list[tuple[OpArg, str, Ref]] = []
        for arg, pin in form.inputs:
            listed = is_list(arg)
            for _ in range(count_of(arg, node.attrs)) if listed else _ONCE:
                ref = refs[place] if place < len(refs) else None
                place += 1
                if ref is None or pin is None:
                    continue
                if not listed and nodes[ref.node].op == "Const" and not arg.is_ref:
                    late.append((arg, pin, ref))
                    continue
                source = outputs.get(ref)
                if source is not None:
                    wires.append(Wire(source=source, target=PinRef(made, pin)))
                else:
                    self._wire_to(ref, made, pin)
                typed.add(arg.type_attr or "")
        for arg, pin, ref in late:
            text = self._typed_text(arg, typed, ref)
            if text is None:
                self._wire_to(ref, made, pin)
                typed.add(arg.type_attr or "")
            else:
                self.page.blocks[made].pins[pin] = text

    def _unknown_inputs(self, node: FlatNode) -> None:
        made = self._drawn[node.name]
        for place, ref in enumerate(node.inputs):
            source = self.source(ref)
            if source is not None:
                self.wire(source, made, f"input_{place}")

    def _settled_inputs(self, node: FlatNode, form: Form) -> list[Ref | None]:
        """Return what is wired to the inputs of a node, by their places; None where nothing is."""
        count = sum(count_of(arg, node.attrs) for arg, _ in form.inputs)
        own = [self._accesses.sources.get((node.name, place)) for place in range(count)]
        refs = [*node.inputs[:count], *(None for _ in range(count - len(node.inputs)))]
        return [
            self.settled(ref) if ref is not None else None
            for ref in (one or other for one, other in zip(own, refs, strict=True))
        ]

    def _wire_to(self, ref: Ref, made: str, pin: str) -> None:
        source = self.source(ref)
        if source is None:
            self._report.warn(
                "imported", say("model.no-source", tensor=f"{ref.node}:{ref.number}"), made, pin
            )
        else:
            self.wire(source, made, pin)

    def _typed_text(self, arg: OpArg, typed: set[str], ref: Ref) -> str | None:
        """Return the text that stands in a pin for a constant; None where a block is to hold it."""
        tensor: Tensor = self._flat.nodes[ref.node].attrs["value"]
        says = arg.dtype is not None or arg.type_attr in typed or reads_alone(tensor)
        return text_of(tensor, IN_PIN) if says else None

    def _const(self, node: FlatNode) -> None:
        tensor: Tensor = node.attrs["value"]
        made = self.block("Const", node.label)
        self.page.blocks[made].label = node.label if node.label != made else None
        self.names[made] = node.label
        wider = widened(tensor)
        try:
            value = self._stored.value(self._key(made), wider or tensor)
        except GraphFault as fault:
            self._report.warn("imported", fault.sentence, made, "val")
            return
        pins: dict[str, PinText] = {"val": value}
        if isinstance(value, str) and wider is None and not reads_alone(tensor):
            self.page.blocks[made].symbol = "Const_ex"
            pins["dtype"] = tensor.dtype
        self.page.blocks[made].pins = pins
        self._drawn[node.name] = made
        source = PinRef(made, "output") if wider is None else self._narrowed(made, tensor.dtype)
        self._outputs[Ref(node.name, 0)] = source

    def _key(self, block: str) -> str:
        return f"{self.page.name}.{block}"

    def _attrs(self, node: FlatNode, form: Form, functions: Mapping[str, str]) -> None:
        made = self._drawn[node.name]
        attrs = node.attrs
        if functions and node.op in ("While", "StatelessWhile"):
            # Its page says them, and takes Variables where the file has handles.
            attrs = {key: value for key, value in attrs.items() if key != "output_shapes"}
        try:
            pins = pins_of_attrs(form, attrs, functions)
            if pins:
                self.page.blocks[made].pins.update(pins)
        except Unsayable as fault:
            self._report.warn("imported", say("model.no-attr", attr=str(fault)), made)
