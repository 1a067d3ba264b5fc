"""Where a block's title, pins and labels stand, computed from its symbol alone. No Qt: units are page units.

The measures are those of the original's symbols: a rounded rectangle with its origin at the top left corner,
inputs in one column at the left, outputs on the right edge, result pins on the bottom edge. Everything is
rounded to whole units, so that outlines, pins and right-angled wires stay sharp at 100 % and 200 %.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Literal, NamedTuple

from app.editor.layout.far_titles import humps
from blocks.symbol import Direction, Pin, Symbol

Role = Literal[
    "scope", "session_scope", "input", "value", "output", "result", "feed", "fetch", "run", "switch"
]
Side = Literal["left", "right", "bottom"]

RADIUS = 10.0  # of the corners
OUTLINE = 3.0  # width of the stroke, centred on the edge
PIN_RADIUS = 5.0
PIN_X = 12.0  # of the input column
LABEL_X = 25.0  # where the labels of inputs start
LABEL_DROP = 4  # from a pin's centre to its label's baseline
FIRST_ROW = {1: 26.6, 2: 40.7, 3: 55.6}  # y of the first pin, by the number of title lines
TITLE_LINE = 14.5  # further lines push the first row down by this much
ROW = 17.2
BELOW_ROWS = 19.6
MIN_WIDTH = 100
MIN_HEIGHT = 48
TITLE_X = 8.0
ICON_ROOM = 18.0  # before the title of a block that has an icon
TITLE_BASELINE = 16.0
TITLE_SIZE = 13.0
BELOW_TITLE = 5.0  # from the last line's baseline to the end of the strip behind the title
LABEL_SIZE = 10.0
RESULT_PITCH = 26.0
OUTPUT_PITCH = 26.0  # the most that outputs are spread
CHIP_EDGES = 9.0  # of a chip, beside its text
CHIP_SIGN = 13.0  # of a chip that has a tick or a picture before its text
LEAST_CHIP = 22.0  # that a text has however long its pin's label is
MAX_CHIP = 104.0  # that a block grows for; a longer text is cut
WIDTH_STEP = 20
MAX_LABEL = 30  # characters of a drawn label before it is shortened
_BEGIN = 10  # of them, before what is left out of a pin's name

SESSION_SIZE = (185, 100)
SESSION_ROWS = {"scope": 27.0, "inputs": 45.0, "fetch_outputs": 64.0, "run_outputs": 84.0}
SESSION_SWITCHES = {"INFINITE_LOOP": "Infinite Loop", "SHOW_DEBUG": "Debug"}  # short enough for their rows
SESSION_RIGHT = {"status": 27.0, "INFINITE_LOOP": 43.0, "SHOW_DEBUG": 59.0}

# Advance widths of a bold Arial-compatible face in 1/1000 of the font size, for ASCII 32 to 126.
_ADVANCE = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
)  # fmt: skip


_MOST_TITLE = 100  # letters of an unknown symbol's name that a block shows; the catalog's longest has 72


def text_width(text: str, size: float) -> float:
    """Return the width of a bold text in page units; characters beyond ASCII count as wide ones."""
    total = sum(_ADVANCE[ord(c) - 32] if 32 <= ord(c) < 127 else 722 for c in text)
    return total * size / 1000.0


def shortened(text: str, most: int = MAX_LABEL) -> str:
    """Return the text, cut to ``most`` characters with an ellipsis where it is longer."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _pin_label(text: str) -> str:
    """Return what is drawn of a pin's name: of a long one its begin and more of its end, by which pins differ."""
    return text if len(text) <= MAX_LABEL else f"{text[:_BEGIN]}…{text[_BEGIN + 1 - MAX_LABEL :]}"


class Form(NamedTuple):
    """What a block's shape depends on beside its symbol."""

    width: int = 0  # page units, at least
    folded: tuple[str, ...] = ()  # inputs that have no row
    collapsed: bool = False  # to the title, at whose edges the wires end
    color: str = ""  # of its own, ``#rrggbb``
    icon: str = ""  # the name of a picture before the title


PLAIN = Form()


