"""The widths of the shipped face as the document layer knows them, against the face itself."""

import os

import pytest

from app.document.model import text_size as table
from app.document.model.text_size import line_height, line_width, text_size
from blocks.assets import asset

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.mark.parametrize(("face", "widths"), [("Regular", table._REGULAR), ("Bold", table._BOLD)])
def test_the_widths_are_those_of_the_shipped_face(qapp, face, widths):
    from PySide6.QtGui import QRawFont

    font = QRawFont(str(asset("fonts", f"Inter-{face}.otf")), 1000)
    letters = "".join(map(chr, range(32, 127)))
    found = [round(p.x()) for p in font.advancesForGlyphIndexes(font.glyphIndexesForString(letters))]
    assert list(widths) == found, f"_{face.upper()} = {found}"
    assert pytest.approx((font.ascent() + font.descent()) / 1000, abs=1e-4) == table._LINE


def test_a_text_is_as_wide_as_its_widest_line_and_as_high_as_all():
    wide, high = text_size("ab\nabcd", 10)
    assert wide == line_width("abcd", 10)
    assert high == 2 * line_height("ab", 10)
    assert line_width("abcd", 20) > 1.9 * line_width("abcd", 10)
    assert line_width("abcd", 10, bold=True) > line_width("abcd", 10)


def test_letters_of_east_asia_are_wide_and_high():
    assert line_width("학습", 10) >= 20
    assert line_height("학습", 10) > line_height("ab", 10)
