"""The run settings within reach: fields in the toolbar for the number of steps and the pace."""

from __future__ import annotations

import msgspec
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from app.document.editing.edits import SetRun
from app.editor.context import EditorContext
from app.editor.runs import settings_text
from app.editor.widgets.fields import ChoiceField
from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel
from app.messages import error_text


class RunBar(QWidget):
    """Steps and pace of the page that is shown. The pace works at once, also in the middle of a run."""

    def __init__(self, context: EditorContext, parent: QWidget) -> None:
        """Lay out the fields."""
        super().__init__(parent)
        self._context = context
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 4, 0)
        row.setSpacing(4)
        label = PlainLabel("Steps", self)
        self.steps = ChoiceField(settings_text.STEP_CHOICES, "1", self)
        self.steps.setAccessibleName("Steps of a run")
        self.steps.setToolTip("How many steps a run has, or until it is stopped")
        self.steps.setMinimumContentsLength(10)
        self.steps.setFixedWidth(126)
        self.steps.left.connect(self._commit_steps)
        self.steps.activated.connect(lambda _: self._commit_steps())
        label.setBuddy(self.steps)
        self.pace = QToolButton(self)
        self.pace.setIcon(icon("clock"))
        self.pace.setToolButtonStyle(self.pace.toolButtonStyle().ToolButtonTextBesideIcon)
        self.pace.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.pace.setAccessibleName("Pace")
        self.pace.setToolTip("The pace: the least time from one step to the next, also while the page runs")
        self.pace.setMenu(self._pace_menu())
        for part in (label, self.steps, self.pace):
            row.addWidget(part)
        self.refresh()

    def _pace_menu(self) -> QMenu:
        menu = QMenu(self)
        self._group = QActionGroup(menu)
        self.paces: dict[float | None, QAction] = {}
        for seconds in settings_text.PACES:
            words = "Full speed" if seconds is None else f"One step per {settings_text.time_text(seconds)}"
            action = menu.addAction(words)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, s=seconds: self._set(pace=s))
            self._group.addAction(action)
            self.paces[seconds] = action
        return menu

    def refresh(self) -> None:
        """Show what the document holds; the field that has the keyboard keeps its text."""
        page = self._context.page_to_run
        self.setEnabled(page is not None and self._context.editable)
        line = self.steps.lineEdit()
        if page is None or line is None:
            return
        if not line.hasFocus():
            self.steps.show_text(settings_text.steps_text(page.run.steps))
            self.steps.set_wrong(False)
        pace = page.run.pace
        self.pace.setText(settings_text.pace_text(pace).capitalize())
        for seconds, action in self.paces.items():
            action.setChecked(seconds == pace)

    def commit(self) -> None:
        """Take a number that is being typed."""
        line = self.steps.lineEdit()
        if line is not None and line.hasFocus():
            self._commit_steps()

    def _commit_steps(self) -> None:
        try:
            steps = settings_text.read_steps(self.steps.text() or "1")
        except ValueError as fault:
            self.steps.set_wrong(True)
            self._context.show_refusal(error_text(fault))
            return
        self.steps.set_wrong(False)
        self._set(steps=steps)

    def _set(self, **values: float | int | None) -> None:
        page = self._context.page_to_run
        if page is None or not self._context.editable:
            return
        run = msgspec.structs.replace(page.run, **values)
        if run != page.run:
            self._context.apply(SetRun(page.name, run))
