"""The canvas widget of one page: what the window calls, and the signals it listens to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.document.editing.base import Change, Edit, EditRefused
from app.document.editing.document import Document
from app.document.model.diagram import Monitor, Page, PinRef, Wire
from app.editor.canvas.interactions.event_dispatch import Gestures
from app.editor.canvas.interactions.fading import Fading
from app.editor.canvas.interactions.page_actions import Actions
from app.editor.canvas.interactions.pin_editor import PinEditor
from app.editor.canvas.interactions.search_popup import SearchPopup
from app.editor.canvas.items.background import paint_background
from app.editor.canvas.items.block_item import Look
from app.editor.canvas.items.bubble import Bubble
from app.editor.canvas.items.overlay import Overlay
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.stages import GraphStage
from app.editor.canvas.items.style import style_for
from app.editor.canvas.items.wire_item import WireItem, lane_of
from app.editor.canvas.items.wire_texts import WireTexts
from app.editor.canvas.nodegraph.adapter import CanvasGraph, CanvasViewer
from app.editor.canvas.overlays.legend import Legend
from app.editor.canvas.overlays.minimap import MiniMap
from app.editor.canvas.page_feedback import Telling
from app.editor.canvas.page_state.dtype_tints import Tinting
from app.editor.canvas.page_state.problem_marks import Marking
from app.editor.canvas.page_state.selection import Selection
from app.editor.canvas.page_state.wiring_rules import Rules
from app.editor.canvas.routing.obstacle_avoiding import avoiding_route
from app.editor.canvas.routing.orthogonal import Point
from app.editor.widgets.theme import Theme
from blocks.catalog import Catalog

_MAP_MARGIN = 10  # pixels


class PageCanvas(Telling):
    """A page, drawn and edited. It follows the document's changes; every gesture becomes an edit."""

    selection_changed = Signal()
    block_activated = Signal(str)  # id; double click or F2
    pin_activated = Signal(str, str)  # id, pin; double click on an output or result
    monitor_wanted = Signal(str, str, QPointF)  # "block.pin", kind, place: a pin was dragged out
    status_text = Signal(str)
    context_menu_requested = Signal(QPoint, str, str)  # global place; page, block, wire, note or monitor; id
    zoom_changed = Signal(float)

    def __init__(
        self,
        document: Document,
        page_name: str,
        catalog: Catalog,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        """Show a page of a document."""
        super().__init__(parent)
        self.document, self.page_name, self.catalog = document, page_name, catalog
        self.theme = theme
        self.snap = True
        self.pressed_pin = ""  # the pin, of any direction, whose context menu was asked for last
        self.menu_pin: PinRef | None = None  # the output whose context menu was asked for last
        self.types, self.wanted, self.results, self.failed_inputs = {}, {}, {}, {}
        self._grid, self._minimap_wanted, self._fitted = True, True, False
        self.graph = CanvasGraph(self)
        self.viewer: CanvasViewer = self.graph.viewer()
        self.viewer.setAccessibleName(f"Page {page_name}")
        self.viewer.setAccessibleDescription(
            "Arrow keys go from block to block, Ctrl+arrows move, W wires, Tab searches for a block"
        )
        self.look = Look(style_for(theme))
        self.items = PageItems(GraphStage(self.graph), catalog, self.look)
        self.overlay = Overlay(self.look.style)
        self.viewer.scene().addItem(self.overlay)
        self.wire_texts = WireTexts(self.items)
        self.fading = Fading(self.look.style)
        for item in (self.wire_texts, self.fading):
            self.viewer.scene().addItem(item)
        self.selection = Selection(self.items, self._on_selected)
        self.marking = Marking(self.items)
        self.tinting = Tinting(self.items, catalog)
        self.rules = Rules(Page(name=page_name), catalog)
        self.gestures = Gestures(self)
        self.actions_ = Actions(self)
        self.popup = SearchPopup(self, catalog, theme)
        self.pin_editor = PinEditor(self, theme)
        self.bubble = Bubble(self.viewer.viewport(), theme)
        self.legend = Legend(self, self.look.style)
        self.minimap = MiniMap(self, self.viewer, self.items, self.extent, theme)
        self.viewer.handler = self.gestures
        self.viewer.paint_background = self._paint_background
        self.viewer.frame_hook = self._on_frame
        self.viewer.widget_at = self._widget_at
        self.viewer.view_changed.connect(self._on_view_changed)
        self.setFocusProxy(self.viewer)
        self._zoom_told = 0.0
        self._unsubscribe = document.subscribe(self._follow)
        self._show_page()

    def dispose(self) -> None:
        """Stop following the document and let go of all items."""
        self._unsubscribe()
        self.gestures.cancel()
        self.viewer.handler = None
        self.items.clear()

    # the page ---------------------------------------------------------------------------------------

    @property
    def read_only(self) -> bool:
        """Whether no gesture may change the page."""
        return self.document.read_only

    @property
    def page(self) -> Page | None:
        """The page in the document, or None once it was removed."""
        return self.document.project.page(self.page_name)

    def _show_page(self) -> None:
        """Show the page from scratch."""
        page = self.page or Page(name=self.page_name)
        self.rules.page = page
        self.items.build(page)
        self.marking.renew()
        self.wire_texts.forget()
        self.renew_tints()
        self.selection.prune()
        self.minimap.page_changed()

    def _follow(self, changes: list[Change]) -> None:
        """Follow the document."""
        for change in changes:
            if change.kind == "page-renamed" and change.old == self.page_name:
                self.page_name = change.page
        page = self.page
        if page is None:
            return
        here = [c for c in changes if c.page == self.page_name]
        if any(c.kind == "reset" for c in changes) or page is not self.rules.page:
            self.gestures.cancel()
            self._show_page()
        elif here:
            if any(c.kind.endswith(("removed", "renamed")) for c in here):
                self.gestures.cancel()
            redrawn = self.items.follow(page, here)
            self.marking.renew({i for c in here if c.kind in ("block-added", "block-renamed") for i in c.ids})
            if redrawn:
                self.wire_texts.forget()
                self.renew_tints()
            self.selection.prune()
            self._mark_selected_wires()
            self.gestures.keyboard.follow()
            self.minimap.page_changed()

    def apply(self, edits: Sequence[Edit], name: str = "") -> bool:
        """Apply edits as one entry of the history; a refusal becomes a status text.

        Returns whether they were done.
        """
        if not edits:
            return False
        try:
            if len(edits) == 1:
                self.document.apply(edits[0])
            else:
                with self.document.group(name or edits[0].name):
                    for edit in edits:
                        self.document.apply(edit)
        except EditRefused as refused:
            self.status_text.emit(str(refused))
            return False
        return True

    @property
    def monitor_factory(self) -> Callable[[Monitor], QWidget | None] | None:
        """Makes the content of monitors."""
        return self.items.monitor_factory

    @monitor_factory.setter
    def monitor_factory(self, factory: Callable[[Monitor], QWidget | None] | None) -> None:
        self.items.set_monitor_factory(factory)
        self.selection.prune()

    # selection --------------------------------------------------------------------------------------

    def selected_blocks(self) -> list[str]:
        """Return the ids of the selected blocks, in page order."""
        return [b for b in self.items.page.blocks if b in self.selection.blocks]

    def selected_wires(self) -> list[Wire]:
        """Return the selected wires, in page order."""
        return self.selection.model_wires()

    def selected_notes(self) -> list[str]:
        """Return the ids of the selected notes."""
        return [n for n in self.items.page.notes if n in self.selection.notes]

    def selected_monitors(self) -> list[str]:
        """Return the ids of the selected monitors."""
        return [m for m in self.items.page.monitors if m in self.selection.monitors]

    def select(self, ids: Iterable[str]) -> None:
        """Select exactly the blocks, notes and monitors of these ids."""
        self.selection.choose_ids(ids)

    def select_all(self) -> None:
        """Select everything on the page."""
        items = self.items
        self.selection.choose(items.blocks, items.wires, items.notes, items.monitors)

    def select_same_kind(self) -> None:
        """Select all blocks of the selected blocks' symbols."""
        page = self.items.page
        kinds = {page.blocks[b].symbol for b in self.selected_blocks()}
        self.selection.choose(b.id for b in page.blocks.values() if b.symbol in kinds)

    def clear_selection(self) -> None:
        """Select nothing."""
        self.selection.choose()

    def _on_selected(self) -> None:
        self._mark_selected_wires()
        self.selection_changed.emit()

    def _mark_selected_wires(self) -> None:
        marks, wires = self.overlay.marks, self.items.wires
        marks.selected_wires = [wires[key] for key in self.selection.wires if key in wires]
        shown = set(wires.values()) if marks.hovered_wire or marks.target_wire else set()
        marks.hovered_wire = marks.hovered_wire if marks.hovered_wire in shown else None
        marks.target_wire = marks.target_wire if marks.target_wire in shown else None
        self.overlay.refresh()

    def find(self, text: str) -> list[str]:  # type: ignore[override]  # Qt's own is of no use here
        """Return the blocks whose id, symbol, label or a pin's text contains the text, in any case."""
        return self.actions_.find(text)

    # the view: see viewing.py -----------------------------------------------------------------------

    def route_between(self, source: PinRef, target: PinRef) -> list[Point]:
        """Return the corners that a new wire between two pins would have."""
        out, into = (
            self.items.spot(source.block, "out", source.pin),
            self.items.spot(target.block, "in", target.pin),
        )
        if out is None or into is None:
            return []
        return avoiding_route(
            self.items.blocks[source.block].end(out),
            self.items.blocks[target.block].end(into),
            self.items.routes.obstacles,
            (source.block, target.block),
            lane=lane_of(source),
        )

    def say(self, text: str, wrong: bool = False) -> None:
        """Show a short text at the cursor; "" takes it away."""
        self.bubble.say(text, self.gestures.last.toPoint(), wrong)

    def set_snap(self, on: bool) -> None:
        """Let dragged items snap to the grid."""
        self.snap = on

    def set_grid(self, on: bool) -> None:
        """Show the grid."""
        self._grid = on
        self.viewer.resetCachedContent()
        self.viewer.viewport().update()

    def set_minimap(self, on: bool) -> None:
        """Show the mini-map."""
        self._minimap_wanted = on
        self.minimap.setVisible(on)
        self.minimap.page_changed()

    def set_show_texts(self, on: bool) -> None:
        """Show the texts typed into pins beside them."""
        if on != self.look.show_texts:
            self.look.show_texts = on
            self._show_page()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.theme = theme
        style = style_for(theme)
        self.look.set_style(style)
        self.overlay.style = self.fading.style = style
        self.items.set_style(style)
        self.wire_texts.renew_style()
        self.legend.set_style(style)
        self.popup.set_theme(theme)
        self.pin_editor.set_theme(theme)
        self.bubble.set_theme(theme)
        self.minimap.set_theme(theme)
        self.viewer.resetCachedContent()
        self.viewer.viewport().update()

    def _paint_background(self, painter: QPainter, rect: QRectF) -> None:
        paint_background(painter, rect, self.theme, self._grid)

    def _on_frame(self, begins: bool) -> None:
        """Let the blocks share their pictures during one paint."""
        viewer, look = self.viewer, self.look
        ratio = viewer.viewport().devicePixelRatioF()
        look.frame = look.sprites.frame(viewer.viewportTransform(), ratio) if begins else None

    def _on_view_changed(self) -> None:
        if self.viewer.zoom() != self._zoom_told:
            self._zoom_told = self.viewer.zoom()
            self.zoom_changed.emit(self._zoom_told)

    def _widget_at(self, place: QPointF) -> bool:
        """Return whether a viewport point lies on a monitor's content or on a note's editor."""
        return self.actions_.widget_at(self.viewer.to_page(place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the widget with the view; the mini-map stays in its corner."""
        self.viewer.setGeometry(self.rect())
        corner = self.rect().bottomRight() - QPoint(
            self.minimap.width() + _MAP_MARGIN, self.minimap.height() + _MAP_MARGIN
        )
        self.place_legend()
        self.minimap.move(corner)
        self.minimap.raise_()
        self.minimap.setVisible(self._minimap_wanted and self.width() > 500 and self.height() > 350)

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the page when it is shown for the first time."""
        super().showEvent(event)
        if not self._fitted:
            self._fitted = True
            self.viewer.setGeometry(self.rect())
            self.fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave nothing open on a page that is not shown."""
        self.commit()
        self.gestures.cancel()
        self.popup.hide()
        self.pin_editor.hide()
        super().hideEvent(event)

    # editing: see actions.py ---------------------------------------------------------------------------

    def add_symbol(self, name: str, pos: QPointF | None = None) -> str:
        """Place a block with its centre at a page point (None: the middle of the view).

        Returns its id, or "".
        """
        return self.actions_.add_symbol(name, pos)

    def place_symbol(self, name: str, pos: QPointF, wire: WireItem | None = None) -> str:
        """Place and select a block; into a wire, if one is given and the block fits."""
        return self.actions_.place_symbol(name, pos, wire)

    def open_search(self, pos: QPoint | None = None) -> None:
        """Search a block to place, at a place of this widget (None: the middle)."""
        self.actions_.open_search(pos)

    def search_for_wire(self, held: PinRef, wanted: str, point: QPointF) -> None:
        """Search a block for a wire that was let go on empty page: only those with a fitting pin."""
        self.actions_.search_for_wire(held, wanted, point)

    def delete_selected(self) -> None:
        """Delete the selection; neighbours of deleted blocks stay wired where it is plain how."""
        self.actions_.delete_selected()

    def copy(self) -> None:
        """Copy the selection to the clipboard."""
        self.actions_.copy()

    def cut(self) -> None:
        """Copy the selection to the clipboard and delete it."""
        self.actions_.cut()

    def paste(self) -> None:
        """Paste at the cursor, or in the middle of the view."""
        self.actions_.paste()

    def duplicate(self) -> None:
        """Copy the selection beside itself."""
        self.actions_.duplicate()

    def align(self, how: str) -> None:
        """Align the selected items: left, center, right, top, middle or bottom."""
        self.actions_.align(how)

    def distribute(self, axis: str) -> None:
        """Make equal gaps between the selected items: horizontal or vertical."""
        self.actions_.distribute(axis)

    def auto_layout(self, selected_only: bool = False) -> None:
        """Lay out all blocks, or the selected ones, in layers."""
        self.actions_.auto_layout(selected_only)

    def hide_wires(self) -> None:
        """Hide the selected wires, or show them where all of them are hidden."""
        self.actions_.hide_wires()

    def add_note(self, kind: str) -> str:
        """Add a note (text, frame, shape): a frame around the selected blocks; returns its id, or ""."""
        return self.actions_.add_note(kind)

    def commit(self) -> None:
        """Keep the text of a note that is being edited."""
        self.items.commit()

    def edit_note(self, note: str) -> None:
        """Open a note's editor in place."""
        self.actions_.edit_note(note)

    def edit_pin(self, block: str, pin: str) -> bool:
        """Open the editor of an unwired input's text beside the pin; returns whether the pin has one."""
        return self.actions_.edit_pin(block, pin)

    def start_keyboard_wire(self) -> None:
        """Wire from the selected block by keyboard."""
        self.viewer.setFocus(Qt.FocusReason.OtherFocusReason)
        self.gestures.keyboard.start_wire()
