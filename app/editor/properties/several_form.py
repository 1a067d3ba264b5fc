"""The properties of several selected items: what can be done with them, and the values that blocks have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.document.checks.typed_text import NOTHING, Check, check_attr, check_text, default_text
from app.document.editing.base import EditRefused
from app.document.editing.edits import SetPin, SwitchBlocks
from app.document.literals.attrs import parse_attrs, remove_attr, set_attr
from app.document.model.diagram import Block
from app.editor.context import EditorContext
from app.editor.properties.form_layout import form, section
from app.editor.properties.rows import Field, Row, small_button
from app.editor.widgets.fields import ChoiceField, TextField, TickField, is_bool
from app.editor.widgets.narrow import ElidedLabel
from app.editor.widgets.plain_text import PlainLabel, plain_tip
from app.messages import error_text
from blocks.dtypes import DTYPES
from blocks.symbol import Attr, Pin, Symbol

_SEVERAL = "several values"
_ARRANGE = (  # in lines: name, icon, action
    (
        ("Align left", "align_left", "arrange.left"),
        ("Align centres", "align_center", "arrange.center"),
        ("Align right", "align_right", "arrange.right"),
        ("Distribute horizontally", "distribute_h", "arrange.horizontal"),
    ),
    (
        ("Align top", "align_top", "arrange.top"),
        ("Align middles", "align_middle", "arrange.middle"),
        ("Align bottom", "align_bottom", "arrange.bottom"),
        ("Distribute vertically", "distribute_v", "arrange.vertical"),
    ),
)
_ACTIONS = (("Lay out", "arrange.layout"), ("Duplicate", "edit.duplicate"), ("Delete", "edit.delete"))


class _Common(NamedTuple):
    """A value that all the blocks have: how it is read from one, set on one, checked, and shown."""

    name: str
    tip: str
    kind: str
    default: str
    choices: tuple[str, ...]
    read: Callable[[Block], str]
    write: Callable[[Block, str], SetPin]
    check: Callable[[str], Check]


class CommonRow(Row):
    """One common value. The blocks get what was typed when Enter is pressed or the keyboard goes on."""

    def __init__(self, common: _Common, blocks: Callable[[], list[Block]], take: Callable[[_Common, str], None],
                 editable: bool, parent: QWidget) -> None:  # fmt: skip
        """Show the value of the blocks; ``take`` sets it on all of them."""
        super().__init__(common.name, parent)
        self._common, self._blocks, self._take = common, blocks, take
        self._shown = ""
        self._waiting: str | None = None
        self.field = self._make(editable)
        self.line.addWidget(self.field, 1)
        self.refresh()

    def _make(self, editable: bool) -> Field:
        common = self._common
        texts = {common.read(block) for block in self._blocks()}
        if common.kind == "bool" and all(map(is_bool, texts)):
            field: Field = TickField(common.default.lower() in ("true", "1"), self)
            field.edited.connect(self._take_text)
        else:
            if common.choices:
                field = ChoiceField(common.choices, common.default, self)
                field.activated.connect(self.commit)
            else:
                field = TextField(common.default, self)
                field.entered.connect(self.commit)
            field.edited.connect(self._type)
            field.left.connect(self.commit)
        field.setAccessibleName(f"{common.name} of the selected blocks")
        field.setEnabled(editable)
        return field

    def refresh(self) -> None:
        """Show the common value, or that there are several."""
        if self._waiting is not None:
            return
        texts = {self._common.read(block) for block in self._blocks()}
        mixed = len(texts) > 1
        self._shown = "" if mixed else next(iter(texts), "")
        self.field.show_text(self._shown)
        shown = _SEVERAL if mixed else self._common.default
        if isinstance(self.field, TickField):
            self.field.show_mixed(mixed)
        elif isinstance(self.field, ChoiceField):
            self.field.set_placeholder(shown)
        else:
            self.field.setPlaceholderText(shown)
        self._judge(self._shown)

    def _judge(self, text: str) -> None:
        right = self.show_check(self._common.check(text) if text.strip() else NOTHING, ())
        if not isinstance(self.field, TickField):
            self.field.set_wrong(not right)

    def _type(self, text: str) -> None:
        self._waiting = text
        self._judge(text)

    def commit(self, *_: object) -> None:
        """Set what was typed on all the blocks; what was typed and taken back changes none of several values."""
        text, self._waiting = self._waiting, None
        if text is not None and text != self._shown:
            self._take_text(text)

    def _take_text(self, text: str) -> None:
        self._take(self._common, text)
        self.refresh()


class SeveralForm(QWidget):
    """What can be done with several selected items. ``command`` carries an action's id."""

    command = Signal(str)

    def __init__(self, context: EditorContext, blocks: Sequence[str], others: int, parent: QWidget) -> None:
        """Show the common values of the blocks, and offer the actions that fit; ``others`` counts all items."""
        super().__init__(parent)
        self._context, self._ids, self._count = context, tuple(blocks), others
        self._document = context.document
        self._symbols = self._symbols_now()
        self.rows: dict[str, CommonRow] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 12)
        layout.addWidget(self._head())
        if blocks:
            layout.addWidget(self._kinds())
            self._lay_common(layout)
        if context.editable:
            self._lay_actions(layout)
        layout.addStretch(1)

    def _head(self) -> QWidget:
        head = PlainLabel(f"{len(self._ids)} blocks" if self._ids else f"{self._count} items", self)
        head.setObjectName("blockTitle")
        return head

    def _kinds(self) -> QWidget:
        kinds = sorted(set(self._symbols))
        words = PlainLabel(", ".join(kinds[:12]) + (", …" if len(kinds) > 12 else ""), self)
        words.setObjectName("faint")
        words.setWordWrap(True)
        return words

    def _lay_common(self, layout: QVBoxLayout) -> None:
        """Lay out a row for each value that all blocks have."""
        found = [self._context.symbol(name) for name in dict.fromkeys(self._symbols)]
        symbols = [symbol for symbol in found if symbol is not None]
        if not symbols or len(symbols) != len(found) or len(self._ids) < 2:
            return
        wired = (
            {(w.target.block, w.target.pin) for w in self._context.page.wires}
            if self._context.page
            else set()
        )
        pins = [_of_pin(self._page, p) for p in _common_pins(symbols) if not self._is_wired(p, wired)]
        for title, common in (("Common inputs", pins), ("Common attrs", _common_attrs(self._page, symbols))):
            if not common:
                continue
            layout.addWidget(section(title, self))
            fields = form()
            for one in common:
                row = CommonRow(one, self._blocks, self._take, self._context.editable, self)
                self.rows[one.name] = row
                name = ElidedLabel(one.name, self)
                name.setToolTip(plain_tip(one.tip))
                name.setBuddy(row)
                fields.addRow(name, row)
            layout.addLayout(fields)

    def _is_wired(self, pin: Pin, wired: set[tuple[str, str]]) -> bool:
        return any((block, name) in wired for block in self._ids for name in (pin.name, *pin.aliases))

    def _lay_actions(self, layout: QVBoxLayout) -> None:
        if self._ids:
            line = QHBoxLayout()
            for text, off in (("Switch off", True), ("Switch on", False)):
                button = QPushButton(text, self)
                button.clicked.connect(
                    lambda _=False, o=off: self._context.apply(SwitchBlocks(self._page, self._ids, o))
                )
                line.addWidget(button)
            layout.addLayout(line)
            self._lay_arranging(layout)
        for text, action in _ACTIONS:
            if self._ids or action == "edit.delete":
                button = QPushButton(text, self)
                button.clicked.connect(lambda _=False, a=action: self.command.emit(a))
                layout.addWidget(button)

    def _lay_arranging(self, layout: QVBoxLayout) -> None:
        """Offer all ways to align and distribute, by their icons."""
        layout.addWidget(section("Arrange", self))
        for line in _ARRANGE:
            row = QHBoxLayout()
            for name, icon_name, action in line:
                tool = small_button(icon_name, name, self)
                tool.clicked.connect(lambda _=False, a=action: self.command.emit(a))
                row.addWidget(tool)
            row.addStretch(1)
            layout.addLayout(row)

    @property
    def _page(self) -> str:
        return self._context.page_name or ""

    def _blocks(self) -> list[Block]:
        page = self._context.page
        found = map(page.blocks.get, self._ids) if page is not None else ()
        return [block for block in found if block is not None]

    def _symbols_now(self) -> list[str]:
        return [block.symbol for block in self._blocks()]

    def _take(self, common: _Common, text: str) -> None:
        """Set a value on all the blocks, as one step."""
        document = self._context.document
        if document is None or not self.fits():
            return
        blocks = [block for block in self._blocks() if common.read(block) != text]
        if not blocks:
            return
        try:
            with document.group(f"Set {common.name} of {len(self._ids)} blocks"):
                for block in blocks:
                    document.apply(common.write(block, text))
        except EditRefused as refused:
            self._context.show_refusal(error_text(refused))

    def fits(self) -> bool:
        """Return whether the blocks are still there, of the same symbols."""
        return self._context.document is self._document and self._symbols_now() == self._symbols

    def refresh(self) -> None:
        """Show what the document holds now."""
        for row in self.rows.values():
            row.refresh()

    def commit(self) -> None:
        """Take the texts that wait for Enter."""
        for row in self.rows.values():
            row.commit()


