"""A page in TensorFlow 2: Variables, a function for each session, and the run that calls them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from app.document.model.sentence import say
from app.engine.compiler.plan import Fetch, PlanSession, PlanVariable
from app.engine.compiler.plan_walk import node_of, owner_of, upstream_nodes
from app.engine.compiler.start_runs import StartRun
from app.engine.exchange.python_writer.body import Body, without_formatter
from app.engine.exchange.python_writer.branches import may_be_dead
from app.engine.exchange.python_writer.calls import Operand
from app.engine.exchange.python_writer.fetched import keys_of
from app.engine.exchange.python_writer.graph import Nodes
from app.engine.exchange.python_writer.guard import guard_text
from app.engine.exchange.python_writer.literals import quoted, tensor
from app.engine.exchange.python_writer.module import NOTING, Module, Parts
from app.engine.exchange.python_writer.names import identifier
from app.engine.exchange.python_writer.repeated import repeated, traced
from app.engine.exchange.python_writer.results import needs_numpy, noting_text, show_text, table_text
from app.engine.exchange.python_writer.run_loop import Steps, is_single, run_text
from app.engine.exchange.python_writer.text import (
    Expression,
    Group,
    Item,
    Named,
    call,
    flat,
    listing,
    statement,
)
from app.engine.exchange.python_writer.variables import (
    changes_shapes,
    is_assigned_first,
    is_shared,
    is_variable,
)
from app.engine.values.results import TensorValue, numpy_dtype
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.op_facts.fillers import WAITS_FOR

SETTINGS = [
    "# Each operation runs as it is drawn: what TensorFlow would merge or rewrite to be",
    "# faster would change the last bits of some results.",
    'tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})',
]


def parts(module: Module) -> Parts:
    """Return the parts of the program in TensorFlow 2."""
    plan = module.plan
    nodes = Nodes.of(plan.nodes, plan.gradients)
    found = Parts(SETTINGS)
    used = _used(module, nodes, plan.sessions)
    _refuse_state_in_branches(module, nodes, used)
    _constants(module, nodes, used)
    _resources(module, nodes, used, found)
    begun = _variables(module, nodes, found)
    fetches = [*module.begun, *(fetch for session in plan.sessions for fetch in session.fetches)]
    dead = {key for fetch in fetches if fetch.dead for key in keys_of(fetch)}
    if dead:
        branches, rounds = bool(dead - module.noted), bool(module.noted)
        found.blocks.append(noting_text(as_arrays=False, branches=branches, rounds=rounds))
    calls = []
    for session in plan.sessions:
        name, lines = _session(module, nodes, session)
        calls.append((session, name))
        found.blocks.append(lines)
    table = table_text(fetches)
    if table:
        found.blocks.append(["", *table])
    found.blocks.append(show_text(fetches, as_arrays=False))
    found.needs_numpy = needs_numpy(fetches)
    made = [(s.once, call(name, *[module.known[f"feed {ref}"] for ref, _ in s.feeds])) for s, name in calls]
    once = [*module.begin(begun), *(one for is_once, one in made if is_once)]
    each = [one for is_once, one in made if not is_once]
    steps, function = repeated(module, Steps(once, each), _ops_in_steps(module, nodes))
    if plan.guard:
        found.blocks.append(guard_text(plan, module.begun))
        found.imports.add("import sys")
        found.needs_numpy = True
    found.blocks += [function, run_text(module, steps)]
    return found


def _used(module: Module, nodes: Nodes, those: Iterable[PlanSession]) -> list[str]:
    """Return all nodes that some sessions need, in the plan's order."""
    found: set[str] = set()
    for session in those:
        plain = nodes.without_gates(session.closed_gates)
        roots, cut = roots_of(module, plain, session)
        found.update(plain.in_order(roots, cut))
    return [node.name for node in module.plan.nodes if node.name in found]


