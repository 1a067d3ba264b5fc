"""Watched pins: one element of each, read after every step, tested against a condition, sent as rows."""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from app.document.model.problems import Problem, warning
from app.document.model.sentence import say
from app.engine.compiler.plan import Until, Watched
from app.engine.inference.watched_types import dtype_problem, element_problem, handle_problem, item_problem
from app.engine.ipc.messages import Cell, Rows
from app.engine.values.results import ListValue, NoValue, TensorValue, Value
from app.engine.values.run_fault import RunFault

_BETWEEN = 0.1  # seconds between two batches of rows
_MOST = 8192  # rows in a batch
_PLAIN: dict[str, Callable[[Any], Any]] = {
    "f": float,
    "i": int,
    "u": int,
    "b": bool,
}  # as ``item``, but quicker
# What compares the number of a condition with an element, where the condition has the element on its left.
_MIRRORED = {"<": "__gt__", "<=": "__ge__", ">": "__lt__", ">=": "__le__", "==": "__eq__", "!=": "__ne__"}


def number_of(watched: Watched, value: Value | np.generic) -> Any:
    """Return the element as a NumPy scalar, None where there is no value; raises RunFault where it is no number.

    ``value`` may be a number already. Of the rounds of a loop it is the last one's.
    """
    if watched.has_rounds:
        rounds = rounds_of(watched, value)
        return rounds[-1] if len(rounds) else None
    index = watched.index
    if isinstance(value, np.generic):
        if index:
            raise RunFault([element_problem(watched, (), index)])
        return value
    if isinstance(value, ListValue):
        if not index or index[0] >= len(value.items):
            raise RunFault([item_problem(watched, len(value.items))])
        value, index = value.items[index[0]], index[1:]
    if isinstance(value, NoValue):
        if value.reason == "handle":
            raise RunFault([handle_problem(watched)])
        return None
    array = value.array
    if not index and array.ndim == 0:
        found = array[()]
    elif not index and array.size == 1:
        found = array.reshape(-1)[0]
    elif len(index) == array.ndim and all(i < n for i, n in zip(index, array.shape, strict=True)):
        found = array[index]
    else:
        raise RunFault([element_problem(watched, array.shape, index)])
    if value.dtype == "string" or array.dtype.kind == "c":
        raise RunFault([dtype_problem(watched, value.dtype)])
    return found


def rounds_of(watched: Watched, value: Value | np.generic) -> Any:
    """Return the element of each round as a vector; raises RunFault where it is no number."""
    if not isinstance(value, TensorValue):
        return ()
    array = value.array
    if not array.size:
        return ()
    index, shape = watched.index, array.shape[1:]
    if not index and array[0].size == 1:
        array = array.reshape(-1)
    elif len(index) == len(shape) and all(i < n for i, n in zip(index, shape, strict=True)):
        array = np.moveaxis(array, 0, -1)[index]
    else:
        raise RunFault([element_problem(watched, shape, index)])
    if array.dtype.kind not in "fiub":
        raise RunFault([dtype_problem(watched, value.dtype)])
    return array


def _plain_number(watched: Watched, value: Any, index: tuple[int, ...]) -> Any:
    """Return ``number_of`` of a NumPy number or array."""
    if not index and isinstance(value, np.generic):
        return value
    return _number_or_none(watched, TensorValue(value.dtype.name, np.asarray(value)))


def _quick_item(watched: Watched, value: Any, index: tuple[int, ...]) -> Any:
    """Return a step's number as Python's: the usual case by one call, as every microsecond of a step counts."""
    if watched.has_rounds:
        return _rounds_or_none(watched, TensorValue(value.dtype.name, np.asarray(value)))
    if isinstance(value, np.generic):
        if not index:
            return value.item()
    elif value.ndim == len(index) and value.dtype.kind in "fiub":
        try:
            return value.item(index)
        except IndexError:
            pass  # beyond the tensor: a fault below
    found = _plain_number(watched, value, index)
    return None if found is None else found.item()


def _number_or_none(watched: Watched, value: Value | np.generic) -> Any:
    """Return ``number_of``, and None in the place of a fault that the watched element forgives."""
    try:
        return number_of(watched, value)
    except RunFault:
        if not watched.lenient:
            raise
        return None


def _rounds_or_none(watched: Watched, value: Value | np.generic) -> tuple[Any, ...] | None:
    """Return the numbers of all rounds as Python's, None where there is none or a fault that is forgiven."""
    try:
        found = rounds_of(watched, value)
    except RunFault:
        if not watched.lenient:
            raise
        return None
    return tuple(np.asarray(found).tolist()) if len(found) else None


