"""The block that reads the files of a failed op: which one it is, and what its page may name for it to read."""

from __future__ import annotations

from typing import NamedTuple

from app.document.model.topology import reachable
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.diagnostics.origins import arguments
from blocks.op_facts.file_readers import FILE_READERS

_MOST_NAMES = 200  # texts of a page that may name the files of its reader


class FileReader(NamedTuple):
    """A block that reads files: how sentences call it, its op, where and how it says their compression, their names.

    ``has_pin``: the compression has a pin of its own; else it stands among the attrs.
    """

    name: str
    op: str
    key: str
    compression: str
    files: tuple[str, ...]
    has_pin: bool
    block: str = ""


def file_reader(plan: Plan, node: PlanNode) -> FileReader | None:
    """Return the block before a node that reads files, with all texts of the page that may name them."""
    nodes = {n.name: n for n in plan.nodes}
    before = reachable(
        [node.name], lambda name: [node_of(i) for i in nodes[name].inputs] if name in nodes else ()
    )
    found = next(
        (nodes[name] for name in sorted(before & nodes.keys()) if nodes[name].op in FILE_READERS), None
    )
    if found is None:
        return None
    key = FILE_READERS[found.op]
    texts = [text for n in plan.nodes if n.value is not None for text in n.value.strings]
    files = tuple(dict.fromkeys(text.decode("utf-8", "surrogateescape") for text in texts[:_MOST_NAMES]))
    symbol = plan.symbols.get(found.block, found.op)
    typed = _typed(plan, found, key)
    compression = str(found.attrs.get(key, "")) if typed is None else typed
    return FileReader(
        f"{found.block} ({symbol})", found.op, key, compression, files, typed is not None, found.block
    )


def _typed(plan: Plan, node: PlanNode, name: str) -> str | None:
    """Return the text of an argument, "" where it is computed; None where the op has no such argument."""
    refs = [ref for ref in node.inputs if not ref.startswith("^")]
    place = next((i for i, known in enumerate(arguments(plan, node)) if known.name == name), None)
    if place is None or place >= len(refs):
        return None
    source = next((n for n in plan.nodes if n.name == node_of(refs[place])), None)
    texts = source.value.strings if source is not None and source.value is not None else ()
    return texts[0].decode("utf-8", "replace") if texts else ""
