"""What of a plan cannot run on a cluster, as far as that is known before it is asked."""

from __future__ import annotations

from app.engine.analysis.cluster_fit import misfits_of, strangers_of
from app.engine.cluster.cluster import cluster_of
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.round_tokens import NOTE

CLUSTER = cluster_of({"ps": ["a:1"], "worker": ["b:1"]})


def test_blocks_of_python_stay_at_home() -> None:
    nodes = (
        PlanNode("call", "PyFunc", "call", [], {"token": "f"}),
        PlanNode("loop/x/rounds/y", "PyFunc", "loop", [], {"token": NOTE}),
        PlanNode("sum", "Add", "sum", []),
    )
    found = misfits_of(Plan(page="p", nodes=nodes), CLUSTER)
    assert [(p.code, p.block, p.sentence.key) for p in found] == [
        ("bad-cluster", "call", "cluster.python"),
        ("bad-cluster", "loop", "cluster.rounds"),
    ]


def test_devices_of_used_blocks_are_looked_for() -> None:
    plan = Plan(
        page="p",
        device="/job:chief/task:0",
        devices={"a": "/job:ps/task:0/gpu:7", "b": "/job:ps/task:1", "unused": "/job:ps/task:9"},
        symbols={"a": "Add", "b": "Add"},
    )
    found = misfits_of(plan, CLUSTER)
    assert [(p.code, p.block) for p in found] == [("bad-attr-value", None), ("bad-attr-value", "b")]
    assert found[1].hint is not None
    assert found[1].hint["devices"] == ("/job:ps/task:0", "/job:worker/task:0")


def test_a_run_at_home_has_no_tasks_of_a_cluster() -> None:
    """A page that names one in its settings may be swept, say, which does not go there."""
    devices = {"a": "/job:ps/task:0", "b": "/job:localhost/replica:0/task:0/cpu:0", "c": "/gpu:0"}
    plan = Plan(page="p", devices=devices, symbols={"a": "Add", "b": "Add", "c": "Add"})
    assert [(p.code, p.block) for p in strangers_of(plan)] == [("bad-attr-value", "a")]


def test_a_device_is_reported_where_it_is_set_and_not_at_all_that_lies_there_by_that() -> None:
    plan = Plan(
        page="p",
        device="/cpu:0",
        devices={"u": "/job:ps/task:0", "u/a": "/job:ps/task:0", "u/b": "/job:worker/task:0", "c": "/gpu:0"},
        symbols={"u": "page:layer", "u/a": "Add", "u/b": "Add", "c": "Add"},
    )
    assert [(p.code, p.block) for p in strangers_of(plan)] == [
        ("bad-attr-value", "u"),
        ("bad-attr-value", "u/b"),
    ]
