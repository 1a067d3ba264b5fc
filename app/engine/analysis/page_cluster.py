"""The cluster that a page itself names: what it is, and what has to be allowed before a run connects to it."""

from __future__ import annotations

import os
from typing import NamedTuple

import msgspec

from app.document.model.diagram import Page
from app.document.model.problems import Problem, error
from app.document.storage.digests import sha256
from app.engine.analysis.asks import Ask
from app.engine.cluster.access import Access, located, open_access
from app.engine.cluster.cluster import ClusterFault


class PageCluster(NamedTuple):
    """How a run gets to the page's cluster, and what it asks for by that."""

    access: Access
    ask: Ask


def cluster_of_page(page: Page, folder: str | os.PathLike[str]) -> PageCluster | Problem | None:
    """Return the cluster that a page names, None where it runs on this machine, or why it is none.

    An answer to what it asks holds for these addresses and this token only.
    """
    name = page.run.cluster
    if not name:
        return None
    try:
        access = open_access(located(name, folder))
    except ClusterFault as fault:
        return error("bad-cluster", fault.sentence)
    tasks = [(str(task), str(address)) for task, address in access.cluster.tasks]
    digest = sha256(msgspec.json.encode([name, tasks, str(access.cluster.master)]) + access.token)
    where = f"{name}: {', '.join(address for _, address in tasks)}"
    return PageCluster(access, Ask("net", where, "", "", "", digest.hexdigest()))
