"""Labels of blocks: whole where there is room, else cut before what stands beside them."""

from app.document.editing.edits import MoveItems, SetLabel
from app.editor.canvas.interactions import tool_tips
from app.editor.canvas.page_state.hit_test import hit_at
from tests.support.canvas_driver import CanvasDriver, page_of

LONG = "model/rnn/basic_lstm_cell/Mul_6"
PAGE = {"a": ("Const", (40.0, 60.0)), "b": ("Negate", (200.0, 60.0))}


def _shown(d: CanvasDriver, block: str) -> str:
    item = d.canvas.items.blocks[block]
    return d.canvas.look.style.cut_label(item.label, item.label_rect().width())


def test_a_label_ends_before_the_block_beside_it_and_shows_the_end_of_a_path(drive) -> None:
    d = drive(page_of(PAGE))
    d.document.apply(SetLabel("page 1", "a", LONG))
    a, b = d.canvas.items.blocks["a"], d.canvas.items.blocks["b"]
    assert a.x_page + a.label_rect().right() <= b.x_page
    assert _shown(d, "a") == "…/rnn/basic_lstm_cell/Mul_6"
    d.document.apply(SetLabel("page 1", "a", "the first of very many numbers"))
    assert _shown(d, "a").startswith("the first of")
    assert _shown(d, "a").endswith("…")
    for beside in ((200, 74), (200, 20)):  # its label, or itself, is beside that of the other
        d.document.apply(MoveItems("page 1", {"b": beside}))
        assert a.x_page + a.label_rect().right() <= 200
    d.document.apply(MoveItems("page 1", {"b": (200, 300)}))
    assert _shown(d, "a") == "the first of very many numbers"


def test_the_tip_of_a_block_says_its_label_whole(drive) -> None:
    d = drive(page_of(PAGE))
    d.document.apply(SetLabel("page 1", "a", LONG))
    at = d.canvas.items.blocks["a"].rect().center()
    assert LONG in tool_tips.text_for(d.canvas, hit_at(d.canvas.viewer.scene(), at, 1.0))
