"""What several sessions show in one step, and what has been shown of all that runs once, before the first one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from app.engine.tf.run_context import Array
from app.engine.tf.session_calls import SessionRun
from app.engine.tf.sinks import own_copy
from app.engine.values.results import Value
from app.engine.worker.session import Keys, Shown


class Beginning:
    """What runs once, before the others of the first step. What it shows stays: ``results``."""

    def __init__(self, runs: Sequence[SessionRun], order: Sequence[str]) -> None:
        """Take the sessions in the order in which they run, and the keys in the order in which results stand."""
        self._runs, self._order = list(runs), order
        self.results: dict[str, Value] = {}
        self.tensors: dict[str, Array] = {}  # of the first step, where they were asked for
        self._starts: dict[str, Array] = {}  # tensors shown of the start values, until the first step

    def start(self, results: dict[str, Value], tensors: dict[str, Array]) -> None:
        """Begin with what is shown of the start values of Variables."""
        self.results.update(results)
        self._starts = tensors

    def run(self, with_tensors: bool) -> None:
        """Run the sessions if they have not run yet; a later step has no tensors of them."""
        self.tensors = self._starts if with_tensors else {}
        self._starts = {}
        while self._runs:
            run = self._runs.pop(0)
            shown = run.rescuing(self.results, partial(run.held, None))
            self.results.update(shown(None))
            if with_tensors:
                self.tensors.update(_copies(shown))

    def in_order(self, results: dict[str, Value]) -> dict[str, Value]:
        """Return results in the order in which the plan shows them."""
        return {key: results[key] for key in self._order if key in results}

    def some(self, keys: frozenset[str]) -> dict[str, Any]:
        """Return some of the results."""
        return {key: value for key, value in self.results.items() if key in keys} if self.results else {}

    def beside(self, shown: Shown) -> Shown:
        """Return what a step shows together with the results."""
        return _Beside(self, shown) if self.results else shown


class _Beside:
    """What a session shows in a step, beside what the sessions have shown that run once."""

    def __init__(self, beginning: Beginning, shown: Shown) -> None:
        self._beginning, self._tensors, self._shown = beginning, beginning.tensors, shown

    def __call__(self, keys: Keys) -> dict[str, Value]:
        first = {k: v for k, v in self._beginning.results.items() if keys is None or k in keys}
        return self._beginning.in_order({**first, **self._shown(keys)})

    def tensors(self) -> dict[str, Array]:
        return {**self._tensors, **self._shown.tensors()}


class Together:
    """What several sessions show in one step, taken from each before the next one runs."""

    def __init__(self, beginning: Beginning) -> None:
        """Begin with what the sessions have shown that run once."""
        self.results = dict(beginning.results)
        self._beginning = beginning
        self._tensors = dict(beginning.tensors)

    def add(self, shown: Shown, with_tensors: bool) -> None:
        """Add what a session shows, with its tensors where they are asked for later."""
        self.results.update(shown(None))
        if with_tensors:
            self._tensors.update(_copies(shown))

    def __call__(self, keys: Keys) -> dict[str, Value]:
        """Return some results or all."""
        return self._beginning.in_order({k: v for k, v in self.results.items() if keys is None or k in keys})

    def tensors(self) -> dict[str, Array]:
        """Return the tensors that were asked for."""
        return self._tensors


def _copies(shown: Shown) -> dict[str, Array]:
    return {ref: own_copy(array) for ref, array in shown.tensors().items()}