@dataclass(frozen=True, slots=True)
class PinSpot:
    """One drawn pin: its centre relative to the block's top left corner, and how its label stands."""

    name: str
    direction: Direction
    role: Role
    side: Side
    x: float
    y: float
    label: str = ""
    wireable: bool = True
    many: bool = False
    row: int = 0  # counted from the top on its side
    known: bool = True  # False: a wire or text names it, but the symbol has no such pin

    @property
    def centre(self) -> tuple[float, float]:
        """The centre, relative to the block."""
        return (self.x, self.y)


@dataclass(frozen=True, slots=True)
class BlockShape:
    """The whole drawing plan of a block. One shape serves all blocks of a symbol, so it is never changed."""

    width: float
    height: float
    title: tuple[str, ...]
    pins: tuple[PinSpot, ...]
    style: str = "block"  # "block", "session", "unknown"
    category: str = ""  # of the symbol, "" for an unknown one
    collapsed: bool = False
    color: str = ""  # of its own; "" for that of the category
    icon: str = ""  # the name of a picture before the title
    _by_name: dict[tuple[str, str], PinSpot] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the pins by direction and name."""
        self._by_name.update({(p.direction, p.name): p for p in self.pins})

    def pin(self, direction: str, name: str) -> PinSpot | None:
        """Return the drawn pin of that direction and exact name, or None."""
        return self._by_name.get((direction, name))

    def pin_at(self, x: float, y: float, reach: float = 9.0) -> PinSpot | None:
        """Return the pin nearest to a point within ``reach`` units, or None."""
        best, best_distance = None, reach
        for pin in self.pins:
            distance = math.hypot(pin.x - x, pin.y - y)
            if distance <= best_distance:
                best, best_distance = pin, distance
        return best

    @property
    def header(self) -> float:
        """The height of the strip behind the title: it ends above the first pin."""
        if self.collapsed:
            return self.height
        return TITLE_BASELINE + TITLE_LINE * (len(self.title) - 1) + BELOW_TITLE

    def row_at(self, x: float, y: float) -> PinSpot | None:
        """Return the pin whose row (circle and label) holds a point: a generous target for a wire's end."""
        for pin in self.pins:
            if pin.side == "bottom" or abs(pin.y - y) > ROW / 2:
                continue
            label = LABEL_X - PIN_X + text_width(pin.label, LABEL_SIZE)
            reach = (pin.x - PIN_X, pin.x + label) if pin.side == "left" else (pin.x - label, pin.x + PIN_X)
            if reach[0] <= x <= reach[1]:
                return pin
        return self.pin_at(x, y)

    def label_end(self, pin: PinSpot) -> float:
        """Return where the label of a left pin ends, with what parts it from a text behind it."""
        return pin.x + LABEL_X - PIN_X + text_width(pin.label, LABEL_SIZE) + 4.0

    def chip_room(self, pin: PinSpot) -> tuple[float, float]:
        """Return from where to where the row of a left pin shows what is typed: behind its label, which may be cut."""
        right = self._row_end(pin)
        return min(self.label_end(pin), right - LEAST_CHIP), right

    def _row_end(self, pin: PinSpot) -> float:
        right = self.width - 6.0
        for other in self.right:
            if abs(other.y - pin.y) < ROW - 2.0:
                label = LABEL_X - PIN_X + text_width(other.label, LABEL_SIZE) if other.label else 0.0
                right = min(right, self.width - PIN_RADIUS - label - 2.0)
        return right

    def width_for(self, pin: PinSpot, text: str) -> int:
        """Return the width that the block needs to show a typed text in a pin's row, in steps of the grid."""
        chip = min(text_width(text, LABEL_SIZE) + CHIP_SIGN + CHIP_EDGES, MAX_CHIP)
        beside = self.label_end(pin) + self.width - self._row_end(pin)
        return math.ceil((beside + chip) / WIDTH_STEP) * WIDTH_STEP

    @property
    def left(self) -> tuple[PinSpot, ...]:
        """The pins on the left edge, from top to bottom."""
        return tuple(p for p in self.pins if p.side == "left")

    @property
    def right(self) -> tuple[PinSpot, ...]:
        """The pins on the right edge, from top to bottom."""
        return tuple(p for p in self.pins if p.side == "right")

    @property
    def bottom(self) -> tuple[PinSpot, ...]:
        """The result pins, from left to right."""
        return tuple(p for p in self.pins if p.side == "bottom")


