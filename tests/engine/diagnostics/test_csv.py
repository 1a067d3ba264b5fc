"""CSV that does not read: marks that nobody sees, delimiters, decimal commas, fields that a reader cut."""

from __future__ import annotations

import pytest

from app.messages import hint_text, message_of
from tests.support.pages import page, plain, run

WIRES = """
    queue.handle -> fill.handle
    names.output -> fill.components
    fill.operation -> first.run_outputs
    reader.reader_handle -> lines.reader_handle
    queue.handle -> lines.queue_handle
    csv.output -> last.fetch_outputs
"""


def read(engine, folder, data, attrs="", mend="", defaults='{0.0f},{"none"}'):
    """Run a page that reads the lines of a file as numbers and texts; ``mend`` is a pattern to take out first."""
    (folder / "table.csv").write_bytes(data)
    csv = {"record_defaults": defaults} | ({"attrs": attrs} if attrs else {})
    blocks = {
        "names": ("Const", {"val": '{"table.csv"}'}),
        "queue": ("FIFOQueue", {"component_types": "DT_STRING"}),
        "fill": "QueueEnqueueMany",
        "reader": "TextLineReader",
        "lines": ("ReaderReadUpTo", {"num_records": "10"}),
        "csv": ("DecodeCSV", csv),
        "first": "ClientSession",
        "last": "ClientSession",
    }
    wires = WIRES + "lines.values -> csv.records"
    if mend:
        blocks["mend"] = ("RegexReplace", {"pattern": mend, "rewrite": '""'})
        wires = WIRES + "lines.values -> mend.input\nmend.output -> csv.records"
    return run(engine, page(blocks, wires), folder)


def blamed(result):
    """The one problem's pin, words and hint."""
    (problem,) = [p for p in result.problems if p.severity == "error"]
    return f"{problem.block}.{problem.pin}", message_of(problem), hint_text(problem) or ""


def test_the_mark_of_the_byte_order_is_named_and_its_fix_works(engine, tmp_path):
    pin, message, hint = blamed(read(engine, tmp_path, b"\xef\xbb\xbf1.5,a\n2.5,b\n"))
    assert pin == "csv.records"
    assert 'from lines.values is "1.5" with the mark of the byte order (U+FEFF)' in message
    assert "\ufeff" not in message + hint
    assert '"^\\x{FEFF}"' in hint
    mended = read(engine, tmp_path, b"\xef\xbb\xbf1.5,a\n2.5,b\n", mend='"^\\x{FEFF}"')
    assert plain(mended.results["csv.output"]) == [[1.5, 2.5], [b"a", b"b"]]


@pytest.mark.parametrize("lines", [b"\xef\xbb\xbfa,1\nb,2\n", b"b,1\n\xef\xbb\xbfa,2\n"])
def test_the_mark_in_a_text_is_named_with_its_record(engine, tmp_path, lines):
    """It reads without an error and is equal to nothing that one types."""
    result = read(engine, tmp_path, lines, defaults='{"none"},{0}')
    record = 0 if lines[0] == 0xEF else 1
    assert plain(result.results["csv.output"])[0][record] == b"\xef\xbb\xbfa"
    (problem,) = result.problems
    assert (problem.severity, problem.code, problem.block, problem.pin) == (
        "warning",
        "odd-data",
        "csv",
        "records",
    )
    assert message_of(problem).startswith(
        f"record {record} of records from lines.values begins with the mark"
    )
    mended = read(engine, tmp_path, lines, mend='"^\\x{FEFF}"', defaults='{"none"},{0}')
    assert (mended.problems, sorted(plain(mended.results["csv.output"])[0])) == ([], [b"a", b"b"])


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("1\u00a0000,a", "no-break space (U+00A0)"),
        ("1\u200b5,a", "zero width space (U+200B)"),
        ("1\0,a", "zero bytes"),
    ],
)
def test_other_characters_that_no_one_sees_are_named(engine, tmp_path, line, named):
    assert named in blamed(read(engine, tmp_path, line.encode()))[1]


def test_a_decimal_comma_is_named(engine, tmp_path):
    result = read(engine, tmp_path, b"1,5;a\n2,5;b\n", 'field_delim_ = ";";')
    assert blamed(result) == (
        "csv.records",
        'field 0 of record 0 of records from lines.values is "1,5", no float',
        "write a point for the decimal comma",
    )


@pytest.mark.parametrize(("attrs", "sign"), [('field_delim_ = ";";', b";"), ('field_delim_ = "\\t";', b"\t")])
def test_semicolons_and_tabs_are_delimiters(engine, tmp_path, attrs, sign):
    result = read(engine, tmp_path, b"1.5%sa\n2.5%sb\n" % (sign, sign), attrs)
    assert plain(result.results["csv.output"]) == [[1.5, 2.5], [b"a", b"b"]]


def test_the_delimiter_that_makes_as_many_fields_is_suggested(engine):
    made = page(
        {
            "csv": ("DecodeCSV", {"records": '{"1\t2","3\t4"}', "record_defaults": "{0},{0}"}),
            "s": "ClientSession",
        },
        "csv.output -> s.fetch_outputs",
    )
    pin, message, hint = blamed(run(engine, made))
    assert (pin, message) == ("csv.records", "record 0 of records has 1 field; record_defaults has 2")
    assert hint.startswith('write field_delim_ = "\\t"')


def test_a_quoted_field_over_two_lines_names_the_reader_that_cut_it(engine, tmp_path):
    pin, message, hint = blamed(read(engine, tmp_path, b'1.5,"a\nb"\n'))
    assert pin == "csv.records"
    assert message.endswith("reader (TextLineReader) cuts the file at every line break, also within quotes")
    assert hint == "write the field in one line of the file"


def test_a_number_in_a_text_is_shown_without_what_no_one_sees(engine):
    made = page(
        {"n": ("StringToNumber", {"string_tensor": '{"1","\ufeff2"}'}), "s": "ClientSession"},
        "n.output -> s.fetch_outputs",
    )
    pin, message, _ = blamed(run(engine, made))
    assert pin == "n.string_tensor"
    assert 'holds "2" at position 1 with the mark of the byte order (U+FEFF)' in message


@pytest.mark.parametrize(
    ("encoding", "hint"),
    [
        ("utf-16", "the file is UTF-16: save it as UTF-8"),
        ("utf-16-le", "the file is UTF-16: save it as UTF-8"),
        ("cp1252", "the text is not UTF-8: save the file as UTF-8"),
    ],
)
def test_a_file_in_another_encoding_is_blamed_at_its_pin(engine, tmp_path, encoding, hint):
    text = "1\u2019000,a\n" if encoding == "cp1252" else "1.5,a\n"
    pin, _, suggested = blamed(read(engine, tmp_path, text.encode(encoding)))
    assert (pin, suggested) == ("csv.records", hint)
