"""Types written along the wires: where they stand, over nothing else, and what moves them."""

from __future__ import annotations

import itertools
import random

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QApplication

from app.document.editing.edits import (
    AddNote,
    AddWire,
    MoveItems,
    RemoveItems,
    RemoveWires,
    ReplaceWire,
    SetPageView,
    SetPin,
)
from app.document.model.diagram import Note, PinRef, Wire
from app.document.model.view import PageView
from app.editor.canvas.items import page_items, wire_text_ground
from app.editor.canvas.items.wire_text_ground import WireTextGround
from app.editor.canvas.render import scene_image
from app.editor.widgets.theme import CLASSIC
from app.engine.values.results import TensorValue
from blocks.tensor_spec import TensorSpec
from tests.support.canvas_driver import page_of
from tests.support.typed_wires import BLOCKS, FLOATS, INTS, TYPES, WIRES, words_on_wires

EVERYWHERE = QRectF(-1000, -1000, 4000, 4000)


def test_dtype_and_shape_stand_on_each_wire_beside_every_block(drive) -> None:
    d = drive(page_of(BLOCKS, WIRES))
    d.canvas.feedback.set_types(TYPES)
    d.canvas.feedback.set_types_on_wires(True)
    assert words_on_wires(d) == {"sum.x": "float32 [3, 3]", "session.fetch_outputs": "float32 [3, 3]"}
    blocks = [item.rect() for item in d.canvas.items.blocks.values()]
    for _, rect, _ in d.canvas.feedback.wire_texts.shown(QRectF(-1000, -1000, 4000, 4000)):
        assert not any(rect.intersects(block) for block in blocks)


def test_a_picture_of_the_page_shows_them_as_the_window_does(drive) -> None:
    d = drive(page_of(BLOCKS, WIRES))
    d.canvas.feedback.set_types(TYPES)
    scene = d.canvas.viewer.scene()
    area = QRectF(0, 0, 900, 500)
    plain = scene_image(scene, area, "#000000")
    d.canvas.feedback.set_types_on_wires(True)
    (rect, *_) = [rect for _, rect, _ in d.canvas.feedback.wire_texts.shown(area)]
    scale = 2  # pixels per page unit
    place = QRectF((rect.topLeft() - area.topLeft()) * scale, rect.size() * scale).toRect()
    assert scene_image(scene, area, "#000000").copy(place) != plain.copy(place)


def test_texts_of_wires_do_not_cover_each_other(drive) -> None:
    blocks = {f"c{i}": ("Const", (40.0, 60.0 + 30 * i)) for i in range(6)} | {"n": ("AddN", (400.0, 60.0))}
    wires = [(f"c{i}.output", "n.inputs") for i in range(6)]
    d = drive(page_of(blocks, wires))
    d.canvas.feedback.set_types({f"c{i}.output": FLOATS for i in range(6)})
    d.canvas.feedback.set_types_on_wires(True)
    rects = [rect for _, rect, _ in d.canvas.feedback.wire_texts.shown(QRectF(-1000, -1000, 4000, 4000))]
    assert len(rects) >= 3
    assert not any(a.intersects(b) for a, b in itertools.combinations(rects, 2))


def test_a_wire_without_room_for_both_bears_the_shape_else_the_dtype(drive) -> None:
    blocks = {"a": ("Const", (40.0, 60.0)), "s": ("Sigmoid", (268.0, 60.0))}
    d = drive(page_of(blocks, [("a.output", "s.x")]))
    d.canvas.feedback.set_types({"a.output": TensorSpec("float32", (1, 35, 35, 3))})
    d.canvas.feedback.set_types_on_wires(True)
    assert words_on_wires(d) == {"s.x": "[1, 35, 35, 3]"}
    d.canvas.feedback.set_types({"a.output": TensorSpec("float32", (1024, 1024, 1024, 1024))})
    assert words_on_wires(d) == {"s.x": "float32"}


