"""A page that is exported as a model gives the bits of the page, wherever TensorFlow loads it."""

from __future__ import annotations

import importlib.util
import shutil
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from app.document.formats.registry import open_project
from app.document.model.function_page import is_function_page
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.model_export import is_replaceable
from app.engine.values.results import tensor_of
from app.messages import message_of
from blocks.assets import asset
from tests.support.function_pages import planned
from tests.support.model_exports import Exported, call, export, exported
from tests.support.pages import page

_MOST = 12  # steps of a sample
SAMPLES = sorted(asset("samples").glob("*.tblocks"))

LINEAR = (
    {
        "x": ("Placeholder", {"dtype": "DT_FLOAT", "attrs": "shape_ = [?][2];"}),
        "w": ("Variable", {"initvalues": "{{1.5f},{-0.5f}}"}), "y": "MatMul",
        "example": ("Input_Initializer", {"t": "{{1.0f,2.0f},{3.0f,4.0f}}"}), "feed": "FeedType", "s": "ClientSession",
    },
    "x.output -> y.a\nw.ref -> y.b\nx.output -> feed.input\nexample.output -> feed.initializer\n"
    "feed.output -> s.inputs\ny.product -> s.fetch_outputs",
)  # fmt: skip
COUNTING = (
    {"n": ("Variable", {"initvalues": "0"}), "add": ("AssignAdd", {"value": "1"}), "a": "ClientSession",
     "twice": ("Multiply", {"y": "2"}), "b": "ClientSession"},
    "n.ref -> add.ref\nadd.output_ref -> a.fetch_outputs\nn.ref -> twice.x\ntwice.z -> b.fetch_outputs",
)  # fmt: skip
WORDS = (
    {
        "table": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}),
        "fill": ("InitializeTableFromTextFileV2", {"filename": "words.txt", "key_index": "-2", "value_index": "-1"}),
        "begin": ("ClientSession", {"once": "true"}),
        "find": ("LookupTableFindV2", {"keys": "{\"tree\",\"sky\",\"house\"}"}),
        "none": ("Const_ex", {"val": "-1", "dtype": "DT_INT64"}), "s": "ClientSession",
    },
    "table.table_handle -> fill.table_handle\nfill.operation -> begin.run_outputs\n"
    "table.table_handle -> find.table_handle\nnone.output -> find.default_value\nfind.values -> s.fetch_outputs",
)  # fmt: skip
FUNCTION = (
    {"x": ("Argument", {"dtype": "DT_FLOAT", "default": "{1.0f,2.0f}"}), "sum": "Add", "y": "Result"},
    "x.output -> sum.x\nx.output -> sum.y\nsum.z -> y.input",
)
BRANCH = (
    {
        "v": ("Variable", {"initvalues": "1.0f"}), "switch": ("Switch", {"pred": "true"}),
        "add": "AssignAdd", "s": "ClientSession", "sum": ("Add", {"y": "1.0f"}),
    },
    "v.ref -> switch.data\nswitch.output_true -> sum.x\nsum.z -> s.fetch_outputs\nv.ref -> add.ref\n"
    "switch.output_true -> add.value\nadd.output_ref -> s.run_outputs",
)  # fmt: skip


@pytest.fixture(scope="module")
def models(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Exported]:
    """Export everything, then load it all in one process."""
    out, found = tmp_path_factory.mktemp("models"), dict[str, Exported]()
    for path in SAMPLES:
        pages = open_project(path).project.pages
        for one in pages:
            if not is_function_page(one):
                seed = 1 if one.scope.seed is None else one.scope.seed
                plan, steps = (
                    planned(one, *pages, folder=path.parent, seed=seed),
                    min(one.run.steps or 1, _MOST),
                )
                found[path.stem] = exported(engine, plan, one, path.parent, out / path.stem, steps)
    folder = tmp_path_factory.mktemp("project")
    (folder / "words.txt").write_text("house\ntree\n")
    for name, what, more in (
        ("linear", LINEAR, {}),
        ("snapshot", LINEAR, {"start": {"w": tensor_of(np.array([[0.1], [7.0]], np.float32))}}),
        ("counting", COUNTING, {}),
        ("words", WORDS, {}),
        ("function", FUNCTION, {}),
    ):
        made = page(*what)
        found[name] = exported(
            engine, make_plan(made, folder), made, folder, out / name, 3, run_in=out, **more
        )
    made = page(*COUNTING)
    more = {"signature": "b", "run_in": out}
    found["b"] = exported(engine, make_plan(made, folder), made, folder, out / "b", 3, **more)
    shutil.rmtree(folder)  # what a model needs lies in it
    call(list(found.values()))
    return found


