"""A page of 100 uses of a page of five blocks against the same page drawn flat: planned, and built."""

from __future__ import annotations

from pathlib import Path
from time import process_time

from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.tf.graph_builder import build_graph
from tests.benchmarks.bench import Comparison, Row, side_by_side

_USES = 100
_PARTS: dict[str, tuple[str, dict[str, str]]] = {
    "w": ("Variable", {"initvalues": "{{0.5f,0.25f},{0.125f,1.0f}}"}),
    "mul": ("MatMul", {}), "bias": ("Add", {"y": "0.25f"}), "act": ("Tanh", {}), "scale": ("Multiply", {"y": "0.5f"}),
}  # fmt: skip
_WIRED = (("w.ref", "mul.b"), ("mul.product", "bias.x"), ("bias.z", "act.x"), ("act.y", "scale.x"))


def _layer(before: str = "") -> tuple[dict[str, Block], list[Wire]]:
    """Return the five blocks, under ids that begin so."""
    blocks = {
        before + name: Block(id=before + name, symbol=s, pins=dict(p)) for name, (s, p) in _PARTS.items()
    }
    return blocks, [_wire(before + source, before + target) for source, target in _WIRED]


def _wire(source: str, target: str) -> Wire:
    return Wire(source=PinRef.parse(source), target=PinRef.parse(target))


def _function_page() -> Page:
    blocks, wires = _layer()
    blocks["x"], blocks["y"] = Block(id="x", symbol="Argument"), Block(id="y", symbol="Result")
    return Page(
        name="layer", blocks=blocks, wires=[*wires, _wire("x.output", "mul.a"), _wire("scale.z", "y.input")]
    )


def _page(*, flat: bool) -> Page:
    blocks = {"in": Block(id="in", symbol="Const", pins={"val": "{{1.0f,2.0f}}"})}
    wires, last = [], "in.output"
    for n in range(_USES):
        if flat:
            parts, within = _layer(f"use{n}_")
            blocks.update(parts)
            wires += [*within, _wire(last, f"use{n}_mul.a")]
            last = f"use{n}_scale.z"
        else:
            blocks[f"use{n}"] = Block(id=f"use{n}", symbol="page:layer")
            wires.append(_wire(last, f"use{n}.x"))
            last = f"use{n}.y"
    blocks["session"] = Block(id="session", symbol="ClientSession")
    return Page(name="main", blocks=blocks, wires=[*wires, _wire(last, "session.fetch_outputs")])


def plan_and_build() -> Comparison:
    """Compare planning and building both pages, which have the same nodes."""
    folder, drawn, flat, layer = Path("."), _page(flat=False), _page(flat=True), _function_page()

    def ours() -> int:
        own = OwnBlocks.on([drawn], folder, [drawn, layer])
        plan = make_plan(drawn, folder, own=own)
        build_graph(plan, folder)
        return len(plan.nodes)

    def theirs() -> int:
        plan = make_plan(flat, folder)
        build_graph(plan, folder)
        return len(plan.nodes)

    assert ours() == theirs()
    return side_by_side(ours, theirs, 45, process_time)


ROWS = [Row("plan and build 100 uses of a 5-block page", "the same page drawn flat", 1.1, plan_and_build)]
