"""Texts and signs of the canvas stand out from their ground, as WCAG 2.2 AA asks: texts 4.5 to 1, signs 3 to 1."""

from __future__ import annotations

import pytest
from msgspec.structs import fields

from app.editor.canvas.items.headers import DARK as DARK_HEADERS
from app.editor.canvas.items.headers import LIGHT as LIGHT_HEADERS
from app.editor.canvas.items.headers import header_colour
from app.editor.canvas.items.note_colours import COLOURS, ground
from app.editor.widgets.theme import DARK, LIGHT, Theme

TEXTS = [  # text, ground
    ("label", "block_fill"), ("label_dim", "block_fill"), ("session_label", "block_fill"), ("typed", "canvas"),
    ("block_note", "canvas"), ("wire_text", "canvas"), ("note_text", "canvas"), ("frame_title", "canvas"),
    ("monitor_text", "monitor_fill"), ("monitor_text", "monitor_title_fill"), ("bubble_text", "bubble"),
    ("text", "window"), ("text", "panel"), ("text", "base"), ("text", "raised"), ("text_dim", "window"),
    ("text_dim", "panel"), ("text_dim", "base"), ("link", "panel"), ("link", "base"), ("error", "panel"),
    ("typed", "chip"),
]  # fmt: skip
SIGNS = [
    ("pin_input_rim", "block_fill"), ("pin_value_rim", "block_fill"), ("pin_scope_rim", "block_fill"),
    ("pin_output_rim", "block_fill"), ("pin_result_rim", "canvas"), ("wire", "canvas"), ("wire_hover", "canvas"),
    ("wire_selected", "canvas"), ("wire_refused", "canvas"), ("wire_accepted", "canvas"), ("selection", "canvas"),
    ("focus", "canvas"), ("error", "canvas"), ("warning", "canvas"), ("status_done", "canvas"),
    ("status_failed", "canvas"), ("status_running", "canvas"), ("status_waiting", "canvas"),
    ("frame_outline", "canvas"),
]  # fmt: skip


def _channels(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))


def _luminance(rgb: tuple[float, ...]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _on_frame(theme: Theme) -> tuple[float, ...]:
    """Return the canvas under a frame's translucent fill."""
    alpha, over = int(theme.frame_fill[1:3], 16) / 255, _channels("#" + theme.frame_fill[3:])
    return tuple(alpha * f + (1 - alpha) * g for f, g in zip(over, _channels(theme.canvas), strict=True))


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
class TestContrast:
    def test_texts_are_read_on_their_ground(self, theme: Theme) -> None:
        weak = {
            (text, ground): round(value, 2)
            for text, ground in TEXTS
            if (value := _contrast(_channels(getattr(theme, text)), _channels(getattr(theme, ground)))) < 4.5
        }
        assert weak == {}

    def test_titles_are_read_on_every_header(self, theme: Theme) -> None:
        headers = DARK_HEADERS if theme.dark else LIGHT_HEADERS
        title = _channels(theme.block_title)
        weak = {
            work: round(v, 2) for work, c in headers.items() if (v := _contrast(title, _channels(c))) < 4.5
        }
        assert weak == {}

    @pytest.mark.parametrize("own", [*COLOURS.values(), "#ffffff", "#000000", "#ffff00"])
    def test_titles_are_read_on_every_colour_that_a_block_is_given(self, theme: Theme, own: str) -> None:
        strip = _channels(header_colour("math", theme.dark, own))
        assert _contrast(_channels(theme.block_title), strip) >= 4.5

    def test_signs_stand_out(self, theme: Theme) -> None:
        weak = {
            (sign, ground): round(value, 2)
            for sign, ground in SIGNS
            if (value := _contrast(_channels(getattr(theme, sign)), _channels(getattr(theme, ground)))) < 3
        }
        assert weak == {}

    def test_wires_of_every_dtype_stand_out_on_page_and_frames(self, theme: Theme) -> None:
        names = ["wire", "wire_unknown", *(f.name for f in fields(theme) if f.name.startswith("type_"))]
        grounds = {"page": _channels(theme.canvas), "frame": _on_frame(theme)}
        weak = {
            (name, where): round(value, 2)
            for name in names
            for where, ground in grounds.items()
            if (value := _contrast(_channels(getattr(theme, name)), ground)) < 3
        }
        assert weak == {}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("colour", COLOURS.values(), ids=COLOURS.keys())
def test_titles_and_notes_are_read_on_every_colour_that_is_offered(theme: Theme, colour: str) -> None:
    over = ground(colour)
    alpha = int(over[1:3], 16) / 255
    under = zip(_channels("#" + over[3:]), _channels(theme.canvas), strict=True)
    seen = tuple(alpha * f + (1 - alpha) * g for f, g in under)
    assert _contrast(_channels(theme.frame_title), seen) >= 4.5
    assert _contrast(_channels(theme.note_text), seen) >= 4.5
    assert _contrast(_channels(theme.wire), seen) >= 3