def test_types_on_wires_stand_on_no_other_wire(drive) -> None:
    """One wire runs through where the type of another would stand."""
    blocks = {
        "a": ("Const", (40.0, 200.0)),
        "s": ("Sigmoid", (640.0, 200.0)),
        "b": ("Const", (40.0, 20.0)),
        "t": ("Sigmoid", (840.0, 400.0)),
    }
    d = drive(page_of(blocks, [("a.output", "s.x"), ("b.output", "t.x")]))
    d.canvas.feedback.set_types({"a.output": FLOATS, "b.output": INTS})
    d.canvas.feedback.set_types_on_wires(True)
    (place,) = [
        r for w, r, _ in d.canvas.feedback.wire_texts.shown(EVERYWHERE) if str(w.wire.target) == "s.x"
    ]
    other = next(w for (_, into), w in d.canvas.items.wires.items() if str(into) == "t.x")
    sy, ty = other.points[0][1], other.points[-1][1]
    through = place.center().x()
    route = ((through, sy), (through, ty))
    wire = msgspec.structs.replace(other.wire, route=route)
    d.document.apply(ReplaceWire("page 1", other.wire, wire))
    placed = list(d.canvas.feedback.wire_texts.shown(EVERYWHERE))
    assert {str(w.wire.target) for w, _, _ in placed} == {"s.x", "t.x"}
    for wire_item, rect, _ in placed:
        for line in d.canvas.items.wires.values():
            if line is not wire_item:
                for (ax, ay), (bx, by) in itertools.pairwise(line.points):
                    piece = QRectF(min(ax, bx) - 1, min(ay, by) - 1, abs(bx - ax) + 2, abs(by - ay) + 2)
                    assert not rect.intersects(piece)


def test_typed_texts_of_the_classic_look_are_no_place_for_types(drive) -> None:
    d = drive(page_of({"s": ("Add", (400.0, 60.0))}))
    d.document.apply(SetPin("page 1", "s", "y", "{{1.0f,2.0f}}"))
    ground, scene = WireTextGround(d.canvas.items), d.canvas.viewer.scene()
    row = d.input("s", "y")
    left_of_it = QRectF(row[0] - 40, row[1] - 4, 20, 8)
    assert not ground.is_taken(scene, left_of_it)
    d.canvas.set_theme(CLASSIC)
    ground.forget()
    assert ground.is_taken(scene, left_of_it)


def test_wires_of_one_output_that_run_beside_each_other_say_its_type_once(drive) -> None:
    blocks = {"a": ("Const", (40.0, 60.0))} | {f"s{i}": ("Sigmoid", (300.0, 60.0 + 70 * i)) for i in range(2)}
    d = drive(page_of(blocks, [("a.output", f"s{i}.x") for i in range(2)]))
    d.canvas.feedback.set_types({"a.output": FLOATS})
    d.canvas.feedback.set_types_on_wires(True)
    assert list(words_on_wires(d).values()) == ["float32 [3, 3]"]


def test_the_texts_are_written_in_the_end_however_long_it_takes_to_find_the_wires_in_view(
    drive, qtbot
) -> None:
    d = drive(page_of(BLOCKS, WIRES))
    layer = d.canvas.feedback.wire_texts
    layer.budget = -1.0  # the time for one paint is over before the first place is sought
    d.canvas.feedback.set_types(TYPES)
    d.canvas.feedback.set_types_on_wires(True)
    d.canvas.viewer.set_zoom_at(1.0, QPointF(10, 10))
    d.canvas.viewer.centre_at(QPointF(400, 200))
    qtbot.waitUntil(lambda: len(layer._placed) == len(WIRES), timeout=5000)
    assert not layer._sought


def test_texts_of_wires_stay_while_they_are_laid_out_anew(drive) -> None:
    """After an edit not all places are found within one painting."""
    d = drive(page_of(BLOCKS, WIRES))
    d.canvas.feedback.set_types(TYPES)
    d.canvas.feedback.set_types_on_wires(True)
    written = painted(d)
    d.canvas.feedback.follow_wires()
    layer = d.canvas.feedback.wire_texts
    layer.budget = 0.0
    image = d.canvas.viewer.viewport().grab().toImage()
    assert bytes(image.constBits()) == written


