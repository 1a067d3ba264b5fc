"""``--cluster``: where a page runs that does not run on this machine, by an option or by the page's own settings."""

from __future__ import annotations

import argparse

from app.cli.exits import Refused
from app.cli.opening import Opened
from app.document.model.diagram import Page
from app.document.resources.grants import Bounds
from app.engine.cluster.access import Access, located, open_access
from app.engine.cluster.cluster import ClusterFault
from app.messages import error_text


def cluster_for(page: Page, opened: Opened, bounds: Bounds, options: argparse.Namespace) -> Access | None:
    """Return the cluster that a page runs on, None for this machine; raises Refused.

    What only the page names is reached by the network, which has to be allowed.
    """
    if options.cluster is None and options.token is not None and page.run.cluster is None:
        raise Refused("--token is for --cluster")
    name = options.cluster
    if name is None:
        if page.run.cluster is None:
            return None
        if not bounds.may("net"):
            raise Refused(
                f"{opened.name}: the page {page.name!r} runs on the cluster {page.run.cluster}; "
                "allow it with --allow-net, or name a cluster with --cluster"
            )
        name = located(page.run.cluster, opened.folder)
    try:
        return open_access(name, options.token)
    except ClusterFault as fault:
        raise Refused(f"--cluster {name}: {error_text(fault)}") from fault
