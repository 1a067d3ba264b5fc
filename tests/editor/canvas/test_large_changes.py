"""Changes of thousands of blocks at once: drawn between the events, and in the end as a page opened so is drawn."""

from __future__ import annotations

import itertools
import random
from time import perf_counter
from typing import Any

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsRectItem

from app.document.editing.clipboard import from_fragment, place_fragment, to_fragment
from app.document.editing.document import Document
from app.document.editing.edits import (
    AddBlocks,
    AddWire,
    MoveItems,
    RemoveItems,
    RemoveWires,
    SetPin,
    SwitchBlocks,
)
from app.document.model.diagram import Block, PinRef, Wire
from app.document.model.problems import error
from app.document.model.sentence import say
from app.editor.canvas.items import late_changes
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_canvas import PageCanvas
from app.editor.canvas.page_state.hit_test import hit_at
from app.editor.widgets.slices import LARGE
from app.editor.widgets.theme import DARK
from blocks.catalog import load
from tests.benchmarks.pages import large_page
from tests.support.canvas_driver import CanvasDriver
from tests.support.drawn_pages import canvas_of, drawn, finish, in_scene

SIZE = 1200


class _Asked(QGraphicsRectItem):
    """An item that counts how often Qt asks where it is."""

    def __init__(self, at: float = -4000.0) -> None:
        super().__init__(at, at, 10.0, 10.0)
        self.count = 0

    def boundingRect(self) -> QRectF:  # noqa: N802
        self.count += 1
        return super().boundingRect()


def test_a_change_asks_no_other_item_where_it_is(qapp) -> None:
    """A scene that has no size of its own measures all its items in each turn in which one has changed."""
    document, canvas = canvas_of(20)
    asked = _Asked()
    canvas.viewer.scene().addItem(asked)
    canvas.resize(600, 400)
    canvas.show()
    canvas.viewer.centre_at(QPointF(100.0, 100.0), 1.0)
    for _ in range(4):
        qapp.processEvents()
    asked.count = 0
    for step in range(5):
        document.apply(MoveItems("large", {"b3": (40.0 + step, 60.0)}))
        qapp.processEvents()
    assert asked.count == 0


def test_a_page_that_has_grown_asks_nothing_far_from_the_view_where_it_is(qapp) -> None:
    """Qt chooses how finely its index of places is divided once: for the few items that a page begins with."""
    _, canvas = canvas_of(20)
    canvas.resize(600, 400)
    canvas.show()
    canvas.viewer.centre_at(QPointF(100.0, 100.0), 1.0)
    for _ in range(4):
        qapp.processEvents()
    far = _Asked(20_000.0)
    canvas.viewer.scene().addItem(far)
    canvas.items.note_places()
    qapp.processEvents()
    far.count = 0
    for _ in range(3):
        canvas.viewer.viewport().repaint()
    hit_at(canvas.viewer.scene(), QPointF(100.0, 100.0), 1.0)
    assert far.count == 0


def test_a_block_of_thousands_of_wires_lets_go_of_them_in_portions(qapp, monkeypatch) -> None:
    """A session's wires, freed in one step, held the window."""
    ticks = itertools.count()
    monkeypatch.setattr(late_changes, "perf_counter", lambda: next(ticks))
    late = late_changes.LateChanges(canvas_of(2)[1].items, lambda _: None, None)
    wires: Any = set(range(3000))
    late.take_out((), loose=[wires, {1}])
    late.forget()
    assert late._go_on(10.0)
    assert 2800 < len(wires) < 3000
    assert not late._go_on(float("inf"))
    assert not wires


def test_what_stands_around_a_place_is_all_that_a_block_placed_there_could_cover(qapp) -> None:
    _, canvas = canvas_of(400)
    place, reach = QRectF(700.0, 640.0, 90.0, 60.0), 300.0
    area = place.adjusted(-reach, -reach, reach, reach)
    expected = {
        (r[0], r[1])
        for r in canvas.items.places.rects(canvas.items.blocks).values()
        if r[0] < area.right()
        and r[0] + r[2] > area.left()
        and r[1] < area.bottom()
        and r[1] + r[3] > area.top()
    }
    found = canvas.items.places.rects_around(place, reach)
    assert {(x, y) for x, y, _, _ in found} == expected
    assert 0 < len(found) < 40


