"""The values of chosen outputs over the steps of the last runs, recorded whether or not anything shows them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.editor.results.store import split_index
from app.editor.values.series import Point

if TYPE_CHECKING:
    from app.editor.results.store import ResultStore
    from app.engine.values.results import TensorValue, Value

RowsOfRun = tuple[str, list[Point], str]  # a run's name, its points, what is not sampled of it
MOST_STEPS = 500  # of a run
MOST_RUNS = 5  # of a page, the last one included
_MOST_BYTES = 128 << 20  # of all pages and runs
LARGE = 8 << 20  # a value beyond this is not recorded: to copy it would hold up the window
_LARGE_UNSEEN = 256 << 10  # nor one beyond this that no open window shows
_MOST_SINGLE = 64  # single numbers of a page that are recorded though nobody names them


@dataclass
class Run:
    """The recorded values of one output in one run; of a long one fewer and fewer, at even distances."""

    name: str
    values: deque[tuple[int, TensorValue]] = field(default_factory=deque)
    bytes: int = 0
    gap: int = 1  # steps between two values, at least; only the newest is nearer to the one before

    def add(self, step: int, value: TensorValue) -> None:
        """Take the value of a step; it takes the place of the newest one where that was too near to the one before."""
        if len(self.values) > 1 and self.values[-1][0] - self.values[-2][0] < self.gap:
            self.bytes -= self.values.pop()[1].array.nbytes
        self.values.append((step, value))
        self.bytes += value.array.nbytes
        if len(self.values) > MOST_STEPS:
            self.thin(MOST_STEPS)

    def thin(self, most: int) -> None:
        """Drop values between the first and the newest one until there are no more than so many."""
        while len(self.values) > max(2, most):
            self.gap *= 2
            rest = deque([self.values[0]])
            for entry in self.values:
                if entry[0] - rest[-1][0] >= self.gap or entry is self.values[-1]:
                    rest.append(entry)
            self.values = rest
        self.bytes = sum(value.array.nbytes for _, value in self.values)


class Recorder(QObject):
    """Records outputs by ``block.pin`` or ``block.pin[3]``: those that are named, and single numbers without it.

    ``named`` says of which pins of a page the outputs are always recorded; those that a window shows are `follow`ed
    besides.
    """

    def __init__(
        self,
        store: ResultStore,
        named: Callable[[str], Iterable[str]] = lambda _page: (),
        rows: Callable[[str, str], list[RowsOfRun]] = lambda _page, _pin: [],
        parent: QObject | None = None,
    ) -> None:
        """Follow a store. ``rows`` has the points of elements that runs read after each step, by page and pin."""
        super().__init__(parent)
        self._store, self._named, self.rows = store, named, rows
        self._runs: dict[str, dict[str, deque[Run]]] = {}  # by page and output, the last run at the end
        self._numbers: dict[
            str, int
        ] = {}  # of each page the number of the run that is under way, or was last
        self._followed: dict[tuple[str, str], int] = {}  # by windows: how many
        self._seen: dict[str, int] = {}
        store.changed.connect(self._on_changed)
        store.restarted.connect(self._on_restarted)
        store.renamed.connect(self._on_renamed)

    def follow(self, page: str, key: str) -> None:
        """Record an output of any size that is to be recorded, from now on; its present value is the first."""
        self._followed[page, key] = self._followed.get((page, key), 0) + 1
        results = self._store.page(page)
        if results.values and not results.saved and self.last(page, key) is None:
            self._record(page, key, results.step)

    def leave(self, page: str, key: str) -> None:
        """Say that a window which showed an output is closed."""
        count = self._followed.pop((page, key), 1) - 1
        if count:
            self._followed[page, key] = count

    def runs(self, page: str, key: str) -> list[Run]:
        """Return the runs of an output that have values, the last one at the end."""
        return [run for run in self._runs.get(page, {}).get(key, ()) if run.values]

    def last(self, page: str, key: str) -> Run | None:
        """Return the values of the run that is under way, or was last; None where it has none."""
        name = self._run_name(page)
        return next((run for run in self.runs(page, key) if run.name == name), None)

    def output_of(self, page: str, pin: str) -> str:
        """Return the output that ``block.pin[0][1]`` is a part of; of a list it is the tensor."""
        from app.engine.values.results import ListValue  # late: it needs NumPy

        key, index = split_index(pin)
        is_list = isinstance(self._store.page(page).values.get(key), ListValue)
        return f"{key}[{index}]" if is_list and index is not None else key

    def _run_name(self, page: str) -> str:
        return f"run {self._numbers.get(page, 1)}"

    # --- following the store
    def _on_changed(self, page: str) -> None:
        results = self._store.page(page)
        if not results.values or results.saved or results.step == self._seen.get(page):
            return
        self._seen[page] = results.step
        keys = dict.fromkeys([k for p, k in self._followed if p == page])
        keys.update(dict.fromkeys(self.output_of(page, pin) for pin in self._named(page)))
        keys.update(dict.fromkeys(_single_numbers(results.values)))
        for key in keys:
            self._record(page, key, results.step)

    def _record(self, page: str, key: str, step: int) -> None:
        tensors = self._store.tensors(page, key)
        value = tensors[0][1] if len(tensors) == 1 else None
        if len(tensors) > 1 or value is None:
            return
        if value.array.nbytes > (LARGE if (page, key) in self._followed else _LARGE_UNSEEN):
            return
        run = self._run_of(page, key)
        # A copy: the array may be a part of a buffer that holds all results of its step.
        run.add(step, replace(value, array=value.array.copy()))
        self._bound()

    def _run_of(self, page: str, key: str) -> Run:
        """Return the run under way of an output; it is begun with its first value."""
        runs = self._runs.setdefault(page, {}).setdefault(key, deque(maxlen=MOST_RUNS))
        name = self._run_name(page)
        if not runs or runs[-1].name != name:
            runs.append(Run(name))
        return runs[-1]

    def _bound(self) -> None:
        """Drop what there is no room for: earlier runs first, then every second value of the largest one."""
        every = [(runs, run) for page in self._runs.values() for runs in page.values() for run in runs]
        while sum(run.bytes for _, run in every) > _MOST_BYTES:
            earlier = [entry for entry in every if entry[1] is not entry[0][-1]]
            runs, run = max(earlier or every, key=lambda entry: entry[1].bytes)
            if earlier:
                runs.remove(run)
                every.remove((runs, run))
            elif len(run.values) > 2:
                run.thin(len(run.values) // 2)
            else:
                return

    def _on_restarted(self, page: str) -> None:
        self._seen.pop(page, None)
        if not self._store.page(page).values:  # the page's results are forgotten, or none were there
            self._runs.pop(page, None)
            self._numbers.pop(page, None)
        elif any(self.last(page, key) for key in self._runs.get(page, ())):
            self._numbers[page] = self._numbers.get(page, 1) + 1

    def _on_renamed(self, old: str, new: str) -> None:
        pages: tuple[dict[str, Any], ...] = (self._runs, self._numbers, self._seen)
        for known in pages:
            if old in known:
                known[new] = known.pop(old)
        for page, key in list(self._followed):
            if page == old:
                self._followed[new, key] = self._followed.pop((page, key))


def _single_numbers(values: dict[str, Value]) -> list[str]:
    """Return the outputs that are one number each."""
    from app.engine.values.results import TensorValue  # late: it needs NumPy

    found = [
        key
        for key, value in values.items()
        if isinstance(value, TensorValue) and value.array.size == 1 and value.array.dtype.kind in "fiub"
    ]
    return found[:_MOST_SINGLE]
