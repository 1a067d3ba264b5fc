"""A page in graph mode: one graph with Variables of its own, and a session that runs it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from app.engine.compiler.plan import Constant, Fetch, PlanSession, PlanVariable
from app.engine.compiler.plan_walk import node_of, owner_of
from app.engine.exchange.python_writer.body import Body
from app.engine.exchange.python_writer.branches import may_be_dead
from app.engine.exchange.python_writer.fetched import keys_of
from app.engine.exchange.python_writer.graph import Nodes
from app.engine.exchange.python_writer.guard import guard_text
from app.engine.exchange.python_writer.literals import plain, quoted, tensor
from app.engine.exchange.python_writer.module import NOTING, RUNNING_UNSET, Module, Parts
from app.engine.exchange.python_writer.results import noting_text, running_unset_text, show_text, table_text
from app.engine.exchange.python_writer.run_loop import Steps, run_text
from app.engine.exchange.python_writer.sessions import results_group, roots_of, session_name, start_value
from app.engine.exchange.python_writer.text import Expression, Group, Item, Named, call, listing, statement
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.op_facts.traits import SWITCHES

_SETTINGS = [
    "# Each operation runs as it is drawn: what TensorFlow would merge or rewrite to be",
    "# faster would change the last bits of some results.",
    "config = tf.compat.v1.ConfigProto(allow_soft_placement=True)",
    "config.graph_options.rewrite_options.disable_meta_optimizer = True",
    "config.graph_options.optimizer_options.opt_level = -1  # L0: none",
    "",
    "graph = tf.Graph()",
]


def parts(module: Module) -> Parts:
    """Return the parts of the program in graph mode."""
    plan = module.plan
    nodes = Nodes.of(plan.nodes, plan.gradients)
    body = Body(module, nodes, module.names)
    fetches = [*module.begun, *(fetch for session in plan.sessions for fetch in session.fetches)]
    found = Parts(list(_SETTINGS), needs_numpy=True)
    if any(fetch.dead for fetch in fetches):
        found.blocks.append(noting_text(as_arrays=True, branches=True, rounds=False))
    sources = [owner_of(nodes, v.source) for v in plan.variables if v.source is not None]
    shown = [owner_of(nodes, ref) for fetch in module.begun for ref in fetch.refs]
    needed = dict.fromkeys([*sources, *shown])
    for session in plan.sessions:
        roots, cut = roots_of(module, nodes, session)
        needed.update(dict.fromkeys([*roots, *cut]))
    rank = {name: i for i, name in enumerate([*nodes.nodes, *nodes.gradients])}
    body.fed.update(node_of(ref) for s in plan.sessions for ref, _ in s.feeds)
    body.fed.update(node_of(gate) for s in plan.sessions for gate in s.closed_gates)
    body.fed.update(node_of(gate) for s in plan.sessions for gate, _ in s.shown_gates)
    body.make(nodes.in_order(sorted(needed, key=rank.__getitem__)))
    lines = ["with graph.as_default():", *body.lines(1)]
    starts = [_start(module, body, variable, lines) for variable in plan.variables]
    started, begun = _started(
        module, body, dict(zip([v.block for v in plan.variables], starts, strict=True)), lines
    )
    once: list[Expression] = module.begin(begun)
    each: list[Expression] = []
    for session in plan.sessions:
        (once if session.once else each).extend(_session(module, body, session, lines))
    found.blocks.append(lines)
    table = table_text(fetches)
    if table:
        found.blocks.append(["", *table])
    found.blocks.append(show_text(fetches, as_arrays=True))
    if any(fetch.unset for fetch in fetches):
        found.blocks.append(running_unset_text())
    before = ["with tf.compat.v1.Session(graph=graph, config=config) as session:"]
    given = [name for name, wired in filter(None, starts) if not wired]
    if given:
        before += statement("", call("session.run", listing(given)))
    before += started
    if plan.guard:
        found.blocks.append(guard_text(plan, module.begun))
        found.imports.add("import sys")
        found.needs_numpy = True
    found.blocks.append(run_text(module, Steps(once, each), before, _condition(module)))
    return found


def _start(module: Module, body: Body, variable: PlanVariable, lines: list[str]) -> tuple[str, bool] | None:
    """Write what gives a Variable its first value; return its name and whether others must have theirs before."""
    if variable.block not in body.made:
        return None
    value = start_value(module, variable)
    wired = value is None and variable.source is not None
    if value is not None:
        expression: Expression = tensor(value, module.arrays, f"start.{variable.block}".replace("/", "."))
    elif variable.source is not None:
        expression = body.tensor(variable.source)
    else:
        return None
    name = module.names.of(f"{variable.block} start")
    assign = call(
        "tf.raw_ops.Assign",
        Named("ref=", module.names.of(variable.block)),
        Named("value=", expression),
        Named("validate_shape=", "False"),
    )
    lines += statement(f"{name} = ", assign, level=1)
    return name, wired


def _started(
    module: Module, body: Body, starts: Mapping[str, tuple[str, bool] | None], lines: list[str]
) -> tuple[list[str], list[Expression]]:
    """Write what is shown of computed start values; return what computes them, and the dicts that are shown."""
    statements: list[str] = []
    begun: list[Expression] = []
    for run in module.starts:
        names = [name for name, wired in filter(None, (starts.get(v.block) for v in run.variables)) if wired]
        what: Expression = listing(names) if len(names) > 1 else "".join(names)
        if run.fetches:
            drawn = module.names.of(f"drawn for {run.variables[0].block}")
            lines += statement(f"{drawn}_tensors = ", results_group(body, run.fetches), level=1)
            what = f"{drawn}_tensors" if not names else listing([f"{drawn}_tensors", *names])
            begun.append(drawn)
            made = call("session.run", what)
            statements += statement(f"{drawn} = ", made._replace(tail=")[0]") if names else made)
        elif names:
            statements += statement("", call("session.run", what))
    return statements, begun


def _session(module: Module, body: Body, session: PlanSession, lines: list[str]) -> list[Expression]:
    """Write what one session shows and what else it runs; return the dicts that make its results."""
    name = session_name(module, session)
    shown: list[Item] = []
    ordered: list[str] = []
    notes: list[Expression] = []
    for fetch in session.fetches:
        if fetch.dead:
            ordered += map(quoted, keys_of(fetch))
            notes += [
                call(NOTING, quoted(key), body.tensor(ref))
                for key, ref in zip(keys_of(fetch), fetch.refs, strict=True)
            ]
            continue
        ordered.append(quoted(fetch.key))
        if fetch.handle:
            continue
        tensors = [body.tensor(ref) for ref in fetch.refs]
        shown.append(Named(f"{quoted(fetch.key)}: ", listing(tensors) if fetch.is_list else tensors[0]))
    unset = [fetch for fetch in session.fetches if fetch.unset]
    refs = {
        ref for fetch in session.fetches if not (fetch.handle or fetch.dead or unset) for ref in fetch.refs
    }
    dead = may_be_dead(body.nodes)
    targets: list[Expression] = [
        _target(module, body, node_of(t), dead)
        for t in session.targets
        if f"{node_of(t)}:0" not in refs and node_of(t) in body.made
    ]
    lines += statement(f"{name} = ", Group("{", tuple(shown), "}", open=bool(shown)), level=1)
    has_targets = bool(targets or notes or unset)
    if has_targets:
        lines += statement(f"{name}_targets = ", listing([*targets, *notes]), level=1)
    feeds = [Named(f"{body.tensor(ref)}: ", _fed(module, ref, constant)) for ref, constant in session.feeds]
    feeds += [Named(f"{body.tensor(gate)}: ", "0") for gate in session.closed_gates]
    if unset:
        lines += statement(f"{name}_unset = ", _unset(module, body, session, unset), level=1)
        fed = Group("{", tuple(feeds), "}")
        run = call(RUNNING_UNSET, "session", name, f"{name}_targets", fed, f"{name}_unset")
    else:
        what = f"[{name}, {name}_targets]" if has_targets else name
        run = call("session.run", what, *([Group("{", tuple(feeds), "}")] if feeds else []))
        run = run._replace(tail=")[0]") if has_targets else run
    if len(shown) == len(ordered) and not unset:
        return [run]
    table = module.names.free(f"{name.upper()}_SHOWS")
    module.constants += statement(f"{table} = ", listing(ordered))
    return [call("dict.fromkeys", table), run]


def _target(module: Module, body: Body, name: str, dead: Container[str]) -> Expression:
    """Return what a session runs for its own sake: not a value of what has one in each round, or may have none."""
    made = body.made[name]
    node = body.nodes.nodes[name]
    is_valueless = name in module.plan.looped or name in dead or node.op in SWITCHES
    op = load().op(node.op) if is_valueless else None
    return f"{made}.op" if op is not None and op.outputs else made


def _unset(module: Module, body: Body, session: PlanSession, unset: Sequence[Fetch]) -> Expression:
    """Return the Variables that may have no value yet: whether they have one, what shows them, what waits for that."""
    rows: list[Item] = []
    for variable in dict.fromkeys(fetch.unset for fetch in unset if fetch.unset):
        is_set = call("tf.raw_ops.IsVariableInitialized", Named("ref=", module.names.of(variable)))
        keys = listing(quoted(fetch.key) for fetch in unset if fetch.unset == variable)
        gates = listing(body.tensor(gate) for gate, of in session.shown_gates if of == variable)
        rows.append(Group("(", (is_set, keys, gates), ")"))
    return listing(rows)


def _fed(module: Module, ref: str, constant: Constant) -> Expression:
    """Return what a session feeds for a tensor."""
    value = module.value_of(constant)
    written = plain(value)
    if written is None:
        return module.arrays.add(f"feed.{node_of(ref)}", value.array)
    return written.expression


def _condition(module: Module) -> str:
    """Return the condition that ends the run, in the dtype of what it looks at."""
    until = module.plan.until
    if until is None:
        return ""
    index = "".join(f"[{i}]" for i in until.watched.index)
    fetch = module.plan.outputs.get(until.watched.key)
    label = DTYPES[fetch.dtypes[0]].label if fetch is not None and fetch.dtypes else ""
    number = repr(until.condition.number)
    if label in ("float16", "float32"):
        number = f"np.{label}({number})"
    return f'results["{until.watched.key}"]{index} {until.condition.comparison} {number}'
