"""Inference after edits: what the worker knows already gives the same as building the page anew, and stays small."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import pytest

from app.document.model.diagram import Page
from app.engine.compiler.make_plan import make_plan
from app.messages import message_of, requirement_text
from tests.support.pages import page
from tests.support.random_edits import Sketch

COUNT_TO = "{{1.0f,2.0f},{3.0f,4.0f}}"


@pytest.fixture(scope="module")
def inference() -> Any:
    """Return the module that the worker runs, in this process."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from app.engine.tf import infer
    return infer


@pytest.fixture
def cache(inference: Any) -> Any:
    from app.engine.tf.op_cache import OpCache

    return OpCache()


def _reported(problems: Any) -> list[tuple[str | None, ...]]:
    return sorted(
        (str(p.block), str(p.pin), p.code, message_of(p), str(requirement_text(p))) for p in problems
    )


def _agrees(inference: Any, cache: Any, made: Page, what: str) -> int:
    """Infer in both ways; return how many types there are."""
    plan = make_plan(made, Path("."), everything=True)
    ours, anew = inference.infer(plan, Path("."), cache), inference.infer_anew(plan, Path("."))
    assert ours.types == anew.types, what
    assert _reported(ours.problems) == _reported(anew.problems), what
    return len(ours.types)


@pytest.mark.filterwarnings("ignore:Converting sparse IndexedSlices")
@pytest.mark.parametrize("seed", range(12))
def test_random_edits_give_what_building_anew_gives(inference: Any, cache: Any, seed: int) -> None:
    sketch = Sketch(seed, 40)
    types = 0
    for number in range(8):
        what = sketch.edit()
        types += _agrees(inference, cache, sketch.page, f"seed {seed}, edit {number}: {what}")
    assert types > 0


def test_edit_of_a_text_that_a_shape_depends_on_changes_the_shape_behind_it(
    inference: Any, cache: Any
) -> None:
    blocks = {
        "x": ("Const", {"val": "{1.0f,2.0f,3.0f,4.0f,5.0f,6.0f}"}),
        "two": ("Const", {"val": "2"}),
        "shape": ("Pack", {}),
        "sum": ("Add", {"y": "1"}),
        "turned": "Reshape",
        "more": ("Add", {"y": "1.0f"}),
    }
    wires = """
        x.output -> turned.tensor
        two.output -> sum.x
        two.output -> shape.values
        sum.z -> shape.values
        shape.output -> turned.shape
        turned.output -> more.x
        """
    found = []
    for text in ("2", "1", "2"):
        blocks["two"] = ("Const", {"val": text})
        plan = make_plan(page(blocks, wires), Path("."), everything=True)
        inferred = inference.infer(plan, Path("."), cache)
        found.append((inferred.types.get("more.z"), [p.block for p in inferred.problems]))
    assert [str(t) if t else b for t, b in found] == ["float32 [2, 3]", ["turned"], "float32 [2, 3]"]


def test_edit_builds_only_what_has_other_types_than_anything_before(inference: Any, cache: Any) -> None:
    blocks: dict[str, Any] = {"c": ("Const", {"val": COUNT_TO})}
    wires = ""
    for i in range(100):
        blocks[f"a{i}"] = ("Add", {"y": "1.0f"})
        wires += f"{'c.output' if i == 0 else f'a{i - 1}.z'} -> a{i}.x\n"
    sizes = []
    for text in (COUNT_TO, "{{5.0f,6.0f},{7.0f,8.0f}}", "{{1.0f,2.0f}}"):
        blocks["c"] = ("Const", {"val": text})
        inference.infer(make_plan(page(blocks, wires), Path("."), everything=True), Path("."), cache)
        sizes.append(cache.size)
    assert sizes[1] == sizes[0]  # other numbers, no other type
    assert sizes[2] - sizes[1] <= 3  # one Add of the new type stands for all hundred


def test_worker_keeps_only_some_times_what_pages_use(
    inference: Any, cache: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.engine.tf import op_cache

    monkeypatch.setattr(op_cache, "_FEW", 50)
    largest = 0
    for size in range(1, 400):
        text = "{" + ",".join(["1.0f"] * size) + "}"
        made = page({"c": ("Const", {"val": text}), "a": ("Add", {"y": "1.0f"})}, "c.output -> a.x")
        inferred = inference.infer(make_plan(made, Path("."), everything=True), Path("."), cache)
        assert inferred.types["a.z"].shape == (size,)
        largest = max(largest, cache.size)
    assert largest < 70


def test_weights_apart_with_equal_shapes_keep_gradients_of_their_own(inference: Any, cache: Any) -> None:
    blocks = {
        "v": ("Variable", {"initvalues": COUNT_TO}),
        "w": ("Variable", {"initvalues": COUNT_TO}),
        "cost": "Square",
        "grad": "AddSymbolicGradients",
    }
    wires = "v.ref -> cost.x\n cost.y -> grad.outputs\n"
    for wrt, faulty in (("v", []), ("w", ["grad"]), ("v", [])):
        made = page(blocks, wires + f"{wrt}.ref -> grad.inputs")
        inferred = inference.infer(make_plan(made, Path("."), everything=True), Path("."), cache)
        assert [p.block for p in inferred.problems] == faulty, wrt


def test_array_beside_the_project_is_not_opened_for_its_type(
    inference: Any, cache: Any, tmp_path: Path
) -> None:
    np = pytest.importorskip("numpy")
    from app.document.model.diagram import ArrayRef

    np.savez(tmp_path / "w.npz", W=np.zeros((2, 3), np.float32))
    plan = make_plan(page({"c": ("Const", {"val": ArrayRef("w.npz", "W")})}), tmp_path, everything=True)
    (tmp_path / "w.npz").unlink()
    assert str(inference.infer(plan, tmp_path, cache).types["c.output"]) == "float32 [2, 3]"
