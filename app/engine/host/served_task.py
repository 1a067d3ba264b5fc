"""TensorFlow's server of one task, in a worker: started for runs, and again after a death, a little later."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from app.document.model.sentence import Sentence, say
from app.engine.host.engine import Engine
from app.engine.host.events import Event
from app.engine.host.outcome import problem_of
from app.engine.host.supervisor import Ended, Limits
from app.engine.ipc.messages import Listening
from app.engine.ipc.requests import ServeRequest
from app.engine.ipc.walls import Walls
from app.engine.ipc.watchdog import Pulse

_FIRST_WAIT, _LONGEST_WAIT = 0.2, 10.0  # seconds until it is started again
_WELL = 30.0  # seconds after which a start counts as one that went well
_CLEANUP = "/tensorflow.WorkerService/CleanupAll"
_CLEANING = 5.0  # seconds
_STOPPED = 3.0  # seconds without a sign of life after which it counts as stopped


class ServedTask:
    """One task's server, until ``end``. Any thread may call."""

    def __init__(
        self, engine: Engine, request: ServeRequest, walls: Walls, report: Callable[[Sentence], object]
    ) -> None:
        """Start it; ``report`` is called in a thread with what is to be said of it."""
        self._engine, self._request, self._walls, self._report = engine, request, walls, report
        self._news = threading.Condition()
        self._incarnation: str | None = None  # while it listens
        self._pulse = Pulse(_STOPPED)
        self._failures = 0
        self._words = ""  # of the last failure
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="task", daemon=True)
        self._thread.start()

    @property
    def incarnation(self) -> str | None:
        """Return the name of this start of the server; None while it does not listen, or is stopped."""
        with self._news:
            lives = self._pulse.beats(time.monotonic(), self._engine.beats)
            return self._incarnation if lives else None

    def wait(self, seconds: float) -> str | None:
        """Wait until it listens and return its incarnation; None where a start fails first, or it takes longer."""
        with self._news:
            before = self._failures
            self._news.wait_for(lambda: self.incarnation or self._failures > before, seconds)
            return self.incarnation

    @property
    def words(self) -> str:
        """Return what TensorFlow or the system said of the last failure."""
        return self._words

    def clean(self, container: str) -> None:
        """Release what a run has left in the server; the others' stays."""
        import grpc  # late: it comes with TensorFlow, and is needed where several runs share a task only

        name = container.encode()
        with grpc.insecure_channel(f"127.0.0.1:{self._request.port}") as channel:
            try:
                channel.unary_unary(_CLEANUP)(b"\x0a" + bytes([len(name)]) + name, timeout=_CLEANING)
            except grpc.RpcError as fault:
                self._report(say("serve.not-cleaned", why=str(fault.code())))

    def end(self) -> None:
        """End it, and wait until it is gone."""
        self._ending.set()
        while self._thread.is_alive():
            self._engine.stop()
            self._thread.join(0.05)

    def _serve(self) -> None:
        pause = _FIRST_WAIT
        while not self._ending.is_set():
            began = time.monotonic()
            ended = self._engine.serve(self._request, self._walls, self._on_event)
            if self._ending.is_set():
                break
            self._ended(ended)
            pause = _FIRST_WAIT if time.monotonic() - began > _WELL else pause
            self._ending.wait(pause)
            pause = min(2 * pause, _LONGEST_WAIT)
        with self._news:
            self._incarnation = None

    def _ended(self, ended: Ended) -> None:
        problem = problem_of(ended, Limits())
        self._report(say("serve.ended", why=problem.sentence))
        with self._news:
            self._incarnation = None
            self._words = ended.failure.reason if ended.failure is not None else problem.code
            self._failures += 1
            self._news.notify_all()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Listening):
            with self._news:
                self._incarnation = event.incarnation
                self._news.notify_all()