def _ops_in_steps(module: Module, nodes: Nodes) -> list[str]:
    """Return the ops that run in every step, and those of all functions and loops."""
    each = _used(module, nodes, [session for session in module.plan.sessions if not session.once])
    outer = {node.name for node in module.plan.nodes}
    inner = [node for node in module.all_nodes if node.name not in outer]
    return [node.op for node in (*map(nodes.nodes.__getitem__, each), *inner)]


def roots_of(module: Module, nodes: Nodes, session: PlanSession) -> tuple[list[str], frozenset[str]]:
    """Return the nodes that a session runs for their own sake, in the plan's order, and what is given to it."""
    fed = (*(ref for ref, _ in session.feeds), *session.closed_gates)
    cut = frozenset({*map(node_of, fed), *(owner_of(nodes, ref) for ref in module.given)})
    refs = [*session.targets, *(ref for fetch in session.fetches if not fetch.handle for ref in fetch.refs)]
    roots = dict.fromkeys(owner_of(nodes, ref) for ref in refs)
    needed = upstream_nodes(nodes, roots, cut)
    rank = {name: i for i, name in enumerate([*nodes.nodes, *nodes.gradients])}
    late = _waiting(nodes, nodes.in_order(sorted(needed - cut, key=rank.__getitem__), cut))
    return sorted(needed - cut, key=lambda name: (name in late, rank[name])), cut


def _waiting(nodes: Nodes, order: Iterable[str]) -> set[str]:
    """Return what waits until something is put into a queue, and what takes from that.

    A function runs all in the order of the program, so what fills the queue must come before.
    """
    found: set[str] = set()
    for name in order:
        node = nodes.nodes.get(name)
        if (node is not None and node.op in WAITS_FOR) or not found.isdisjoint(nodes.sources(name)):
            found.add(name)
    return found


def _refuse_state_in_branches(module: Module, nodes: Nodes, used: list[str]) -> None:
    """Refuse what reads or changes a state in a branch only: a function of TensorFlow 2 runs all of these."""
    dead = may_be_dead(nodes)
    for name in used:
        node = nodes.nodes[name]
        if name in dead and name in module.loops:
            module.refuse(node.block, say("export.loop-in-branch"), say("hint.style-v1"))
        op = load().op(node.op) if name in dead else None
        if op is not None and op.stateful and "Random" not in op.name:
            module.refuse(node.block, say("export.state-in-branch", op=node.op), say("hint.style-v1"))


def _constants(module: Module, nodes: Nodes, used: list[str]) -> None:
    """Write the page's constants as constants of the module, but for those of which gradients are made."""
    within = {node_of(ref) for one in module.plan.gradients for ref in (*one.xs, *one.ys)}
    for name in used:
        node = nodes.nodes[name]
        if node.op != "Const" or node.value is None or name != node.block or name in within or node.inputs:
            continue
        value = module.value_of(node.value)
        expression = tensor(value, module.arrays, name.replace("/", "."))
        lines = statement(f"{module.names.of(name, upper=True)} = ", expression)
        module.constants += without_formatter(lines, expression)
        module.known[f"{name}:0"] = module.names.of(name)
    for ref, value in module.given.items():
        if owner_of(nodes, ref) in {source for name in used for source in nodes.sources(name)}:
            expression = tensor(value, module.arrays, ref.replace("/", "."))
            name = module.names.of(ref.removesuffix(":0"), upper=True)
            module.constants += without_formatter(statement(f"{name} = ", expression), expression)
            module.known[ref] = name
    for session in module.plan.sessions:
        for ref, constant in session.feeds:
            key = f"feed {ref}"
            if key not in module.known:
                value = module.value_of(constant)
                expression = tensor(value, module.arrays, f"feed.{node_of(ref)}")
                name = module.names.of(f"{node_of(ref)} fed", upper=True)
                module.constants += without_formatter(statement(f"{name} = ", expression), expression)
                module.known[key] = name


