"""The tensor inspector: any value in full, as table, picture, histogram, plot, course and text."""

from app.editor.inspector.window import InspectorWindow

__all__ = ["InspectorWindow"]
