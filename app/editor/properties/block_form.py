"""The properties of one block: id, label, switch, a row per pin, attrs as fields and text, help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.document.checks.typed_text import NOTHING
from app.document.checks.wire_types import WireFit
from app.document.editing.edits import (
    RenameBlock,
    SetBlockViews,
    SetDevice,
    SetLabel,
    SetPin,
    SwitchBlocks,
)
from app.document.literals.attrs import parse_attrs, read_attrs, remove_attr, set_attr
from app.document.model.diagram import PinRef, Wire
from app.document.model.own_symbol import shown_name
from app.document.model.page_symbol import page_symbol
from app.document.resources.weights import weight_of
from app.editor.context import EditorContext
from app.editor.properties.device_field import DeviceField
from app.editor.properties.form_layout import form, section, wrap_where_narrow
from app.editor.properties.help_text import help_markdown, plain_markdown
from app.editor.properties.icon_choice import IconChoice
from app.editor.properties.rows import AttrRow, PinRow, Row, small_button
from app.editor.results.summaries import summary_cells
from app.editor.values.formats import weight_text
from app.editor.values.list_types import list_text
from app.editor.widgets.fields import TextField
from app.editor.widgets.help_view import HelpView
from app.editor.widgets.narrow import ElidedLabel, WrappedLabel
from app.editor.widgets.plain_text import PlainLabel, plain_tip
from app.editor.widgets.slices import Once
from app.editor.widgets.unknown_symbol import unknown_text
from blocks.describe import touches_text
from blocks.dtypes import label
from blocks.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from app.document.model.problems import Problem
    from app.engine.values.results import Value
    from blocks.symbol import Pin, Symbol


class BlockForm(QWidget):
    """Everything about one block. ``refresh`` follows the document, ``commit`` takes waiting texts."""

    def __init__(self, context: EditorContext, block_id: str, parent: QWidget) -> None:
        """Lay out the form of a block of the page shown."""
        super().__init__(parent)
        self._context, self.block_id = context, block_id
        self._document = context.document
        block = context.block(block_id)
        assert block is not None
        self.symbol_name = block.symbol
        self._symbol = context.symbol(block.symbol)
        self.pins: dict[str, PinRow] = {}
        self.attrs: dict[str, AttrRow] = {}
        self.raw: TextField | None = None
        self._types: Mapping[str, TensorSpec | str] = {}
        self._required: Mapping[str, TensorSpec] = {}
        self._values: Mapping[str, Value] = {}
        self.help_text: HelpView | None = None
        self._help_is_laid = False
        self._outputs: dict[str, QLabel] = {}
        self._strays: dict[str, object] = {}
        self._forms: list[QFormLayout] = []  # whose labels may be long
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(10, 8, 10, 12)
        self._layout.setSpacing(5)
        wires = self._wires()
        self._lay_head()
        if self._symbol is None:
            self._lay_unknown()
        else:
            self._lay_pins(self._symbol, wires)
            self._lay_attrs(self._symbol)
            self._lay_strays()
            self._lay_outputs(self._symbol)
            self._help_due = Once(self.lay_help, self)
            self._help_due.start()
        self._layout.addStretch(1)
        self._show(wires)

    # --- parts
    def _lay_head(self) -> None:
        title = ElidedLabel(shown_name(self.symbol_name), self)
        title.setObjectName("blockTitle")
        title.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.on = QCheckBox("On", self)
        self.on.setToolTip("A block that is off stays in the file and is left out of runs")
        self.on.setEnabled(self._context.editable)
        self.on.clicked.connect(self._switch)
        row = QHBoxLayout()
        row.addWidget(title, 1)
        row.addWidget(self.on)
        self._layout.addLayout(row)
        if self._symbol is not None and self._symbol.unavailable:
            self._layout.addWidget(_wrapped(f"Cannot run: {self._symbol.unavailable}", "wrongNote", self))
        fields = form()
        self.id_field = _line(self.block_id, "Block id", self._context.editable, self)
        self.id_field.editingFinished.connect(self._commit_id)
        self.label_field = _line("", "Label", self._context.editable, self)
        self.label_field.setPlaceholderText("none")
        self.label_field.editingFinished.connect(self._commit_label)
        fields.addRow("Id", self.id_field)
        fields.addRow("Label", self.label_field)
        self.icon_field = IconChoice(self)
        self.icon_field.setEnabled(self._context.editable)
        self.icon_field.chosen.connect(lambda name: self._set_icon(name))
        fields.addRow("Icon", self.icon_field)
        self.device_field = DeviceField(self._context, "the page's", self)
        of_use = " and the blocks within it run" if page_symbol(self.symbol_name) is not None else " runs"
        self.device_field.setToolTip(
            f"Where the block{of_use}, as /CPU:0 or /GPU:0; empty: where the page says"
        )
        self.device_field.chosen.connect(self._commit_device)
        fields.addRow("Device", self.device_field)
        self._layout.addLayout(fields)
        self.weight = _wrapped("", "faint", self)
        self.weight.setVisible(False)
        self._layout.addWidget(self.weight)

    def _add_form(self, fields: QFormLayout) -> None:
        self._forms.append(fields)
        self._layout.addLayout(fields)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let no name crowd its field out."""
        super().resizeEvent(event)
        margins = self._layout.contentsMargins()
        for fields in self._forms:
            wrap_where_narrow(fields, self.width() - margins.left() - margins.right())

    def _set_icon(self, name: str | None) -> None:
        block = self._context.block(self.block_id)
        if block is not None and block.view.icon != name:
            view = msgspec.structs.replace(block.view, icon=name)
            self._apply(SetBlockViews(self._context.page_name or "", {block.id: view}))

    def _lay_unknown(self) -> None:
        text = unknown_text(self.symbol_name)
        self._layout.addWidget(_wrapped(text, "wrongNote", self))
        block = self._context.block(self.block_id)
        for pin, value in (block.pins if block is not None else {}).items():
            self._layout.addWidget(_wrapped(f"{pin}: {value}", "faint", self))

    def _lay_pins(self, symbol: Symbol, wires: list[Wire]) -> None:
        pins = [p for p in symbol.inputs if p.kind not in ("scope", "attrs")]
        if not pins:
            return
        self._layout.addWidget(section("Inputs", self))
        fields = form()
        for pin in pins:
            row = PinRow(self._context, self.block_id, pin, wires, self)
            self.pins[pin.name] = row
            name = ElidedLabel(pin.label or pin.name, self)
            name.setToolTip(plain_tip(_pin_tip(pin)))
            name.setBuddy(row)
            fields.addRow(name, row)
        self._add_form(fields)

    def _lay_attrs(self, symbol: Symbol) -> None:
        if not symbol.attrs and symbol.pin("attrs") is None:
            return
        self._layout.addWidget(section("Attrs", self))
        fields = form()
        for attr in symbol.attrs:
            row = AttrRow(self.block_id, symbol, attr, self._context.editable, self)
            row.edited.connect(self._set_attr)
            self.attrs[attr.name] = row
            name = ElidedLabel(attr.name.rstrip("_"), self)
            name.setToolTip(
                f"{attr.name}: {attr.kind}" + (f", one of {', '.join(attr.allowed)}" if attr.allowed else "")
            )
            fields.addRow(name, row)
        self._raw_row = Row("attrs", self)
        self.raw = TextField("name_ = value;", self)
        self.raw.setAccessibleName(f"{self.block_id}.attrs")
        self.raw.setEnabled(self._context.editable)
        self.raw.edited.connect(self._type_raw)
        self.raw.left.connect(self._raw_row.begin_typing)
        self._raw_row.line.addWidget(self.raw, 1)
        text = PlainLabel("text", self)
        text.setToolTip("The attrs as one text, as the original wrote them; the fields above show the same")
        fields.addRow(text, self._raw_row)
        self._add_form(fields)

    def _strays_now(self) -> dict[str, object]:
        """Return the texts of pins that the symbol does not have; the file keeps them."""
        block, symbol = self._context.block(self.block_id), self._symbol
        if block is None or symbol is None:
            return {}
        return {p: t for p, t in block.pins.items() if symbol.pin(p, "in") is None}

    def _lay_strays(self) -> None:
        self._strays = self._strays_now()
        if not self._strays:
            return
        self._layout.addWidget(section("Texts without a pin", self))
        for pin, text in self._strays.items():
            line = QHBoxLayout()
            line.addWidget(_wrapped(f"{pin}: {text}", "wrongNote", self), 1)
            drop = small_button("close", f"Remove the text of {pin}", self)
            drop.setEnabled(self._context.editable)
            drop.clicked.connect(partial(self._remove_stray, pin))
            line.addWidget(drop)
            self._layout.addLayout(line)

    def _remove_stray(self, pin: str) -> None:
        self._apply(SetPin(self._page, self.block_id, pin, None))

    def _lay_outputs(self, symbol: Symbol) -> None:
        if not symbol.outputs:
            return
        self._layout.addWidget(section("Outputs", self))
        fields = form()
        for pin in symbol.outputs:
            line = QHBoxLayout()
            line.setSpacing(2)
            text = WrappedLabel(parent=self)
            text.setObjectName("faint")
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._outputs[pin.name] = text
            line.addWidget(text, 1)
            table = QToolButton(self)
            table.setObjectName("link")
            table.setText("inspect")
            table.setAutoRaise(True)
            table.setAccessibleName(f"Inspect {pin.name}")
            table.clicked.connect(
                lambda _=False, p=pin.name: self._context.open_inspector(f"{self.block_id}.{p}")
            )
            line.addWidget(table)
            fields.addRow(ElidedLabel(pin.label or pin.name, self), line)
        self._add_form(fields)

    def lay_help(self) -> None:
        """Lay out the help, where that waits: it is the longest text, and has a turn of the event loop of its own."""
        symbol, catalog = self._symbol, self._context.catalog
        if symbol is None or self._help_is_laid:
            return
        self._help_is_laid = True
        self._help_due.stop()
        help_text = help_markdown(catalog.help(symbol.name), links=symbol.name not in catalog.own)
        parts = [plain_markdown(t) for t in (symbol.note, touches_text(symbol, catalog)) if t]
        parts += [help_text] if help_text else []
        if symbol.op and symbol.op != symbol.name:
            parts.append(f"TensorFlow op: {plain_markdown(symbol.op)}")
        if parts:
            self.help_text = HelpView("\n\n".join(parts), self)
            last = self._layout.count() - 1  # before the stretch
            self._layout.insertWidget(last, section("Help", self))
            self._layout.insertWidget(last + 1, self.help_text)

    def first_field(self) -> QWidget | None:
        """Return the first field that takes a value; a block without any gives its label's."""
        fields = [*(row.field for row in self.pins.values()), *(row.field for row in self.attrs.values())]
        return next((f for f in fields if f is not None and f.isEnabled()), self.label_field)

    # --- following the document
    @property
    def _page(self) -> str:
        return self._context.page_name or ""

    def fits(self) -> bool:
        """Return whether the block is still there, of the same symbol, with the same unknown pins.

        A block of another project that has the same id is another block.
        """
        block = self._context.block(self.block_id)
        if self._context.document is not self._document or block is None or block.symbol != self.symbol_name:
            return False
        is_same = self._context.symbol(self.symbol_name) is self._symbol  # a project's own may change
        return is_same and self._strays_now() == self._strays

    def refresh(self) -> None:
        """Show what the document holds now."""
        self._show(self._wires())

    def _show(self, wires: list[Wire]) -> None:
        block, page = self._context.block(self.block_id), self._context.page
        if block is None or page is None:
            return
        self.on.setChecked(not block.off)
        if not self.label_field.hasFocus():
            self.label_field.setText(block.label or "")
        self.icon_field.show_icon(block.view.icon)
        self.device_field.show_text(block.device)
        for row in self.pins.values():
            row.refresh(wires)
        if self.raw is not None:
            text = block.pins.get("attrs", "")
            self._show_attrs(text if isinstance(text, str) else "")
        self._show_outputs(wires)

    def _wires(self) -> list[Wire]:
        """Return the wires at the block, in file order: they are looked for once, as a page may have very many."""
        page, block = self._context.page, self.block_id
        wires = page.wires if page is not None else []
        return [w for w in wires if w.source.block == block or w.target.block == block]

    def _show_attrs(self, text: str) -> None:
        assert self.raw is not None
        assert self._symbol is not None
        self.raw.show_text(text)
        given: dict[str, str] = {}
        for item in parse_attrs(text):
            given.setdefault(item.name.rstrip("_"), item.value or "")
        for name, row in self.attrs.items():
            names = (name, *row.attr.aliases)
            row.show_value(next((given[n.rstrip("_")] for n in names if n.rstrip("_") in given), ""))
        _, problems = read_attrs(text, self._symbol, self.block_id)
        self.raw.set_wrong(not self._raw_row.show_check(NOTHING, problems))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show the page's problems at the rows of their pins."""
        mine: dict[str | None, list[Problem]] = {}
        for problem in problems:
            if problem.block == self.block_id:
                mine.setdefault(problem.pin, []).append(problem)
        for name, row in self.pins.items():
            row.problems = mine.get(name, ())
            row.judge()

    def show_types(
        self,
        types: Mapping[str, TensorSpec | str],
        values: Mapping[str, Value],
        required: Mapping[str, TensorSpec],
    ) -> None:
        """Show what is known of outputs and inputs, by ``block.pin``: types, last results, what inputs require."""
        fresh = (types, required) != (self._types, self._required)
        self._types, self._values, self._required = types, values, required
        self._show_outputs(self._wires())
        if fresh:
            self._show_requirements()
            self._show_weight()

    def set_stale(self, stale: bool) -> None:
        """Dim the outputs' types and the faults that the page's checks found, while the new are sought."""
        for text in self._outputs.values():
            text.setEnabled(not stale)
        for row in self.pins.values():
            row.set_stale(stale)

    def _show_weight(self) -> None:
        """Show what the block holds, of a use what is within."""
        page, block, document = self._context.page, self._context.block(self.block_id), self._context.document
        if page is None or block is None or document is None:
            return
        held = weight_of([block], document.own.functions, self._types)
        self.weight.setText(weight_text(*held))
        self.weight.setVisible(held.parameters > 0)

    def _show_requirements(self) -> None:
        """Show at each input's row what a text there must be."""
        page = self._context.page
        if page is None:
            return
        fit = WireFit(page, self._context.catalog, self._types, self._required)
        for name, row in self.pins.items():
            row.set_requirement(fit.accepted(PinRef(self.block_id, name)))

    def _show_outputs(self, at_block: Sequence[Wire]) -> None:
        for name, text in self._outputs.items():
            wires = [w for w in at_block if w.source.block == self.block_id and w.source.pin == name]
            goes = ", ".join(str(w.target) for w in wires[:6]) + (", …" if len(wires) > 6 else "")
            kind = self._kind(f"{self.block_id}.{name}")
            text.setText("\n".join(t for t in (kind, f"→ {goes}" if goes else "not wired") if t))
            text.setToolTip(plain_tip(text.text()))

    def _kind(self, key: str) -> str:
        value, known = self._values.get(key), str(self._types.get(key) or list_text(self._types, key))
        if value is None:
            return known
        was = " ".join(summary_cells(value)[:2])
        if not self._is_stale(key):
            return was
        return known or f"{was}, before the last change"

    def _is_stale(self, key: str) -> bool:
        """Return whether the value of an output is of before the last change."""
        context = self._context
        return context.results.page(context.run_page or "").is_stale(f"{context.prefix}{key}")

    # --- edits
    def _apply(self, edit: object) -> None:
        if not self._context.apply(edit):  # type: ignore[arg-type]
            self.refresh()

    def _set_attr(self, name: str, value: str) -> None:
        block = self._context.block(self.block_id)
        text = block.pins.get("attrs", "") if block is not None else ""
        old = text if isinstance(text, str) else ""
        new = set_attr(old, name, value) if value.strip() else remove_attr(old, name)
        self._apply(SetPin(self._page, self.block_id, "attrs", new or None, self.attrs[name].typing_token()))

    def _type_raw(self, text: str) -> None:
        self._apply(SetPin(self._page, self.block_id, "attrs", text or None, self._raw_row.typing_token()))

    def _commit_id(self) -> None:
        new = self.id_field.text().strip()
        if (
            new
            and new != self.block_id
            and self.fits()
            and not self._context.apply(RenameBlock(self._page, self.block_id, new))
        ):
            self.id_field.setText(self.block_id)

    def _commit_label(self) -> None:
        block, new = self._context.block(self.block_id), self.label_field.text() or None
        if self.fits() and block is not None and block.label != new:
            self._apply(SetLabel(self._page, self.block_id, new))

    def _commit_device(self) -> None:
        block, new = self._context.block(self.block_id), self.device_field.text().strip()
        if self.fits() and block is not None and block.device != new:
            self._apply(SetDevice(self._page, self.block_id, new))

    def _switch(self) -> None:
        self._apply(SwitchBlocks(self._page, [self.block_id], not self.on.isChecked()))

    def commit(self) -> None:
        """Take the texts of the head, which else wait for Enter or for the keyboard to go on."""
        self._commit_label()
        self._commit_device()
        self._commit_id()


def _line(text: str, name: str, editable: bool, parent: QWidget) -> QLineEdit:
    field = QLineEdit(text, parent)
    field.setAccessibleName(name)
    field.setReadOnly(not editable)
    return field


def _wrapped(text: str, name: str, parent: QWidget) -> QLabel:
    label_ = WrappedLabel(text, parent)
    label_.setObjectName(name)
    label_.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label_


def _pin_tip(pin: Pin) -> str:
    parts = [f"{pin.name}: {pin.kind}"]
    if pin.dtype:
        parts.append(label(pin.dtype) or pin.dtype)
    parts.append("required" if pin.required else "may be empty")
    if pin.default:
        parts.append(f"default {pin.default}")
    if pin.example:
        parts.append(f"example {pin.example}")
    return "\n".join(parts)
