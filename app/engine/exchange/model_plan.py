"""Makes of a plan what a model file needs to know: its resource form, its signatures, and what it cannot hold.

A signature is what a ClientSession runs: from the tensors that it is fed with to those wired to its fetch_outputs.
Its names are the blocks' ids, with the pin where a block gives several.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from app.document.model.diagram import Page, PinRef
from app.document.model.problems import Problem, error, warning
from app.document.model.sentence import say
from app.engine.compiler.places import said_by
from app.engine.compiler.plan import Fetch, Plan, PlanNode, PlanSession
from app.engine.compiler.plan_walk import node_of
from app.engine.compiler.resource_form import resource_form
from app.engine.exchange.branches import Branches
from blocks.catalog import load
from blocks.op_facts.resource_forms import RESOURCE_FORMS
from blocks.op_facts.side_effects import PYTHON_OPS, Effect
from blocks.symbol import pins_by_name

ModelFormat = Literal["saved_model", "frozen", "tflite", "onnx"]
_OF_ONE_GRAPH = frozenset({"frozen", "tflite", "onnx"})  # a graph without Variables, and without a beginning
_WRITES = frozenset(RESOURCE_FORMS.values()) - {"VarIsInitializedOp"}

_FETCHES = "fetch_outputs"


class Named(msgspec.Struct, frozen=True):
    """An input or output of a signature: its name, and the tensor of the plan in resource form."""

    name: str
    tensor: str


class Signature(msgspec.Struct, frozen=True):
    """What one ClientSession takes and gives; ``targets`` are the nodes that run as well."""

    session: str  # the block; "" on a page without one
    inputs: tuple[Named, ...]
    outputs: tuple[Named, ...]
    targets: tuple[str, ...] = ()
    late_targets: tuple[str, ...] = ()  # those of them that may be missing, on a branch that is not taken
    closed_gates: tuple[str, ...] = ()  # nodes whose inputs do not count here
    once: bool = False  # it runs when the model is loaded


class Asset(msgspec.Struct, frozen=True):
    """A file that goes with the model: the constant that names it, and the name, as typed."""

    node: str
    file: str


class ModelPlan(msgspec.Struct, frozen=True):
    """The plan in resource form, with its signatures in the order in which they run."""

    plan: Plan
    signatures: tuple[Signature, ...]
    assets: tuple[Asset, ...] = ()


class ModelDraft(NamedTuple):
    """A model, and what is to be said of it; with an error among the problems it is not to be written."""

    model: ModelPlan
    problems: list[Problem]


def model_plan(plan: Plan, page: Page, kind: ModelFormat, started: Collection[str] = ()) -> ModelDraft:
    """Return what goes into a model file of that kind.

    ``started`` are the Variables that begin with a value of a snapshot.
    """
    form = resource_form(plan)
    problems = [*form.problems, *_python(form.plan), *_open_arguments(form.plan)]
    drafts = _Signatures(form.plan, page, set(started))
    signatures = tuple([drafts.of(session) for session in form.plan.sessions])
    problems += drafts.problems
    if kind in _OF_ONE_GRAPH:
        problems += _beyond_one_graph(form.plan, signatures, drafts.unset)
    return ModelDraft(ModelPlan(form.plan, signatures, _assets(form.plan, signatures)), problems)


class _Signatures:
    """Makes the signatures of a plan, and collects what cannot be an output."""

    def __init__(self, plan: Plan, page: Page, started: set[str]) -> None:
        self._plan, self._page = plan, page
        self._branches = Branches(plan)
        self._nodes = {node.name: node for node in plan.nodes}
        self.unset = {v.block for v in plan.variables if v.start == "none"} - started
        self.problems: list[Problem] = []

    def of(self, session: PlanSession) -> Signature:
        """Return the signature of a session."""
        inputs = self._inputs(session)
        outputs = self._outputs(session)
        if not outputs and not session.once:
            hint = say("hint.export-outputs")
            self.problems.append(
                error("no-export", say("export.no-outputs"), session.block or None, hint=hint)
            )
        targets = tuple([t for t in session.targets if t not in self._plan.looped])
        shown = {gate for gate, variable in session.shown_gates if variable in self.unset}
        return Signature(
            session.block,
            inputs,
            outputs,
            targets,
            tuple([t for t in targets if self._branches.may_be_missing(t)]),
            tuple([node_of(gate) for gate in (*session.closed_gates, *sorted(shown))]),
            session.once,
        )

    def _inputs(self, session: PlanSession) -> tuple[Named, ...]:
        refs = [ref for ref, _ in session.feeds]
        refs += [f"{block}:0" for block in self._plan.unfed if f"{block}:0" not in refs]
        return tuple(_named([(self._block(ref), "", ref) for ref in dict.fromkeys(refs)]))

    def _block(self, ref: str) -> str:
        node = self._nodes.get(node_of(ref))
        return node.block if node is not None else node_of(ref)

    def _outputs(self, session: PlanSession) -> tuple[Named, ...]:
        """Return what the session is wired to show; without such wires, all that it shows."""
        if session.once:
            return ()
        shown = {fetch.key: fetch for fetch in session.fetches}
        chosen: list[tuple[str, str, str]] = []  # block, pin, tensor
        for block, fetch, index in self._fetched(session, shown):
            pin = fetch.key.rsplit(".", 1)[1]
            refs = fetch.refs if index is None else fetch.refs[index : index + 1]
            if self._can_be_had(fetch, refs):
                many = len(fetch.refs) > 1
                chosen += [(block, f"{pin}_{index or i}" if many else pin, r) for i, r in enumerate(refs)]
        return tuple(_named(chosen))

    def _fetched(
        self, session: PlanSession, shown: Mapping[str, Fetch]
    ) -> Iterable[tuple[str, Fetch, int | None]]:
        """Give each output with the block that names it, and which element of a list it is (None: all)."""
        wires = [w for w in self._page.wires if w.target.block == session.block and w.target.pin == _FETCHES]
        if session.block == "":
            wires = [w for w in self._page.wires if self._page.blocks[w.target.block].symbol == "Result"]
        found = [(w, shown.get(self._key(w.source))) for w in wires]
        if session.block == "" and any(fetch for _, fetch in found):
            return [(w.target.block, fetch, w.source.index) for w, fetch in found if fetch is not None]
        named = [(w.source.block, fetch, w.source.index) for w, fetch in found if fetch is not None]
        if named:
            return named
        ends = set(session.targets) if session.block == "" else set()
        last = [f for f in shown.values() if not ends or any(node_of(r) in ends for r in f.refs)]
        return [(f.key.rsplit(".", 1)[0], f, None) for f in last]

    def _key(self, source: PinRef) -> str:
        """Return the key of an output; a wire may name its pin by an alias."""
        block = self._page.blocks.get(source.block)
        symbol = load().get(block.symbol) if block is not None else None
        pin = pins_by_name(symbol, "out").get(source.pin) if symbol is not None else None
        return f"{source.block}.{pin.name if pin is not None else source.pin}"

    def _can_be_had(self, fetch: Fetch, refs: Sequence[str]) -> bool:
        """Return whether an output has a value in every call; else it is said that it is left out."""
        block, _, pin = fetch.key.rpartition(".")
        if fetch.handle:
            sentence = say("export.output-handle", pin=fetch.key)
        elif fetch.unset in self.unset:
            sentence = say("export.output-unset", pin=fetch.key)
        elif any(self._branches.may_be_missing(ref) or node_of(ref) in self._plan.looped for ref in refs):
            sentence = say("export.output-missing", pin=fetch.key)
        else:
            return True
        self.problems.append(warning("no-export", sentence, block, pin))
        return False


def _named(found: Sequence[tuple[str, str, str]]) -> list[Named]:
    """Name tensors by their blocks, with the pin where a block has several of them."""
    unique = dict.fromkeys(found)
    blocks = [block for block, _, _ in unique]
    named: dict[str, str] = {}
    for block, pin, tensor in unique:
        name = block if blocks.count(block) == 1 or not pin else f"{block}_{pin}"
        while named.get(name, tensor) != tensor:
            name += "_"
        named[name] = tensor
    return [Named(name, tensor) for name, tensor in named.items()]


# --- what a file cannot hold -------------------------------------------------------------------------------------


def _python(plan: Plan) -> list[Problem]:
    blocks = dict.fromkeys(node.block for node in plan.all_nodes if node.op in PYTHON_OPS)
    hint = say("hint.export-python")
    return [error("no-export", say("export.python", block=block), block, hint=hint) for block in blocks]


def _open_arguments(plan: Plan) -> list[Problem]:
    """Return the Arguments of which nothing says what they take: what is behind them is not known."""
    known = {node.name for node in plan.nodes}
    blocks = [block for block in plan.unfed if block not in known]
    hint = say("hint.export-argument")
    return [error("no-export", say("export.open-argument", block=b), b, "dtype", hint=hint) for b in blocks]


def _beyond_one_graph(plan: Plan, signatures: Sequence[Signature], unset: Collection[str]) -> list[Problem]:
    """Return what only a SavedModel holds: several sessions, a beginning, and Variables that change."""
    found = []
    steps = [one for one in signatures if not one.once]
    hint = say("hint.export-saved-model")
    for one in signatures:
        if one.once:
            found.append(error("no-export", say("export.once", block=one.session), one.session, hint=hint))
    for one in steps[1:]:
        sentence = say("export.several-sessions", block=one.session, first=steps[0].session)
        found.append(error("no-export", sentence, one.session, hint=hint))
    written = {node.block: _variable_of(node) for node in plan.nodes if node.op in _WRITES}
    for block, variable in written.items():
        found.append(
            error("no-export", say("export.writes", block=block, variable=variable), block, hint=hint)
        )
    for block in sorted(unset):
        found.append(error("no-export", say("export.without-value", block=block), block))
    return found


def _variable_of(node: PlanNode) -> str:
    return node_of(node.inputs[0])


def _assets(plan: Plan, signatures: Sequence[Signature]) -> tuple[Asset, ...]:
    """Return the files that are read when the model is loaded: vocabularies of tables."""
    if not any(one.once for one in signatures):
        return ()
    nodes = {node.name: node for node in plan.nodes}
    found: dict[str, str] = {}
    for node in plan.nodes:
        for said in said_by(node, nodes, {}, frozenset()):
            if said.position is None or said.texts is None or len(said.texts) != 1:
                continue
            source = node_of(node.inputs[said.position])
            if said.place.effect & Effect.READS_FILES and nodes[source].op == "Const":
                found[source] = said.texts[0]
    return tuple([Asset(node, file) for node, file in found.items()])
