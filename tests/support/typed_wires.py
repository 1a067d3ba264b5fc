"""A page of a few typed blocks and wires, and what is written along its wires."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF

from blocks.tensor_spec import TensorSpec

BLOCKS = {
    "a": ("Const", (40.0, 60.0)),
    "b": ("Const", (40.0, 260.0)),
    "sum": ("Add", (400.0, 120.0)),
    "crop": ("CropAndResize", (400.0, 320.0)),
    "session": ("ClientSession", (700.0, 100.0)),
}
FLOATS, INTS = TensorSpec("float32", (3, 3)), TensorSpec("int32", (2,))
TYPES = {"a.output": FLOATS, "b.output": INTS, "sum.z": FLOATS}
WIRES = [("a.output", "sum.x"), ("sum.z", "session.fetch_outputs")]


def words_on_wires(d: Any) -> dict[str, str]:
    """Return the texts by the inputs that the wires lead to."""
    layer = d.canvas.feedback.wire_texts
    return {str(w.wire.target): t.text() for w, _, t in layer.shown(QRectF(-1000, -1000, 4000, 4000))}