def test_types_on_wires_stand_on_no_caption_and_no_result(drive) -> None:
    d = drive(page_of(BLOCKS, WIRES))
    d.canvas.feedback.set_types(TYPES)
    d.canvas.feedback.set_types_on_wires(True)
    places = {
        str(w.wire.target): rect
        for w, rect, _ in d.canvas.feedback.wire_texts.shown(QRectF(0, 0, 2000, 2000))
    }
    place = places["sum.x"]
    note = Note(id="n", at=(place.x(), place.y()), size=(place.width(), place.height()), text="caption")
    d.document.apply(AddNote("page 1", note))
    after = [rect for _, rect, _ in d.canvas.feedback.wire_texts.shown(QRectF(0, 0, 2000, 2000))]
    assert not any(rect.intersects(d.canvas.items.notes["n"].rect()) for rect in after)
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    d.canvas.feedback.set_results({"a.output": TensorValue("float32", np.zeros((8, 8), np.float32))})
    block = d.canvas.items.blocks["a"]
    card = block.card_rect().translated(block.x_page, block.y_page)
    after = [rect for _, rect, _ in d.canvas.feedback.wire_texts.shown(QRectF(0, 0, 2000, 2000))]
    assert not card.isEmpty()
    assert not any(rect.intersects(card) for rect in after)


def test_texts_follow_blocks_that_move_and_wires_that_go(drive) -> None:
    d = drive(page_of(BLOCKS, WIRES))
    d.canvas.feedback.set_types(TYPES)
    d.canvas.feedback.set_types_on_wires(True)
    before = {
        str(w.wire.target): rect.topLeft()
        for w, rect, _ in d.canvas.feedback.wire_texts.shown(QRectF(0, 0, 2000, 2000))
    }
    start = d.body("sum")
    d.drag(start, (start[0] + 60, start[1] + 100))
    after = {
        str(w.wire.target): rect.topLeft()
        for w, rect, _ in d.canvas.feedback.wire_texts.shown(QRectF(0, 0, 2000, 2000))
    }
    assert after["sum.x"] != before["sum.x"]
    d.drag(d.input("sum", "x"), (300, 600))
    assert "sum.x" not in words_on_wires(d)


def wire_between(source: str, target: str) -> Wire:
    return Wire(source=PinRef(*source.split(".")), target=PinRef(*target.split(".")))


def places_of(d) -> dict[str, tuple[float, ...]]:
    layer = d.canvas.feedback.wire_texts
    return {str(w.wire.target): rect.getRect() for w, rect, _ in layer.shown(EVERYWHERE)}


def test_an_edit_far_away_leaves_the_texts_and_looks_for_no_places(drive, monkeypatch) -> None:
    blocks = {**BLOCKS, "far": ("Const", (2000.0, 2000.0)), "there": ("Sigmoid", (2400.0, 2000.0))}
    d = drive(page_of(blocks, WIRES))
    d.canvas.feedback.set_types({**TYPES, "far.output": FLOATS})
    d.canvas.feedback.set_types_on_wires(True)
    before = places_of(d)
    asked: list[QRectF] = []
    is_taken = WireTextGround.is_taken

    def noted(ground, scene, rect):
        asked.append(rect)
        return is_taken(ground, scene, rect)

    monkeypatch.setattr(WireTextGround, "is_taken", noted)
    d.document.apply(MoveItems("page 1", {"far": (2000.0, 2100.0)}))
    d.document.apply(SetPin("page 1", "crop", "attrs", "method_ = 'nearest'"))
    assert places_of(d) == before
    assert not asked
    d.document.apply(AddWire("page 1", wire_between("far.output", "there.x")))
    after = places_of(d)
    assert after.pop("there.x")[1] > 1900
    assert after == before
    assert asked
    assert all(rect.top() > 1900 for rect in asked)


