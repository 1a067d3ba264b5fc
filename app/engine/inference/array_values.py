"""Which arrays beside a project are read for its types: small ones, as a shape or an axis is one; never a large one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.document.model.diagram import ArrayRef
from app.document.resources.archives import SentArchives
from app.engine.compiler.plan import Constant, PlanNode

_MOST_VALUES = 1 << 16


def counts_for_types(shape: tuple[int, ...]) -> bool:
    """Return whether the values of an array of this shape may take part in the inference of types."""
    return math.prod(shape) <= _MOST_VALUES


def arrays_for_types(archives: SentArchives) -> list[ArrayRef]:
    """Return those of a page's arrays of which the values may take part, by the whole paths of their files."""
    known = [facts for file in archives.files.values() for facts in file.arrays.values()]
    return [ArrayRef(facts.path, facts.key) for facts in known if counts_for_types(facts.shape)]


def without_large_arrays(nodes: Sequence[PlanNode]) -> Sequence[PlanNode]:
    """Return the nodes with a placeholder of the same dtype and shape in place of each large array."""
    if not any(_is_large(node.value) for node in nodes):
        return nodes
    return [_placeholder(node) if _is_large(node.value) else node for node in nodes]


def _is_large(value: Constant | None) -> bool:
    return value is not None and value.array is not None and not counts_for_types(value.shape)


def _placeholder(node: PlanNode) -> PlanNode:
    assert node.value is not None
    attrs = {"dtype": node.value.dtype, "shape": list(node.value.shape)}
    return PlanNode(node.name, "Placeholder", node.block, list(node.inputs), attrs)
