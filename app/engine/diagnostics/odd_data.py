"""Says of data that an op takes without an error how it differs from what one expects: pictures, lines, records."""

from __future__ import annotations

import glob
import itertools
import os
import struct
from collections.abc import Iterator, Mapping

from app.document.model.problems import Problem, warning
from app.document.model.sentence import Sentence, say
from app.document.model.topology import reachable
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.diagnostics.file_errors import bmp_header
from blocks.op_facts.encodings import BMP_METHODS
from blocks.requirement import Actual

CODE = "odd-data"
HEAD = 2048  # bytes at the beginning of a picture that are looked at
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_COLOURS = (0xFF0000, 0xFF00, 0xFF)  # the bits of red, green and blue in a pixel, as TensorFlow takes them
_BY_BITS = frozenset({3, 6})  # methods by which a BMP says them itself
_MOST_FILES = 1000


def odd_bmp(block: str, pin: str, name: Sentence | str, head: bytes) -> Problem | None:
    """Return a warning where the numbers decoded from a BMP are not its colours; ``head`` is its beginning."""
    header = bmp_header(head)
    if header is None or not head.startswith(b"BM"):
        return None
    bits, method = header
    if method in BMP_METHODS:
        sentence = say("odd.bmp-packed", whose=name, method=BMP_METHODS[method])
    elif bits == 8 and not _is_grey(head):
        sentence = say("odd.bmp-palette", whose=name)
    elif bits == 32 and method in _BY_BITS and _masks(head) != _COLOURS:
        sentence = say("odd.bmp-masks", whose=name)
    else:
        return None
    needs, hint = say("needs.bmp-kind"), say("hint.bmp-kind")
    return warning(CODE, sentence, block, pin, requirement=needs, hint=hint)


def _is_grey(head: bytes) -> bool:
    """Return whether the palette's colours are the greys of their numbers: then the numbers are what is meant."""
    begin, size = struct.unpack_from("<II", head, 10)
    palette = head[14 + size : min(begin, 14 + size + 1024)]
    return all(palette[4 * i : 4 * i + 3] == bytes([i, i, i]) for i in range(len(palette) // 4))


def _masks(head: bytes) -> tuple[int, ...]:
    return struct.unpack_from("<III", head, 54) if len(head) >= 66 else ()


def marked_record(block: str, pin: str, name: Sentence | str, record: int) -> Problem:
    """Return the warning of a record of CSV whose first field, a string, begins with the mark of the byte order."""
    hint = say("hint.byte-order", pattern='"^\\x{FEFF}"')
    return warning(CODE, say("odd.byte-order", record=record, pin=name), block, pin, hint=hint)


def record_rests(plan: Plan) -> list[Problem]:
    """Return a warning for each file of which a reader of records of one length reads only a part.

    The files are those that texts of the page name, or find by a pattern, and that lie in the present folder.
    """
    nodes = {node.name: node for node in plan.nodes}
    found = []
    for reader in plan.nodes:
        if reader.op.startswith("FixedLengthRecordReader") and not reader.attrs.get("encoding"):
            for file in itertools.islice(_files(reader, nodes), _MOST_FILES):
                problem = _rest(reader, file)
                found += [problem] if problem is not None else []
    return found


def _rest(reader: PlanNode, file: str) -> Problem | None:
    length, head, foot, hop = (
        int(reader.attrs.get(key) or 0)
        for key in ("record_bytes", "header_bytes", "footer_bytes", "hop_bytes")
    )
    size = os.path.getsize(file)
    body, hop = size - head - foot, hop or length
    if length < 1 or hop < 1 or body <= 0:
        return None
    count = (body - length) // hop + 1 if body >= length else 0
    rest = body - ((count - 1) * hop + length) if count else body
    if rest <= 0:
        return None
    sentence = say("odd.rest", file=file, size=size, record=length, count=count, rest=rest)
    needs = say("needs.multiple", size=hop)
    there = Actual(count=body)
    return warning(CODE, sentence, reader.block, "record_bytes", requirement=needs, actual=there)


def _files(reader: PlanNode, nodes: Mapping[str, PlanNode]) -> Iterator[str]:
    """Give the files that are put into the queues that a reader takes names from, as far as texts name them."""
    queues = {
        node_of(node.inputs[1])
        for node in nodes.values()
        if len(node.inputs) > 1 and node_of(node.inputs[0]) == reader.name
    }
    fillers = [
        n for n in nodes.values() if n.op.startswith("QueueEnqueue") and node_of(n.inputs[0]) in queues
    ]
    starts = [node_of(ref) for filler in fillers for ref in filler.inputs[1:]]
    before = reachable(starts, lambda name: [node_of(i) for i in nodes[name].inputs] if name in nodes else ())
    sources = [nodes[name] for name in sorted(before & nodes.keys())]
    has_patterns = any(node.op == "MatchingFiles" for node in sources)
    seen: set[str] = set()
    for text in (text for node in sources if node.value is not None for text in node.value.strings):
        name = text.decode("utf-8", "surrogateescape")
        for file in (name, *(sorted(glob.iglob(name)) if has_patterns else ())):
            if "\0" not in file and file not in seen and os.path.isfile(file):
                seen.add(file)
                yield file
