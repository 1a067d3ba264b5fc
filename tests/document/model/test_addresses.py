"""Renaming: every address of a page that named the old id names the new one, and there and back changes nothing."""

import re

from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.document.editing.edits import RenameBlock
from app.document.model.addresses import by_id, with_addresses
from app.document.model.diagram import Block, Monitor, Page, PinRef, Project, RunSettings, Wire
from app.document.model.stored_values import under_present_ids
from app.document.storage.writer import dumps
from tests.support.random_projects import ids, patient

_HEAD = re.compile(r"\s*([^./\s]+)([./])")


_PINS = st.sampled_from(["y", "output", "odd name"])
_ENTRIES = st.sampled_from([{"npz": "s.npz"}, {"npz": "s.npz", "step": 3}, {"file": "s"}, "odd"])


@st.composite
def named_pages(draw):
    """Pages on which everything that can name a block does."""
    names = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    owners = st.sampled_from(names) | ids
    within = st.sampled_from(["", "", "/inner", "/a/b"])
    addresses = st.builds("{}{}.{}{}".format, owners, within, _PINS, st.sampled_from(["", "[0]", "[1][2]"]))
    ends = st.builds(PinRef, owners, _PINS, st.none() | st.integers(0, 9))
    lists = st.lists(addresses, max_size=2).map(tuple)
    conditions = st.builds("{}{} < 1".format, st.sampled_from(["", " "]), addresses)
    return Page(
        name="p",
        run=RunSettings(until=draw(st.none() | conditions), guard=draw(st.booleans() | lists)),
        blocks={i: Block(id=i, symbol=draw(st.sampled_from(["Variable", "Add"]))) for i in names},
        wires=draw(st.lists(st.builds(Wire, source=ends, target=ends), max_size=3)),
        monitors={i: Monitor(id=i, kind="curve", pins=draw(lists)) for i in ("m 1", "m 2")},
        snapshots=draw(st.dictionaries(st.sampled_from("pqr"), _ENTRIES, max_size=2)),
        results=draw(st.none() | st.just({"npz": "r.npz"})),
    )


def named(page):
    """Return every text of a page that begins with an address, in order."""
    texts = [str(end) for wire in page.wires for end in (wire.source, wire.target)]
    texts += [pin for monitor in page.monitors.values() for pin in monitor.pins]
    texts += [] if page.run.until is None else [page.run.until]
    return texts + ([] if isinstance(page.run.guard, bool) else list(page.run.guard))


def heads(page):
    return [found[1] for text in named(page) if (found := _HEAD.match(text))]


def bytes_of(page):
    return dumps(Project(pages=[page]))


def free(page, new):
    return new not in {*page.blocks, *page.notes, *page.monitors, *heads(page)}


@patient
@given(named_pages(), st.data())
def test_every_address_that_named_the_old_id_names_the_new_one(page, data):
    old, new = data.draw(st.sampled_from(list(page.blocks))), data.draw(ids)
    assume(free(page, new))
    before = heads(page)
    RenameBlock(page.name, old, new).do(Project(pages=[page]))
    assert heads(page) == [new if head == old else head for head in before]


@patient
@given(named_pages(), st.data())
def test_undo_of_a_renaming_restores_the_same_bytes(page, data):
    old, new = data.draw(st.sampled_from(list(page.blocks))), data.draw(ids)
    assume(free(page, new))
    before, project = bytes_of(page), Project(pages=[page])
    edit = RenameBlock(page.name, old, new)
    edit.do(project)
    after = bytes_of(page)
    edit.undo(project)
    assert bytes_of(page) == before
    edit.do(project)
    assert bytes_of(page) == after


@patient
@given(named_pages(), st.data())
def test_renaming_there_and_back_gives_the_same_page(page, data):
    old, new = data.draw(st.sampled_from(list(page.blocks))), data.draw(ids)
    assume(free(page, new))
    before, project = bytes_of(page), Project(pages=[page])
    RenameBlock(page.name, old, new).do(project)
    RenameBlock(page.name, new, old).do(project)
    assert bytes_of(page) == before


