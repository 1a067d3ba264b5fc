"""Pages of enuSpace: the files that they name, what they would write, several pages at once, saved results."""

from __future__ import annotations

import os

import pytest

from app.document.editing.document import Document
from app.document.editing.relocation import bring_store, move_of, relocate
from app.document.formats.enuspace import read_page, read_project
from app.document.formats.registry import open_project
from app.document.literals.parser import parse_literal
from app.document.model.diagram import Block, Page, PinRef, Project, Wire
from app.document.model.sentence import say
from app.document.resources.search_path import located, missing_files
from app.document.storage.errors import FileProblem
from blocks.catalog import load
from tests.support.enuspace_pages import link, pin, use, write_page
from tests.support.words import holds, raises_saying, sentences


def texts(path, block, **more):
    """The pins of a block of the page."""
    return read_page(path, **more).page.blocks[block].pins


def wired(*wires):
    """Wires of a page, ``a.b > c.d``."""
    ends = [wire.split(" > ") for wire in wires]
    return [Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in ends]


# --- reading ----------------------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path):
    """A data folder with two files, and a page's folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "Train.IDX").write_bytes(b"1")
    (folder / "net.ckpt.index").write_bytes(b"2")
    (tmp_path / "page").mkdir()
    return folder


def test_a_file_is_looked_for_beside_the_page_first_and_then_in_the_data_folders(tmp_path, data):
    far = pin("filename", "C:\\\\Users\\\\x\\\\train.idx")
    path = write_page(tmp_path / "page", [use("r", "ReadFile", far)])
    assert texts(path, "r", data=[data])["filename"] == '"../data/Train.IDX"'
    (tmp_path / "page" / "train.idx").write_bytes(b"")
    assert texts(path, "r", data=[data])["filename"] == '"train.idx"'


def test_a_checkpoint_is_found_by_what_its_files_have_in_common(tmp_path, data):
    inside = pin("file_pattern", "D:/run/NET.ckpt"), pin("tensor_name", "W"), pin("dt", "DT_FLOAT")
    path = write_page(tmp_path / "page", [use("r", "Restore", *inside)])
    assert texts(path, "r", data=[data])["file_pattern"] == '"../data/net.ckpt"'


def test_a_project_finds_files_in_data_folders_without_a_change_of_its_texts(tmp_path, data):
    blocks = [
        Block(id="name", symbol="Const", pins={"val": '"train.idx"'}),
        Block(id="queue", symbol="FIFOQueue", pins={"component_types": "DT_STRING"}),
        Block(id="put", symbol="QueueEnqueue"),
        Block(id="reader", symbol="WholeFileReader"),
        Block(id="read", symbol="ReaderRead"),
        Block(id="title", symbol="Const", pins={"val": '"train.idx"'}),
    ]
    wires = wired(
        "name.output > put.components", "queue.handle > put.handle", "queue.handle > read.queue_handle",
        "reader.reader_handle > read.reader_handle",
    )  # fmt: skip
    page = Page(name="p", blocks={b.id: b for b in blocks}, wires=wires)
    there = located(page, load(), tmp_path / "page", [data]).page
    assert there.blocks["name"].pins["val"] == '"../data/Train.IDX"'
    assert there.blocks["title"].pins["val"] == '"train.idx"'  # goes nowhere, so it is no file's name
    assert page.blocks["name"].pins["val"] == '"train.idx"'
    assert missing_files(page, load(), tmp_path / "page", [data]) == []
    (missing,) = missing_files(page, load(), tmp_path / "page")
    assert (missing.block, missing.pin, missing.related) == ("name", "val", ("read.queue_handle",))
    folders = say("file.folders", folders=(str(tmp_path / "page"),))
    assert holds(missing.sentence, say("file.sought", name="train.idx", here=None, folders=folders))


def test_what_is_written_is_never_led_to_a_file_of_the_user(tmp_path, data):
    blocks = [
        Block(id="name", symbol="Const", pins={"val": '"Train.IDX"'}),
        Block(id="w", symbol="WriteFile", pins={"contents": '"x"'}),
        Block(id="r", symbol="ReadFile"),
    ]
    page = Page(
        name="p",
        blocks={b.id: b for b in blocks},
        wires=wired("name.output > w.filename", "name.output > r.filename"),
    )
    assert located(page, load(), tmp_path / "page", [data]).page is page


def test_a_data_folder_that_cannot_be_read_and_odd_names_find_nothing(tmp_path, data):
    odd = tmp_path / "da ta;\n'ä"
    odd.mkdir()
    (odd / "train.idx").write_bytes(b"")
    page = Page(name="p", blocks={"r": Block(id="r", symbol="ReadFile", pins={"filename": "train.idx"})})
    assert missing_files(
        page, load(), tmp_path / "page", [tmp_path / "none", tmp_path / "data" / "Train.IDX"]
    )
    assert missing_files(page, load(), tmp_path / "page", [tmp_path / "none", odd]) == []


# --- writing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "far", ["C:\\\\out\\\\net.t", "/etc/net.t", "../../net.t", "\\\\\\\\host\\\\share\\\\net.t", "~/net.t"]
)
def test_a_page_writes_in_its_own_folder_whatever_it_names(tmp_path, far):
    elements = [
        use("s", "Save", pin("filename", far), pin("tensor_names", "W")),
        use("c", "Const_ex", pin("val", far), pin("dtype", "DT_STRING")),
        use("w", "WriteFile", pin("contents", "x")),
        link("c.output", "w.filename"),
    ]
    read = read_page(write_page(tmp_path, elements))
    page = read.page
    assert page.blocks["s"].pins["filename"] == '"net.t"'
    assert parse_literal(page.blocks["c"].pins["val"]).values == (b"net.t",)
    assert not page.blocks["w"].off
    led = [s for s in sentences(tuple(read.report)) if s.key == "enuspace.leads-out"]
    assert len(led) == 2


def test_a_name_to_write_that_is_computed_switches_its_block_off_and_says_so(tmp_path):
    elements = [
        use("r", "ReadFile", pin("filename", "name.txt")),
        use("w", "WriteFile", pin("contents", "x")),
        link("r.contents", "w.filename"),
        use("d", "Const", pin("val", "out")),
        use("j", "StringJoin", pin("attrs", "separator_ = /;")),
        use("e", "Const", pin("val", "a.txt")),
        use("safe", "WriteFile", pin("contents", "x")),
        link("d.output", "j.inputs"),
        link("e.output", "j.inputs"),
        link("j.output", "safe.filename"),
        use("p", "PrintV2", pin("input", "x"), pin("attrs", "output_stream_ = file:///tmp/x;")),
    ]
    read = read_page(write_page(tmp_path, elements))
    assert {b.id for b in read.page.blocks.values() if b.off} == {"w", "p"}
    assert {(p.code, p.block) for p in read.problems} == {("unavailable", "w"), ("unavailable", "p")}


def test_a_name_that_is_built_over_and_over_is_refused_at_once(tmp_path):
    """Each of 200 joins takes the one before twice: no walk over every way, and no name of 2^200 letters."""
    elements = [use("j0", "Const", pin("val", "a.txt")), use("w", "WriteFile", pin("contents", "x"))]
    for i in range(1, 200):
        elements += [use(f"j{i}", "StringJoin"), *[link(f"j{i - 1}.output", f"j{i}.inputs")] * 2]
    elements += [link("j3.output", "w.filename"), use("v", "WriteFile", pin("contents", "x"))]
    elements += [link("j199.output", "v.filename")]
    page = read_page(write_page(tmp_path, elements)).page
    assert {b.id for b in page.blocks.values() if b.off} == {"v"}


def test_a_name_that_is_built_of_itself_is_refused(tmp_path):
    elements = [use("w", "WriteFile", pin("contents", "x")), use("i", "Identity"), use("k", "Identity")]
    elements += [link("i.output", "k.input"), link("k.output", "i.input"), link("k.output", "w.filename")]
    page = read_page(write_page(tmp_path, elements)).page
    assert page.blocks["w"].off


# --- several pages ----------------------------------------------------------------------------------------------


def test_a_folder_of_pages_is_one_project_with_names_that_differ(tmp_path):
    for place in ("a", "b/deep", "b"):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        write_page(tmp_path / place, [use("c", "Const", pin("val", "1", word="int"))])
    (tmp_path / "picture.svg").write_text("<svg/>")
    loaded = open_project(tmp_path)
    assert [page.name for page in loaded.project.pages] == ["page", "page (2)", "page (3)"]
    assert loaded.problems == {}


def test_a_page_that_does_not_read_is_reported_and_the_others_open(tmp_path):
    good = write_page(tmp_path, [use("c", "Const")], name="good")
    bad = tmp_path / "bad.svg"
    bad.write_text("<svg")
    loaded = read_project([bad, good])
    assert [page.name for page in loaded.project.pages] == ["good"]
    (problem,) = loaded.problems[""]
    assert holds(problem.sentence, say("enuspace.not-among-pages", file=str(bad)))
    with pytest.raises(FileProblem):
        read_project([bad])


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="there are no symbolic links")
def test_links_in_a_circle_and_folders_without_pages_end(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    with raises_saying(FileProblem, say("enuspace.no-page-in")):
        read_project([tmp_path])
    write_page(tmp_path, [use("c", "Const")])
    assert len(read_project([tmp_path]).project.pages) == 1


def test_a_folder_of_thousands_of_files_is_looked_through_once_and_no_further_than_said(tmp_path):
    for i in range(10_000):
        (tmp_path / f"{i}.txt").touch()
    write_page(tmp_path, [use("r", "ReadFile", pin("filename", "C:\\\\x\\\\777.TXT"))])
    assert read_project([tmp_path]).project.pages[0].blocks["r"].pins["filename"] == '"777.txt"'


# --- saved results ----------------------------------------------------------------------------------------------


def handle_page(tmp_path, *, filled: bool):
    """A page that fetches a value behind a reader, with results as enuSpace filed them."""
    string, number = ("31;32", "[2]", "string"), ("5;6", "[2][1]", "int")
    blank = ("0.000000", "", "double")
    read_values, decoded = (string, number) if not filled else (blank, string)
    handle = number if filled else blank
    return write_page(
        tmp_path,
        [
            use("s", "ClientSession"),
            use("q", "FIFOQueue", pin("component_types", "DT_STRING"), pin("result_handle", *blank)),
            use("r", "FixedLengthRecordReader", pin("record_bytes", "1"), pin("result_reader_handle", *handle)),
            use("read", "ReaderReadUpTo", pin("num_records", "2"), pin("result_values", *read_values)),
            use("raw", "DecodeRaw", pin("out_type", "DT_UINT8"), pin("result_output", *decoded)),
            link("r.reader_handle", "read.reader_handle"),
            link("q.handle", "read.queue_handle"),
            link("read.values", "raw.bytes"),
            link("r.reader_handle", "s.fetch_outputs"),
            link("raw.output", "s.fetch_outputs"),
        ],
    )  # fmt: skip


@pytest.mark.parametrize("filled", [True, False])
def test_results_that_were_filed_one_pin_early_are_given_back_and_others_stay(tmp_path, filled):
    read = read_page(handle_page(tmp_path, filled=filled))
    saved = read.saved()
    assert holds(tuple(read.report), say("enuspace.given-back", count=2)) is filled
    assert {key: tuple(value.values) for key, value in saved.items()} == {
        "read.values": (b"31", b"32"),
        "raw.output": (5, 6),
    }


# --- another folder ---------------------------------------------------------------------------------------------


def test_a_project_takes_its_arrays_and_named_files_along_and_never_what_lies_outside(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    new.mkdir()
    (old / "a.txt").write_text("a")
    (old / "s.npz").write_text("npz")
    (tmp_path / "b.txt").write_text("b")
    (new / "a.txt").write_text("other")
    blocks = [
        Block(id=i, symbol="ReadFile", pins={"filename": f})
        for i, f in (("a", "a.txt"), ("b", "../b.txt"), ("c", "none"))
    ]
    page = Page(name="p", blocks={b.id: b for b in blocks}, snapshots={"x": {"npz": "s.npz"}})
    move = move_of(Project(pages=[page]), load(), old, new)
    assert (sorted(move.names), move.replaced, move.outside) == (["a.txt", "s.npz"], ["a.txt"], [])
    relocate(move, old, new)
    assert (new / "a.txt").read_text() == "a"
    assert move_of(Project(pages=[page]), load(), old, new).names == []
    far = tmp_path / "far" / "away"
    far.mkdir(parents=True)
    assert move_of(Project(pages=[page]), load(), old, far).outside == ["../b.txt"]


def test_what_an_imported_page_keeps_in_its_store_lies_beside_the_saved_project(tmp_path):
    store = tmp_path / "store"
    store.mkdir()
    (store / "p.saved.npz").write_bytes(b"1")
    page = Page(name="p", snapshots={"as saved": {"npz": str(store / "p.saved.npz")}})
    document = Document(Project(pages=[page]))
    document.store = store
    bring_store(document, tmp_path / "x.tblocks")
    assert page.snapshots == {"as saved": {"npz": "x.saved.npz"}}
    assert (tmp_path / "x.saved.npz").read_bytes() == b"1"
    document.undo()
    assert page.snapshots == {"as saved": {"npz": str(store / "p.saved.npz")}}
