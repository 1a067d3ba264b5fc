"""The monitors on a page: what shows the values of pins inside their frames, one file per kind."""

from app.editor.monitors.factory import MonitorMaker

__all__ = ["MonitorMaker"]
