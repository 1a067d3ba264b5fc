"""Rows of the properties: a pin (wired or typed) or an attr, with what it reads as or what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from app.document.checks.typed_text import (
    NOTHING,
    Check,
    check_accepted,
    check_attr,
    default_text,
    file_text,
    is_tensor,
    takes_file,
)
from app.document.checks.wire_types import AcceptedText
from app.document.editing.edits import OrderWires, RemoveWires, SetPin
from app.document.literals.types import LiteralError
from app.document.model.diagram import ArrayRef, Wire
from app.document.model.problems import Problem
from app.editor.context import EditorContext
from app.editor.widgets.fields import ChoiceField, TextField, TickField, is_bool, value_field
from app.editor.widgets.icons import icon
from app.editor.widgets.narrow import ElidedLabel, LinkButton, WrappedLabel
from app.editor.widgets.plain_text import plain_tip, unmarked
from app.editor.widgets.style_rules import discard
from app.messages import error_text, hint_text, message_of, sentence_text
from blocks.symbol import Attr, Pin, Symbol

Field = TextField | ChoiceField | TickField
_sessions = count()


def small_button(icon_name: str, tip: str, parent: QWidget) -> QToolButton:
    """Return a flat button with an icon; the tip is its name for a screen reader."""
    button = QToolButton(parent)
    button.setObjectName("small")
    button.setIcon(icon(icon_name))
    button.setAutoRaise(True)
    button.setToolTip(plain_tip(tip))
    button.setAccessibleName(tip)
    return button


class Row(QWidget):
    """The frame of a row: content at the top, a note below it that turns red where something is wrong."""

    def __init__(self, name: str, parent: QWidget) -> None:
        """Make an empty row; ``name`` is what a screen reader says."""
        super().__init__(parent)
        self.name = name
        self.line = QHBoxLayout()
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(2)
        self.note = WrappedLabel(parent=self)
        self.note.setVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(self.line)
        layout.addWidget(self.note)
        self._token: object = None

    def typing_token(self) -> object:
        """Return what makes the changes of one visit to the field one undo step."""
        if self._token is None:
            self.begin_typing()
        return self._token

    def begin_typing(self) -> None:
        """Begin a new undo step."""
        self._token = ("typing", next(_sessions))

    def end_steps_with(self, field: Field) -> None:
        """Let each visit of a text, and each choice or click, be an undo step of its own."""
        if isinstance(field, TextField):
            field.left.connect(self.begin_typing)
            field.entered.connect(self.begin_typing)
        elif isinstance(field, ChoiceField):
            field.activated.connect(self.begin_typing)
            field.left.connect(self.begin_typing)
        else:
            field.edited.connect(self.begin_typing)

    def show_check(self, check: Check, problems: Sequence[Problem]) -> bool:
        """Show the text's fault, else the page's problem here, else how it reads; True where right."""
        worst = next((p for p in problems if p.severity == "error"), None)
        if not check.ok:
            wrong, note = True, sentence_text(check.note)
        elif worst is not None:
            wrong, note = True, message_of(worst) + (f" — {hint_text(worst)}" if worst.hint else "")
        else:
            wrong = False
            note = sentence_text(check.note) or next((message_of(p) for p in problems), "")
        name = "wrongNote" if wrong else "faint"
        if self.note.objectName() != name:
            self.note.setObjectName(name)
            self.note.style().unpolish(self.note)
            self.note.style().polish(self.note)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        return not wrong


class PinRow(Row):
    """An input pin: its wires as links, or the field for its text."""

    def __init__(
        self, context: EditorContext, block: str, pin: Pin, wires: Sequence[Wire], parent: QWidget
    ) -> None:
        """Show the pin as the document has it; ``wires`` are those at the block. ``refresh`` follows changes."""
        super().__init__(pin.name, parent)
        self._context, self._block, self._pin = context, block, pin
        self._state: object = None
        self.field: Field | None = None
        self.problems: Sequence[Problem] = ()
        self._requirement = AcceptedText()
        self.refresh(wires)

    @property
    def key(self) -> str:
        """Return the name under which the file holds the pin's text: its own, or an alias."""
        block = self._context.block(self._block)
        names = (self._pin.name, *self._pin.aliases)
        return next((n for n in names if block is not None and n in block.pins), self._pin.name)

    def refresh(self, at_block: Sequence[Wire]) -> None:
        """Follow the document; the content is made anew only where it is of another kind now."""
        block = self._context.block(self._block)
        if block is None:
            return
        names = (self._pin.name, *self._pin.aliases) if self._pin.wire else ()
        into = [w for w in at_block if w.target.block == self._block]
        wires = [w for name in names for w in into if w.target.pin == name]
        text = block.pins.get(self.key)
        state: object = tuple(str(w.source) for w in wires) or (
            text if isinstance(text, ArrayRef) else "text"
        )
        if state != self._state:
            self._state = state
            self._clear()
            if wires:
                self._lay_wires(wires)
            elif isinstance(text, ArrayRef):
                self._lay_array(text)
            else:
                self._lay_field(text or "")
        if isinstance(text, str) and self.field is not None:
            self.field.show_text(text)
        elif text is None and self.field is not None:
            self.field.show_text("")
        self.judge()

    def set_stale(self, stale: bool) -> None:
        """Dim the note where it says a problem of before the last change; how the text reads is always new."""
        self.note.setEnabled(not (stale and self.problems))

    def set_requirement(self, requirement: AcceptedText) -> None:
        """Take what a text here must be; the text is judged by it."""
        if requirement != self._requirement:
            self._requirement = requirement
            self.judge()

    def judge(self) -> None:
        """Check the text and show the page's problems of this pin."""
        if self.field is None:
            self.show_check(check_accepted("tensor", "", self._pin.dtype, self._requirement), self.problems)
            return
        block = self._context.block(self._block)
        text = block.pins.get(self.key, "") if block is not None else ""
        check = (
            check_accepted(self._pin.kind, text, self._pin.dtype, self._requirement)
            if isinstance(text, str)
            else NOTHING
        )
        right = self.show_check(check, self.problems)
        if not isinstance(self.field, TickField):
            self.field.set_wrong(not right)

    def _clear(self) -> None:
        self.field = None
        while self.line.count():
            item = self.line.takeAt(0)
            part = item.widget() if item is not None else None
            if part is not None:
                part.hide()
                part.setParent(None)
                discard(part)

    def _lay_wires(self, wires: list[Wire]) -> None:
        box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for place, wire in enumerate(wires):
            column.addLayout(self._wire_line(wires, place, wire, box))
        self.line.addWidget(box)

    def _wire_line(self, wires: list[Wire], place: int, wire: Wire, box: QWidget) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(0)
        link = LinkButton(str(wire.source), box)
        link.setIcon(icon("wire"))
        link.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        link.setToolTip(plain_tip(f"Go to {wire.source}"))
        link.setAccessibleName(f"{self.name} is wired from {wire.source}; go there")
        link.clicked.connect(lambda: self._context.go_to(wire.source.block, wire.source.pin))
        line.addWidget(link)
        line.addStretch(1)
        if len(wires) > 1:
            for icon_name, by, tip in (("up", -1, "Earlier"), ("down", 1, "Later")):
                button = small_button(icon_name, f"{tip}: {wire.source}", box)
                button.setEnabled(0 <= place + by < len(wires) and self._context.editable)
                button.clicked.connect(lambda _=False, p=place, b=by: self._order(len(wires), p, b))
                line.addWidget(button)
        cut = small_button("close", f"Remove the wire from {wire.source}", box)
        cut.setEnabled(self._context.editable)
        cut.clicked.connect(lambda: self._context.apply(RemoveWires(self._context.page_name or "", [wire])))
        line.addWidget(cut)
        return line

    def _order(self, length: int, place: int, by: int) -> None:
        order = list(range(length))
        order[place], order[place + by] = order[place + by], order[place]
        self._context.apply(OrderWires(self._context.page_name or "", self._block, self._pin.name, order))

    def _lay_array(self, array: ArrayRef) -> None:
        label = ElidedLabel(f"array {array.key} in {array.npz}", self)
        self.line.addWidget(label, 1)
        drop = small_button("close", "Empty the pin (the file stays)", self)
        drop.setEnabled(self._context.editable)
        drop.clicked.connect(lambda: self._set(None))
        self.line.addWidget(drop)

    def _lay_field(self, text: str) -> None:
        pin = self._pin
        hint = pin.default or (pin.example if pin.kind != "bool" else None) or ""
        field = value_field(pin.kind, None, hint, text, self)
        field.setAccessibleName(f"{self._block}.{pin.name}")
        field.setEnabled(self._context.editable)
        field.show_text(text)
        field.edited.connect(self._type)
        self.end_steps_with(field)
        if not isinstance(field, TickField):
            field.left.connect(self._leave)
        self.field = field
        self.line.addWidget(field, 1)
        if isinstance(field, TextField):
            more = small_button("down", f"More for {pin.name}", self)
            more.clicked.connect(lambda: self._more(more))
            self.line.addWidget(more)

    def _type(self, text: str) -> None:
        self._set(text or None, self.typing_token())

    def _leave(self) -> None:
        block = self._context.block(self._block)
        if block is not None and not block.pins.get(self.key):
            self._context.pin_left_empty.emit(self._block, self._pin.name)

    def _set(self, text: str | None, token: object = None) -> None:
        self.problems = ()  # they are about the text before; the next check brings new ones
        self._context.apply(SetPin(self._context.page_name or "", self._block, self.key, text, token))
        self.judge()

    def _more(self, button: QToolButton) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if is_tensor(self._pin.kind):
            menu.addAction(icon("grid"), "Edit as a table…", self.edit_grid)
        if takes_file(self._pin):
            menu.addAction(icon("folder"), "Choose a file…", self.choose_file)
        if self._pin.example:
            menu.addAction(
                unmarked(f"Example: {self._pin.example[:60]}"), lambda: self._set(self._pin.example)
            )
        menu.addAction("Empty (as if nothing was typed)", lambda: self._set(None))
        menu.addAction("An empty text", lambda: self._set(""))
        menu.setEnabled(self._context.editable)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def edit_grid(self) -> None:
        """Edit the text as a table."""
        from app.editor.properties.grid_editor import GridEditor

        block = self._context.block(self._block)
        text = block.pins.get(self.key, "") if block is not None else ""
        try:
            name = f"{self._block}.{self._pin.name}"
            editor = GridEditor(name, str(text), self._pin.dtype, self.window(), self._requirement)
        except LiteralError as fault:
            self._context.show_refusal(
                f"{self._block}.{self._pin.name} does not read as a table: {error_text(fault)}"
            )
            return
        if editor.exec():
            self._set(editor.text())
        discard(editor)

    def choose_file(self) -> None:
        """Choose a file; the text names it relative to the project's folder where it can."""
        document = self._context.document
        if document is None:
            return
        path, _ = QFileDialog.getOpenFileName(
            self.window(), f"File for {self._block}.{self._pin.name}", str(document.folder)
        )
        if path:
            self._set(file_text(path, document.folder))