def _common_pins(symbols: Sequence[Symbol]) -> list[Pin]:
    """Return the inputs that take a text, of one name and kind on all symbols."""
    first, *others = symbols
    return [
        pin
        for pin in first.inputs
        if pin.kind not in ("scope", "attrs", "operation", "feed", "status") and not pin.hidden
        and all((same := s.pin(pin.name, "in")) is not None and same.kind == pin.kind for s in others)
    ]  # fmt: skip


def _of_pin(page: str, pin: Pin) -> _Common:
    def key(block: Block) -> str:
        return next((n for n in (pin.name, *pin.aliases) if n in block.pins), pin.name)

    def read(block: Block) -> str:
        text = block.pins.get(key(block), "")
        return text if isinstance(text, str) else f"array {text.key} in {text.npz}"

    return _Common(
        pin.name, f"{pin.name}: {pin.kind}", pin.kind, pin.default or "",
        tuple(DTYPES) if pin.kind == "type" else (), read,
        lambda block, text: SetPin(page, block.id, key(block), text or None),
        lambda text: check_text(pin.kind, text, pin.dtype),
    )  # fmt: skip


def _common_attrs(page: str, symbols: Sequence[Symbol]) -> list[_Common]:
    """Return the attrs of one name and kind on all symbols."""
    first, *others = symbols
    known = [{a.name: a.kind for a in s.attrs} for s in others]
    return [_of_attr(page, first, a) for a in first.attrs if all(k.get(a.name) == a.kind for k in known)]


def _of_attr(page: str, symbol: Symbol, attr: Attr) -> _Common:
    names = {name.rstrip("_") for name in (attr.name, *attr.aliases)}

    def text_of(block: Block) -> str:
        text = block.pins.get("attrs", "")
        return text if isinstance(text, str) else ""

    def read(block: Block) -> str:
        given = (item.value or "" for item in parse_attrs(text_of(block)) if item.name.rstrip("_") in names)
        return next(given, "")

    def write(block: Block, text: str) -> SetPin:
        old = text_of(block)
        new = set_attr(old, attr.name, text) if text.strip() else remove_attr(old, attr.name)
        return SetPin(page, block.id, "attrs", new or None)

    choices = tuple(attr.allowed or (DTYPES if attr.kind == "type" else ()))
    default = default_text(attr.kind, attr.default)
    return _Common(
        attr.name.rstrip("_"), f"{attr.name}: {attr.kind}", attr.kind, default, choices, read, write,
        lambda text: check_attr(symbol, attr, text),
    )  # fmt: skip
