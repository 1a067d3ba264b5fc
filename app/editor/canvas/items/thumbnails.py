"""Small pictures of the files that texts name, read in a thread of their own and in bounds."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader

from app.document.literals.types import LiteralError
from app.document.literals.values import parse_string
from app.document.resources.companion_files import CompanionFault, Companions

_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif")
_FORMATS = frozenset({"png", "jpeg", "jpg", "bmp", "gif"})
_SIDE = 160  # pixels of a small picture, at most
_MOST_BYTES = 16 << 20  # of a file
_MOST_PIXELS = 16 << 20  # of the picture in it: a small file can name billions
_MOST_HELD = 500


class Thumbnails(QObject):
    """Pictures by text, as far as the project may name their files; ``changed`` says that one has come."""

    changed = Signal()
    _read = Signal(str, QImage)

    def __init__(
        self,
        companions: Companions | None = None,
        *,
        at_once: bool = False,
        parent: QObject | None = None,
    ) -> None:
        """Look among a project's files (None: nowhere); ``at_once`` reads in the caller's thread."""
        super().__init__(parent)
        self._companions, self._at_once = companions, at_once
        self._images: dict[str, QImage | None] = {}  # None: not read yet, a null image: there is none
        self._pool: QThreadPool | None = None
        self._read.connect(self._take)

    def get(self, text: str) -> QImage | None:
        """Return the picture that a text names; None where there is none, or none yet."""
        if self._companions is None or not names_picture(text):
            return None
        if text not in self._images:
            if len(self._images) >= _MOST_HELD:
                self._images.clear()
            self._images[text] = None
            self._begin(text, self._companions)
        image = self._images[text]
        return None if image is None or image.isNull() else image

    def close(self) -> None:
        """Wait for the thread, which reads one file at a time."""
        if self._pool is not None:
            self._pool.clear()
            self._pool.waitForDone()
        self._companions = None

    def _begin(self, text: str, companions: Companions) -> None:
        if self._at_once:
            self._images[text] = _image_of(text, companions)
            return
        if self._pool is None:
            self._pool = QThreadPool(self)
            self._pool.setMaxThreadCount(1)
        self._pool.start(lambda: self._read.emit(text, _image_of(text, companions)))

    def _take(self, text: str, image: QImage) -> None:
        self._images[text] = image
        if not image.isNull():
            self.changed.emit()


def names_picture(text: str) -> bool:
    """Return whether a text may name a file with a picture, by its end."""
    return text.strip().strip('"').lower().endswith(_SUFFIXES)


def _image_of(text: str, companions: Companions) -> QImage:
    """Return the picture in a file, small; a null image where there is none, or one out of bounds."""
    try:
        place = companions.path(parse_string(text))
        if not place.is_file() or place.stat().st_size > _MOST_BYTES:
            return QImage()
    except (CompanionFault, LiteralError, OSError, ValueError):
        return QImage()
    reader = QImageReader(str(place))
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    is_known = bytes(reader.format().data()).decode("ascii", "replace") in _FORMATS
    if not is_known or size.isEmpty() or size.width() * size.height() > _MOST_PIXELS:
        return QImage()
    if max(size.width(), size.height()) > _SIDE:
        reader.setScaledSize(size.scaled(QSize(_SIDE, _SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