def test_texts_that_long_wires_cross_make_way_in_the_end_however_few_are_looked_at_at_once(
    drive, qtbot, monkeypatch
) -> None:
    blocks = {f"c{i}": ("Const", (0.0, 110.0 * i)) for i in range(6)}
    blocks |= {f"s{i}": ("Add", (700.0, 110.0 * i)) for i in range(6)}
    d = drive(page_of(blocks, [(f"c{i}.output", f"s{i}.x") for i in range(6)]))
    d.canvas.feedback.set_types({f"c{i}.output": FLOATS for i in range(6)})
    d.canvas.feedback.set_types_on_wires(True)
    texts = d.canvas.feedback.wire_texts
    before = places_of(d)
    monkeypatch.setattr(wire_text_ground, "_AT_ONCE", 1)
    d.document.apply(MoveItems("page 1", {f"c{i}": (0.0, 110.0 * (5 - i)) for i in range(6)}))
    assert texts._ground.is_behind
    qtbot.waitUntil(lambda: not (texts._ground.is_behind or texts._sought))
    after = places_of(d)
    assert after != before
    ground, scene = WireTextGround(d.canvas.items), d.canvas.viewer.scene()
    for pin, (left, top, width, height) in after.items():
        crossed = ground.is_crossed(scene, QRectF(left, top, width, height))
        assert not crossed, pin


def test_a_text_makes_way_for_a_block_and_the_others_stay(drive) -> None:
    d = drive(page_of(BLOCKS, WIRES))
    d.canvas.feedback.set_types(TYPES)
    d.canvas.feedback.set_types_on_wires(True)
    before = places_of(d)
    x, y, *_ = before["session.fetch_outputs"]
    d.document.apply(MoveItems("page 1", {"crop": (x, y)}))
    after = places_of(d)
    assert after["sum.x"] == before["sum.x"]
    crop = d.canvas.items.blocks["crop"].rect()
    assert not any(crop.intersects(QRectF(*place)) for place in after.values())


def test_another_wire_of_an_output_says_its_type_when_the_one_that_did_goes(drive) -> None:
    blocks = {"a": ("Const", (40.0, 60.0))} | {f"s{i}": ("Sigmoid", (300.0, 60.0 + 70 * i)) for i in range(2)}
    d = drive(page_of(blocks, [("a.output", f"s{i}.x") for i in range(2)]))
    d.canvas.feedback.set_types({"a.output": FLOATS})
    d.canvas.feedback.set_types_on_wires(True)
    (bearer,) = words_on_wires(d)
    d.document.apply(RemoveWires("page 1", wires=[wire_between("a.output", bearer)]))
    assert list(words_on_wires(d)) == [{"s0.x": "s1.x", "s1.x": "s0.x"}[bearer]]


@pytest.mark.parametrize("at_once", [wire_text_ground._AT_ONCE, 1])
@pytest.mark.parametrize("drawn_at_once", [page_items._AT_ONCE, 0])
@pytest.mark.parametrize("seed", range(4))
def test_what_stands_on_the_page_is_known_after_edits_as_if_all_were_looked_at_anew(
    drive, monkeypatch, seed, drawn_at_once, at_once
) -> None:
    """Places that are taken are found bit by bit, and follow what changes, however little is followed at once."""
    monkeypatch.setattr(wire_text_ground, "_AT_ONCE", at_once)
    monkeypatch.setattr(page_items, "_AT_ONCE", drawn_at_once)
    dice = random.Random(seed)
    blocks = {f"c{i}": ("Const", (0.0, 110.0 * i)) for i in range(5)}
    blocks |= {f"s{i}": ("Add", (500.0, 110.0 * i)) for i in range(5)}
    pins = [f"s{i}.{pin}" for i in range(5) for pin in "xy"]
    d = drive(page_of(blocks, [(f"c{i % 5}.output", pin) for i, pin in enumerate(pins)]))
    items, scene = d.canvas.items, d.canvas.viewer.scene()
    ground = WireTextGround(items)
    spots = [QRectF(dice.uniform(-300, 1300), dice.uniform(-300, 900), 40, 12) for _ in range(300)]
    for _ in range(12):
        for spot in dice.sample(spots, 20):
            ground.is_crossed(scene, spot)
        ids: set[str] = set()
        page = d.document.project.page("page 1")
        kind = dice.choice(("move", "rewire", "undo", "remove"))
        if kind == "move":
            ids = {dice.choice(list(page.blocks))}
            place = (dice.uniform(-200, 1000), dice.uniform(-200, 800))
            d.document.apply(MoveItems("page 1", dict.fromkeys(ids, place)))
        elif kind == "rewire" and page.wires:
            d.document.apply(RemoveWires("page 1", wires=[dice.choice(page.wires)]))
        elif kind == "undo" and d.document.can_undo:
            ids = set(page.blocks)
            d.document.undo()
            ids |= set(d.document.project.page("page 1").blocks)
        elif kind == "remove" and len(page.blocks) > 4:
            ids = {dice.choice(list(page.blocks))}
            d.document.apply(RemoveItems("page 1", blocks=list(ids)))
        for _ in range(2):  # at once, and when all is drawn
            ground.follow(ids)
            while ground.is_behind:
                ground.follow(())
            items.finish()
    fresh = WireTextGround(items)
    for spot in spots:
        assert ground.is_taken(scene, spot) == fresh.is_taken(scene, spot)
        assert ground.is_crossed(scene, spot) == fresh.is_crossed(scene, spot)


