"""The statements that make the nodes of one function, or of the graph of a program in graph mode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from app.document.model.sentence import say
from app.engine.compiler.plan import Gradients, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.exchange.python_writer import control_flow, python_calls, variables
from app.engine.exchange.python_writer.calls import Operand, call_of, outputs_of
from app.engine.exchange.python_writer.control_edges import needed_controls
from app.engine.exchange.python_writer.drawn_loops import DrawnLoop
from app.engine.exchange.python_writer.graph import Nodes
from app.engine.exchange.python_writer.literals import plain, quoted, tensor
from app.engine.exchange.python_writer.loop_shapes import LoopShapes, shapes_of
from app.engine.exchange.python_writer.module import NOTING_ROUND, Module
from app.engine.exchange.python_writer.names import Names, identifier
from app.engine.exchange.python_writer.ranks import is_ranked
from app.engine.exchange.python_writer.scope import Scope
from app.engine.exchange.python_writer.text import (
    Expression,
    Item,
    Named,
    call,
    comment,
    flat,
    indented,
    is_packed,
    listing,
    statement,
)
from blocks.catalog import load
from blocks.op_facts.traits import BACK_EDGES, MERGES


class Statement(NamedTuple):
    """One statement, and in which contexts it stands."""

    before: str  # what stands before the expression: ``x = ``
    expression: Expression
    device: str = ""
    controls: tuple[str, ...] = ()  # what it waits for
    group: str = ""  # a heading

    def lines(self, level: int) -> list[str]:
        """Return the lines of the statement."""
        lines = statement(self.before, self.expression, level=level)
        return without_formatter(lines, self.expression, level)


class Definition(NamedTuple):
    """A function within the function, and in which contexts it stands."""

    text: Sequence[str]
    device: str = ""
    controls: tuple[str, ...] = ()
    group: str = ""

    def lines(self, level: int) -> list[str]:
        """Return the lines of the function, blank ones around them."""
        return ["", *indented(self.text, level), ""]


class Body(Scope):
    """Writes the nodes of one graph."""

    def __init__(self, module: Module, nodes: Nodes, names: Names, place: str = "") -> None:
        """Have no statements yet; the rest is a scope's."""
        super().__init__(module, nodes, names, place)
        self.statements: list[Statement | Definition] = []
        self.shown: frozenset[str] = frozenset()  # results that loops are to note
        self.shapes: Mapping[str, tuple[int, ...]] = {}  # by tensor, as far as loops must know

    # --- making

    def make(self, order: Iterable[str], shown: Iterable[str] = ()) -> None:
        """Add the statements of these nodes, sources first; ``shown`` are tensors that are taken besides."""
        order = self._without_idle_reads(list(order), shown)
        controls = needed_controls(self.nodes, order, self.module.style)
        named = {name for those in controls.values() for name in those}
        for name in order:
            gradients = self.nodes.gradients.get(name)
            if gradients is not None:
                self._make_gradients(gradients)
            elif name in self.nodes.nodes:
                self._make(self.nodes.nodes[name], controls.get(name, ()), name in named)
        self._close_loops(order)

    def _without_idle_reads(self, order: list[str], shown: Iterable[str]) -> list[str]:
        """Return the nodes without reads of Variables of which nothing takes the value."""
        refs = {*shown}
        for name in order:
            node, gradients = self.nodes.nodes.get(name), self.nodes.gradients.get(name)
            refs.update(node.inputs if node is not None else ())
            refs.update((*gradients.ys, *gradients.xs) if gradients is not None else ())
        taken = {node_of(ref) for ref in refs if not ref.startswith("^")}
        idle = {n.name for n in self.nodes.nodes.values() if n.op == "ReadVariableOp" and n.name not in taken}
        return [name for name in order if name not in idle]

    def _close_loops(self, order: Sequence[str]) -> None:
        """Lead the back edges of drawn loops to where they end, once both ends are made."""
        for name in order:
            node = self.nodes.nodes.get(name)
            for position, ref in enumerate(node.inputs if node is not None and node.op in MERGES else ()):
                source = self.nodes.nodes.get(node_of(ref))
                if node is not None and source is not None and source.op in BACK_EDGES:
                    closing = call(f"{self.made[name]}.op._update_input", str(position), self.tensor(ref))
                    self.add("", closing, node.block)

    def add(self, before: str, expression: Expression, block: str, controls: Sequence[str] = ()) -> None:
        """Add a statement of a block."""
        device = self.module.plan.device_of(block)
        self.statements.append(Statement(before, expression, device, tuple(controls), self._heading(block)))

    def _heading(self, block: str) -> str:
        return headings(self.module, block) if not self.place else ""

    def _make(self, node: PlanNode, controls: Sequence[str], is_named: bool) -> None:
        if f"{node.name}:0" in self.module.known or f"{node.name}:0" in self.values:
            return  # a constant of the module, an argument or what is fed
        if node.op == "Const" and node.value is not None:
            self._make_constant(node, controls)
            return
        texts = [self.made[name] for name in controls if name in self.made]
        if node.name in self.module.loops:
            self._make_loop(node, self.module.loops[node.name], texts)
            return
        special = (
            variables.statement_of(self, node)
            or control_flow.statement_of(self, node)
            or python_calls.statement_of(self, node)
        )
        if special is not None:
            self.assign(
                node,
                special.expression,
                texts,
                special.outputs,
                is_named,
                special.is_value,
                special.is_ranked,
            )
            return
        op = load().op(node.op)
        if op is None:
            self.module.refuse(node.block, say("export.unknown-op", op=node.op))
            return
        data = [ref for ref in node.inputs if not ref.startswith("^")]
        operands = [self.operand(self._opened(node, ref)) for ref in data]
        more = variables.shared(self.module, node, op)
        expression = call_of(node, op, operands, self.module.called, more)
        constants = [self._is_constant(ref) for ref in data]
        ranked = is_ranked(node, [one.is_ranked for one in operands], constants)
        self.assign(node, expression, texts, outputs_of(node, op), is_named, bool(op.outputs), ranked)

    def _opened(self, node: PlanNode, ref: str) -> str:
        """Return an input, in place of a loop's back edge what begins the loop: it is led back later."""
        source = self.nodes.nodes.get(node_of(ref))
        if node.op not in MERGES or source is None or source.op not in BACK_EDGES:
            return ref
        others = [r for r in node.inputs if self.nodes.nodes[node_of(r)].op not in BACK_EDGES]
        return others[0]

    def assign(
        self,
        node: PlanNode,
        expression: Expression,
        controls: Sequence[str],
        outputs: Sequence[str],
        is_named: bool,
        is_value: bool,
        ranked: bool = False,
    ) -> None:
        """Add the statement that gives what a node makes a name."""
        if not is_value and not is_named and self.module.style == "v2":
            self.add("", expression, node.block, controls)
            return
        name = self.name_of(node.name)
        self.made[node.name] = f"{name}{outputs[0]}" if outputs else name
        self.add(f"{name} = ", expression, node.block, controls)
        for i, output in enumerate(outputs):
            self.values[f"{node.name}:{i}"] = Operand(f"{name}{output}", is_ranked=ranked)

    def _is_constant(self, ref: str) -> bool:
        node = self.nodes.nodes.get(node_of(self.nodes.behind(ref)))
        return node is not None and node.op == "Const"

    @cached_property
    def _of_waiting_merges(self) -> frozenset[str]:
        """What goes into a Merge that waits for others, dead or not.

        A constant that is written into its call would wait with it, and be dead where one of them is.
        """
        merges = [
            n for n in self.nodes.nodes.values() if n.op in MERGES and any(r[0] == "^" for r in n.inputs)
        ]
        return frozenset(node_of(ref) for node in merges for ref in node.inputs)

    def _make_constant(self, node: PlanNode, controls: Sequence[str]) -> None:
        assert node.value is not None
        value = self.module.value_of(node.value)
        name = self.name_of(node.name)
        texts = [self.made[one] for one in controls if one in self.made]
        written = plain(value)
        key = f"{self.place}{node.name}".replace("/", ".")
        expression = tensor(value, self.module.arrays, key)
        stands_alone = node.name in self.fed or node.name in self._of_waiting_merges
        is_typed = node.name != node.block and not texts and not stands_alone
        if is_typed and len(flat(expression)) <= 40 and not is_packed(expression):
            short = written if written is not None and written.is_short else None
            self.values[f"{node.name}:0"] = Operand(expression, value.dtype, short, True)
            self.made[node.name] = flat(expression)
            return
        self.made[node.name] = name
        self.add(f"{name} = ", expression, node.block, texts)
        self.values[f"{node.name}:0"] = Operand(name, is_ranked=True)

    def _make_gradients(self, gradients: Gradients) -> None:
        name = self.name_of(gradients.name)
        self.made[gradients.name] = name
        ys, xs = ([self.tensor(ref) for ref in refs] for refs in (gradients.ys, gradients.xs))
        of = ys[0] if len(ys) == 1 else listing(ys)
        self.add(f"{name} = ", call("tf.gradients", of, listing(xs)), gradients.name)
        for i, ref in enumerate(gradients.xs):
            self.values[f"{gradients.name}/{i}:0"] = Operand(
                f"{name}[{i}]", is_ranked=self.operand(ref).is_ranked
            )

    # --- drawn loops

    def _make_loop(self, node: PlanNode, loop: DrawnLoop, controls: Sequence[str]) -> None:
        """Add the functions of a loop, its call, and the names of what it gives."""
        starts = [self.operand(variable.start) for variable in loop.variables]
        shapes = shapes_of(loop, self.nodes.nodes, self.shapes)
        ranked = [shapes.stay and start.is_ranked for start in starts]
        test, body = (
            self.names.of(f"{loop.name} {what}", like=f"{loop.frame} {what}") for what in ("test", "body")
        )
        self._define(test, loop, shapes, ranked, [loop.test])
        self._define(body, loop, shapes, ranked, [variable.next for variable in loop.variables], in_body=True)
        for key, variable in loop.takes:
            if key in self.shown:
                self.add("", call(NOTING_ROUND, quoted(key), str(variable.starts_at)), loop.block)
        taken: list[Item] = [test, body, listing(map(_plain, starts))]
        if not shapes.stay:
            taken.append(Named("shape_invariants=", f"[tf.TensorShape(None)] * {len(starts)}"))
        if variables.draws(
            self.module, loop.nodes.values()
        ):  # which TensorFlow orders in no rounds that overlap
            taken.append(Named("parallel_iterations=", "1"))
        names = [self.name_of((*v.exits, v.merge)[0]) for v in loop.variables]
        before = f"[{names[0]}] = " if len(names) == 1 else f"{', '.join(names)} = "
        self.add(before, call("tf.while_loop", *taken), loop.block, controls)
        self.made[node.name] = names[0]
        for i, name in enumerate(names):
            self.values[f"{node.name}:{i}"] = Operand(name, is_ranked=ranked[i])

    def _define(
        self,
        name: str,
        loop: DrawnLoop,
        shapes: LoopShapes,
        ranked: Sequence[bool],
        results: Sequence[str],
        in_body: bool = False,
    ) -> None:
        """Add the function of a loop's test, or of its rounds."""
        inner = type(self)(self.module, Nodes(loop.nodes), self.names.within(), self.place)
        inner.shown, inner.shapes = self.shown, shapes.known
        parameters = [inner.name_of(variable.merge) for variable in loop.variables]
        for parameter, variable, known in zip(parameters, loop.variables, ranked, strict=True):
            for ref in (f"{variable.merge}:0", *[f"{switch}:1" for switch in variable.switches]):
                inner.values[ref] = Operand(parameter, is_ranked=known)
        for enter, ref in loop.constants.items():
            inner.values[f"{enter}:0"] = self.operand(ref)
            inner.handles[enter] = self.handle_behind(node_of(ref))
        given = frozenset(node_of(ref) for ref in inner.values)
        notes = [note for note in loop.notes if note.in_body is in_body and note.key in self.shown]
        refs = [*results, *[note.ref for note in notes]]
        acting = [target for target in loop.targets if (target in loop.in_body) is in_body]
        needed = dict.fromkeys([*acting, *map(node_of, refs)])
        inner.make(inner.nodes.in_order([n for n in needed if n not in given], given), refs)
        noted = [(note.key, inner.tensor(note.ref)) for note in notes]
        if in_body:
            noted += [(key, str(1 - v.starts_at)) for key, v in loop.takes if key in self.shown]
        for key, tensor_ in noted:
            inner.add("", call(NOTING_ROUND, quoted(key), tensor_), loop.block)
        tensors = [inner.tensor(ref) for ref in results]
        returned = listing(tensors) if in_body else tensors[0]
        header = statement("def ", call(name, *parameters), ":")
        text = [*header, *inner.lines(1), *statement("return ", returned, level=1)]
        self.statements.append(Definition(text, self.module.plan.device_of(loop.block)))

    # --- the text

    def lines(self, level: int = 0) -> list[str]:
        """Return the statements, those of one context together, each group under its heading once."""
        found: list[str] = []
        seen: set[str] = set()
        for (device, controls), those in groupby(self.statements, lambda s: (s.device, s.controls)):
            deeper = level
            for before, expression in _contexts(device, controls):
                found += statement(before, expression, ":", deeper)
                deeper += 1
            for one in those:
                if one.group and one.group not in seen:
                    seen.add(one.group)
                    found += comment(one.group, deeper)
                found += one.lines(deeper)
        return [line for i, line in enumerate(found) if line or not i or found[i - 1]]


