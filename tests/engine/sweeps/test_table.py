"""The table of a sweep: it reads at any time, is taken up where it stopped, and is never another sweep's."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.document.model.problems import error
from app.document.model.sentence import quote
from app.engine.sweeps.cases import Case
from app.engine.sweeps.rows import Row
from app.engine.sweeps.table import Columns, Table, TableFault

_COLUMNS = Columns(("a.val", "b.val"), ("cost.output", "w.ref"))
_TEXTS = [("1", "x"), ("{1,2}", '"a, b"'), ("3", "line\nbreak"), ("4", "ä"), ("", " ")]
_CASES = [Case(i, texts, 7 if i == 2 else None) for i, texts in enumerate(_TEXTS, 1)]


def _row(case: Case) -> Row:
    values = {"cost.output": 0.1, "w.ref": {"shape": [2, 3], "mean": "nan"}}
    fault = error("run-failed", quote('it "broke", twice')) if case.number == 3 else None
    status = "failed" if fault else "done"
    return Row(case.number, case.texts, case.seed, values, 5, 0.25, status, fault)  # type: ignore[arg-type]


def _open(path: Path, cases: list[Case] = _CASES, columns: Columns = _COLUMNS) -> Table:
    return Table(path, columns, cases, lambda problem: str(problem.sentence["words"]))


@pytest.mark.parametrize("name", ["t.csv", "t.json"])
def test_rows_are_in_the_file_as_soon_as_they_are_added(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    table = _open(path)
    for count, case in enumerate(_CASES, 1):
        table.add(_row(case))
        if path.suffix == ".json":
            rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
            assert [row["run"] for row in rows] == list(range(1, count + 1))
            assert rows[-1]["set"] == dict(zip(_COLUMNS.pins, case.texts, strict=True))
        else:
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            assert [int(row["run"]) for row in rows] == list(range(1, count + 1))
            assert (rows[-1]["a.val"], rows[-1]["b.val"]) == case.texts
            assert rows[-1]["w.ref"] == "[2, 3] mean nan"
    table.close()


@pytest.mark.parametrize("name", ["t.csv", "t.json"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 10**6), before=st.integers(0, 5))
def test_a_table_that_a_crash_has_cut_is_taken_up(name: str, cut: int, before: int, tmp_path: Path) -> None:
    path = tmp_path / name
    path.unlink(missing_ok=True)
    with _open(path) as table:
        for case in _CASES[:before]:
            table.add(_row(case))
    data = path.read_bytes()
    head = data.index(b"\n") + 1
    path.write_bytes(data[: head + cut % (len(data) - head + 1)])
    with _open(path) as table:
        for case in _CASES:
            if case.number not in table.done:
                table.add(_row(case))
    with _open(path) as table:
        assert table.done == {1, 2, 3, 4, 5}
    whole = tmp_path / f"whole-{name}"
    whole.unlink(missing_ok=True)
    with _open(whole) as table:
        for case in _CASES:
            table.add(_row(case))
    assert path.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("name", ["t.csv", "t.json"])
def test_a_table_of_another_sweep_is_refused_and_left_alone(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with _open(path) as table:
        table.add(_row(_CASES[0]))
    before = path.read_bytes()
    others = [
        (Columns(("a.val", "c.val"), _COLUMNS.keys), _CASES, "sweep.other-pins"),
        (Columns(_COLUMNS.pins, ("cost.output",)), _CASES, "sweep.other-keys"),
        (_COLUMNS, [Case(1, ("9", "x")), *_CASES[1:]], "sweep.other-row"),
        (_COLUMNS, [Case(1, _CASES[0].texts, 3), *_CASES[1:]], "sweep.other-row"),
        (_COLUMNS, [], "sweep.other-row"),
    ]
    for columns, cases, key in others:
        with pytest.raises(TableFault) as fault:
            _open(path, cases, columns)
        assert fault.value.sentence.key == key
        assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["t.csv", "t.json"])
@pytest.mark.parametrize("data", [b"something else\n", b"{}\n", b"[1, 2]\n", b"a,b\n1,2\n", b"\xff\xfe\n"])
def test_a_file_that_is_no_table_is_left_alone(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(TableFault):
        _open(path)
    assert path.read_bytes() == data
