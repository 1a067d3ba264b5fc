"""The questions and messages of the editor. One place, so that tests and themes meet them all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.editor.widgets.plain_text import PlainLabel, plain_tip, unstarred
from app.editor.widgets.style_rules import discard, forget_style_rules

_ROLE = QMessageBox.ButtonRole


class Choice(NamedTuple):
    """One button: what ``ask`` returns, the text, and what the button does to the matter."""

    key: str
    text: str
    role: QMessageBox.ButtonRole = _ROLE.AcceptRole


SAVE = Choice("save", "Save")
DISCARD = Choice("discard", "Don't save", _ROLE.DestructiveRole)
STOP = Choice("stop", "Stop and close", _ROLE.DestructiveRole)
CANCEL = Choice("cancel", "Cancel", _ROLE.RejectRole)


def ask(parent: QWidget | None, title: str, text: str, choices: Sequence[Choice], details: str = "") -> str:
    """Ask and wait; returns the chosen key, on Escape that of the choice with RejectRole."""
    box = QMessageBox(parent)
    box.setWindowTitle(unstarred(title))
    if len(choices) == 1:  # the words of a question say themselves that they are one
        box.setIcon(QMessageBox.Icon.Information)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(plain_tip(text))
    if details:
        box.setDetailedText(details)
    buttons = {box.addButton(c.text, c.role): c for c in choices}
    first = next(iter(buttons))
    box.setDefaultButton(first)
    for button, choice in buttons.items():
        if choice.role == _ROLE.RejectRole:
            box.setEscapeButton(button)
    box.exec()
    chosen = buttons.get(box.clickedButton())  # type: ignore[call-overload]
    discard(box)
    if chosen is not None:
        return chosen.key
    return next((c.key for c in choices if c.role == _ROLE.RejectRole), choices[-1].key)


def show_message(parent: QWidget | None, title: str, text: str) -> None:
    """Show a message and wait until it is read. Text is plain."""
    ask(parent, title, text, [Choice("ok", "OK", _ROLE.RejectRole)])


class ReportDialog(QDialog):
    """A fault of the program itself, with a report that can be copied."""

    def __init__(self, summary: str, report: str, parent: QWidget | None = None) -> None:
        """Show the summary above the report."""
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = PlainLabel(
            f"{summary}\n\nYour work is kept: every change is in the recovery journal. Go on and save it."
        )
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        self.report = QPlainTextEdit(report)
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Report")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = QPushButton("Copy the report")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addWidget(self.report)
        layout.addWidget(buttons)
        self.resize(640, 380)
        forget_style_rules(self)
