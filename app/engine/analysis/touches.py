"""What a planned page may touch outside its graph, what of it leaves the project's bounds, and the digest of that.

A touch is a block that reads, writes, goes to the network or runs Python, with the name that its texts say. Names
that are computed are judged in the run. A need is a touch that has to be allowed first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from app.document.model.problems import Problem
from app.document.model.python_symbol import python_symbol
from app.document.resources.grants import Bounds, Capability
from app.document.resources.refusals import capabilities, refusal, taken_at
from app.document.storage.digests import sha256
from app.engine.compiler.places import Said, effects, feeds_of, queues_of_names, said_by, touching
from app.engine.compiler.plan import Constant, Plan, PlanNode
from blocks.catalog import load
from blocks.op_facts.side_effects import Effect, Place, PlaceKind
from blocks.symbol import Symbol

_BLOCK = 1 << 20  # bytes of a file that are read at a time


class Touch(msgspec.Struct, frozen=True):
    """One thing that a block may touch. ``name`` is the text that says where; None: computed, or there is none."""

    block: str  # its address: ``use/block``
    pin: str  # "" where no pin says it
    op: str
    capability: Capability
    name: str | None = None
    kind: PlaceKind = "path"
    node: str = ""  # of the plan
    position: int | None = None  # of the node's input that holds the name; None: an attr
    is_judged_in_run: bool = False  # as its name is computed, or it takes TensorFlow to read it


class Need(msgspec.Struct, frozen=True):
    """A touch that has to be allowed. ``path`` is the real path or the address; None: it is not known before the run.

    ``grant`` is the path to be allowed, "" where the capability takes none. ``upstream`` is the digest of all that the
    name comes from: texts, wires, arrays.
    """

    block: str
    pin: str
    op: str
    capability: Capability
    path: str | None
    grant: str = ""
    upstream: str = ""


def touches_of(plan: Plan) -> list[Touch]:
    """Return what a plan may touch, in the order of its nodes; each place once for each capability and name."""
    those = touching(plan.all_nodes)
    if not those:
        return []
    nodes = {node.name: node for node in plan.all_nodes}
    symbols = plan.all_symbols
    feeds, queues = feeds_of(plan), queues_of_names(nodes)
    found: dict[Touch, None] = {}
    for node in those:
        said = said_by(node, nodes, feeds, queues)
        if said or effects(node).effect:
            symbol = load().get(symbols.get(node.block, ""))
            found.update(dict.fromkeys(_of_node(node, symbol, said)))
    return list(found)


def needs_of(plan: Plan, bounds: Bounds) -> list[Need]:
    """Return what of a plan has to be allowed; of names that are computed nothing is known before the run."""
    found: dict[Need, None] = {}
    asking = [(touch, need) for touch in touches_of(plan) if (need := need_of(touch, bounds)) is not None]
    nodes = {node.name: node for node in plan.all_nodes} if asking else {}
    for touch, need in asking:
        source = upstream_of(nodes, nodes[touch.node], touch.position)
        found[msgspec.structs.replace(need, upstream=source)] = None
    return list(found)


def digest_of(needs: Iterable[Need]) -> str:
    """Return the SHA-256 of what asks, by which an answer is remembered: another name or wire asks again."""
    rows = sorted([n.capability, n.path or "", n.block, n.op, n.upstream] for n in needs)
    return sha256(msgspec.json.encode(rows)).hexdigest()


def refusals_of(plan: Plan, bounds: Bounds) -> list[Problem]:
    """Return the problems of what a plan needs and may not have, as far as that is known before the run."""
    return [refusal(n.block, n.pin, n.capability, n.path, n.grant) for n in needs_of(plan, bounds)]


def _of_node(node: PlanNode, symbol: Symbol | None, said: Sequence[Said]) -> Iterator[Touch]:
    """Give what one node may touch: what its places say, and what no place says."""
    known = effects(node)
    for one in said:
        yield from _of_place(node, symbol, one)
    if known.effect == Effect.ANYTHING and not known.places:
        yield Touch(node.block, "", node.op, "all", node=node.name)
        return
    left = known.effect & ~(
        Effect.READS_FILES | Effect.WRITES_FILES
    )  # of those without a place another op says where
    for place in known.places:
        left &= ~place.effect
    for capability in capabilities(left):
        name = _python_file(node) if capability == "python" else None
        yield Touch(node.block, "", node.op, capability, name, node=node.name)


def _python_file(node: PlanNode) -> str | None:
    """Return the file of the function behind a Python block; None for another op that runs Python."""
    symbol = python_symbol(str(node.attrs.get("token", "")))
    return symbol.file if symbol is not None else None


def _of_place(node: PlanNode, symbol: Symbol | None, said: Said) -> Iterator[Touch]:
    """Give what the texts of one place say."""
    place, pin = said.place, _pin(symbol, said.place)
    for text in (None,) if said.texts is None else said.texts:
        for capability in taken_at(place, text):
            touch = Touch(node.block, pin, node.op, capability, text, place.kind, node.name, said.position)
            yield msgspec.structs.replace(touch, is_judged_in_run=text is None and said.is_text)


def _pin(symbol: Symbol | None, place: Place) -> str:
    """Return the name of the pin that says where."""
    if symbol is None:
        return place.argument
    pin = place.pin_of(symbol)
    return pin.name if pin is not None else "attrs"


def need_of(touch: Touch, bounds: Bounds) -> Need | None:
    """Return what a touch has to be allowed, without its digest; None where it is inside or judged in the run."""
    capability, path, grant = touch.capability, touch.name, ""
    if touch.is_judged_in_run:
        return None
    if path is not None and capability in ("read", "write"):
        verdict = bounds.judge(path, touch.kind, capability)
        if verdict.is_inside:
            return None
        capability, path, grant = verdict.capability, verdict.where, verdict.grant
    elif bounds.may(capability):
        return None
    return Need(touch.block, touch.pin, touch.op, capability, path, grant)


def upstream_of(nodes: Mapping[str, PlanNode], node: PlanNode, position: int | None) -> str:
    """Return the digest of what a node's input comes from, or of its attrs where there is no position."""
    if position is None:
        return sha256(msgspec.json.encode([node.op, _plain(node.attrs)])).hexdigest()
    waiting, seen = [_name(node.inputs[position])], set[str]()
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in seen:
            seen.add(name)
            waiting += [_name(ref) for ref in nodes[name].inputs]
    rows: list[object] = []
    for name in sorted(seen):
        known = nodes[name]
        rows.append([name, known.op, known.inputs, _plain(known.attrs), _value(known.value)])
    return sha256(msgspec.json.encode([node.inputs[position], rows])).hexdigest()


def _name(ref: str) -> str:
    return ref.lstrip("^").split(":", 1)[0]


def _plain(attrs: Mapping[str, object]) -> list[list[str]]:
    return [[name, repr(value)] for name, value in sorted(attrs.items())]


def _value(value: Constant | None) -> list[object] | None:
    """Return a constant for the digest; of an array file its name and what it holds."""
    if value is None:
        return None
    if value.array is not None:
        return [value.array.npz, value.array.key, _content(value.array.npz)]
    return [value.dtype, value.shape, value.packed.hex(), [text.hex() for text in value.strings]]


def _content(path: str) -> str:
    """Return the digest of a file's bytes; "" where it cannot be read."""
    digest = sha256()
    try:
        with open(path, "rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()
