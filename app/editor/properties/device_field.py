"""The field of a device: any name may be typed, those that are there can be chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.editor.context import EditorContext
from app.editor.widgets.fields import ChoiceField


class DeviceField(ChoiceField):
    """Offers the devices of this machine, or the tasks of the cluster on which the page shown runs."""

    chosen = Signal()  # or typed, with Enter or by leaving the field

    def __init__(self, context: EditorContext, placeholder: str, parent: QWidget) -> None:
        """Begin with no text."""
        super().__init__((), placeholder, parent)
        self._context = context
        self._cluster: str | None = ""  # that was looked at: none yet
        self.setCompleter(None)  # type: ignore[arg-type]  # /CPU:0 is not to become /cpu:0
        self.setAccessibleName("Device")
        self.setEnabled(context.editable)
        self.left.connect(self.chosen)
        self.activated.connect(lambda _: self.chosen.emit())
        context.devices.changed.connect(self._offer)

    def show_text(self, text: str) -> None:
        """Show the document's text and offer what there is, unless it is being typed in."""
        page, document = self._context.page, self._context.document
        if page is not None and document is not None and page.run.cluster != self._cluster:
            self._cluster = page.run.cluster
            self._context.devices.look(self._cluster, document.folder)
        self._offer()
        line = self.lineEdit()
        if line is None or not line.hasFocus():
            super().show_text(text)

    def _offer(self) -> None:
        page, document = self._context.page, self._context.document
        if page is not None and document is not None:
            self.offer(("", *self._context.devices.of(page.run.cluster, document.folder)))