@pytest.mark.parametrize("shown", [True, False])
def test_the_extent_of_a_page_is_that_of_its_blocks_whether_they_are_drawn_or_not(qapp, shown: bool) -> None:
    document, canvas = canvas_of(SIZE)
    page = document.project.pages[0]
    expected = QRectF()
    for item in canvas.items.blocks.values():
        expected |= item.rect()
    if not shown:
        document.apply(RemoveItems(page.name, blocks=list(page.blocks)))
        document.undo()
        assert not canvas.items.blocks
    assert canvas.items.places.extent() == expected


def test_deleting_all_and_taking_that_back_draws_and_removes_nothing_at_once(qapp) -> None:
    document, canvas = canvas_of(SIZE)
    page, before, shown = document.project.pages[0], drawn(canvas), in_scene(canvas)
    document.apply(RemoveItems(page.name, blocks=list(page.blocks)))
    assert not canvas.items.blocks
    assert not canvas.items.wires
    assert in_scene(canvas) == shown
    document.undo()
    assert not canvas.items.blocks
    finish(canvas)
    assert drawn(canvas) == before
    assert in_scene(canvas) == shown


def test_what_has_gone_is_not_hit_while_it_is_still_seen(qapp) -> None:
    document, canvas = canvas_of(SIZE)
    page = document.project.pages[0]
    middle = canvas.items.blocks["b7"].rect().center()
    assert hit_at(canvas.viewer.scene(), middle, 1.0).id == "b7"
    document.apply(RemoveItems(page.name, blocks=list(page.blocks)))
    assert hit_at(canvas.viewer.scene(), middle, 1.0).kind == "empty"


def test_a_block_drawn_late_shows_that_it_is_selected_and_its_problems(qapp) -> None:
    document, canvas = canvas_of(SIZE)
    page = document.project.pages[0]
    fault = error("bad-wire", say("edit.read-only"), "b5")
    document.apply(RemoveItems(page.name, blocks=list(page.blocks)))
    document.undo()
    canvas.block_marks.set_problems([fault])
    canvas.selection.choose_ids(["b5", "b6"])
    assert canvas.selection.blocks == {"b5", "b6"}
    finish(canvas)
    looks = {i for i, item in canvas.items.blocks.items() if item.selected_look}
    assert looks == {"b5", "b6"}
    assert canvas.items.blocks["b5"].problem == "error"


def test_the_page_is_measured_with_the_blocks_that_are_not_drawn_yet(qapp) -> None:
    document, canvas = canvas_of(SIZE)
    page, before = document.project.pages[0], canvas.items.places.extent()
    document.apply(RemoveItems(page.name, blocks=list(page.blocks)))
    assert canvas.items.places.extent().isEmpty()
    document.undo()
    assert canvas.items.places.extent() == before


def _random_edit(document: Document, rng: random.Random) -> None:
    page = document.project.pages[0]
    ids = list(page.blocks)
    many = rng.sample(ids, min(len(ids), rng.choice((2, 320, 400))))
    kind = rng.choice(("remove", "move", "add", "text", "switch", "unwire", "wire", "undo", "undo", "redo"))
    if kind == "remove":
        document.apply(RemoveItems(page.name, blocks=many))
    elif kind == "move":
        by = rng.choice((40.0, 400.0))
        document.apply(
            MoveItems(page.name, {i: (page.blocks[i].at[0] + by, page.blocks[i].at[1]) for i in many})
        )
    elif kind == "add" and many:
        fragment = from_fragment(to_fragment(page, many, [], []))
        assert fragment is not None
        document.apply(place_fragment(page, fragment.page, (rng.choice((6000.0, 12000.0)), 20.0)))
    elif kind == "text" and many:
        document.apply(SetPin(page.name, many[0], "attrs", f"T = DT_{rng.choice(('FLOAT', 'DOUBLE'))};"))
    elif kind == "switch" and many:
        document.apply(SwitchBlocks(page.name, many, rng.random() < 0.7))
    elif kind == "unwire" and page.wires:
        wires = rng.sample(page.wires, min(len(page.wires), rng.choice((1, 500))))
        document.apply(RemoveWires(page.name, wires))
    elif kind == "wire" and many:
        wire = Wire(source=PinRef(many[0], "odd"), target=PinRef(many[-1], "strange"))
        if wire not in page.wires:
            document.apply(AddWire(page.name, wire))
    elif kind == "undo":
        document.undo()
    else:
        document.redo()


