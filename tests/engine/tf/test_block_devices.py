"""Devices of blocks: all that is made of a block lies on its device, and so does what stands within a use."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.editing.document import Document
from app.document.editing.edits import SetDevice
from app.document.model.diagram import Page, Scope
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.engine.compiler.plan import Plan
from app.engine.host.engine import Engine
from app.engine.tf.graph_builder import build_graph
from app.messages import message_of
from tests.support.function_pages import named, planned, project, twice
from tests.support.pages import plain

CONST = ("Const", {"val": "{1.0f,2.0f}"})


def devices(plan: Plan) -> dict[str, str]:
    """Return the devices of the operations of the graph, by name."""
    return {op.name: op.device for op in build_graph(plan, Path(".")).get_operations()}


def on(page: Page, **blocks: str) -> Page:
    for block, device in blocks.items():
        page.blocks[block].device = device
    return page


def test_a_block_and_its_helpers_lie_on_its_device() -> None:
    blocks = {"v": ("Variable", {"initvalues": "1.0f"}), "n": ("Add", {"y": "2.0f"}), "a": "AssignAdd"}
    page = on(
        named("main", blocks, "v.ref -> n.x\nv.ref -> a.ref\nn.z -> a.value"),
        v="/device:CPU:0",
        n="/device:CPU:0",
    )
    found = devices(planned(page))
    assert {found["v"], found["v/read"], found["n"], found["n/y"]} == {"/device:CPU:0"}
    assert found["a"] == ""


def test_a_use_lets_its_blocks_lie_there_unless_they_have_one_of_their_own() -> None:
    outer = named("outer", {"x": "Argument", "in": "page:twice", "n": "Neg", "y": "Result"},
                  "x.output -> in.x\nin.y -> n.x\nn.y -> y.input")  # fmt: skip
    main = on(
        named("main", {"c": CONST, "u": "page:outer"}, "c.output -> u.x"), u="/job:localhost/device:CPU:0"
    )
    main.scope = Scope(device="/device:CPU:0")
    found = devices(planned(main, on(outer, n="/device:CPU:1"), twice()))
    assert found["c"] == "/device:CPU:0"
    assert found["u/in/sum"] == "/job:localhost/device:CPU:0"
    assert found["u/n"] == "/device:CPU:1"


def test_a_body_lies_with_its_caller_but_for_handles_and_devices_of_its_own() -> None:
    """A loop on one machine may read and write a variable that lies on another."""
    few = named("few", {**dict.fromkeys(("i", "w"), "Argument"), "l": ("Less", {"y": "3"}), "y": "Result"},
                "i.output -> l.x\nl.z -> y.input")  # fmt: skip
    blocks = {**dict.fromkeys(("i", "w"), "Argument"), "n": ("Add", {"y": "1"}), "own": ("Const", {"val": "1f"}),
              "add": "AssignAddVariableOp", "i2": "Result", "w2": "Result"}  # fmt: skip
    body = on(
        named("body", blocks, "i.output -> n.x\nown.output -> add.value\nw.output -> add.resource\n"
              "n.z -> i2.input\nw.output -> w2.input"),
        own="/device:CPU:1",
    )  # fmt: skip
    main = named(
        "main",
        {"w": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{}"}), "i": ("Const", {"val": "0"}),
         "loop": ("While", {"cond": "few", "body": "body"}), "s": "ClientSession"},
        "i.output -> loop.input\nw.resource -> loop.input\nloop.output[0] -> s.fetch_outputs",
    )  # fmt: skip
    graph = build_graph(planned(on(main, loop="/job:localhost/device:CPU:0"), few, body), Path("."))
    nodes = {n.name: n.device for f in graph.as_graph_def().library.function for n in f.node_def}
    assert nodes["loop.body/own"] == "/device:CPU:1"
    assert nodes["loop.body/add"] == ""  # TensorFlow puts it where the handle's variable lies
    assert {nodes["loop.body/n"], nodes["loop.cond/l"]} == {"/job:localhost/device:CPU:0"}


def test_a_gradient_lies_on_the_device_of_its_block() -> None:
    page = on(named("main", {"c": CONST, "s": "Square", "g": "AddSymbolicGradients"},
                    "c.output -> s.x\ns.y -> g.outputs\nc.output -> g.inputs"), g="/device:CPU:0")  # fmt: skip
    found = devices(planned(page))
    assert {device for name, device in found.items() if name.startswith("g/")} == {"/device:CPU:0"}


def test_a_page_runs_as_before_with_devices_that_are_there(engine: Engine) -> None:
    main = on(named("main", {"c": CONST, "u": "page:twice"}, "c.output -> u.x"), u="/cpu:0")
    result = engine.run(planned(main, twice()), ".")
    assert (result.problems, plain(result.results["u.y"])) == ([], [2.0, 4.0])


def test_a_device_that_is_not_there_is_a_warning_at_the_block(engine: Engine) -> None:
    main = on(named("main", {"c": CONST, "n": "Neg"}, "c.output -> n.x"), n="/gpu:7")
    (problem,) = engine.run(planned(main), ".").problems
    assert (problem.severity, problem.code, problem.block) == ("warning", "bad-attr-value", "n")


@pytest.mark.parametrize("device", ["cpu", "/job:worker/task:1"])
def test_a_device_that_cannot_be_is_an_error_at_the_block(device: str) -> None:
    plan = planned(on(named("main", {"c": CONST, "u": "page:twice"}, "c.output -> u.x"), u=device), twice())
    assert {(p.severity, p.code) for p in plan.problems} == {("error", "bad-attr-value")}
    assert {p.block for p in plan.problems} == {"u"}
    assert device in message_of(plan.problems[0])


def test_a_device_is_set_saved_and_undone() -> None:
    doc = Document(project(named("main", {"c": CONST})))
    before = dumps(doc.project)
    doc.apply(SetDevice("main", "c", "/gpu:0"))
    text = dumps(doc.project)
    assert b'"pins": {"val": "{1.0f,2.0f}"}, "device": "/gpu:0"}' in text
    assert b'"version": 2' in text
    assert dumps(loads(text).project) == text
    doc.undo()
    assert dumps(doc.project) == before
