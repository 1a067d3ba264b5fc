"""The shipped library gives the numbers that Keras, or TensorFlow called directly, gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document.formats.registry import open_project
from app.document.model.diagram import Project
from app.document.resources.companion_files import Companions
from app.document.resources.own_blocks import OwnBlocks
from app.document.storage.writer import dumps
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult, TensorValue
from app.messages import message_of
from blocks.assets import asset
from tests.support.function_pages import named

LIBRARY = asset("libraries", "layers.tblocks")
Array = np.ndarray[Any, Any]
random = np.random.default_rng(7)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One worker for all pages: importing TensorFlow is most of the time."""
    with Engine() as running:
        yield running


def text(array: Array) -> str:
    """Return the text of an array of float32 or int32, exactly."""
    if array.ndim:
        return "{" + ",".join(map(text, array)) + "}"
    return f"{float(array)!r}f" if array.dtype.kind == "f" else str(int(array))


def const(array: Array) -> tuple[str, dict[str, str]]:
    return "Const", {"val": text(array)}


def ran(engine: Engine, blocks: dict[str, Any], wires: str, steps: int = 1, **options: Any) -> PageResult:
    """Run a page that uses the library."""
    main = named("main", blocks, wires, seed=options.pop("seed", None))
    project = Project(pages=[main], libraries={"l": "tensorblocks:layers"})
    own = OwnBlocks.of([main], project, Companions.of(Path(".")))
    plan = make_plan(main, Path("."), own=own)
    assert not plan.problems, [message_of(p) for p in plan.problems]
    result = engine.run(plan, ".", RunRequest(steps=steps, variables=True, **options))
    assert result.ok, [message_of(p) for p in result.problems]
    return result


def array(result: PageResult, key: str) -> Array:
    value = result.results[key]
    assert isinstance(value, TensorValue)
    return value.array


def use(page: str, **pins: str) -> tuple[str, dict[str, str]]:
    return f"library:l/{page}", pins


def test_the_library_is_canonical_sound_and_explained() -> None:
    loaded = open_project(LIBRARY)
    assert dumps(loaded.project) == LIBRARY.read_bytes()
    for page in loaded.project.pages:
        plan = make_plan(page, LIBRARY.parent)
        assert plan.problems == (), [message_of(p) for p in plan.problems]
        assert any(note.text for note in page.notes.values())


