"""Guards names of files that are known only in the run: an op waits for a check of its name, which fails in its place.

The check is a node ``BLOCK/ARGUMENT/POSITION/name_check`` beside the op, on the same input, so that types and values
stay as they are. What is typed is judged before the run and costs nothing in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from app.engine.compiler.places import feeds_of, queues_of_names, said_by, touching
from app.engine.compiler.plan import Constant, Plan, PlanNode
from blocks.catalog import load
from blocks.op_facts.side_effects import Effect, Place, PlaceKind

NAME_CHECK = "tensorblocks.name_check"  # the token of the check, until the worker puts its own in its place


class Checked(msgspec.Struct, frozen=True):
    """What a check must know of the place of which it judges the names. ``effect`` is the number of the flags."""

    block: str
    pin: str
    argument: str
    kind: PlaceKind
    effect: int
    but: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """Return the place."""
        return Place(self.argument, self.kind, Effect(self.effect), self.but)


def is_name_check(node: PlanNode) -> bool:
    """Return whether a node is such a check."""
    return node.op == "PyFunc" and node.attrs.get("token") == NAME_CHECK


def with_name_checks(plan: Plan) -> Plan:
    """Return the plan to be run, in which every op that takes a computed name waits for a check of it."""
    those = touching(plan.all_nodes)
    if not those:
        return plan
    nodes = {node.name: node for node in plan.all_nodes}
    symbols = plan.all_symbols
    feeds, queues = feeds_of(plan), queues_of_names(nodes)
    changed: dict[str, list[PlanNode]] = {}
    for node in those:
        checks: list[PlanNode] = []
        for said in said_by(node, nodes, feeds, queues):
            if said.texts is None and said.is_text and said.position is not None:
                checks += _checks(symbols, node, said.place, said.position)
        if checks:
            waits = [f"^{one.name}" for one in checks if is_name_check(one)]
            changed[node.name] = [*checks, replace(node, inputs=[*node.inputs, *waits])]
    if not changed:
        return plan
    functions = tuple([replace(f, nodes=_with_checks(f.nodes, changed)) for f in plan.functions])
    return replace(plan, nodes=_with_checks(plan.nodes, changed), functions=functions)


def _with_checks(
    nodes: Iterable[PlanNode], changed: Mapping[str, Sequence[PlanNode]]
) -> tuple[PlanNode, ...]:
    return tuple([one for node in nodes for one in changed.get(node.name, (node,))])


def _checks(symbols: Mapping[str, str], node: PlanNode, place: Place, position: int) -> list[PlanNode]:
    """Return the check of one input, and before it the text that says to it what it checks."""
    symbol = load().get(symbols.get(node.block, ""))
    pin = place.pin_of(symbol) if symbol is not None else None
    checked = Checked(
        node.block,
        pin.name if pin else place.argument,
        place.argument,
        place.kind,
        place.effect.value,
        place.but,
    )
    name = f"{node.name}/{place.argument}/{position}/name_check"
    text = Constant(dtype="DT_STRING", shape=(), strings=(msgspec.json.encode(checked),))
    what = PlanNode(f"{name}/place", "Const", node.block, [], {"dtype": "DT_STRING"}, text)
    attrs = {"token": NAME_CHECK, "Tin": ["DT_STRING", "DT_STRING"], "Tout": []}
    return [what, PlanNode(name, "PyFunc", node.block, [node.inputs[position], f"{what.name}:0"], attrs)]
