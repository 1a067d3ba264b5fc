"""Starting worker processes: forked from a fork server where the system can, else spawned, with one held ready."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any

from msgspec import structs

from app.document.model.sentence import Explained, Sentence, quote, say
from app.engine.host.environment import worker_environment
from app.engine.host.exit_reasons import way_out
from app.engine.ipc.channel import Channel
from app.engine.ipc.fork_packets import FORK, IMPORTED, KILL, PACKET, PRIVATE
from app.engine.ipc.handlers import RUNNING
from app.engine.ipc.messages import Message, Ready, Request, Unready
from app.engine.ipc.packing import Buffer
from app.engine.ipc.progress_board import ProgressBoard
from app.engine.ipc.walls import Walls, WallsHeld

ROOT = Path(__file__).resolve().parents[3]  # the folder that holds the package ``app``
_MUCH = 1 << 20  # bytes of log that are read at a time
_CAN_WALL = sys.platform.startswith("linux")  # whether a worker may have walls, which it then cannot leave
CAN_FORK = sys.platform.startswith("linux")  # Apple's frameworks do not survive a fork; Windows has none


class NotReady(Explained):
    """A worker ended before it could take a request. ``status``: its exit status, if it is known to be its own.

    ``last``: the exit status of what has ended, be it the worker or the fork server.
    """

    def __init__(self, sentence: Sentence, status: int = 0, last: int = 0) -> None:
        """Carry the sentence and the statuses."""
        super().__init__(sentence)
        self.status, self.last = status, last


class Gone:
    """Stands in an inbox for the end of the process."""


class Wake:
    """Put into an inbox to make its reader look up."""


class Worker:
    """The program's handle of one worker process.

    ``inbox`` receives each frame and, when the process is gone, Gone. ``status`` is the exit status
    (negative: the signal), known soon after that.
    """

    def __init__(
        self, channel: Channel, progress: ProgressBoard, log: IO[bytes], kill: Callable[[], None], home: str
    ) -> None:
        """Begin to listen. ``kill`` ends the process at once and may be called twice.

        The worker's own folder for temporary files is made in ``home``.
        """
        self.channel = channel
        self.walls: Walls | None = None  # around it, from its first request on
        self.held: WallsHeld | None = None  # which of them hold, once it has tried
        self.temporary = tempfile.mkdtemp(prefix="worker-", dir=home)
        self.progress = progress
        self.kill = kill
        self.inbox: queue.SimpleQueue[tuple[Message | Gone | Wake, list[Buffer]]] = queue.SimpleQueue()
        self.status: Future[int] = Future()
        self.was_ready = False  # it could once take a request
        self.used = False  # it has taken one
        self.is_unborn = False  # the import that it was to share has failed; the status is the import's
        self._ready = False
        self._over: Sentence | None = None  # why it will never be ready
        self._own_status = self._last_status = 0  # with which it, or what was to make it, has then ended
        self._log = log
        self._listener = threading.Thread(target=self._listen, name="worker listener", daemon=True)
        self._listener.start()

    def wait_ready(self, seconds: float) -> bool:
        """Wait until the worker can take a request, or so many seconds; raises NotReady when it has ended."""
        end = time.monotonic() + seconds
        with contextlib.suppress(queue.Empty):
            while self._over is None:
                if self._ready:
                    message, _ = self.inbox.get_nowait()
                else:
                    message, _ = self.inbox.get(timeout=max(0.0, end - time.monotonic()))
                self._note(message)
        if self._over is not None:
            raise NotReady(self._over, self._own_status, self._last_status)
        return self._ready

    def _note(self, message: Message | Gone | Wake) -> None:
        if isinstance(message, Unready):
            self._over = quote(message.reason)
        elif isinstance(message, Gone):
            status = self.status.result()
            self._over = say("process.ended-by-itself", how=way_out(status))
            self._own_status, self._last_status = 0 if self.is_unborn else status, status
        elif isinstance(message, Ready):
            self._ready = self.was_ready = True

    def send(self, request: Request, buffers: Sequence[Buffer] = ()) -> None:
        """Send a request to a ready worker; raises OSError when it has died meanwhile."""
        self._ready, self.used = False, True
        if _CAN_WALL or request.handler in RUNNING:
            self.walls = request.walls
        request = structs.replace(request, walls=structs.replace(request.walls, temporary=self.temporary))
        self.channel.send(request, buffers)

    def fits(self, request: Request) -> bool:
        """Return whether a request may be sent: a worker cannot leave the walls that it has.

        Where it can have none, and is dear to replace, it only serves no second project's runs.
        """
        return self.walls in (None, request.walls) or not (_CAN_WALL or request.handler in RUNNING)

    def log_size(self) -> int:
        """Return how many bytes the process has printed so far."""
        return os.fstat(self._log.fileno()).st_size

    def log_text(self, start: int = 0) -> str:
        """Return what the process (Python and C++) has printed since byte ``start``."""
        return _read_from(self._log, start)

    def dispose(self) -> None:
        """End the process and release what belongs to it; may be called twice."""
        if self._log.closed:
            return
        self.kill()
        self._listener.join()
        self.status.result()
        self.progress.close()
        self._log.close()
        shutil.rmtree(self.temporary, ignore_errors=True)

    def _listen(self) -> None:
        try:
            while True:
                self.inbox.put(self.channel.receive())
        except (EOFError, OSError):
            self.channel.close()
            self.inbox.put((Gone(), []))


class ForkLauncher:
    """Forks workers from a server process that has imported the modules ``preload`` once."""

    def __init__(self, preload: Sequence[str]) -> None:
        """Start the fork server; returns at once, the import goes on in the background."""
        self._home = tempfile.TemporaryDirectory(prefix=PRIVATE)
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        end, self._life = os.pipe()  # nothing is written: it ends with this process, however that ends
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by close)
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "app.engine.worker.forkserver",
                    str(theirs.fileno()),
                    str(end),
                    *preload,
                ],
                env=worker_environment(self._home.name),
                pass_fds=[theirs.fileno(), end],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
                cwd=ROOT,  # ``-m`` looks there first; the user's folder must not supply modules
                start_new_session=True,  # Ctrl-C in the terminal is for the program only
            )
        os.close(end)
        self._workers: dict[int, Worker] = {}  # those whose end the fork server will report
        self._launched: list[Worker] = []
        self._count = 0
        self._imported = False
        self._listener = threading.Thread(target=self._listen, name="fork server listener", daemon=True)
        self._listener.start()

    def launch(self) -> Worker:
        """Ask for a worker; it says Ready when the import and the fork are done."""
        self._count += 1
        number = self._count
        ours, theirs = socket.socketpair()
        with theirs, tempfile.TemporaryFile() as progress_file:
            log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the Worker)
            channel = Channel.over(ours)
            progress = ProgressBoard(progress_file.fileno())
            worker = Worker(channel, progress, log, lambda: self._kill(number, ours), self._home.name)
            self._workers[number] = worker
            self._launched = [*(w for w in self._launched if not w.status.done()), worker]
            files = [theirs.fileno(), log.fileno(), progress_file.fileno()]
            try:
                socket.send_fds(self._control, [PACKET.pack(FORK, number, 0)], files)
            except OSError:  # the fork server is dead: the channel's other end closes with ``theirs``
                self._lost(number)
            ours.close()  # the channel's files keep the connection
        return worker

    @property
    def alive(self) -> bool:
        """Return whether the fork server can still fork."""
        return self._process.poll() is None

    def log_text(self) -> str:
        """Return what the fork server has printed: why TensorFlow could not be imported."""
        return _read_from(self._log, 0)

    def close(self) -> None:
        """End the fork server; workers that are left end with it."""
        if self._imported:
            self._control.shutdown(socket.SHUT_WR)
        else:
            self._process.kill()  # it reads nothing while it imports, and has no workers yet
        self._process.wait()
        self._listener.join()
        self._control.close()
        os.close(self._life)
        self._log.close()
        for worker in self._launched:
            worker.dispose()
        self._home.cleanup()

    def _kill(self, number: int, ours: socket.socket) -> None:
        self._send(KILL, number)
        with contextlib.suppress(OSError):  # closed already
            ours.shutdown(socket.SHUT_RDWR)  # also ends a worker whose fork server is dead
        if not self._imported:  # it is not even forked, and nobody is to wait for an import that may hang
            self._report_end(number, -signal.SIGKILL)

    def _send(self, what: int, number: int) -> None:
        try:
            self._control.send(PACKET.pack(what, number, 0))
        except OSError:
            return  # the fork server is dead; its listener reports it

    def _listen(self) -> None:
        while True:
            try:
                packet = self._control.recv(PACKET.size)
            except OSError:
                packet = b""
            if not packet:
                break
            what, number, status = PACKET.unpack(packet)
            if what == IMPORTED:
                self._imported = True
            else:
                self._report_end(number, status)
        for number in list(self._workers):
            self._lost(number)

    def _lost(self, number: int) -> None:
        """Give a worker a status when the fork server can no longer report it: the server's own."""
        status = self._process.wait()
        worker = self._workers.get(number)
        if worker is not None:
            worker.is_unborn = not self._imported
        self._report_end(number, status)

    def _report_end(self, number: int, status: int) -> None:
        """Give a worker its exit status, unless it has one."""
        worker = self._workers.pop(number, None)
        if worker is not None:
            worker.status.set_result(status)


