"""``--log``: a CSV file with a row for every step, and for every round of a watched loop, whole lines only."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from app.cli.exits import FAILED, Refused
from app.cli.opening import check_writable
from app.engine.compiler.plan import Watched
from app.engine.host.events import Rows
from app.engine.ipc.messages import Cell
from app.engine.worker.watcher import cell_text


class StepLog:
    """The log of one run, ``step,PIN,...``, or ``step,round,PIN,...`` where a pin within a loop is watched.

    Does nothing without a name. The old file goes as the run begins.
    """

    def __init__(self, name: str | None, watched: Sequence[Watched]) -> None:
        """Refuse a place that cannot be written."""
        self._path = None if name is None else Path(name)
        self._columns = [one.text for one in watched]
        self._has_rounds = any(one.has_rounds for one in watched)
        self._file: io.FileIO | None = None
        if self._path is not None:
            check_writable(self._path, "--log")

    def __enter__(self) -> StepLog:
        """Begin the file with the columns' names."""
        if self._path is not None:
            try:
                self._file = open(self._path, "wb", buffering=0)
            except OSError as fault:
                raise self._refused(fault) from fault
            self._write([["step", *(["round"] if self._has_rounds else []), *self._columns]])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def add(self, rows: Rows) -> None:
        """Write the rows of some steps."""
        if self._file is not None:
            self._write([line for i, row in enumerate(rows.rows) for line in self._lines(rows, i, row)])

    def go_back(self, step: int) -> None:
        """Take the rows of later steps back, which come anew; what has gone into a pipe stays."""
        if self._path is None or self._file is None or not self._file.seekable():
            return
        with open(self._path, "rb") as written:
            size = len(written.readline())
            for line in written:
                if int(line.split(b",", 1)[0]) > step:
                    break
                size += len(line)
        self._file.truncate(size)
        self._file.seek(size)

    def _lines(self, rows: Rows, place: int, row: Sequence[Cell]) -> list[list[str]]:
        """Return the lines of a step: one, or one for each round."""
        step = str(rows.first + place)
        if not self._has_rounds:
            return [[step, *texts_of(rows, row)]]
        count = max((len(cell) for cell in row if isinstance(cell, tuple)), default=1)
        return [[step, str(i + 1), *texts_of(rows, [_of_round(c, i) for c in row])] for i in range(count)]

    def _write(self, rows: list[list[str]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        assert self._file is not None
        left = memoryview(text.getvalue().encode())
        try:
            while left:  # whole lines in one go, so that Ctrl-C finds no half of one
                left = left[self._file.write(left) or 0 :]
        except OSError as fault:
            raise self._refused(fault) from fault

    def _refused(self, fault: OSError) -> Refused:
        return Refused(f"--log {self._path}: {fault.strerror or fault}", FAILED)


def _of_round(cell: Cell, place: int) -> Cell:
    """Return what a cell has in a round; a value of the step is the same in each."""
    if not isinstance(cell, tuple):
        return cell
    return cell[place] if place < len(cell) else None


def texts_of(rows: Rows, row: Sequence[Cell]) -> list[str]:
    """Return a row's values as text: "" where a pin had none."""
    return [cell_text(value, dtype) for value, dtype in zip(row, rows.dtypes, strict=True)]
