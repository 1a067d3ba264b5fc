"""The shipped samples run without a window and give the numbers that NumPy, or a pencil, gives."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document.formats.registry import open_project
from app.document.storage.writer import dumps
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.results import ListValue, NoValue, PageResult, TensorValue
from blocks.assets import asset
from tests.support.function_pages import planned

Array = np.ndarray[Any, Any]
SAMPLES = sorted(asset("samples").glob("*.tblocks"))
BOXES = np.array([[0, 0, 0.3, 0.3], [0.3, 0.3, 0.6, 0.6], [0.6, 0.6, 1, 1]], np.float32)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One worker for all samples: importing TensorFlow is most of the time."""
    with Engine() as running:
        yield running


def run(engine: Engine, name: str, **texts: str) -> PageResult:
    """Run a sample as its own settings say; ``texts`` are typed in first (``block__pin=text``)."""
    path = asset("samples", f"{name}.tblocks")
    page, *others = open_project(path).project.pages
    for where, text in texts.items():
        block, pin = where.split("__")
        page.blocks[block].pins[pin] = text
    plan = planned(page, *others, folder=path.parent)
    assert not plan.problems
    return engine.run(plan, path.parent, RunRequest(steps=page.run.steps, until=plan.until, timeout=120))


def array(result: PageResult, key: str) -> Array:
    """Return the array of one output."""
    value = result.results[key]
    assert isinstance(value, TensorValue), value
    return value.array


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_a_sample_is_canonical_and_explained(path: Path) -> None:
    """Saving a sample unchanged gives the same bytes, it has a note, and both lists of samples name it."""
    loaded = open_project(path)
    assert not any(loaded.problems.values())
    assert dumps(loaded.project) == path.read_bytes()
    assert all(
        any(note.kind == "text" and note.text for note in page.notes.values())
        for page in loaded.project.pages
    )
    assert f"`{path.name}`" in asset("help", "samples.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_monitors_look_at_pins_that_exist(path: Path) -> None:
    """A monitor of a sample names an output that the plan knows."""
    pages = open_project(path).project.pages
    for page in pages:
        outputs = planned(page, *pages, folder=path.parent).outputs
        watched = [
            re.sub(r"(\[\d+\])+$", "", pin) for monitor in page.monitors.values() for pin in monitor.pins
        ]
        assert set(watched) <= set(outputs)


def test_crop_and_resize_grad(engine: Engine) -> None:
    """The crops, and their gradient on the picture, agree with bilinear sampling written in NumPy."""
    result = run(engine, "crop_and_resize_grad")
    assert result.ok
    picture = _read_png(asset("samples", "stroke.png")).astype(np.float32)
    crops = np.stack([_crop(picture, box, 10) for box in BOXES])
    np.testing.assert_allclose(array(result, "crops.crops"), crops, atol=1e-3)
    gradient = sum(_uncrop(crop, box, picture.shape) for crop, box in zip(crops, BOXES, strict=True))
    np.testing.assert_allclose(array(result, "grad.output")[0], gradient, rtol=1e-5, atol=1e-3)
    assert array(result, "grad.output").shape == (1, 35, 35, 3)


def test_matrix_product(engine: Engine) -> None:
    """Two 2 x 2 matrices, multiplied on paper."""
    result = run(engine, "matrix_product")
    assert array(result, "product.product").tolist() == [[19, 22], [43, 50]]
    assert array(result, "product.product").dtype == np.float32


def test_gradient_descent_finds_the_weight(engine: Engine) -> None:
    """w = 2.5 is found; each step multiplies its error by 1 - 2 rate mean(x^2) = 0.7."""
    result = run(engine, "gradient_descent")
    assert result.steps == 50
    assert array(result, "update.out") == pytest.approx(2.5, abs=1e-5)
    path = asset("samples", "gradient_descent.tblocks")
    (page,) = open_project(path).project.pages
    three = engine.run(make_plan(page, path.parent), path.parent, RunRequest(steps=3))
    assert array(three, "update.out") == pytest.approx(2.5 * (1 - 0.7**3), rel=1e-5)


def test_xor_learns_the_truth_table(engine: Engine) -> None:
    """After the page's own number of steps the output rounds to the truth table, as the same net in NumPy."""
    result = run(engine, "xor")
    output = array(result, "output.y")
    assert output.round().ravel().tolist() == [0, 1, 1, 0]
    np.testing.assert_allclose(output, _xor_in_numpy(steps=result.steps), rtol=1e-3)
    assert array(result, "loss.output") < 1e-3


def test_linear_regression_ends_when_the_cost_is_small(engine: Engine) -> None:
    """The run ends at the step at which the same descent in NumPy first has that cost, with the same weights."""
    result = run(engine, "linear_regression")
    steps, weights, bias = _regression_in_numpy(limit=1e-6)
    assert abs(result.steps - steps) <= 1  # float32 may cross the limit a step earlier or later
    np.testing.assert_allclose(array(result, "train_w.out"), weights, atol=1e-4)
    assert array(result, "train_b.out") == pytest.approx(bias, abs=1e-4)
    np.testing.assert_allclose(weights.ravel(), [2, -1, 0.5], atol=0.01)


def test_the_mandelbrot_set_is_that_of_numpy(engine: Engine) -> None:
    """A point counts the rounds in which its z has stayed within the circle."""
    result = run(engine, "mandelbrot")
    value = result.results["loop.output"]
    assert isinstance(value, ListValue)
    counts = value.items[3]
    assert isinstance(counts, TensorValue)
    c = np.linspace(-2.2, 0.8, 180)[None, :] + 1j * np.linspace(-1.2, 1.2, 144)[:, None]
    z, expected = np.zeros_like(c), np.zeros(c.shape)
    with np.errstate(all="ignore"):
        for _ in range(40):
            expected += np.abs(z) <= 2
            z = z * z + c
    assert np.mean(counts.array == expected) > 0.99  # float32 and float64 differ at the rim


def test_newton_finds_the_root_of_wallis(engine: Engine) -> None:
    """The root of x^3 - 2x - 5, in a few rounds."""
    result = run(engine, "newton")
    value = result.results["loop.output"]
    assert isinstance(value, ListValue)
    rounds, root = (item.array for item in value.items[:2] if isinstance(item, TensorValue))
    assert rounds == 4
    assert root == pytest.approx(np.roots([1, 0, -2, -5])[0].real, rel=1e-14)
    assert abs(array(result, "root.value")) < 1e-14


def test_the_measurements_are_fitted_until_the_data_ends(engine: Engine) -> None:
    """120 lines, 30 times, by twenties are 180 steps; the line is that of least squares."""
    result = run(engine, "measurements")
    assert (result.ok, result.steps, [p.code for p in result.problems]) == (True, 180, ["data-ended"])
    rows = np.loadtxt(asset("samples", "measurements.csv"), delimiter=",", skiprows=1)
    slope, offset = np.polyfit(rows[:, 0], rows[:, 1], 1)
    assert array(result, "train_resistance.out") == pytest.approx(slope, abs=0.05)
    assert array(result, "train_offset.out") == pytest.approx(offset, abs=0.03)
    batch = result.results["next.components"]
    assert isinstance(batch, ListValue)
    assert all(isinstance(item, TensorValue) and item.shape == (20,) for item in batch.items)


def test_layers(engine: Engine) -> None:
    """Both layers learn, each with weights of its own, until every point is on its arm; NumPy agrees with the net."""
    path = asset("samples", "layers.tblocks")
    page, *others = open_project(path).project.pages
    plan = planned(page, *others, folder=path.parent)
    request = RunRequest(steps=page.run.steps, until=plan.until, variables=True, timeout=120)
    result = engine.run(plan, path.parent, request)
    assert result.ok
    assert page.run.steps is not None
    assert result.steps < page.run.steps
    assert array(result, "share.output") == 1
    shapes = {name: value.array.shape for name, value in result.variables.items()}
    assert shapes == {
        "hidden/weights": (2, 16),
        "hidden/bias": (16,),
        "last/weights": (16, 3),
        "last/bias": (3,),
    }
    w = {name: value.array for name, value in result.variables.items()}
    hidden = np.tanh(array(result, "points.output") @ w["hidden/weights"] + w["hidden/bias"])
    best = (hidden @ w["last/weights"] + w["last/bias"]).argmax(1)
    assert (best == array(result, "labels.output")).mean() > 0.9  # one step of learning later


def test_digits_are_learned(engine: Engine) -> None:
    """A step moves the weights along the gradient that NumPy finds; trained, they know the clean digits."""
    path = asset("samples", "digits.tblocks")
    (page,) = open_project(path).project.pages
    first = engine.run(make_plan(page, path.parent), path.parent, RunRequest(steps=1))
    pixels, labels = array(first, "batch.z").reshape(64, 121), array(first, "labels.output")
    moved = 0.01 * pixels.T @ (np.eye(10)[labels] - 0.1)  # from weights of 0, each digit is as likely
    np.testing.assert_allclose(array(first, "train_w.out"), moved, atol=1e-5)
    trained = run(engine, "digits")
    clean = array(trained, "padded.output")[:, :11, :11].reshape(10, 121)
    scores = clean @ array(trained, "train_w.out") + array(trained, "train_b.out")
    assert scores.argmax(axis=1).tolist() == list(range(10))
    assert array(trained, "accuracy.output") > 0.8


def test_queue_and_reader(engine: Engine) -> None:
    """Each session reads the next file of the queue, and shows the mean of its first column."""
    result = run(engine, "queue_and_reader")
    assert result.ok
    assert array(result, "first_mean.output") == pytest.approx(20.0)
    assert array(result, "second_mean.output") == pytest.approx(18.0)


def test_symbolic_gradients(engine: Engine) -> None:
    """The derivative of x^3 + 2 x at 1, 2, 3 is 5, 14, 29, by the chain rule as by hand."""
    result = run(engine, "symbolic_gradients")
    assert array(result, "by_hand.z").tolist() == [5, 14, 29]
    assert array(result, "difference.z").tolist() == [0, 0, 0]


def test_placeholder_feed(engine: Engine) -> None:
    """The fed values are doubled and summed; other values need only another text."""
    assert array(run(engine, "placeholder_feed"), "total.output") == 20
    assert array(run(engine, "placeholder_feed", value__t="{10.0f,20.0f}"), "total.output") == 60


def test_switch_and_merge(engine: Engine) -> None:
    """A large value takes one branch, a small one the other; the branch not taken has no value."""
    large = run(engine, "switch_and_merge")
    assert array(large, "merge.output") == 50
    assert array(large, "merge.value_index") == 1
    assert large.results["small.y"] == NoValue("float32", "dead")
    small = run(engine, "switch_and_merge", value__val="2.0f")
    assert array(small, "merge.output") == -2
    assert small.results["large.z"] == NoValue("float32", "dead")


def _read_png(path: Path) -> Array:
    """Decode an 8-bit RGB PNG whose rows are not filtered, as [height, width, 3]."""
    content = path.read_bytes()
    at, packed, size = 8, b"", (0, 0)
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        tag, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if tag == b"IHDR":
            size = struct.unpack(">II", data[:8])
        packed += data if tag == b"IDAT" else b""
        at += 12 + length
    width, height = size
    rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + 3 * width)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(height, width, 3)


