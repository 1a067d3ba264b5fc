"""Turns a model's graph into the pages of a project, with their arrays and a report of what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import msgspec

from app.document.formats.report import Report
from app.document.model.diagram import Page, Project
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from app.engine.exchange.accesses import VARIABLES, Accesses, accesses_of, in_order, with_merged
from app.engine.exchange.calls import ARGUMENT, FlatGraph, FlatNode, Ref, flatten
from app.engine.exchange.early_reads import hold_early_reads
from app.engine.exchange.folding import Folder
from app.engine.exchange.function_graphs import FunctionGraphs, upstream_of
from app.engine.exchange.function_pages import Called, FunctionPages
from app.engine.exchange.gates import lead_constants_in
from app.engine.exchange.graph import Function, GraphFault, ModelGraph
from app.engine.exchange.old_ops import renew
from app.engine.exchange.op_outputs import dtype_of
from app.engine.exchange.overlapping import order_rounds_of
from app.engine.exchange.page_maker import PageMaker
from app.engine.exchange.placing import placed, view_as_placed
from app.engine.exchange.roots import DROPPED, Roots, roots_of
from app.engine.exchange.slot_reads import follow_slots, has_slots
from app.engine.exchange.stored_arrays import StoredArrays
from app.engine.values.results import TensorValue
from blocks.catalog import Catalog

_GROUPS = {"setup": "init", "fill": "fill", "step": "session"}  # ids of sessions, in the order of their runs
_HANDLES = frozenset({"DT_RESOURCE", "DT_VARIANT"})  # nothing to look at
_ROUNDS = 16  # initial values that need other Variables


class ConvertedPage(msgspec.Struct):
    """A page, and what was said of it."""

    page: Page
    report: list[Sentence]
    problems: list[Problem]
    outputs: dict[str, str] = {}  # by name the pins that are shown


class Converted(msgspec.Struct):
    """A model as pages; ``arrays`` are to lie beside the project by key, ``files`` too: of the model, by name."""

    pages: list[ConvertedPage]
    arrays: dict[str, TensorValue]

    def project(self) -> Project:
        """Return the pages as a project."""
        return Project(pages=[made.page for made in self.pages])


def convert(
    graph: ModelGraph, catalog: Catalog, *, name: str, npz: str, signature: str | None = None
) -> Converted:
    """Return a model's graph as pages: each signature one, or ``name`` where there are none.

    ``npz`` is what pages call the file of their arrays. Raises GraphFault.
    """
    conversion = _Conversion(graph, catalog, npz)
    chosen = roots_of(graph, name)
    if signature is not None:
        chosen = [roots for roots in chosen if roots.name == signature]
        if not chosen:
            names = tuple(s.name for s in graph.signatures)
            if not names:
                raise GraphFault(say("model.without-signatures", name=signature))
            raise GraphFault(say("model.no-signature", name=signature, names=names))
    for roots in chosen:
        conversion.name(roots.name)
    for roots in chosen:
        conversion.draw(roots)
    conversion.draw_functions()
    return conversion.converted()


class _Conversion:
    def __init__(self, graph: ModelGraph, catalog: Catalog, npz: str) -> None:
        self._graph, self._catalog = graph, catalog
        self._stored = StoredArrays(npz)
        self._pages: list[ConvertedPage] = []
        self._drawn: list[tuple[Page, ConvertedPage]] = []  # as drawn, before they were folded
        self._names: set[str] = set()
        self._folder = Folder(catalog)
        self._functions = FunctionPages(graph, catalog, self.name)
        self._graphs = FunctionGraphs(graph, catalog)

    def name(self, plain: str) -> str:
        """Return a name for a page that no other page has."""
        found, number = plain, 2
        while found in self._names:
            found, number = f"{plain} ({number})", number + 1
        self._names.add(found)
        return found

    def converted(self) -> Converted:
        """Return what was drawn."""
        return Converted(self._pages, self._stored.arrays)

    # --- pages that run
    def draw(self, roots: Roots) -> None:
        """Draw the page of a signature, or of a graph without any."""
        flat, starts = self._flattened(roots)
        renew(flat)
        lead_constants_in(flat, self._catalog)
        order_rounds_of(flat, self._catalog)
        order = in_order(flat)
        if has_slots(flat) and follow_slots(
            flat, accesses_of(flat, order, self._catalog, initial=self._graph.passed)
        ):
            order = in_order(flat)
        accesses = accesses_of(
            flat, order, self._catalog, initial=self._graph.passed, written=self._graphs.written
        )
        order = hold_early_reads(flat, with_merged(order, accesses), accesses, self._catalog)
        report = Report()
        maker = PageMaker(roots.name, self._graph, flat, accesses, self._catalog, self._stored, report)
        fetched = self._fetched(flat, roots)
        run = self._run(flat, accesses)
        shown = [*fetched.values(), *starts.values(), *flat.roots[len(roots.outputs) :]]
        needed = _upstream(flat, accesses, shown, run)
        drawn = [node for node in order if node.name in needed]
        pages = self._functions.of(flat, accesses, drawn)
        maker.draw(drawn, self._own_ids(flat, roots, fetched, accesses), pages)
        for variable, ref in starts.items():
            maker.start_with(variable, ref)
        self._sessions(maker, flat, roots, fetched, run)
        _report_dropped(report, flat, needed, accesses, order)
        self._finish(maker, report, self._head(roots, flat, maker), self._shown(maker, fetched))

    def _flattened(self, roots: Roots) -> tuple[FlatGraph, dict[str, Ref]]:
        """Return the flat graph, with what Variables without a value in the file begin with."""
        inputs, outputs = list(roots.inputs.values()), list(roots.outputs.values())
        starts: dict[str, str] = {}
        for _ in range(_ROUNDS):
            texts = [*outputs, *inputs, *starts.values()]
            flat = flatten(self._graph, self._catalog, texts, roots.effects)
            new = {
                node.name: self._graph.starts[node.name]
                for node in flat.nodes.values()
                if node.op in VARIABLES and node.name in self._graph.starts and node.name not in starts
                and node.name not in self._graph.values
            }  # fmt: skip
            if not new:
                break
            starts.update(new)
        begin = len(outputs) + len(inputs)
        return flat, dict(zip(starts, flat.roots[begin:], strict=True))

    def _fetched(self, flat: FlatGraph, roots: Roots) -> dict[str, Ref]:
        """Return the tensors that are shown: of a graph without signatures all outputs of its ends."""
        fetched = dict(zip(roots.outputs, flat.roots, strict=False))
        if roots.outputs:
            return fetched
        for name in flat.effects.get("step", ()):
            op = self._catalog.op(flat.nodes[name].op)
            if op is not None and not op.outputs:
                continue
            if op is None or dtype_of(op, flat.nodes[name].attrs, 0) not in _HANDLES:
                fetched[flat.nodes[name].label] = Ref(name, 0)
        return fetched

    def _run(self, flat: FlatGraph, accesses: Accesses) -> dict[str, list[str]]:
        """Return by group the nodes that are run for what they do."""
        done: set[str] = set()
        found: dict[str, list[str]] = {}
        writers = set(accesses.writers)
        acting = self._graphs.acting(flat.nodes.values()) - writers
        if not acting and not writers:
            return {group: [] for group in _GROUPS}
        used = upstream_of(flat, [*flat.effects.get("step", ()), *(ref.node for ref in flat.roots)])
        for group in _GROUPS:
            begin = [*flat.effects.get(group, ())]
            if group == "step":
                begin += [ref.node for ref in flat.roots]
            if group == "setup":
                run = {name for name in acting if self._begins(flat, name, used)}
            else:
                run = acting | writers
            upstream = upstream_of(flat, begin) - done - self._graph.passed
            found[group] = [name for name in flat.nodes if name in upstream and name in run]
            done.update(found[group])
        return found

    def _begins(self, flat: FlatGraph, name: str, used: Collection[str]) -> bool:
        """Return whether a node makes something ready that the page uses, or nothing in particular."""
        ready = [ref.node for ref in flat.nodes[name].inputs if self._is_handle(flat, ref)]
        return not ready or any(node in used for node in ready)

    def _is_handle(self, flat: FlatGraph, ref: Ref) -> bool:
        node = flat.nodes[ref.node]
        op = self._catalog.op(node.op)
        if op is None or not op.outputs:
            return False
        return op.outputs[0].is_ref or dtype_of(op, node.attrs, ref.number) == "DT_RESOURCE"

    def _shown(self, maker: PageMaker, fetched: dict[str, Ref]) -> list[str]:
        """Return the names of what is shown, each tensor once."""
        names: dict[Ref, str] = {}
        for name, ref in fetched.items():
            if maker.source(ref) is not None:
                names.setdefault(maker.settled(ref), name)
        return list(names.values())

    def _own_ids(
        self, flat: FlatGraph, roots: Roots, fetched: dict[str, Ref], accesses: Accesses
    ) -> dict[str, str]:
        """Return the ids of inputs and outputs, which are called as the signature does."""
        begin = len(roots.outputs)
        found = {ref.node: key for key, ref in zip(roots.inputs, flat.roots[begin:], strict=False)}
        if not roots.outputs:
            return found
        for key, ref in fetched.items():
            if flat.nodes[ref.node].op == "Identity" and ref.node not in found:
                found[ref.node] = key
        return found

    def _sessions(
        self,
        maker: PageMaker,
        flat: FlatGraph,
        roots: Roots,
        fetched: dict[str, Ref],
        run: dict[str, list[str]],
    ) -> None:
        sessions: dict[str, str] = {}
        for group, name in _GROUPS.items():
            if group == "step" or run[group]:
                sessions[group] = maker.block("ClientSession", name, exact=True)
                if group == "setup":
                    maker.page.blocks[sessions[group]].pins["once"] = "true"
                for node in run[group]:
                    source = maker.operation(node)
                    if source is not None:
                        maker.wire(source, sessions[group], "run_outputs")
        for name in self._shown(maker, fetched):
            source = maker.source(fetched[name])
            if source is not None:
                maker.wire(source, sessions["step"], "fetch_outputs")
        used = {wire.source.block for wire in maker.page.wires}
        for fed in list(flat.nodes.values()):
            if fed.op in ("Placeholder", "PlaceholderV2") and maker.id_of(fed.name) in used:
                maker.feed(Ref(fed.name, 0), sessions["step"])

    # --- pages that are called
    def draw_functions(self) -> None:
        """Draw the pages of the functions that drawn nodes call."""
        while self._functions.waiting:
            called = self._functions.waiting.pop(0)
            self._draw_function(called)

    def _draw_function(self, called: Called) -> None:
        function = self._graph.functions[called.function]
        flat, order, accesses, acts = self._graphs.of(called.function, called.bound)
        report = Report()
        page = self._functions.pages[called]
        maker = PageMaker(page, self._graph, flat, accesses, self._catalog, self._stored, report)
        maker.draw(
            [flat.nodes[name] for name, _ in function.args], {name: name for name, _ in function.args}, {}
        )
        gives = _given(function, flat, accesses, called)
        needed = _upstream(flat, accesses, [ref for _, ref in gives], {"step": acts})
        drawn = [node for node in order if node.name in needed]
        maker.draw(drawn, {}, self._functions.of(flat, accesses, drawn))
        for name, ref in gives:
            source = maker.source(ref)
            result = maker.block("Result", name, exact=True)
            if source is not None:
                maker.wire(source, result, "input")
        _report_dropped(report, flat, needed, accesses, order)
        self._finish(maker, report, [say("model.function", name=called.function)], is_called=True)

    # --- reports
    def _finish(
        self,
        maker: PageMaker,
        report: Report,
        head: list[Sentence],
        fetched: Sequence[str] = (),
        *,
        is_called: bool = False,
    ) -> None:
        """Take a drawn page, folded into pages that can be looked at; one that does the same as another is left out."""
        flat = maker.page
        twin = None if is_called else next((one for one in self._drawn if _is_same(one[0], flat)), None)
        if twin is not None:
            twin[1].report.append(say("model.same-signature", name=flat.name))
            return
        folded = self._folder.fold(flat, maker.names, self._names)
        self._names.update(page.name for page in folded)
        pages = [ConvertedPage(page, [say("model.part-of", name=flat.name)], []) for page in folded]
        if len(folded) > 1:
            head = [*head, say("model.folded", count=len(folded) - 1)]
        wires = pages[0].page.wires_to(_GROUPS["step"], "fetch_outputs") if not is_called else []
        for name, wire in zip(fetched, wires, strict=False):
            pages[0].outputs[name] = str(wire.source)
            head.append(say("model.output", name=name, pin=str(wire.source)))
        pages[0].report = report.lines(head)
        found = [*report.problems, *report.infos(flat.blocks)]
        pages[0].problems = [_on_page(problem, folded[0]) for problem in found]
        if folded[0] is flat:
            flat.blocks = placed(flat.blocks, flat.wires, self._catalog)
            flat.view = view_as_placed(flat.view)
        self._pages += pages
        self._drawn.append((flat, pages[0]))

    def _head(self, roots: Roots, flat: FlatGraph, maker: PageMaker) -> list[Sentence]:
        page = maker.page
        head = [
            say("model.read", version=self._graph.tensorflow, producer=self._graph.producer)
            if self._graph.tensorflow
            else say("model.read-unversioned"),
            say("model.counts", nodes=len(flat.nodes), blocks=len(page.blocks), wires=len(page.wires)),
        ]
        if flat.calls:
            head.append(say("model.inlined", count=flat.calls, functions=len(flat.called)))
        for key in roots.inputs:
            example = f"{key}_value"
            is_fed = example in page.blocks
            head.append(
                say("model.input", name=key, block=example) if is_fed else say("model.unused-input", name=key)
            )
        head.append(say("model.fusions"))
        return head


def _on_page(problem: Problem, page: Page) -> Problem:
    """Return a problem, of the page as a whole where its block has gone into another one."""
    if problem.block is None or problem.block in page.blocks:
        return problem
    sentence = say("report.line", owner=problem.block, kind=say("report.missing"), what=problem.sentence)
    return msgspec.structs.replace(problem, block=None, pin=None, sentence=sentence)


def _is_same(one: Page, other: Page) -> bool:
    """Return whether two pages do the same, block by block."""
    return one.wires == other.wires and [(b.id, b.symbol, b.pins) for b in one.blocks.values()] == [
        (b.id, b.symbol, b.pins) for b in other.blocks.values()
    ]


def _given(function: Function, flat: FlatGraph, accesses: Accesses, called: Called) -> list[tuple[str, Ref]]:
    """Return what a page gives that is called, with the Variables that it gives on, as they are at its end."""
    gives = [(name, ref) for (name, _), ref in zip(function.results, flat.roots, strict=True)]
    for place in called.given_on:
        name, _ = function.args[place]
        if called.is_loop:
            gives[place] = (gives[place][0], accesses.last(name))
        else:
            gives.append((name, accesses.last(name)))
    return gives


def _upstream(
    flat: FlatGraph, accesses: Accesses, refs: Iterable[Ref], run: dict[str, list[str]]
) -> set[str]:
    """Return the nodes that tensors and nodes to run take values from, themselves too."""
    found: set[str] = set()
    todo = [ref.node for ref in refs]
    todo += [name for names in run.values() for name in names]
    sources, undrawn = accesses.sources, accesses.undrawn
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        own = accesses.instead.get(Ref(name, 0)) if name in undrawn else None
        if own is not None:
            todo.append(own.node)
        elif sources:
            todo += [sources.get((name, i), ref).node for i, ref in enumerate(flat.nodes[name].inputs)]
        else:
            todo += [ref.node for ref in flat.nodes[name].inputs]
    return found


def _report_dropped(
    report: Report, flat: FlatGraph, needed: set[str], accesses: Accesses, order: list[FlatNode]
) -> None:
    """Say what of the graph is not on the page."""
    dropped = Counter(node.op for node in order if node.op in DROPPED and node.name not in needed)
    for op, count in sorted(dropped.items()):
        report.add("missing", "", say("model.dropped", op=op, count=count))
    reads = len(accesses.undrawn)
    if reads:
        report.add("replaced", "", say("model.reads", count=reads))
    for old, new in sorted(Counter((flat.nodes[n].op, op) for n, op in accesses.ops.items())):
        report.add("replaced", "", say("model.by-reference", old=old, new=new))
    for old, new in sorted(flat.renewed.items()):
        report.add("replaced", "", say("model.renewed", old=old, new=new))
    waiting = [node for node in order if node.controls and node.name in needed]
    waits = sum(_counts(flat, accesses, name) for node in waiting for name in node.controls)
    if waits:
        report.add("missing", "", say("model.waits", count=waits))
    devices = sorted({node.device for node in order if node.device and node.name in needed})
    if devices:
        report.add("missing", "", say("model.devices", devices=tuple(devices[:6])))
    for name in accesses.unsaid:
        report.warn("imported", say("model.no-reference-form", op=flat.nodes[name].op))


def _counts(flat: FlatGraph, accesses: Accesses, name: str) -> bool:
    """Return whether it changes anything that a node does not wait for another one."""
    node = flat.nodes[name]
    still = DROPPED | VARIABLES | {"Const", "Placeholder", "Identity", "IdentityN", ARGUMENT}
    return node.op not in still and name not in accesses.writers and name not in accesses.undrawn
