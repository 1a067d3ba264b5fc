"""Nodes of a model's file: which are taken for what their op says, and which are refused."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.exchange.graph import GraphFault, Node
from app.engine.exchange.node_checks import NodeChecks
from blocks.catalog import load


def _node(op: str, inputs: list[str], **attrs: Any) -> Node:
    return Node("node", op, inputs, attrs)


@pytest.mark.parametrize(
    ("node", "outputs"),
    [
        (_node("AddV2", ["a", "b"], T="DT_FLOAT"), 1),
        (_node("AddV2", ["a", "b", "^c"], T="DT_FLOAT"), 1),
        (_node("AddV2", ["a", "^c", "b"], T="DT_FLOAT"), 1),
        (_node("Split", ["axis", "a"], T="DT_FLOAT", num_split=3), 3),
        (_node("Pack", ["a", "b"], T="DT_FLOAT", N=2, axis=0), 1),
        (_node("LeakyRelu", ["a"], alpha=1), 1),
        (_node("AddV2", ["a", "b"], of_somebody=[1]), 1),
        (_node("OpOfNobody", ["a"]), None),
    ],
    ids=str,
)
def test_a_node_gives_as_many_tensors_as_its_op_says(node: Node, outputs: int | None) -> None:
    assert NodeChecks(load()).outputs_of(node) == outputs


@pytest.mark.parametrize(
    "node",
    [
        _node("AddV2", ["a"], T="DT_FLOAT"),
        _node("AddV2", ["a", "^b"], T="DT_FLOAT"),
        _node("AddV2", ["a", "b", "c"], T="DT_FLOAT"),
        _node("AddV2", ["a", "b"], T=1),
        _node("MatMul", ["a", "b"], transpose_a=1),
        _node("Pack", ["a", "b"], N=True),
        _node("Split", ["axis", "a"], num_split=1 << 40),
    ],
    ids=str,
)
def test_a_node_that_is_not_as_its_op_says_is_refused(node: Node) -> None:
    with pytest.raises(GraphFault):
        NodeChecks(load()).outputs_of(node)
