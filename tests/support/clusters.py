"""A cluster on this machine: its tasks are greeted in this process, and served in workers of one engine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.document.model.sentence import Sentence
from app.document.resources.grants import NOTHING_MORE, Grants
from app.engine.cluster.access import Access
from app.engine.cluster.cluster import Task, cluster_of
from app.engine.host.engine import Engine
from app.engine.host.task_host import Offer, TaskHost

TOKEN = b"0123456789abcdef0123456789abcdef"


class LocalCluster:
    """The tasks that are served, and the access to them; ``said`` is what they have reported."""

    def __init__(
        self, config: dict[str, list[str]], hosts: Mapping[Task, TaskHost], said: list[Sentence]
    ) -> None:
        self.config, self.hosts, self.said = config, hosts, said

    def access(self, master: Task | None = None, token: bytes = TOKEN) -> Access:
        """Return the access to the cluster, with this master."""
        return Access(cluster_of(self.config, master), token)


@contextmanager
def local_cluster(
    engine: Engine, folder: Path, jobs: Mapping[str, int], grants: Grants = NOTHING_MORE
) -> Iterator[LocalCluster]:
    """Serve so many tasks of each job; each has a folder of its own below ``folder``."""
    config = {job: [f"127.0.0.1:{port}" for port in free_ports(count)] for job, count in jobs.items()}
    said: list[Sentence] = []
    with ExitStack() as stack:
        hosts: dict[Task, TaskHost] = {}
        for task, address in cluster_of(config).tasks:
            place = folder / f"{task.job}{task.index}"
            place.mkdir()
            own = stack.enter_context(engine.companion())
            offer = Offer(folder=str(place), port=address.port, token=TOKEN, grants=grants)
            host = hosts[task] = TaskHost(own, offer, said.append)
            thread = threading.Thread(target=host.run, name=str(task), daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(host.stop)
        yield LocalCluster(config, hosts, said)


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens at, nor at the ones after them."""
    with ExitStack() as stack:
        found: list[int] = []
        while len(found) < count:
            first = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            port = int(first.getsockname()[1])
            try:
                stack.enter_context(socket.create_server(("127.0.0.1", port + 1)))
            except (OSError, OverflowError):
                continue
            found.append(port)
        return found


def listens(port: int) -> bool:
    """Return whether somebody listens at a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
