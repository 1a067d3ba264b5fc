"""The table of a sweep in a file: a row a run, written as it comes, taken up again where it stopped.

CSV has a line for each row. JSON is one object with ``rows``, one row a line; each row is written over the end of the
object together with a new end, so that the file reads at any time. What a crash has cut of a last row is left out.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec

from app.document.model.problems import Problem
from app.document.model.sentence import Explained, quote, say
from app.engine.sweeps.cases import Case
from app.engine.sweeps.rows import Row

_ENDS = ("steps", "seconds", "status", "problem")
_END = b"\n]}\n"


class TableFault(Explained):
    """A file cannot be the table of this sweep."""


class Columns(msgspec.Struct, frozen=True):
    """What the columns of a table are: the varied pins, and the keys of the results that are shown."""

    pins: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the heads of the columns in their order."""
        return ("run", *self.pins, "seed", *self.keys, *_ENDS)


class Table:
    """An open table. ``done`` are the numbers of the runs whose rows it has."""

    def __init__(
        self, path: Path, columns: Columns, cases: Sequence[Case], text_of: Callable[[Problem], str]
    ) -> None:
        """Open a table, or begin one; ``text_of`` words a problem.

        Raises TableFault where the file has something else in it, or rows of another sweep; OSError.
        """
        self._path, self._columns, self._text_of = path, columns, text_of
        self._is_json = path.suffix == ".json"
        self.done: set[int] = set()
        data = path.read_bytes() if path.exists() else b""
        whole = self._take_json(data, cases) if self._is_json else self._take_csv(data, cases)
        self._file = open(path, "r+b" if data else "w+b", buffering=0)  # noqa: SIM115 (closed by close)
        try:
            self._begin(whole)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Table:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def add(self, row: Row) -> None:
        """Write a row: it is in the file when this returns, whatever becomes of this process."""
        tree = self.tree_of(row)
        if self._is_json:
            data = (b",\n" if self.done else b"\n") + msgspec.json.encode(tree)
            self._file.write(data + _END)
            self._file.seek(-len(_END), os.SEEK_CUR)
        else:
            self._file.write(_csv_line(self._cells(tree)))
        self.done.add(row.number)

    def close(self) -> None:
        """Have the system put everything on the disk."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()

    def tree_of(self, row: Row) -> dict[str, Any]:
        """Return a row as the JSON form has it."""
        return {
            "run": row.number,
            "set": dict(zip(self._columns.pins, row.texts, strict=True)),
            "seed": row.seed,
            "fetched": {key: row.values.get(key) for key in self._columns.keys},
            "steps": row.steps,
            "seconds": row.seconds,
            "status": row.status,
            "problem": None if row.problem is None else self._text_of(row.problem),
        }

    def _begin(self, whole: int) -> None:
        """Go to where the next row is written; what comes behind is what a crash has left."""
        if whole:
            self._file.truncate(whole)
            self._file.seek(whole)
        elif self._is_json:
            head = {"vary": self._columns.pins, "fetch": self._columns.keys, "rows": []}
            self._file.write(msgspec.json.encode(head)[:-2])
        else:
            self._file.write(_csv_line(self._columns.names))
        if self._is_json:
            self._file.write(_END)
            self._file.seek(-len(_END), os.SEEK_CUR)

    def _cells(self, tree: Mapping[str, Any]) -> list[Any]:
        values = (*tree["set"].values(), tree["seed"], *tree["fetched"].values())
        return [tree["run"], *map(cell_text, values), *(cell_text(tree[name]) for name in _ENDS)]

    # --- what is there already

    def _take_csv(self, data: bytes, cases: Sequence[Case]) -> int:
        """Take in the rows of a file; return how many of its bytes are whole rows."""
        if not data.strip():
            return 0
        whole, rows = 0, []
        for row, end in _csv_rows(data):
            rows.append(row)
            whole = end
        if not rows:
            raise TableFault(say("sweep.no-table", file=self._path.name))
        self._compare_heads(rows[0])
        pins = len(self._columns.pins)
        for row in rows[1:]:
            if len(row) != len(self._columns.names):
                raise TableFault(say("sweep.no-table", file=self._path.name))
            self._take(row[0], row[1 : pins + 1], row[pins + 1], cases)
        return whole

    def _compare_heads(self, heads: Sequence[str]) -> None:
        names = self._columns.names
        if tuple(heads) == names:
            return
        if heads[0] != "run" or tuple(heads[-len(_ENDS) :]) != _ENDS or "seed" not in heads:
            raise TableFault(say("sweep.no-table", file=self._path.name))
        at = list(heads).index("seed")
        self._compare(heads[1:at], heads[at + 1 : -len(_ENDS)])

    def _compare(self, pins: Sequence[str], keys: Sequence[str]) -> None:
        """Raise TableFault where a table is of other pins, or shows other results."""
        for found, expected, other_pins in (
            (tuple(pins), self._columns.pins, True),
            (tuple(keys), self._columns.keys, False),
        ):
            if found != expected and other_pins:
                raise TableFault(say("sweep.other-pins", file=self._path.name, pins=found, own=expected))
            if found != expected:
                raise TableFault(say("sweep.other-keys", file=self._path.name, keys=found, own=expected))

    def _take_json(self, data: bytes, cases: Sequence[Case]) -> int:
        """Take in the rows of a file; return how many of its bytes are the head and whole rows."""
        if not data.strip():
            return 0
        first, _, rest = data.partition(b"\n")
        try:
            head = msgspec.json.decode(first + b"]}", type=_Head)
        except msgspec.MsgspecError as fault:
            raise TableFault(say("sweep.no-table", file=self._path.name)) from fault
        self._compare(head.vary, head.fetch)
        whole = len(first)
        for line in rest.splitlines(keepends=True):
            text = line.strip().removesuffix(b",")
            if not text or text == b"]}":
                break
            try:
                row = msgspec.json.decode(text, type=_JsonRow)
            except msgspec.MsgspecError:
                break  # cut by a crash
            seed = "" if row.seed is None else str(row.seed)
            self._take(str(row.run), [row.set.get(pin, "") for pin in head.vary], seed, cases)
            whole = data.index(text, whole) + len(text)
        return whole

    def _take(self, number: str, texts: Iterable[str], seed: str, cases: Sequence[Case]) -> None:
        """Take in a row, which must be one of this sweep's."""
        case = cases[int(number) - 1] if number.isdigit() and 1 <= int(number) <= len(cases) else None
        own = None if case is None else (case.texts, "" if case.seed is None else str(case.seed))
        if case is None or own != (tuple(texts), seed):
            raise TableFault(say("sweep.other-row", file=self._path.name, run=quote(number)))
        self.done.add(case.number)


class _Head(msgspec.Struct):
    vary: list[str]
    fetch: list[str]


class _JsonRow(msgspec.Struct):
    run: int
    set: dict[str, str]
    seed: int | None


def cell_text(value: Any) -> str:
    """Return a cell as CSV has it: nothing where there is no value, ``[2, 3] mean 0.5`` for a tensor."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and "shape" in value:
        mean = f" mean {cell_text(value['mean'])}" if "mean" in value else ""
        return f"{value['shape']}{mean}"
    return msgspec.json.encode(value).decode()


def _csv_line(cells: Iterable[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def _csv_rows(data: bytes) -> Iterable[tuple[list[str], int]]:
    """Give each row that has its end, and how many bytes there are up to it."""
    lines, end = data.decode("utf-8", "replace").splitlines(keepends=True), 0
    row: list[str] = []
    for line in lines:
        row.append(line)
        if "".join(row).count('"') % 2 or not line.endswith("\n"):
            continue  # a line end within quotes, or a cut row
        end += sum(len(part.encode()) for part in row)
        yield next(csv.reader(row)), end
        row = []
