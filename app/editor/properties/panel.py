"""The Properties dock: the page's settings, one block's form, or that of several items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QWidget

from app.editor.context import EditorContext
from app.editor.properties.block_form import BlockForm
from app.editor.properties.monitor_form import MonitorForm
from app.editor.properties.page_form import NoteForm, PageForm
from app.editor.properties.several_form import SeveralForm
from app.editor.widgets.plain_text import PlainLabel
from app.editor.widgets.style_rules import discard

if TYPE_CHECKING:
    from app.document.model.problems import Problem
    from app.engine.values.results import Value
    from blocks.tensor_spec import TensorSpec


class Properties(QScrollArea):
    """Shows the form that fits the selection and leaves it there while the selection and its kind stay."""

    command = Signal(str)

    def __init__(self, context: EditorContext, parent: QWidget | None = None) -> None:
        """Begin with nothing open."""
        super().__init__(parent)
        self._context = context
        self.form: BlockForm | PageForm | NoteForm | MonitorForm | SeveralForm | None = None
        self._shown: object = None
        self._problems: Sequence[Problem] = ()
        self._types: Mapping[str, TensorSpec | str] = {}
        self._required: Mapping[str, TensorSpec] = {}
        self._stale = False
        self._values: Mapping[str, Value] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Properties")
        self.show_selection((), (), ())

    def show_selection(self, blocks: Sequence[str], notes: Sequence[str], others: Sequence[object]) -> None:
        """Show the form for what is selected on the page."""
        context = self._context
        monitors = tuple(other for other in others if isinstance(other, str))
        key: object = (
            id(context.document),
            context.page_name,
            tuple(blocks),
            tuple(notes),
            len(others),
            monitors,
        )
        if key == self._shown and self.form is not None and self.form.fits():
            return
        self.commit()
        self._shown = key
        total = len(blocks) + len(notes) + len(others)
        if context.page is None:
            self._put(None)
        elif total == 1 and blocks and context.block(blocks[0]) is not None:
            self._put(BlockForm(context, blocks[0], self))
        elif total == 1 and notes and notes[0] in context.page.notes:
            self._put(NoteForm(context, notes[0], self))
        elif total == 1 and monitors and monitors[0] in context.page.monitors:
            self._put(MonitorForm(context, monitors[0], self))
        elif total > 1:
            several = SeveralForm(context, blocks, total, self)
            several.command.connect(self.command)
            self._put(several)
        else:
            self._put(PageForm(context, self))

    def refresh(self) -> None:
        """Follow the document; a form whose item has gone is made anew by the next selection."""
        if self.form is not None and self.form.fits():
            self.form.refresh()

    def commit(self) -> None:
        """Take texts that wait for Enter: before saving, closing, undo and run."""
        if self.form is not None and self._context.page is not None and self.form.fits():
            self.form.commit()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show the page's problems at their pins."""
        self._problems = problems
        if isinstance(self.form, BlockForm):
            self.form.show_problems(problems)

    def show_types(
        self,
        types: Mapping[str, TensorSpec | str],
        values: Mapping[str, Value],
        required: Mapping[str, TensorSpec],
    ) -> None:
        """Show what is known of outputs (of the last results, else without a run) and what inputs require."""
        self._types, self._values, self._required = types, values, required
        if isinstance(self.form, BlockForm):
            self.form.show_types(types, values, required)
        elif isinstance(self.form, PageForm):
            self.form.show_types(types)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the keyboard to the page on Escape, where the field had no text to give back."""
        field, canvas = self.focusWidget(), self._context.canvas
        is_typed = isinstance(field, QLineEdit) and field.isModified()
        if event.key() == Qt.Key.Key_Escape and canvas is not None and not is_typed:
            canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        super().keyPressEvent(event)

    def set_stale(self, stale: bool) -> None:
        """Dim what is known of types and problems: it is of before the last change of the page."""
        self._stale = stale
        if isinstance(self.form, BlockForm):
            self.form.set_stale(stale)

    def show_pin(self, pin: str) -> None:
        """Scroll to the row of a pin."""
        if isinstance(self.form, BlockForm):
            row = self.form.pins.get(pin) or (self.form.raw if pin == "attrs" else None)
            if row is not None:
                self.ensureWidgetVisible(row)

    def focus_pin(self, pin: str) -> None:
        """Put the keyboard into the field of a pin."""
        self.show_pin(pin)
        if isinstance(self.form, BlockForm):
            row = self.form.pins.get(pin)
            field = row.field if row is not None else self.form.raw if pin == "attrs" else None
            if field is not None:
                field.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_first(self) -> None:
        """Put the keyboard into the first field: of a block the first that holds a value."""
        field = self.form.first_field() if isinstance(self.form, BlockForm) else None
        if field is not None:
            self.ensureWidgetVisible(field)
            field.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.form is not None:
            self.form.setFocus(Qt.FocusReason.TabFocusReason)
            self.focusNextChild()

    @property
    def shows_block(self) -> bool:
        """Return whether the form is that of one block."""
        return isinstance(self.form, BlockForm)

    def show_help(self) -> None:
        """Scroll to the help of the block shown."""
        form = self.form
        if isinstance(form, BlockForm):
            form.lay_help()
            if form.help_text is not None:
                self.ensureWidgetVisible(form.help_text, 0, 200)

    def rebuild(self) -> None:
        """Make the form anew (the theme has changed)."""
        self._shown = None

    def _put(self, form: BlockForm | PageForm | NoteForm | MonitorForm | SeveralForm | None) -> None:
        self.form = form
        old = self.takeWidget()
        if old is not None:
            discard(old)
        if form is None:
            empty = PlainLabel("Nothing is open.", self)
            empty.setObjectName("emptyState")
            empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self.setWidget(empty)
            return
        form.setObjectName("propertiesBody")
        form.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(form)
        if isinstance(form, BlockForm):
            form.show_problems(self._problems)
            form.show_types(self._types, self._values, self._required)
            form.set_stale(self._stale)
        elif isinstance(form, PageForm):
            form.show_types(self._types)