def _samples(low: float, high: float, size: int, pixels: int) -> Iterator[tuple[int, int, float]]:
    """Yield, for each sample between two edges, the pixels on both sides and the share of the second."""
    for i in range(size):
        at = low * (pixels - 1) + i * (high - low) * (pixels - 1) / (size - 1)
        first = int(np.floor(at))
        yield first, int(np.ceil(at)), at - first


def _weights(box: Array, size: int, height: int, width: int) -> Array:
    """Return the share of each pixel in each sample, [size, size, height, width]."""
    shares = np.zeros((size, size, height, width))
    for i, (top, bottom, down) in enumerate(_samples(box[0], box[2], size, height)):
        for j, (left, right, across) in enumerate(_samples(box[1], box[3], size, width)):
            shares[i, j, top, left] += (1 - down) * (1 - across)
            shares[i, j, top, right] += (1 - down) * across
            shares[i, j, bottom, left] += down * (1 - across)
            shares[i, j, bottom, right] += down * across
    return shares


def _crop(picture: Array, box: Array, size: int) -> Array:
    """Cut a box out of [height, width, depth] and resize it to [size, size, depth]."""
    return np.einsum("ijhw,hwd->ijd", _weights(box, size, *picture.shape[:2]), picture)


def _uncrop(crop: Array, box: Array, shape: tuple[int, ...]) -> Array:
    """Spread the gradient of a crop over the pixels that it was sampled from."""
    return np.einsum("ijhw,ijd->hwd", _weights(box, crop.shape[0], *shape[:2]), crop)


