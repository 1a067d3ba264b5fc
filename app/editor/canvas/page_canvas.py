"""The canvas widget of one page: its parts, how it follows the document, and the signals it sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter, QResizeEvent, QShowEvent, QTransform
from PySide6.QtWidgets import QWidget

from app.document.editing.base import Change, Edit, EditRefused
from app.document.editing.document import Document
from app.document.model.diagram import Page
from app.document.resources.companion_files import Companions
from app.editor.canvas.interactions.arranging import Arranger
from app.editor.canvas.interactions.drags import GRID
from app.editor.canvas.interactions.event_dispatch import EventDispatch
from app.editor.canvas.interactions.fading import Fading
from app.editor.canvas.interactions.folding_edits import unfolding_edits
from app.editor.canvas.interactions.keyboard import Keyboard
from app.editor.canvas.interactions.palette_drop import PaletteDrop
from app.editor.canvas.interactions.pin_editor import PinEditor
from app.editor.canvas.interactions.pin_texts import PinTexts
from app.editor.canvas.interactions.placing import BlockPlacer
from app.editor.canvas.interactions.replacing import BlockExchange
from app.editor.canvas.interactions.search_popup import SearchPopup
from app.editor.canvas.interactions.selection_actions import SelectionActions
from app.editor.canvas.interactions.text_editing import TextEditing
from app.editor.canvas.interactions.wire_pull import PullTools
from app.editor.canvas.items.background import paint_background
from app.editor.canvas.items.block_item import BlockItem, Look
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.painting import PINS_FROM
from app.editor.canvas.items.stages import GraphStage
from app.editor.canvas.items.style import style_for
from app.editor.canvas.items.thumbnails import Thumbnails
from app.editor.canvas.items.wire_strokes import WireStrokes
from app.editor.canvas.nodegraph.graph import CanvasGraph
from app.editor.canvas.nodegraph.viewer import CanvasViewer
from app.editor.canvas.overlays.bubble import Bubble
from app.editor.canvas.overlays.empty_hint import EmptyHint
from app.editor.canvas.overlays.legend import Legend
from app.editor.canvas.overlays.minimap import MiniMap
from app.editor.canvas.overlays.overlay import Overlay
from app.editor.canvas.page_feedback import PageFeedback
from app.editor.canvas.page_state.block_marks import BlockMarks
from app.editor.canvas.page_state.selection import Selection
from app.editor.canvas.page_state.wiring_rules import WiringRules
from app.editor.canvas.viewport import Viewport
from app.editor.tensor_views.monitor_content import MonitorFactory
from app.editor.widgets.slices import LARGE
from app.editor.widgets.theme import Theme
from app.messages import error_text
from blocks.catalog import Catalog

_CROWD = 1500  # blocks in view; more are painted in pieces between the events


class PageCanvas(QWidget):
    """A page, drawn and edited. It follows the document's changes; every gesture becomes an edit.

    It owns the parts and joins them; what a part does is asked of the part: ``canvas.viewport.fit()``,
    ``canvas.selection.choose_all()``, ``canvas.placer.place_beside(...)``. To the interactions it is their
    `CanvasContext`.
    """

    selection_changed = Signal()
    block_activated = Signal(str)  # id; double click or F2
    pin_activated = Signal(str, str)  # id, pin; double click on an output or result
    monitor_activated = Signal(str)  # id; double click
    monitor_requested = Signal(str, str, QPointF)  # "block.pin", kind, place: a pin was dragged out
    pin_left_empty = Signal(str, str)  # id, pin; its editor on the page was left with nothing in it
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
        self.snap = True  # dragged items snap to the grid
        self.grid_size = GRID
        self._grid, self._fitted = True, False
        self._make_drawing()
        self._make_interactions()
        self._connect_viewer()
        self._last_zoom = 0.0
        self._unsubscribe = document.subscribe(self._follow)
        self._show_page()

    def _make_drawing(self) -> None:
        """Make what shows the page and what is known of it."""
        self.graph = CanvasGraph(self)
        self.viewer: CanvasViewer = self.graph.viewer()
        self.viewer.setAccessibleName(f"Page {self.page_name}")
        self.viewer.setAccessibleDescription(
            "Arrow keys go from block to block, Ctrl+arrows move, W wires, Tab searches for a block"
        )
        self.look = Look(style_for(self.theme))
        stage = GraphStage(self.graph)
        self.items = PageItems(stage, self.catalog, self.look, self)
        self.strokes = WireStrokes(self.items, stage, self)
        self.overlay = Overlay(self.look.style)
        self.legend = Legend(self, self.look.style)
        self.empty_hint = EmptyHint(self)
        self.minimap = MiniMap(self, self.viewer, self.items, self.theme)
        self.bubble = Bubble(self.viewer.viewport(), self.theme)
        self.viewport = Viewport(self.viewer, self.items, self.overlay)
        self.legend.resized.connect(self.viewport.follow_size)
        self.viewport.covered = lambda: self.legend.height() + 8.0 if self.legend.isVisible() else 0.0
        self.selection = Selection(self.items, self._on_selected, self)
        self.block_marks = BlockMarks(self.items)
        self.items.dress, self.items.late.drawn = self._dress, self._on_drawn
        self.feedback = PageFeedback(self.items, self.catalog, self.block_marks, self.legend)
        self.rules = WiringRules(Page(name=self.page_name), self.catalog)

    def _make_interactions(self) -> None:
        """Make what mouse, keys and menus act through."""
        self.popup = SearchPopup(self, self.catalog, self.theme)
        self.pin_editor = PinEditor(self, self.theme)
        self.fading = Fading(self.look.style)
        self.placer = BlockPlacer(self, self.popup)
        self.exchange = BlockExchange(self, self.popup, self.placer)
        self.selection_actions = SelectionActions(self, self)
        self.arranger = Arranger(self)
        self.texts = TextEditing(self, self.pin_editor)
        self.pin_texts = PinTexts(self, self.pin_editor)
        self.keyboard = Keyboard(self, self.placer, self.selection_actions, self.texts, self.pin_texts)
        self.palette_drop = PaletteDrop(self, self.placer)
        self.events = EventDispatch(
            PullTools(self, self.fading, self.placer),
            self.keyboard,
            self.texts,
            self.pin_texts,
            self.exchange,
        )

    def _connect_viewer(self) -> None:
        """Put the items over the page into the scene, and let the viewer pass on what happens."""
        for item in (self.overlay, self.strokes, self.feedback.wire_texts, self.fading):
            self.viewer.scene().addItem(item)
        self.viewer.handler, self.viewer.drop_handler = self.events, self.palette_drop
        self.viewer.paint_background = self._paint_background
        self.viewer.frame_hook = self._on_frame
        self.viewer.is_crowded = self._is_crowded
        self.viewer.is_busy = self._is_busy
        self.viewer.is_large = lambda: len(self.items.page.blocks) + self.items.late.gone > LARGE
        self.items.routes.on_settled = self._on_settled
        self.viewer.live_items = (self.fading, self.overlay)
        self.viewer.widget_at = self._widget_at
        self.viewer.takes_double_click = lambda at: self.items.takes_double_click(self.viewer.to_page(at))
        self.viewer.view_changed.connect(self._on_view_changed)
        self.setFocusProxy(self.viewer)

    def dispose(self, then: Callable[[], None] = lambda: None) -> None:
        """Stop following the document and let go of all items; ``then`` is called when they are gone.

        The items of a large page go between the events.
        """
        self._unsubscribe()
        self.events.cancel()
        self.viewer.handler = self.viewer.drop_handler = None
        self.viewer.tiles.follow(False)
        self.viewer.tiles.forget()
        self.look.thumbnails.close()
        self.feedback.forget()
        self.strokes.forget()
        self.selection.forget()
        self.selection_actions.forget()
        self.items.forget(then)

    # the page ---------------------------------------------------------------------------------------

    @property
    def read_only(self) -> bool:
        """Return whether no gesture may change the page."""
        return self.document.read_only

    @property
    def page(self) -> Page | None:
        """The page in the document, or None once it was removed."""
        return self.document.project.page(self.page_name)

    def _show_page(self) -> None:
        """Show the page with all items made anew."""
        page = self.page or Page(name=self.page_name)
        self.rules.page = page
        later = len(page.blocks) > LARGE and not any(note.view.collapsed for note in page.notes.values())
        self.items.build(page, later)  # what a folded frame hides is found when all of it is there
        self.block_marks.renew()
        self.feedback.block_results.renew()
        self.feedback.follow_wires()
        self.selection.prune()
        self.minimap.page_changed()
        self._show_hint(page)

    def _show_hint(self, page: Page) -> None:
        """Say on an empty page how one begins."""
        self.empty_hint.show_for(not (page.blocks or page.notes or page.monitors or self.read_only))

    def _follow(self, changes: list[Change]) -> None:
        """Follow the document."""
        for change in changes:
            if change.kind == "page-renamed" and change.old == self.page_name:
                self.page_name = change.page
        page = self.page
        if page is None:
            return
        here = [c for c in changes if c.page == self.page_name]
        is_shown_otherwise = any(c.kind == "page-changed" and c.old == "view" for c in here)
        if any(c.kind == "reset" for c in changes) or page is not self.rules.page or is_shown_otherwise:
            self.events.cancel()
            self._show_page()
        elif here:
            if any(c.kind.endswith(("removed", "renamed")) for c in here):
                self.events.cancel()
            redrawn = self.items.follow(page, here)
            self.block_marks.renew(
                {i for c in here if c.kind in ("block-added", "block-renamed") for i in c.ids}
            )
            self.feedback.block_results.follow(here)
            self._follow_texts(here, redrawn)
            if any(not c.kind.endswith("-moved") for c in here):
                self.selection.prune()
                self._mark_selected_wires()
            self.keyboard.follow()
            self.minimap.page_changed()
            self._show_hint(page)

    def _follow_texts(self, changes: list[Change], redrawn: bool) -> None:
        """Let the texts along wires follow: all of them, where more has changed than blocks and wires."""
        is_near = all(c.kind.startswith(("block-", "wire-")) for c in changes) and not self.items.late.is_busy
        if is_near:
            names = {i for c in changes if c.kind.startswith("block-") for i in (*c.ids, c.id)}
            renamed = {c.old for c in changes if c.kind == "block-renamed"}
            self.feedback.follow_edit({str(name) for name in names | renamed}, redrawn)
        elif redrawn:
            self.feedback.follow_wires()
        elif self.items.late.is_busy or any(c.kind.startswith("note-") for c in changes):
            self.feedback.wire_texts.forget()

    def _on_settled(self) -> None:
        """Show the wires that have been led between the events."""
        self.feedback.wire_texts.follow(())
        self.viewer.viewport().update()

    def _dress(self, item: BlockItem) -> None:
        """Put on a block that is drawn late what is known of it."""
        item.selected_look = item.block_id in self.selection.blocks
        self.block_marks.renew((item.block_id,))
        self.feedback.block_results.renew((item.block_id,))

    def _on_drawn(self) -> Iterator[None]:
        """See to the whole page when the last of a large change is drawn; yield between what takes a moment each."""
        self.feedback.follow_wires()
        yield
        self.selection.prune()
        yield
        self._mark_selected_wires()
        self.keyboard.follow()
        self.minimap.page_changed()

    def unfold_around(self, item_id: str) -> None:
        """Open the folded frames that hide a block, note or monitor, one within the other, as one edit."""
        edits = unfolding_edits(self.items, self.page_name, item_id)
        if edits and not self.read_only:
            self.apply(edits, "Open the frame")

    def renew_blocks(self, ids: Sequence[str]) -> None:
        """Draw blocks anew whose symbols have other pins than before."""
        self._follow([Change("block-changed", self.page_name, ids[0], tuple(ids))])
        self.events.cancel()
        self.block_marks.renew(set(ids))
        self.feedback.follow_wires()

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
            self.status_text.emit(error_text(refused))
            return False
        return True

    def set_monitor_factory(self, factory: MonitorFactory | None) -> None:
        """Take what makes the content of monitors."""
        self.items.set_monitor_factory(factory)
        self.selection.prune()

    def _on_selected(self) -> None:
        self._mark_selected_wires()
        self.keyboard.follow_selection()
        self.selection_changed.emit()

    def _mark_selected_wires(self) -> None:
        marks, wires = self.overlay.marks, self.items.wires
        found = (wires.get(key) for key in self.selection.wires)
        marks.selected_wires = [wire for wire in found if wire is not None]
        shown = set(wires.values()) if marks.hovered_wire or marks.target_wire else set()
        marks.hovered_wire = marks.hovered_wire if marks.hovered_wire in shown else None
        marks.target_wire = marks.target_wire if marks.target_wire in shown else None
        self.overlay.refresh()

    # how it looks -----------------------------------------------------------------------------------

    def say(self, text: str, wrong: bool = False) -> None:
        """Show a short text at the cursor; "" takes it away."""
        self.bubble.say(text, self.events.last.toPoint(), wrong)

    def set_grid(self, on: bool) -> None:
        """Show the grid."""
        self._grid = on
        self._repaint_all()

    def set_grid_size(self, size: float) -> None:
        """Snap to a grid of so many page units; every fifth of its lines is drawn."""
        self.grid_size = size
        self._repaint_all()

    def set_show_texts(self, on: bool) -> None:
        """Show the texts typed into pins in their rows, unless the page leaves them out."""
        if on != self.look.show_texts:
            self.look.show_texts = on
            self._show_page()

    def set_companions(self, companions: Companions) -> None:
        """Show the pictures that typed texts name, of the files that the project may name."""
        self.look.thumbnails.close()
        self.look.thumbnails = Thumbnails(companions, parent=self)
        self.look.thumbnails.changed.connect(self._repaint_all)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.theme = theme
        style = style_for(theme)
        self.look.set_style(style)
        self.overlay.style = self.fading.style = style
        self.items.set_style(style)
        self.feedback.wire_texts.renew_style()
        self.legend.set_style(style)
        for part in (self.popup, self.pin_editor, self.bubble, self.minimap):
            part.set_theme(theme)
        self._repaint_all()

    def _repaint_all(self) -> None:
        self.viewer.resetCachedContent()
        self.viewer.tiles.forget()
        self.viewer.viewport().update()

    def _paint_background(self, painter: QPainter, rect: QRectF) -> None:
        paint_background(painter, rect, self.theme, self._grid, self.grid_size)

    def _on_frame(self, transform: QTransform | None, area: QRectF) -> None:
        """Let the blocks share their pictures, and the wires their ways, during one paint of an area."""
        ratio, look = self.viewer.viewport().devicePixelRatioF(), self.look
        if transform is None:
            look.frame = None
            self.strokes.release()
        else:
            look.frame = look.sprites.frame(transform, ratio)
            self.strokes.prepare(area, transform.m11() * ratio)

    def _is_crowded(self) -> bool:
        """Return whether more blocks are in view than one paint has time for."""
        items = self.items
        if (
            items.late.is_busy or items.late.gone or not items.routes.knows_boxes
        ):  # nobody knows where they are
            return len(items.page.blocks) + items.late.gone > _CROWD
        return len(items.blocks) > _CROWD and items.routes.count_in(self.viewer.visible_rect()) > _CROWD

    def _is_busy(self) -> bool:
        """Return whether very much changes at each turn of the event loop."""
        late = self.items.late
        return late.is_busy or late.gone > 0 or not self.items.routes.is_settled

    def _on_view_changed(self) -> None:
        self._lead_in_view()
        if self.viewer.zoom() != self._last_zoom:
            self._last_zoom = self.viewer.zoom()
            self.zoom_changed.emit(self._last_zoom)

    def _lead_in_view(self) -> None:
        """Let the wires in view be led first where many wait."""
        routes = self.items.routes
        if not routes.is_settled and self.viewer.zoom() >= PINS_FROM:
            area = self.viewer.visible_rect()
            shown = self.viewer.scene().items(area, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
            blocks = [item.block_id for item in shown if isinstance(item, BlockItem)]
            routes.prefer(wire for block in blocks for wire in self.items.wires_at.get(block, ()))

    def _widget_at(self, place: QPointF) -> bool:
        """Return whether a viewport point lies on a monitor's content or on a note's editor."""
        return self.items.widget_at(self.viewer.to_page(place))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the widget with the view; a page that was fitted stays so, legend and mini-map stay in their corners."""
        self.viewer.setGeometry(self.rect())
        self.viewport.follow_size()
        self.legend.place()
        self.empty_hint.place()
        self.minimap.place()

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the page when it is shown for the first time."""
        super().showEvent(event)
        if not self._fitted:
            self._fitted = True
            self.viewer.setGeometry(self.rect())
            self.viewport.fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Leave nothing open on a page that is not shown."""
        self.items.boxes.commit_notes()
        self.events.cancel()
        self.popup.hide()
        self.pin_editor.hide()
        super().hideEvent(event)
