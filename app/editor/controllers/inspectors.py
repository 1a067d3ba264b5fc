"""The inspectors of a window: one for each output, opened, found again, pinned to the page, closed."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.document.model.conditions import parse_condition
from app.editor.results.initial_values import initial_value
from app.editor.results.recorder import Recorder, RowsOfRun

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.document.model.diagram import Monitor
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext
    from app.editor.controllers.monitors import MonitorController
    from app.editor.inspector.curve_window import CurveWindow
    from app.editor.inspector.window import InspectorWindow
    from app.engine.values.results import TensorValue

_MOST_AT_ONCE = 8  # inspectors that one action opens
_VIEW_OF = {"picture": "Picture", "histogram": "Histogram", "text": "Text"}  # in which a monitor is enlarged
_CASCADE = 24  # pixels from one inspector to the next


class InspectorController(QObject):
    """Opens and closes the inspectors of one window."""

    def __init__(self, context: EditorContext, monitors: MonitorController, over: QWidget) -> None:
        """Begin with none. ``monitors`` puts a value onto the page; new windows lie over the widget ``over``."""
        super().__init__(context)
        self._context, self._monitors, self._over = context, monitors, over
        self.recorder = Recorder(context.results, self._named, self._rows, self)
        self.windows: dict[tuple[str, str], InspectorWindow] = {}  # by page and "block.pin"
        self.curves: dict[tuple[str, str], CurveWindow] = {}  # by page and the monitor's id

    def actions(self) -> Handlers:
        """Return what each action about inspectors calls."""
        return {"run.table": self.open_selected}

    def open_selected(self) -> None:
        """Show the first output of each selected block."""
        canvas = self._context.canvas
        for block in canvas.selection.ordered_blocks()[:_MOST_AT_ONCE] if canvas is not None else ():
            self.open_block(block)

    def open_block(self, block_id: str) -> None:
        """Show a block's first output (its double click)."""
        key = self._context.output_to_show(block_id)
        if key is None:
            self._context.show_status(f"{block_id} has no output to show", 4000)
        else:
            self.open(key)

    def open_pin(self, block_id: str, pin: str) -> None:
        """Show the output that a pin stands for (a result pin shows its output)."""
        self.open(f"{block_id}.{pin.removeprefix('result_')}")

    def open_monitor(self, monitor_id: str) -> None:
        """Show what a monitor shows in a window of its own (its double click)."""
        page = self._context.page
        monitor = page.monitors.get(monitor_id) if page is not None else None
        if page is None or monitor is None or not monitor.pins or monitor.kind == "control":
            return
        if monitor.kind == "curve":
            self._open_curve(page.name, monitor)
            return
        key = self.recorder.output_of(page.name, monitor.pins[0])
        window, view = self.open(key), _VIEW_OF.get(monitor.kind)
        if window is not None and view is not None:
            window.inspector.show_view(view)

    def _open_curve(self, page: str, monitor: Monitor) -> None:
        from app.editor.inspector.curve_window import (
            CurveWindow,  # late: its library comes with the first plot
        )

        canvas = self._context.canvas_of(page)
        factory = canvas.items.boxes.factory if canvas is not None else None
        if factory is None:
            return
        window = self.curves.get((page, monitor.id))
        if window is not None and window.monitor != monitor:
            window.close()  # it shows what the monitor was before an edit
            window = None
        if window is None:
            over, results = self._context.dialog_parent, self._context.results
            window = CurveWindow(results, page, monitor, factory.histories, over)
            window.closed.connect(self._forget)
            self.curves[page, monitor.id] = window
            self._place(window)
        window.show()
        window.raise_()
        window.activateWindow()

    def _rows(self, page: str, pin: str) -> list[RowsOfRun]:
        """Return the runs in which a curve of the page has followed an element, the last one first."""
        canvas = self._context.canvas_of(page)
        factory = canvas.items.boxes.factory if canvas is not None else None
        return factory.histories.runs(pin) if factory is not None else []

    def _named(self, page: str) -> list[str]:
        """Return the pins of a page whose outputs are recorded: those of its monitors and of its condition."""
        known = self._context.page_named(page)
        if known is None:
            return []
        pins = [pin for m in known.monitors.values() if m.kind != "control" for pin in m.pins]
        with contextlib.suppress(ValueError):
            pins += [str(parse_condition(known.run.until).element)] if known.run.until else []
        return pins

    def open(self, key: str) -> InspectorWindow | None:
        """Show ``block.pin`` of the page in a window, which is returned; one that is open comes to the front."""
        from app.editor.inspector.window import InspectorWindow  # late: the editor starts without its views

        page, named, key = self._context.run_page, key, self._context.prefix + key
        if page is None:
            return None
        window = self.windows.get((page, key))
        if window is None:
            over, results = self._context.dialog_parent, self._context.results
            initial = partial(self._initial, page, key)
            window = InspectorWindow(results, page, key, over, self.recorder, initial)
            window.pin_requested.connect(self._pin)
            window.closed.connect(self._forget)
            self.windows[page, key] = window
            window.inspector.picture.filters.setChecked(self._goes_to_filters(named))
            self._place(window)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def _goes_to_filters(self, key: str) -> bool:
        """Return whether a convolution of the shown page takes an output as its filters, also led through Identity."""
        page = self._context.page
        todo = [key]
        for source in todo:  # it grows
            for wire in page.wires if page is not None else ():
                taker = wire.target
                if str(wire.source) == source and page is not None:
                    if taker.pin == "filter":
                        return True
                    passed = f"{taker.block}.output"
                    if page.blocks[taker.block].symbol == "Identity" and passed not in todo:
                        todo.append(passed)
        return False

    def _initial(self, page: str, key: str) -> TensorValue | None:
        """Return what the diagram says of an output that no run has given a value yet."""
        context = self._context
        known, document = context.page_named(page), context.document
        if known is None or document is None:
            return None
        companions = context.runner.plans.files.at(document.folder)
        return initial_value(known, document.own.functions, companions, key)

    def _place(self, window: QWidget) -> None:
        """Put a new window over the upper left corner, a little beside the one before."""
        corner = self._over.mapToGlobal(self._over.rect().topLeft())
        offset = _CASCADE * ((len(self.windows) + len(self.curves)) % 8)
        window.move(corner.x() + 40 + offset, corner.y() + 60 + offset)

    def _pin(self, key: str) -> None:
        """Put the value on the page as a table, near its block, in place of the window."""
        page = self._context.page_name
        if self._monitors.add("table", key) and page is not None and (page, key) in self.windows:
            self.windows[page, key].close()

    def follow_page_name(self, old: str, new: str) -> None:
        """Let the inspectors of a page that has another name now show that."""
        for (page, key), window in list(self.windows.items()):
            if page == old:
                window.inspector.page = new
                self.windows[new, key] = self.windows.pop((page, key))
        for page, monitor_id in list(self.curves):
            if page == old:
                self.curves[new, monitor_id] = self.curves.pop((page, monitor_id))

    def close_all(self) -> None:
        """Close every inspector, as the document goes."""
        for window in (*self.windows.values(), *self.curves.values()):
            window.close()

    def _forget(self, window: object) -> None:
        self.windows = {key: known for key, known in self.windows.items() if known is not window}
        self.curves = {key: known for key, known in self.curves.items() if known is not window}
