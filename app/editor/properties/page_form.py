"""The properties of a page (name, automatic scope, run settings) and of a note."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QVBoxLayout, QWidget

from app.document.editing.edits import ChangeNote, RenamePage, SetScope
from app.document.model.diagram import Note, Page
from app.document.resources.weights import weight_of
from app.editor.canvas.items.note_colours import COLOURS
from app.editor.canvas.items.swatches import square
from app.editor.context import EditorContext
from app.editor.properties.device_field import DeviceField
from app.editor.properties.form_layout import align_labels, form, section
from app.editor.properties.page_look import PageLook
from app.editor.properties.page_pins import PagePins
from app.editor.properties.run_form import RunForm
from app.editor.values.formats import weight_text
from app.editor.widgets.fields import TextField
from app.editor.widgets.plain_text import PlainLabel, counted
from blocks.tensor_spec import TensorSpec

_KINDS = {"frame": "Frame", "shape": "Shape"}
_sessions = count()


class PageForm(QWidget):
    """Name, device, seed and steps of the page shown. Wrong texts stay, marked, and change nothing."""

    def __init__(self, context: EditorContext, parent: QWidget) -> None:
        """Lay out the form."""
        super().__init__(parent)
        self._context = context
        self._document, self._page_name = context.document, context.page_name
        self._weight = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 12)
        layout.setSpacing(5)
        head = PlainLabel("Page", self)
        head.setObjectName("blockTitle")
        layout.addWidget(head)
        names = fields = form()
        self.name = self._line("Page name")
        self.name.editingFinished.connect(self._commit_name)
        fields.addRow("Name", self.name)
        layout.addLayout(fields)
        self.page_pins = PagePins(context, self)
        layout.addWidget(self.page_pins)
        self.look = PageLook(context, self)
        layout.addWidget(self.look)
        layout.addWidget(section("Scope", self))
        fields = form()
        self.device = DeviceField(context, "TensorFlow's choice", self)
        self.device.chosen.connect(self._commit_scope)
        self.seed = self._line("Seed")
        self.seed.setPlaceholderText("none: other numbers at each run")
        self.seed.editingFinished.connect(self._commit_scope)
        fields.addRow("Device", self.device)
        fields.addRow("Seed", self.seed)
        layout.addLayout(fields)
        layout.addWidget(section("Run", self))
        self.run = RunForm(context, self)
        align_labels(names, self.look.fields, fields, self.run.fields)
        layout.addWidget(self.run)
        self.note = PlainLabel(parent=self)
        self.note.setObjectName("wrongNote")
        self.note.setWordWrap(True)
        layout.addWidget(self.note)
        self.content = PlainLabel(parent=self)
        self.content.setObjectName("faint")
        self.content.setWordWrap(True)
        layout.addWidget(self.content)
        self.report = QPushButton("Report of the import…", self)
        self.report.clicked.connect(context.report_requested)
        layout.addWidget(self.report)
        layout.addStretch(1)
        self.refresh()

    def _line(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setAccessibleName(name)
        field.setReadOnly(not self._context.editable)
        return field

    def fits(self) -> bool:
        """Return whether the form shows the context's page."""
        context = self._context
        is_same = context.document is self._document and context.page_name == self._page_name
        return is_same and context.page is not None

    def refresh(self) -> None:
        """Show what the document holds; a field that has the keyboard keeps its text."""
        page = self._context.page
        if page is None:
            return
        for field, text in (
            (self.name, page.name),
            (self.seed, "" if page.scope.seed is None else str(page.scope.seed)),
        ):
            if not field.hasFocus() and field.text() != text:
                field.setText(text)
        self.device.show_text(page.scope.device)
        self.page_pins.refresh()
        self.look.refresh()
        self.run.refresh()
        self._show_content(page)
        self.report.setVisible(bool(page.report))

    def _show_content(self, page: Page) -> None:
        parts = [f"{counted(len(page.blocks), 'block')}, {counted(len(page.wires), 'wire')}", self._weight]
        self.content.setText("\n".join(filter(None, parts)))

    def show_types(self, types: Mapping[str, TensorSpec | str]) -> None:
        """Show what the blocks of the page hold, with those within uses, as far as that is known."""
        page, document = self._context.page, self._context.document
        if page is None or document is None or not self.fits():
            return
        self._weight = weight_text(*weight_of(page.blocks.values(), document.own.functions, types))
        self._show_content(page)

    def commit(self) -> None:
        """Take all texts."""
        self._commit_scope()
        if self.fits():
            self.run.commit()
        self._commit_name()

    def _commit_name(self) -> None:
        page, new = self._context.page, self.name.text().strip()
        if page is None or not self.fits() or not new or new == page.name:
            return  # a form that loses the keyboard as another page comes writes nothing into that one
        old, self._page_name = self._page_name, new
        if not self._context.apply(RenamePage(page.name, new)):
            self._page_name = old

    def _commit_scope(self) -> None:
        page = self._context.page
        if page is None or not self.fits() or not self._context.editable:
            return
        seed = _whole(self.seed.text())
        self.note.setText("")
        if self.seed.text().strip() and seed is None:
            self.note.setText(f"The seed must be a whole number; {self.seed.text()!r} is not used.")
            seed = page.scope.seed
        scope = msgspec.structs.replace(page.scope, device=self.device.text().strip(), seed=seed)
        if scope != page.scope:
            self._context.apply(SetScope(page.name, scope))


