"""Finds the loops of a page that are drawn with Enter, Merge, Switch, NextIteration and Exit, as those of Python.

Each loop becomes one node of the plan, which takes what enters the loop and gives what its Exits give; what runs in
its rounds goes to its test or to its body. So inner loops are nodes in the bodies of outer ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, say
from app.document.model.topology import reachable
from app.engine.compiler.plan import Fetch, Plan, PlanNode, PlanSession
from app.engine.compiler.plan_walk import node_of
from app.engine.exchange.python_writer.fetched import keys_of
from app.engine.exchange.python_writer.graph import Nodes
from app.engine.exchange.python_writer.names import identifier
from blocks.catalog import load
from blocks.op_facts.traits import BACK_EDGES, EXITS, FRAMES, HANDLE_DTYPES, MERGES, SWITCHES

LOOP = "drawn loop"  # the op of such a node, which no op of TensorFlow's is called
_DEEPEST = 15  # loops within loops: Python takes no text that is indented much deeper

_Path = tuple[str, ...]  # of frames, the outer one first


class LoopVariable(NamedTuple):
    """What goes from round to round."""

    merge: str  # the node that gives it in each round
    start: str  # the tensor that enters the loop
    starts_at: int  # which input of the Merge that is
    next: str  # the tensor that a round gives to the next one
    switches: tuple[str, ...]
    exits: tuple[str, ...]


class Note(NamedTuple):
    """A value of a round that the page shows: that of the last round."""

    key: str
    ref: str
    in_body: bool


@dataclass
class DrawnLoop:
    """One loop. Its nodes take the Merges and Switches of its variables as if these were there."""

    name: str
    frame: str
    block: str
    variables: tuple[LoopVariable, ...]
    constants: dict[str, str]  # by Enter of what stays the same in all rounds: the tensor that it takes
    test: str  # the tensor that says whether there is another round
    nodes: dict[str, PlanNode]
    in_body: frozenset[str]  # those of the nodes that run in rounds only, not in the last test
    aliases: dict[str, str]  # by tensor that only passes another one on
    targets: set[str] = field(default_factory=set)  # nodes that run though nothing takes what they give
    notes: list[Note] = field(default_factory=list)
    takes: list[tuple[str, LoopVariable]] = field(default_factory=list)  # results that say what a Merge took


class WithLoops(NamedTuple):
    """A plan in which loops are nodes; ``noted`` are the results that only the loops themselves give."""

    plan: Plan
    loops: Mapping[str, DrawnLoop] = {}
    noted: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


class _NoLoop(Exception):
    """Why a frame is no loop that Python has a form for, and of which block this is to be said."""

    def __init__(self, block: str, sentence: Sentence) -> None:
        super().__init__(block)
        self.block, self.sentence = block, sentence


def with_loops(plan: Plan) -> WithLoops:
    """Return the plan with its drawn loops as nodes; with a problem among them it is not to be used."""
    if not any(node.op in FRAMES for node in plan.nodes):
        return WithLoops(plan)
    return _Finding(plan).result()


class _Finding:
    """One plan whose loops are found, the innermost first."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._nodes = {node.name: node for node in plan.nodes}
        self._paths = _paths(Nodes(self._nodes))
        self._loops: dict[str, DrawnLoop] = {}
        self._instead: dict[str, str] = {}  # tensors of loops, by what gives them now
        self._owners: dict[str, str] = {}  # by node that has gone: its loop

    def result(self) -> WithLoops:
        """Find the loops."""
        plan = self._plan
        inner = sorted({path for path in self._paths.values() if path}, key=lambda path: (-len(path), path))
        try:
            for path in inner:
                if len(path) > _DEEPEST:
                    raise _NoLoop(self._first(path).block, say("export.loop-deep", most=_DEEPEST))
                self._take_out(path)
            self._check_gradients()
        except _NoLoop as fault:
            problem = error("no-export", fault.sentence, fault.block, hint=say("hint.style-v1"))
            return WithLoops(plan, problems=(problem,))
        sessions = tuple([self._session(session) for session in plan.sessions])
        noted = frozenset(note.key for loop in self._loops.values() for note in loop.notes)
        noted |= {key for loop in self._loops.values() for key, _ in loop.takes}
        variables = [
            v if v.source is None else replace(v, source=self._behind(v.source)) for v in plan.variables
        ]
        nodes = tuple(self._nodes.values())
        made = replace(plan, nodes=nodes, variables=tuple(variables), sessions=sessions, looped=())
        return WithLoops(made, self._loops, noted)

    # --- one loop

    def _first(self, path: _Path) -> PlanNode:
        return next(node for node in self._nodes.values() if self._paths[node.name] == path)

    def _take_out(self, path: _Path) -> None:
        """Put one node in the place of all that stand in a frame, and behind it what its Exits give."""
        inside = {n.name: n for n in self._nodes.values() if self._paths[n.name] == path}
        exits = [n for n in self._nodes.values() if n.op in EXITS and node_of(n.inputs[0]) in inside]
        loop = _Frame(self._name(path), path[-1], inside, exits).loop()
        enters = [node for node in inside.values() if node.op in FRAMES]
        starts = [*[v.start for v in loop.variables], *loop.constants.values()]
        controls = dict.fromkeys(ref for node in enters for ref in node.inputs if ref.startswith("^"))
        self._loops[loop.name] = loop
        self._paths[loop.name] = path[:-1]
        gone = {*inside, *[node.name for node in exits]}
        self._owners.update(dict.fromkeys(gone, loop.name))
        for i, variable in enumerate(loop.variables):
            same = [variable.merge, *variable.switches, *variable.exits]
            self._instead.update({f"{name}:0": f"{loop.name}:{i}" for name in same})
        self._instead.update({f"{enter.name}:0": enter.inputs[0] for enter in enters})
        made = PlanNode(loop.name, LOOP, loop.block, [*starts, *controls])
        nodes: dict[str, PlanNode] = {}
        for name, node in self._nodes.items():
            if name not in gone:
                nodes[name] = replace(node, inputs=[self._led(ref) for ref in node.inputs])
            elif loop.name not in nodes:
                nodes[loop.name] = made
        self._nodes = nodes

    def _name(self, path: _Path) -> str:
        """Return a name for a loop that no node has."""
        name = "loop " + identifier(path[-1])
        number = 2
        while name in self._loops:
            name = f"loop {identifier(path[-1])} {number}"
            number += 1
        return name

    def _led(self, ref: str) -> str:
        """Return an input of a node outside of the loops that are found; ``^exit`` waits for the whole loop."""
        if ref.startswith("^"):
            return f"^{self._owners.get(node_of(ref), node_of(ref))}"
        return self._instead.get(ref, ref)

    def _behind(self, ref: str) -> str:
        """Return the tensor that gives what one gave before its loop was found."""
        while ref in self._instead:
            ref = self._instead[ref]
        return ref

    def _check_gradients(self) -> None:
        """Refuse gradients through loops, which the page makes otherwise."""
        graph = Nodes(self._nodes, {one.name: one for one in self._plan.gradients})
        needed = graph.in_order(graph.gradients) if graph.gradients else []
        for name in needed:
            if name in self._loops:
                raise _NoLoop(self._loops[name].block, say("export.loop-gradient"))

    # --- what is shown

    def _session(self, session: PlanSession) -> PlanSession:
        targets: dict[str, None] = {}
        for target in session.targets:
            name = node_of(target)
            if name in self._owners:
                self._loops[self._owners[name]].targets.add(name)
            targets[self._outermost(name)] = None
        return replace(session, targets=tuple(targets), fetches=tuple(map(self._fetch, session.fetches)))

    def _outermost(self, name: str) -> str:
        while name in self._owners:
            name = self._owners[name]
        return name

    def _fetch(self, fetch: Fetch) -> Fetch:
        """Return a result; what runs in rounds is noted by its loop."""
        refs, is_noted = [], False
        for key, ref in zip(keys_of(fetch), map(self._behind, fetch.refs), strict=True):
            owner = self._owners.get(node_of(ref))
            if owner is not None:
                is_noted = True
                self._note(self._loops[owner], key, ref)
                ref = f"{self._outermost(owner)}:0"
            refs.append(ref)
        return replace(fetch, refs=tuple(refs), dead=is_noted or fetch.dead)

    def _note(self, loop: DrawnLoop, key: str, ref: str) -> None:
        name = node_of(ref)
        taking = next((v for v in loop.variables if v.merge == name), None)
        if taking is not None:
            loop.takes = list(dict.fromkeys([*loop.takes, (key, taking)]))
            return
        in_body = name in loop.in_body or any(name in v.switches for v in loop.variables)
        note = Note(key, loop.aliases.get(ref, ref), in_body)
        loop.notes = list(dict.fromkeys([*loop.notes, note]))


