"""Converts a frozen model to ONNX by tf2onnx, which is an extra of the program."""

from __future__ import annotations

import importlib
import re
from typing import Any

from app.document.model.problems import Problem, error
from app.document.model.sentence import quote, say
from app.engine.compiler.plan import Plan
from app.engine.compiler.plan_walk import place_behind
from app.engine.tf.models.frozen import Frozen, refuse_open_shapes
from app.engine.values.run_fault import RunFault

_OPSET = 17  # of ONNX; what most runtimes in use take
_UNSUPPORTED = re.compile(r"Tensorflow op \[([^:\]]+): (\w+)\] is not supported")


def onnx_model(model: Frozen, plan: Plan) -> bytes:
    """Return the bytes of an .onnx file; raises RunFault, also where tf2onnx is not installed."""
    try:
        tf2onnx: Any = importlib.import_module("tf2onnx")
        importlib.import_module("onnx")
    except ImportError as fault:
        hint = say("hint.install-onnx")
        raise RunFault(
            [error("no-export", say("export.no-onnx", why=quote(str(fault))), hint=hint)]
        ) from fault
    if not model.part.inputs:
        sentence, hint = say("export.no-inputs", format="ONNX"), say("hint.no-inputs")
        raise RunFault([error("no-export", sentence, hint=hint)])
    refuse_open_shapes(model, plan, "ONNX")  # tf2onnx would take one that is not known for a single number
    logged = _Logged()
    logger = tf2onnx.logging.getLogger("tf2onnx.tfonnx")
    logger.addHandler(logged.handler)
    try:
        made, _ = tf2onnx.convert.from_graph_def(
            model.graph,
            input_names=[one.tensor for one in model.part.inputs],
            output_names=[one.tensor for one in model.part.outputs],
            opset=_OPSET,
        )
    except Exception as fault:  # it raises what its stages raise
        problems = logged.problems(plan) or [error("no-export", say("export.onnx", why=quote(_line(fault))))]
        raise RunFault(problems) from fault
    finally:
        logger.removeHandler(logged.handler)
    problems = logged.problems(plan)
    if problems:
        raise RunFault(problems)
    return bytes(made.SerializeToString())


class _Logged:
    """What tf2onnx logs of ops that it has no form for."""

    def __init__(self) -> None:
        import logging

        self.lines: list[str] = []
        self.handler = logging.Handler()
        self.handler.emit = lambda record: self.lines.append(record.getMessage())  # type: ignore[method-assign]

    def problems(self, plan: Plan) -> list[Problem]:
        found = dict.fromkeys(match for line in self.lines for match in _UNSUPPORTED.findall(line))
        named = [(place_behind(plan.symbols, node) or node, op) for node, op in found]
        return [
            error("no-export", say("export.onnx-none", block=b, op=op), b) for b, op in dict.fromkeys(named)
        ]


def _line(fault: Exception) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    return lines[0] if lines else type(fault).__name__
