"""Drives a canvas with real mouse and key events, in page coordinates."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.editing.document import Document
from app.document.model.diagram import Block, Monitor, Note, Page, PinRef, Project, Wire
from app.editor.canvas.page_canvas import PageCanvas
from app.editor.widgets.theme import DARK
from blocks.catalog import load

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
Point = tuple[float, float]


def page_of(
    blocks: dict[str, tuple[str, Point]],
    wires: Sequence[tuple[str, str]] = (),
    notes: Sequence[Note] = (),
    monitors: Sequence[Monitor] = (),
) -> Page:
    """Return a page of blocks (id: symbol and place) and wires ("a.output", "b.x")."""
    return Page(
        name="page 1",
        blocks={i: Block(id=i, symbol=s, at=at) for i, (s, at) in blocks.items()},
        wires=[Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in wires],
        notes={n.id: n for n in notes},
        monitors={m.id: m for m in monitors},
    )


class CanvasDriver:
    """A canvas of 1000 x 700 pixels at 100 %, the page's origin at its top left corner."""

    def __init__(self, page: Page) -> None:
        self.document = Document(Project(pages=[page]))
        self.canvas = PageCanvas(self.document, page.name, load(), DARK)
        self.canvas.resize(1000, 700)
        self.canvas.show()
        self.canvas.minimap.set_shown(False)
        self.canvas.viewer.centre_at(QPointF(500, 350), 1.0)
        self.texts: list[str] = []
        self.canvas.status_text.connect(self.texts.append)
        QApplication.processEvents()

    @property
    def page(self) -> Page:
        page = self.document.project.page("page 1")
        assert page is not None
        return page

    def wires(self) -> list[tuple[str, str]]:
        return [(str(w.source), str(w.target)) for w in self.page.wires]

    def at(self, block: str) -> Point:
        return self.page.blocks[block].at

    def output(self, block: str, pin: str = "output") -> Point:
        return self._pin(block, "out", pin)

    def input(self, block: str, pin: str) -> Point:
        return self._pin(block, "in", pin)

    def result(self, block: str, pin: str) -> Point:
        return self._pin(block, "result", pin)

    def _pin(self, block: str, direction: str, pin: str) -> Point:
        place = self.canvas.items.pin_place(block, direction, pin)
        assert place is not None, f"{block}.{pin} is not drawn"
        return place

    def body(self, block: str) -> Point:
        """A point of the block away from all pins: in the title."""
        item = self.canvas.items.blocks[block]
        return (item.x_page + item.shape_plan.width / 2 + 20, item.y_page + 12)

    def send(
        self, kind: QEvent.Type, at: Point, button: Qt.MouseButton, buttons: Qt.MouseButton, mods=NONE
    ) -> None:
        viewport = self.canvas.viewer.viewport()
        local = self.canvas.viewer.viewportTransform().map(QPointF(*at))
        where = QPointF(viewport.mapToGlobal(local.toPoint()))
        QApplication.sendEvent(viewport, QMouseEvent(kind, local, where, button, buttons, mods))

    def press(self, at: Point, button=LEFT, mods=NONE) -> None:
        self.send(QEvent.Type.MouseButtonPress, at, button, button, mods)

    def move(self, at: Point, button=LEFT, mods=NONE) -> None:
        no = Qt.MouseButton.NoButton
        self.send(QEvent.Type.MouseMove, at, no, button, mods)

    def release(self, at: Point, button=LEFT, mods=NONE) -> None:
        self.send(QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton, mods)

    def click(self, at: Point, mods=NONE, button=LEFT) -> None:
        self.press(at, button, mods)
        self.release(at, button, mods)

    def double_click(self, at: Point) -> None:
        self.click(at)
        self.send(QEvent.Type.MouseButtonDblClick, at, LEFT, LEFT)
        self.release(at)

    def drag(self, start: Point, end: Point, mods=NONE, button=LEFT, release: bool = True) -> None:
        """Press, move in four steps, release."""
        self.press(start, button, mods)
        for step in (1, 2, 3, 4):
            x = start[0] + (end[0] - start[0]) * step / 4
            y = start[1] + (end[1] - start[1]) * step / 4
            self.move((x, y), button, mods)
        if release:
            self.release(end, button, mods)

    def key(self, key: Qt.Key, mods=NONE) -> None:
        QTest.keyClick(self.canvas.viewer, key, mods)

    def overlapping(self) -> list[tuple[str, str]]:
        """Return the pairs of blocks and monitors that lie on one another."""
        items = self.canvas.items
        rects = {i: item.rect() for part in (items.blocks, items.monitors) for i, item in part.items()}
        return [(a, b) for a in rects for b in rects if a < b and rects[a].intersects(rects[b])]

    def items_agree(self) -> None:
        """Check that the items show exactly what the document holds."""
        items, page = self.canvas.items, self.page
        assert set(items.blocks) == set(page.blocks) == set(self.canvas.graph.model.nodes)
        assert set(items.wires) == {(w.source, w.target) for w in page.wires}
        assert set(items.notes) == set(page.notes)
        assert set(items.monitors) == set(page.monitors)
        for block in page.blocks.values():
            item = items.blocks[block.id]
            assert (item.x_page, item.y_page) == (round(block.at[0]), round(block.at[1]))
        for (source, target), wire in items.wires.items():
            out = self.canvas.items.pin_place(source.block, "out", source.pin)
            into = self.canvas.items.pin_place(target.block, "in", target.pin)
            assert wire.points[-1] == into
            assert out is not None
            assert wire.points[0][0] == out[0]
            assert abs(wire.points[0][1] - out[1]) <= 3
            assert wire.pos().isNull()
        assert self.canvas.graph.stack.stray == []
