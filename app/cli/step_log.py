"""``--log``: a CSV file with a row for every step, whole lines only."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from app.cli.exits import FAILED, Refused
from app.cli.opening import check_writable
from app.engine.host.events import Rows
from app.engine.worker.watcher import cell_text


class StepLog:
    """The log of one run, ``step,PIN,...``; does nothing without a name. The old file goes as the run begins."""

    def __init__(self, name: str | None, columns: Sequence[str]) -> None:
        """Refuse a place that cannot be written."""
        self._path = None if name is None else Path(name)
        self._columns = columns
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
            self._write([["step", *self._columns]])
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
            self._write([[str(rows.first + i), *texts_of(rows, row)] for i, row in enumerate(rows.rows)])

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


def texts_of(rows: Rows, row: Sequence[bool | int | float | None]) -> list[str]:
    """Return a row's values as text: "" where a pin had none."""
    return [cell_text(value, dtype) for value, dtype in zip(row, rows.dtypes, strict=True)]
