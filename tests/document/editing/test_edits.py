"""Edits: what each one changes, what it announces, and what it refuses."""

import copy
import json

import pytest

from app.document.editing.base import Change, EditRefused
from app.document.editing.edits import (
    AddBlocks,
    AddMonitor,
    AddNote,
    AddPage,
    AddWire,
    ChangeMonitor,
    ChangeNote,
    ChangeSymbol,
    MoveItems,
    MovePage,
    OrderWires,
    RemoveItems,
    RemovePage,
    RemoveWires,
    RenameBlock,
    RenamePage,
    ReplaceWire,
    SetBlockViews,
    SetLabel,
    SetPageView,
    SetPin,
    SetResults,
    SetRun,
    SetScope,
    SetSnapshots,
    SwitchBlocks,
)
from app.document.model.diagram import (
    ArrayRef,
    Block,
    Monitor,
    Note,
    Page,
    PinRef,
    Project,
    RunSettings,
    Scope,
    Wire,
)
from app.document.model.ids import free_id
from app.document.model.sentence import say
from app.document.model.view import BlockView, PageView
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from tests.support.words import raises_saying


def wire(source, target, **more):
    return Wire(source=PinRef.parse(source), target=PinRef.parse(target), **more)


def ends(project):
    return [f"{w.source} {w.target}" for w in project.pages[0].wires]


@pytest.fixture
def project():
    """Return page p: a -> b -> c with a second wire into c, a note and a monitor of b; and the empty page q."""
    blocks = [
        Block(id="a", symbol="Const", pins={"value": "1", "dtype": "DT_INT32"}),
        Block(id="b", symbol="Neg"),
    ]
    blocks.append(Block(id="c", symbol="AddN"))
    return Project(
        pages=[
            Page(
                name="p",
                blocks={b.id: b for b in blocks},
                wires=[wire("a.output", "b.x"), wire("b.y", "c.inputs"), wire("a.output", "c.inputs")],
                notes={"n": Note(id="n", text="hello")},
                monitors={"m": Monitor(id="m", kind="number", pins=("b.y[0]", "bb.y"))},
            ),
            Page(name="q"),
        ]
    )


def round_trip(project, edit):
    """Do, undo and redo the edit; undo must restore the bytes, redo must give the same ones again. Returns changes."""
    before = dumps(project)
    done = edit.do(project)
    after = dumps(project)
    undone = edit.undo(project)
    assert dumps(project) == before
    assert edit.do(project) == done
    assert dumps(project) == after != before
    assert loads(after).project == project
    return done, undone


def kinds(changes):
    return [(c.kind, c.id) for c in changes]


def test_added_blocks_come_last_with_their_wires_notes_and_monitors(project):
    edit = AddBlocks(
        "p",
        [Block(id="d", symbol="Exp", at=(1, 2)), Block(id="e", symbol="Log")],
        [wire("c.sum", "d.x"), wire("d.y", "e.x")],
        [Note(id="n2")],
        [Monitor(id="m2", kind="curve")],
    )
    done, undone = round_trip(project, edit)
    assert list(project.pages[0].blocks) == ["a", "b", "c", "d", "e"]
    assert ends(project)[-2:] == ["c.sum d.x", "d.y e.x"]
    assert kinds(done) == [
        ("block-added", "d"),
        ("note-added", "n2"),
        ("monitor-added", "m2"),
        ("wire-added", None),
    ]
    assert done[0].ids == ("d", "e")
    assert done[-1].wires == tuple(edit.wires)
    assert kinds(undone)[0] == ("wire-removed", None)
    assert edit.name == "Add 2 blocks"


def test_later_edits_do_not_reach_into_the_edit_that_added_a_block(project):
    given = Block(id="d", symbol="Exp")
    edit = AddBlocks("p", [given])
    edit.do(project)
    SetPin("p", "d", "x", "1").do(project)
    assert given == Block(id="d", symbol="Exp")


