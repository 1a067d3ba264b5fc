"""What of a graph is to run on its page: a signature's outputs, or the ends of a graph that has no signatures."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from app.engine.exchange.graph import ModelGraph, Node, node_of
from blocks.catalog import Catalog

DROPPED = frozenset(
    {
        "NoOp", "Assert", "ControlTrigger", "Save", "SaveSlices", "SaveV2", "MergeV2Checkpoints", "Restore",
        "RestoreSlice", "RestoreV2", "ShardedFilename", "ScalarSummary", "HistogramSummary", "ImageSummary",
        "AudioSummary", "AudioSummaryV2", "TensorSummary", "TensorSummaryV2", "MergeSummary", "WriteSummary",
        "WriteScalarSummary", "WriteHistogramSummary", "WriteImageSummary", "WriteAudioSummary",
        "WriteRawProtoSummary", "WriteGraphSummary", "FlushSummaryWriter", "CloseSummaryWriter", "SummaryWriter",
        "CreateSummaryFileWriter", "CreateSummaryDbWriter", "DestroyResourceOp",
    }
)  # fmt: skip
_NO_ENDS = frozenset({"Const", "Placeholder", "PlaceholderV2", "VariableV2", "Variable", "VarHandleOp"})
_STARTS = frozenset(
    {
        "MakeIterator", "InitializeTable", "InitializeTableV2", "InitializeTableFromTextFile",
        "InitializeTableFromTextFileV2", "InitializeTableFromDataset",
    }
)  # fmt: skip
_SWITCHES = frozenset({"Switch", "RefSwitch"})
_LEFT_OVER = _SWITCHES | {"Exit", "RefExit"}
_USUAL = "serving_default"
_GROUPS = frozenset({"NoOp", "ControlTrigger"})


class Roots(msgspec.Struct):
    """What a page is made of: tensors by name, and nodes that are run, by group."""

    name: str
    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}
    effects: dict[str, list[str]] = {}  # "step", "setup", "fill"


def roots_of(graph: ModelGraph, name: str) -> list[Roots]:
    """Return what there is to draw: each signature, or the ends of the graph under ``name``."""
    if graph.signatures:
        ordered = sorted(graph.signatures, key=lambda s: (s.name != _USUAL, s.name))
        return [
            Roots(s.name, dict(s.inputs), dict(s.outputs), {"setup": list(graph.setup), "step": list(s.runs)})
            for s in ordered
        ]
    ends = list(dict.fromkeys([*_ends(graph), *graph.trains]))
    starts = [end for end in ends if graph.nodes[end].op in _STARTS]
    step = [end for end in ends if end not in starts]
    effects = {"step": step, "setup": [*graph.setup, *starts], "fill": list(graph.fills)}
    return [Roots(name, {}, {}, effects)]


def _ends(graph: ModelGraph) -> list[str]:
    """Return the nodes that nothing takes from, without those that save, restore, initialise or report."""
    texts = {text for node in graph.nodes.values() for text in node.inputs}
    taken = {node_of(text) if text[:1] == "^" or ":" in text else text for text in texts}
    away = {*graph.setup, *graph.fills, *graph.passed}
    ends = [n for n in graph.nodes.values() if n.name not in taken and n.name not in away]
    found = [n for n in _ungrouped(graph, ends, away) if n.op not in _NO_ENDS and n.op not in DROPPED]
    real = [end for end in found if not _is_by_product(graph, end)]
    return [end.name for end in real or found]


def _is_by_product(graph: ModelGraph, node: Node) -> bool:
    """Return whether a node only reads a Variable, or is left over of a branch or loop."""
    if node.op in _LEFT_OVER:
        return True
    source = graph.nodes.get(node_of(node.inputs[0])) if node.inputs else None
    if node.op not in ("Identity", "ReadVariableOp") or source is None:
        return False
    return source.op in _SWITCHES or source.op in _NO_ENDS - {"Const"}


def _ungrouped(graph: ModelGraph, ends: Iterable[Node], away: set[str]) -> list[Node]:
    """Return in place of groups what they run."""
    found: dict[str, Node] = {}
    todo, seen = deque(ends), set[str]()
    while todo:
        node = todo.popleft()
        if node.name in seen or node.name in away:
            continue
        seen.add(node.name)
        if node.op in _GROUPS:
            todo += [graph.nodes[node_of(t)] for t in node.inputs if node_of(t) in graph.nodes]
        else:
            found[node.name] = node
    return list(found.values())


def has_effect(op: str, catalog: Catalog) -> bool:
    """Return whether a node is run for what it does, as it gives no tensor."""
    known = catalog.op(op)
    return known is not None and not known.outputs and op not in DROPPED