# Symbols hold dicts and cannot be hashed; keeping the symbol beside its shape keeps its id from being reused.
_shapes: dict[tuple[int, tuple[str, ...], tuple[str, ...], Form], tuple[Symbol, BlockShape]] = {}


def shape_of(
    symbol: Symbol,
    extra_inputs: tuple[str, ...] = (),
    extra_outputs: tuple[str, ...] = (),
    form: Form = PLAIN,
) -> BlockShape:
    """Return the shape of a symbol; pins that only wires or texts name are added below the known ones."""
    key = (id(symbol), extra_inputs, extra_outputs, form)
    found = _shapes.get(key)
    if found is None:
        shape = _shape(symbol, extra_inputs, extra_outputs, form)
        found = _shapes[key] = (symbol, _dressed(shape, form))
    return found[1]


def _dressed(shape: BlockShape, form: Form) -> BlockShape:
    """Return a shape with what a form changes of its look alone."""
    if not (form.color or form.icon):
        return shape
    return replace(shape, color=form.color, icon=form.icon)


def _least(title: Iterable[str], form: Form) -> int:
    """Return the least width that a form asks for: an icon stands before the title."""
    if not form.icon:
        return form.width
    longest = max((text_width(line, TITLE_SIZE) for line in title), default=0.0)
    return max(form.width, 2 * math.ceil((longest + 2 * TITLE_X + ICON_ROOM) / 2))


def _shape(
    symbol: Symbol, extra_inputs: tuple[str, ...], extra_outputs: tuple[str, ...], form: Form
) -> BlockShape:
    if symbol.style == "session" and not form.collapsed:
        return _session_shape(symbol, extra_inputs, extra_outputs, form.folded)
    title = symbol.title or (symbol.name,)
    ins = [
        _draft(p, _role_in(p))
        for p in symbol.pins
        if p.direction == "in" and not p.hidden and p.name not in form.folded
    ]
    outs = [_draft(p, "output") for p in symbol.pins if p.direction == "out" and not p.hidden]
    results = [_draft(p, "result") for p in symbol.pins if p.direction == "result" and not p.hidden]
    ins += [_unknown(n, "in") for n in extra_inputs]
    outs += [_unknown(n, "out") for n in extra_outputs]
    style = "unknown" if symbol.style == "unknown" else "block"
    if form.collapsed:
        return _title_shape(tuple(title), ins, outs, style, symbol.category, _least(title, form))
    return _column_shape(tuple(title), ins, outs, results, style, symbol.category, _least(title, form))


@cache  # never dropped: canvases remember shapes by identity
def placeholder_shape(
    name: str, inputs: tuple[str, ...], outputs: tuple[str, ...], form: Form = PLAIN
) -> BlockShape:
    """Return the shape of a block of an unknown symbol, with the pins that the page names."""
    lines = wrap_title(shortened(name, _MOST_TITLE))
    ins = [_unknown(n, "in") for n in inputs]
    outs = [_unknown(n, "out") for n in outputs]
    if form.collapsed:
        shape = _title_shape(lines, ins, outs, "unknown", least=_least(lines, form))
    else:
        shape = _column_shape(lines, ins, outs, [], "unknown", least=_least(lines, form))
    return _dressed(shape, form)