def test_a_removed_block_takes_its_wires_along_and_comes_back_in_its_place(project):
    done, undone = round_trip(project, RemoveItems("p", blocks=["b"]))
    assert list(project.pages[0].blocks) == ["a", "c"]
    assert ends(project) == ["a.output c.inputs"]
    assert kinds(done) == [("wire-removed", None), ("block-removed", "b")]
    assert kinds(undone) == [("block-added", "b"), ("wire-added", None)]
    assert len(done[0].wires) == len(undone[1].wires) == 2


def test_notes_monitors_and_single_wires_are_removed_with_blocks(project):
    edit = RemoveItems("p", ["c"], [wire("a.output", "b.x")], ["n"], ["m"])
    round_trip(project, edit)
    page = project.pages[0]
    assert (list(page.blocks), page.wires, page.notes, page.monitors) == (["a", "b"], [], {}, {})


def test_of_equal_wires_as_many_are_removed_as_are_named(project):
    twin = wire("b.y", "c.inputs")
    AddWire("p", twin).do(project)
    round_trip(project, RemoveWires("p", [twin]))
    assert ends(project) == ["a.output b.x", "a.output c.inputs", "b.y c.inputs"]
    RemoveWires("p", [twin]).do(project)
    with raises_saying(EditRefused, say("edit.no-wire", source="b.y", target="c.inputs")):
        RemoveWires("p", [twin]).do(project)


def test_wires_that_differ_in_route_only_are_different_wires(project):
    routed = wire("b.y", "c.inputs", route=((1, 2),), extra={"a": []})
    AddWire("p", routed).do(project)
    RemoveWires("p", [routed]).do(project)
    assert ends(project) == ["a.output b.x", "b.y c.inputs", "a.output c.inputs"]


def test_removing_a_thousand_blocks_visits_each_wire_a_few_times_only():
    visits = 0

    class Counted(list):
        def __iter__(self):
            nonlocal visits
            for item in super().__iter__():
                visits += 1
                yield item

    blocks = {f"b{i}": Block(id=f"b{i}", symbol="Neg") for i in range(2000)}
    project = Project(pages=[Page(name="p", blocks=blocks)])
    wires = Counted(wire(f"b{i}.y", f"b{(i * 7) % 2000}.x") for i in range(2000))
    project.pages[0].wires = wires
    before = dumps(project)
    visits = 0
    edit = RemoveItems("p", blocks=[f"b{i}" for i in range(0, 2000, 2)], wires=[wire("b1.y", "b7.x")])
    edit.do(project)
    edit.undo(project)
    assert visits <= 6 * len(wires)
    assert dumps(project) == before


def test_entries_that_do_not_read_stay_beside_their_neighbours():
    lines = [["x"], ["a.y", "b.x"], ["y"], ["b.y", "c.x"], ["z"]]
    page = {"name": "p", "blocks": [{"id": i, "symbol": "S"} for i in "abc"], "wires": lines}
    project = loads(json.dumps({"format": "tensorblocks", "version": 1, "pages": [page]})).project
    round_trip(project, RemoveItems("p", blocks=["a"]))
    wires = dumps(project).decode().partition('"wires": [')[2]
    assert [line.strip(" ,") for line in wires.splitlines()[1:5]] == [
        '["x"]',
        '["y"]',
        '["b.y", "c.x"]',
        '["z"]',
    ]


def test_items_of_all_kinds_move_together(project):
    done, _ = round_trip(project, MoveItems("p", {"a": (1.5, 2), "c": (3, 4), "n": (5, 6), "m": (7, 8)}))
    page = project.pages[0]
    assert [page.blocks["a"].at, page.blocks["c"].at, page.notes["n"].at, page.monitors["m"].at] == [
        (1.5, 2),
        (3, 4),
        (5, 6),
        (7, 8),
    ]
    assert [(c.kind, c.ids) for c in done] == [
        ("block-moved", ("a", "c")),
        ("note-moved", ("n",)),
        ("monitor-moved", ("m",)),
    ]


def test_a_renamed_block_keeps_its_place_its_wires_and_its_monitors(project):
    done, undone = round_trip(project, RenameBlock("p", "b", "minus"))
    page = project.pages[0]
    assert list(page.blocks) == ["a", "minus", "c"]
    assert ends(project) == ["a.output minus.x", "minus.y c.inputs", "a.output c.inputs"]
    assert page.monitors["m"].pins == ("minus.y[0]", "bb.y")
    assert done == [
        Change("block-renamed", "p", "minus", ("minus",), old="b"),
        Change("monitor-changed", "p", "m", ("m",)),
    ]
    assert undone[0] == Change("block-renamed", "p", "b", ("b",), old="minus")