def _xor_in_numpy(steps: int) -> Array:
    """Train the same net by hand; returns what the last step sees, that is, before its own update."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    y = np.array([[0], [1], [1], [0]], float)
    w1, b1 = np.array([[0.5, -0.4], [0.6, -0.3]]), np.array([[0.1, 0.2]])
    w2, b2 = np.array([[0.7], [0.8]]), np.array([[0.0]])
    for step in range(steps):
        hidden = 1 / (1 + np.exp(-(x @ w1 + b1)))
        output = 1 / (1 + np.exp(-(hidden @ w2 + b2)))
        if step == steps - 1:
            break
        error = output - y
        back = error @ w2.T * hidden * (1 - hidden)
        w2, b2 = w2 - hidden.T @ error, b2 - error.sum(0, keepdims=True)
        w1, b1 = w1 - x.T @ back, b1 - back.sum(0, keepdims=True)
    return output


def _regression_in_numpy(limit: float) -> tuple[int, Array, float]:
    """Descend as the page does; returns the first step whose cost is below the limit and what it leaves."""
    points = [[1, 0, 2], [0, 1, 1], [2, 1, 0], [1, 2, 1], [0, 2, 2], [2, 0, 1], [1, 1, 0], [2, 2, 2]]
    x = np.array(points, float)
    y = x @ np.array([[2], [-1], [0.5]]) + 3
    w, b, step = np.zeros((3, 1)), 0.0, 0
    while True:
        step += 1
        error = x @ w + b - y
        w, b = w - 0.1 * x.T @ error / 4, b - 0.1 * 2 * float(error.mean())
        if np.mean(error**2) < limit:
            return step, w, b
