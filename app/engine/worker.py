"""The worker process: runs the program's requests on its main thread, and ends when the program does."""

from __future__ import annotations

import importlib
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
import numpy as np

from app.document.problems import error
from app.engine.board import Board
from app.engine.faults import RunFault
from app.engine.protocol import (
    Buffer,
    Channel,
    Failed,
    LogText,
    MoreSamples,
    Packed,
    Ready,
    Reply,
    Request,
    Rows,
    RunOrder,
    RunReply,
    Stop,
    Unready,
    encode,
    pack,
    unpack,
)
from app.engine.results import ListValue, TensorValue, Value, tensor_of
from app.engine.sampling import Sampler
from app.engine.watchdog import Heartbeat
from app.engine.watching import Watcher

_SHOWN_SHARE = 16  # results may take this part of the memory: as text they take about ten times as much


class Link:
    """What a request's handler sees of the program: the board, the wish to stop, and the way to answer."""

    def __init__(self, channel: Channel, board: Board) -> None:
        """Speak over ``channel`` and write progress on ``board``."""
        self.board = board
        self.stopped = False
        self.replied = False
        self._channel = channel
        self.sampler = Sampler(channel.send)

    def reply(self, body: msgspec.Struct, buffers: Sequence[Buffer] = ()) -> None:
        """Answer the request; to be called once. Clearing up may follow."""
        self.replied = True
        self._channel.send(Reply(encode(body)), buffers)

    def log(self, text: str) -> None:
        """Send words to the program's log."""
        self._channel.send(LogText(text))

    def send_rows(self, rows: Rows) -> None:
        """Send watched values."""
        self._channel.send(rows)

    def hear(self, message: object) -> None:
        """Take a message that concerns the request that runs (from the listening thread)."""
        if isinstance(message, Stop):
            self.stopped = True
        elif isinstance(message, MoreSamples):
            self.sampler.viewer_is_free = True

    def renew(self) -> None:
        """Get ready for the next request."""
        self.stopped = self.replied = False
        self.sampler.renew()


def serve(channel: Channel, board: Board, unready: str | None = None) -> None:
    """Answer requests until the program closes the channel; then the process ends.

    ``unready`` says why TensorFlow could not be imported; it is told to the program, and that is all.
    """
    if unready is not None:
        channel.send(Unready(unready))
        return
    link = Link(channel, board)
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(channel, link, requests), name="listener", daemon=True).start()
    board.clear()
    channel.send(Ready())
    while True:
        request = requests.get()
        with Heartbeat(board):
            _handle(request, link, channel)
        sys.stdout.flush()
        sys.stderr.flush()
        board.clear()
        link.renew()
        channel.send(Ready())


def _listen(channel: Channel, link: Link, requests: queue.SimpleQueue[Request]) -> None:
    """Receive until the program is gone, then end the process at once, whatever the main thread waits for."""
    try:
        while True:
            message, _ = channel.receive()
            if isinstance(message, Request):
                requests.put(message)
            else:
                link.hear(message)
    except (EOFError, OSError):
        os._exit(0)


def _handle(request: Request, link: Link, channel: Channel) -> None:
    """Run one request. An unforeseen exception is told and ends the process."""
    link.board.take()
    try:
        load(request.handler)(request.body, link)
    except Exception as fault:
        link.log(traceback.format_exc())
        if link.replied:  # the clearing up went wrong: nobody can trust this process any more
            os._exit(1)
        code = "out-of-memory" if isinstance(fault, MemoryError) else "run-failed"
        channel.send(Failed(code, _in_one_line(fault)))
        os._exit(
            1
        )  # the board keeps the number of steps; a new process is better than one in an unknown state


def run_page(body: bytes, link: Link) -> None:
    """Build a page and run its steps (handler of a RunOrder): one RunReply, then the graph is released."""
    order = msgspec.msgpack.decode(body, type=RunOrder)
    os.chdir(order.folder)
    limit_memory(order.memory_limit)
    plan = msgspec.msgpack.decode(order.plan, type=load(order.plan_type))
    traced: dict[str, Any] = {}
    if order.trace:
        blocks = None if order.trace_blocks is None else frozenset(order.trace_blocks)
        traced = {"trace": link.board.mark, "trace_blocks": blocks}
    started = time.perf_counter()
    session = None
    watcher = Watcher(order.watch, order.until, link.send_rows)
    try:
        session = load(order.session)(plan, order.folder, **traced)
        session.initialise()
        if order.start:
            session.restore(_start_values(order))
        results, end = _steps(session, order, link, watcher)
        _check_size(results, order.memory_limit)
        seconds = time.perf_counter() - started
        short = end != "reached" and order.steps is not None and link.board.done < order.steps
        buffers: list[Buffer] = []
        reply = RunReply(
            steps=link.board.done,
            seconds=seconds,
            results=pack(results, buffers),
            problems=watcher.missed(link.board.done) if end == "number" else [],
            stopped=end == "stopped",
            short=short,
            variables=_variables(session, buffers) if order.variables else {},
        )
    except RunFault as fault:
        buffers = []
        reply = RunReply(
            steps=link.board.done,
            seconds=time.perf_counter() - started,
            results=pack(fault.results, buffers),
            problems=fault.problems,
        )
    link.sampler.finish()
    watcher.finish()
    link.reply(reply, buffers)
    if session is not None:
        session.close()