def test_pins_are_typed_replaced_by_an_array_and_emptied_in_place(project):
    round_trip(project, SetPin("p", "a", "value", "2"))
    round_trip(project, SetPin("p", "a", "shape", "[1]"))
    round_trip(project, SetPin("p", "a", "value", ArrayRef("w.npz", "W")))
    assert list(project.pages[0].blocks["a"].pins.items()) == [
        ("value", ArrayRef("w.npz", "W")),
        ("dtype", "DT_INT32"),
        ("shape", "[1]"),
    ]
    round_trip(project, SetPin("p", "a", "value", None))
    assert list(project.pages[0].blocks["a"].pins) == ["dtype", "shape"]


def test_label_symbol_and_switch_are_properties_of_blocks(project):
    round_trip(project, SetLabel("p", "a", "one ☃"))
    round_trip(project, SetLabel("p", "a", None))
    round_trip(project, ChangeSymbol("p", "b", "Abs"))
    SwitchBlocks("p", ["a"], True).do(project)
    done, _ = round_trip(project, SwitchBlocks("p", ["a", "b"], True))
    page = project.pages[0]
    assert (page.blocks["a"].label, page.blocks["b"].symbol) == (None, "Abs")
    assert [b.off for b in page.blocks.values()] == [True, True, False]
    assert done == [Change("block-changed", "p", "b", ("b",))]


def test_a_wire_can_be_put_between_others(project):
    done, _ = round_trip(project, AddWire("p", wire("b.y", "c.inputs"), index=1))
    assert ends(project)[1] == "b.y c.inputs"
    assert done == [Change("wire-added", "p", wire=wire("b.y", "c.inputs"))]


def test_a_rewired_wire_keeps_its_place_among_the_wires(project):
    old, new = wire("b.y", "c.inputs"), wire("b.y", "a.shape")
    done, _ = round_trip(project, ReplaceWire("p", old, new))
    assert ends(project) == ["a.output b.x", "b.y a.shape", "a.output c.inputs"]
    assert [c.kind for c in done] == ["wire-removed", "wire-added"]
    done, _ = round_trip(project, ReplaceWire("p", new, wire("b.y", "a.shape", hidden=True)))
    assert [(c.kind, c.old) for c in done] == [("wire-changed", new)]


def test_wires_into_one_pin_change_their_order_and_no_other_wire_moves(project):
    done, _ = round_trip(project, OrderWires("p", "c", "inputs", [1, 0]))
    assert ends(project) == ["a.output b.x", "a.output c.inputs", "b.y c.inputs"]
    assert {c.kind for c in done} == {"wire-changed"}
    with raises_saying(EditRefused, say("edit.wire-order")):
        OrderWires("p", "c", "inputs", [0, 2]).do(project)


def test_pages_are_added_renamed_moved_and_removed(project):
    round_trip(project, AddPage(Page(name="r"), 1))
    round_trip(project, MovePage("r", 2))
    round_trip(project, MovePage("p", 1))
    done, _ = round_trip(project, RenamePage("q", "Q"))
    assert done == [Change("page-renamed", "Q", old="q")]
    assert [p.name for p in project.pages] == ["Q", "p", "r"]
    round_trip(project, RemovePage("p"))
    assert [p.name for p in project.pages] == ["Q", "r"]


def test_the_settings_of_a_page_are_replaced_as_a_whole(project):
    for edit in (
        SetScope("p", Scope(device="/gpu:0", seed=1)),
        SetRun("p", RunSettings(steps=9)),
        SetPageView("p", PageView(compact=True)),
        SetSnapshots("p", {"s": {"npz": "s.npz"}}),
        SetResults("p", {"npz": "r.npz"}),
    ):
        done, _ = round_trip(project, edit)
        assert done == [Change("page-changed", "p", old=edit.member)]
    page = project.pages[0]
    assert (page.scope.seed, page.run.steps, page.results) == (1, 9, {"npz": "r.npz"})


