"""The status line: page, selection, run state, step and time, zoom, TensorFlow's version."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from app.editor.widgets.plain_text import PlainLabel, counted


class StatusLine(QStatusBar):
    """Labels at the right of the line; messages of actions appear at its left."""

    def __init__(self, parent: QWidget) -> None:
        """Make an empty line."""
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.problems = self._label("Problems")
        self.problems.setObjectName("statusProblems")
        self.selection = self._label("Selection")
        self.run = self._label("Run")
        self.run.setObjectName("statusRun")
        self.page = self._label("Page")
        self.zoom = self._label("Zoom")
        self.tensorflow = self._label("TensorFlow")

    def _label(self, name: str) -> QLabel:
        label = PlainLabel(parent=self)
        label.setAccessibleName(name)
        label.setContentsMargins(8, 0, 8, 0)
        self.addPermanentWidget(label)
        return label

    def show_selection(self, blocks: int, wires: int, others: int) -> None:
        """Say what is selected."""
        self.selection.setText(_all_of((blocks, "block"), (wires, "wire"), (others, "other item")))

    def show_problems(self, errors: int, warnings: int) -> None:
        """Say how many problems the page has."""
        self.problems.setText(_all_of((errors, "error"), (warnings, "warning")))
        _set_state(self.problems, "error" if errors else "warning" if warnings else "")

    def show_run(self, state: str, text: str) -> None:
        """Say how the run stands; ``state`` is ``idle``, ``running``, ``done`` or ``failed``."""
        _set_state(self.run, state)
        self.run.setText(text)

    def show_zoom(self, factor: float) -> None:
        """Show the zoom in per cent."""
        self.zoom.setText(f"{round(factor * 100)} %")


def _set_state(label: QLabel, state: str) -> None:
    """Let the style sheet paint a label by its state."""
    label.setProperty("state", state)
    label.style().unpolish(label)
    label.style().polish(label)


def _all_of(*counts: tuple[int, str]) -> str:
    return ", ".join(counted(number, what) for number, what in counts if number)