def _resources(module: Module, nodes: Nodes, used: list[str], found: Parts) -> None:
    """Write queues, readers, tables and iterators, which all sessions share."""
    for name in used:
        node, op = nodes.nodes[name], load().op(nodes.nodes[name].op)
        if op is None or not is_shared(op):
            continue
        body = Body(module, nodes, module.names)
        sources = nodes.in_order([name])
        if any(nodes.nodes[s].op != "Const" for s in sources[:-1] if s in nodes.nodes):
            module.refuse(node.block, say("export.computed-resource", op=node.op), say("hint.style-v1"))
            continue
        body.make(sources)
        found.variables += body.lines()
        module.known[f"{name}:0"] = module.names.of(name)


def _variables(module: Module, nodes: Nodes, found: Parts) -> list[Expression]:
    """Write the Variables with what they begin with; return the dicts of what is shown of their start values."""
    runs = {variable.block: run for run in module.starts for variable in run.variables}
    values: dict[str, Expression] = {}
    begun: list[Expression] = []
    for variable in module.plan.variables:
        run = runs.pop(variable.block, None)
        if run is not None:
            begun += _started(module, nodes, run, values, found)
            runs = {block: other for block, other in runs.items() if other is not run}
        handle = nodes.nodes.get(variable.block)
        if handle is None:
            continue
        name = module.names.of(variable.block)
        value = start_value(module, variable)
        expression: Expression
        if variable.start == "wired" and variable.block not in module.start:
            expression = values[variable.block]
        elif value is not None:
            expression = tensor(value, module.arrays, f"start.{variable.block}".replace("/", "."))
            expression = _plainest(expression, value)
        elif not is_assigned_first(nodes, variable.block):
            module.refuse(variable.block, say("export.unset-variable"), say("hint.style-v1"))
            continue
        else:
            shape = listing(str(max(size, 0)) for size in variable.shape or (0,))
            expression = call("tf.zeros", shape, f"tf.{DTYPES[variable.dtype].label}")
        more = []
        if handle.attrs.get("shape", ()) is None and changes_shapes(module):
            more.append(Named("shape=", "tf.TensorShape(None)"))
        lines = statement(f"{name} = ", call("tf.Variable", expression, *more))
        found.variables += without_formatter(lines, expression)
        module.known[f"{variable.block}:0"] = f"{name}.handle"
    for node in module.plan.nodes:
        if node.op == "VarHandleOp" and node.name != node.block and not is_variable(module, node.name):
            module.refuse(node.block, say("export.unknown-op", op=node.op), say("hint.style-v1"))
    return begun


def _plainest(expression: Expression, value: TensorValue) -> Expression:
    """Return a start value without a call around it, where a Variable makes the same of it."""
    if isinstance(expression, Group) and expression.head == "tf.constant(" and len(expression.items) == 1:
        item = expression.items[0]
        return expression if isinstance(item, Named) else item
    return expression


def start_value(module: Module, variable: PlanVariable) -> TensorValue | None:
    """Return the value that a Variable begins with; None where it is computed, or where there is none."""
    if variable.block in module.start:
        return module.start[variable.block]
    if variable.value is not None:
        return module.value_of(variable.value)
    if variable.start != "zeros":
        return None
    label, shape = DTYPES[variable.dtype].label, variable.shape or ()
    if label == "string":
        return TensorValue(label, np.full(shape, b"", object))
    return TensorValue(label, np.zeros(shape, numpy_dtype(label)))


