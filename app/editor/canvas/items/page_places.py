"""Where the blocks, notes and monitors of a page lie: their rectangles, and the one around all of them."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from math import inf

from PySide6.QtCore import QRectF

from app.document.model.diagram import Block, Page
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.late_changes import LateChanges
from app.editor.canvas.items.page_boxes import PageBoxes
from app.editor.canvas.items.routes import Routes
from app.editor.canvas.routing.obstacle_avoiding import Obstacles
from app.editor.canvas.routing.orthogonal import Box
from app.editor.layout.annotations import Rect
from app.editor.layout.block_geometry import BlockShape

_BESIDE = 24.0  # page units that are left free beside a block that grows
_WITHIN = 12.0  # and between it and the edge of its frame


class PagePlaces:
    """Measures what is drawn, and what is not drawn yet as the page has it."""

    def __init__(
        self,
        page: Callable[[], Page],
        blocks: Mapping[str, BlockItem],
        boxes: PageBoxes,
        late: LateChanges,
        plan: Callable[[Block], BlockShape],
        routes: Routes,
    ) -> None:
        """Measure these items; ``plan`` gives the shape of a block that is not among them."""
        self._page, self._blocks, self._boxes, self._late, self._plan = page, blocks, boxes, late, plan
        self._routes = routes
        self._late_shapes: dict[str, BlockShape] = {}  # of blocks that are not drawn yet
        self._late_extent: QRectF | None = None  # around all blocks, while some are not drawn

    def forget(self) -> None:
        """Measure anew: the page has changed."""
        self._late_shapes.clear()
        self._late_extent = None

    def forget_extent(self) -> None:
        """Measure the whole anew: something was drawn."""
        self._late_extent = None

    def extent(self) -> QRectF:
        """Return the rectangle around everything on the page; empty for an empty page."""
        rect = QRectF(self._extent_of_blocks())
        for shown in (self._boxes.notes, self._boxes.monitors):
            for item in shown.values():
                if item.isVisible():
                    rect = rect.united(item.rect())
        return rect

    def _extent_of_blocks(self) -> QRectF:
        """Return the rectangle around the blocks where the page has them, drawn or not, with the results they show."""
        if self._late_extent is None or not self._late.is_busy:
            self._late_extent = self._extent_now()
        return self._late_extent

    def _extent_now(self) -> QRectF:
        page, is_busy = self._page().blocks, self._late.is_busy
        left, top, right, bottom = inf, inf, -inf, -inf
        for block_id, item in self._blocks.items():
            if item.fold is not None or block_id not in page:
                continue
            x, y, shape = item.x_page, item.y_page, item.shape_plan
            if is_busy:
                x, y = map(round, page[block_id].at)
            below = y + shape.height if item.result is None else y + shape.height + item.result.height
            left, right = (x if x < left else left), max(right, x + shape.width)
            top, bottom = (y if y < top else top), (below if below > bottom else bottom)
        for block_id, block in page.items() if is_busy else ():
            if block_id not in self._blocks:
                (x, y), shape = map(round, block.at), self._shape_now(block)
                left, right = min(left, x), max(right, x + shape.width)
                top, bottom = min(top, y), max(bottom, y + shape.height)
        if left > right:
            return QRectF()
        return QRectF(left + 0.5, top + 0.5, right - left, bottom - top)

    def rects(self, ids: Container[str]) -> dict[str, Rect]:
        """Return the rectangles of the blocks, notes and monitors among ``ids``, on whole page units."""
        found = self._rects_to_come(ids) if self._late.is_busy else self._rects_drawn(ids)
        return found | self.rects_of_boxes(ids)

    def rects_of_boxes(self, ids: Container[str]) -> dict[str, Rect]:
        """Return the rectangles of the notes and monitors among ``ids``, on whole page units."""
        found: dict[str, Rect] = {}
        for shown in (self._boxes.notes, self._boxes.monitors):
            for item_id, item in shown.items():
                if item_id in ids:
                    rect = item.full_rect()
                    found[item_id] = (rect.x() - 0.5, rect.y() - 0.5, rect.width(), rect.height())
        return found

    def _rects_drawn(self, ids: Container[str]) -> dict[str, Rect]:
        return {
            i: (block.x_page, block.y_page, block.shape_plan.width, block.shape_plan.height)
            for i, block in self._blocks.items()
            if i in ids
        }

    def _rects_to_come(self, ids: Container[str]) -> dict[str, Rect]:
        """Return the rectangles that blocks will have when all is drawn: to draw all first would take far longer."""
        self._late.prepare()
        found: dict[str, Rect] = {}
        for block_id, block in self._page().blocks.items():
            if block_id in ids:
                shape = self._plan(block)
                found[block_id] = (
                    float(round(block.at[0])), float(round(block.at[1])), shape.width, shape.height
                )  # fmt: skip
        return found

    def rects_around(self, place: QRectF, reach: float) -> list[Rect]:
        """Return the rectangles of the blocks within reach of a place, on whole page units."""
        left, top, right, bottom = place.adjusted(-reach, -reach, reach, reach).getCoords()
        if self._late.is_busy:
            blocks = [b for b in self._page().blocks.values() if b.at[0] < right and b.at[1] < bottom]
            shapes = [self._shape_now(block) for block in blocks]
            places = zip(blocks, shapes, strict=True)
            found = [(float(round(b.at[0])), float(round(b.at[1])), s.width, s.height) for b, s in places]
        else:
            there, drawn = self._routes.blocks_in(Box(left, top, right, bottom)), self._blocks
            near = [drawn[i] for i in there if i in drawn] if there is not None else [*drawn.values()]
            found = [(b.x_page, b.y_page, b.shape_plan.width, b.shape_plan.height) for b in near]
        return [
            r for r in found if r[0] < right and r[0] + r[2] > left and r[1] < bottom and r[1] + r[3] > top
        ]

    def _shape_now(self, block: Block) -> BlockShape:
        """Return the shape of a block of the page, drawn or not."""
        item = self._blocks.get(block.id)
        shape = item.shape_plan if item is not None else self._late_shapes.get(block.id)
        if shape is None:
            shape = self._late_shapes[block.id] = self._plan(block)
        return shape

    def touches_right(self, obstacles: Obstacles, block: str, width: float) -> bool:
        """Return whether something stands in, or close to, the part of a block beyond a width, as its frame's edge."""
        box = self._blocks[block].box()
        left, right = box.left + width + 0.5, box.right + _BESIDE
        heights = (box.top + 4.0, (box.top + box.bottom) / 2, box.bottom - 4.0)
        frames = [item.rect() for item in self._boxes.notes.values() if item.is_frame]
        if any(f.contains(box.left, heights[1]) and f.right() < box.right + _WITHIN for f in frames):
            return True
        return any(obstacles.crossed([(left, y), (right, y)], (block,)) for y in heights)
