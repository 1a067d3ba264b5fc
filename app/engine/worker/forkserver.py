"""The fork server: a process that imports TensorFlow once and forks a worker whenever the program asks (POSIX).

A forked worker is ready in hundredths of a second and shares the memory of the import. The fork server itself
never uses TensorFlow and has no Python threads, so that forking is safe. Requests come as packets on a
socket: ``FORK number`` with three descriptors (channel, log, progress board), ``KILL number``; answers are
``IMPORTED`` and ``EXIT number status``.
"""

from __future__ import annotations

import fcntl
import gc
import os
import select
import shutil
import signal
import socket
import sys
import warnings

from app.engine.ipc.channel import Channel
from app.engine.ipc.fork_packets import EXIT, FORK, IMPORTED, PACKET, PRIVATE
from app.engine.ipc.progress_board import ProgressBoard
from app.engine.worker import fence
from app.engine.worker.main import preload, serve, settle


def main() -> None:
    """Run ``python -m app.engine.worker.forkserver SOCKET PIPE MODULE...`` until the program closes the socket."""
    descriptor, pipe, *modules = sys.argv[1:]
    control = socket.socket(fileno=int(descriptor))
    _end_with(int(pipe))
    gc.disable()  # the import makes millions of objects and hardly any garbage
    unready = preload(modules)
    fence.prepare()
    os.close(int(pipe))  # from here on the socket is listened to
    # Python 3.12 warns of forking beside TensorFlow's and OpenBLAS's idle threads; both cope with it.
    warnings.filterwarnings("ignore", message=".*fork.*", category=DeprecationWarning)
    gc.collect()
    gc.freeze()  # else the first collection in each worker would copy every page of the import
    _ForkServer(control, unready).run()


def _end_with(pipe: int) -> None:
    """Let the system end this process when the other end of the pipe closes, while nobody listens to the program.

    An import may hang where no Python code runs any more: so it is a signal of which Python takes no notice.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)  # ends the process
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([pipe], [], [], 0)[0]:  # the program has ended before
        os._exit(0)


def _remove_home() -> None:
    """Remove the private home, which a program that was killed has left behind."""
    home = os.environ.get("HOME", "")
    if os.path.basename(home).startswith(PRIVATE):
        shutil.rmtree(home, ignore_errors=True)


class _ForkServer:
    def __init__(self, control: socket.socket, unready: str | None) -> None:
        self._control = control
        self._unready = unready
        self._numbers: dict[int, int] = {}  # pid -> number
        self._wake_in, self._wake_out = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake_out, warn_on_full_buffer=False)

    def run(self) -> None:
        """Serve until the program is gone, then end every worker and this process."""
        try:
            self._control.send(PACKET.pack(IMPORTED, 0, 0))
            while self._serve_once():
                pass
        except OSError as fault:
            print(f"the program is gone: {fault}", file=sys.stderr)
        for pid in self._numbers:
            os.kill(pid, signal.SIGKILL)
        _remove_home()
        os._exit(0)  # nothing to save, and unloading TensorFlow takes its time

    def _serve_once(self) -> bool:
        control = self._control.fileno()
        readable, _, _ = select.select([control, self._wake_in], [], [])
        if self._wake_in in readable:
            os.read(self._wake_in, 4096)
            self._reap()
        return control not in readable or self._obey()

    def _obey(self) -> bool:
        packet, descriptors, _, _ = socket.recv_fds(self._control, PACKET.size, 3)
        if not packet:
            return False
        what, number, _ = PACKET.unpack(packet)
        if what == FORK:
            self._fork(number, descriptors)
        else:
            for pid, known in self._numbers.items():
                if known == number:
                    os.kill(pid, signal.SIGKILL)
        return True

    def _fork(self, number: int, descriptors: list[int]) -> None:
        pid = os.fork()
        if pid == 0:
            _be_worker(self, descriptors)
        self._numbers[pid] = number
        for descriptor in descriptors:
            os.close(descriptor)

    def leave(self) -> None:
        """In the child: forget the parent's signals and descriptors."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._wake_in)
        os.close(self._wake_out)
        self._control.close()

    @property
    def unready(self) -> str | None:
        """Return why TensorFlow could not be imported, or None."""
        return self._unready

    def _reap(self) -> None:
        while self._numbers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            self._control.send(PACKET.pack(EXIT, self._numbers.pop(pid), code))


def _be_worker(server: _ForkServer, descriptors: list[int]) -> None:
    """Turn the forked child into a worker. Never returns."""
    status = 1
    try:
        server.leave()
        gc.enable()
        channel_fd, log_fd, progress_fd = descriptors
        os.dup2(log_fd, 1)
        os.dup2(log_fd, 2)
        progress = ProgressBoard(progress_fd)
        os.close(log_fd)
        os.close(progress_fd)
        settle()
        peer = socket.socket(fileno=channel_fd)
        serve(Channel.over(peer), progress, lambda: server.unready, is_forked=True)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
