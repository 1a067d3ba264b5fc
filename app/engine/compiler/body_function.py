"""Writes a lowered page as a function of the plan: what it takes and gives, its nodes, and the counters of a loop."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from app.document.literals.types import Literal
from app.document.model.diagram import Page
from app.document.model.function_page import RESULT_INPUT, results_of
from app.document.storage.digests import sha256
from app.engine.compiler.constants import pack
from app.engine.compiler.elements import Given
from app.engine.compiler.endpoints import given_by
from app.engine.compiler.function_handles import HANDLE, Lowered, Ordered
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Constant, FunctionPin, PlanFunction, PlanNode
from blocks.op_facts.functions import COUNTED, INLINED, LOWERED
from blocks.symbol import Op


class Drawn(NamedTuple):
    """The lowered body of a page that a block calls: the names of its nodes and blocks begin so."""

    page: Page
    place: str
    block: str
    device: str
    body: Lowered

    @property
    def arguments(self) -> tuple[Given, ...]:
        """What it takes."""
        return self.body.arguments

    @property
    def results(self) -> tuple[Given, ...]:
        """What it gives."""
        return self.body.results


def _safe(name: str) -> str:
    """Return a page's name in the letters that TensorFlow takes in names of functions."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name) or "page"


def results_in(inner: Lowering, page: Page) -> list[tuple[str, Given]] | None:
    """Return the tensors that the Results of a page take, in their order; None where one is not lowered."""
    found: list[tuple[str, Given]] = []
    for block in results_of(page):
        ends = inner.wired(block.id, RESULT_INPUT)
        if not ends:
            return None
        for end in ends:
            found += zip(end.refs, given_by(end, inner.nodes), strict=False)
    return found


def function_of(
    one: Drawn,
    op: Op,
    ordered: Ordered,
    handles: Collection[int],
    gives: Collection[int],
    acts: Callable[[PlanNode], bool],
) -> PlanFunction:
    """Return a lowered page as a function; a loop's has a counter and a limit before its own arguments.

    ``handles`` are the arguments that are Variables' handles, ``gives`` the results; ``acts`` says whether a node
    draws or writes.
    """
    page, place, block, device, body = one
    inner = body.low
    args = [
        _pin(f"{place}/{a}", given.dtype, "", is_handle=i in handles)
        for i, (a, given) in enumerate(zip(body.ids, body.arguments, strict=True))
    ]
    results = [
        _pin(f"result_{i}", given.dtype, _moved(ref, place), is_handle=i in gives)
        for i, (ref, given) in enumerate(zip(ordered.refs, body.results, strict=True))
    ]
    nodes = [
        replace(
            node,
            name=f"{place}/{node.name}",
            block=f"{block}/{node.block}",
            inputs=[_moved(ref, place) for ref in node.inputs],
        )
        for node in ordered.nodes
    ]
    if op.name in COUNTED:
        args = [FunctionPin(_counter(place), "DT_INT32"), FunctionPin(_limit(place), "DT_INT32"), *args]
        if place.endswith(".body"):
            results = _count(place, block, nodes, results)
        else:
            results = _behind_acts(place, block, nodes, results, acts)
    made = PlanFunction(
        name="",
        page=page.name,
        block=block,
        place=place,
        args=tuple(args),
        results=tuple(results),
        nodes=tuple(nodes),
        symbols={name: symbol.name for name, symbol in inner.symbols.items()},
        device=device if op.name in LOWERED or op.name in INLINED else "",
        devices={f"{block}/{b.id}": b.device for b in inner.page.blocks.values() if b.device and not b.off},
    )
    digest = sha256(msgspec.msgpack.encode(made)).hexdigest()[:12]
    return replace(made, name=f"{_safe(page.name)}_{digest}")  # functions of one name are the same ones


def _counter(place: str) -> str:
    return f"{place}.counter"


def _limit(place: str) -> str:
    return f"{place}.limit"


def _count(
    place: str, block: str, nodes: list[PlanNode], results: Sequence[FunctionPin]
) -> list[FunctionPin]:
    """Add what counts the rounds to the nodes of a loop's body; return what it gives with the counter and the limit."""
    step = PlanNode(f"{place}.one", "Const", block, [], {"dtype": "DT_INT32"}, int_constant(1))
    inputs = [f"{_counter(place)}:0", f"{step.name}:0"]
    add = PlanNode(f"{place}.next", "AddV2", block, inputs, {"T": "DT_INT32"})
    nodes += [step, add]
    counted = FunctionPin("counter", "DT_INT32", f"{add.name}:0")
    return [counted, FunctionPin("limit", "DT_INT32", f"{_limit(place)}:0"), *results]


def _behind_acts(
    place: str,
    block: str,
    nodes: list[PlanNode],
    results: Sequence[FunctionPin],
    acts: Callable[[PlanNode], bool],
) -> list[FunctionPin]:
    """Let what a loop's condition gives wait for what it draws and writes, as TensorFlow does nothing else of it."""
    acting = [f"^{node.name}" for node in nodes if acts(node)]
    if not acting:
        return list(results)
    [test] = results
    after = PlanNode(f"{place}.after", "Identity", block, [test.ref, *acting], {"T": test.dtype})
    nodes.append(after)
    return [replace(test, ref=f"{after.name}:0")]


def _pin(name: str, dtype: str, ref: str, *, is_handle: bool) -> FunctionPin:
    return FunctionPin(name, HANDLE, ref, dtype) if is_handle else FunctionPin(name, dtype, ref)


def int_constant(value: int) -> Constant:
    """Return a number of a loop's counters."""
    return pack(Literal("DT_INT32", (), (value,)))


def _moved(ref: str, place: str) -> str:
    """Return a tensor or control input of a page as it is called in the function at a place."""
    return f"^{place}/{ref[1:]}" if ref.startswith("^") else f"{place}/{ref}"
