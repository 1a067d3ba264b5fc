"""Whatever is wired to whichever pin, a page is planned: what does not fit is a problem and never an exception."""

from __future__ import annotations

import pytest

from app.engine.compiler.make_plan import make_plan
from blocks.catalog import load
from tests.support.pages import page

# Each gives at ``src`` something that is not simply a tensor: blocks, wires, and the output.
SOURCES = {
    "a fed value": (
        {"x": ("Placeholder", {"dtype": "DT_FLOAT"}), "t": ("Input_Initializer", {"t": "1.0f"}), "src": "FeedType"},
        "x.output -> src.input\nt.output -> src.initializer\n",
        "src.output",
    ),
    "an operation": ({"src": "NoOp"}, "", "src.operation"),
    "a list of nothing": ({"src": "InputList"}, "", "src.output"),
    "a split into no parts": (
        {"src": ("Split", {"value": "{1.0f}", "axis": "0", "num_split": "0"})}, "", "src.output",
    ),
    "a reference": ({"src": ("Variable", {"initvalues": "1.0f"})}, "", "src.ref"),
    "a gradient of nothing": ({"src": "AddSymbolicGradients"}, "", "src.grad_outputs"),
}  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_odd_sources_at_every_pin_of_every_block_are_planned(tmp_path, source):
    blocks, wires, output = SOURCES[source]
    pins = [(name, pin.name) for name in load().names() for pin in load().get(name).inputs]
    assert len(pins) > 5000
    for name, pin in pins:
        target = page({**blocks, "target": name}, f"{wires}{output} -> target.{pin}")
        assert make_plan(target, tmp_path, everything=True, data=()).page == "page", (name, pin)


@pytest.mark.parametrize(("symbol", "pin"), [("Operation", "operation"), ("Output", "output_op")])
def test_what_is_only_fed_has_no_operation_and_the_wire_says_so(tmp_path, symbol, pin):
    blocks, wires, output = SOURCES["a fed value"]
    plan = make_plan(
        page({**blocks, "target": symbol}, f"{wires}{output} -> target.{pin}"), tmp_path, data=()
    )
    assert [(p.severity, p.code, p.pin) for p in plan.problems if p.block == "target"] == [
        ("error", "wire-kind", pin)
    ]
