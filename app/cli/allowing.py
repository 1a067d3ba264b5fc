"""``--allow-...``: what a run may touch beyond its project's folder, the same on every command that runs."""

from __future__ import annotations

import argparse
from typing import Literal

from msgspec import structs

from app.cli.exits import Refused
from app.cli.opening import Opened
from app.document.resources.companion_files import Companions
from app.document.resources.grants import Bounds, Grants
from app.document.resources.ground import Ground


def bounds_of(opened: Opened, options: argparse.Namespace) -> Bounds:
    """Return what a run of a file stays within after what the options say; raises Refused."""
    return Bounds(Ground.of(opened.folder, opened.data), grants_of(options))


def grants_of(options: argparse.Namespace) -> Grants:
    """Return what the options allow; raises Refused."""
    for name in (*options.allow_read, *options.allow_write):
        if not name or "\0" in name:
            raise Refused(f"--allow-read, --allow-write: {name!r} is no path")
    return Grants.of(
        options.allow_read,
        options.allow_write,
        net=options.allow_net,
        python=options.allow_python,
        everything=options.allow_all,
    )


def companions_of(opened: Opened, bounds: Bounds, capability: Literal["read", "write"]) -> Companions:
    """Return the files beside a project that may be read, or written, where it names them.

    Of the user's data folders nothing is written.
    """
    data = opened.data if capability == "read" else ()
    grants = bounds.grants
    found = Companions.of(opened.folder, data)
    return structs.replace(found, allowed=getattr(grants, capability), allows_all=grants.all)


def allows_more(options: argparse.Namespace) -> bool:
    """Return whether the options let a run out of its project's folder."""
    simple = options.allow_net or options.allow_python or options.allow_all
    return bool(options.allow_read or options.allow_write or simple)
