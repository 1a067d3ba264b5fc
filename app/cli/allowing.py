"""``--allow-...``: what a run may touch beyond its project's folder, the same on every command that runs."""

from __future__ import annotations

import argparse

from app.cli.exits import Refused
from app.cli.opening import Opened
from app.document.resources.grants import Bounds, Grants
from app.document.resources.ground import Ground


def bounds_of(opened: Opened, options: argparse.Namespace) -> Bounds:
    """Return what a run of a file stays within after what the options say; raises Refused."""
    for name in (*options.allow_read, *options.allow_write):
        if not name or "\0" in name:
            raise Refused(f"--allow-read, --allow-write: {name!r} is no path")
    grants = Grants.of(
        options.allow_read,
        options.allow_write,
        net=options.allow_net,
        python=options.allow_python,
        everything=options.allow_all,
    )
    return Bounds(Ground.of(opened.folder, opened.data), grants)
