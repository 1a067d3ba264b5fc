"""Rewrites a plan with Variables into the same plan with resource variables, which functions and model files take.

The order of the step stands in the plan already; here it only takes the other form, and the step gives the same bits:

- a Variable ``v`` becomes its handle, a VarHandleOp of the same name;
- what reads its reference takes ``v/value``, a ReadVariableOp that may run at any time, as nothing writes that Variable
  in the step; where something does, the step order has led the readers to ``v/read``, ``writer/after`` and their
  like, and these become ReadVariableOps at their places;
- a writer ``w`` becomes ``w/write``, its op for resource variables, and a ReadVariableOp ``w`` behind it, the value
  right after the write; who wrote on through the reference of ``w`` takes the handle, behind ``w``;
- RefSwitch, RefMerge, RefEnter and the rest pass the handle on; what reads it there takes ``alias/value_i``;
- what calls a function that takes a Variable by reference takes the handle; behind it what it passed on is read.

Names of nodes stay, so sessions, gates, gradients and whose block a node is stay as well. References to queues,
barriers and accumulators are no Variables: they stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.compiler.plan import Fetch, Gradients, Plan, PlanFunction, PlanNode, PlanSession, PlanVariable
from app.engine.compiler.plan_walk import node_of
from app.engine.compiler.value_guards import positions
from blocks.catalog import load
from blocks.dtypes import label
from blocks.op_facts.functions import CALLS
from blocks.op_facts.resource_forms import PASSING_HANDLE, RESOURCE_FORMS, WITHOUT_KERNEL
from blocks.op_facts.traits import DESTROYING, MAKES_REF
from blocks.symbol import Op

_READS = frozenset({"DeepCopy", "Identity"})  # as the step order makes them, beside the blocks' own nodes


class ResourceForm(NamedTuple):
    """The plan with resource variables. Where there are problems, some node of it has no such form: do not use it."""

    plan: Plan
    problems: tuple[Problem, ...]


class BodyForm(NamedTuple):
    """The nodes of a function in resource form, and the tensors in place of those that were asked for."""

    nodes: list[PlanNode]
    values: list[str]
    problems: list[Problem]


def resource_form(plan: Plan, *, everything: bool = False) -> ResourceForm:
    """Return a plan in resource form. A plan without Variables is returned as it is.

    ``everything``: its outputs are all led to what they show, not only those that sessions show.
    """
    if not any(node.op in MAKES_REF for node in plan.nodes):
        return ResourceForm(plan, ())
    return _whole(plan, everything)


def takes_handles(plan: Plan) -> bool:
    """Return whether functions of a plan take Variables by reference, so that it only runs in resource form."""
    return any(arg.variable for function in plan.functions for arg in function.args)


def as_built(plan: Plan, *, everything: bool = False) -> Plan:
    """Return a plan in the form in which it is built: with resource variables where functions take handles."""
    return resource_form(plan, everything=everything).plan if takes_handles(plan) else plan


def body_form(
    nodes: Sequence[PlanNode], functions: Mapping[str, PlanFunction], values: Sequence[str]
) -> BodyForm:
    """Return the nodes of a function, among which Variables stand for arguments, as they take the handles of these.

    ``values`` are tensors, in whose place come those that read where they are references.
    """
    rewriting = _Rewriting(nodes, functions)
    made = {node.name: rewriting.written(node) for node in nodes if node.op not in MAKES_REF}
    read = [rewriting.value(ref) for ref in values]
    every = [one for those in made.values() for one in those]
    return BodyForm([*rewriting.all_reads, *every], read, rewriting.problems)


def _whole(plan: Plan, everything: bool) -> ResourceForm:
    """Rewrite a plan."""
    one = _Rewriting(plan.nodes, {function.name: function for function in plan.functions})
    written = {node.name: one.written(node) for node in plan.nodes}
    gradients = tuple([one.gradients(each) for each in plan.gradients])
    variables = tuple([one.variable(each) for each in plan.variables])
    sessions = tuple([one.session(each) for each in plan.sessions])
    if everything:
        outputs = {key: one.fetch(fetch) for key, fetch in plan.outputs.items()}
    else:
        shown = {fetch.key: fetch for session in sessions for fetch in session.fetches}
        plain = {k: f for k, f in plan.outputs.items() if one.references.keys().isdisjoint(f.refs)}
        outputs = {**plain, **shown}
    nodes, looped = [], set(plan.looped)
    for name, made in written.items():
        made = [*made, *one.reads.get(name, {}).values()]
        nodes += made
        if name in looped:
            looped.update(node.name for node in made)
    rewritten = replace(
        plan,
        nodes=tuple(nodes),
        gradients=gradients,
        variables=variables,
        sessions=sessions,
        outputs=outputs,
        looped=tuple([node.name for node in nodes if node.name in looped]),
    )
    return ResourceForm(rewritten, tuple(one.problems))


class _Reference(NamedTuple):
    """What stands for the reference to a Variable that a tensor gives."""

    variable: str
    dtype: str
    handle: str  # the tensor
    value: str  # the tensor that reads it
    behind: str = ""  # the node after which whoever takes the reference runs


class _Rewriting:
    """Nodes of one plan, or of one function, on their way to resource form."""

    def __init__(self, nodes: Sequence[PlanNode], functions: Mapping[str, PlanFunction]) -> None:
        """Follow the references; ``functions`` are those that nodes call."""
        self._functions = functions
        self.problems: list[Problem] = []
        self._nodes = {node.name: node for node in nodes}
        self._reshaped: set[str] = set()  # Variables whose shape an Assign may change
        self.references = self._found()
        self.reads: dict[
            str, dict[str, PlanNode]
        ] = {}  # by the node whose reference is read: the readers made
        self._read_as: dict[str, list[str]] = {}  # by reference: the tensors that give its value

    @property
    def all_reads(self) -> list[PlanNode]:
        """The nodes that were made to read references."""
        return [read for those in self.reads.values() for read in those.values()]

    # --- references -----------------------------------------------------------------------------------------------

    def _found(self) -> Mapping[str, _Reference]:
        """Follow the references from the Variables on, through writers and what passes them on."""
        users: dict[str, list[PlanNode]] = {}
        for node in self._nodes.values():
            for ref in node.inputs:
                users.setdefault(ref, []).append(node)
        found: dict[str, _Reference] = {}
        for node in self._nodes.values():
            if node.op in MAKES_REF:
                tensor = f"{node.name}:0"
                found[tensor] = _Reference(node.name, node.attrs["dtype"], tensor, f"{node.name}/value:0")
        todo = list(found)
        while todo:
            ref = todo.pop()
            for user in users.get(ref, ()):
                for tensor, reference in self._given(user, ref, found[ref]).items():
                    if tensor not in found:
                        found[tensor] = reference
                        todo.append(tensor)
        return found

    def _given(self, node: PlanNode, ref: str, taken: _Reference) -> dict[str, _Reference]:
        """Return the references that a node gives because it takes this one."""
        op = _op(node)
        taking = [at for arg, at in positions(op, node) if arg.is_ref]
        if node.op == "Assign" and not node.attrs.get("validate_shape", True):
            self._reshaped.add(taken.variable)
        if node.op in CALLS:
            return self._passed(node, ref, taken)
        if not taking:
            return {}
        outputs = {
            f"{node.name}:{i}": f"{node.name}/value_{i}:0" for i, arg in enumerate(op.outputs) if arg.is_ref
        }
        if node.op in PASSING_HANDLE:
            return {out: taken._replace(handle=out, value=v, behind="") for out, v in outputs.items()}
        if node.inputs[taking[0]] != ref:  # ApplyAdam gives the reference of the first Variable that it takes
            return {}
        return {out: taken._replace(value=out, behind=node.name) for out in outputs}

    def _passed(self, node: PlanNode, ref: str, taken: _Reference) -> dict[str, _Reference]:
        """Return the references that a call gives because its function passes on this one."""
        return {
            f"{node.name}:{i}": taken._replace(value=f"{node.name}/value_{i}:0", behind=node.name)
            for i, position in passed_by(node, self._functions).items()
            if node.inputs[position] == ref
        }

    def value(self, ref: str) -> str:
        """Return the tensor that gives what a reference refers to; any other tensor is returned as it is."""
        reference = self.references.get(ref)
        if reference is None:
            return ref
        name, value = node_of(ref), node_of(reference.value)
        if value != name:
            block = self._nodes[name].block
            self.reads.setdefault(name, {})[value] = _read(value, block, reference)
            self._note(ref, reference.value)
        return reference.value

    def _note(self, ref: str, tensor: str) -> None:
        known = self._read_as.setdefault(ref, [])
        if tensor not in known:
            known.append(tensor)

    # --- nodes ----------------------------------------------------------------------------------------------------

    def written(self, node: PlanNode) -> list[PlanNode]:
        """Return the nodes that stand for one of the plan's."""
        if node.op in MAKES_REF:
            return [self._handle(node)]
        taken = [self.references.get(ref) for ref in node.inputs]
        if not any(taken):
            return [node]
        op, first = _op(node), taken[0]
        if first is not None and (node.op == DESTROYING or (node.op in _READS and node.name != node.block)):
            self._note(node.inputs[0], f"{node.name}:0")
            return [_read(node.name, node.block, first, node.inputs[1:])]
        by_reference = {at for at in self._taken_by_reference(node, op) if taken[at] is not None}
        if not by_reference:
            return [replace(node, inputs=[self.value(ref) for ref in node.inputs])]
        return self._on_handles(node, op, by_reference)

    def _taken_by_reference(self, node: PlanNode, op: Op) -> list[int]:
        """Return the inputs that take references where these are wired to them."""
        if node.op in CALLS:
            return handles_among(node, self._functions)
        return [at for arg, at in positions(op, node) if arg.is_ref]

    def _handle(self, node: PlanNode) -> PlanNode:
        name = node.attrs.get("shared_name") or node.name  # without one, all resource variables would be one
        shape = None if node.name in self._reshaped else node.attrs.get("shape")
        attrs = {"dtype": node.attrs["dtype"], "shape": shape, "shared_name": name}
        if node.attrs.get("container"):
            attrs["container"] = node.attrs["container"]
        return PlanNode(node.name, "VarHandleOp", node.block, [], attrs)

    def _on_handles(self, node: PlanNode, op: Op, by_reference: set[int]) -> list[PlanNode]:
        """Return a node that takes references of Variables as the op that takes their handles."""
        data, behind = [], dict[str, None]()
        for at, ref in enumerate(node.inputs):
            reference = self.references.get(ref)
            if at not in by_reference or reference is None:
                data.append(self.value(ref))
                continue
            data.append(reference.handle)
            if reference.behind:
                behind[f"^{reference.behind}"] = None
        controls = [ref for ref in data if ref.startswith("^")]
        data = [ref for ref in data if not ref.startswith("^")]
        inputs = [*data, *dict.fromkeys([*controls, *behind])]
        if node.op in PASSING_HANDLE:
            attrs = {**node.attrs, "T": "DT_RESOURCE"}
            return [PlanNode(node.name, PASSING_HANDLE[node.op], node.block, inputs, attrs)]
        if node.op in CALLS:
            return [replace(node, inputs=inputs)]
        first = self.references[node.inputs[min(by_reference)]]
        form = RESOURCE_FORMS.get(node.op)
        if form is None or first.dtype in WITHOUT_KERNEL.get(node.op, ()):
            self.problems.append(_without_form(node, first, has_form=form is not None))
            return [node]
        attrs = _attrs(node, op, _op_named(form), first.dtype)
        if not any(arg.is_ref for arg in op.outputs):
            return [PlanNode(node.name, form, node.block, inputs, attrs)]
        write = PlanNode(f"{node.name}/write", form, node.block, inputs, attrs)
        return [write, _read(node.name, node.block, first, [f"^{write.name}"], at_once=True)]

    # --- what else speaks of tensors --------------------------------------------------------------------------------

    def gradients(self, one: Gradients) -> Gradients:
        return replace(one, ys=tuple(map(self.value, one.ys)), xs=tuple(map(self.value, one.xs)))

    def variable(self, one: PlanVariable) -> PlanVariable:
        return one if one.source is None else replace(one, source=self.value(one.source))

    def fetch(self, one: Fetch) -> Fetch:
        return replace(one, refs=tuple(map(self.value, one.refs)))

    def session(self, one: PlanSession) -> PlanSession:
        """Return a session; who feeds a Variable feeds whatever reads it."""
        fetches = tuple(map(self.fetch, one.fetches))
        feeds = []
        for ref, constant in one.feeds:
            self.value(ref)
            feeds += [(tensor, constant) for tensor in self._read_as.get(ref, (ref,))]
        return replace(one, fetches=fetches, feeds=tuple(feeds))


