"""The process behind ``serve``: greets runs at one port, and has TensorFlow serve them at the port before it.

TensorFlow's server takes any graph from anybody and listens on all interfaces; so it listens only while a run that has
proved to hold the token is there, within the walls of the folder that was given.
"""

from __future__ import annotations

import contextlib
import platform
import socket
import threading
from collections.abc import Callable

import msgspec

from app.document.model.problems import Problem
from app.document.model.sentence import Sentence
from app.document.resources.grants import Bounds, Grants
from app.document.resources.ground import Ground
from app.engine.cluster.cluster import Address, Cluster, ClusterFault, Task, cluster_of
from app.engine.cluster.greeting import (
    NO_SENSE,
    NO_SERVER,
    OTHER_CLUSTER,
    OTHER_TOKEN,
    PROTOCOL,
    TOO_MANY,
    Ask,
    Challenge,
    Down,
    Facts,
    Join,
    Joined,
    Proof,
    Refusal,
    ToTask,
    is_proof,
    mac_of,
    new_nonce,
)
from app.engine.host.engine import Engine
from app.engine.host.free_memory import default_memory_limit
from app.engine.host.lines import Lines, NoSense
from app.engine.host.served_task import ServedTask
from app.engine.ipc.handlers import SERVE
from app.engine.ipc.requests import ServeReply, ServeRequest
from app.engine.ipc.walls import Walls

_FIRST_WORDS = 5.0  # seconds that a stranger has for each line
_START = 45.0  # seconds until TensorFlow's server listens
_PAUSE = 0.1  # seconds until it is tried again to take a connection
_MOST = 64  # connections at a time
_MOST_NAME = 64  # of a container


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What is offered to runs: a folder, and what they may touch beyond it; ``port`` is TensorFlow's own."""

    folder: str
    port: int
    token: bytes
    grants: Grants
    sandbox: bool = True


