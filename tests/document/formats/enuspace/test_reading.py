"""Pages of enuSpace: what becomes of blocks, pin values, wires, ids and files."""

from __future__ import annotations

import struct

import pytest

from app.document.checks.page import check_page
from app.document.editing.document import Document
from app.document.formats.enuspace import read_page
from app.document.formats.registry import open_project
from app.document.literals.parser import parse_literal
from app.document.model.diagram import ArrayRef, PinRef
from app.document.model.sentence import say
from app.document.resources.search_path import missing_files
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from blocks.catalog import load
from tests.support.enuspace_pages import binary, line, link, pin, use, write_page
from tests.support.words import holds


def texts(path, block):
    """The pins of a block of the page."""
    return read_page(path).page.blocks[block].pins


def codes(read):
    """Code, block and pin of each problem."""
    return [(p.code, p.block, p.pin) for p in read.problems]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
def test_a_page_opens_in_every_encoding_that_enuspace_and_editors_write(tmp_path, encoding):
    path = write_page(tmp_path, [use("한", "Const", pin("val", "1", word="int"))], encoding=encoding)
    loaded = open_project(path)
    (page,) = loaded.project.pages
    assert page.name == "page"
    assert not loaded.is_project_file
    assert [b.label for b in page.blocks.values()] == ["한"]


@pytest.mark.parametrize(
    ("word", "value", "shape", "dtype", "values"),
    [
        ("double", "3.000000;2.000000;-1.000000;0.000000", "[2][2]", "DT_DOUBLE", (3.0, 2.0, -1.0, 0.0)),
        (
            "float",
            "0.100000;0.500000",
            "[1][2]",
            "DT_FLOAT",
            struct.unpack("<2f", struct.pack("<2f", 0.1, 0.5)),
        ),
        ("int", "0;5;2;", "[3]", "DT_INT32", (0, 5, 2)),
        ("int", "7.000000", "", "DT_INT32", (7,)),
        ("bool", "TRUE;FALSE;1", "[3]", "DT_BOOL", (True, False, True)),
        ("string", "a;b c", "[2]", "DT_STRING", (b"a", b"b c")),
        ("string", "{0}", "", "DT_STRING", (b"{0}",)),
        ("double", "{1,2}", "[2]", "DT_DOUBLE", (1.0, 2.0)),
        ("double", "1.#INF;-1.#INF", "[2]", "DT_DOUBLE", (float("inf"), float("-inf"))),
    ],
)
def test_a_consts_typed_array_becomes_a_literal_of_the_same_tensor(
    tmp_path, word, value, shape, dtype, values
):
    path = write_page(tmp_path, [use("c", "Const", pin("val", value, shape, word))])
    literal = parse_literal(texts(path, "c")["val"])
    sizes = tuple(int(n) for n in shape.strip("[]").split("][")) if shape else ()
    assert (literal.dtype, literal.shape, literal.values) == (dtype, sizes, values)


def test_const_ex_takes_its_dtype_pin_and_cuts_numbers_to_integers_as_the_original_does(tmp_path):
    inside = pin("val", "1.000000;2.700000", "[2]", "double"), pin("dtype", "DT_INT32")
    assert texts(write_page(tmp_path, [use("c", "Const_ex", *inside)]), "c") == {
        "val": "{1,2}",
        "dtype": "DT_INT32",
    }


def test_pages_of_version_2_say_no_types_and_hold_literals(tmp_path):
    elements = [
        use(
            "a",
            "Const",
            pin("val", "{{1.5,2},{3,4}}", word=""),
            pin("result_output", "{{1.5,2},{3,4}}", word=""),
        ),
        use("b", "Const", pin("val", "1;2;3;4", "[2][2]", word="")),
        use("c", "Const_ex", pin("val", "0", word=""), pin("dtype", "DT_FLOAT", word="")),
        use("d", "Variable", pin("initvalues", "{1,2}", word=""), pin("dtype", "DT_INT64", word="")),
    ]
    read = read_page(write_page(tmp_path, elements))
    held = {block.id: block.pins for block in read.page.blocks.values()}
    assert held["a"]["val"] == "{{1.5,2},{3,4}}"
    assert held["b"]["val"] == "{{1,2},{3,4}}"
    assert held["c"] == {"val": "0", "dtype": "DT_FLOAT"}
    assert held["d"] == {"initvalues": "{1,2}", "dtype": "DT_INT64"}
    saved = read.saved()["a.output"]
    assert (saved.shape, tuple(saved.values)) == ((2, 2), (1.5, 2.0, 3.0, 4.0))


