"""``tensorblocks serve``: lends this machine to runs on a cluster, as one of its tasks."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from app.cli.allowing import grants_of
from app.cli.exits import DONE, FAILED, Refused
from app.cli.page_run import open_engine
from app.cli.printing import print_problems
from app.document.resources.grants import is_within
from app.document.resources.ground import is_broad
from app.engine.cluster.access import make_token, read_token
from app.engine.cluster.cluster import ClusterFault
from app.engine.host.task_host import NoServer, Offer, TaskHost, is_alone
from app.engine.host.wall_trial import try_walls
from app.messages import error_text, sentence_text

_OPEN = (
    "TensorFlow's server has no password and no encryption, and listens on all networks of this machine: "
    "while a run is there, whoever reaches its port can run what they like within this folder. "
    "Serve behind a firewall or in a network that you trust"
)


def serve(options: argparse.Namespace) -> int:
    """Serve runs until Ctrl-C; return 0 then."""
    folder = os.path.realpath(options.folder)
    if not os.path.isdir(folder):
        raise Refused(f"--folder {options.folder}: this is no folder")
    if not options.listen_everywhere and not is_alone():
        raise Refused(f"serve: {_OPEN}, and say so with --listen-everywhere")
    grants = grants_of(options)
    token = _token(Path(options.token))
    if is_within(os.path.realpath(options.token), folder):
        _print(f"warning: the token lies within {folder}, where runs can read it; hold it elsewhere.")
    if options.listen_everywhere:
        _print(f"warning: {_OPEN}.")
    _say_what_holds(folder, options)
    with open_engine() as engine:
        offer = Offer(
            folder=folder, port=options.port, token=token, grants=grants, sandbox=options.sandbox == "on"
        )
        try:
            host = TaskHost(engine, offer, lambda said: _print(sentence_text(said)))
        except OSError as fault:
            raise Refused(f"--port {options.port}: {fault.strerror or fault}") from fault
        except NoServer as fault:
            print_problems([fault.problem], sys.stderr)
            return FAILED
        _print(f"{folder} is served at ports {options.port} (TensorFlow) and {options.port + 1} (greeting)")
        try:
            host.run()
        except KeyboardInterrupt:
            _print("stopped")
        finally:
            host.stop()
    return DONE


def _token(path: Path) -> bytes:
    """Return the token of a file, which is made where there is none; raises Refused."""
    try:
        if make_token(path):
            _print(f"a token was made in {path}; the machines that run pages here need a copy of this file")
        return read_token(path)
    except ClusterFault as fault:
        raise Refused(f"--token: {error_text(fault)}") from fault


def _say_what_holds(folder: str, options: argparse.Namespace) -> None:
    """Warn of what the system's walls do not hold."""
    if options.sandbox == "off" or options.allow_all:
        _print("warning: without the system's wall, a run can do here whatever you can.")
        return
    held = try_walls(options.port)
    if not held.files:
        why = f" ({held.why})" if held.why else ""
        _print(f"warning: this system puts no wall around files{why}: a run can read and write what you can.")
    if not (held.network or options.allow_net):
        _print("warning: this system does not hold TensorFlow's server to the ports of its cluster.")
    if held.files and is_broad(folder):
        _print(
            f"{folder} holds far more than a project: a run touches nothing of it but what --allow-... names"
        )


def _print(line: str) -> None:
    print(f"tensorblocks: {line}", file=sys.stderr, flush=True)
