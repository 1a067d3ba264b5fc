"""Pages that are damaged, cut off or made to harm: a clear fault, and nothing is followed or run."""

from __future__ import annotations

import os
import struct

import pytest

from app.document.formats.enuspace import read_page
from app.document.formats.registry import open_project
from app.document.model.sentence import say
from app.document.storage.errors import FileProblem
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.messages import error_text
from tests.support.enuspace_pages import HEAD, binary, page_text, pin, use, write_page
from tests.support.words import holds

ENTITIES = """<!DOCTYPE svg [
 <!ENTITY a "aaaaaaaaaa"> <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"> <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
]>
"""


def refused(tmp_path, content):
    """The fault of opening such a file."""
    path = tmp_path / "page.svg"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(FileProblem) as caught:
        open_project(path)
    assert caught.value.file == str(path)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_page_that_ends_in_the_middle_says_where(tmp_path, encoding):
    text = page_text(use("a", "Const", pin("val", "1", word="int")))
    fault = refused(tmp_path, text[: len(text) * 2 // 3].encode(encoding))
    assert holds(fault.sentence, say("xml.incomplete"))
    assert fault.line == text[: len(text) * 2 // 3].count("\n") + 1


def test_half_a_character_at_the_end_is_a_fault(tmp_path):
    assert holds(
        refused(tmp_path, page_text(use("a", "Const")).encode("utf-16")[:-1]).sentence, say("xml.bad-byte")
    )


def test_bytes_of_another_encoding_are_not_guessed(tmp_path):
    assert holds(
        refused(tmp_path, page_text(use("\xe9", "Const")).encode("latin-1")).sentence,
        say("xml.bad-byte", encoding="UTF-8"),
    )


def test_a_declaration_of_utf16_over_plain_bytes_is_no_obstacle(tmp_path):
    path = tmp_path / "page.svg"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-16"?>\n' + page_text(use("a", "Const")), encoding="utf-8"
    )
    assert list(read_page(path).page.blocks) == ["a"]


def test_a_codec_that_is_no_text_encoding_is_refused(tmp_path):
    assert holds(
        refused(tmp_path, '<?xml version="1.0" encoding="hex"?>' + page_text()).sentence,
        say("xml.unknown-encoding", encoding="hex"),
    )


@pytest.mark.parametrize("head", [ENTITIES, '<!DOCTYPE svg SYSTEM "file:///etc/passwd">\n'])
def test_entities_and_outer_declarations_are_refused_before_anything_is_expanded(tmp_path, head):
    fault = refused(tmp_path, head + HEAD + "<text>&c;</text></svg>")
    assert holds(fault.sentence, say("xml.declares-entities"))
    assert fault.line == 1


def test_elements_nested_without_end_are_refused(tmp_path):
    assert holds(refused(tmp_path, HEAD + "<g>" * 100_000).sentence, say("xml.too-deep"))


@pytest.mark.parametrize(
    "content", ["", "hello", "<html></html>", '<svg xmlns="http://www.w3.org/2000/svg"/>']
)
def test_other_files_named_svg_are_no_pages(tmp_path, content):
    assert error_text(refused(tmp_path, content))


def test_a_dat_file_that_is_too_short_is_a_problem_of_the_pin(tmp_path):
    elements = [
        use("a", "Const", binary("val", "[4]", "float", 0)),
        use("b", "Const", binary("val", "[2]", "float", 0)),
    ]
    read = read_page(write_page(tmp_path, elements, struct.pack("<2f", 1, 2)))
    assert [(p.code, p.severity, p.block, p.pin) for p in read.problems] == [
        ("missing-array", "error", "a", "val")
    ]
    assert holds(read.problems[0].sentence, say("array.beyond-file", size=8, begin=0, end=16))
    assert read.page.blocks["b"].pins["val"] == "{1.0f,2.0f}"


def test_a_missing_dat_file_is_named(tmp_path):
    read = read_page(write_page(tmp_path, [use("a", "Const", binary("val", "[4]", "float", 0))]))
    assert holds(read.problems[0].sentence, say("enuspace.no-arrays", file="page.dat"))
    assert read.problems[0].code == "missing-array"


@pytest.mark.parametrize(
    "inside",
    [
        binary("val", "[99999999][99999999]", "double", 0),
        binary("val", "[2]", "string", 0),
        binary("val", "[2]", "float", -4),
        pin("val", "1;;2", "[3]", "int"),
        pin("val", "1;2", "[99999999][99999999]", "double"),
        pin("val", "1e99", "", "int"),
    ],
)
def test_a_value_that_cannot_be_read_names_block_and_pin(tmp_path, inside):
    read = read_page(write_page(tmp_path, [use("c", "Const", inside)], bytes(64)))
    assert [(p.severity, p.block, p.pin) for p in read.problems] == [("error", "c", "val")]


@pytest.mark.parametrize(
    "transform", ["translate(nan,inf)", "translate(1e999,0)", "rotate()", "matrix(1)", "skew(]"]
)
def test_a_broken_transform_leaves_the_block_at_a_place_that_a_project_can_hold(tmp_path, transform):
    block = read_page(write_page(tmp_path, [use("a", "Const", transform=transform)])).page.blocks["a"]
    assert all(abs(v) <= 1e9 for v in block.at)


def test_an_element_without_its_attributes_does_not_stop_the_reading(tmp_path):
    elements = [
        "<use/>",
        "<pg-link/>",
        "<polyline><pg-link/></polyline>",
        "<polyline/>",
        "<pg-trend/>",
        "<text/>",
        "<path/>",
    ]
    page = read_page(write_page(tmp_path, [use("a", "Const"), *elements])).page
    assert "a" in page.blocks
    assert page.wires == []
    assert not any(block.label for block in page.blocks.values())


def test_numbers_beyond_all_bounds_still_make_a_project_that_can_be_saved(tmp_path):
    elements = [
        use("a", "Const", transform="translate(1e999,-1e999) scale(1e300) scale(1e300)"),
        '<text id="t" font-size="1e999" x="1e999">x</text>',
        '<pg-trend id="m" yview-max="1e999" width="1e999" duration="1e999"/>',
    ]
    project = open_project(write_page(tmp_path, elements)).project
    (page,) = loads(dumps(project)).project.pages
    assert (page.notes.keys(), page.monitors.keys(), page.unread) == ({"t"}, {"m"}, [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_arrays_that_are_a_pipe_or_a_device_are_not_waited_for(tmp_path):
    elements = [use("a", "Const", binary("val", "[4]", "float", 0))]
    path = write_page(tmp_path, elements)
    os.mkfifo(tmp_path / "page.dat")
    assert holds(read_page(path).problems[0].sentence, say("enuspace.no-arrays", file="page.dat"))
    (tmp_path / "page.dat").unlink()
    (tmp_path / "page.dat").symlink_to("/dev/zero")
    assert holds(read_page(path).problems[0].sentence, say("enuspace.no-arrays", file="page.dat"))


def test_of_a_huge_dat_file_only_what_pins_hold_is_read(tmp_path):
    path = write_page(tmp_path, [use("a", "Const", binary("val", "[2]", "float", 8))], bytes(8))
    with open(tmp_path / "page.dat", "r+b") as file:
        file.seek(8)
        file.write(struct.pack("<2f", 1, 2))
        file.truncate(1 << 40)  # sparse: it takes no room on the disk
    read = read_page(path)
    assert read.problems == []
    assert read.page.blocks["a"].pins["val"] == "{1.0f,2.0f}"
    beyond = write_page(tmp_path, [use("a", "Const", binary("val", "[2]", "float", 1 << 39))], name="beyond")
    os.rename(tmp_path / "page.dat", tmp_path / "beyond.dat")
    assert [p.code for p in read_page(beyond).problems] == ["missing-array", "missing-array"]
