"""A folded page gives the bits of the flat one, whatever stands on the pages within."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.document.model.diagram import Page
from app.engine.exchange.folding import fold
from app.engine.host.engine import Engine
from app.engine.values.results import TensorValue
from tests.support.flat_model import Model
from tests.support.function_pages import run_of


def bits(engine: Engine, pages: list[Page], folder: Path) -> list[bytes]:
    """Return what the session of the first page fetches, in order."""
    main = pages[0]
    result = run_of(engine, main, *pages[1:], folder=folder, steps=2)
    fetched = [str(w.source) for w in main.wires_to("session", "fetch_outputs")]
    values = [result.results[key] for key in fetched]
    assert all(isinstance(value, TensorValue) for value in values)
    return [value.array.tobytes() for value in values if isinstance(value, TensorValue)]


def test_layers_with_arrays_random_numbers_and_writes(engine: Engine, tmp_path: Path) -> None:
    """Initial values come from the uses; random blocks draw what they drew, writes are done in their order."""
    model, dice, arrays = Model(), np.random.default_rng(7), {}
    x = model.add("Const", "x", val="{{0.25f,-0.5f,0.75f,1.0f}}")
    out, written = model.add("Identity", "start", (f"{x}.output", "input")) + ".output", []
    for number in range(9):
        scope = f"net/layer_{number}"
        out = model.dense(scope, out)
        arrays[f"net_layer_{number}_k"] = dice.normal(size=(4, 4)).astype(np.float32)
        arrays[f"net_layer_{number}_b"] = dice.normal(size=4).astype(np.float32)
        noise = model.add("RandomNormal", f"{scope}/noise", shape="{1,4}", dtype="float")
        out = model.add("Add", f"{scope}/noisy", (out, "x"), (f"{noise}.output", "y")) + ".z"
        count = model.add("Variable", f"{scope}/count", dtype="float", initvalues=f"{number}.0f")
        first = model.add("AssignAdd", f"{scope}/first", (f"{count}.ref", "ref"), value="1.0f")
        second = model.add("AssignSub", f"{scope}/second", (f"{count}.ref", "ref"), value=f"{number}.5f")
        written += [f"{first}.output_ref", f"{second}.output_ref"]
    np.savez(tmp_path / "w.npz", **arrays)
    flat = model.page(out, *written, seed=11)
    pages = fold(flat, model.names)
    assert [page.name for page in pages[1:]] == [
        f"layer_{number}" for number in range(9)
    ]  # their seeds differ
    assert bits(engine, pages, tmp_path) == bits(engine, [flat], tmp_path)


def test_layers_that_share_a_page(engine: Engine, tmp_path: Path) -> None:
    """Arrays of other shapes are given to the same page."""
    model, dice, arrays = Model(), np.random.default_rng(7), {}
    x = model.add("Const", "x", val="{{0.25f,-0.5f,0.75f,1.0f}}")
    out = model.add("Identity", "start", (f"{x}.output", "input")) + ".output"
    for number in range(14):
        out = model.dense(f"net/layer_{number}", out)
        out = model.add("Reshape", f"net/layer_{number}/flat", (out, "tensor"), shape="{1,4}") + ".output"
        arrays[f"net_layer_{number}_k"] = dice.normal(size=(4, 4)).astype(np.float32)
        arrays[f"net_layer_{number}_b"] = dice.normal(size=4).astype(np.float32)
    np.savez(tmp_path / "w.npz", **arrays)
    flat = model.page(out)
    pages = fold(flat, model.names)
    assert [page.name for page in pages] == ["main", "layer"]
    assert bits(engine, pages, tmp_path) == bits(engine, [flat], tmp_path)
