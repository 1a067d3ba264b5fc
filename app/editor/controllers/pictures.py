"""The page as a picture: exported to a file, or put on the clipboard, as the window shows it but for the selection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from app.editor.actions.action_set import Handlers
    from app.editor.canvas.page_canvas import PageCanvas
    from app.editor.context import EditorContext

_FILTERS = {".png": "PNG picture (*.png)", ".svg": "SVG drawing (*.svg)", ".pdf": "PDF document (*.pdf)"}


class PictureController(QObject):
    """Draws the page shown, whole and without marks of what is under way."""

    def __init__(self, context: EditorContext) -> None:
        """Draw the context's page."""
        super().__init__(context)
        self._context = context

    def actions(self) -> Handlers:
        """Return what each action about pictures calls."""
        return {"file.export": self.export, "edit.copy_picture": self.copy}

    def export(self) -> None:
        """Ask for a name and write the picture there; its ending says of which kind it is."""
        canvas, context = self._context.canvas, self._context
        if canvas is None:
            return
        start = Path(context.store.values.last_folder or ".") / f"{_file_name(canvas.page_name)}.png"
        path, chosen = QFileDialog.getSaveFileName(
            context.dialog_parent, "Export picture", str(start), ";;".join(_FILTERS.values())
        )
        if path:
            place = Path(path)
            kind = next((k for k, text in _FILTERS.items() if text == chosen), ".png")
            self.write(place if place.suffix.lower() in _FILTERS else place.with_name(place.name + kind))

    def write(self, out: Path) -> bool:
        """Write the picture of the page shown; return whether it is there. A fault is shown."""
        from app.editor.canvas.render import save_scene  # late: few ask for a picture

        canvas = self._context.canvas
        if canvas is None:
            return False
        try:
            with _bare(canvas):
                ground = canvas.theme.canvas
                save_scene(canvas.viewer.scene(), _extent(canvas), ground, canvas.page_name, out)
        except OSError as fault:
            why = f"{out.name} is not written: {fault.strerror or fault}"
            self._context.log(why, "error")
            self._context.show_message("No picture was written", why)
            return False
        self._context.store.change(last_folder=str(out.resolve().parent))
        self._context.log(f"wrote {out}", "good")
        self._context.show_status(f"Wrote {out}")
        return True

    def copy(self) -> None:
        """Put the picture of the page shown on the clipboard."""
        from app.editor.canvas.render import scene_image

        canvas = self._context.canvas
        if canvas is not None:
            with _bare(canvas):
                image = scene_image(canvas.viewer.scene(), _extent(canvas), canvas.theme.canvas)
            QGuiApplication.clipboard().setImage(image)
            self._context.show_status("The page is on the clipboard, as a picture")


def _extent(canvas: PageCanvas) -> QRectF:
    """Return what the picture shows of the page: everything, with a margin."""
    from app.editor.canvas.render import MARGIN

    items = canvas.items
    rect = QRectF()
    for shown in (items.blocks, items.wires, items.notes, items.monitors):
        for item in shown.values():
            rect = rect.united(item.sceneBoundingRect())
    return rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN) if not rect.isEmpty() else QRectF(0, 0, 400, 200)


@contextmanager
def _bare(canvas: PageCanvas) -> Iterator[None]:
    """Hide the marks of selection and wiring while the page is drawn, and lead the wires that wait for it."""
    canvas.items.boxes.commit_notes()
    canvas.items.finish()
    canvas.items.routes.finish()
    marked = [
        item
        for shown in (canvas.items.blocks, canvas.items.notes, canvas.items.monitors)
        for item in shown.values()
        if item.selected_look
    ]
    hidden = [mark for mark in (canvas.overlay, canvas.fading) if mark.isVisible()]
    for item in marked:
        item.selected_look = False
    for mark in hidden:
        mark.setVisible(False)
    try:
        yield
    finally:
        for item in marked:
            item.selected_look = True
        for mark in hidden:
            mark.setVisible(True)


def _file_name(page: str) -> str:
    """Return a page's name as a file can bear it."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "_", page).strip(" .") or "page"
