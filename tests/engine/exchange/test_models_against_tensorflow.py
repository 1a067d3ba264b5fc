"""Models of every kind give, as pages, the bits that TensorFlow gives them without its own changes of graphs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document.literals.attrs import parse_attrs
from app.document.literals.values import parse_shape
from app.messages import message_of, report_lines
from tests.support import made_models
from tests.support.made_models import numbers
from tests.support.model_runs import converted, run_graph, run_page, run_signature

Array = np.ndarray[Any, Any]

MODELS = Path(os.environ.get("TENSORBLOCKS_FACTS", "none")).parent / "models"
needs_models = pytest.mark.skipif(not MODELS.is_dir(), reason="no folder of models beside the facts")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder for a project."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def check_signature(
    model: Path, place: Path, feeds: Mapping[str, Array], signature: str = "serving_default"
) -> None:
    """Compare a signature's page with the signature."""
    made = converted(model, place)
    if (model / "assets").is_dir():
        shutil.copytree(model / "assets", place / "assets")
    found = run_page(made, place, feeds, signature)
    expected = run_signature(model, feeds, signature)
    assert len(found) == len(expected)
    for mine, own in zip(found.values(), expected, strict=True):
        assert (mine.dtype, mine.shape) == (own.dtype, own.shape)
        assert mine.tolist() == own.tolist() if own.dtype == object else mine.tobytes() == own.tobytes()


@pytest.mark.parametrize(
    ("make", "feeds"),
    [
        (made_models.convolutions, {"picture": numbers(2, 8, 8, 1)}),
        (made_models.sequences, {"rows": numbers(2, 6, 3)}),
        (made_models.looping, {"x": numbers(2, 3), "n": np.array(4, np.int32)}),
        (made_models.counting, {"x": numbers(2)}),
    ],
)
def test_saved_models(
    make: Callable[[Path], None], feeds: Mapping[str, Array], tmp_path: Path, place: Path
) -> None:
    """Networks by Keras, a loop and a condition, a state that changes."""
    make(tmp_path / "model")
    check_signature(tmp_path / "model", place, feeds)


def test_a_vocabulary(tmp_path: Path, place: Path) -> None:
    """The table is filled once, from the model's own file; a second step does not fill it again."""
    made_models.words(tmp_path / "model", tmp_path)
    feeds = {"texts": np.array([b"cat x", b"dog y"], object)}
    check_signature(tmp_path / "model", place, feeds)
    made = converted(tmp_path / "model", place)
    assert run_page(made, place, feeds, "serving_default", 3)["ids"].tolist() == [1, -1]


def test_a_frozen_graph(tmp_path: Path, place: Path) -> None:
    """A graph without signatures shows its ends, and is fed with examples."""
    made_models.frozen(tmp_path / "net.pb")
    made = converted(tmp_path / "net.pb", place)
    feeds = {"x": numbers(3, 4)}
    (found,) = run_page(made, place, feeds, "net").values()
    (expected,) = run_graph(tmp_path / "net.pb", {"x:0": feeds["x"]}, ["probabilities:0"])
    assert found.tobytes() == expected.tobytes()


@pytest.mark.parametrize("sign", [1, -1])
def test_branches_and_loops_of_old_graphs(sign: int, tmp_path: Path, place: Path) -> None:
    """A branch that is not taken gives nothing, also where it holds only constants."""
    made_models.branches(tmp_path / "old.pb")
    made = converted(tmp_path / "old.pb", place)
    feeds = {"x": np.array([1.0, 2.0, 3.0], np.float32) * sign}
    found = run_page(made, place, feeds, "old")["y"]
    (expected,) = run_graph(tmp_path / "old.pb", {"x:0": feeds["x"]}, ["y:0"])
    assert found.tobytes() == expected.tobytes()


def test_what_a_loop_gives_is_shown_under_its_own_name(tmp_path: Path, place: Path) -> None:
    """The counter of the loop, and what the branch only tests, are no outputs beside it."""
    made_models.named_loop(tmp_path / "loop.pb")
    found = run_page(converted(tmp_path / "loop.pb", place), place, {"x": numbers(3)}, "loop")
    (expected,) = run_graph(tmp_path / "loop.pb", {"x:0": numbers(3)}, ["z:0"])
    assert list(found) == ["z"]
    assert found["z"].tobytes() == expected.tobytes()