def test_dense_and_conv_are_those_of_keras(engine: Engine) -> None:
    import keras

    x, w, b = (random.normal(size=s).astype(np.float32) for s in ((4, 3), (3, 5), (5,)))
    result = ran(engine, {"x": const(x), "w": const(w), "b": const(b), "d": use("dense")},
                 "x.output -> d.x\nw.output -> d.w_start\nb.output -> d.b_start")  # fmt: skip
    dense = keras.layers.Dense(5)
    dense.build(x.shape)
    dense.set_weights([w, b])
    np.testing.assert_allclose(array(result, "d.y"), dense(x), rtol=1e-6, atol=1e-6)
    x, w, b = (random.normal(size=s).astype(np.float32) for s in ((2, 6, 5, 3), (3, 3, 3, 4), (4,)))
    result = ran(engine, {"x": const(x), "w": const(w), "b": const(b), "c": use("conv")},
                 "x.output -> c.x\nw.output -> c.w_start\nb.output -> c.b_start")  # fmt: skip
    conv = keras.layers.Conv2D(4, 3, padding="same")
    conv.build(x.shape)
    conv.set_weights([w, b])
    np.testing.assert_allclose(array(result, "c.y"), conv(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", [(8, 3), (2, 4, 5, 3)])
def test_batch_norm_and_its_moving_averages_are_those_of_keras(
    engine: Engine, shape: tuple[int, ...]
) -> None:
    import keras

    x = (3 + 2 * random.normal(size=shape)).astype(np.float32)
    starts = {"gamma": np.float32([1, 2, 3]), "beta": np.float32([0, 1, -1]), "mean": np.zeros(3, np.float32),
              "variance": np.ones(3, np.float32)}  # fmt: skip
    layer = keras.layers.BatchNormalization()
    layer.build(x.shape)
    layer.set_weights(list(starts.values()))
    pins = {f"{name}_start": text(value) for name, value in starts.items()}
    for training in (True, False):
        blocks = {"x": const(x), "n": use("batch norm", **pins, training=str(training).lower())}
        result = ran(engine, blocks, "x.output -> n.x", steps=5)
        layer.set_weights(list(starts.values()))
        for _ in range(5):
            expected = layer(x, training=training)
        np.testing.assert_allclose(array(result, "n.y"), expected, rtol=1e-4, atol=1e-4)
        for mine, theirs in zip(("moving_mean", "moving_variance"), layer.get_weights()[2:], strict=True):
            np.testing.assert_allclose(result.variables[f"n/{mine}"].array, theirs, rtol=1e-5, atol=1e-6)


def test_dropout_leaves_numbers_out_and_grows_the_others(engine: Engine) -> None:
    x = random.normal(size=(50, 40)).astype(np.float32)
    uses = {"a": use("dropout", rate="0.25"), "b": use("dropout"), "c": use("dropout", training="false")}
    blocks = {"x": const(x), **uses}
    result = ran(engine, blocks, "x.output -> a.x\nx.output -> b.x\nx.output -> c.x", seed=3)
    for name, rate in (("a", 0.25), ("b", 0.5)):
        y = array(result, f"{name}.y")
        stays = y != 0
        np.testing.assert_allclose(y[stays], (x / np.float32(1 - rate))[stays], rtol=1e-6)
        assert abs(stays.mean() - (1 - rate)) < 0.05
    assert ((array(result, "a.y") != 0) != (array(result, "b.y") != 0)).mean() > 0.2  # each draws its own
    assert array(result, "c.y").tobytes() == x.tobytes()


def test_losses_and_accuracy_are_those_of_keras(engine: Engine) -> None:
    import keras

    logits, labels = random.normal(size=(9, 4)).astype(np.float32), np.int32(random.integers(0, 4, 9))
    blocks = {"x": const(logits), "t": const(labels), "e": use("softmax cross entropy"), "a": use("accuracy")}
    wires = "x.output -> e.logits\nt.output -> e.labels\nx.output -> a.logits\nt.output -> a.labels"
    result = ran(engine, blocks, wires)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits)
    np.testing.assert_allclose(array(result, "e.loss"), loss, rtol=1e-6)
    np.testing.assert_allclose(array(result, "e.probabilities"), keras.ops.softmax(logits), rtol=1e-6)
    share = keras.metrics.sparse_categorical_accuracy(labels, logits)
    assert array(result, "a.share") == np.float32(np.mean(share))


def test_start_values_lie_within_their_bounds(engine: Engine) -> None:
    result = ran(engine, {"g": use("glorot", inputs="30", outputs="20")}, "", seed=1)
    w, limit = array(result, "g.w"), np.sqrt(6 / 50)
    assert (w.shape, w.dtype) == ((30, 20), np.float32)
    assert 0.95 * limit < np.abs(w).max() <= limit
    assert abs(w.mean()) < 0.1 * limit


@pytest.mark.parametrize("name", ["SGD momentum", "Adam"])
def test_optimizers_are_those_of_keras(engine: Engine, name: str) -> None:
    import keras

    start = np.float32([1.0, -2.0, 3.0])
    blocks = {
        "w": ("Variable", {"initvalues": text(start)}), "s": "Square", "g": "AddSymbolicGradients",
        "o": use(name, rate="0.1"), "session": "ClientSession",
    }  # fmt: skip
    wires = """
        w.ref -> s.x
        s.y -> g.outputs
        w.ref -> g.inputs
        w.ref -> o.variable
        g.grad_outputs[0] -> o.gradient
        o.done -> session.run_outputs
    """
    result = ran(engine, blocks, wires, steps=10)
    w = keras.Variable(start)
    kinds = {"SGD momentum": keras.optimizers.SGD(0.1, momentum=0.9), "Adam": keras.optimizers.Adam(0.1)}
    optimizer = kinds[name]
    for _ in range(10):
        optimizer.apply([2 * w.numpy()], [w])
    # Both round the powers of the betas, at other places.
    np.testing.assert_allclose(result.variables["w"].array, w.numpy(), rtol=1e-4, atol=1e-5)


def test_layers_train_together(engine: Engine) -> None:
    x, labels = np.float32([[0, 0], [0, 1], [1, 0], [1, 1]]), np.int32([0, 1, 1, 0])
    blocks: dict[str, Any] = {
        "x": const(x), "t": const(labels),
        "g1": use("glorot", inputs="2", outputs="8"), "g2": use("glorot", inputs="8", outputs="2"),
        "one": use("dense", b_start=text(np.zeros(8, np.float32))), "act": "Tanh",
        "two": use("dense", b_start=text(np.zeros(2, np.float32))), "e": use("softmax cross entropy"),
        "a": use("accuracy"), "grad": "AddSymbolicGradients", "session": "ClientSession",
    }  # fmt: skip
    wires = """
        x.output -> one.x
        g1.w -> one.w_start
        one.y -> act.x
        act.y -> two.x
        g2.w -> two.w_start
        two.y -> e.logits
        t.output -> e.labels
        two.y -> a.logits
        t.output -> a.labels
        e.loss -> grad.outputs
        e.loss -> session.fetch_outputs
        a.share -> session.fetch_outputs
    """
    for i, pin in enumerate(("one.w", "one.b", "two.w", "two.b")):
        blocks[f"o{i}"] = use("Adam", rate="0.05")
        wires += f"""
            {pin} -> grad.inputs
            {pin} -> o{i}.variable
            grad.grad_outputs[{i}] -> o{i}.gradient
            o{i}.done -> session.run_outputs
        """
    result = ran(engine, blocks, wires, steps=150, seed=2)
    assert array(result, "e.loss") < 0.05
    assert array(result, "a.share") == 1
