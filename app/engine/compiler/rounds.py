"""Watches outputs of blocks inside of pages that loops and branches call: their values of all rounds of a step.

An output ``loop/mul.z`` gets a node in the function that notes each of its values, one before the loop that begins
anew, and one behind it that gives the values, one after the other, as a tensor of the page. So it is shown, watched
and tested as any other output. The rounds of a watched loop run one after the other; its values stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from msgspec.structs import replace

from app.document.model.sentence import say
from app.document.storage.digests import sha256
from app.engine.compiler.endpoints import Endpoint
from app.engine.compiler.errors import FetchError
from app.engine.compiler.loops import ONE_AT_A_TIME
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Constant, PlanFunction, PlanNode
from app.engine.compiler.round_tokens import BEGIN, GIVE, NOTE
from app.engine.compiler.step_graph import behind
from blocks.dtypes import DTYPES
from blocks.op_facts.functions import BRANCHING, CALLS, COUNTED, INLINED
from blocks.symbol import pins_by_name

_WATCHED = COUNTED | BRANCHING | INLINED | {"For"}


class Inner(NamedTuple):
    """A page made into a function, with its lowered blocks; ``op`` calls it by its attr ``attr``."""

    function: PlanFunction
    op: str
    attr: str
    low: Lowering


class Rounds:
    """What is watched inside of the functions of one plan."""

    def __init__(self, inner: Sequence[Inner]) -> None:
        """Watch nothing yet; ``inner`` grows as pages are made into functions."""
        self._inner = inner
        self._blocks: dict[str, str] = {}  # by result key, the block on the page
        self._notes: dict[str, list[PlanNode]] = {}  # by the place of a function, what is put into it
        self._slow: set[str] = set()  # nodes of loops in functions

    @property
    def is_watching(self) -> bool:
        """Return whether anything is watched."""
        return bool(self._blocks)

    def owner(self, key: str) -> str:
        """Return the block of the page that a result key belongs to."""
        return self._blocks.get(key) or key.split(".", 1)[0]

    def key_of(self, low: Lowering, block: str, pin: str, text: str) -> str | None:
        """Return the result key of an output inside of a function, which is watched from now on; None: it is none."""
        found = next(self._found(block), None)
        if found is None:
            return None
        inner, name = found
        symbol = inner.low.symbols.get(name)
        pins = pins_by_name(symbol, "out") if symbol is not None else {}
        pin = pin.removeprefix("result_") if pin not in pins else pin
        end = inner.low.outs.get((name, pins[pin].name)) if pin in pins else None
        if end is None or len(end.refs) != 1 or end.is_list or end.is_operation:
            single = tuple([p.name for p in pins.values() if p.kind == "tensor"])
            raise FetchError(say("fetch.no-output", pin=text, outputs=single))
        key = f"{block}.{pins[pin].name}"
        if key not in self._blocks:
            self._watch(low, inner, name, key, end, text)
        return key

    def put_in(
        self, nodes: Sequence[PlanNode], functions: Sequence[PlanFunction]
    ) -> tuple[tuple[PlanNode, ...], tuple[PlanFunction, ...]]:
        """Return the nodes of a page and its functions with what watches these.

        They bear names of their own, as TensorFlow takes functions of one name for the same ones.
        """
        if not self._notes:
            return tuple(nodes), tuple(functions)
        mark = sha256(" ".join(self._blocks).encode()).hexdigest()[:12]
        names = {f.name: f"{f.name}_{mark}" for f in functions if f.place in self._notes}
        noted = [self._with_notes(function) for function in functions]
        return tuple(_calling(nodes, names)), tuple(
            [replace(f, name=names.get(f.name, f.name), nodes=tuple(_calling(f.nodes, names))) for f in noted]
        )

    def _found(self, block: str) -> Iterator[tuple[Inner, str]]:
        """Give the functions that may hold a block of an address, with its name there; the innermost first."""
        steps = block.split("/")
        for count in range(len(steps) - 1, 0, -1):
            head, name = "/".join(steps[:count]), "/".join(steps[count:])
            those = [i for i in self._inner if i.function.block == head]
            for inner in sorted(those, key=lambda i: i.attr == "cond"):
                if name in inner.low.page.blocks:
                    yield inner, name

    def _watch(self, low: Lowering, inner: Inner, name: str, key: str, end: Endpoint, text: str) -> None:
        place = inner.function.place
        way = [i for i in self._inner if f"{place}/".startswith(f"{i.function.place}/")]
        way.sort(key=lambda i: len(i.function.place))
        top = way[0].function.block
        dtype = DTYPES.get(end.dtypes[0])
        for one in way:
            if one.op not in _WATCHED:
                raise FetchError(say("fetch.not-in-rounds", pin=text, block=one.function.block, op=one.op))
        handles = {f"{pin.name}:0" for pin in inner.function.args if pin.variable}
        is_handle = f"{place}/{end.refs[0]}" in handles
        if dtype is None or is_handle or dtype.kind in ("handle", "qint", "quint") or top not in low.nodes:
            raise FetchError(say("fetch.no-rounds", pin=text, dtype=dtype.label if dtype else "?"))
        self._blocks[key] = top
        at = f"{place}/{name}/rounds/{key.rpartition('.')[2]}"
        ref = f"{place}/{end.refs[0]}"
        self._notes.setdefault(place, []).extend(
            _call(at, f"{inner.function.block}/{name}", NOTE, key, dtype.label, [(ref, dtype.name)], [])
        )
        for outer, one in pairwise(way):
            call = f"{outer.function.place}/{one.function.block.removeprefix(outer.function.block + '/')}"
            self._notes.setdefault(outer.function.place, [])
            if one.op in COUNTED:
                self._slow.add(call)
        self._put(low, top, key, dtype.label, dtype.name, way[0].op)

    def _put(self, low: Lowering, top: str, key: str, label: str, dtype: str, op: str) -> None:
        """Put the nodes that begin and give onto the page, before and behind the block that calls."""
        call, at = low.nodes[top], f"{top}/rounds/{key[len(top) + 1 :]}"
        before = _call(f"{at}/begin", top, BEGIN, key, label, [], [])
        after = _call(at, top, GIVE, key, label, [], [dtype])
        after[-1].inputs.append(f"^{top}")
        first = top
        if op in COUNTED:  # a gradient gives a loop more inputs, which it puts behind those of control
            low.nodes[top] = replace(call, attrs={**call.attrs, **ONE_AT_A_TIME})
            first = call.inputs[0].partition(":")[0]
        _exchange(low, first, *before, behind(low.nodes[first], before[-1].name))
        _exchange(low, top, low.nodes[top], *after)
        block, _, pin = key.rpartition(".")
        low.outs[block, pin] = Endpoint((f"{at}:0",), (dtype,), has_rounds=True)

    def _with_notes(self, function: PlanFunction) -> PlanFunction:
        """Return a function with the nodes that note values; what it gives waits for them, and for loops within."""
        notes = self._notes.get(function.place)
        if notes is None:
            return function
        nodes = [
            replace(n, attrs={**n.attrs, **ONE_AT_A_TIME}) if n.name in self._slow else n
            for n in function.nodes
        ]
        awaited = [n.name for n in notes if n.op == "PyFunc"]
        awaited += [n.name for n in nodes if n.name in self._slow]
        results = list(function.results)
        if results and not function.place.endswith(".body"):  # the rounds of a loop wait for each other
            first = results[0]
            inputs = [first.ref, *[f"^{name}" for name in awaited]]
            waits = PlanNode(
                f"{function.place}.waits", "Identity", function.block, inputs, {"T": first.dtype}
            )
            results[0] = replace(first, ref=f"{waits.name}:0")
            notes = [*notes, waits]
        return replace(function, nodes=(*nodes, *notes), results=tuple(results))


def _exchange(low: Lowering, name: str, *new: PlanNode) -> None:
    """Put nodes in the place of one."""
    those = {node.name: node for node in new}
    nodes = dict(low.nodes)
    low.nodes.clear()
    for other, node in nodes.items():
        low.nodes.update(those if other == name else {other: node})
    place = low.sequence.index(name)
    low.sequence[place : place + 1] = list(those)


def _calling(nodes: Sequence[PlanNode], names: Mapping[str, str]) -> list[PlanNode]:
    """Return nodes that call functions by their new names."""
    return [replace(node, attrs=_named(node, names)) if node.op in CALLS else node for node in nodes]


def _named(node: PlanNode, names: Mapping[str, str]) -> dict[str, Any]:
    attrs = dict(node.attrs)
    for attr in CALLS[node.op].functions:
        those = attrs.get(attr)
        if isinstance(those, str):
            attrs[attr] = names.get(those, those)
        elif those is not None:
            attrs[attr] = tuple([names.get(one, one) for one in those])
    return attrs


def _call(
    name: str,
    block: str,
    token: str,
    key: str,
    label: str,
    takes: Sequence[tuple[str, str]],
    gives: Sequence[str],
) -> list[PlanNode]:
    """Return a node that calls the worker, and before it the text that says to it of which output."""
    text = Constant(dtype="DT_STRING", shape=(), strings=(f"{key} {label}".encode(),))
    what = PlanNode(f"{name}/key", "Const", block, [], {"dtype": "DT_STRING"}, text)
    dtypes = ["DT_STRING", *[dtype for _, dtype in takes]]
    attrs = {"token": token, "Tin": dtypes, "Tout": list(gives)}
    inputs = [f"{what.name}:0", *[ref for ref, _ in takes]]
    return [what, PlanNode(name, "PyFunc", block, inputs, attrs)]
