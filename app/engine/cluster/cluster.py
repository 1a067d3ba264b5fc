"""A cluster: its jobs, the addresses of their tasks, and the task that takes what no device is named for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from app.document.model.sentence import Unreadable, say

MOST_TASKS = 256
_MOST_NAME = 64
_LAST_PORT = 65534  # the port after it is the task's too
_JOB = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<host>[A-Za-z0-9._-]+)):(?P<port>[0-9]{1,5})")
_FIRST_CHOICE = ("chief", "master", "worker")
_REMOTE = re.compile(r"/job:(?P<job>\*|[A-Za-z]\w*)|/task:(?P<task>\*|\d+)")


class ClusterFault(Unreadable):
    """A cluster that cannot be: its file does not read, or says what no cluster can have."""


class Address(msgspec.Struct, frozen=True):
    """Where a task of TensorFlow's listens. This program's own greeting listens at the port after it."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Return the address that ``HOST:PORT`` says; raises ClusterFault."""
        found = _ADDRESS.fullmatch(text)
        if found is None or len(text) > _MOST_NAME * 4:
            raise ClusterFault(say("cluster.address", address=text[:80]))
        port = int(found["port"])
        if not 1 <= port <= _LAST_PORT:
            raise ClusterFault(say("cluster.port", address=text[:80], most=_LAST_PORT))
        return cls(found["six"] or found["host"], port)

    def __str__(self) -> str:
        """Return ``HOST:PORT``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def greeting(self) -> int:
        """Return the port of this program's own greeting."""
        return self.port + 1


class Task(msgspec.Struct, frozen=True):
    """One process of a cluster."""

    job: str
    index: int

    def __str__(self) -> str:
        """Return its name, as devices have it."""
        return f"/job:{self.job}/task:{self.index}"


class Job(msgspec.Struct, frozen=True):
    """The tasks of one name, by the places of their addresses."""

    name: str
    addresses: tuple[Address, ...]


class Cluster(msgspec.Struct, frozen=True):
    """All jobs, and the master: the task that a run speaks to, and where blocks without a device run.

    A step that takes longer than ``step_limit`` seconds counts as lost.
    """

    jobs: tuple[Job, ...]
    master: Task
    step_limit: float = 60.0

    @property
    def tasks(self) -> Iterator[tuple[Task, Address]]:
        """Give each task with its address."""
        for job in self.jobs:
            for index, address in enumerate(job.addresses):
                yield Task(job.name, index), address

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all tasks."""
        return tuple(str(task) for task, _ in self.tasks)

    def address_of(self, task: Task) -> Address:
        """Return the address of a task of this cluster."""
        return dict(self.tasks)[task]

    @property
    def config(self) -> dict[str, list[str]]:
        """Return jobs and addresses as TF_CONFIG has them."""
        return {job.name: [str(address) for address in job.addresses] for job in self.jobs}

    def has(self, device: str) -> bool:
        """Return whether the job and task that a device's name says are there; those left out are the master's."""
        said = _said(device)
        job, index = said.get("job", "*"), said.get("task", "*")
        if job == "*" and index == "*":
            return True
        return any(job in ("*", t.job) and index in ("*", str(t.index)) for t, _ in self.tasks)


def is_at_home(device: str) -> bool:
    """Return whether a device's name says no job or task but those of a process by itself."""
    said = _said(device)
    return said.get("job", "*") in ("*", "localhost") and said.get("task", "*") in ("*", "0")


def _said(device: str) -> dict[str, str]:
    """Return the job and the task that a device's name says."""
    parts = (part.groupdict() for part in _REMOTE.finditer(device))
    return {kind: name for part in parts for kind, name in part.items() if name}


def cluster_of(config: object, master: Task | None = None) -> Cluster:
    """Return the cluster of jobs and addresses as TF_CONFIG has them; raises ClusterFault.

    The master is the one named, else the first task of the job chief, master or worker, else of the first job.
    """
    if not isinstance(config, Mapping) or not config:
        raise ClusterFault(say("cluster.no-jobs"))
    cluster = Cluster(tuple([_job(name, texts) for name, texts in config.items()]), Task("", 0))
    count = sum(len(job.addresses) for job in cluster.jobs)
    if count > MOST_TASKS:
        raise ClusterFault(say("cluster.too-many", count=count, most=MOST_TASKS))
    _refuse_shared(cluster)
    if master is None:
        names = [job.name for job in cluster.jobs]
        master = Task(next((name for name in _FIRST_CHOICE if name in names), names[0]), 0)
    if master not in dict(cluster.tasks):
        raise ClusterFault(say("cluster.no-task", task=str(master), tasks=cluster.names))
    return msgspec.structs.replace(cluster, master=master)


def _job(name: object, texts: object) -> Job:
    if not isinstance(name, str) or not _JOB.fullmatch(name) or len(name) > _MOST_NAME:
        raise ClusterFault(say("cluster.job", job=str(name)[:80]))
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise ClusterFault(say("cluster.addresses", job=name))
    return Job(name, tuple([Address.parse(text) for text in texts[: MOST_TASKS + 1]]))


def _refuse_shared(cluster: Cluster) -> None:
    """Raise ClusterFault where two tasks would listen at one port."""
    taken: dict[tuple[str, int], Task] = {}
    for task, address in cluster.tasks:
        for port in (address.port, address.greeting):
            other = taken.setdefault((address.host, port), task)
            if other != task:
                where = str(Address(address.host, port))
                raise ClusterFault(say("cluster.shared", one=str(other), other=str(task), address=where))
