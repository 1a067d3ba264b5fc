"""How wide and high a text is in the face that ships with the program, without Qt: for notes of other formats."""

from __future__ import annotations

import math
import unicodedata

# Widths of the characters 32 to 126 of Inter in thousandths of the font size; a test compares them with the face.
_REGULAR = (
    281, 278, 403, 631, 638, 812, 639, 222, 362, 362, 500, 659, 280, 460, 276, 357, 625, 464, 605, 636,
    642, 608, 624, 571, 616, 624, 276, 280, 659, 659, 659, 507, 936, 676, 651, 727, 719, 598, 587, 743,
    740, 264, 543, 652, 562, 889, 753, 761, 635, 761, 639, 638, 642, 741, 676, 949, 642, 665, 625, 362,
    357, 362, 469, 452, 497, 564, 621, 558, 621, 582, 361, 609, 591, 237, 237, 544, 237, 869, 585, 597,
    609, 609, 372, 523, 364, 581, 557, 812, 540, 557, 541, 362, 327, 362, 659,
)  # fmt: skip
_BOLD = (
    232, 325, 392, 650, 655, 859, 674, 209, 409, 409, 565, 680, 303, 469, 298, 390, 688, 489, 630, 659,
    678, 645, 660, 595, 661, 660, 298, 303, 680, 680, 680, 562, 1031, 748, 661, 752, 727, 613, 585, 761,
    746, 281, 570, 690, 567, 915, 735, 782, 648, 783, 656, 655, 668, 729, 748, 1036, 714, 724, 667, 409,
    390, 409, 488, 477, 497, 580, 635, 587, 635, 598, 386, 633, 624, 272, 272, 582, 272, 912, 622, 614,
    632, 632, 409, 562, 388, 622, 586, 850, 574, 586, 572, 409, 374, 409, 680,
)  # fmt: skip
NOTE_MARGIN = 4.0, 2.0  # page units between the edges of a note and its text
_LINE = 1.2103  # height of a line of Inter, in font sizes
_WIDE, _WIDE_LINE = 1.05, 1.5  # of characters of East Asia, which other faces draw
_OTHER = 0.8  # width of further characters, which Inter may have or not
_SLACK = 2.0  # page units by which a painter rounds up


def text_size(text: str, size: float, bold: bool = False) -> tuple[float, float]:
    """Return width and height of a text in page units, line by line, with nothing around it."""
    lines = text.split("\n")
    width = max(line_width(line, size, bold) for line in lines)
    return width, sum(line_height(line, size) for line in lines)


def line_width(line: str, size: float, bold: bool = False) -> float:
    """Return the width of a line; the painter breaks none that has so much room."""
    table = _BOLD if bold else _REGULAR
    ems = sum(table[ord(c) - 32] / 1000 if 32 <= ord(c) < 127 else _other(c) for c in line)
    return ems * size + _SLACK


def line_height(line: str, size: float) -> float:
    """Return the height that a line takes."""
    return math.ceil(size * (_WIDE_LINE if any(_is_wide(c) for c in line) else _LINE))


def _other(character: str) -> float:
    return _WIDE if _is_wide(character) else _OTHER


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