class AttrRow(Row):
    """One attr as a typed field, with a button for the default. ``edited`` carries name and text."""

    edited = Signal(str, str)

    def __init__(self, block: str, symbol: Symbol, attr: Attr, editable: bool, parent: QWidget) -> None:
        """Make the field that fits the kind of a symbol's attr."""
        super().__init__(attr.name, parent)
        self.attr, self._symbol = attr, symbol
        self._block, self._editable = block, editable
        self.field: Field | None = None
        self.reset = small_button("undo", f"Default of {attr.name}", self)
        self.reset.clicked.connect(lambda: self.edited.emit(attr.name, ""))
        self.line.addWidget(self.reset)
        self.show_value("")

    def show_value(self, text: str) -> None:
        """Show the attr's text ("" = TensorFlow's default)."""
        as_tick = self.attr.kind == "bool" and is_bool(text)
        if self.field is None or (isinstance(self.field, TickField) != as_tick and self.attr.kind == "bool"):
            self._make(text)
        assert self.field is not None
        self.field.show_text(text)
        self.reset.setVisible(bool(text) and self._editable)
        check = check_attr(self._symbol, self.attr, text)
        self.show_check(check, ())
        if not isinstance(self.field, TickField):
            self.field.set_wrong(not check.ok)

    def _make(self, text: str) -> None:
        if self.field is not None:
            self.line.removeWidget(self.field)
            discard(self.field)
        default = default_text(self.attr.kind, self.attr.default)
        field = value_field(self.attr.kind, self.attr.allowed, default, text, self)
        field.setAccessibleName(f"{self._block} {self.attr.name}")
        field.setEnabled(self._editable)
        field.edited.connect(lambda text: self.edited.emit(self.attr.name, text))
        self.end_steps_with(field)
        self.field = field
        self.line.insertWidget(0, field, 1)
