"""The actions that put monitors on the page: what kind, of which pins, and where there is room for it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QPointF, QRectF

from app.document.edits import AddMonitor, ChangeMonitor, free_id
from app.document.model import Monitor

if TYPE_CHECKING:
    from app.editor.canvas.view import PageCanvas
    from app.editor.window import EditorWindow
    from app.engine.results import Value

SIZES: dict[str, tuple[float, float]] = {
    "picture": (210.0, 230.0), "number": (190.0, 84.0), "curve": (340.0, 210.0), "table": (300.0, 240.0),
    "text": (280.0, 150.0), "histogram": (300.0, 210.0),
}  # fmt: skip
_MOST_CURVES = 8
_GAP = 24.0  # page units between a block and its monitor
_SEARCH = 40.0, 1200.0  # step and reach of the search for a free place, in page units


class MonitorCommands(QObject):
    """Acts on the pin under the last context menu, or else on the first output of the selected block."""

    def __init__(self, window: EditorWindow) -> None:
        """Act on the window's current page."""
        super().__init__(window)
        self.window = window

    def picture(self) -> None:
        """Show the value as a picture."""
        self._add_chosen("picture")

    def number(self) -> None:
        """Show the value, or its first element, in large figures."""
        self._add_chosen("number")

    def curve(self) -> None:
        """Show the value's elements over the steps."""
        self._add_chosen("curve")

    def table(self) -> None:
        """Show the value as a table."""
        self._add_chosen("table")

    def text(self) -> None:
        """Show the value as text."""
        self._add_chosen("text")

    def histogram(self) -> None:
        """Show how the values are distributed."""
        self._add_chosen("histogram")

    def toggle_log(self) -> None:
        """Turn the logarithmic axis of the selected curves on or off."""
        page, canvas = self.window.access.page, self.window.tabs.current_canvas()
        chosen = canvas.selected_monitors() if canvas is not None else []
        curves = [page.monitors[m] for m in chosen if page is not None and page.monitors[m].kind == "curve"]
        if page is None or not curves:
            self.window.status.showMessage("Select a curve on the page first", 5000)
        for curve in curves:
            options = {k: v for k, v in curve.options.items() if k != "log"}
            if not curve.options.get("log"):
                options["log"] = True
            assert page is not None
            changed = msgspec.structs.replace(curve, options=options)
            self.window.access.apply(ChangeMonitor(page.name, changed))

    def _add_chosen(self, kind: str) -> None:
        canvas = self.window.tabs.current_canvas()
        blocks = canvas.selected_blocks() if canvas is not None else []
        if canvas is None or len(blocks) != 1:
            self.window.status.showMessage("Select one block, or open the menu of one of its outputs", 5000)
            return
        key = self._key_of(canvas, blocks[0])
        if key is None:
            self.window.status.showMessage(f"{blocks[0]} has no output to show", 5000)
        else:
            self.add(kind, key)

    def _key_of(self, canvas: PageCanvas, block_id: str) -> str | None:
        """Return the output that the menu was opened at, else the block's first one that has a value."""
        if canvas.menu_pin is not None and canvas.menu_pin.block == block_id:
            return str(canvas.menu_pin)
        return self.window.run.output_to_show(block_id)

    def add(self, kind: str, key: str) -> str | None:
        """Put a monitor of ``block.pin`` near its block; return its id, or None where it was refused."""
        access, canvas = self.window.access, self.window.tabs.current_canvas()
        page = access.page
        if page is None or canvas is None:
            return None
        pins = pins_for(kind, key, self.window.results.page(page.name).values.get(key))
        width, height = SIZES[kind]
        items = canvas.items
        taken = [item.rect() for shown in (items.blocks, items.monitors) for item in shown.values()]
        taken += [note.rect() for note in items.notes.values() if not note.is_frame]
        block = items.blocks.get(key.partition(".")[0])
        at = free_place(block.rect() if block is not None else QRectF(), (width, height), taken)
        made = Monitor(id=free_id(page, kind), kind=kind, pins=pins, at=at, size=(width, height))
        if not access.apply(AddMonitor(page.name, made)):
            return None
        canvas.select([made.id])
        return made.id


def pins_for(kind: str, key: str, value: Value | None) -> tuple[str, ...]:
    """Return the pins that a new monitor names: for numbers and curves elements, as far as they are known."""
    from app.engine.results import ListValue, TensorValue  # late: it needs NumPy

    if isinstance(value, ListValue) and kind != "table" and value.items:
        key, value = f"{key}[0]", value.items[0]
    if kind not in ("number", "curve") or not isinstance(value, TensorValue) or not value.array.ndim:
        return (key,)
    places = itertools.product(*(range(n) for n in value.shape))
    most = _MOST_CURVES if kind == "curve" else 1
    named = (key + "".join(f"[{i}]" for i in place) for place in itertools.islice(places, most))
    return tuple(named) or (key,)


def free_place(block: QRectF, size: tuple[float, float], taken: Iterable[QRectF]) -> tuple[float, float]:
    """Return the place nearest to below the block where a monitor covers nothing."""
    step, reach = _SEARCH
    wanted = QPointF(block.left(), block.bottom() + _GAP)
    rects = [rect.adjusted(-8, -8, 8, 8) for rect in taken]
    count = int(reach / step)
    offsets = [(x * step, y * step) for y in range(-count, count + 1) for x in range(-count, count + 1)]
    for dx, dy in sorted(offsets, key=lambda o: (o[0] ** 2 + o[1] ** 2, -o[1], -o[0])):
        found = QRectF(wanted.x() + dx, wanted.y() + dy, *size)
        if not any(found.intersects(rect) for rect in rects):
            return round(found.x()), round(found.y())
    return round(wanted.x()), round(wanted.y())
