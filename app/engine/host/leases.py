"""What a run holds of a cluster's tasks: a connection to each, made before TensorFlow speaks and ended after it."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from app.document.model.problems import Problem, error
from app.document.model.sentence import Explained, Sentence, quote, say
from app.engine.cluster.access import Access
from app.engine.cluster.cluster import Address, Task
from app.engine.cluster.greeting import (
    NO_SERVER,
    OTHER_CLUSTER,
    OTHER_TOKEN,
    PROTOCOL,
    TOO_MANY,
    Ask,
    Challenge,
    Facts,
    Join,
    Joined,
    Proof,
    Refusal,
    ToRun,
    is_proof,
    mac_of,
    new_nonce,
)
from app.engine.host.lines import Lines, NoSense
from app.engine.ipc.requests import ClusterSession, TaskFacts

CONNECT = 10.0  # seconds until a task has answered
_START = 60.0  # seconds until its server listens
_CLEARING = 2.0  # seconds until all tasks have released what a run held
_AT_ONCE = 32  # tasks that are asked side by side


class NoLease(Explained):
    """A task cannot be used; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        """Bear the problem."""
        super().__init__(problem.sentence)
        self.problem = problem


class Lease:
    """One task of a cluster, held for a run until it is closed."""

    def __init__(self, task: Task, address: Address, access: Access, container: str) -> None:
        """Connect, prove, and have the task's server started; raises NoLease."""
        self.task, self.address = task, address
        try:
            self._lines = Lines(socket.create_connection((address.host, address.greeting), timeout=CONNECT))
        except OSError as fault:
            raise self._lost(quote(fault.strerror or str(fault))) from fault
        try:
            self.facts = self._greet(access.token)
            cluster = access.cluster.config
            self.incarnation = self._asked(Join(cluster, task.job, task.index, container)).incarnation
        except BaseException:
            self._lines.close()
            raise

    def _greet(self, token: bytes) -> Facts:
        challenge = self._received(CONNECT)
        if not isinstance(challenge, Challenge) or challenge.protocol != PROTOCOL:
            raise self._problem(
                say("cluster.protocol", task=str(self.task), address=self._place, ours=PROTOCOL)
            )
        nonce = new_nonce()
        facts = self._answer(Proof(nonce, mac_of(token, "run", challenge.nonce, nonce)), CONNECT)
        if not isinstance(facts, Facts) or not is_proof(token, "task", nonce, challenge.nonce, facts.mac):
            raise self._problem(say("cluster.token", task=str(self.task), address=self._place))
        return facts

    @property
    def name(self) -> str:
        """Return the task's name, as devices have it."""
        return str(self.task)

    @property
    def place(self) -> str:
        """Return the address of its TensorFlow server."""
        return str(self.address)

    def ask(self, seconds: float) -> str | None:
        """Return the incarnation of the task's server, None while it does not listen; raises NoLease."""
        answer = self._answer(Ask(), seconds)
        return answer.incarnation if isinstance(answer, Joined) else None

    def leave(self) -> None:
        """Have the task release what the run holds in it."""
        self._lines.leave()

    def close(self, seconds: float = 0.0) -> None:
        """Release what the run holds in the task, and wait so long until that is done."""
        self._lines.wait_for_end(seconds)
        self._lines.close()

    @property
    def _place(self) -> str:
        return str(Address(self.address.host, self.address.greeting))

    def _asked(self, join: Join) -> Joined:
        answer = self._answer(join, _START)
        if isinstance(answer, Joined):
            return answer
        raise self._lost(quote(type(answer).__name__))

    def _answer(self, message: Proof | Join | Ask, seconds: float) -> ToRun:
        try:
            self._lines.send(message)
        except OSError as fault:
            raise self._lost(quote(fault.strerror or str(fault))) from fault
        return self._received(seconds)

    def _received(self, seconds: float) -> ToRun:
        try:
            answer: ToRun = self._lines.receive(ToRun, seconds)
        except (OSError, EOFError) as fault:
            why = (
                quote(fault.strerror or str(fault)) if isinstance(fault, OSError) else say("cluster.hung-up")
            )
            raise self._lost(why) from fault
        except NoSense as fault:
            raise self._problem(
                say("cluster.protocol", task=str(self.task), address=self._place, ours=PROTOCOL)
            ) from fault
        if isinstance(answer, Refusal):
            raise self._problem(self._refused(answer))
        return answer

    def _refused(self, refusal: Refusal) -> Sentence:
        task, address = str(self.task), self._place
        if refusal.code == OTHER_TOKEN:
            return say("cluster.token", task=task, address=address)
        if refusal.code == OTHER_CLUSTER:
            return say("cluster.other-cluster", task=task, address=address)
        if refusal.code == TOO_MANY:
            return say("cluster.too-many-runs", task=task, address=address)
        if refusal.code == NO_SERVER:
            return say("cluster.no-server", task=task, address=address, why=quote(refusal.words[:500]))
        return say("cluster.protocol", task=task, address=address, ours=PROTOCOL)

    def _problem(self, sentence: Sentence) -> NoLease:
        return NoLease(error("bad-cluster", sentence))

    def _lost(self, why: Sentence) -> NoLease:
        sentence = say("cluster.unreachable", task=str(self.task), address=self._place, why=why)
        return NoLease(error("cluster-fault", sentence, hint=say("hint.serve", port=self.address.port)))


class Leases(NamedTuple):
    """All tasks of a cluster, held for a run."""

    tasks: tuple[Lease, ...]
    container: str
    access: Access

    def session(self, step_limit: float) -> ClusterSession:
        """Return what the worker must know to run a page there."""
        cluster = self.access.cluster
        host, port = _numbers(cluster.address_of(cluster.master))
        return ClusterSession(
            target=f"grpc://{Address(host, port)}",
            port=port,
            container=self.container,
            step_limit=step_limit,
            tasks=tuple(
                [TaskFacts(str(one.task), one.facts.tensorflow, one.facts.ops) for one in self.tasks]
            ),
        )

    def close(self) -> None:
        """Release what the run holds in every task, and wait a moment until that is done."""
        end = time.monotonic() + _CLEARING
        for one in self.tasks:
            one.leave()
        for one in self.tasks:
            one.close(max(0.0, end - time.monotonic()))


def _numbers(address: Address) -> tuple[str, int]:
    """Return an address by number: the worker, within its walls, looks up no names."""
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    return str(found[0][4][0]), address.port


def hold(access: Access) -> Leases | list[Problem]:
    """Return leases of all tasks, asked side by side; or what stands in the way, at each task where something does."""
    container = f"run-{secrets.token_hex(8)}"
    tasks = list(access.cluster.tasks)

    def lease(task: tuple[Task, Address]) -> Lease | Problem:
        try:
            return Lease(*task, access, container)
        except NoLease as fault:
            return fault.problem

    with ThreadPoolExecutor(min(_AT_ONCE, len(tasks))) as pool:
        found = list(pool.map(lease, tasks))
    problems = [one for one in found if isinstance(one, Problem)]
    leases = [one for one in found if isinstance(one, Lease)]
    if problems:
        _close(leases)
        return problems
    return Leases(tuple(leases), container, access)


def _close(leases: Sequence[Lease]) -> None:
    for one in leases:
        one.close()