def _steps(
    session: Any, order: RunOrder, link: Link, watcher: Watcher
) -> tuple[dict[str, Value], Literal["number", "stopped", "reached"]]:
    """Run the steps; return the results of the last one, and what ended them.

    A stop runs one last step that fetches, unless the last step was fetched as a sample: so results and
    Variables always belong to one step. With a condition every step fetches, as each may be the last.
    """
    results: dict[str, Value] | None = None
    done = 0
    while order.steps is None or done < order.steps:
        last = link.stopped
        if last and (done == 0 or results is not None):
            return results or {}, "stopped"
        due = link.sampler.wants(order.sample_rate)
        fetch = last or due or done + 1 == order.steps
        link.board.begin_step()
        if order.until is not None:  # each step may be the last
            held = session.hold()
            results, watched = held(None) if fetch else None, held(watcher.keys)
        else:
            results = session.step(fetch) if fetch or not watcher.keys else None
            watched = results if results is not None or not watcher.keys else session.watch(watcher.keys)
        link.board.end_step()
        done += 1
        if watcher.keys and watcher.take(done, watched or {}):
            return held(None) if results is None else results, "reached"
        if last:
            return results or {}, "stopped" if done != order.steps else "number"
        if due and results is not None and order.sample_rate is not None and done != order.steps:
            link.sampler.add(done, results, order.sample_rate)
    return results or {}, "number"


def _start_values(order: RunOrder) -> dict[str, np.ndarray[Any, Any]]:
    parts = [np.frombuffer(part, np.uint8) for part in order.start_parts]
    values = unpack(order.start, parts)
    return {block: value.array for block, value in values.items() if isinstance(value, TensorValue)}


def _check_size(results: dict[str, Value], memory_limit: int | None) -> None:
    """Refuse results that this process could hold, but not the program as well, least of all as text."""
    if memory_limit is None:
        return
    sizes = {key: _size(value) for key, value in results.items()}
    if sum(sizes.values()) <= memory_limit // _SHOWN_SHARE:
        return
    key = max(sizes, key=lambda k: sizes[k])
    block, _, pin = key.partition(".")
    message = (
        f"{key} holds {sizes[key] / 1e9:.3g} GB, all results {sum(sizes.values()) / 1e9:.3g} GB; "
        f"a run shows up to {memory_limit / _SHOWN_SHARE / 1e9:.3g} GB here"
    )
    hint = "fetch only outputs that are small enough to look at"
    raise RunFault([error("out-of-memory", message, block, pin, hint=hint)])


def _size(value: Value) -> int:
    """Return a result's size in bytes."""
    if isinstance(value, ListValue):
        return sum(map(_size, value.items))
    return value.array.nbytes if isinstance(value, TensorValue) else 0


def _variables(session: Any, buffers: list[Buffer]) -> dict[str, Packed]:
    return pack({name: tensor_of(array) for name, array in session.variables().items()}, buffers)


def load(dotted: str) -> Callable[..., Any]:
    """Return the object that ``module:name`` names (a name from our own program, never from a file)."""
    module, _, name = dotted.partition(":")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def limit_memory(extra: int | None) -> None:
    """Allow the process ``extra`` bytes of address space beyond what it has now; None takes the limit away.

    Only where the system can tell and limit it (Linux), and not beside a GPU, whose driver reserves address
    space far beyond its memory; elsewhere nothing is limited.
    """
    if sys.platform != "linux" or os.path.exists("/dev/nvidiactl") or os.path.exists("/dev/kfd"):
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = hard
    if extra is not None:
        with open("/proc/self/statm", encoding="ascii") as statm:
            now = int(statm.read().split()[0]) * resource.getpagesize()
        soft = now + extra if hard == resource.RLIM_INFINITY else min(now + extra, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def settle() -> None:
    """Make a new worker process independent: Ctrl-C is the program's business, aborts leave no core file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    np.random.seed()  # a forked process would repeat the numbers of its siblings


def preload(modules: Sequence[str]) -> str | None:
    """Import TensorFlow and whatever else a worker needs; return one line that says why not, or None."""
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception as fault:  # a broken installation raises anything, not only ImportError
            traceback.print_exc()
            return _in_one_line(fault)
    return None


def _in_one_line(fault: BaseException) -> str:
    lines = [line.strip() for line in str(fault).splitlines() if line.strip()]
    text = next((line for line in lines if not line.startswith("Traceback")), "no reason given")
    return f"{type(fault).__name__}: {text}"
