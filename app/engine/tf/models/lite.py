"""Converts a frozen model to TensorFlow Lite, and says of which blocks the converter knows no form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import tensorflow as tf
from tensorflow.core.framework import graph_pb2

from app.document.model.problems import Problem, error, warning
from app.document.model.sentence import quote, say
from app.engine.compiler.plan import Plan
from app.engine.compiler.plan_walk import place_behind
from app.engine.tf.models.frozen import Frozen, refuse_open_shapes
from app.engine.tf.models.saved_model import Served, write_saved_model
from app.engine.values.run_fault import RunFault

_LACKING = re.compile(r"(TF Select|Custom) ops: ([\w, ]+)")


def lite_model(model: Frozen, plan: Plan, folder: Path) -> tuple[bytes, list[Problem]]:
    """Return the bytes of a .tflite file, and which blocks need the select ops; raises RunFault.

    ``folder`` is a private one for what the converter reads.
    """
    refuse_open_shapes(model, plan, "TensorFlow Lite")  # the converter would end the process
    write_saved_model(Served(model.graph, {"serving_default": model.part}), {}, folder)
    try:
        return _converted(folder, select=False), []
    except Exception as fault:  # the converter raises what its stages raise
        lacking = _lacking(str(fault))
        if not lacking:
            raise RunFault([error("no-export", say("export.lite", why=quote(_first_line(fault))))]) from fault
    try:
        data = _converted(folder, select=True)
    except Exception as fault:
        lacking = _lacking(str(fault)) or lacking
        problems = [_without_form(block, op) for block, op in _blocks(model.graph, plan, lacking)]
        raise RunFault(
            problems or [error("no-export", say("export.lite", why=quote(_first_line(fault))))]
        ) from fault
    return data, [
        warning(
            "no-export", say("export.lite-select", block=block, op=op), block, hint=say("hint.lite-select")
        )
        for block, op in _blocks(model.graph, plan, lacking)
    ]


def _converted(folder: Path, *, select: bool) -> bytes:
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder))
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
    if select:
        converter.target_spec.supported_ops.append(tf.lite.OpsSet.SELECT_TF_OPS)
    return bytes(converter.convert())


def _lacking(message: str) -> set[str]:
    """Return the ops that the converter has no form for, by its message."""
    return {op.strip() for _, ops in _LACKING.findall(message) for op in ops.split(",") if op.strip()}


def _blocks(graph: graph_pb2.GraphDef, plan: Plan, ops: Iterable[str]) -> list[tuple[str, str]]:
    """Return the blocks of the nodes with these ops, each with its op."""
    lacking = {op.removeprefix("Flex") for op in ops}
    found = [(place_behind(plan.symbols, n.name) or n.name, n.op) for n in graph.node if n.op in lacking]
    return list(dict.fromkeys(found))


def _without_form(block: str, op: str) -> Problem:
    return error("no-export", say("export.lite-none", block=block, op=op), block)


def _first_line(fault: Exception) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    return lines[0] if lines else type(fault).__name__
