"""A row of a sweep's table: what one run was given and what came of it, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from app.document.model.problems import Problem
from app.engine.sweeps.cases import Case
from app.engine.values.json_format import value_json
from app.engine.values.results import ListValue, PageResult, TensorValue, Value, plain_array

Status = Literal["done", "failed", "timed out", "problems"]


class Row(msgspec.Struct, frozen=True):
    """One run. ``values`` are what it shows, by key, as `cell_of` gives them; ``problem`` is the first error."""

    number: int
    texts: tuple[str, ...]
    seed: int | None
    values: dict[str, Any]
    steps: int
    seconds: float
    status: Status
    problem: Problem | None = None


def row_of(case: Case, result: PageResult, columns: Sequence[str]) -> Row:
    """Return the row of a run that has ended."""
    status: Status = "done" if result.ok else "timed out" if result.timed_out else "failed"
    values = {key: cell_of(result.results[key]) for key in columns if key in result.results}
    problem = None if result.ok else _first_error(result.problems)
    return Row(
        number=case.number,
        texts=case.texts,
        seed=case.seed,
        values=values,
        steps=result.steps,
        seconds=result.seconds,
        status=status,
        problem=problem,
    )


def stopped_row(case: Case, problems: Iterable[Problem]) -> Row:
    """Return the row of a run that problems of the diagram prevent."""
    return Row(case.number, case.texts, case.seed, {}, 0, 0.0, "problems", _first_error(problems))


def cell_of(value: Value) -> Any:
    """Return a result as a cell shows it: a scalar in full, of other tensors the shape and the mean, of a list each.

    None: it has no value. NaN and infinities are texts, complex numbers two numbers, as in the results' JSON form.
    """
    if isinstance(value, ListValue):
        return [cell_of(item) for item in value.items]
    if not isinstance(value, TensorValue):
        return None
    if value.shape == ():
        return value_json(value)["values"][0]
    return {"shape": list(value.shape), **_mean(value)}


def _mean(value: TensorValue) -> dict[str, Any]:
    array = plain_array(value)
    if value.dtype == "string" or not array.size:
        return {}
    kind: type = np.complex128 if array.dtype.kind == "c" else np.float64
    with np.errstate(all="ignore"):
        mean: np.ndarray[Any, Any] = np.asarray(np.mean(array, dtype=kind))
    return {"mean": value_json(TensorValue(mean.dtype.name, mean))["values"][0]}


def _first_error(problems: Iterable[Problem]) -> Problem | None:
    return next((problem for problem in problems if problem.severity == "error"), None)
