"""What of a plan cannot run on a cluster, as far as that is known before it is asked."""

from __future__ import annotations

from app.engine.analysis.cluster_fit import misfits_of
from app.engine.cluster.cluster import cluster_of
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.rounds import NOTE

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