@pytest.mark.parametrize(
    "name", [*(path.stem for path in SAMPLES), "linear", "snapshot", "counting", "words", "function"]
)
def test_a_saved_model_gives_the_bits_of_the_page(name: str, models: dict[str, Exported]) -> None:
    one = models[name]
    assert one.given == one.expected
    assert one.given


def test_each_of_several_sessions_has_a_signature_of_its_own(models: dict[str, Exported]) -> None:
    assert models["b"].given == {"twice": ("<i4", (), np.int32(0).tobytes())}  # nothing has counted
    assert models["counting"].given["twice"] == ("<i4", (), np.int32(6).tobytes())


def test_inputs_and_outputs_bear_the_ids_of_their_blocks(models: dict[str, Exported]) -> None:
    assert models["linear"].inputs.keys() == {"x"}
    assert models["linear"].given.keys() == {"y"}
    assert models["function"].inputs.keys() == {"x"}  # its Argument
    assert models["function"].given.keys() == {"y"}  # its Result


def test_an_output_of_a_branch_that_may_not_be_taken_is_left_out(engine: Engine, tmp_path: Path) -> None:
    made = page(*BRANCH)
    problems = export(engine, make_plan(made, tmp_path), made, tmp_path, tmp_path / "model")
    assert [(p.code, p.block, p.severity) for p in problems] == [
        ("no-export", "sum", "warning"), ("no-export", "s", "error"),
    ]  # fmt: skip
    assert not (tmp_path / "model").exists()


def frozen(path: Path) -> tf.Graph:
    """Return the graph of a .pb file."""
    definition, graph = tf.compat.v1.GraphDef(), tf.Graph()
    definition.ParseFromString(path.read_bytes())
    with graph.as_default():
        tf.graph_util.import_graph_def(definition, name="")
    return graph


def test_a_frozen_graph_holds_the_values_of_the_variables(engine: Engine, tmp_path: Path) -> None:
    made = page(*LINEAR)
    start = {"w": tensor_of(np.array([[2.0], [0.5]], np.float32))}
    assert not export(engine, make_plan(made, tmp_path), made, tmp_path, tmp_path / "m.pb", start)
    graph = frozen(tmp_path / "m.pb")
    with tf.compat.v1.Session(graph=graph) as session:
        got = session.run("y:0", {"x:0": [[1.0, 2.0], [3.0, 4.0]]})
    np.testing.assert_array_equal(got, [[3.0], [8.0]])
    assert {op.type for op in graph.get_operations()} == {"Placeholder", "Const", "MatMul"}


@pytest.mark.parametrize("ending", [".pb", ".tflite", ".onnx"])
def test_what_only_a_saved_model_holds_is_said_block_by_block(
    ending: str, engine: Engine, tmp_path: Path
) -> None:
    made, out = page(*COUNTING), tmp_path / f"m{ending}"
    problems = export(engine, make_plan(made, tmp_path), made, tmp_path, out)
    assert [(p.code, p.block) for p in problems] == [("no-export", "b"), ("no-export", "add")]
    assert "Variable n" in message_of(problems[1])
    assert not out.exists()


@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated")
def test_a_lite_model_gives_what_the_page_gives(engine: Engine, tmp_path: Path) -> None:
    made = page(*LINEAR)
    assert not export(engine, make_plan(made, tmp_path), made, tmp_path, tmp_path / "m.tflite")
    lite: Any = tf.lite.Interpreter(model_path=str(tmp_path / "m.tflite"))
    runner = lite.get_signature_runner()
    got = runner(x=np.array([[1, 2], [3, 4]], np.float32))
    np.testing.assert_allclose(got["y"], [[0.5], [2.5]], rtol=1e-6)