class NoServer(Exception):
    """It cannot serve; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        """Bear the problem."""
        super().__init__(str(problem.sentence))
        self.problem = problem


def is_alone() -> bool:
    """Return whether this process sees no network but that within the machine, as in a name space of its own."""
    try:
        return {name for _, name in socket.if_nameindex()} <= {"lo"}
    except OSError:
        return False


class TaskHost:
    """One task that runs may use. ``run`` greets them until ``stop``."""

    def __init__(self, engine: Engine, offer: Offer, report: Callable[[Sentence], object]) -> None:
        """Learn what TensorFlow there is, and listen at the port after TensorFlow's; raises OSError, NoServer.

        Who connects to a port that listens waits for an answer; so it listens only once there is one.
        ``report`` is called with what is to be said meanwhile, from any thread.
        """
        self._engine, self._offer, self._report = engine, offer, report
        self._state = threading.RLock()
        self._holders: dict[int, str] = {}  # connections of runs, with what they hold
        self._joined: tuple[Cluster, Task] | None = None
        self._task: ServedTask | None = None
        self._connections: set[Lines] = set()
        self._count = 0
        self._stopping = threading.Event()
        for port in (offer.port, offer.port + 1):
            _listener(port).close()  # else a port in use would be found out late, or by the first run
        answer = engine.ask(SERVE, ServeRequest())
        if not isinstance(answer, ServeReply):
            raise NoServer(answer)
        self._about = answer
        self._listener = _listener(offer.port + 1)

    @property
    def folder(self) -> str:
        """Return the folder that is offered."""
        return self._offer.folder

    def run(self) -> None:
        """Greet runs, each in a thread of its own, until ``stop``."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # for lack of file descriptors, say
                if self._stopping.wait(_PAUSE):
                    return
                continue
            with self._state:
                lines = Lines(connection)
                is_one_too_many = len(self._connections) >= _MOST
                if not is_one_too_many:
                    self._connections.add(lines)
            if is_one_too_many:
                _say(lines, Refusal(TOO_MANY))
                lines.close()
                continue
            threading.Thread(target=self._greet, args=(lines,), name="greeting", daemon=True).start()

    def stop(self) -> None:
        """End all; ``run`` returns."""
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._state:
            for lines in list(self._connections):
                lines.close()
            task, self._task = self._task, None
        if task is not None:
            task.end()

    def _greet(self, lines: Lines) -> None:
        with self._state:
            self._count += 1
            number = self._count
        try:
            if self._is_known(lines):
                self._serve(lines, number)
        except (OSError, EOFError):
            pass  # the run has ended
        except NoSense:
            _say(lines, Refusal(NO_SENSE))
        finally:
            self._release(number)
            lines.close()
            with self._state:
                self._connections.discard(lines)

    def _is_known(self, lines: Lines) -> bool:
        """Have the run prove that it holds the token, and prove it in turn."""
        nonce = new_nonce()
        lines.send(Challenge(PROTOCOL, nonce))
        proof: Proof = lines.receive(Proof, _FIRST_WORDS)
        if not is_proof(self._offer.token, "run", nonce, proof.nonce, proof.mac):
            lines.send(Refusal(OTHER_TOKEN))
            return False
        lines.send(
            Facts(
                mac_of(self._offer.token, "task", proof.nonce, nonce),
                self._about.tensorflow,
                platform.python_version(),
                self._about.ops,
                self._offer.folder,
                default_memory_limit(),
            )
        )
        return True

    def _serve(self, lines: Lines, number: int) -> None:
        """Answer a run that has proved to hold the token, for as long as it is there."""
        while True:
            message = lines.receive(ToTask, None)
            if isinstance(message, Join):
                lines.send(self._join(message, number))
            elif isinstance(message, Ask):
                task = self._task
                incarnation = task.incarnation if task is not None else None
                lines.send(Down() if incarnation is None else Joined(incarnation))
            else:
                raise NoSense

    def _join(self, join: Join, number: int) -> Joined | Refusal:
        """Have the server be what a run asks for."""
        if not join.container.isascii() or len(join.container) > _MOST_NAME:
            return Refusal(NO_SENSE)
        try:
            cluster = cluster_of(join.cluster, Task(join.job, join.index))
            task = self._hold(cluster, join.container, number)
        except (ClusterFault, OSError) as fault:
            return Refusal(NO_SERVER, str(fault))
        if task is None:
            return Refusal(OTHER_CLUSTER)
        incarnation = task.incarnation or task.wait(_START)
        if incarnation is None:
            self._release(number)
            return Refusal(NO_SERVER, task.words)
        return Joined(incarnation)

    def _hold(self, cluster: Cluster, container: str, number: int) -> ServedTask | None:
        """Return the server for a run; None where others use it as a task of another cluster."""
        with self._state:
            asked = (cluster, cluster.master)
            if self._task is None:
                self._task = ServedTask(self._engine, *self._request(cluster), self._report)
                self._joined = asked
            elif self._joined != asked:
                return None
            self._holders[number] = container
            return self._task

    def _request(self, cluster: Cluster) -> tuple[ServeRequest, Walls]:
        offer, task = self._offer, cluster.master
        numbers = {job.name: [_by_number(one) for one in job.addresses] for job in cluster.jobs}
        request = ServeRequest(
            cluster=numbers,
            job=task.job,
            index=task.index,
            port=offer.port,
            folder=offer.folder,
            memory_limit=default_memory_limit(),
        )
        bounds = Bounds(Ground.of(offer.folder), offer.grants)
        ports = tuple(sorted({address.port for _, address in cluster.tasks}))
        walls = Walls.around(bounds, sandbox=offer.sandbox, ports=ports)
        return request, msgspec.structs.replace(walls, listens=(offer.port,))

    def _release(self, number: int) -> None:
        """Release what a run held; without any run TensorFlow's server ends."""
        with self._state:
            container = self._holders.pop(number, None)
            if container is None or self._task is None:
                return
            task = self._task
            if not self._holders:
                self._task = None
                task.end()
                return
        task.clean(container)


def _listener(port: int) -> socket.socket:
    """Return a socket that listens on all interfaces."""
    if socket.has_dualstack_ipv6():
        return socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True)
    return socket.create_server(("", port))


def _by_number(address: Address) -> str:
    """Return an address whose host is a number: the worker, within its walls, looks up no names."""
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    return str(Address(str(found[0][4][0]), address.port))


def _say(lines: Lines, message: Refusal) -> None:
    with contextlib.suppress(OSError):
        lines.send(message)