def test_arrays_in_the_dat_file_are_packed_one_after_another(tmp_path):
    dat = struct.pack("<2d", 1.5, -2.0) + struct.pack("<2f", 0.1, 0.25) + struct.pack("<i", -7) + b"\1\0"
    elements = [
        use("d", "Const", binary("val", "[2]", "double", 0)),
        use("f", "Const", binary("val", "[1][2]", "float", 16)),
        use("i", "Const", binary("val", "", "int", 24)),
        use("b", "Const", binary("val", "[2]", "bool", 28)),
    ]
    blocks = read_page(write_page(tmp_path, elements, dat)).page.blocks
    found = {name: parse_literal(block.pins["val"]) for name, block in blocks.items()}
    assert {k: (v.dtype, v.shape, v.values) for k, v in found.items()} == {
        "d": ("DT_DOUBLE", (2,), (1.5, -2.0)),
        "f": ("DT_FLOAT", (1, 2), struct.unpack("<2f", struct.pack("<2f", 0.1, 0.25))),
        "i": ("DT_INT32", (), (-7,)),
        "b": ("DT_BOOL", (2,), (True, False)),
    }


def test_packed_arrays_without_a_type_have_that_of_the_dtype_pin_or_of_their_size(tmp_path):
    dat = struct.pack("<2d", 1.5, -2.0) + struct.pack("<2i", 7, 8) + struct.pack("<f", 0.25)
    elements = [
        use("d", "Const", binary("val", "[2]", "", 0)),
        use("i", "Const_ex", binary("val", "[2]", "", 16), pin("dtype", "DT_INT32", word="")),
        use("f", "Const", binary("val", "[1]", "", 24)),
    ]
    blocks = read_page(write_page(tmp_path, elements, dat)).page.blocks
    assert {k: b.pins["val"] for k, b in blocks.items()} == {"d": "{1.5,-2.0}", "i": "{7,8}", "f": "{0.25f}"}


def test_every_value_of_a_long_float_array_survives_as_text_and_as_reference(tmp_path):
    numbers = [(-1) ** i * 1.7 ** (i % 90 - 45) for i in range(400)]
    dat = struct.pack("<400f", *numbers)
    path = write_page(tmp_path, [use("c", "Const", binary("val", "[20][20]", "float", 0))], dat)
    literal = parse_literal(texts(path, "c")["val"])
    assert (literal.dtype, literal.shape) == ("DT_FLOAT", (20, 20))
    assert struct.pack("<400f", *literal.values) == dat
    apart = read_page(path, npz="w.npz")
    assert apart.page.blocks["c"].pins["val"] == ArrayRef("w.npz", "c.val")
    assert struct.pack("<400f", *apart.stored["c.val"].values) == dat


def test_a_variables_three_ways_to_start(tmp_path):
    elements = [
        use("k", "Const_ex", pin("val", "1.000000;2.000000", "[1][2]", "float"), pin("dtype", "DT_FLOAT")),
        use("wired", "Variable", pin("dtype", "DT_DOUBLE"), pin("shape", "{2,2}"), pin("initvalues", "")),
        use("typed", "Variable", pin("dtype", "DT_DOUBLE"), pin("shape", "{}"), pin("initvalues", "5")),
        use("array", "Variable", pin("dtype", ""), pin("shape", ""), pin("initvalues", "1;2", "[2]", "int")),
        link("k.output", "wired.initvalues"),
    ]
    read = read_page(write_page(tmp_path, elements))
    blocks = read.page.blocks
    assert blocks["wired"].pins == {}  # both are those of the Const, whatever the pins say
    assert (
        sum(holds(one, say("report.line", owner="wired", kind=say("report.replaced"))) for one in read.report)
        == 2
    )
    assert blocks["typed"].pins == {"dtype": "DT_DOUBLE", "shape": "{}", "initvalues": "5"}
    assert blocks["array"].pins == {"initvalues": "{1,2}"}
    assert not [p for p in check_page(read.page, load(), tmp_path) if p.severity == "error"]


def test_texts_of_op_pins_stay_as_typed_and_empty_ones_are_absent(tmp_path):
    inside = (
        pin("x", "1.0f"),
        pin("y", ""),
        pin("scope", "scope"),
        pin("z", ""),
        pin("result_z", "0.0", word="double"),
    )
    assert texts(write_page(tmp_path, [use("add", "Add", *inside)]), "add") == {"x": "1.0f"}


