"""Blocks have the measures of the original's symbols."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app.editor.layout.block_geometry import (
    BlockShape,
    placeholder_shape,
    shape_of,
    text_width,
    wrap_title,
)
from blocks.catalog import load


def shape(symbol: str) -> BlockShape:
    found = load().get(symbol)
    assert found is not None
    return shape_of(found)


@pytest.mark.parametrize(
    ("symbol", "lines", "first"), [("Add", 1, 26.6), ("CropAndResizeGradImage", 2, 40.7)]
)
def test_the_first_pin_stands_below_the_title(symbol: str, lines: int, first: float) -> None:
    plan = shape(symbol)
    assert len(plan.title) == lines
    assert plan.left[0].y == pytest.approx(first, abs=0.5)


def test_rows_keep_the_pitch_of_the_original_on_whole_units() -> None:
    ys = [p.y for p in shape("CropAndResizeGradImage").left]
    assert ys == [round(40.7 + 17.2 * i) for i in range(7)]
    assert shape("CropAndResizeGradImage").height == pytest.approx(ys[-1] + 19.6, abs=1)


def test_the_pins_of_the_founding_symbol_stand_in_its_order_with_its_looks() -> None:
    plan = shape("CropAndResizeGradImage")
    assert [(p.label, p.role) for p in plan.left] == [
        ("Scope", "scope"), ("grads", "input"), ("boxes", "input"), ("box_ind", "input"),
        ("image_size", "input"), ("T", "input"), ("attrs", "value"),
    ]  # fmt: skip
    assert [p.wireable for p in plan.left] == [False, True, True, True, True, False, False]


def test_a_single_output_stands_at_half_height_on_the_right_edge_without_label() -> None:
    plan = shape("MatMul")
    (output,) = plan.right
    assert (output.x, output.y, output.label) == (plan.width, round(plan.height / 2), "")


def test_several_outputs_are_labelled_and_clear_of_the_inputs_labels() -> None:
    plan = shape("FusedBatchNorm")
    assert [p.label for p in plan.right] == [
        "y",
        "batch_mean",
        "batch_variance",
        "reserve_space_1",
        "reserve_space_2",
    ]
    ys = [p.y for p in plan.right]
    assert min(b - a for a, b in zip(ys, ys[1:])) >= 17  # noqa: B905, RUF007
    for left in plan.left:
        for right in plan.right:
            if abs(left.y - right.y) < 10:
                assert 25 + text_width(left.label, 10) < plan.width - 11 - text_width(right.label, 10)


def test_long_names_of_pins_that_differ_at_their_ends_are_drawn_otherwise() -> None:
    found = load().get("MatMul")
    assert found is not None
    names = ("model_rnn_basic_lstm_cell_Add_1_out", "model_rnn_basic_lstm_cell_BiasAdd_1_out")
    plan = shape_of(found, extra_outputs=names)
    labels = [pin.label for pin in plan.pins if pin.name in names]
    assert len(set(labels)) == 2
    assert all(label.startswith("model_rnn_…") and label.endswith("Add_1_out") for label in labels)


def test_result_pins_stand_on_the_bottom_edge_centred() -> None:
    plan = shape("FusedBatchNorm")
    xs = [p.x for p in plan.bottom]
    assert {p.y for p in plan.bottom} == {plan.height}
    assert sum(xs) / len(xs) == pytest.approx(plan.width / 2, abs=1)
    assert xs == sorted(xs)


def test_the_session_has_its_own_look() -> None:
    plan = shape("ClientSession")
    assert (plan.width, plan.height, plan.style) == (185, 100, "session")
    assert {p.name: round(p.y) for p in plan.left} == {
        "scope": 27, "inputs": 45, "fetch_outputs": 64, "run_outputs": 84,
    }  # fmt: skip
    assert {p.name: p.role for p in plan.left} == {
        "scope": "session_scope", "inputs": "feed", "fetch_outputs": "fetch", "run_outputs": "run",
    }  # fmt: skip
    assert plan.pin("in", "device") is None  # hidden
    usual = shape("MatMul")  # the first row stands as far below the title's strip as on any other block
    assert abs((plan.left[0].y - plan.header) - (usual.left[0].y - usual.header)) <= 1


def test_every_symbol_of_the_catalog_has_a_plan_that_holds_its_labels() -> None:
    catalog = load()
    for name in catalog.names():
        symbol = catalog.get(name)
        assert symbol is not None
        plan = shape_of(symbol)
        shown = [p for p in symbol.pins if not p.hidden]
        assert {(p.name, p.direction) for p in plan.pins} == {(p.name, p.direction) for p in shown}
        assert plan.width >= 100
        assert plan.height >= 48
        assert len({p.centre for p in plan.pins}) == len(plan.pins), f"{name}: two pins at one place"
        for line in plan.title:
            assert 8 + text_width(line, 13) <= plan.width, f"{name}: the title is wider than the block"
        for pin in plan.pins:
            assert 0 <= pin.x <= plan.width
            assert 0 <= pin.y <= plan.height


def test_a_point_finds_the_nearest_pin_and_a_label_its_row() -> None:
    plan = shape("CropAndResizeGradImage")
    boxes = plan.pin("in", "boxes")
    assert boxes is not None
    assert plan.pin_at(boxes.x + 3, boxes.y - 2) is boxes
    assert plan.pin_at(60, boxes.y) is None
    assert plan.row_at(40, boxes.y + 3) is boxes


def test_an_unknown_symbol_shows_the_pins_that_the_page_names() -> None:
    plan = placeholder_shape("SomeFutureOperation", ("a", "b"), ("out",))
    assert plan.style == "unknown"
    assert [p.name for p in plan.left] == ["a", "b"]
    assert [p.name for p in plan.right] == ["out"]
    assert not any(p.known for p in plan.pins)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Add", ("Add",)),
        ("CropAndResizeGradImage", ("CropAndResize", "GradImage")),
        ("x", ("x",)),
        ("", ("",)),
    ],
)
def test_titles_break_on_their_humps(name: str, lines: tuple[str, ...]) -> None:
    assert wrap_title(name) == lines


def test_names_wider_than_three_lines_still_keep_three_lines() -> None:
    assert len(wrap_title("VeryLongOperation" * 8)) == 3


@pytest.mark.facts
def test_most_blocks_are_about_as_large_as_the_originals() -> None:
    folder = os.environ.get("TENSORBLOCKS_FACTS")
    if not folder:
        pytest.skip("the facts about the original are not here")
    catalog = load()
    near = total = 0
    for fact in json.loads((Path(folder) / "symbols.json").read_text()):
        symbol = catalog.get(fact["symbol"])
        if fact["symbol_type"] != "node" or symbol is None:
            continue
        plan = shape_of(symbol)
        width, height = fact["size"]
        total += 1
        near += abs(plan.width - width) <= 30 and abs(plan.height - height) <= 40
    assert total > 480
    assert near / total > 0.85