def _paths(nodes: Nodes) -> dict[str, _Path]:
    """Return in which frames each node stands."""
    found: dict[str, _Path] = {}
    for name in nodes.in_order(nodes.nodes):
        node = nodes.nodes.get(name)
        if node is None:
            continue
        path = max((found.get(source, ()) for source in nodes.sources(name)), key=len, default=())
        if node.op in EXITS:
            path = path[:-1]
        found[name] = (*path, str(node.attrs["frame_name"])) if node.op in FRAMES else path
    return found


class _Frame:
    """The nodes of one frame, inner loops among them as nodes, and what leaves it."""

    def __init__(
        self, name: str, frame: str, inside: Mapping[str, PlanNode], exits: Sequence[PlanNode]
    ) -> None:
        self._name, self._frame, self._exits = name, frame, exits
        # What a Const waits for says only in which frame it stands.
        self._inside = {n: replace(one, inputs=[]) if one.op == "Const" else one for n, one in inside.items()}

    def loop(self) -> DrawnLoop:
        """Return the loop; raises _NoLoop where it is drawn in another way than Python's."""
        conditions = [node for node in self._inside.values() if node.op == "LoopCond"]
        if len(conditions) != 1:
            raise self._fault(conditions[1] if conditions else next(iter(self._inside.values())))
        [condition] = conditions
        merges = [node for node in self._inside.values() if node.op in MERGES]
        variables = tuple([self._variable(node, condition.name) for node in merges])
        in_body = self._in_body()
        self._check(variables, in_body, condition)
        constants = {n.name: n.inputs[0] for n in self._inside.values() if n.op in FRAMES and _is_constant(n)}
        passing = {node.name for node in self._inside.values() if node.op in BACK_EDGES}
        aliases = {f"{name}:0": self._inside[name].inputs[0] for name in (*passing, condition.name)}
        test = condition.inputs[0]
        return DrawnLoop(
            self._name,
            self._frame,
            condition.block,
            variables,
            constants,
            test,
            self._inside,
            in_body,
            aliases,
        )

    def _fault(self, node: PlanNode) -> _NoLoop:
        return _NoLoop(node.block, say("export.drawn-loop", op=node.op, frame=self._frame))

    def _variable(self, merge: PlanNode, condition: str) -> LoopVariable:
        """Return what a Merge leads from round to round."""
        sources = [self._inside.get(node_of(ref)) for ref in merge.inputs if not ref.startswith("^")]
        enters = [i for i, node in enumerate(sources) if node is not None and node.op in FRAMES]
        backs = [node for node in sources if node is not None and node.op in BACK_EDGES]
        if len(sources) != 2 or len(enters) != 1 or len(backs) != 1:
            raise self._fault(merge)
        enter = sources[enters[0]]
        assert enter is not None
        if _is_constant(enter) or enter.attrs.get("T") in HANDLE_DTYPES:
            raise self._fault(enter)
        own = [n for n in self._inside.values() if n.op in SWITCHES and n.inputs[0] == f"{merge.name}:0"]
        switches = tuple([node.name for node in own if node.inputs[1] == f"{condition}:0"])
        exits = tuple([node.name for node in self._exits if node_of(node.inputs[0]) in switches])
        return LoopVariable(merge.name, enter.inputs[0], enters[0], backs[0].inputs[0], switches, exits)

    def _in_body(self) -> frozenset[str]:
        """Return the nodes that have no value in the last test, behind which there is no round."""
        found: set[str] = set()
        for name in Nodes(self._inside).in_order(self._inside):
            node = self._inside.get(name)
            if node is None or node.op in MERGES:
                continue
            if any(node_of(ref) in found or self._is_alive(ref) for ref in node.inputs):
                found.add(name)
        return frozenset(found)

    def _is_alive(self, ref: str) -> bool:
        """Return whether a tensor is what a Switch gives where there is another round."""
        node = self._inside.get(node_of(ref))
        return node is not None and node.op in SWITCHES and ref.endswith(":1")

    def _check(self, variables: Sequence[LoopVariable], in_body: frozenset[str], condition: PlanNode) -> None:
        """Refuse what has no place in a loop of Python's."""
        switches = {name for variable in variables for name in variable.switches}
        merges = {variable.merge for variable in variables}
        for node in (*self._inside.values(), *self._exits):
            if node.op in SWITCHES and node.name not in switches:
                raise self._fault(node)  # a branch within the loop
            if node.op in BACK_EDGES and node.name not in in_body:
                raise self._fault(node)  # the loop would never end
            for ref in node.inputs:
                source = self._inside.get(node_of(ref))
                if source is None:
                    continue
                first_only = source.op in FRAMES and not _is_constant(source) and node.name not in merges
                last_only = source.name in switches and ref.endswith(":0") and node.op not in EXITS
                leaving = node.op in EXITS and (source.name not in switches or not ref.endswith(":0"))
                taken = source.name in merges and ref.endswith(":1")
                if first_only or last_only or leaving or taken:
                    raise self._fault(node)
        if condition.name in in_body:
            raise self._fault(condition)
        self._check_state(in_body)

    def _check_state(self, in_body: frozenset[str]) -> None:
        """Refuse what reads or changes a state and would stand both in the test and in the body."""
        shared = reachable(in_body, lambda name: self._sources(name)) - in_body
        for name in sorted(shared):
            node = self._inside[name]
            op = load().op(node.op)
            if node.op == LOOP or (op is not None and op.stateful):
                raise _NoLoop(node.block, say("export.loop-state", op=node.op, frame=self._frame))

    def _sources(self, name: str) -> Iterator[str]:
        node = self._inside[name]
        if node.op not in (*MERGES, *SWITCHES, *FRAMES):
            yield from (node_of(ref) for ref in node.inputs if node_of(ref) in self._inside)


def _is_constant(enter: PlanNode) -> bool:
    return bool(enter.attrs.get("is_constant"))
