"""The window that shows one output in full, under the name that the run commands know it by."""

from app.editor.inspector import InspectorWindow as ResultWindow

__all__ = ["ResultWindow"]
