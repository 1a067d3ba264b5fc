"""Exports pages as SavedModels and calls them in one process that has nothing but TensorFlow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.resources.grants import Bounds
from app.document.resources.ground import Ground
from app.engine.compiler.plan import Plan
from app.engine.exchange.model_plan import Signature, model_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.host.model_export import export_model
from app.engine.tf.protos import array_of
from app.engine.values.results import ListValue, TensorValue
from app.messages import message_of

_SCRIPT = Path(__file__).with_name("loaded_models.py")


@dataclass
class Exported:
    """A page that was exported, what its run gives, and what the loaded model gives."""

    folder: Path
    model: Path
    calls: int
    expected: dict[str, Any]  # by output: dtype, shape and bytes
    inputs: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    signature: str = "serving_default"
    run_in: Path | None = None  # the folder in which the model is called; None: the project's

    @property
    def given(self) -> dict[str, Any]:
        """Return what the last call gave."""
        with np.load(f"{self.model}.npz") as found:
            return {name: _bits(found[name]) for name in found.files}


def exported(
    engine: Engine, plan: Plan, page: Page, folder: Path, model: Path, calls: int, **more: Any
) -> Exported:
    """Export a page, and run it for so many steps."""
    assert not plan.stops, [message_of(p) for p in plan.problems]
    start = more.pop("start", {})
    problems = export(engine, plan, page, folder, model, start)
    assert model.exists(), [message_of(p) for p in problems]
    result = engine.run(plan, folder, RunRequest(steps=calls, start=start))
    assert result.ok, [message_of(p) for p in result.problems]
    draft = model_plan(plan, page, "saved_model").model
    steps = [one for one in draft.signatures if not one.once]
    feeds = {ref: value for session in draft.plan.sessions for ref, value in session.feeds}
    inputs = {one.name: array_of(feeds[one.tensor], folder) for s in steps for one in s.inputs}
    expected = {}
    for signature in steps:
        for name, key, at in _places(draft.plan, signature):
            value = result.results[key]
            value = value.items[at] if isinstance(value, ListValue) else value
            assert isinstance(value, TensorValue), (key, value)
            expected[name] = value_bits(value)
    return Exported(folder, model, calls, expected, inputs, problems, **more)


def export(
    engine: Engine,
    plan: Plan,
    page: Page,
    folder: Path,
    out: Path,
    start: dict[str, TensorValue] | None = None,
) -> list[Problem]:
    """Export a page within the bounds of its own folder."""
    return export_model(engine, plan, page, folder, out, start or {}, Bounds(Ground.of(folder, [])))


def _places(plan: Plan, signature: Signature) -> list[tuple[str, str, int]]:
    """Return of each output where its value stands among the results: key, and place in a list."""
    session = next(one for one in plan.sessions if one.block == signature.session)
    found = {ref: (fetch.key, i) for fetch in session.fetches for i, ref in enumerate(fetch.refs)}
    return [(one.name, *found[one.tensor]) for one in signature.outputs]


def call(models: Sequence[Exported]) -> None:
    """Call all models in one new process, which must go well."""
    faults = {model: fault for model, fault in called(models).items() if fault}
    assert not faults, faults


def called(models: Sequence[Exported], timeout: float = 240) -> dict[Path, str]:
    """Call all models in one new process; return what went wrong with each ("" where nothing did)."""
    lines = []
    for one in models:
        np.savez(f"{one.model}.in.npz", **one.inputs)
        where = str(one.run_in or one.folder)
        lines.append(json.dumps([str(one.model), one.signature, one.calls, f"{one.model}.in.npz", where]))
    done = subprocess.run(
        [sys.executable, str(_SCRIPT)], input="\n".join(lines), text=True, capture_output=True, timeout=timeout,
        check=False,
    )  # fmt: skip
    said = {Path(folder): fault for folder, fault in map(json.loads, done.stdout.splitlines())}
    return {one.model: said.get(one.model, f"the process ended: {done.stderr[-300:]}") for one in models}


def value_bits(value: TensorValue) -> Any:
    """Return what makes two values equal to the last bit."""
    if value.dtype == "string":
        return "string", value.shape, tuple(text.hex() for text in value.array.ravel())
    return _bits(value.array)


def _bits(array: Any) -> Any:
    if array.dtype.kind == "U":
        return "string", array.shape, tuple(array.ravel().tolist())
    return array.dtype.str, array.shape, array.tobytes()