def test_the_strokes_of_a_page_that_is_looked_at_anew_are_freed_between_the_events(drive, qtbot) -> None:
    d = drive(page_of(BLOCKS, WIRES))
    d.canvas.feedback.set_types(TYPES)
    d.canvas.feedback.set_types_on_wires(True)
    texts = d.canvas.feedback.wire_texts
    before = places_of(d)
    texts.setVisible(False)
    texts.forget()
    assert texts._ground._leaving
    qtbot.waitUntil(lambda: not texts._ground._leaving)
    texts.setVisible(True)
    assert places_of(d) == before


def painted(d) -> bytes:
    """Return the view's picture; the texts are placed first, since one painting places only what its time allows."""
    list(d.canvas.feedback.wire_texts.shown(QRectF(0, 0, 2000, 2000)))
    image = d.canvas.viewer.viewport().grab().toImage()
    return bytes(image.constBits())


def test_types_are_written_only_where_they_can_be_read_and_dim_while_stale(drive) -> None:
    d = drive(page_of(BLOCKS, WIRES))
    d.canvas.feedback.set_types(TYPES)
    bare = painted(d)
    d.canvas.feedback.set_types_on_wires(True)
    written = painted(d)
    assert written != bare
    d.canvas.feedback.set_stale(True)
    dim = painted(d)
    assert dim not in (bare, written)
    d.canvas.feedback.set_stale(False)
    assert painted(d) == written
    d.canvas.viewer.centre_at(d.canvas.items.places.extent().center(), 0.4)
    far = painted(d)
    d.canvas.feedback.set_types_on_wires(False)
    assert painted(d) == far


def test_from_afar_nothing_is_painted_again_for_texts_that_are_not_written(drive, qtbot, monkeypatch) -> None:
    d = drive(page_of(BLOCKS, WIRES))
    feedback, viewer = d.canvas.feedback, d.canvas.viewer
    feedback.set_types(TYPES)
    feedback.set_types_on_wires(True)
    viewer.centre_at(d.canvas.items.places.extent().center(), 0.4)
    viewport, widths = viewer.viewport(), list[int]()
    paint = viewer._paint_page
    monkeypatch.setattr(viewer, "_paint_page", lambda e: (widths.append(e.rect().width()), paint(e)))
    viewport.repaint()
    qtbot.waitUntil(lambda: viewport.width() in widths)
    QApplication.processEvents()
    widths.clear()
    feedback.set_stale(True)
    viewport.update(0, 0, 4, 4)  # painted together with all else that is to be painted anew
    qtbot.waitUntil(lambda: widths != [])
    assert widths == [4]
    viewer.centre_at(d.canvas.items.places.extent().center(), 1.0)
    qtbot.waitUntil(lambda: viewport.width() in widths)
    QApplication.processEvents()
    widths.clear()
    feedback.set_stale(False)
    qtbot.waitUntil(lambda: viewport.width() in widths)
