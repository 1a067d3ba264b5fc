"""The pins of a page that stands as a block, in their order, and a way to change it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.document.editing.edits import OrderPins
from app.document.model.diagram import Block, Page
from app.document.model.function_page import arguments_of, is_function_page, results_of
from app.editor.context import EditorContext
from app.editor.properties.form_layout import section
from app.editor.properties.rows import small_button
from app.editor.widgets.narrow import LinkButton
from app.editor.widgets.plain_text import plain_tip
from app.editor.widgets.style_rules import discard


class PagePins(QWidget):
    """Hidden where the page is no block. A click on a pin goes to its Argument or Result."""

    def __init__(self, context: EditorContext, parent: QWidget) -> None:
        """Make it empty; ``refresh`` fills it."""
        super().__init__(parent)
        self._context = context
        self._shown: tuple[tuple[str, ...], tuple[str, ...]] | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._box: QWidget | None = None
        self.setVisible(False)

    def refresh(self) -> None:
        """Show the pins that the page has now."""
        page = self._context.page
        if page is None or not is_function_page(page):
            self.setVisible(False)
            self._shown = None
            return
        names = _ids(arguments_of(page)), _ids(results_of(page))
        if names != self._shown:
            self._shown = names
            self._lay(page, names)
        self.setVisible(True)

    def _lay(self, page: Page, names: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        if self._box is not None:
            discard(self._box)
        self._box = box = QWidget(self)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for title, ids in zip(("Pins: inputs", "Pins: outputs"), names, strict=True):
            if ids:
                column.addWidget(section(title, box))
            for place in range(len(ids)):
                column.addLayout(self._line(page.name, ids, place, box))
        self._layout.addWidget(box)

    def _line(self, page: str, ids: tuple[str, ...], place: int, box: QWidget) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(0)
        name = ids[place]
        link = LinkButton(name, box)
        link.setToolTip(plain_tip(f"Go to {name}"))
        link.clicked.connect(lambda _=False: self._context.go_to(name))
        line.addWidget(link)
        line.addStretch(1)
        for icon_name, by, tip in (("up", -1, "Earlier"), ("down", 1, "Later")):
            button = small_button(icon_name, f"{tip}: {name}", box)
            button.setEnabled(0 <= place + by < len(ids) and self._context.editable)
            button.clicked.connect(lambda _=False, b=by: self._move(page, ids, place, b))
            line.addWidget(button)
        return line

    def _move(self, page: str, ids: tuple[str, ...], place: int, by: int) -> None:
        order = list(ids)
        order[place], order[place + by] = order[place + by], order[place]
        self._context.apply(OrderPins(page, order))


def _ids(blocks: list[Block]) -> tuple[str, ...]:
    return tuple(block.id for block in blocks)