def called_by(node: PlanNode, functions: Mapping[str, PlanFunction]) -> PlanFunction | None:
    """Return a function that a node calls; of several, which take and give the same, the last."""
    names = node.attrs.get(list(CALLS[node.op].functions)[-1])
    return functions.get(names if isinstance(names, str) else names[-1]) if names else None


def handles_among(node: PlanNode, functions: Mapping[str, PlanFunction]) -> list[int]:
    """Return the inputs of a call that are handles of Variables; its function's arguments are its last inputs."""
    function = called_by(node, functions)
    if function is None:
        return []
    count = sum(not ref.startswith("^") for ref in node.inputs) - len(function.args)
    return [count + i for i, arg in enumerate(function.args) if arg.variable]


def passed_by(node: PlanNode, functions: Mapping[str, PlanFunction]) -> dict[int, int]:
    """Return by output of a call the input whose handle it passes on."""
    function = called_by(node, functions)
    if function is None:
        return {}
    handles = {f"{arg.name}:0": i for i, arg in enumerate(function.args) if arg.variable}
    count = sum(not ref.startswith("^") for ref in node.inputs) - len(function.args)
    return {i: count + handles[pin.ref] for i, pin in enumerate(function.results) if pin.ref in handles}


def _read(
    name: str, block: str, of: _Reference, controls: list[str] | None = None, at_once: bool = False
) -> PlanNode:
    """Return the node that reads a variable, behind what gave the reference (unless that is the node itself)."""
    behind = [f"^{of.behind}"] if of.behind and not at_once else []
    inputs = [of.handle, *dict.fromkeys([*(controls or ()), *behind])]
    return PlanNode(name, "ReadVariableOp", block, inputs, {"dtype": of.dtype})


def _attrs(node: PlanNode, op: Op, form: Op, dtype: str) -> dict[str, Any]:
    """Return the attrs of a node's resource form; where the defaults of the two differ, the node's own counts."""
    attrs = {}
    for attr in form.attrs:
        own = op.attr(attr.name)
        if own is None:  # the op's T
            attrs[attr.name] = dtype
        elif attr.name in node.attrs:
            attrs[attr.name] = node.attrs[attr.name]
        elif own.has_default and own.default != attr.default:
            attrs[attr.name] = own.default
    return attrs


def _without_form(node: PlanNode, of: _Reference, *, has_form: bool) -> Problem:
    """Return the problem of a block that cannot do with a resource variable what it does with a reference."""
    if has_form:
        dtype = label(of.dtype)
        sentence = say("form.none-of-dtype", block=node.block, op=node.op, variable=of.variable, dtype=dtype)
    else:
        sentence = say("form.none", block=node.block, op=node.op, variable=of.variable)
    return error("no-export", sentence, node.block, hint=say("hint.form-none"))


def _op(node: PlanNode) -> Op:
    return _op_named(node.op)


def _op_named(name: str) -> Op:
    op = load().op(name)
    assert op is not None, name
    return op
