"""What greets runs: whom it lets in, what it makes of nonsense, and how it holds TensorFlow's server for them."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.document.model.sentence import Sentence
from app.document.resources.grants import NOTHING_MORE
from app.engine.cluster.access import Access
from app.engine.cluster.cluster import cluster_of
from app.engine.cluster.greeting import MOST_LINE, Challenge, Join, Proof, Refusal, ToRun, mac_of
from app.engine.host import served_task, task_host
from app.engine.host.leases import Leases, hold
from app.engine.host.lines import Lines
from app.engine.host.supervisor import Ended
from app.engine.host.task_host import Offer, TaskHost
from app.engine.ipc.messages import Failed, Listening
from app.engine.ipc.requests import ServeReply, ServeRequest
from app.engine.ipc.walls import Walls
from tests.support.clusters import TOKEN, free_ports, listens


class FakeServer:
    """Stands in for the engine: a server that listens at once, or fails so many times before."""

    def __init__(self) -> None:
        self.failures = 0
        self.before_reply: Callable[[], object] = lambda: None
        self.starts: list[tuple[ServeRequest, Walls]] = []
        self.listening = threading.Semaphore(0)  # each time that it does
        self.is_over = threading.Event()
        self._end = threading.Event()
        self._beats = itertools.count()

    @property
    def beats(self) -> int:
        """Grow, as the number does of a process that is not stopped."""
        return next(self._beats)

    def ask(self, *asked: object) -> ServeReply:
        self.before_reply()
        return ServeReply("2.21.0", "digest")

    def serve(self, request: ServeRequest, walls: Walls, on_event: Callable[[Any], object]) -> Ended:
        self.starts.append((request, walls))
        self._end.clear()
        self.is_over.clear()
        if self.failures:
            self.failures -= 1
            return Ended(how="failed", seconds=0.0, failure=Failed("run-failed", "no port"))
        on_event(Listening(f"start {len(self.starts)}"))
        self.listening.release()
        self._end.wait()
        self.is_over.set()
        return Ended(how="died", seconds=1.0, status=-6)

    def stop(self) -> None:
        """End the server, as its death does."""
        self._end.set()


class Stand:
    """A greeting with a server that is none."""

    def __init__(self, folder: Path) -> None:
        (self.port,) = free_ports(1)
        self.server = FakeServer()
        self.said: list[Sentence] = []
        engine: Any = self.server
        offer = Offer(folder=str(folder), port=self.port, token=TOKEN, grants=NOTHING_MORE)
        self.host = TaskHost(engine, offer, self.said.append)
        self.thread = threading.Thread(target=self.host.run)
        self.thread.start()

    def access(self, token: bytes = TOKEN, job: str = "worker") -> Access:
        return Access(cluster_of({job: [f"127.0.0.1:{self.port}"]}), token)

    def stranger(self) -> Lines:
        return Lines(socket.create_connection(("127.0.0.1", self.port + 1), 10))


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    made = Stand(tmp_path)
    yield made
    made.host.stop()
    made.thread.join()


def held(access: Access) -> Leases:
    leases = hold(access)
    assert isinstance(leases, Leases), leases
    return leases


def refused(access: Access) -> list[str]:
    problems = hold(access)
    assert not isinstance(problems, Leases)
    return [problem.sentence.key for problem in problems]


def test_nobody_is_let_wait_for_an_answer_while_tensorflow_is_imported(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    server, met = FakeServer(), []
    server.before_reply = lambda: met.append(listens(port + 1))
    engine: Any = server
    offer = Offer(folder=str(tmp_path), port=port, token=TOKEN, grants=NOTHING_MORE)
    host = TaskHost(engine, offer, lambda said: None)
    assert met == [False]
    assert listens(port + 1)
    host.stop()


@pytest.mark.parametrize("beyond", [0, 1])
def test_a_port_in_use_is_found_before_tensorflow_is_asked(tmp_path: Path, beyond: int) -> None:
    (port,) = free_ports(1)
    server = FakeServer()
    server.before_reply = lambda: pytest.fail("asked")
    engine: Any = server
    offer = Offer(folder=str(tmp_path), port=port, token=TOKEN, grants=NOTHING_MORE)
    with socket.create_server(("", port + beyond)), pytest.raises(OSError, match=str(port + beyond)):
        TaskHost(engine, offer, lambda said: None)


def left_of(lines: Lines) -> list[object]:
    """Return what still comes before the other end closes."""
    found: list[object] = []
    try:
        while True:
            found.append(lines.receive(ToRun, 10))
    except (EOFError, OSError):
        return found


def test_the_server_stands_as_long_as_a_run_holds_it(stand: Stand, tmp_path: Path) -> None:
    leases = held(stand.access())
    ((request, walls),) = stand.server.starts
    assert (request.job, request.index, request.port, request.folder) == (
        "worker", 0, stand.port, str(tmp_path),
    )  # fmt: skip
    assert (walls.ports, walls.listens, walls.net) == ((stand.port,), (stand.port,), False)
    assert leases.tasks[0].facts.tensorflow == "2.21.0"
    leases.close()
    assert stand.server.is_over.is_set()


def test_one_server_serves_several_runs(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first one held is released when it ends, and the server with the last one."""
    cleaned: list[str] = []
    monkeypatch.setattr(served_task.ServedTask, "clean", lambda task, container: cleaned.append(container))
    first, second = held(stand.access()), held(stand.access())
    first.close()
    assert cleaned == [first.container]
    assert not stand.server.is_over.is_set()
    second.close()
    assert stand.server.is_over.is_set()
    assert len(stand.server.starts) == 1