def test_a_training(tmp_path: Path, place: Path) -> None:
    """A meta graph goes on where its checkpoint stands, with its queue filled before each step."""
    losses = made_models.training(tmp_path / "run")
    made = converted(tmp_path / "run.meta", place)
    found = run_page(made, place, {}, "run", 3)
    assert found["loss"].tobytes() == losses[-1].tobytes()


def test_what_the_report_says(tmp_path: Path, place: Path) -> None:
    """The report names inputs and outputs, what was left out, and why predict may differ."""
    made_models.counting(tmp_path / "model")
    (page,) = converted(tmp_path / "model", place).pages
    report = "\n".join(report_lines(page.report))
    assert "the input x is fed with the example in x_value" in report
    assert "the output total is total.output" in report
    assert "model.predict" in report
    assert [message_of(p) for p in page.problems if p.severity != "info"] == []


SIGNATURES = [
    ("tfjs/model_single_input_multi_output", "serving_default"),
    ("tfjs/module_with_multiple_signatures", "serving_default"),
    ("tfjs/module_with_multiple_signatures", "timestwo"),
    ("tfjs/int64_multiply", "serving_default"),
    ("tfjs/times_three_float", "serving_default"),
    ("tfjs/times_two_int", "serving_default"),
    ("tfjs/uint8_multiply", "serving_default"),
    ("tfjs/model_multi_output", "serving_default"),
    ("tensorflow-onnx/regression/saved_model", "serving_default"),
    ("tensorflow-onnx/saved_model_with_redundant_inputs", "serving_default"),
]


@needs_models
@pytest.mark.parametrize(("name", "signature"), SIGNATURES)
def test_public_saved_models(name: str, signature: str, place: Path) -> None:
    """Models that others have made, fed with numbers."""
    import tensorflow as tf

    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        meta = tf.compat.v1.saved_model.load(session, ["serve"], str(MODELS / name))
        inputs = meta.signature_def[signature].inputs
    feeds = {}
    for key, info in inputs.items():
        shape = [3 if d.size < 0 else d.size for d in info.tensor_shape.dim]
        feeds[key] = np.asarray(numbers(*shape) * 10).astype(tf.as_dtype(info.dtype).as_numpy_dtype)
    check_signature(MODELS / name, place, feeds, signature)


PICTURES = {"X": numbers(2, 784), "keep_prob": np.array(1, np.float32)}
GRAPHS = {"gru": PICTURES, "lstm": PICTURES, "ae0": {}, "fc-layers": {}, "regression/graphdef": {}}


@needs_models
@pytest.mark.parametrize("name", list(GRAPHS))
def test_public_frozen_graphs(name: str, place: Path) -> None:
    """Graphs of TensorFlow 1, of which some do not say the shapes of their inputs."""
    model = MODELS / "tensorflow-onnx" / name / "frozen.pb"
    made = converted(model, place)
    page = made.pages[0].page
    feeds = dict(GRAPHS[name])
    for wire in page.wires_to("session", "inputs"):
        block = wire.source.block.removesuffix("_feed")
        if block not in feeds:
            said = parse_attrs(str(page.blocks[block].pins.get("attrs", "")))
            shape = parse_shape(said[0].value or "") if said else ()
            feeds[block] = numbers(*[3 if size < 0 else size for size in shape or ()])
    found = run_page(made, place, feeds, page.name)

    tensors = {f"{page.blocks[key].label or key}:0": array for key, array in feeds.items()}
    expected = run_graph(model, tensors, [f"{name}:0" for name in found])
    assert [a.tobytes() for a in found.values()] == [a.tobytes() for a in expected]


def test_texts_that_are_no_words_come_along_whole(tmp_path: Path, place: Path) -> None:
    """Bytes that are not UTF-8, and zeros at their ends, which NumPy's files drop by themselves."""
    made_models.texts(tmp_path / "texts.pb")
    found = run_page(converted(tmp_path / "texts.pb", place), place, {}, "texts")["y"]
    assert found.tolist() == [b"a\0\0", b"\xff\xfe\0", b"plain"]
