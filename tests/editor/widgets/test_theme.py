"""Both themes: every colour is one, texts can be read, and the whole program takes them."""

from __future__ import annotations

import pytest
from msgspec.structs import fields
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel

from app.editor.widgets.theme import DARK, LIGHT, THEMES, Theme, apply_theme, theme_named
from tests.support.contrast import contrast


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_every_colour_is_valid(theme: Theme) -> None:
    for field in fields(theme):
        value = getattr(theme, field.name)
        if isinstance(value, str) and field.name != "name":
            assert QColor(value).isValid(), f"{field.name} = {value!r}"


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("block_title", "block_fill", 4.5),
        ("label", "block_fill", 7.0),
        ("label_dim", "block_fill", 3.0),  # the original's grey of the Scope label
        ("session_label", "block_fill", 4.5),
        ("block_note", "canvas", 4.5),
        ("note_text", "canvas", 4.5),
        ("typed", "canvas", 3.0),
        ("monitor_text", "monitor_fill", 7.0),
        ("bubble_text", "bubble", 7.0),
        ("text", "window", 7.0),
        ("text", "panel", 7.0),
        ("text", "base", 7.0),
        ("text", "raised", 4.5),
        ("text_dim", "panel", 4.5),
        ("accent_text", "accent", 3.5),
        ("link", "panel", 4.5),
    ],
)
def test_texts_can_be_read(theme: Theme, text: str, ground: str, least: float) -> None:
    ratio = contrast(getattr(theme, text), getattr(theme, ground))
    assert ratio >= least, f"{theme.name}: {text} on {ground} has {ratio:.1f}"


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize(
    ("mark", "ground"), [("block_outline", "canvas"), ("wire_selected", "canvas"), ("error", "canvas"),
                         ("warning", "canvas"), ("focus", "canvas"), ("pin_output_rim", "canvas")]
)  # fmt: skip
def test_marks_can_be_seen(theme: Theme, mark: str, ground: str) -> None:
    assert contrast(getattr(theme, mark), getattr(theme, ground)) >= 2.0


def test_the_dark_theme_is_the_default_and_the_classic_one_has_the_originals_colours() -> None:
    assert theme_named("no such theme") is THEMES["dark"] is DARK
    classic = THEMES["classic"]
    assert (classic.canvas, classic.block_outline, classic.block_title, classic.wire) == (
        "#2a2a2a", "#ffbf28", "#00aeee", "#8c4002",
    )  # fmt: skip


def test_the_whole_program_takes_a_theme(qapp: QApplication) -> None:
    before = (qapp.palette(), qapp.styleSheet())
    try:
        for theme in (LIGHT, DARK):
            apply_theme(qapp, theme)
            label = QLabel("text")
            assert label.palette().windowText().color().name() == theme.text
            assert theme.accent in qapp.styleSheet()
    finally:
        qapp.setPalette(before[0])
        qapp.setStyleSheet(before[1])