def test_a_lite_model_says_which_blocks_need_the_select_ops(engine: Engine, tmp_path: Path) -> None:
    wires = f"{LINEAR[1]}\ny.product -> root.input\nroot.output -> s.fetch_outputs"
    made = page({**LINEAR[0], "root": "Cholesky"}, wires)
    problems = export(engine, make_plan(made, tmp_path), made, tmp_path, tmp_path / "m.tflite")
    assert [(p.severity, p.block) for p in problems] == [("warning", "root")]


def test_a_folder_with_anything_else_is_not_overwritten(engine: Engine, tmp_path: Path) -> None:
    made, out = page(*LINEAR), tmp_path / "out"
    out.mkdir()
    (out / "letter.txt").write_text("dear")
    problems = export(engine, make_plan(made, tmp_path), made, tmp_path, out)
    assert [p.code for p in problems] == ["no-export"]
    assert [entry.name for entry in out.iterdir()] == ["letter.txt"]


def test_a_saved_model_is_replaced_and_the_folder_has_its_rights(engine: Engine, tmp_path: Path) -> None:
    made, out = page(*LINEAR), tmp_path / "out"
    out.mkdir(mode=0o750)
    for _ in range(2):
        assert not export(engine, make_plan(made, tmp_path), made, tmp_path, out)
        assert is_replaceable(out)
        assert stat.S_IMODE(out.stat().st_mode) == 0o750
    assert {entry.name for entry in tmp_path.iterdir()} == {"out"}  # nothing is left beside it


def test_an_onnx_model_gives_what_the_page_gives(engine: Engine, tmp_path: Path) -> None:
    for name in ("tf2onnx", "onnxruntime"):
        pytest.importorskip(name)
    made = page(*LINEAR)
    assert not export(engine, make_plan(made, tmp_path), made, tmp_path, tmp_path / "m.onnx")
    runtime: Any = importlib.import_module("onnxruntime")
    session = runtime.InferenceSession(str(tmp_path / "m.onnx"), providers=["CPUExecutionProvider"])
    got = session.run(None, {"x:0": np.array([[1, 2], [3, 4]], np.float32)})[0]
    np.testing.assert_allclose(got, [[0.5], [2.5]], rtol=1e-6)


@pytest.mark.parametrize("ending", [".tflite", ".onnx"])
def test_an_input_without_dimensions_is_named(engine: Engine, tmp_path: Path, ending: str) -> None:
    if ending == ".onnx":
        pytest.importorskip("tf2onnx")
    blocks, wires = LINEAR
    made = page({**blocks, "x": ("Placeholder", {"dtype": "DT_FLOAT"})}, wires)
    problems = export(engine, make_plan(made, tmp_path), made, tmp_path, tmp_path / f"m{ending}")
    assert [(p.block, p.sentence.key) for p in problems] == [("x", "export.open-shape")]


def test_an_onnx_model_needs_an_input(engine: Engine, tmp_path: Path) -> None:
    pytest.importorskip("tf2onnx")
    made = page({"c": ("Const", {"val": "1.0f"}), "s": "ClientSession"}, "c.output -> s.fetch_outputs")
    problems = export(engine, make_plan(made, tmp_path), made, tmp_path, tmp_path / "m.onnx")
    assert [p.sentence.key for p in problems] == ["export.no-inputs"]


@pytest.mark.skipif(importlib.util.find_spec("tf2onnx") is not None, reason="tf2onnx is installed")
def test_without_tf2onnx_an_export_says_how_to_get_it(engine: Engine, tmp_path: Path) -> None:
    made = page(*LINEAR)
    problems = export(engine, make_plan(made, tmp_path), made, tmp_path, tmp_path / "m.onnx")
    assert [(p.code, p.sentence.key, p.hint and p.hint.key) for p in problems] == [
        ("no-export", "export.no-onnx", "hint.install-onnx")
    ]
    assert not (tmp_path / "m.onnx").exists()