def wrap_title(name: str, most: int = 15) -> tuple[str, ...]:
    """Break a CamelCase name on its humps into up to three lines of about ``most`` characters."""
    lines: list[str] = []
    for word in humps(name):
        if lines and (len(lines) == 3 or len(lines[-1]) + len(word) <= most):
            lines[-1] += word
        else:
            lines.append(word)
    return tuple(lines) or (name,)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A pin before its place is known."""

    name: str
    direction: Direction
    role: Role
    label: str
    wireable: bool
    many: bool
    known: bool = True


def _draft(pin: Pin, role: Role) -> _Draft:
    label = pin.label if pin.label is not None else ("Scope" if pin.kind == "scope" else pin.name)
    return _Draft(
        pin.name, pin.direction, role, _pin_label(label), pin.wire and pin.kind != "scope", pin.many
    )


def _unknown(name: str, direction: Direction) -> _Draft:
    role: Role = "input" if direction == "in" else "output"
    return _Draft(name, direction, role, _pin_label(name), True, True, known=False)


def _role_in(pin: Pin) -> Role:
    """Return an input's look: black scope, yellow for what is wired and for types, grey for values."""
    if pin.kind == "scope":
        return "scope"
    if pin.wire and pin.kind != "attrs":
        return "input"
    if pin.kind == "list(type)" or (pin.kind == "type" and pin.name not in ("dtype", "type", "out_type")):
        return "input"
    return "value"


def _first_row(lines: int) -> float:
    """Return the y of the first pin row under a title of so many lines."""
    return FIRST_ROW.get(lines, FIRST_ROW[3] + (lines - 3) * TITLE_LINE)


def _column_shape(
    title: tuple[str, ...],
    ins: Sequence[_Draft],
    outs: Sequence[_Draft],
    results: Sequence[_Draft],
    style: str,
    category: str = "",
    least: int = 0,
) -> BlockShape:
    """Place inputs in the left column, outputs on the right edge and results on the bottom edge."""
    top = _first_row(len(title))
    rows = max(len(ins), 1, _rows_for(len(outs)))
    height = max(MIN_HEIGHT, round(top + (rows - 1) * ROW + BELOW_ROWS))
    outs = [_without_label(o) for o in outs] if len(outs) == 1 else outs
    ys = [round(height / 2)] if len(outs) == 1 else _spread_outputs(len(outs), top, height)
    pins = [_placed(d, "left", PIN_X, round(top + i * ROW), i) for i, d in enumerate(ins)]
    width = max(least, _width(title, pins, list(zip(outs, ys, strict=True)), len(results)))
    pins += [_placed(d, "right", width, y, i) for i, (d, y) in enumerate(zip(outs, ys, strict=True))]
    xs = _spread_results(len(results), width)
    pins += [
        _placed(_without_label(d), "bottom", x, height, i)
        for i, (d, x) in enumerate(zip(results, xs, strict=True))
    ]
    return BlockShape(width, height, title, tuple(pins), style, category)


def _title_shape(
    title: tuple[str, ...], ins: Sequence[_Draft], outs: Sequence[_Draft], style: str, category: str = "",
    least: int = 0,
) -> BlockShape:  # fmt: skip
    """Leave the title only; all wires end in the middle of its edges, where a pin can be held if it is alone."""
    need = max(text_width(line, TITLE_SIZE) for line in title) + 2 * TITLE_X
    width = max(MIN_WIDTH, least, 2 * math.ceil(need / 2))
    height = round(TITLE_BASELINE + TITLE_LINE * (len(title) - 1) + 10)
    pins: list[PinSpot] = []
    sides: tuple[tuple[Side, float, Sequence[_Draft]], ...] = (("left", 0.0, ins), ("right", width, outs))
    for side, x, drafts in sides:
        alone = sum(draft.wireable for draft in drafts) == 1
        for draft in drafts:
            bare = replace(draft, label="", wireable=draft.wireable and alone)
            pins.append(_placed(bare, side, x, round(height / 2), 0))
    return BlockShape(width, height, title, tuple(pins), style, category, collapsed=True)


def _rows_for(outputs: int) -> int:
    """Return how many rows of inputs make enough height for so many outputs."""
    return outputs if outputs > 1 else 1