@patient
@given(named_pages())
def test_what_names_no_renamed_block_is_the_very_same(page):
    same = with_addresses(page, by_id({}))
    assert same == page
    assert all(a is b for a, b in zip(same.wires, page.wires, strict=True))
    assert same.run is page.run


# Steps of a page's life: rename the nth block, remove it, add a new one under an id, or store a snapshot.
_DEEDS = st.sampled_from(["rename", "rename", "remove", "add", "store"])
_STEPS = st.lists(st.tuples(_DEEDS, st.integers(0, 5), st.sampled_from("abcd")), max_size=12)


@given(_STEPS)
@example([("store", 0, "a"), ("rename", 1, "c"), ("remove", 1, "a"), ("rename", 0, "c")])
def test_a_snapshot_finds_each_block_again_whatever_it_is_called_by_now(steps):
    """Each Variable bears a number for life; what a snapshot holds of it must come back to it."""
    page = Page(name="p", blocks={i: Block(id=i, symbol="Variable", label=i) for i in "ab"})
    project, files, born = Project(pages=[page]), {}, 0
    for what, which, new in steps:
        names = list(page.blocks)
        if what == "store":
            file = f"{len(files)}.npz"
            files[file] = {b.id: b.label for b in page.blocks.values()}
            page.snapshots[file] = {"npz": file}
        elif what == "add" and new not in page.blocks:
            born += 1
            page.blocks[new] = Block(id=new, symbol="Variable", label=f"born {born}")
        elif what == "remove" and names:
            del page.blocks[names[which % len(names)]]
        elif what == "rename" and names and new not in page.blocks:
            RenameBlock("p", names[which % len(names)], new).do(project)
    for file, stored in files.items():
        found = under_present_ids(page.snapshots[file], stored)
        for block in page.blocks.values():
            if block.label in stored.values():
                assert found[block.id] == block.label


def test_a_renaming_reaches_into_the_condition_the_guard_and_what_is_stored():
    page = Page(
        name="p",
        blocks={"w": Block(id="w", symbol="Variable"), "ww": Block(id="ww", symbol="Variable")},
        wires=[Wire(source=PinRef("w", "ref"), target=PinRef("ww", "initvalues"))],
        monitors={"m": Monitor(id="m", kind="curve", pins=("w.ref[0]", "ww.ref"))},
        run=RunSettings(until=" w.ref[0] < 0.5", guard=("ww.ref", "w.ref")),
        snapshots={"first": {"npz": "first.npz", "step": 2}},
        results={"npz": "results.npz"},
    )
    project = Project(pages=[page])
    changes = RenameBlock("p", "w", "weights").do(project)
    assert page.run == RunSettings(until=" weights.ref[0] < 0.5", guard=("ww.ref", "weights.ref"))
    assert page.monitors["m"].pins == ("weights.ref[0]", "ww.ref")
    assert page.snapshots == {"first": {"npz": "first.npz", "step": 2, "moved": {"w": "weights"}}}
    assert under_present_ids(page.results, {"w.ref": 1, "ww.ref": 2}) == {"weights.ref": 1, "ww.ref": 2}
    assert [(c.kind, c.old) for c in changes] == [
        ("block-renamed", "w"),
        ("monitor-changed", None),
        ("page-changed", "run"),
        ("page-changed", "snapshots"),
        ("page-changed", "results"),
    ]


def test_a_block_that_is_no_variable_leaves_the_snapshots_alone():
    page = Page(name="p", blocks={"a": Block(id="a", symbol="Add")}, snapshots={"s": {"npz": "s.npz"}})
    RenameBlock("p", "a", "sum").do(Project(pages=[page]))
    assert page.snapshots == {"s": {"npz": "s.npz"}}


def test_an_entry_of_unknown_form_stays_as_it_is():
    entries = {"s": "odd", "t": {"file": "t"}, "u": {"npz": "u.npz", "moved": "yes"}}
    page = Page(name="p", blocks={"a": Block(id="a", symbol="Variable")}, snapshots=dict(entries))
    RenameBlock("p", "a", "w").do(Project(pages=[page]))
    assert page.snapshots == entries
    assert under_present_ids(entries["u"], {"a": 1}) == {"a": 1}