def _contexts(device: str, controls: Sequence[str]) -> Iterator[tuple[str, Expression]]:
    """Give the contexts of a statement, the outer one first."""
    if device:
        yield "with ", call("tf.device", quoted(device))
    if controls:
        yield "with ", call("tf.control_dependencies", listing(controls))


def _plain(one: Operand) -> Expression:
    """Return Python's own value of an operand, where TensorFlow makes the same tensor of it: it takes a list apart."""
    written = one.plain.expression if one.plain is not None and one.plain.natural == one.dtype else None
    return written if isinstance(written, str) and not written.startswith("[") else one.expression


def headings(module: Module, block: str) -> str:
    """Return what the page says above a block: its label, that of the use that it stands in, or its frame's text."""
    outer = module.page.blocks.get(block.split("/", 1)[0])
    if outer is None:
        return ""
    if outer.label and outer.label != outer.id:
        scope, _, name = outer.label.rpartition("/")
        # What the id says already is not said again: dense_MatMul stands under model/dense.
        return scope if scope and identifier(name) in identifier(outer.id) else outer.label
    x, y = outer.at
    for note in module.page.notes.values():
        within = note.at[0] <= x < note.at[0] + note.size[0] and note.at[1] <= y < note.at[1] + note.size[1]
        if note.kind == "frame" and within and note.text.strip():
            return note.text.strip()
    return ""


def without_formatter(lines: list[str], expression: Expression, level: int = 0) -> list[str]:
    """Return lines within the comments that hold the formatter off, where they need it."""
    if not is_packed(expression):
        return lines
    return [*indented(["# fmt: off"], level), *lines, *indented(["# fmt: on"], level)]
