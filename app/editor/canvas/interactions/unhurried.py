"""Work in steps: all at once where it is small, else one step in each turn of the event loop, some in a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.editor.widgets.slices import turn_has_room

# A step ends with None, or with a job that touches nothing of the window; the job's answer comes back.
Steps = Generator[Callable[[], Any] | None, Any, None]
_LOOK_MS = 4  # from one look at the thread to the next


def do_now(steps: Steps, answer: Any = None) -> None:
    """Do all steps, and their jobs, at once."""
    try:
        while True:
            job = steps.send(answer)
            answer = job() if job is not None else None
    except StopIteration:
        return


class Unhurried(QObject):
    """Does steps between the events. What is begun meanwhile has to wait for the end of what goes on."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin idle; with ``parent`` it ends."""
        super().__init__(parent)
        self._steps: Steps | None = None
        self._job: _Job | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_busy(self) -> bool:
        """Return whether steps are left."""
        return self._steps is not None

    def begin(self, steps: Steps) -> None:
        """Do these steps from the next turn of the event loop on; first what is left of others, at once."""
        self.finish()
        self._steps = steps
        self._timer.start(0)

    def finish(self) -> None:
        """Do all that is left now."""
        steps, job = self._steps, self._job
        self.stop()
        if steps is not None:
            do_now(steps, job.wait() if job is not None else None)

    def stop(self) -> None:
        """Do no more."""
        self._timer.stop()
        self._steps = self._job = None

    def _go_on(self) -> None:
        steps, job = self._steps, self._job
        if steps is None or (job is not None and not job.is_done) or not turn_has_room():
            return
        self._timer.stop()  # a step may ask the user, in a loop of events of its own
        self._job = None
        try:
            asked = steps.send(job.wait() if job is not None else None)
        except StopIteration:
            self.stop()
            return
        except BaseException:
            self.stop()
            raise
        if self._steps is steps:
            self._job = _Job(asked) if asked is not None else None
            self._timer.start(_LOOK_MS if asked is not None else 0)


class _Job:
    """A call in a thread of its own."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call, self._answer = call, None
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="step", daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        return not self._thread.is_alive()

    def wait(self) -> Any:
        """Return the answer; raise what the call has raised."""
        self._thread.join()
        if self._fault is not None:
            raise self._fault
        return self._answer

    def _run(self) -> None:
        try:
            self._answer = self._call()
        except BaseException as fault:
            self._fault = fault
