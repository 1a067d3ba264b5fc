"""Files of records that do not read: which file it is, and what its reader's attrs should say."""

from __future__ import annotations

import gzip
import struct
import zlib

import pytest

from app.document.literals.attrs import read_attrs
from app.messages import hint_text, message_of
from blocks.catalog import load
from tests.support.pages import page, plain, run


@pytest.fixture(scope="module")
def records(tmp_path_factory) -> bytes:
    """Three records of 20 bytes as TensorFlow writes them: 36 bytes each."""
    import tensorflow as tf

    path = tmp_path_factory.mktemp("records") / "x"
    with tf.io.TFRecordWriter(str(path)) as writer:
        for _ in range(3):
            writer.write(b"x" * 20)
    data: bytes = path.read_bytes()
    assert struct.unpack_from("<Q", data)[0] == 20
    return data


def fault(engine, folder, data, attrs="", symbol="TFRecordReader"):
    """Block and pin, words and hint of the one error of a page that reads a file of this content."""
    (folder / "x.rec").write_bytes(data)
    blocks = {
        "title": ("Const", {"val": '"no file"'}),
        "names": ("Const", {"val": '{"x.rec"}'}),
        "queue": ("FIFOQueue", {"component_types": "DT_STRING"}),
        "fill": "QueueEnqueueMany",
        "reader": (symbol, {"attrs": attrs} if attrs else {}),
        "read": ("ReaderReadUpTo", {"num_records": "3"}),
        "first": "ClientSession",
        "last": "ClientSession",
    }
    wires = """
        queue.handle -> fill.handle
        names.output -> fill.components
        title.output -> first.fetch_outputs
        fill.operation -> first.run_outputs
        reader.reader_handle -> read.reader_handle
        queue.handle -> read.queue_handle
        read.values -> last.fetch_outputs
    """
    (problem,) = [p for p in run(engine, page(blocks, wires), folder).problems if p.severity == "error"]
    return f"{problem.block}.{problem.pin}", message_of(problem), hint_text(problem)


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "GZIP"), (zlib.compress, "ZLIB")])
def test_a_compressed_file_is_named_with_what_to_write(engine, tmp_path, records, pack, name):
    assert fault(engine, tmp_path, pack(records)) == (
        "read.reader_handle",
        f"the file x.rec is compressed ({name}), which reader (TFRecordReader) does not expect",
        f"write compression_type_ = {name}; in the attrs of reader (TFRecordReader)",
    )


def test_a_file_that_is_not_compressed_is_named_with_what_to_remove(engine, tmp_path, records):
    assert fault(engine, tmp_path, records, "compression_type_ = GZIP;") == (
        "read.reader_handle",
        "the file x.rec is not compressed, but reader (TFRecordReader) is to unpack it as GZIP",
        "remove compression_type_ from the attrs of reader (TFRecordReader)",
    )


def test_the_other_compression_is_named(engine, tmp_path, records):
    hint = fault(engine, tmp_path, zlib.compress(records), "compression_type_ = GZIP;")[2]
    assert hint == "write compression_type_ = ZLIB; in the attrs of reader (TFRecordReader)"


def test_a_file_that_is_cut_short_is_named_with_the_place(engine, tmp_path, records):
    pin, message, _ = fault(engine, tmp_path, records[:-5])
    assert pin == "read.queue_handle"
    assert (
        message
        == "the file x.rec is cut short: its record at byte 72 ends after the file, which has 103 bytes"
    )


def test_a_damaged_record_is_named_with_its_place(engine, tmp_path, records):
    damaged = records[:50] + b"?" + records[51:]
    message = fault(engine, tmp_path, damaged)[1]
    assert message.startswith("the file x.rec is damaged: its record at byte")


def test_a_file_of_something_else_is_named_with_its_beginning(engine, tmp_path):
    message = fault(engine, tmp_path, b"hello, this is no record\n" * 2)[1]
    assert message.startswith('the file x.rec begins with "hello, this is no record')
    assert message.endswith("and holds no TFRecords")


@pytest.mark.parametrize("typed", ["gzip", "GZ"])
def test_a_compression_that_tensorflow_takes_for_none_is_refused_before_a_run(typed):
    symbol = load().get("TFRecordReader")
    assert symbol is not None
    (problem,) = read_attrs(f"compression_type_ = {typed};", symbol)[1]
    assert problem.severity == "error"
    assert [fix.changes[0].text for fix in problem.fixes][:1] == ["compression_type_ = GZIP;"]


def rests(engine, folder, record_bytes, attrs="", name="x.rec"):
    """Run a page that reads records of one length; return what they are, and the words of its warnings."""
    blocks = {
        "names": ("Const", {"val": f'{{"{name}"}}'}),
        "find": "MatchingFiles",
        "queue": ("FIFOQueue", {"component_types": "DT_STRING"}),
        "fill": "QueueEnqueueMany",
        "reader": ("FixedLengthRecordReader", {"record_bytes": str(record_bytes), "attrs": attrs}),
        "read": ("ReaderReadUpTo", {"num_records": "9"}),
        "first": "ClientSession",
        "last": "ClientSession",
    }
    wires = """
        queue.handle -> fill.handle
        names.output -> find.pattern
        find.filenames -> fill.components
        fill.operation -> first.run_outputs
        reader.reader_handle -> read.reader_handle
        queue.handle -> read.queue_handle
        read.values -> last.fetch_outputs
    """
    result = run(engine, page(blocks, wires), folder)
    assert {(p.severity, p.block, p.pin) for p in result.problems} <= {("warning", "reader", "record_bytes")}
    return plain(result.results["read.values"]), [message_of(p) for p in result.problems]


@pytest.mark.parametrize(
    ("length", "attrs", "read", "rest"),
    [
        (4, "", [b"abcd", b"efgh"], 2),
        (5, "", [b"abcde", b"fghij"], None),
        (3, "header_bytes_ = 1;", [b"bcd", b"efg", b"hij"], None),
        (3, "header_bytes_ = 2;", [b"cde", b"fgh"], 2),
        (3, "footer_bytes_ = 3;", [b"abc", b"def"], 1),
        (4, "hop_bytes_ = 2;", [b"abcd", b"cdef", b"efgh", b"ghij"], None),
        (4, "hop_bytes_ = 5;", [b"abcd", b"fghi"], 1),
    ],
)
def test_a_file_that_ends_within_a_record_is_named_with_what_is_left_out(
    engine, tmp_path, length, attrs, read, rest
):
    (tmp_path / "x.rec").write_bytes(b"abcdefghij")
    values, words = rests(engine, tmp_path, length, attrs)
    assert values == read
    assert len(words) == (rest is not None)
    assert rest is None or f"the last {rest} byte" in words[0]


def test_files_that_a_pattern_finds_are_looked_at_too(engine, tmp_path):
    (tmp_path / "x1.rec").write_bytes(b"abcdefgh")
    (tmp_path / "x2.rec").write_bytes(b"abcdefg")
    _, words = rests(engine, tmp_path, 4, name="x*.rec")
    assert words == [
        "the file x2.rec holds 7 bytes; 1 record of 4 bytes is read, the last 3 bytes are left out"
    ]
