"""The worker's loop on the XOR page: by hand, plain, watched, with a condition, guarded, measured, handed over."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable
from time import perf_counter, process_time
from typing import Any

import numpy as np
import tensorflow as tf
from msgspec.structs import replace

from app.document.formats.registry import open_project
from app.document.resources.grants import NOTHING_MORE
from app.document.resources.ground import Ground
from app.engine.compiler.make_plan import make_plan
from app.engine.ipc.progress_board import ProgressBoard
from app.engine.ipc.requests import RunPageRequest
from app.engine.tf.page_session import PageSession
from app.engine.worker.quick_ways import Trials
from app.engine.worker.run_loop import Clock, RunLoop
from app.engine.worker.sampling import Sampler
from app.engine.worker.watcher import Watcher
from blocks.assets import asset
from tests.benchmarks import by_hand
from tests.benchmarks.bench import Comparison, Row, side_by_side

_STEPS = 1000  # per round
_ROUNDS = 45  # a step takes 25 us, and what is compared is a few of them
_PATH = asset("samples", "xor.tblocks")


class _Client:
    """The worker's client with nobody at its other end."""

    def __init__(self) -> None:
        with tempfile.TemporaryFile() as file:
            self.progress = ProgressBoard(file.fileno())
        self.stopped = self.pausing = self.times = False
        self.pace = None
        self.sampler = Sampler(lambda sample, buffers: None)

    def send(self, message: object, buffers: object = ()) -> None:
        """Nobody listens."""


def _loop(until: str | None = None, watch: tuple[str, ...] = (), **options: Any) -> Callable[[], None]:
    """Return a call that does so many steps of the page in the worker's loop."""
    (page,) = open_project(_PATH).project.pages
    page.run = replace(page.run, until=until)
    plan = make_plan(page, _PATH.parent, watch=watch)
    gc.freeze()  # the import of TensorFlow is left out of collections, as in the worker
    session = PageSession(plan, str(_PATH.parent))
    session.initialise()
    client: Any = _Client()
    client.times = options.get("times", False)
    request = RunPageRequest(
        plan=b"",
        session="",
        folder="",
        steps=0,
        ground=Ground.of(_PATH.parent),
        grants=NOTHING_MORE,
        watch=plan.watched,
        until=plan.until,
        **options,
    )
    watcher = Watcher(plan.watched, plan.until, client.send)
    loop = RunLoop(session, request, client, watcher, Clock(), Trials())

    def run() -> None:
        loop.target = loop.done + _STEPS
        assert loop.run() == "done"

    return run


def _by_hand() -> Callable[[], None]:
    """Return a call that does as many steps of the same net by hand, with the loss of each step."""
    with tf.Graph().as_default():
        out = by_hand.build()
        session = tf.compat.v1.Session()
        session.run(tf.compat.v1.global_variables_initializer())
        trained = [out[f"train_{name}.out"] for name in ("b2", "w2", "w1", "b1")]
        with tf.control_dependencies(trained):
            done = tf.no_op()
        step = session.make_callable([out["loss.output"], done])

    def run() -> None:
        for _ in range(_STEPS):
            loss, _done = step()
            assert isinstance(loss, np.floating)

    return run


def _against_bare(clock: Callable[[], float] = process_time, **options: Any) -> Callable[[], Comparison]:
    """Compare by the processor's time; what is done every so many seconds needs the ``clock`` of the wall."""
    return lambda: side_by_side(_loop(**options), _loop(), _ROUNDS, clock)


ROWS = [
    Row(
        "the loop, the loss read in each step",
        "TF v1 by hand with make_callable, loss fetched",
        1.1,
        lambda: side_by_side(_loop(watch=("loss.output",)), _by_hand(), _ROUNDS, process_time),
    ),
    Row("a step with one pin watched", "the bare loop", 1.15, _against_bare(watch=("loss.output",))),
    Row("a step with a condition", "the bare loop", 1.15, _against_bare(until="loss.output < 0")),
    Row("a step with the NaN guard", "the bare loop", 1.7, _against_bare(guard=True)),
    Row("a step while blocks are measured", "the bare loop", 1.15, _against_bare(perf_counter, times=True)),
    Row(
        "a step with hand-over every 0.25 s",
        "the bare loop",
        1.03,
        _against_bare(perf_counter, hand_over_every=0.25),
    ),
]
