"""Opens, edits and closes a large page by real events and measures how long each act holds the window's event loop.

``python -m tests.trials.large_page --blocks 10000`` prints for each act the longest hold and the whole time of the
window's thread; ``--profile 30`` adds where the holds above 30 ms were spent. A hold is one turn of the event loop: an
event that comes meanwhile waits for its end.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.document.storage.writer import dumps
from app.editor.widgets.fields import TextField
from tests.benchmarks.pages import large_project
from tests.support.fake_engine import FakeEngine
from tests.support.window_stand import CTRL, NONE, SETTLE_S, Hold, WindowStand


class _FirstPaint(QObject):
    """Notes when a canvas has painted for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let all events pass."""
        if event.type() == QEvent.Type.Paint:
            self.painted = True
        return False


def open_page(stand: WindowStand, path: Path) -> None:
    """Open the file; what happens before the first picture and after it count apart."""
    with stand.act("open, to the first picture"):
        stand.turn(lambda: stand.application.open_path(str(path), stand.window))
        watch = _FirstPaint()
        shown: list[Any] = []
        while not watch.painted:
            canvas = stand.window.tabs.current_canvas()
            if canvas is not None and not shown:
                shown.append(canvas)
                canvas.viewer.viewport().installEventFilter(watch)
            stand.turn()
        first = stand.current
        after = stand.current = Hold("open, after it")
        stand.holds.append(after)
        if stand.sampler is not None:
            stand.report(first)
            stand.sampler.stacks.clear()
    if stand.profile:
        print(after)


def near_acts(stand: WindowStand, count: int) -> None:
    """Work near, at 100 %, as one does most of the time."""
    row = (count // 2) // 40 * 40
    block = f"b{row + 14}"
    with stand.act("go to a block"):
        stand.turn(lambda: stand.window.context.go_to(block))
    with stand.act("zoom to 100 %"):
        stand.trigger("view.zoom_reset")
    centre = stand.canvas.viewer.viewport().rect().center()
    with stand.act("pan by wheel"):
        for _ in range(6):
            stand.wheel(centre, -120, Qt.KeyboardModifier.ShiftModifier)
        for _ in range(6):
            stand.wheel(centre, 120, Qt.KeyboardModifier.ShiftModifier)
    with stand.act("pan by the middle button"):
        viewport = stand.canvas.viewer.viewport()
        stand.turn(lambda: QTest.mousePress(viewport, Qt.MouseButton.MiddleButton, NONE, centre))
        for step in range(10):
            stand.mouse("move", centre + QPoint(-40 * step, -30 * step))
        stand.turn(lambda: QTest.mouseRelease(viewport, Qt.MouseButton.MiddleButton, NONE, centre))
    with stand.act("go back to it"):
        stand.turn(lambda: stand.window.context.go_to(block))
    with stand.act("move over blocks"):
        for step in range(20):
            stand.mouse("move", centre + QPoint(14 * step, 9 * step))
    with stand.act("click a block"):
        stand.mouse("press", stand.middle(block))
        stand.mouse("release", stand.middle(block))
    with stand.act("drag a block"):
        before = stand.page.blocks[block].at
        at = stand.middle(block)
        stand.drag(at, at + QPoint(60, 40))
        assert stand.page.blocks[block].at != before
    with stand.act("undo"):
        stand.trigger("edit.undo")
        assert stand.page.blocks[block].at == before
    _type_text(stand, row)
    _wire(stand, row)
    with stand.act("delete a block"):
        stand.mouse("press", stand.middle(block))
        stand.mouse("release", stand.middle(block))
        stand.key(Qt.Key.Key_Delete)
        assert block not in stand.page.blocks
    with stand.act("undo the deletion"):
        stand.trigger("edit.undo")
        assert block in stand.page.blocks
    with stand.act("copy"):
        stand.canvas.selection.choose_ids([f"b{row + n}" for n in range(10, 18)])
        stand.trigger("edit.copy")
    with stand.act("paste"):
        size = len(stand.page.blocks)
        stand.trigger("edit.paste")
        assert len(stand.page.blocks) == size + 8
    with stand.act("align"):
        stand.trigger("arrange.top")
    with stand.act("nudge by key"):
        stand.key(Qt.Key.Key_Right, CTRL)
    _place(stand)
    with stand.act("find"):
        stand.trigger("edit.find")
        field = stand.window.find_bar.findChild(QLineEdit)
        assert field is not None
        stand.type("b77", field)
        stand.key(Qt.Key.Key_Return, to=field)
        stand.key(Qt.Key.Key_Escape, to=field)


def _type_text(stand: WindowStand, row: int) -> None:
    const = f"b{row}"
    with stand.act("go to another block"):
        stand.turn(lambda: stand.window.context.go_to(const))
    with stand.act("type a text"):
        stand.mouse("press", stand.middle(const))
        stand.mouse("release", stand.middle(const))
        stand.settle(0.1)
        fields = stand.window.panels.properties.findChildren(TextField)
        field = next(f for f in fields if f.accessibleName() == f"{const}.val")
        old = stand.page.blocks[const].pins["val"]
        stand.turn(field.setFocus)
        stand.key(Qt.Key.Key_End, CTRL, field)
        stand.type(" ", field)
        stand.turn(stand.canvas.setFocus)
        stand.settle(0.1)
        assert stand.page.blocks[const].pins["val"] != old


def _wire(stand: WindowStand, row: int) -> None:
    with stand.act("draw a wire"):
        wires = len(stand.page.wires)
        source = stand.canvas.items.pin_place(f"b{row + 10}", "out", "output")
        target = stand.canvas.items.pin_place(f"b{row + 12}", "in", "y")
        stand.drag(stand.place(*source), stand.place(*target))
        assert len(stand.page.wires) >= wires


def _place(stand: WindowStand) -> None:
    with stand.act("place a block from the palette"):
        size = len(stand.page.blocks)
        stand.turn(lambda: stand.window.place_symbol("MatMul"))
        assert len(stand.page.blocks) == size + 1


def far_acts(stand: WindowStand, count: int) -> None:
    """Work with the whole page in view and selected."""
    with stand.act("fit the page"):
        stand.trigger("view.fit")
    centre = stand.canvas.viewer.viewport().rect().center()
    with stand.act("zoom by wheel"):
        for _ in range(12):
            stand.wheel(centre, 120)
        for _ in range(12):
            stand.wheel(centre, -120)
    with stand.act("pan, whole page in view"):
        for _ in range(6):
            stand.wheel(centre, -120, Qt.KeyboardModifier.ShiftModifier)
    with stand.act("move over the whole page"):
        for step in range(20):
            stand.mouse("move", centre + QPoint(5 * step, 5 * step))
    with stand.act("select all"):
        stand.trigger("edit.select_all")
        assert len(stand.canvas.selection.blocks) >= count
    with stand.act("pan, all selected"):
        for _ in range(6):
            stand.wheel(centre, 120, Qt.KeyboardModifier.ShiftModifier)
    with stand.act("drag all"):
        at = stand.middle("b0")
        before = stand.page.blocks["b0"].at
        stand.drag(at, at + QPoint(60, 40), steps=4)
        assert stand.page.blocks["b0"].at != before
    with stand.act("undo the drag"):
        stand.trigger("edit.undo")
    with stand.act("copy all"):
        stand.trigger("edit.copy")
    with stand.act("delete all"):
        stand.key(Qt.Key.Key_Delete)
        assert not stand.page.blocks
    with stand.act("undo the deletion of all"):
        stand.trigger("edit.undo")
        assert len(stand.page.blocks) >= count
    with stand.act("delete all again"):
        stand.trigger("edit.redo")
        assert not stand.page.blocks
    with stand.act("undo that again"):
        stand.trigger("edit.undo")
    with stand.act("paste all"):
        stand.trigger("edit.paste")
        while len(stand.page.blocks) < 2 * count:  # very much is pasted in steps
            stand.turn()
    with stand.act("undo the paste"):
        stand.trigger("edit.undo")
    with stand.act("rubber band"):
        stand.trigger("view.fit")
        rect = stand.canvas.viewer.viewport().rect()
        stand.drag(QPoint(2, 2), rect.bottomRight() - QPoint(240, 3), steps=6)
    with stand.act("select nothing"):
        stand.key(Qt.Key.Key_Escape)


def measure(
    count: int,
    make_engine: Callable[[], Any] | None = FakeEngine,
    profile: float = 0.0,
    far: bool = True,
    settle: float = SETTLE_S,
    warm: bool = True,
) -> list[Hold]:
    """Do all acts on a page of so many blocks."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        path = folder / "large.tblocks"
        path.write_bytes(dumps(large_project(count)))
        stand = WindowStand(folder, make_engine, profile, settle, warm)
        gc.collect()
        open_page(stand, path)
        near_acts(stand, count)
        if far:
            far_acts(stand, count)
        with stand.act("close"):
            stand.turn(stand.window.close)
        stand.app.clipboard().clear()  # an offscreen one that is not empty ends the process with a fault
        return stand.holds


def main() -> int:
    """Run the trial from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--blocks", type=int, default=10_000)
    options.add_argument("--profile", type=float, default=0.0, help="milliseconds")
    options.add_argument("--near", action="store_true", help="only the acts with a part of the page in view")
    options.add_argument("--engine", choices=("fake", "real"), default="fake")
    given = options.parse_args()
    sys.setswitchinterval(0.0005)  # as the program does
    engine = FakeEngine if given.engine == "fake" else None
    for hold in measure(given.blocks, engine, given.profile / 1000, not given.near):
        if not given.profile:
            print(hold)
    return 0


if __name__ == "__main__":
    sys.exit(main())