def _width(
    title: Iterable[str], ins: Sequence[PinSpot], outs: Sequence[tuple[_Draft, float]], results: int
) -> float:
    """Return the width: the usual one, or what title, labels and result pins need.

    An output's label stands beside the labels of those inputs only whose height it shares.
    """
    title_need = max((text_width(line, TITLE_SIZE) for line in title), default=0.0) + 2 * TITLE_X
    lefts = [(pin.y, LABEL_X + text_width(pin.label, LABEL_SIZE)) for pin in ins]
    label_need = max((need for _, need in lefts), default=0.0)
    for draft, y in outs:
        if draft.label:
            beside = max((need for at, need in lefts if abs(at - y) < LABEL_SIZE), default=PIN_X)
            label_need = max(label_need, beside + 14.0 + text_width(draft.label, LABEL_SIZE))
    result_need = 2 * PIN_X + max(0, results - 1) * 2.6 * PIN_RADIUS
    return max(MIN_WIDTH, 2 * math.ceil(max(title_need, label_need + 12.0, result_need) / 2))


def _spread_outputs(count: int, top: float, height: float) -> list[float]:
    """Return the y of several outputs, spread over the rows and centred on them."""
    if not count:
        return []
    last = height - BELOW_ROWS
    pitch = min(OUTPUT_PITCH, max(ROW, (last - top) / (count - 1)))
    start = max(top, (top + last) / 2 - pitch * (count - 1) / 2)
    return [round(start + i * pitch) for i in range(count)]


def _spread_results(count: int, width: float) -> list[float]:
    """Return the x of the result pins, centred on the bottom edge."""
    pitch = min(RESULT_PITCH, (width - 2 * PIN_X) / max(1, count - 1))
    return [round(width / 2 + (i - (count - 1) / 2) * pitch) for i in range(count)]


def _without_label(draft: _Draft) -> _Draft:
    return replace(draft, label="")


def _placed(draft: _Draft, side: Side, x: float, y: float, row: int) -> PinSpot:
    return PinSpot(
        name=draft.name, direction=draft.direction, role=draft.role, side=side, x=x, y=y, label=draft.label,
        wireable=draft.wireable, many=draft.many, row=row, known=draft.known,
    )  # fmt: skip


_SESSION_ROLES: dict[str, Role] = {
    "scope": "session_scope", "inputs": "feed", "fetch_outputs": "fetch", "run_outputs": "run",
}  # fmt: skip


def _session_shape(
    symbol: Symbol, extra_inputs: tuple[str, ...], extra_outputs: tuple[str, ...], folded: tuple[str, ...]
) -> BlockShape:
    """Return ClientSession's own look: named rows left, status right, further pins below."""
    width, height = SESSION_SIZE
    risen = SESSION_ROWS["inputs"] - SESSION_ROWS["scope"] if "scope" in folded else 0.0
    rows = {name: y - risen for name, y in SESSION_ROWS.items()}
    pins: list[PinSpot] = []
    shown = [p for p in symbol.pins if not p.hidden and p.name not in folded]
    drafts = [_draft(p, _SESSION_ROLES.get(p.name, "value")) for p in shown]
    drafts += [_unknown(n, "in") for n in extra_inputs] + [_unknown(n, "out") for n in extra_outputs]
    left_y, right_y = rows["run_outputs"], SESSION_RIGHT["SHOW_DEBUG"]
    for draft in drafts:
        if draft.direction == "out" or draft.name in SESSION_RIGHT:
            y = SESSION_RIGHT.get(draft.name)
            if y is None:
                y = right_y = right_y + ROW
            role: Role = "output" if draft.direction == "out" else "switch"
            label = SESSION_SWITCHES.get(draft.name, draft.label)
            moved = _Draft(draft.name, draft.direction, role, label, draft.wireable, draft.many, draft.known)
            pins.append(_placed(moved, "right", width, round(y), sum(p.side == "right" for p in pins)))
        elif draft.direction == "in":
            y = rows.get(draft.name)
            if y is None:
                y = left_y = left_y + ROW
            pins.append(_placed(draft, "left", PIN_X, round(y), sum(p.side == "left" for p in pins)))
    lowest = max((p.y for p in pins), default=0.0)
    return BlockShape(
        width,
        max(round(height - risen), round(lowest + 16)),
        symbol.title or (symbol.name,),
        tuple(pins),
        "session",
    )