class NoteForm(QWidget):
    """Text and colour of a note, frame or shape."""

    def __init__(self, context: EditorContext, note_id: str, parent: QWidget) -> None:
        """Lay out the form."""
        super().__init__(parent)
        self._context, self._id = context, note_id
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 12)
        note = self._note()
        head = PlainLabel(_KINDS.get(note.kind, "Note") if note is not None else "Note", self)
        head.setObjectName("blockTitle")
        layout.addWidget(head)
        self.text = TextField("Text", self)
        self.text.setAccessibleName("Text of the note")
        self.text.setEnabled(context.editable)
        self.text.edited.connect(self._type)
        self.text.left.connect(self._begin)
        layout.addWidget(self.text, 0, Qt.AlignmentFlag.AlignTop)
        self.colour = QComboBox(self)
        self.colour.setAccessibleName("Colour")
        self.colour.setEnabled(context.editable)
        self.colour.addItem("None", None)
        for name, colour in COLOURS.items():
            self.colour.addItem(square(colour), name, colour)
        self.colour.activated.connect(self._choose)
        fields = form()
        fields.addRow("Colour", self.colour)
        layout.addLayout(fields)
        layout.addStretch(1)
        self._begin()
        self.refresh()

    def _begin(self) -> None:
        self._token = ("note", next(_sessions))

    def _note(self) -> Note | None:
        page = self._context.page
        return page.notes.get(self._id) if page is not None else None

    def fits(self) -> bool:
        """Return whether the note is still there."""
        return self._note() is not None

    def refresh(self) -> None:
        """Show the document's text."""
        note = self._note()
        if note is not None:
            self.text.show_text(note.text)
            self._show_colour(note.view.color)

    def _show_colour(self, colour: str | None) -> None:
        """Choose the colour in the list; one that is not among these is added to it."""
        at = self.colour.findData(colour)
        if at < 0 and colour is not None:
            self.colour.addItem(square(colour), colour, colour)
            at = self.colour.count() - 1
        self.colour.setCurrentIndex(at)

    def _choose(self, at: int) -> None:
        note = self._note()
        if note is not None:
            view = msgspec.structs.replace(note.view, color=self.colour.itemData(at))
            changed = msgspec.structs.replace(note, view=view)
            self._context.apply(ChangeNote(self._context.page_name or "", changed))

    def commit(self) -> None:
        """Nothing waits: every letter is in the document."""

    def _type(self, text: str) -> None:
        note = self._note()
        if note is not None:
            changed = msgspec.structs.replace(note, text=text)
            self._context.apply(ChangeNote(self._context.page_name or "", changed, self._token))


def _whole(text: str) -> int | None:
    try:
        return int(text.strip())
    except ValueError:
        return None
