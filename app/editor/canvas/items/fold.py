"""A frame that is folded to its title: where the wires of what it hides end, and how it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.editor.canvas.items.style import LABEL_SIZE, CanvasStyle
from app.editor.canvas.routing.orthogonal import Box, End
from app.editor.layout.block_geometry import PinSpot, text_width

TITLE = 28.0  # height of a folded frame without wires
_PORT = 12.0  # page units from one wire's end to the next
_EDGES = 12.0  # above the first and below the last
SIGN = 16.0  # width of the sign that folds and opens
_GAP = 10.0  # between a title and what stands behind it
_WIDE = (120.0, 260.0)
_SEVERITIES = ("error", "warning", "info")

Port = tuple[str, str, str]  # block, direction, pin


class Framed(Protocol):
    """The place of a frame."""

    item_id: str
    x_page: float
    y_page: float
    width: float
    height: float

    def update(self) -> None:
        """Paint it again."""


class Hidden(Protocol):
    """What a folded frame shows of a block in it."""

    problem: str
    pin_problems: dict[int, str]


class Fold:
    """What one folded frame hides. The wires that lead out of it end at its edges, one below the other."""

    def __init__(self, frame: Framed) -> None:
        """Hide nothing yet."""
        self.frame = frame
        self.blocks: Sequence[Hidden] = ()
        self.others = 0  # notes and monitors
        self.hidden: frozenset[str] = frozenset()  # the ids of all of these
        self._ports: dict[Port, float] = {}
        self.most = 0  # wires' ends at one edge
        self._led_to: Box | None = None

    def set_ports(self, incoming: Iterable[Port], outgoing: Iterable[Port]) -> bool:
        """Take the pins whose wires end at the left and the right edge, downwards; return whether any is new."""
        before, self._ports = self._ports, {}
        sides = (tuple(incoming), tuple(outgoing))
        self.most = max(map(len, sides))
        height = self.height
        for side in sides:
            first = (height - _PORT * (len(side) - 1)) / 2
            self._ports.update((port, first + _PORT * number) for number, port in enumerate(side))
        return before != self._ports

    @property
    def height(self) -> float:
        """The height of the folded frame."""
        return max(TITLE, float(round((self.most - 1) * _PORT + 2 * _EDGES)))

    def box(self) -> Box:
        """Return the outline on the page, as routing takes it."""
        x, y = self.frame.x_page + 0.5, self.frame.y_page + 0.5
        return Box(x, y, x + self.frame.width, y + self.frame.height)

    def has_moved(self) -> bool:
        """Return whether the frame is not where it was when this was asked last."""
        before, self._led_to = self._led_to, self.box()
        return before != self._led_to

    def end(self, block_id: str, pin: PinSpot) -> End:
        """Return where a wire of a hidden block's pin ends."""
        box = self.box()
        offset = self._ports.get((block_id, pin.direction, pin.name), (box.bottom - box.top) / 2)
        return End(box.left if pin.direction == "in" else box.right, box.top + offset, box)

    def worst(self) -> str:
        """Return the severity of the worst problem of the hidden blocks, "" for none."""
        found = {s for block in self.blocks for s in (block.problem, *block.pin_problems.values())}
        return next((severity for severity in _SEVERITIES if severity in found), "")

    def caption(self) -> str:
        """Return how much is hidden."""
        if self.blocks:
            return f"{len(self.blocks)} block{'s' * (len(self.blocks) != 1)}"
        return f"{self.others} item{'s' * (self.others != 1)}" if self.others else "empty"


def folded_width(text: str, size: int) -> float:
    """Return how wide a frame with that title is when it is folded."""
    needed = text_width(text, size) + SIGN + 2 * _GAP + text_width("1000 blocks", LABEL_SIZE)
    return float(round(min(_WIDE[1], max(_WIDE[0], needed))))


def sign_place() -> QRectF:
    """Return where in a frame's title the sign stands that folds and opens it."""
    return QRectF(4.0, 5.0, SIGN, TITLE - 10.0)


def paint_sign(painter: QPainter, colour: QColor, folded: bool) -> None:
    """Paint the sign: an angle that points down while what the frame holds is shown, to the right while not."""
    pen = QPen(colour, 1.6)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    c = sign_place().center()
    turned = ((-2.0, -4.0), (2.5, 0.0), (-2.0, 4.0)) if folded else ((-4.0, -2.0), (0.0, 2.5), (4.0, -2.0))
    painter.drawPolyline([c + QPointF(x, y) for x, y in turned])


def paint_caption(painter: QPainter, fold: Fold, style: CanvasStyle, place: QRectF) -> float:
    """Paint how much a folded frame hides at the end of its title; return the width that this takes."""
    painter.setFont(style.small_font)
    painter.setPen(style.label_dim)
    painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), fold.caption())
    return float(painter.fontMetrics().horizontalAdvance(fold.caption())) + _GAP


def paint_faults(painter: QPainter, fold: Fold, style: CanvasStyle, body: QRectF) -> None:
    """Let a folded frame glow where something in it is wrong."""
    worst = fold.worst()
    if worst:
        painter.setPen(style.problem_outline[worst])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(body.adjusted(-4.5, -4.5, 4.5, 4.5), 9, 9)
