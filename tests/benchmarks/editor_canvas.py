"""Showing, zooming, panning and dragging 1,000 blocks: ours against stock NodeGraphQt and a plain QGraphicsView."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
from NodeGraphQt import NodeGraph
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsView, QWidget

from app.document.model.view import PageView
from app.editor.canvas.page_canvas import PageCanvas
from app.editor.widgets.slices import is_idle
from app.engine.values.results import TensorValue
from blocks.tensor_spec import TensorSpec
from tests.benchmarks.bench import Comparison, Row, side_by_side
from tests.benchmarks.editor_scene import SIZE, app, make_page, mouse, ours, plain, show, stock, wireable

warnings.filterwarnings("ignore", category=DeprecationWarning)

COUNT, DRAGGED = 1000, 200
_made: dict[str, object] = {}


def _once(name: str, make: Callable[[], object]) -> object:
    """Make a view once, show it with the whole page in it, and keep it."""
    if name not in _made:
        app()
        _made[name] = make()
    return _made[name]


def _our_canvas() -> PageCanvas:
    def make() -> PageCanvas:
        canvas = ours(make_page(COUNT))
        show(canvas)
        canvas.viewport.fit()
        app().processEvents()
        return canvas

    return _once("ours", make)  # type: ignore[return-value]


def _full_canvas() -> PageCanvas:
    """Return the same page with all that it can show: texts in the rows, types on the wires, results as pictures."""

    def make() -> PageCanvas:
        page = make_page(COUNT)
        page.view = PageView(results=True)
        wired = {(wire.target.block, wire.target.pin) for wire in page.wires}
        values, types = {}, {}
        picture = TensorValue("float32", np.linspace(0, 1, 32 * 32 * 3, dtype=np.float32).reshape(32, 32, 3))
        for block in page.blocks.values():
            free = [pin for pin in wireable(block.symbol, "in") if (block.id, pin) not in wired]
            block.pins = dict.fromkeys(free, "{{1.0f,2.0f},{3.0f,4.0f}}")
            for pin in wireable(block.symbol, "out"):
                values[f"{block.id}.{pin}"] = picture
                types[f"{block.id}.{pin}"] = TensorSpec("float32", (32, 32, 3))
        canvas = ours(page)
        canvas.feedback.set_types(types)
        canvas.feedback.set_results(values)
        canvas.feedback.set_colour_by_dtype(True)
        canvas.feedback.set_types_on_wires(True)
        show(canvas)
        canvas.viewport.fit()
        canvas.items.routes.finish()
        app().processEvents()
        return canvas

    return _once("full", make)  # type: ignore[return-value]


def _stock_graph() -> NodeGraph:
    def make() -> NodeGraph:
        graph = stock(make_page(COUNT))
        show(graph.viewer())
        graph.viewer().set_scene_rect([-60, -60, 7400, 7400 * SIZE[1] / SIZE[0]])
        app().processEvents()
        return graph

    return _once("stock", make)


def _plain_view() -> QGraphicsView:
    def make() -> QGraphicsView:
        view = plain(make_page(COUNT))
        show(view)
        view.fitInView(QRectF(-60, -60, 7400, 5600), Qt.AspectRatioMode.KeepAspectRatio)
        app().processEvents()
        return view

    return _once("plain", make)  # type: ignore[return-value]


def _show() -> Comparison:
    """Make and paint the page from the document, against making the same nodes and wires."""
    page = make_page(COUNT)
    app()
    ours(make_page(20))  # both sides have been imported and have read the catalog
    alive: list[object] = []

    def show_ours() -> None:
        canvas = ours(page)
        show(canvas)
        canvas.hide()
        alive.append(canvas)

    def show_stock() -> None:
        graph = stock(page)
        show(graph.viewer())
        graph.viewer().hide()
        alive.append(graph)

    compared = side_by_side(show_ours, show_stock, rounds=3)
    for canvas in alive:
        if isinstance(canvas, PageCanvas):
            canvas.dispose()
    while not is_idle():  # or what goes between the events would count as the next row's
        app().processEvents()
    return compared


def _frames(step: Callable[[int], None], count: int) -> Callable[[], None]:
    """Return a call that makes and paints so many frames."""

    def run() -> None:
        for number in range(count):
            step(number)
            app().processEvents()

    return run


def _zoom_ours(number: int) -> None:
    _zoom(_our_canvas(), number)


def _zoom_full(number: int) -> None:
    _zoom(_full_canvas(), number)


def _zoom(canvas: PageCanvas, number: int) -> None:
    middle = QPointF(SIZE[0] / 2, SIZE[1] / 2)
    canvas.viewer.set_zoom_at(canvas.viewer.zoom() * (1.013 if number % 2 else 1 / 1.013), middle)


def _zoom_stock(number: int) -> None:
    _stock_graph().viewer().scale(1.013 if number % 2 else 1 / 1.013, 0)


def _zoom_plain(number: int) -> None:
    factor = 1.013 if number % 2 else 1 / 1.013
    _plain_view().scale(factor, factor)


def _pan_ours(number: int) -> None:
    _pan(_our_canvas(), number)


def _pan_full(number: int) -> None:
    _pan(_full_canvas(), number)


def _pan(canvas: PageCanvas, number: int) -> None:
    canvas.viewer.pan_by(24 if number % 2 else -24, 16 if number % 2 else -16)
    canvas.viewer.viewport().update()


def _pan_stock(number: int) -> None:
    _stock_graph().viewer()._set_viewer_pan(120 if number % 2 else -120, 80 if number % 2 else -80)


def _pan_plain(number: int) -> None:
    view = _plain_view()
    for bar, by in ((view.horizontalScrollBar(), 24), (view.verticalScrollBar(), 16)):
        bar.setValue(bar.value() + (by if number % 2 else -by))
    view.viewport().update()


def _against_stock(mine: Callable[[int], None], theirs: Callable[[int], None]) -> Callable[[], Comparison]:
    def measure() -> Comparison:
        _our_canvas(), _full_canvas(), _stock_graph()
        return side_by_side(_frames(mine, 4), _frames(theirs, 4), rounds=5)

    return measure


def _against_plain(mine: Callable[[int], None], theirs: Callable[[int], None]) -> Callable[[], Comparison]:
    def measure() -> Comparison:
        _our_canvas(), _plain_view()
        return side_by_side(_frames(mine, 10), _frames(theirs, 10), rounds=9)

    return measure


def _drag() -> Comparison:
    """Drag 200 selected blocks by real mouse events, one paint per move; the button stays down."""
    canvas, graph = _our_canvas(), _stock_graph()
    chosen = [f"b{i}" for i in range(DRAGGED)]
    canvas.selection.choose_ids(chosen)
    for node in graph.all_nodes():
        node.view.selected = node.name() in chosen
    app().processEvents()
    viewer = graph.viewer()
    item = canvas.items.blocks["b41"]
    at = canvas.viewer.viewportTransform().map(QPointF(item.x_page + 70, item.y_page + 12))
    view = next(n.view for n in graph.all_nodes() if n.name() == "b41")
    stock_at = viewer.viewportTransform().map(view.scenePos() + QPointF(view.width / 2, 8))

    def moves(viewport: QWidget, start: QPointF) -> Callable[[], None]:
        mouse(viewport, QEvent.Type.MouseButtonPress, start.x(), start.y(), True)

        def run() -> None:
            for by in (8, 16, 24, 32, 24, 16, 8, 40):
                mouse(viewport, QEvent.Type.MouseMove, start.x() + by, start.y() + by, True)
                app().processEvents()

        return run

    return side_by_side(moves(canvas.viewer.viewport(), at), moves(viewer.viewport(), stock_at), rounds=3)


_STOCK, _PLAIN = "stock NodeGraphQt, same nodes and wires", "plain QGraphicsView, one painted item each"
ROWS = [
    Row("show a 1,000-block page", _STOCK, 0.15, _show),
    Row("zoom a frame, 1,000 blocks in view", _STOCK, 0.06, _against_stock(_zoom_ours, _zoom_stock)),
    Row("pan a frame, 1,000 blocks in view", _STOCK, 0.06, _against_stock(_pan_ours, _pan_stock)),
    Row("zoom a frame, with texts, types, results", _STOCK, 0.06, _against_stock(_zoom_full, _zoom_stock)),
    Row("pan a frame, with texts, types, results", _STOCK, 0.06, _against_stock(_pan_full, _pan_stock)),
    Row("zoom a frame, 1,000 blocks in view", _PLAIN, 1.7, _against_plain(_zoom_ours, _zoom_plain)),
    Row("pan a frame, 1,000 blocks in view", _PLAIN, 1.7, _against_plain(_pan_ours, _pan_plain)),
    Row("drag 200 selected of 1,000, per move", _STOCK, 0.1, _drag),
]
