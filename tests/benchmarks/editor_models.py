"""Opening a large model in the window, from the file to the first picture, against TensorFlow that takes it up."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import tensorflow as tf
from PySide6.QtCore import QEvent, QObject

from app.editor.window.main_window import EditorWindow
from app.engine.host.engine import Engine
from tests.benchmarks.bench import Comparison, Row
from tests.benchmarks.large_models import frozen_model
from tests.support.window_stand import Hold, WindowStand

_NODES = 35_000
_ROUNDS = 3


class _FirstPicture(QObject):
    """Notes when the canvas of a window's first page has been painted with its blocks."""

    def __init__(self, window: EditorWindow) -> None:
        super().__init__()
        self._window, self._before = window, window.document
        self.painted = False
        self._watched: QObject | None = None

    def look(self) -> bool:
        """Return whether there is a picture; watches the canvas once there is one."""
        canvas = self._window.tabs.current_canvas()
        if self._watched is None and canvas is not None and self._window.document is not self._before:
            self._watched = canvas.viewer.viewport()
            self._watched.installEventFilter(self)
        return self.painted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let all events pass."""
        canvas, page = self._window.tabs.current_canvas(), self._window.context.page
        if event.type() == QEvent.Type.Paint and canvas is not None and page is not None:
            self.painted = bool(page.blocks) and canvas.items.blocks.keys() == page.blocks.keys()
        return False


class _Opening:
    """Opens a model in the window; ``longest`` is its longest turn before the model is shown and after the picture."""

    def __init__(self, stand: WindowStand, model: Path) -> None:
        self._stand, self._model = stand, model
        self.longest = 0.0

    def seconds(self) -> float:
        """Open the model in a window of its own, which is closed once all is known of it; return the time."""
        stand = self._stand
        window = stand.application.new_window()
        window.context.ask = lambda *_, **__: "discard"  # type: ignore[method-assign]
        stand.settle(0.5)
        picture = _FirstPicture(window)
        before, awaited = window.document, list[bool]()
        window.controllers.diagnostics.awaited_shown.connect(awaited.append)
        with stand.act("read"):
            started = time.perf_counter()
            stand.turn(lambda: stand.application.open_path(str(self._model), window))
            while window.document is before:
                read = stand.current.own
                stand.turn()
                time.sleep(0.005)
            while not picture.look():
                stand.turn()
            taken = time.perf_counter() - started
            checked = stand.current = Hold("check")
            while not awaited or awaited[-1]:
                stand.turn()
                time.sleep(0.005)
        self.longest = max(self.longest, read, checked.own)
        window.close()
        stand.settle(0.5)
        return taken


def _import(model: Path) -> float:
    """Have TensorFlow parse and import the model; return the seconds."""
    started = time.perf_counter()
    parsed = tf.compat.v1.GraphDef()
    parsed.ParseFromString(model.read_bytes())
    with tf.Graph().as_default():
        tf.import_graph_def(parsed, name="")
    return time.perf_counter() - started


@cache
def _measured() -> tuple[list[tuple[float, float]], float, float]:
    """Open the model on both sides in turn; return the seconds, and our longest turns with it and with a small one."""
    sys.setswitchinterval(0.0005)  # as the program does
    with tempfile.TemporaryDirectory() as folder, Engine() as engine:
        small, large = Path(folder) / "small.pb", Path(folder) / "net.pb"
        small.write_bytes(frozen_model(100))
        large.write_bytes(frozen_model(_NODES))
        stand = WindowStand(Path(folder), engine.companion, settle=1.0)
        _Opening(stand, small).seconds()  # the worker is warm from here on
        opening, other = _Opening(stand, large), _Opening(stand, small)
        other.seconds()
        _import(large)
        pairs = [(opening.seconds(), _import(large)) for _ in range(_ROUNDS)]
        stand.window.close()
        return pairs, opening.longest, other.longest


def first_picture() -> Comparison:
    """Compare the time to the first picture of the model's first page."""
    pairs, _, _ = _measured()
    return Comparison(
        ours=statistics.median(a for a, _ in pairs),
        theirs=statistics.median(b for _, b in pairs),
        ratio=statistics.median(a / b for a, b in pairs),
        extra=statistics.median(a - b for a, b in pairs),
    )


def longest_hold() -> Comparison:
    """Compare the longest turns while a model is read, and from its picture until all is known."""
    _, large, small = _measured()
    return Comparison(ours=large, theirs=small, ratio=large / small, extra=large - small)


_AGAINST = "parsing it and tf.import_graph_def"
ROWS = [
    Row("open a model of 35,000 nodes, to the first picture", _AGAINST, 1.5, first_picture),
    Row("longest hold while it is read and checked", "a model of 100 nodes", 0.05, longest_hold, "extra"),
]