def test_the_views_of_several_blocks_are_set_at_once(project):
    SetBlockViews("p", {"b": BlockView(collapsed=True)}).do(project)
    folded = {name: BlockView(collapsed=True, color="#203040") for name in ("a", "b")}
    done, _ = round_trip(project, SetBlockViews("p", folded))
    assert done == [Change("block-view-changed", "p", "a", ("a", "b"))]
    assert {name: block.view for name, block in project.pages[0].blocks.items()} == {
        **folded,
        "c": BlockView(),
    }


def test_notes_and_monitors_are_added_and_replaced(project):
    round_trip(project, AddNote("p", Note(id="n2")))
    round_trip(project, AddMonitor("p", Monitor(id="m2", kind="table")))
    round_trip(project, ChangeNote("p", Note(id="n", text="bye", style={"fill": "#fff"})))
    round_trip(project, ChangeMonitor("p", Monitor(id="m", kind="picture", pins=("b.y",))))
    assert list(project.pages[0].notes) == ["n", "n2"]
    assert project.pages[0].monitors["m"].kind == "picture"


@pytest.mark.parametrize(
    "edit",
    [
        MoveItems("p", {"a": (0, 0)}),
        SetPin("p", "a", "value", "1"),
        SetPin("p", "a", "nothing", None),
        SetLabel("p", "a", None),
        ChangeSymbol("p", "a", "Const"),
        SwitchBlocks("p", ["a"], False),
        RenameBlock("p", "a", "a"),
        RenamePage("p", "p"),
        MovePage("p", 0),
        OrderWires("p", "c", "inputs", [0, 1]),
        ReplaceWire("p", wire("b.y", "c.inputs"), wire("b.y", "c.inputs")),
        SetRun("p", RunSettings()),
        SetPageView("p", PageView()),
        SetBlockViews("p", {"a": BlockView()}),
        ChangeNote("p", Note(id="n", text="hello")),
        ChangeMonitor("p", Monitor(id="m", kind="number", pins=("b.y[0]", "bb.y"))),
    ],
)
def test_an_edit_that_changes_nothing_says_so(project, edit):
    assert edit.do(project) == []


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (AddBlocks("no", []), "bad-edit"),
        (AddBlocks("p", [Block(id="a", symbol="A")]), "duplicate-id"),
        (AddBlocks("p", [Block(id="n", symbol="A")]), "duplicate-id"),
        (AddBlocks("p", [Block(id="x", symbol="A"), Block(id="x", symbol="A")]), "duplicate-id"),
        (AddBlocks("p", [Block(id="my block", symbol="A")]), "bad-id"),
        (AddBlocks("p", [Block(id="x", symbol="A")], [wire("x.y", "gone.x")]), "unknown-block"),
        (AddBlocks("p", [Block(id="x", symbol="A", at=(float("nan"), 0))]), "bad-edit"),
        (AddBlocks("p", [Block(id="x", symbol="A", pins={"x": 3})]), "bad-edit"),
        (AddBlocks("p", [Block(id="x", symbol="A", extra={"x": object()})]), "bad-edit"),
        (AddBlocks("p", [], [Wire(source=PinRef("a", "x[y"), target=PinRef("b", "x"))]), "bad-edit"),
        (RemoveItems("p", blocks=["a", "gone"]), "unknown-block"),
        (RemoveItems("p", blocks=["a"], notes=["gone"]), "unknown-block"),
        (RemoveItems("p", blocks=["a"], wires=[wire("a.output", "a.x")]), "bad-wire"),
        (MoveItems("p", {"a": (1, 1), "gone": (1, 1)}), "unknown-block"),
        (MoveItems("p", {"b": (1, 1), "a": (float("inf"), 1)}), "bad-edit"),
        (MoveItems("p", {"b": (1, 1), "a": (2e9, 1)}), "bad-edit"),
        (RenameBlock("p", "gone", "x"), "unknown-block"),
        (RenameBlock("p", "a", "b"), "duplicate-id"),
        (RenameBlock("p", "a", "m"), "duplicate-id"),
        (RenameBlock("p", "a", "a b"), "bad-id"),
        (SetPin("p", "gone", "x", "1"), "unknown-block"),
        (SetPin("p", "a", "x", "\ud800"), "bad-literal"),
        (SetPin("p", "a", "x", ArrayRef("\ud800", "")), "bad-literal"),
        (SetLabel("p", "a", "\ud800"), "bad-literal"),
        (ChangeSymbol("p", "a", "\ud800"), "bad-literal"),
        (SwitchBlocks("p", ["a", "gone"], True), "unknown-block"),
        (AddWire("p", wire("a.y", "gone.x")), "unknown-block"),
        (AddWire("p", wire("a.y", "b.x", route=((float("nan"), 0),))), "bad-edit"),
        (ReplaceWire("p", wire("a.y", "b.x"), wire("a.y", "c.x")), "bad-wire"),
        (ReplaceWire("p", wire("a.output", "b.x"), wire("a.output", "gone.x")), "unknown-block"),
        (OrderWires("p", "c", "inputs", [0]), "bad-count"),
        (AddPage(Page(name="p")), "duplicate-page"),
        (AddPage(Page(name=" ")), "bad-edit"),
        (RenamePage("p", "q"), "duplicate-page"),
        (RenamePage("p", "\ud800"), "bad-literal"),
        (RemovePage("gone"), "bad-edit"),
        (MovePage("gone", 0), "bad-edit"),
        (SetRun("p", RunSettings(steps=1.5)), "bad-edit"),
        (SetScope("p", Scope(seed="x")), "bad-edit"),
        (SetPageView("p", PageView(compact="yes")), "bad-edit"),
        (SetBlockViews("p", {"a": BlockView(), "gone": BlockView()}), "unknown-block"),
        (SetBlockViews("p", {"a": BlockView(color="\ud800")}), "bad-edit"),
        (ChangeNote("p", Note(id="gone")), "unknown-block"),
        (ChangeNote("p", Note(id="n", size=(float("nan"), 1))), "bad-edit"),
        (ChangeMonitor("p", Monitor(id="gone", kind="table")), "unknown-block"),
        (ChangeMonitor("p", Monitor(id="m", kind="table", options={"x": {1, 2}})), "bad-edit"),
    ],
)
def test_a_refused_edit_says_why_and_changes_nothing(project, edit, code):
    before = copy.deepcopy(project)
    with pytest.raises(EditRefused) as caught:
        edit.do(project)
    assert caught.value.problem.code == code
    assert project == before