@pytest.mark.parametrize("seed", range(5))
def test_whatever_changes_meanwhile_the_page_is_drawn_in_the_end_as_one_that_was_opened_so(
    qapp, seed
) -> None:
    document, canvas = canvas_of(450)
    rng = random.Random(seed)
    for _ in range(9):
        _random_edit(document, rng)
        for _ in range(rng.choice((0, 1, 5))):
            canvas.items.late._go_on(perf_counter() + 0.002)
    finish(canvas)
    while canvas.items.late.gone:
        QApplication.processEvents()
    page = document.project.pages[0]
    opened = PageCanvas(document, page.name, load(), DARK)
    finish(opened)
    for mine, other in zip(drawn(canvas), drawn(opened), strict=True):
        assert mine == other
    assert in_scene(canvas) == in_scene(opened) == (len(page.blocks), len(canvas.items.wires))


def _dragging(d: CanvasDriver) -> QPointF:
    """Select all and drag by 60, 40 without letting go; return where the mouse is."""
    d.canvas.selection.choose_all()
    viewer = d.canvas.viewer
    start = viewer.mapFromScene(d.canvas.items.blocks["b0"].rect().center())
    QTest.mousePress(viewer.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for step in (1, 2, 3):
        at = start + (viewer.mapFromScene(QPointF(60, 40)) - viewer.mapFromScene(QPointF(0, 0))) * step / 3
        QTest.mouseMove(viewer.viewport(), at)
    return at


def test_very_many_blocks_are_dragged_as_outlines_and_moved_when_they_are_dropped(qapp) -> None:
    d = CanvasDriver(_renamed(large_page(SIZE)))
    before = {i: b.at for i, b in d.page.blocks.items()}
    at = _dragging(d)
    marks = d.canvas.overlay.marks
    assert len(marks.outlines) == SIZE
    assert marks.outlines_at == (60.0, 40.0)
    assert (d.canvas.items.blocks["b3"].x_page, d.canvas.items.blocks["b3"].y_page) == before["b3"]
    QTest.mouseRelease(
        d.canvas.viewer.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at
    )
    assert not marks.outlines
    assert {i: b.at for i, b in d.page.blocks.items()} == {
        i: (x + 60, y + 40) for i, (x, y) in before.items()
    }
    d.canvas.items.finish()
    assert all((b.x_page, b.y_page) == d.page.blocks[i].at for i, b in d.canvas.items.blocks.items())


def test_escape_leaves_very_many_blocks_where_they_were(qapp) -> None:
    d = CanvasDriver(_renamed(large_page(SIZE)))
    before = {i: b.at for i, b in d.page.blocks.items()}
    _dragging(d)
    QTest.keyClick(d.canvas.viewer, Qt.Key.Key_Escape)
    assert not d.canvas.overlay.marks.outlines
    assert {i: b.at for i, b in d.page.blocks.items()} == before


def _renamed(page: Any) -> Any:
    page.name = "page 1"
    return page


def test_many_blocks_that_come_or_go_lead_no_wire_that_is_nowhere_near(qapp, monkeypatch) -> None:
    document, canvas = canvas_of(SIZE)
    led: list[WireItem] = []
    lead = WireItem.reroute
    monkeypatch.setattr(WireItem, "reroute", lambda wire, *given: (led.append(wire), lead(wire, *given)))
    far = [
        Block(id=f"far{n}", symbol="Negate", at=(50_000.0 + 200.0 * (n % 40), 200.0 * (n // 40)))
        for n in range(400)
    ]
    document.apply(AddBlocks("large", far))
    finish(canvas)
    document.undo()
    finish(canvas)
    assert led == []


@pytest.fixture
def copied(qapp):
    """A page of which all is on the clipboard."""
    document, canvas = canvas_of(SIZE)
    canvas.selection.choose_all()
    canvas.selection_actions.copy()
    yield document, canvas, document.project.pages[0]
    QApplication.clipboard().clear()


def test_very_much_is_pasted_between_the_events_and_undone_as_one(copied, qtbot) -> None:
    document, canvas, page = copied
    before = list(page.blocks)
    canvas.selection_actions.paste()
    assert list(page.blocks) == before  # nothing of it holds the window
    qtbot.waitUntil(
        lambda: len(canvas.selection.blocks) == SIZE and "b0" not in canvas.selection.blocks, timeout=60_000
    )
    assert len(page.blocks) == 2 * SIZE
    assert canvas.selection.blocks == set(page.blocks) - set(before)
    document.undo()
    assert list(page.blocks) == before


def test_the_status_says_that_much_is_pasted_only_while_it_is(copied, qtbot) -> None:
    _, canvas, page = copied
    said: list[str] = []
    canvas.status_text.connect(said.append)
    canvas.selection_actions.paste()
    qtbot.waitUntil(lambda: "Pasting…" in said, timeout=60_000)
    qtbot.waitUntil(lambda: len(page.blocks) == 2 * SIZE and said[-1] == "", timeout=60_000)
    QApplication.clipboard().setText("no blocks " * SIZE * 100)
    canvas.selection_actions.paste()
    qtbot.waitUntil(lambda: said[-1] == "The clipboard holds no blocks", timeout=60_000)
    finish(canvas)
    assert said == ["Pasting…", "", "Pasting…", "The clipboard holds no blocks"]


def test_what_is_pasted_meanwhile_is_pasted_as_well(copied, qtbot) -> None:
    _, canvas, page = copied
    canvas.selection_actions.paste()
    canvas.selection_actions.paste()
    qtbot.waitUntil(lambda: len(page.blocks) == 3 * SIZE, timeout=60_000)


def test_a_block_that_takes_an_id_while_much_is_pasted_does_not_refuse_it(copied, qtbot) -> None:
    document, canvas, page = copied
    canvas.selection_actions.paste()
    ids = {f"b{n}_2" for n in range(SIZE)} | {"b_2", "b0_2"}
    document.apply(AddBlocks("large", [Block(id=i, symbol="Negate", at=(-900, -900)) for i in sorted(ids)]))
    qtbot.waitUntil(lambda: len(page.blocks) == 2 * SIZE + len(ids), timeout=60_000)


def test_a_page_that_closes_while_much_is_pasted_takes_nothing(copied, qtbot) -> None:
    _, canvas, page = copied
    said: list[str] = []
    canvas.status_text.connect(said.append)
    canvas.selection_actions.paste()
    qtbot.waitUntil(lambda: bool(said), timeout=60_000)
    assert len(page.blocks) == SIZE
    canvas.dispose()
    assert said == ["Pasting…", ""]
    other, beside = canvas_of(SIZE)  # what is pasted there, begun later, comes to its end
    beside.selection_actions.paste()
    qtbot.waitUntil(lambda: len(other.project.pages[0].blocks) == 2 * SIZE, timeout=60_000)
    assert len(page.blocks) == SIZE


def test_the_items_of_a_very_large_page_go_between_the_events_when_it_closes(qapp, qtbot) -> None:
    document, canvas = canvas_of(LARGE)
    finish(canvas)
    left: list[bool] = []
    canvas.dispose(lambda: left.append(True))
    blocks, wires = in_scene(canvas)
    assert blocks == LARGE
    assert wires
    assert not left
    qtbot.waitUntil(lambda: bool(left), timeout=60_000)
    assert in_scene(canvas) == (0, 0)
    assert len(document.project.pages[0].blocks) == LARGE


def test_a_page_that_closes_while_it_changes_goes_as_well(qapp, qtbot) -> None:
    document, canvas = canvas_of(LARGE)
    document.apply(RemoveItems("large", [f"b{n}" for n in range(LARGE // 2)]))
    document.undo()
    left: list[bool] = []
    canvas.dispose(lambda: left.append(True))
    qtbot.waitUntil(lambda: bool(left), timeout=60_000)
    assert in_scene(canvas) == (0, 0)
