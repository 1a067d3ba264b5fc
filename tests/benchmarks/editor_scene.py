"""The same diagram three times: on our canvas, on stock NodeGraphQt, and on a plain QGraphicsView."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import random

from NodeGraphQt import BaseNode, NodeGraph
from NodeGraphQt.constants import PipeLayoutEnum, ViewerEnum
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsItem,
    QGraphicsPathItem,
    QGraphicsScene,
    QGraphicsView,
    QWidget,
)

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, PinRef, Project, Wire
from app.editor.canvas.page_canvas import PageCanvas
from app.editor.widgets.theme import DARK
from blocks.catalog import load

SIZE = (1280, 800)
COLUMNS, STEP_X, STEP_Y = 40, 180.0, 220.0
SYMBOLS = (
    "Add", "MatMul", "Conv2D", "CropAndResize", "Reshape", "Mean", "Sigmoid", "BiasAdd", "ApplyGradientDescent",
    "Select", "Pad", "Slice", "ConcatOffset", "Relu", "Multiply", "Subtract", "FusedBatchNorm", "OneHot", "Tile", "Sum",
)  # fmt: skip


def app() -> QApplication:
    """Return the one application."""
    return QApplication.instance() or QApplication([])


def wireable(symbol: str, direction: str) -> list[str]:
    """Return a symbol's pins that wires may start or end at."""
    found = load().get(symbol)
    assert found is not None, symbol
    return [p.name for p in found.pins if p.direction == direction and p.wire and not p.hidden]


def drawn(symbol: str, direction: str) -> list[str]:
    """Return a symbol's drawn inputs or outputs."""
    found = load().get(symbol)
    assert found is not None, symbol
    return [p.name for p in found.pins if p.direction == direction and not p.hidden]


def make_page(count: int) -> Page:
    """Return ``count`` blocks in 40 columns with about 1.5 wires each, the same at every call."""
    chance = random.Random(7)
    blocks = {}
    for i in range(count):
        at = (i % COLUMNS * STEP_X, i // COLUMNS * STEP_Y)
        blocks[f"b{i}"] = Block(id=f"b{i}", symbol=chance.choice(SYMBOLS), at=at)
    wires, taken = [], set()
    for i in range(1, count):
        for _ in range(chance.choice((1, 2))):
            source = f"b{max(0, i - chance.choice((1, 1, 1, 2, COLUMNS, COLUMNS + 1)))}"
            target = PinRef(f"b{i}", chance.choice(wireable(blocks[f"b{i}"].symbol, "in")))
            if target not in taken and source != f"b{i}":
                taken.add(target)
                out = chance.choice(wireable(blocks[source].symbol, "out"))
                wires.append(Wire(source=PinRef(source, out), target=target))
    return Page(name="page 1", blocks=blocks, wires=wires)


def show(widget: QWidget) -> None:
    """Show a widget at the common size and paint it."""
    widget.resize(*SIZE)
    widget.show()
    app().processEvents()


def ours(page: Page) -> PageCanvas:
    """Return our canvas of a page."""
    canvas = PageCanvas(Document(Project(pages=[page])), page.name, load(), DARK)
    canvas.minimap.set_shown(False)
    canvas.set_grid(False)
    return canvas


def _node_class(symbol: str) -> type[BaseNode]:
    ins, outs = drawn(symbol, "in"), drawn(symbol, "out")

    def init(self: BaseNode) -> None:
        BaseNode.__init__(self)
        for name in ins:
            self.add_input(name)
        for name in outs:
            self.add_output(name, multi_output=True)

    return type(symbol, (BaseNode,), {"__identifier__": "stock", "NODE_NAME": symbol, "__init__": init})


def stock(page: Page) -> NodeGraph:
    """Return stock NodeGraphQt with the same blocks, pins, places and wires, through its public interface."""
    graph = NodeGraph()
    graph.set_acyclic(False)  # its check of cycles takes exponential time
    graph.set_grid_mode(ViewerEnum.GRID_DISPLAY_NONE.value)
    graph.set_pipe_style(PipeLayoutEnum.ANGLE.value)
    graph.register_nodes([_node_class(s) for s in SYMBOLS])
    nodes = {
        b.id: graph.create_node(f"stock.{b.symbol}", name=b.id, pos=b.at, selected=False, push_undo=False)
        for b in page.blocks.values()
    }
    for wire in page.wires:
        out = nodes[wire.source.block].get_output(wire.source.pin)
        out.connect_to(nodes[wire.target.block].get_input(wire.target.pin), push_undo=False)
    return graph


class PlainItem(QGraphicsItem):
    """The least that shows a block: one item, painted with outline, pins, title and labels."""

    def __init__(self, title: str, ins: list[str], outs: list[str]) -> None:
        super().__init__()
        self.title, self.ins, self.outs = title, ins, outs
        self.height = 27 + 17 * len(ins)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)

    def boundingRect(self) -> QRectF:  # noqa: N802
        return QRectF(-6, -6, 112, self.height + 12)

    def paint(self, painter: QPainter, option: object, widget: QWidget | None = None) -> None:
        painter.setPen(_OUTLINE)
        painter.setBrush(_FILL)
        painter.drawRoundedRect(QRectF(0, 0, 100, self.height), 10, 10)
        painter.setPen(_RIM)
        painter.setBrush(_YELLOW)
        for row in range(len(self.ins)):
            painter.drawEllipse(QPointF(11, 27 + 17 * row), 5, 5)
        painter.setBrush(_GREEN)
        for row in range(len(self.outs)):
            painter.drawEllipse(QPointF(100, 27 + 17 * row), 5, 5)


_OUTLINE, _RIM = QPen(QColor("#ffbf28"), 3), QPen(QColor("#ff1418"), 1)
_FILL, _YELLOW, _GREEN = QBrush(QColor("#2a2a2a")), QBrush(QColor("#ffff31")), QBrush(QColor("#8acf57"))


def plain(page: Page) -> QGraphicsView:
    """Return a QGraphicsView with one painted item per block (no texts) and one path item per wire."""
    scene = QGraphicsScene()
    scene.setBackgroundBrush(QColor("#2a2a2a"))
    alive: list[QGraphicsItem] = []
    for block in page.blocks.values():
        item = PlainItem(block.symbol, drawn(block.symbol, "in"), drawn(block.symbol, "out"))
        item.setPos(*block.at)
        scene.addItem(item)
        alive.append(item)
    pen = QPen(QColor("#8c4002"), 3)
    for wire in page.wires:
        (ax, ay), (bx, by) = page.blocks[wire.source.block].at, page.blocks[wire.target.block].at
        path = QPainterPath(QPointF(ax + 100, ay + 40))
        for x, y in (((ax + 100 + bx) / 2, ay + 40), ((ax + 100 + bx) / 2, by + 44), (bx + 11, by + 44)):
            path.lineTo(x, y)
        line = QGraphicsPathItem(path)
        line.setPen(pen)
        line.setZValue(-1)
        scene.addItem(line)
        alive.append(line)
    view = QGraphicsView(scene)
    view.alive = (scene, alive)  # type: ignore[attr-defined]
    view.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.setFont(QFont("Arial"))
    view.setSceneRect(-1e5, -1e5, 2e5, 2e5)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return view


def mouse(viewport: QWidget, kind: QEvent.Type, x: float, y: float, held: bool) -> None:
    """Send a left button event to a viewport."""
    left, no = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = no if kind == QEvent.Type.MouseMove else left
    where = QPointF(x, y)
    event = QMouseEvent(kind, where, viewport.mapToGlobal(where), button, left if held else no,
                        Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(viewport, event)
