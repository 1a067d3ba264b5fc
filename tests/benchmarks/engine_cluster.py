"""A step of the XOR page on the only task of a cluster, against the same net by hand on the same server."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import tensorflow as tf

from app.document.formats.registry import open_project
from app.engine.compiler.containers import within_container
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.leases import Leases, hold
from app.engine.ipc.requests import ClusterSession
from app.engine.tf.page_session import PageSession
from blocks.assets import asset
from tests.benchmarks import by_hand
from tests.benchmarks.bench import Comparison, Row, side_by_side
from tests.support.clusters import local_cluster

_STEPS = 200  # per round
_ROUNDS = 9
_PATH = asset("samples", "xor.tblocks")


def _page(cluster: ClusterSession, watched: frozenset[str]) -> Callable[[], None]:
    """Return a call that does so many steps of the page, and reads what is watched."""
    (page,) = open_project(_PATH).project.pages
    plan = within_container(make_plan(page, _PATH.parent), cluster.container)
    session = PageSession(plan, str(_PATH.parent), cluster=cluster)
    session.initialise()

    def run() -> None:
        for _ in range(_STEPS):
            if watched:
                session.watch(watched)
            else:
                session.step()

    return run


def _by_hand(cluster: ClusterSession, with_loss: bool) -> Callable[[], None]:
    """Return a call that does as many steps of the same net by plain Session.run."""
    with tf.Graph().as_default():
        out = by_hand.build()
        session = tf.compat.v1.Session(cluster.target)
        session.run(tf.compat.v1.global_variables_initializer())
        trained = [out[f"train_{name}.out"] for name in ("b2", "w2", "w1", "b1")]
        with tf.control_dependencies(trained):
            done = tf.no_op()
        asked = [out["loss.output"], done] if with_loss else done

    def run() -> None:
        for _ in range(_STEPS):
            session.run(asked)

    return run


def _measured(watched: frozenset[str]) -> Comparison:
    with (
        tempfile.TemporaryDirectory() as folder,
        Engine() as engine,
        local_cluster(engine, Path(folder), {"worker": 1}) as local,
    ):
        leases = hold(local.access())
        assert isinstance(leases, Leases)
        cluster = leases.session(60.0)
        try:
            return side_by_side(_page(cluster, watched), _by_hand(cluster, bool(watched)), _ROUNDS)
        finally:
            leases.close()


ROWS = [
    Row(
        "a step on the master of a cluster",
        "bare Session.run of the same on the same server",
        1.1,
        lambda: _measured(frozenset()),
    ),
    Row(
        "the same, the loss read in each step",
        "bare Session.run, loss fetched",
        1.1,
        lambda: _measured(frozenset({"loss.output"})),
    ),
]
