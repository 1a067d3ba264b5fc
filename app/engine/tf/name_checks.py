"""Judges names in the run: the Python behind the checks that stand before ops which take computed names.

A check fails in the place of its op. What it refused is held here until the run's fault is made of it, as TensorFlow
passes on no more than words.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
import numpy as np
import tensorflow as tf

from app.document.model.problems import Problem
from app.document.resources.refusals import refusal, refused_at
from app.engine.compiler.name_guards import Checked
from app.engine.tf.graph_effects import refused_in_graph
from app.engine.worker.bounds_held import held_bounds

_MOST_HELD = 1000
_refused: dict[str, Problem] = {}  # by block
_holding: list[tf.Graph] = []  # TensorFlow forgets a function with the last graph that calls it


@cache
def token() -> str:
    """Return the token by which TensorFlow finds the check in this process."""
    graph = tf.Graph()
    with graph.as_default():
        names = tf.constant("")
        tf.numpy_function(_check, [names, names], [], name="check")
    _holding.append(graph)
    return next(op.get_attr("token").decode() for op in graph.get_operations() if op.type == "PyFunc")


def refused_by(block: str) -> Problem | None:
    """Return the problem of the name that was refused to a block last, and forget it."""
    return _refused.pop(block, None)


def _check(names: Any, described: Any) -> None:
    """Raise PermissionError where one of the names may not be opened."""
    checked = msgspec.json.decode(_bytes(described), type=Checked)
    for problem in _refusals(names, checked):
        if len(_refused) < _MOST_HELD:
            _refused[checked.block] = problem
        raise PermissionError(f"refused to {checked.block}")


def _refusals(names: Any, checked: Checked) -> Iterator[Problem]:
    place, bounds = checked.place, held_bounds()
    for name in np.asarray(names, dtype=object).reshape(-1).tolist():
        raw = _bytes(name)
        if place.kind == "opaque" and place.argument == "graph_def":
            yield from refused_in_graph(raw, checked.block, checked.pin, bounds)
            continue
        for verdict in refused_at(place, raw.decode("utf-8", "surrogateescape"), bounds):
            yield refusal(checked.block, checked.pin, verdict.capability, verdict.where, verdict.grant)


def _bytes(value: Any) -> bytes:
    plain = value.item() if isinstance(value, np.ndarray) else value
    return plain if isinstance(plain, bytes) else str(plain).encode("utf-8", "surrogateescape")
