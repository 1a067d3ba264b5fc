"""The pens, brushes and fonts of the canvas, made once per theme."""

from __future__ import annotations

from functools import lru_cache
from math import inf

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen

from app.editor.canvas.items.families import FAMILIES, Family
from app.editor.canvas.items.headers import header_colour
from app.editor.layout.block_geometry import LABEL_SIZE, OUTLINE, TITLE_SIZE, Role, text_width
from app.editor.layout.far_titles import FarTitle, far_title
from app.editor.widgets.fonts import load_fonts
from app.editor.widgets.theme import FONTS, Theme

WIRE_WIDTH = 3.0
_MOST_CUT = 10_000
_SAMPLE = "CropAndResize GradImage image_size box_ind"


def bold_font(size: float) -> QFont:
    """Return the canvas's bold face at a size in page units, as wide as geometry counts with."""
    return page_font(size, QFont.Weight.Bold)


def page_font(size: float, weight: QFont.Weight) -> QFont:
    """Return the canvas's face at a size in page units, no wider than geometry counts with for a bold one."""
    font = QFont()
    font.setFamilies(list(FONTS))
    font.setPixelSize(round(size))
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    wide = QFontMetricsF(font).horizontalAdvance(_SAMPLE) / text_width(_SAMPLE, round(size))
    if wide > 1.02:
        font.setStretch(int(100 / wide))
    return font


class CanvasStyle:
    """What painting needs of a theme. Make it after the QGuiApplication.

    Share one per theme (`style_for`).
    """

    def __init__(self, theme: Theme) -> None:
        """Make every pen and brush."""
        load_fonts()
        self.theme = theme
        self.classic = theme.classic
        heavy = QFont.Weight.Bold if theme.classic else QFont.Weight.DemiBold
        usual = QFont.Weight.Bold if theme.classic else QFont.Weight.Normal
        self.title_font = page_font(TITLE_SIZE if theme.classic else TITLE_SIZE - 1, heavy)
        self.label_font = page_font(LABEL_SIZE, usual)
        self._metrics = QFontMetricsF(self.label_font)
        self._cut: dict[
            tuple[str, int], tuple[str, float]
        ] = {}  # measured texts: each is painted at every frame
        self.session_font = page_font(LABEL_SIZE + 1 if theme.classic else LABEL_SIZE, usual)
        self.small_font = page_font(LABEL_SIZE - 2, usual)
        self.caption_font = self.title_font if theme.classic else page_font(LABEL_SIZE + 1, usual)
        self._caption_metrics = QFontMetricsF(self.caption_font)
        self.overview_fonts = {size: page_font(size, heavy) for size in (16, 20, 24, 28)}
        self.far_fonts = self.overview_fonts | {size: page_font(size, heavy) for size in (34, 42, 54, 68)}
        self._far: dict[tuple[tuple[str, ...], int, float, int], FarTitle] = {}
        self.headers: dict[tuple[str, str], QBrush] = {}  # by category or colour, see `header`
        self.fill = QBrush(QColor(theme.block_fill))
        self.outline = _pen(theme.block_outline, OUTLINE if theme.classic else 1.0)
        self.outline_selected = _pen(theme.selection, OUTLINE if theme.classic else 2.0)
        self.outline_unknown = _pen(theme.block_outline_unknown, 2.0)
        self.outline_unknown.setDashPattern([4.0, 3.0])
        self.outline_unknown_selected = _pen(theme.selection, 2.0)
        self.outline_unknown_selected.setDashPattern([4.0, 3.0])
        self.title = QColor(theme.block_title)
        self.label = QColor(theme.label)
        self.label_dim = QColor(theme.label_dim)
        self.session_label = QColor(theme.session_label)
        self.block_note = QColor(theme.block_note)
        self.typed = QColor(theme.typed)
        self.chip = QBrush(QColor(theme.chip))
        self.card_rim = _pen(theme.block_outline, 1.0)
        self.no_brush = QBrush(Qt.BrushStyle.NoBrush)
        self.wire_width = WIRE_WIDTH if theme.classic else 2.0
        self.wire = _pen(theme.wire, self.wire_width)
        self.wire_font = bold_font(LABEL_SIZE)
        self.wire_font.setBold(False)
        self.wire_text = QColor(theme.wire_text)
        self.type_pens: dict[str, QPen] = {family: _type_pen(theme, family) for family in FAMILIES}
        self.unknown_pen = _pen(theme.wire_unknown, self.wire_width)
        self.own_pens: dict[tuple[str, float], QPen] = {}  # of wires that bring a colour, see `wire_pen`
        self.no_pen = QPen(Qt.PenStyle.NoPen)
        self.pin_fill, self.pin_rim = _pins(theme)
        self.severity = {
            "error": QColor(theme.error),
            "warning": QColor(theme.warning),
            "info": QColor(theme.info),
        }
        self.problem_outline = {name: _halo(colour) for name, colour in self.severity.items()}
        self.status = {
            "waiting": QColor(theme.status_waiting),
            "running": QColor(theme.status_running),
            "done": QColor(theme.status_done),
            "failed": QColor(theme.status_failed),
            "stale": QColor(theme.status_waiting),
        }

    def cut(self, text: str, room: int) -> tuple[str, float]:
        """Return a text in the labels' face, cut to a room in page units, and how wide it is then."""
        found = self._cut.get((text, room))
        if found is None:
            if len(self._cut) > _MOST_CUT:
                self._cut.clear()
            shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            found = self._cut[text, room] = (shown, self._metrics.horizontalAdvance(shown))
        return found

    def cut_label(self, text: str, room: float) -> str:
        """Return a block's label in the captions' face, cut to a room in page units; of a path its last parts."""
        width = self._caption_metrics.horizontalAdvance
        if room == inf or width(text) <= room:
            return text
        parts = text.split("/")
        ends = (f"…/{'/'.join(parts[first:])}" for first in range(1, len(parts)))
        cut_at = Qt.TextElideMode.ElideLeft if len(parts) > 1 else Qt.TextElideMode.ElideRight
        return next(
            (end for end in ends if width(end) <= room), self._caption_metrics.elidedText(text, cut_at, room)
        )

    def far_title(self, title: tuple[str, ...], size: int, room: float, most: int) -> FarTitle:
        """Return a block's title as it is seen from afar: of one of its sizes, at most so many lines of a room."""
        key = title, size, room, most
        found = self._far.get(key)
        if found is None:
            if len(self._far) > _MOST_CUT:
                self._far.clear()
            width = QFontMetricsF(self.far_fonts[size]).horizontalAdvance
            found = self._far[key] = far_title(title, room, most, width)
        return found

    def header(self, category: str, own: str = "") -> QBrush:
        """Return the brush of the strip behind the title of a category's blocks, or of one with its own colour."""
        key = category, own
        if key not in self.headers:
            self.headers[key] = QBrush(QColor(header_colour(category, self.theme.dark, own)))
        return self.headers[key]

    def tint_pen(self, tint: str) -> QPen:
        """Return the pen of a wire's end at a pin: a dtype family, "unknown", ``#rrggbb``, or "" for the theme's."""
        if not tint:
            return self.wire
        if tint == "unknown":
            return self.unknown_pen
        return self.type_pens.get(tint) or self.wire_pen(tint)

    def wire_pen(self, colour: str, width: float = WIRE_WIDTH) -> QPen:
        """Return the pen of a wire that has a colour and width of its own."""
        key = (colour, width)
        if key not in self.own_pens:
            self.own_pens[key] = _pen(colour, width)
        return self.own_pens[key]


