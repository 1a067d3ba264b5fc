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
from typing import Any

import numpy as np

from app.engine.compiler.collector import collect_as_usual
from app.engine.ipc.channel import Channel
from app.engine.ipc.messages import Failed, Ready, Request, Unready
from app.engine.ipc.packing import Buffer
from app.engine.ipc.progress_board import ProgressBoard
from app.engine.ipc.watchdog import Heartbeat
from app.engine.worker.client import Client
from app.engine.worker.fence import raise_walls
from app.engine.worker.sent_arrays import hold_arrays

_Received = tuple[Request, list[Buffer]]


def serve(
    channel: Channel, progress: ProgressBoard, prepare: Callable[[], str | None], *, is_forked: bool = False
) -> None:
    """Answer requests until the program closes the channel; then the process ends, also while it is prepared.

    ``prepare`` returns why TensorFlow could not be imported; it is reported to the program, and that is all. A forked
    process raises its walls before it has a second thread, which they would not hold.
    """
    client = Client(channel, progress)
    requests: queue.SimpleQueue[_Received] = queue.SimpleQueue()
    listener = threading.Thread(
        target=_listen, args=(channel, client, requests), name="listener", daemon=True
    )
    if not is_forked:
        listener.start()
    unready = prepare()
    if unready is not None:
        channel.send(Unready(unready))
        return
    progress.clear()
    channel.send(Ready())
    first = _first_request(channel) if is_forked else requests.get()
    channel.send(raise_walls(first[0].walls))
    if is_forked:
        client.renew()
        listener.start()
    requests_before = [first]
    while True:
        request, buffers = requests_before.pop() if requests_before else requests.get()
        hold_arrays(request.arrays, buffers)
        with Heartbeat(progress):
            _handle(request, client, channel)
        hold_arrays((), ())
        collect_as_usual()  # a page that was built has put it off
        sys.stdout.flush()
        sys.stderr.flush()
        progress.clear()
        channel.send(Ready())


def _first_request(channel: Channel) -> _Received:
    """Wait for a request; the process ends where the program does before it has one."""
    try:
        while True:
            message, buffers = channel.receive()
            if isinstance(message, Request):
                return message, buffers
    except (EOFError, OSError):
        os._exit(0)


def _listen(channel: Channel, client: Client, requests: queue.SimpleQueue[_Received]) -> None:
    """Receive until the program is gone, then end the process at once, whatever the main thread waits for."""
    try:
        while True:
            message, buffers = channel.receive()
            if isinstance(message, Request):
                client.renew()  # here, so that what comes late for the last request does not concern this one
                requests.put((message, buffers))
            else:
                client.on_message(message)
    except (EOFError, OSError):
        os._exit(0)


def _handle(request: Request, client: Client, channel: Channel) -> None:
    """Run one request. An unforeseen exception is reported and ends the process."""
    client.progress.take()
    try:
        load(request.handler)(request.body, client)
    except Exception as fault:
        client.log(traceback.format_exc())
        if client.replied:  # the clearing up went wrong: nobody can trust this process any more
            os._exit(1)
        code = "out-of-memory" if isinstance(fault, MemoryError) else "run-failed"
        channel.send(Failed(code, _in_one_line(fault)))
        # The progress board has the number of steps; a new process is better than one in an unknown state.
        os._exit(1)


def load(dotted: str) -> Any:
    """Return the object that ``module:name`` names (a name from our own program, never from a file)."""
    module, _, name = dotted.partition(":")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def limit_memory(extra: int | None) -> None:
    """Allow the process ``extra`` bytes of address space beyond what it has now; None takes the limit away.

    Only where the system can measure and limit it (Linux), and not beside a GPU, whose driver reserves address
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


def watch_memory(extra: int) -> None:
    """End the process with words once it uses ``extra`` bytes more than now (Linux).

    An address space that is limited lets an op that does not look end the process by a wild access, without a word.
    """
    most = _used() + extra

    def watch() -> None:
        while _used() <= most:
            time.sleep(_LOOK)
        os.write(2, b"out of memory: it needs more than the run may take\n")
        os._exit(1)

    threading.Thread(target=watch, name="memory watch", daemon=True).start()


_LOOK = 0.02  # seconds


def _used() -> int:
    """Return the bytes of memory that the process uses."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


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
    # TensorFlow puts a head and where the node was made before the reason.
    places = [i for i, line in enumerate(lines) if line.startswith("Node: '")]
    lines = lines[places[-1] + 1 :] if places else lines
    text = next((line for line in lines if not line.startswith(_HEADS)), None)
    return type(fault).__name__ if text is None else f"{type(fault).__name__}: {text}"


_HEADS = ("Traceback", "Graph execution error:")
