"""Warns where a mean of whole numbers is cut to a whole number."""

from __future__ import annotations

from collections.abc import Collection

from app.document.model.problems import Problem, warning
from app.document.model.sentence import say
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.step_graph import StepGraph
from blocks.dtypes import DTYPES

MEAN = "Mean"


def mean_warnings(graph: StepGraph, low: Lowering, used: Collection[str]) -> list[Problem]:
    """Return a warning for each used block that takes the mean of whole numbers."""
    found = []
    for node in graph.nodes.values():
        if node.op != MEAN or node.block not in used or node.name != node.block:
            continue
        dtype = DTYPES.get(str(node.attrs.get("T")))
        if dtype is None or dtype.kind not in ("int", "uint"):
            continue
        pin = next((p.name for p in low.symbols[node.block].inputs if p.arg == "input"), "input")
        sentence = say("odd.mean", pin=pin, dtype=dtype.label)
        found.append(warning("odd-data", sentence, node.block, pin, hint=say("hint.mean-of-floats")))
    return found