class SpawnLauncher:
    """Spawns each worker as a new Python, which takes seconds to import TensorFlow.

    With ``standby`` one further worker is held ready, so that a killed one is replaced at once (about 500 MB
    more).
    """

    alive = True

    def __init__(self, preload: Sequence[str], standby: bool = False) -> None:
        """Start the standby in the background, if there is to be one."""
        self._preload = preload
        self._folder = tempfile.TemporaryDirectory(prefix="tensorblocks-")
        self._count = 0
        self._launched: list[Worker] = []
        self._standby = self._spawn() if standby else None

    def launch(self) -> Worker:
        """Return the standby and begin to warm the next one, or spawn a worker."""
        worker = self._standby
        if worker is not None:
            self._standby = self._spawn()
        return worker or self._spawn()

    def log_text(self) -> str:
        """Return nothing: each worker has its own log."""
        return ""

    def close(self) -> None:
        """End all workers and remove their files."""
        for worker in self._launched:
            worker.dispose()
        self._folder.cleanup()

    def _spawn(self) -> Worker:
        self._count += 1
        progress_path = Path(self._folder.name) / f"progress-{self._count}"
        log = open(Path(self._folder.name) / f"log-{self._count}", "w+b")  # noqa: SIM115
        with open(progress_path, "w+b") as progress_file:
            progress = ProgressBoard(progress_file.fileno())
        process = subprocess.Popen(
            [sys.executable, "-m", "app.engine.worker.spawned", str(progress_path), *self._preload],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=ROOT,
            env=worker_environment(self._folder.name),
            **_apart(),
        )
        channel = Channel(process.stdout, process.stdin)  # type: ignore[arg-type]
        worker = Worker(channel, progress, log, process.kill, self._folder.name)
        threading.Thread(
            target=_wait, args=(process, worker.status), name="worker's end", daemon=True
        ).start()
        self._launched.append(worker)
        return worker