def test_a_task_is_in_one_cluster_at_a_time(stand: Stand) -> None:
    leases = held(stand.access())
    assert refused(stand.access(job="ps")) == ["cluster.other-cluster"]
    leases.close()
    held(stand.access(job="ps")).close()


def test_a_server_that_dies_is_started_again_and_has_another_name(stand: Stand) -> None:
    leases = held(stand.access())
    assert stand.server.listening.acquire(timeout=10)
    stand.server.stop()
    assert stand.server.listening.acquire(timeout=10)
    assert [sentence.key for sentence in stand.said] == ["serve.ended"]
    again = held(stand.access())
    assert [lease.incarnation for lease in (*leases.tasks, *again.tasks)] == ["start 1", "start 2"]
    for one in (leases, again):
        one.close()


def test_a_server_that_does_not_start_says_why(stand: Stand) -> None:
    stand.server.failures = 3
    problems = hold(stand.access())
    assert isinstance(problems, list)
    assert [problem.sentence.key for problem in problems] == ["cluster.no-server"]
    assert "no port" in str(problems[0].sentence)


def test_another_token_opens_nothing(stand: Stand) -> None:
    assert refused(stand.access(b"another token of 16 bytes")) == ["cluster.token"]
    assert stand.server.starts == []


def test_a_task_without_the_token_is_not_believed(monkeypatch: pytest.MonkeyPatch, stand: Stand) -> None:
    """It may let a run in, but cannot prove that it is the one that is meant."""
    monkeypatch.setattr(task_host, "is_proof", lambda *proof: True)
    assert refused(stand.access(b"another token of 16 bytes")) == ["cluster.token"]
    assert stand.server.starts == []


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1\r\n",
        b"\xff\xfe\n",
        b'{"type":"join"}\n',
        b"[" * 100_000 + b"\n",
        b"x" * (MOST_LINE + 2),
    ],
)
def test_nonsense_ends_the_connection_and_nothing_else(line: bytes, stand: Stand) -> None:
    stranger = stand.stranger()
    assert isinstance(stranger.receive(ToRun, 10), Challenge)
    stranger._connection.sendall(line)
    assert all(isinstance(message, Refusal) for message in left_of(stranger))
    stranger.close()
    held(stand.access()).close()


@pytest.mark.parametrize("change", [{"job": "chief"}, {"index": 3}, {"container": "ä"}, {"container": "x" * 99},
                                    {"cluster": {"worker": ["nowhere"]}}])  # fmt: skip
def test_what_no_run_asks_for_is_refused(change: dict[str, Any], stand: Stand) -> None:
    lines = stand.stranger()
    challenge = lines.receive(ToRun, 10)
    lines.send(Proof("n", mac_of(TOKEN, "run", challenge.nonce, "n")))
    lines.receive(ToRun, 10)
    asked = {"cluster": stand.access().cluster.config, "job": "worker", "index": 0, "container": "run-1"}
    lines.send(Join(**{**asked, **change}))
    assert isinstance(lines.receive(ToRun, 10), Refusal)
    lines.close()
    assert stand.server.starts == []


def test_a_silent_stranger_is_sent_away(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_host, "_FIRST_WORDS", 0.05)
    stranger = stand.stranger()
    assert isinstance(stranger.receive(ToRun, 10), Challenge)
    assert left_of(stranger) == []
    stranger.close()


def test_there_is_an_end_to_the_connections(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_host, "_MOST", 1)
    first = stand.stranger()
    assert isinstance(first.receive(ToRun, 10), Challenge)
    second = stand.stranger()
    assert isinstance(second.receive(ToRun, 10), Refusal)
    first.close()
    second.close()