def test_several_wires_into_one_pin_keep_their_order_and_elements(tmp_path):
    elements = [
        use("s", "ClientSession"),
        use("g", "AddSymbolicGradients"),
        link("g.grad_outputs[3]", "s.fetch_outputs"),
        link("g.grad_outputs[0]", "s.fetch_outputs", more='hidden="true"'),
        link("g.grad_outputs[1]", "s.fetch_outputs"),
    ]
    page = read_page(write_page(tmp_path, elements)).page
    assert [w.source for w in page.wires] == [PinRef("g", "grad_outputs", i) for i in (3, 0, 1)]
    assert [w.hidden for w in page.wires] == [False, True, False]


def test_a_wire_drawn_as_a_symbol_of_its_own_is_a_wire(tmp_path):
    wire = '<pg-link from-id="a" param-from="output" to-id="n" param-to="x"/>'
    page = read_page(
        write_page(tmp_path, [use("a", "Const"), use("n", "Negate"), use("w", "Link", wire)])
    ).page
    assert [str(w.source) for w in page.wires] == ["a.output"]
    assert list(page.blocks) == ["a", "n"]


def test_a_misnamed_pin_gets_its_right_name(tmp_path):
    elements = [use("op", "Operation"), use("out", "Output"), link("op.output", "out.output")]
    read = read_page(write_page(tmp_path, elements))
    assert read.page.wires[0].target == PinRef("out", "output_op")
    renamed = say("enuspace.pin-renamed", old="output", new="output_op")
    assert holds(tuple(read.report), line("out", "repaired", renamed))


def test_positions_come_from_translations_matrices_and_groups(tmp_path):
    elements = [
        use("a", "Const", at=(917.22, 293.44)),
        use("b", "Const", transform="matrix(1 0 0 1 30 40)"),
        '<g transform="translate(100,200)"><g transform="scale(2)">',
        use("c", "Const", transform="translate(5,6)"),
        "</g></g>",
    ]
    blocks = read_page(write_page(tmp_path, elements)).page.blocks
    assert {k: b.at for k, b in blocks.items()} == {"a": (917.22, 293.44), "b": (30, 40), "c": (110, 212)}


def test_a_wire_keeps_the_corners_that_do_not_follow_from_its_pins(tmp_path):
    elements = [
        use("a", "Const"),
        use("n", "Negate"),
        link("a.output", "n.x", points="0,0 50,0 50,80 100,80"),
        link("a.output", "n.x", points="0,0 50,0 50,80 -60,80 -60,120 10,120"),
        link("a.output", "n.x", points="0,0 100,3"),
    ]
    wires = read_page(write_page(tmp_path, elements)).page.wires
    assert [w.route for w in wires] == [((50, 40),), ((50, 80), (-60, 80)), ()]


def test_ids_that_tensorflow_does_not_allow_are_mapped_in_blocks_and_wires(tmp_path):
    elements = [use("a b", "Const"), use("_n", "Negate"), link("a b.output", "_n.x")]
    read = read_page(write_page(tmp_path, elements))
    assert {b.id: b.label for b in read.page.blocks.values()} == {"a_b": "a b", "n": "_n"}
    assert str(read.page.wires[0].source) == "a_b.output"
    assert str(read.page.wires[0].target) == "n.x"
    assert holds(tuple(read.report), line("a_b", "repaired", say("enuspace.bad-id", id="a b")))


def test_the_second_block_of_an_id_is_renamed_and_reported(tmp_path):
    elements = [
        use("a", "Const"),
        use("a", "Negate"),
        use("s", "ClientSession"),
        link("a.output", "s.fetch_outputs"),
    ]
    read = read_page(write_page(tmp_path, elements))
    assert {b.id: b.symbol for b in read.page.blocks.values()} == {
        "a": "Const",
        "a_2": "Negate",
        "s": "ClientSession",
    }
    assert codes(read) == [("duplicate-id", "a_2", None)]


def test_a_wire_to_nothing_is_left_out_and_reported(tmp_path):
    read = read_page(
        write_page(tmp_path, [use("a", "Const"), link("a.output", "gone.x"), link("a.", "a.val")])
    )
    assert read.page.wires == []
    assert codes(read) == [("unknown-block", "a", None), ("bad-wire", "a", None)]