class Home:
    """Where the workers of one or several engines come from, until the last of these leaves."""

    def __init__(self, preload: Sequence[str], standby: bool) -> None:
        """Start nothing yet. ``standby`` concerns systems that cannot fork."""
        self._preload = preload
        self._standby = standby
        self._launchers: list[ForkLauncher | SpawnLauncher] = []  # the last one is in use
        self._engines = 0
        self._over = False  # the last one has left
        self._lock = threading.Lock()

    def enter(self) -> None:
        """Count one more engine; RuntimeError where the last one has left: nothing would end what it starts."""
        with self._lock:
            if self._over:
                raise RuntimeError("the engine is closed")
            self._engines += 1

    def launch(self) -> Worker:
        """Return a new worker, which says Ready when it can take requests; returns at once."""
        with self._lock:
            if not self._launchers or not self._launchers[-1].alive:
                if CAN_FORK:
                    self._launchers.append(ForkLauncher(self._preload))
                else:
                    self._launchers.append(SpawnLauncher(self._preload, self._standby))
            return self._launchers[-1].launch()

    def leave(self, worker: Worker | None) -> None:
        """Count one engine less and end its worker; with the last one everything ends."""
        with self._lock:
            self._engines -= 1
            if self._engines == 0:
                self._over = True
                for launcher in self._launchers:
                    launcher.close()
                self._launchers.clear()
            if worker is not None:
                worker.dispose()


def _apart() -> dict[str, Any]:
    """Return the Popen options that keep Ctrl-C, and a console window, away from a worker."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _wait(process: subprocess.Popen[bytes], status: Future[int]) -> None:
    status.set_result(process.wait())


def _read_from(file: IO[bytes], start: int) -> str:
    """Return what another process has appended since ``start``; of very much, only the end."""
    size = os.fstat(file.fileno()).st_size
    start = max(start, size - _MUCH)
    if hasattr(os, "pread"):
        data = os.pread(file.fileno(), size - start, start)
    else:
        with open(file.name, "rb") as again:
            again.seek(start)
            data = again.read()
    return data.decode("utf-8", "replace")
