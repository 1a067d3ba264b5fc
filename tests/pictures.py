"""Makes the README's pictures of the real window and its pages (``make pictures``), so that they stay true."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TENSORBLOCKS_CONFIG"] = tempfile.mkdtemp()  # nobody's own layout or recent files

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.editor.application.main import make_application
from app.editor.canvas.render import picture
from app.editor.window.main_window import EditorWindow
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


def main() -> int:
    """Write all pictures to assets/pictures."""
    folder = asset("pictures")
    folder.mkdir(exist_ok=True)
    window_picture("crop_and_resize_grad", "grad", "dark", folder / "window.png")
    window_picture("xor", "output", "light", folder / "window_light.png")
    return picture(str(asset("samples", "crop_and_resize_grad.tblocks")), None, str(folder / "figure.png"))


if __name__ == "__main__":
    sys.exit(main())