def test_what_the_catalog_does_not_know_stays(tmp_path):
    elements = [use("x", "NoSuchBlock", pin("magic", "7")), use("n", "Negate", pin("colour", "red"))]
    page = read_page(write_page(tmp_path, elements)).page
    assert (page.blocks["x"].symbol, page.blocks["x"].pins) == ("NoSuchBlock", {"magic": "7"})
    assert page.blocks["n"].pins == {"colour": "red"}
    assert loads(dumps(open_project(tmp_path / "page.svg").project)).project.pages[0].blocks == page.blocks


def test_a_named_file_is_found_beside_the_page_by_its_base_name(tmp_path):
    (tmp_path / "Labels.idx1").write_bytes(b"")
    far = "C:\\\\Users\\\\someone\\\\data\\\\labels.idx1"
    elements = [
        use("c", "Const_ex", pin("val", far), pin("dtype", "DT_STRING")),
        use("r", "ReadFile", pin("filename", far)),
        use("w", "WriteFile", pin("filename", "D:/out/result.txt"), pin("contents", "x")),
    ]
    read = read_page(write_page(tmp_path, elements))
    blocks = read.page.blocks
    assert (blocks["c"].pins["val"], blocks["r"].pins["filename"]) == ('"Labels.idx1"', '"Labels.idx1"')
    assert blocks["w"].pins["filename"] == '"result.txt"'  # written beside the project, not looked for
    assert read.problems == []
    elsewhere = tmp_path / "sub"
    elsewhere.mkdir()
    moved = read_page(tmp_path / "page.svg", folder=elsewhere).page.blocks["r"].pins["filename"]
    assert moved == '"../Labels.idx1"'


def test_a_relative_path_with_the_separators_of_windows_is_found(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.bin").write_bytes(b"")
    elements = [
        use("r", "ReadFile", pin("filename", "data\\\\a.bin")),
        use("c", "Const_ex", pin("val", "/x"), pin("dtype", "DT_STRING")),
    ]
    read = read_page(write_page(tmp_path, elements))
    assert read.page.blocks["r"].pins["filename"] == '"data/a.bin"'
    assert read.page.blocks["c"].pins["val"] == '"/x"'
    assert read.problems == []


def test_a_file_that_is_not_beside_the_page_is_a_problem_of_its_pin(tmp_path):
    path = write_page(
        tmp_path, [use("c", "Const_ex", pin("val", "C:\\\\d\\\\a.bin"), pin("dtype", "DT_STRING"))]
    )
    read = read_page(path)
    (missing,) = missing_files(read.page, load(), tmp_path, [tmp_path / "data"])
    assert (missing.code, missing.block, missing.pin) == ("missing-file", "c", "val")
    assert holds(missing.sentence, say("file.named-here", name="a.bin"))
    assert holds(missing.sentence, say("file.folders", folders=(str(tmp_path), str(tmp_path / "data"))))
    assert parse_literal(read.page.blocks["c"].pins["val"]).values == (b"C:\\d\\a.bin",)


def test_a_device_is_no_file(tmp_path):
    assert (
        read_page(write_page(tmp_path, [use("s", "ClientSession", pin("device", "/cpu:0"))])).problems == []
    )


def test_an_array_that_does_not_fill_its_shape_is_repaired_and_reported(tmp_path):
    read = read_page(write_page(tmp_path, [use("c", "Const", pin("val", "1;2;3", "[2][2]", "int"))]))
    assert read.page.blocks["c"].pins["val"] == "{{1,2},{3,0}}"
    padded = say("report.at-pin", pin="val", what=say("array.padded", count=3, shape=(2, 2)))
    assert holds(tuple(read.report), line("c", "repaired", padded))


def test_the_saved_state_is_that_of_the_variables_in_their_own_shape(tmp_path):
    elements = [
        use(
            "v",
            "Variable",
            pin("dtype", "DT_FLOAT"),
            pin("shape", "{2,1}"),
            pin("result_ref", "5;6", "[1][2]", "float"),
        ),
        use(
            "w", "Variable", pin("initvalues", "1;2", "[2]", "int"), pin("result_ref", "5;6;7", "[3]", "int")
        ),
    ]
    found = read_page(write_page(tmp_path, elements)).snapshot()
    assert {k: (a.dtype, a.shape, tuple(a.values)) for k, a in found.items()} == {
        "v": ("DT_FLOAT", (2, 1), (5, 6))
    }


def test_a_page_opens_as_an_unsaved_document_whose_files_lie_beside_the_page(tmp_path):
    document = Document.open(write_page(tmp_path, [use("a", "Const")]))
    assert document.path is None
    assert not document.is_modified
    assert document.folder == tmp_path
