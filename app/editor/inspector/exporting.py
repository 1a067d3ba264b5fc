"""Exports the value shown: asks for a file, writes it beside the window, and says what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app.document.storage.atomic import write_atomic
from app.editor.inspector.background import Background

if TYPE_CHECKING:
    from app.engine.values.results import TensorValue

FILTERS = {
    ".npy": "NumPy array (*.npy)",
    ".npz": "NumPy archive (*.npz)",
    ".csv": "Comma-separated values (*.csv)",
    ".png": "Picture of the view (*.png)",
    ".svg": "Drawing of the view (*.svg)",
}


class Exporter(QObject):
    """``reported`` carries a line about each file."""

    reported = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with nothing to write."""
        super().__init__(parent)
        self._background = Background(self)
        self._background.done.connect(self._on_done)

    def ask(self, parent: QWidget, suffix: str, name: str) -> Path | None:
        """Ask for a file of a suffix; None where the user gives none."""
        chosen, _ = QFileDialog.getSaveFileName(parent, "Export", name + suffix, FILTERS[suffix])
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)

    def write(self, value: TensorValue, path: Path) -> None:
        """Write a tensor; the window stays free meanwhile."""
        from app.editor.values.export import export

        def job(cancelled: Any) -> str:
            try:
                export(value, path, cancelled)
            except (OSError, ValueError) as fault:
                return f"Not exported: {fault}"
            return f"Exported {path}"

        self.reported.emit(f"Writing {path}…")
        self._background.ask(path, path, job)

    def write_image(self, image: QImage, path: Path) -> None:
        """Write a picture."""
        is_good = image.save(str(path))
        self.reported.emit(f"Exported {path}" if is_good else f"Not exported: {path} cannot be written")

    def write_bytes(self, data: bytes, path: Path) -> None:
        """Write a small file."""
        try:
            write_atomic(path, data)
        except OSError as fault:
            self.reported.emit(f"Not exported: {fault}")
        else:
            self.reported.emit(f"Exported {path}")

    def close(self) -> None:
        """Give up what is not finished; no half file stays."""
        self._background.close()

    def _on_done(self, _: Any, words: Any) -> None:
        self.reported.emit(words)
