"""Explains failures of texts that hold values: lines of CSV and numbers in texts, with characters that no one sees."""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.failed_op import Explanation, Failure, Given, first
from app.engine.diagnostics.file_errors import is_file_name
from blocks.dtypes import label, said_dtype
from blocks.op_facts.file_readers import LINE_READERS
from blocks.requirement import Actual, InRange, Requirement, of_dtypes

_MARK = "\ufeff"  # of the byte order: editors write it at the beginning of a file and show nothing
_DECIMAL = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?\s*\Z")
_NAME = re.compile(r"[^\W\d][\w .-]*\Z")  # of a column
_WHOLE = re.compile(r"[-+]?\d{1,18}\Z")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\Z")
_BITS = {"int32": 32, "int64": 64}
_UTF_16 = ("\\xff\\xfe", "\\xfe\\xff")  # how its mark stands in a text that was no UTF-8
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})  # categories of characters that leave no mark on a screen
_DELIMITERS = (",", ";", "\t", "|")
_TABLE_DELIMITERS = ("\t", ",", ";", "|", " ")
_MOST_LINES = 100_000  # of a file in which a short one is looked for
_LONGEST = 80  # characters of a record that is shown
_TYPED = {"\t": "\\t"}


def no_number(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A text that was to be a number."""
    texts = failure.arg("string_tensor")
    word = found[1].strip(" \n")
    if texts is None:
        return None
    bad = first(texts.value, lambda v: v == word.encode()) if texts.value is not None else None
    lines = word.splitlines()
    if len(lines) > 1:
        line, there = Actual(value=f'"{_shown(lines[0])}"'), say("actual.lines", count=len(lines))
        sentence = say("run.no-number-lines", pin=texts.name, count=len(lines), text=line)
        return Explanation(texts, sentence, say("needs.numbers"), there, hint=say("hint.split-lines"))
    shown = _shown(word)
    actual = Actual(value=f'"{shown}"', index=bad.at if bad is not None else None, origins=texts.origins)
    sentence = say("run.no-number", pin=texts.name, text=actual)
    if shown != word:
        sentence = say("run.no-number-unseen", pin=texts.name, text=actual, unseen=_unseen(word))
    kind = str(label(str(failure.node.attrs.get("out_type", "DT_FLOAT"))))
    if _NUMBER.match(word) and kind in _BITS:
        sentence = say("run.no-such-number", pin=texts.name, text=actual, type=kind)
        return Explanation(texts, sentence, of_dtypes(kind), actual)
    return Explanation(texts, sentence, say("needs.numbers"), actual, hint=_hint(word))


def csv_fields(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A line with more or fewer fields than there are defaults."""
    records = failure.arg("records")
    if records is None:
        return None
    expected, actual, place = int(found[1]), int(found[2]), int(found[3])
    sentence = say("run.csv-fields", record=place, pin=records.name, actual=actual, expected=expected)
    others = tuple(g for g in failure.given if g.argument.name == "record_defaults")[:1]
    record = _record(records, place)
    beyond = _column_beyond(failure, record, place)
    if beyond is not None:
        return beyond
    hint = _other_delimiter(failure, record, expected)
    if actual == 1 and record is not None and is_file_name(record.encode()):
        hint = say("hint.read-lines")
    needs, there = say("needs.fields", count=expected), say("needs.fields", count=actual)
    return Explanation(records, sentence, needs, there, others, hint=hint)


def csv_file_fields(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A line of a file that has not the columns which are selected."""
    columns, files = failure.arg("select_cols"), failure.arg("filenames")
    if columns is None or columns.value is None or not columns.value.size:
        return None
    if files is None or files.value is None:
        return None
    sign, last = _delimiter(failure), int(columns.value.max())
    for name in files.value.reshape(-1).tolist():
        file = bytes(name).decode("utf-8", "replace")
        for place, line in enumerate(_lines_of(file)):
            count = len(_fields(line, sign))
            if count <= last:
                where = say("csv.line", line=place, file=file)
                return _beyond(failure, where, last, count, line)
    return None


def _column_beyond(failure: Failure, record: str | None, place: int) -> Explanation | None:
    """Explain a selected column that a record has not; None where none is selected, or it has all of them."""
    columns, records = failure.node.attrs.get("select_cols"), failure.arg("records")
    if not columns or record is None or records is None:
        return None
    count = len(_fields(record, _delimiter(failure), failure.node.attrs.get("use_quote_delim") is not False))
    where = say("csv.record", record=place, pin=records.name)
    return _beyond(failure, where, max(columns), count, record) if max(columns) >= count else None


def _beyond(failure: Failure, where: Sentence, column: int, count: int, record: str) -> Explanation:
    """Blame what selects columns; ``count`` are those of the record."""
    chief, records = failure.arg("select_cols"), failure.arg("records")
    name = chief.name if chief is not None else "select_cols_"
    needs, actual = Requirement(values=InRange(0, count - 1)), Actual(value=str(column))
    sentence = say("run.csv-column", pin=name, column=column, where=where, count=count)
    hint = _other_delimiter(failure, record, column + 1)
    return Explanation(chief, sentence, needs, actual, (records,) if records else (), hint=hint, pin="attrs")


def csv_value(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A field that does not read as its default's type."""
    records = failure.arg("records")
    if records is None:
        return _csv_file_value(failure, found)
    field, record, kind, word = int(found[1]), int(found[2] or 0), found[3], found[4]
    shown = _shown(word)
    unseen, hint = _unseen(word) if shown != word else (), _hint(word)
    if _is_number(word, kind):  # TensorFlow's message ends where the text holds a zero byte
        unseen, hint = (_named("\0"),), say("hint.utf-16")
    name = records.name
    sentence = say("run.csv-value", field=field, record=record, pin=name, text=shown, type=kind)
    if unseen:
        sentence = say(
            "run.csv-value-unseen", field=field, record=record, pin=name, text=shown, type=kind, unseen=unseen
        )
    actual = Actual(value=f'"{shown}"', origins=records.origins)
    hint = hint or _header_hint(failure, records, record, word)
    return Explanation(records, sentence, of_dtypes(said_dtype(kind)), actual, hint=hint)


def _csv_file_value(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A field of a file of CSV that does not read: a header that is taken for data, or a default of another dtype."""
    header, defaults = failure.arg("header"), failure.arg("record_defaults")
    word = found[4].strip()
    if header is not None and header.value is not None and not header.value.any() and _NAME.match(word):
        sentence = say("run.csv-header", text=word)
        return Explanation(
            header, sentence, say("needs.header"), Actual(value="false"), hint=say("hint.header")
        )
    if defaults is None:
        return None
    sentence = say("run.csv-file-value", field=int(found[1]), text=_shown(word), type=found[3])
    needs, actual = of_dtypes(said_dtype(found[3])), Actual(value=f'"{_shown(word)}"')
    return Explanation(defaults, sentence, needs, actual, hint=_hint(word))


def _header_hint(failure: Failure, records: Given, place: int, word: str) -> Sentence | None:
    """Return what to do where the first record holds names alone, as the header of a table does."""
    reader = failure.reader
    if reader is not None and reader.op in LINE_READERS:
        heads = (_line(file, 0) for file in reader.files)
        is_head = any(word in head and _is_header(failure, head) for head in heads)
        return say("hint.skip-header", reader=reader.name) if is_head else None
    record = _record(records, place)
    return say("hint.leave-header") if record and not place and _is_header(failure, record) else None


def _is_header(failure: Failure, record: str) -> bool:
    return all(_NAME.match(field.strip()) for field in record.split(_delimiter(failure)))


def csv_quotes(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A quote that does not end, or stands within a field; a reader of lines cuts fields at their line breaks."""
    records = failure.arg("records")
    if records is None:
        return None
    lines = _lines_of_one(records)
    if lines:
        several = say("run.csv-lines", pin=records.name, count=lines)
        there, hint = say("actual.lines", count=lines), say("hint.split-lines")
        return Explanation(records, several, say("needs.one-line"), there, hint=hint)
    if found[0].startswith("Quoted"):
        sentence = say("run.csv-open-quote", pin=records.name)
    else:
        sentence = say("run.csv-inner-quote", pin=records.name)
    hint = say("hint.csv-quotes")
    if failure.reader is not None and failure.reader.op in LINE_READERS:
        sentence = say("run.csv-cut", what=sentence, reader=failure.reader.name)
        hint = say("hint.csv-one-line")
    actual = (
        Actual(name=quoted, origins=records.origins) if (quoted := _with_quote(records)) else records.actual
    )
    return Explanation(records, sentence, say("needs.csv-quotes"), actual, hint=hint)


def table_columns(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A line of a table's file that has not the column which is asked for: by its delimiter, or at all."""
    attrs, file, line = failure.node.attrs, found[1], int(found[2])
    text, least, count = found[3], int(found[4]), int(found[5])
    given = str(attrs.get("delimiter", "\t"))
    pin = next((n for n in ("key_index", "value_index") if attrs.get(n) == least - 1), "key_index")
    shown, sign = _named_sign(given), _fitting_sign(text, given, least)
    sentence = say(
        "table.columns", line=line, file=file, text=text, count=count, sign=shown, pin=pin, column=least - 1
    )
    if sign is None:
        needs = Requirement(values=InRange(-2, count - 1))
        return Explanation(None, sentence, needs, Actual(value=str(least - 1)), pin=pin)
    hint = say("hint.table-delimiter", sign=_TYPED.get(sign, sign))
    there = Actual(name=shown) if isinstance(shown, str) else shown
    return Explanation(None, sentence, say("needs.columns-by", count=least), there, hint=hint, pin="attrs")


def table_field(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A column of a table's file that holds no numbers: blames what says which column that is."""
    attrs, word, line, dtype = failure.node.attrs, found[1], int(found[2]), found[3]
    names = failure.arg("filename")
    if names is None or names.value is None or names.value.size != 1:
        return None
    file = bytes(names.value.item()).decode("utf-8", "replace")
    whole = _line(file, line)
    fields = whole.split(str(attrs.get("delimiter", "\t")))
    of_word = {i for i, field in enumerate(fields) if field == word} | ({-2} if whole == word else set())
    pin = next((name for name in ("value_index", "key_index") if attrs.get(name) in of_word), None)
    if pin is None:
        return None
    needs, actual = say("needs.field-of", dtype=dtype), say("actual.field", word=word, line=line)
    sentence = say("table.field", line=line, file=file, word=word, dtype=dtype)
    return Explanation(None, sentence, needs, actual, pin=pin)


def _line(file: str, number: int) -> str:
    """Return a line of a file; "" where it cannot be read."""
    return next(itertools.islice(_lines_of(file), number, None), "")


def _lines_of(file: str) -> Iterator[str]:
    """Yield the first lines of a file; none where it cannot be read."""
    try:
        with open(file, encoding="utf-8", errors="replace") as opened:
            for line in itertools.islice(opened, _MOST_LINES):
                yield line.rstrip("\r\n")
    except (OSError, ValueError):
        return


def _fields(line: str, sign: str, is_quoted: bool = True) -> list[str]:
    """Return the fields of a line."""
    if is_quoted:
        return next(csv.reader([line], delimiter=sign), [])
    return next(csv.reader([line], delimiter=sign, quoting=csv.QUOTE_NONE), [])


def _delimiter(failure: Failure) -> str:
    """Return the delimiter of fields, which an attr or an input says."""
    pin = failure.arg("field_delim")
    if pin is not None and pin.value is not None and pin.value.size == 1:
        return bytes(pin.value.item()).decode("utf-8", "replace") or ","
    return str(failure.node.attrs.get("field_delim") or ",")


def _named_sign(sign: str) -> Sentence | str:
    """Return how sentences call a delimiter."""
    if sign == "\t":
        return say("character.tab")
    return say("character.blank") if sign == " " else f'"{sign}"'


def _lines_of_one(records: Given) -> int:
    """Return how many lines the first record that has several, and no quote, holds; 0 where none has."""
    values = records.value.reshape(-1).tolist() if records.value is not None else ()
    counts = (len(bytes(v).splitlines()) for v in values if b'"' not in bytes(v))
    return next((count for count in counts if count > 1), 0)


def _with_quote(records: Given) -> str | None:
    """Return the first short record that holds a quote."""
    values = records.value.reshape(-1).tolist() if records.value is not None else ()
    texts = (bytes(v).decode("utf-8", "replace") for v in values if b'"' in bytes(v))
    return next((text for text in texts if len(text) <= _LONGEST), None)


def _shown(text: str) -> str:
    """Return a text without the characters that cannot be seen."""
    return "".join(c for c in text if c == " " or unicodedata.category(c) not in _UNSEEN)


def _unseen(text: str) -> tuple[Sentence, ...]:
    """Return the names of a text's characters that cannot be seen, each once."""
    found = dict.fromkeys(c for c in text if c != " " and unicodedata.category(c) in _UNSEEN)
    return tuple(_named(c) for c in found)


def _named(character: str) -> Sentence:
    code = f"U+{ord(character):04X}"
    if character == _MARK:
        return say("character.byte-order", code=code)
    if character == "\0":
        return say("character.zero", code=code)
    name = unicodedata.name(character, "").lower()
    return say("character.other", code=code, name=name) if name else say("character.control", code=code)


def _is_number(word: str, kind: str) -> bool:
    if kind in _BITS:
        return bool(_WHOLE.match(word)) and abs(int(word)) < 1 << (_BITS[kind] - 1)
    return bool(_NUMBER.match(word))


def _hint(word: str) -> Sentence | None:
    if word.startswith(_MARK):
        return say("hint.byte-order", pattern='"^\\x{FEFF}"')
    if "\0" in word or word.startswith(_UTF_16):
        return say("hint.utf-16")
    if "\\x" in word:
        return say("hint.not-utf-8")
    return say("hint.decimal-comma") if _DECIMAL.match(_shown(word)) else None


def _record(records: Given, place: int) -> str | None:
    values = records.value.reshape(-1) if records.value is not None else ()
    return bytes(values[place]).decode("utf-8", "replace") if place < len(values) else None


def _other_delimiter(failure: Failure, record: str | None, expected: int) -> Sentence | None:
    """Return the hint to use the delimiter that makes as many fields as are expected."""
    sign = _fitting_sign(record, _delimiter(failure), expected, _DELIMITERS) if record is not None else None
    return say("hint.other-delimiter", sign=_TYPED.get(sign, sign)) if sign is not None else None


def _fitting_sign(text: str, given: str, count: int, signs: Sequence[str] = _TABLE_DELIMITERS) -> str | None:
    """Return another delimiter than the given one by which a text has so many fields."""
    fitting = (sign for sign in signs if sign != given and text.count(sign) == count - 1)
    return next(fitting, None) if count > 1 else None