def _started(
    module: Module, nodes: Nodes, run: StartRun, values: dict[str, Expression], found: Parts
) -> list[Expression]:
    """Write the function that computes what Variables begin with, and put that into ``values``.

    Returns the dict of what is shown of it, if anything.
    """
    wired = [v for v in run.variables if v.block in nodes.nodes and v.block not in module.start]
    if not wired and not run.fetches:
        return []
    sources = [v.source or "" for v in wired]
    refs = [*sources, *(ref for fetch in run.fetches for ref in fetch.refs)]
    body = Body(module, nodes, module.names)
    body.make(nodes.in_order([owner_of(nodes, ref) for ref in refs]), refs)
    first = (wired or run.variables)[0].block
    name = module.names.of(f"start of {first}")
    lines, returned = body.lines(1), [flat(body.tensor(ref)) for ref in sources]
    if run.fetches:
        drawn = module.names.free("drawn")
        lines += statement(f"{drawn} = ", results_group(body, run.fetches), level=1)
        returned.append(drawn)
    blocks = ", ".join(v.block for v in wired)
    words = (
        f"Return what the Variable {blocks} begins with." if wired else "Return what is drawn at the start."
    )
    if len(wired) > 1:
        words = f"Return what the Variables {blocks} begin with."
    found.variables += [
        "",
        "",
        "@tf.function",
        f"def {name}():",
        f'    """{words}"""',
        *lines,
        f"    return {', '.join(returned)}",
        "",
        "",
    ]
    if not run.fetches and len(wired) == 1:
        values[first] = call(name)
        return []
    given = [module.names.of(f"{v.block} begins with") for v in wired]
    values.update(zip((v.block for v in wired), given, strict=True))
    begun = [module.names.of(f"drawn for {first}")] if run.fetches else []
    found.variables += [f"{', '.join([*given, *begun])} = {name}()"]
    return list(begun)


def _session(module: Module, nodes: Nodes, session: PlanSession) -> tuple[str, list[str]]:
    """Return the name and the lines of the function that does what one session does in a step."""
    name = session_name(module, session)
    nodes = nodes.without_gates(session.closed_gates)
    body = Body(module, nodes, module.names)
    parameters = []
    for ref, _ in session.feeds:
        parameter = module.names.of(node_of(ref))
        parameters.append(parameter)
        body.values[ref] = Operand(parameter, is_ranked=True)
    body.shown = frozenset(key for fetch in session.fetches for key in keys_of(fetch))
    roots, cut = roots_of(module, nodes, session)
    body.make(nodes.in_order(roots, cut), [ref for fetch in session.fetches for ref in fetch.refs])
    what = "Do one step" if not session.once else "Begin the run"
    lines = [
        "@tf.function",
        f"def {name}({', '.join(parameters)}):",
        f'    """{what}; return its results by name."""',
        *body.lines(1),
        *statement("return ", results_group(body, session.fetches), level=1),
    ]
    if not session.once and not is_single(module):
        given = [module.known[f"feed {ref}"] for ref, _ in session.feeds]
        lines += ["", "", "# It is traced here, once and for all: calls take half the time then."]
        lines += traced(name, given)
    return name, lines


def _whole(tensors: list[Expression]) -> str | None:
    """Return the list of which these are all elements in order."""
    first = tensors[0] if tensors else ""
    name = first.removesuffix("[0]") if isinstance(first, str) else ""
    return name if name and tensors == [f"{name}[{i}]" for i in range(len(tensors))] else None


def session_name(module: Module, session: PlanSession) -> str:
    """Return the name of what does one session: the session's own, ``step`` where it is the only one of each step."""
    if sum(not s.once for s in module.plan.sessions) == 1 and not session.once:
        return "step"
    name = identifier(module.names.words.within(session.block))
    return module.names.free(f"run_{name}" if name in ("name", "value") else name)


def _noted(body: Body, key: str, ref: str) -> Expression:
    """Return what stands in the place of a value that is noted where it is made."""
    return "None" if key in body.module.noted else call(NOTING, quoted(key), body.tensor(ref))


def results_group(body: Body, fetches: Sequence[Fetch]) -> Group:
    """Return the dict of what is shown."""
    items: list[Item] = []
    for fetch in fetches:
        if fetch.dead:
            items += [
                Named(f"{quoted(key)}: ", _noted(body, key, ref))
                for key, ref in zip(keys_of(fetch), fetch.refs, strict=True)
            ]
            continue
        tensors = ["None" if fetch.handle else body.tensor(ref) for ref in fetch.refs]
        value = _whole(tensors) or listing(tensors) if fetch.is_list else tensors[0]
        items.append(Named(f"{quoted(fetch.key)}: ", value))
    return Group("{", tuple(items), "}", open=bool(items))
