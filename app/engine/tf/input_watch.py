"""Looks in a run at inputs that an op takes without an error though its numbers are not what one expects."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.diagnostics.odd_data import BYTE_ORDER_MARK, HEAD, marked_record, odd_bmp
from app.engine.diagnostics.origins import Origins, arguments
from app.engine.tf.run_context import Array

_SCOPE = ".data/"  # no block's id begins with a dot
_PICTURES = frozenset({"DecodeBmp", "DecodeImage"})


class InputWatch:
    """Notes what is odd of a run's data, once for each block."""

    def __init__(self, graph: tf.Graph, plan: Plan) -> None:
        """Let the blocks that decode pictures or lines wait for a look at what they get."""
        self._found: dict[str, Problem] = {}
        origins = Origins(plan)
        for node in plan.nodes:
            if node.op in _PICTURES or (node.op == "DecodeCSV" and _gives_text_first(node)):
                argument, pin = arguments(plan, node)[0], origins.pin(node.inputs[0])
                name = say("input.from", input=str(argument), source=pin) if pin else str(argument)
                self._watch(graph, node, argument.pin, name)

    @property
    def found(self) -> list[Problem]:
        """Return a warning for each block that was given something odd so far."""
        return list(self._found.values())

    def _watch(self, graph: tf.Graph, node: PlanNode, pin: str, name: Sentence | str) -> None:
        """Let a block's op wait for a look at the beginnings of what it gets: of a picture, or of each line."""
        op = graph.get_operation_by_name(node.name)

        def look_at_picture(head: Any) -> None:
            problem = odd_bmp(node.block, pin, name, head if isinstance(head, bytes) else b"")
            if problem is not None:
                self._found.setdefault(node.block, problem)

        def look_at_lines(marked: Array) -> None:
            if np.any(marked):
                record = int(np.argmax(marked))
                self._found.setdefault(node.block, marked_record(node.block, pin, name, record))

        with graph.as_default(), tf.device("/cpu:0"), tf.name_scope(_SCOPE):
            if node.op in _PICTURES:
                seen = tf.numpy_function(look_at_picture, [tf.strings.substr(op.inputs[0], 0, HEAD)], [])
            else:
                lines = tf.reshape(op.inputs[0], [-1])
                marked = tf.equal(tf.strings.substr(lines, 0, len(BYTE_ORDER_MARK)), BYTE_ORDER_MARK)
                seen = tf.numpy_function(look_at_lines, [marked], [])
            op._add_control_input(seen)


def _gives_text_first(node: PlanNode) -> bool:
    """Return whether the first field of each record is a string; of a number the mark is an error."""
    chosen = node.attrs.get("select_cols") or [0]
    return chosen[0] == 0 and (node.attrs.get("OUT_TYPE") or [""])[0] == "DT_STRING"