class Watcher:
    """Reads the watched elements of each step in the worker."""

    def __init__(self, watch: Sequence[Watched], until: Until | None, send: Callable[[Rows], object]) -> None:
        """Send rows of ``watch`` by ``send``; ``until`` is tested with every step."""
        self._watch = watch
        self._until = until
        self._send = send
        self._dtypes = [""] * len(watch)
        self._rows: list[tuple[Cell, ...]] = []
        self._floats = array("d")  # of the only pin: the rows behind those
        self._first = 1
        self._every = 1
        self._following = -1  # the step that the next row belongs to if it is spaced as those before
        # What is only looked at need not be read at every step of a fast run.
        self.may_thin = bool(watch) and until is None and all(w.lenient for w in watch)
        # Of numbers none can be at fault, or end the run: several steps may be noted together.
        self.can_wait = bool(watch) and until is None and not any(w.index or w.has_rounds for w in watch)
        # Once a plain float has been tested, and where nothing else is to be done with it: its column, and what tests
        # it without a function of Python, as every microsecond of a step counts.
        self.quick_end: tuple[int, Callable[[Any], Any]] | None = None
        self.next = time.monotonic() + _BETWEEN  # when the rows that wait are to be sent
        self.keys = frozenset([w.key for w in watch] + ([until.watched.key] if until else []))

    def take(self, step: int, values: Mapping[str, Value | np.generic]) -> bool:
        """Note the values of a step; returns whether it meets the condition. Raises RunFault."""
        if self._watch:
            self._add(step, tuple([self._cell(i, w, values) for i, w in enumerate(self._watch)]))
        if self._until is None:
            return False
        number = number_of(self._until.watched, values[self._until.watched.key])
        return number is not None and self._until.condition.holds(number)

    def taker(self, columns: Mapping[str, int]) -> Callable[[int, Sequence[Any]], Any]:
        """Return a quicker ``take`` for NumPy numbers and arrays, of which ``columns`` has the place of each key's.

        It need not see by itself when rows are to be sent: ``look`` does.
        """
        note = self._noter(columns)
        if self._until is None:
            return note
        ending, condition = self._until.watched, self._until.condition
        column, index = columns[ending.key], ending.index
        plain: type | None = None  # the type of a plain number; a pin's dtype never changes
        convert: Callable[[Any], Any] = float
        compare, number = condition.compare, condition.number

        def test(step: int, values: Sequence[Any]) -> Any:
            nonlocal plain, convert, number
            value = values[column]
            if type(value) is plain:
                return compare(convert(value), number)
            if index or not isinstance(value, np.generic):
                return condition.holds(_plain_number(ending, value, index))
            dtype = value.dtype
            plain, convert, number = type(value), _PLAIN[dtype.kind], condition.number_in(dtype)
            if dtype.kind == "f" and not self._watch:
                self.quick_end = column, getattr(plain(number), _MIRRORED[condition.comparison])
            return compare(convert(value), number)

        if not self._watch:
            return test

        def note_and_test(step: int, values: Sequence[Any]) -> Any:
            note(step, values)
            return test(step, values)

        return note_and_test

    def _noter(self, columns: Mapping[str, int]) -> Callable[[int, Sequence[Any]], bool]:
        """Return what notes the watched elements of a step; false, as that does not end the run."""
        places = [(w, columns[w.key], w.index) for w in self._watch]
        add = self._add
        if len(places) == 1:  # the usual case by itself: every microsecond of a step counts
            ((only, column, index),) = places

            plain: Any = None  # the type of plain floats; a pin's dtype never changes
            floats = self._floats

            def note_one(step: int, values: Sequence[Any]) -> bool:
                nonlocal plain
                value = values[column]
                if type(value) is plain and step == self._following:
                    floats.append(value)
                    self._following = step + self._every
                    if len(floats) >= _MOST:
                        self._send_all()
                elif index or not isinstance(value, np.generic):
                    add(step, (_quick_item(only, value, index),))
                else:
                    plain = type(value) if value.dtype.kind == "f" else None
                    add(step, (_PLAIN[value.dtype.kind](value),))
                return False

            return note_one

        def note(step: int, values: Sequence[Any]) -> bool:
            add(step, tuple([_quick_item(w, values[i], at) for w, i, at in places]))
            return False

        return note

    def _add(self, step: int, row: tuple[Cell, ...]) -> None:
        """Note a row; send them all where it is time. Rows of a message are evenly spaced."""
        self._take_floats()
        if step != self._following:
            self._begin_spacing(step)
        rows = self._rows
        rows.append(row)
        self._following = step + self._every
        if time.monotonic() >= self.next or len(rows) >= _MOST:
            self._send_all()

    def look(self, now: float) -> None:
        """Send the rows that wait where it is time."""
        if now >= self.next:
            self._send_all()

    def _send_all(self) -> None:
        self.finish()
        self.next = time.monotonic() + _BETWEEN

    def _begin_spacing(self, step: int) -> None:
        """Take in that a row does not follow the one before it as those before did."""
        if len(self._rows) == 1:
            self._every = step - self._first
            return
        self.finish()
        self._first, self._every = step, 1

    def finish(self) -> None:
        """Send the rows that wait."""
        self._take_floats()
        if self._rows:
            self._send(Rows(self._first, tuple(self._dtypes), self._rows, self._every))
            self._rows = []
            self._following = -1

    def _take_floats(self) -> None:
        if self._floats:
            self._rows.extend(zip(self._floats, strict=True))
            del self._floats[:]

    def missed(self, steps: int) -> list[Problem]:
        """Return the warning of a run that ended without meeting its condition."""
        if self._until is None:
            return []
        sentence = say("condition.not-reached", condition=str(self._until.condition), steps=steps)
        return [warning("not-reached", sentence, hint=say("hint.more-steps"))]

    def _cell(self, column: int, watched: Watched, values: Mapping[str, Value | np.generic]) -> Cell:
        found = _number_or_none(watched, values[watched.key])
        if found is None:
            return None
        if watched.has_rounds:
            self._dtypes[column] = found.dtype.name
            return _rounds_or_none(watched, values[watched.key])
        if not self._dtypes[column]:
            self._dtypes[column] = found.dtype.name
        item = found.item()
        return item if isinstance(item, (bool, int, float)) else float(item)


def cell_text(value: Cell, dtype: str) -> str:
    """Return a watched value with the fewest digits that its dtype needs (0.1, not 0.10000000149011612)."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return cell_text(value[-1], dtype)
    if dtype in ("float16", "float32"):
        return str(np.dtype(dtype).type(value))
    return str(value)
