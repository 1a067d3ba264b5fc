"""Makes the README's pictures of the real window and its pages (``make pictures``), so that they stay true."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TENSORBLOCKS_CONFIG"] = tempfile.mkdtemp()  # nobody's own layout or recent files

from PySide6.QtCore import QEventLoop, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.editor.application.main import make_application
from app.editor.canvas.render import picture
from app.editor.window.main_window import EditorWindow
from app.editor.window.start_page import PICTURE, picture_of, samples
from blocks.assets import asset

_SIZE = (1500, 900)
_LONGEST_RUN = 120_000  # milliseconds


def settle(milliseconds: int = 300) -> None:
    """Let the window lay itself out and paint."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def run_page(window: EditorWindow) -> None:
    """Run the page that is shown and wait for its end."""
    loop = QEventLoop()
    window.runner.ended.connect(lambda *_: loop.quit())
    QTimer.singleShot(_LONGEST_RUN, loop.quit)
    window.controllers.run.run()
    loop.exec()
    settle()


def window_picture(sample: str, select: str, theme: str, out: Path) -> None:
    """Show a sample in the window, run it, select a block, and save what is seen."""
    app = QApplication.instance() or QApplication(["tensorblocks"])
    assert isinstance(app, QApplication)
    application = make_application(app)
    application.set_theme(theme)
    window = application.new_window()
    window.showNormal()
    settle()  # else a window that was maximised keeps the screen's size
    window.resize(*_SIZE)
    window.controllers.files.load(str(asset("samples", f"{sample}.tblocks")))
    settle()
    run_page(window)
    canvas = window.tabs.current_canvas()
    assert canvas is not None
    canvas.selection.choose_ids([select])
    canvas.viewport.fit()
    settle()
    window.grab().save(str(out))
    application.quit()


def sample_pictures(folder: Path) -> None:
    """Run each sample and draw it for the start page, in both themes, two pixels for each of the screen."""
    folder.mkdir(exist_ok=True)
    app = QApplication.instance() or QApplication(["tensorblocks"])
    assert isinstance(app, QApplication)
    application = make_application(app)
    window = application.new_window()
    for path in samples():
        window.controllers.files.load(str(path))
        settle()
        run_page(window)
        for theme in ("dark", "light"):
            application.set_theme(theme)
            settle(1000)  # monitors draw what the run gave
            out = picture_of(path, theme)
            window.controllers.pictures.write(out)
            _fit(QImage(str(out)), QSize(*PICTURE) * 2).save(str(out))
    application.quit()


def _fit(drawn: QImage, size: QSize) -> QImage:
    """Return a picture scaled into the middle of one of this size, with as few colours as it takes."""
    fitted = drawn.scaled(
        size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    card = QImage(size, QImage.Format.Format_RGB32)
    card.fill(drawn.pixelColor(1, 1))
    painter = QPainter(card)
    painter.drawImage((card.width() - fitted.width()) // 2, (card.height() - fitted.height()) // 2, fitted)
    painter.end()
    return card.convertToFormat(QImage.Format.Format_Indexed8, Qt.ImageConversionFlag.ThresholdDither)


def main() -> int:
    """Write all pictures to assets/pictures."""
    folder = asset("pictures")
    folder.mkdir(exist_ok=True)
    sample_pictures(folder / "samples")
    window_picture("crop_and_resize_grad", "grad", "dark", folder / "window.png")
    window_picture("xor", "output", "light", folder / "window_light.png")
    return picture(str(asset("samples", "crop_and_resize_grad.tblocks")), None, str(folder / "figure.png"))


if __name__ == "__main__":
    sys.exit(main())
