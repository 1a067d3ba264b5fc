"""How the blocks look that stand for a page: the fields for their icon and colour, on pages that have pins."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.document.editing.edits import SetPageView
from app.document.model.diagram import Page
from app.document.model.function_page import is_function_page
from app.document.model.view import PageView
from app.editor.canvas.items.note_colours import COLOURS
from app.editor.canvas.items.swatches import square
from app.editor.context import EditorContext
from app.editor.properties.form_layout import form, section
from app.editor.properties.icon_choice import IconChoice


class PageLook(QWidget):
    """The icon and colour of the page shown; hidden where it cannot stand as a block."""

    def __init__(self, context: EditorContext, parent: QWidget) -> None:
        """Lay out the fields."""
        super().__init__(parent)
        self._context = context
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(section("As a block", self))
        self.fields = fields = form()
        self.icon = IconChoice(self)
        self.icon.chosen.connect(lambda name: self._set(icon=name))
        self.colour = QComboBox(self)
        self.colour.setAccessibleName("Colour")
        self.colour.addItem("the theme's", None)
        for name, colour in COLOURS.items():
            self.colour.addItem(square(colour), name, colour)
        self.colour.activated.connect(lambda _: self._set(color=self.colour.currentData()))
        fields.addRow("Icon", self.icon)
        fields.addRow("Colour", self.colour)
        layout.addLayout(fields)

    def refresh(self) -> None:
        """Show what the page has."""
        page = self._context.page
        self.setVisible(page is not None and is_function_page(page))
        if page is None:
            return
        for field in (self.icon, self.colour):
            field.setEnabled(self._context.editable)
        self.icon.show_icon(page.view.icon)
        self._show_colour(page.view.color)

    def _show_colour(self, colour: str | None) -> None:
        place = self.colour.findData(colour)
        if place < 0:
            self.colour.addItem(square(colour or ""), colour or "", colour)
            place = self.colour.count() - 1
        self.colour.setCurrentIndex(place)

    def _set(self, **members: str | None) -> None:
        page: Page | None = self._context.page
        if page is not None:
            view: PageView = replace(page.view, **members)
            if view != page.view:
                self._context.apply(SetPageView(page.name, view))