@lru_cache(maxsize=8)
def style_for(theme: Theme) -> CanvasStyle:
    """Return the one style of a theme."""
    return CanvasStyle(theme)


def _pen(colour: str, width: float) -> QPen:
    """Return a pen with square corners and flat ends."""
    pen = QPen(QColor(colour), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _type_pen(theme: Theme, family: Family) -> QPen:
    """Return the pen of wires of a dtype family; what carries no numbers is dashed or dotted."""
    pen = _pen(getattr(theme, f"type_{family}"), WIRE_WIDTH if theme.classic else 2.0)
    if family == "handle":
        pen.setDashPattern([3.0, 1.5])
    elif family == "operation":
        pen.setDashPattern([1.0, 1.2])
    return pen


def _halo(colour: QColor) -> QPen:
    """Return the pen of the outline around a block that has a problem."""
    shade = QColor(colour)
    shade.setAlpha(190)
    return QPen(shade, 2.0)


def _pins(theme: Theme) -> tuple[dict[Role, QBrush], dict[Role, QPen]]:
    """Return fill and rim of the pins by role."""
    colours: dict[Role, tuple[str, str]] = {
        "scope": (theme.pin_scope, theme.pin_scope_rim),
        "session_scope": (theme.pin_session_scope, theme.pin_scope_rim),
        "input": (theme.pin_input, theme.pin_input_rim),
        "value": (theme.pin_value, theme.pin_value_rim),
        "output": (theme.pin_output, theme.pin_output_rim),
        "result": (theme.pin_result, theme.pin_result_rim),
        "feed": (theme.pin_feed, theme.pin_scope_rim),
        "fetch": (theme.pin_fetch, theme.pin_scope_rim),
        "run": (theme.pin_run, theme.pin_scope_rim),
        "switch": (theme.pin_feed, theme.pin_scope_rim),
    }
    fills = {role: QBrush(QColor(fill)) for role, (fill, _) in colours.items()}
    rims = {role: _pen(rim, 1.0 if theme.classic else 1.4) for role, (_, rim) in colours.items()}
    return fills, rims