def test_the_last_page_stays(project):
    RemovePage("q").do(project)
    with raises_saying(EditRefused, say("edit.last-page")):
        RemovePage("p").do(project)


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (AddBlocks("p", [Block(id="x", symbol="MatMul")]), "Add MatMul"),
        (AddWire("p", wire("read.contents", "decode.contents")), "Wire read.contents to decode.contents"),
        (RemoveItems("p", blocks=["read"]), "Remove read"),
        (RemoveItems("p", blocks=["a", "b"], notes=["n"]), "Remove 3 items"),
        (RemoveWires("p", [wire("a.y", "b.x")]), "Remove wire a.y to b.x"),
        (MoveItems("p", {"a": (0, 0), "b": (0, 0)}), "Move 2 items"),
        (SetPin("p", "a", "value", "1"), "Set a.value"),
        (SetPin("p", "a", "value", None), "Empty a.value"),
        (SwitchBlocks("p", ["a", "b"], True), "Switch 2 blocks off"),
        (RenamePage("p", "q"), 'Rename page "p" to "q"'),
        (AddNote("p", Note(id="n")), "Add a note"),
    ],
)
def test_names_say_what_would_be_undone(edit, name):
    assert edit.name == name


def test_free_ids_are_short_and_unused(project):
    page = project.pages[0]
    assert free_id(page, "MatMul") == "matmul"
    assert free_id(page, "raw.Conv3D") == "conv3d"
    assert free_id(page, "A") == "a_2"
    assert free_id(page, "N") == "n_2"
    assert free_id(page, "M", taken={"m_2"}) == "m_3"
    assert free_id(page, "Const_ex") == "const_ex"
    assert free_id(page, "행렬") == "block"
