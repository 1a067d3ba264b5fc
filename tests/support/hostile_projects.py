"""Projects that try to leave their folder, each in its own way; OUT in a text stands for the folder outside."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.graph_bytes import STRING, constant, field, in_function, node

Blocks = dict[str, Any]


class Hostile(NamedTuple):
    """One project: blocks and wires, the code and block of its refusal, and whether that is known before the run.

    ``pages`` are others of the project, by name.
    """

    name: str
    blocks: Blocks
    wires: tuple[str, ...]
    code: str
    block: str = "x"
    before: bool = True
    pages: dict[str, tuple[Blocks, tuple[str, ...]]] = {}  # noqa: RUF012  (never changed)


def prepared(folder: Path, outside: Path) -> None:
    """Put what the projects use into their folder: links that lead out of it, and a FIFO."""
    outside.mkdir(parents=True)
    (outside / "secret.txt").write_text("canary\n")
    (folder / "a" / "b" / "c").mkdir(parents=True)
    (folder / "in.txt").write_text("inside\n")
    (folder / "out").symlink_to(outside)
    (folder / "file").symlink_to(outside / "secret.txt")
    (folder / "new").symlink_to(outside / "made.txt")
    (folder / "sub").symlink_to("a/b/c")
    (folder / "ckpt.index").symlink_to(outside / "secret.txt")
    (folder / "many").mkdir()
    (folder / "many" / "one").symlink_to(outside / "secret.txt")
    (folder / "loop").symlink_to("loop2")
    (folder / "loop2").symlink_to(outside / "secret.txt")
    os.mkfifo(folder / "fifo")


# how a name may be spelt that leads to the file outside; seen from PROJECT = OUT/../home/project
_SPELT = (
    "OUT/secret.txt", "../../outside/secret.txt", "a/../../../outside/secret.txt", "./../../outside/secret.txt",
    "a/b/../../../../outside/secret.txt", "file://OUT/secret.txt", "file://hostOUT/secret.txt",
    "file://x/../OUT/secret.txt", "FILE://OUT/secret.txt", "File://hOUT/secret.txt", "out/secret.txt", "file", "loop",
    "sub/../../../../../outside/secret.txt", "out/../outside/secret.txt", "//OUT/secret.txt", "OUT/./secret.txt",
    "OUT/../outside/secret.txt", "ram://../../../outside/secret.txt", "file:OUT/secret.txt",
    "file://localhostOUT/secret.txt", "file:////OUT/secret.txt", "fIlE://x/../..OUT/secret.txt", "file://out/secret.txt",
    "file:file://OUT/secret.txt", "OUT/secret.txt/", "OUT/secret.txt/.", "OUT//secret.txt", "/./OUT/secret.txt",
    "/../..OUT/secret.txt", "out//secret.txt", "a/../out/secret.txt", "./a/./b/../../out/secret.txt", "loop/",
    "/proc/self/cwd/../../outside/secret.txt", "/proc/thread-self/root/OUT/secret.txt", "/proc/self/fd/0", "/dev/fd/0",
    "/dev/stdin", "/proc/self/maps", "/proc/1/environ", "/sys/kernel/notes", "fifo", "ram://../../OUT/secret.txt",
    "/proc/self/root/OUT/secret.txt", "/etc/passwd", "/proc/self/environ", "/dev/zero", "/dev/mem",
)  # fmt: skip
_WRITTEN = (
    "OUT/made.txt", "../../outside/made.txt", "file://OUT/made.txt", "out/made.txt", "new", ".bashrc", "a/.git/hooks/x",
    "evil.py", "evil.PY", "other.tblocks", "a/__pycache__/x.pyc", "a/x.so", "sub/../../../../../outside/made.txt",
    "/dev/shm/tensorblocks-made", "/proc/self/oom_score_adj", "p.tblocks", "a/../.git/config", "x.pyw", "new/x", "..",
    "file://localhostOUT/made.txt", "ram://a/../../../OUT/made.txt",
)  # fmt: skip
_NETWORK = (
    "http:///x", "har://x", "azblob://a/b", "gs://b/x", "s3://b/x", "hdfs://n/x", "http://h/x", "https://h/x",
    "GS://b/x", "viewfs://x/y",
)  # fmt: skip


def _quoted(text: str) -> str:
    return f'"{text}"'


def _computed(name: str, target: str) -> tuple[Blocks, tuple[str, ...]]:
    """Return the blocks that put a name together while the page runs, and lead it to a pin."""
    half = len(name) // 2
    blocks: Blocks = {
        "p": ("Const", {"val": _quoted(name[:half])}),
        "q": ("Const", {"val": _quoted(name[half:])}),
        "l": "InputList",
        "j": "StringJoin",
    }
    wires = (
        "p.output > l.outputlist",
        "q.output > l.outputlist",
        "l.output > j.inputs",
        f"j.output > {target}",
    )
    return blocks, wires


def _named() -> Iterator[Hostile]:
    """Names typed, wired from a Const, and computed."""
    for name in _SPELT:
        yield Hostile(f"read {name}", {"x": ("ReadFile", {"filename": _quoted(name)})}, (), "refused-read")
    for name in _WRITTEN:
        pins = {"filename": _quoted(name), "contents": '"gotcha"'}
        yield Hostile(f"write {name}", {"x": ("WriteFile", pins)}, (), "refused-write")
    for name in _NETWORK:
        yield Hostile(f"net {name}", {"x": ("ReadFile", {"filename": _quoted(name)})}, (), "refused-net")
    for name in ("OUT/secret.txt", "../../outside/secret.txt", "file", "file://hOUT/secret.txt"):
        blocks: Blocks = {"c": ("Const", {"val": _quoted(name)}), "x": "ReadFile"}
        yield Hostile(f"wired {name}", blocks, ("c.output > x.filename",), "refused-read")
        blocks, wires = _computed(name, "x.filename")
        yield Hostile(f"computed {name}", {**blocks, "x": "ReadFile"}, wires, "refused-read", before=False)
    for name in ("OUT/made.txt", "new", ".profile", "evil.py"):
        blocks, wires = _computed(name, "x.filename")
        blocks["x"] = ("WriteFile", {"contents": '"gotcha"'})
        yield Hostile(f"computed write {name}", blocks, wires, "refused-write", before=False)
    for name in ("gs://bucket/x", "http://127.0.0.1/x"):
        blocks, wires = _computed(name, "x.filename")
        yield Hostile(f"computed {name}", {**blocks, "x": "ReadFile"}, wires, "refused-net", before=False)


def _other_ops() -> Iterator[Hostile]:
    """Ops that open files in their own ways, with a typed name."""
    secret = _quoted("OUT/secret.txt")
    numbers = {"output_types": "DT_INT32", "output_shapes": "{{}}"}
    query = {"driver_name": '"sqlite"', "query": '"SELECT 1"', **numbers}
    compressed = {"compression_type": '""', "buffer_size": "0"}
    csv = {
        **compressed, "header": "false", "field_delim": '","', "use_quote_delim": "true", "na_value": '""',
        "select_cols": "{}", "record_defaults": "1", "output_shapes": "{{}}",
    }  # fmt: skip
    records = {"header_bytes": "0", "record_bytes": "1", "footer_bytes": "0", "buffer_size": "0"}
    shards = {"start_index": "0", **numbers, "version": "1"}
    slice_ = {"tensor_name": '"a"', "shape_and_slice": '""'}
    one = {"tensor_names": '{"a"}', "shape_and_slices": '{""}'}
    typed: tuple[tuple[str, Any, str], ...] = (
        ("MatchingFiles", {"pattern": _quoted("OUT/*")}, "refused-read"),
        ("MatchingFiles", {"pattern": _quoted("../../*/secret.txt")}, "refused-read"),
        ("MatchingFiles", {"pattern": _quoted("o?t/*")}, "refused-read"),
        ("MatchingFiles", {"pattern": _quoted("many/*")}, "refused-read"),
        ("ImmutableConst", {"dtype": "DT_UINT8", "shape": "[6]", "memory_region_name": secret}, "refused-read"),
        ("RecordInput", {"file_pattern": secret}, "refused-read"),
        ("TextLineDataset", {"filenames": secret, "compression_type": '""', "buffer_size": "0"}, "refused-read"),
        ("TFRecordDataset", {"filenames": secret, "compression_type": '""', "buffer_size": "0"}, "refused-read"),
        ("MatchingFilesDataset", {"patterns": _quoted("OUT/*")}, "refused-read"),
        ("SqlDataset", {**query, "data_source_name": secret}, "refused-read"),
        ("SqlDataset", {**query, "data_source_name": _quoted("file:OUT/secret.txt?mode=ro")}, "refused-read"),
        ("CSVDataset", {**csv, "filenames": secret}, "refused-read"),
        ("FixedLengthRecordDataset", {**records, "filenames": secret}, "refused-read"),
        ("Restore", {"file_pattern": secret, "tensor_name": '"a"', "dt": "DT_FLOAT"}, "refused-read"),
        ("RestoreV2", {**one, "prefix": _quoted("ckpt"), "dtypes": "DT_FLOAT"}, "refused-read"),
        ("RestoreV2", {**one, "prefix": _quoted("OUT/ckpt"), "dtypes": "DT_FLOAT"}, "refused-read"),
        ("SaveV2", {**one, "prefix": _quoted("OUT/made"), "tensors": "1.0f"}, "refused-write"),
        ("SaveV2", {**one, "prefix": _quoted("ckpt"), "tensors": "1.0f"}, "refused-write"),
        ("Save", {"filename": _quoted("OUT/made"), "tensor_names": '{"a"}', "data": "1.0f"}, "refused-write"),
        ("MergeV2Checkpoints", {"checkpoint_prefixes": '{"OUT/a"}', "destination_prefix": '"b"'}, "refused-read"),
        ("PrintV2", {"input": '"gotcha"', "attrs": "output_stream_ = file://OUT/made.txt;"}, "refused-write"),
        ("PrintV2", {"input": '"gotcha"', "attrs": "output_stream_ = file://file://OUT/made.txt;"}, "refused-write"),
        ("PrintV2", {"input": '"gotcha"', "attrs": "output_stream_ = file://gs://b/x;"}, "refused-net"),
        ("DebugIdentity", {"input": "1.0f", "attrs": "debug_urls_ = file://OUT/made;"}, "refused-write"),
        ("DebugNanCount", {"input": "1.0f", "attrs": "debug_urls_ = FILE://OUT/made;"}, "refused-write"),
        ("DebugNumericSummary", {"input": "1.0f", "attrs": "debug_urls_ = file://OUT/made;"}, "refused-write"),
        ("DebugIdentity", {"input": "1.0f", "attrs": "debug_urls_ = grpc://127.0.0.1:1;"}, "refused-net"),
        ("DebugIdentity", {"input": "1.0f", "attrs": "tensor_name_ = ../x; debug_urls_ = file://a;"}, "refused-write"),
        ("LMDBDataset", {"filenames": secret, "output_types": "DT_STRING", "output_shapes": "{{}}"}, "refused-read"),
        ("RestoreSlice", {**slice_, "file_pattern": secret, "dt": "DT_FLOAT"}, "refused-read"),
        ("SnapshotDatasetReader", {**shards, "shard_dir": _quoted("OUT")}, "refused-read"),
        ("ListSnapshotChunksDataset", {"snapshot_path": _quoted("many"), **numbers}, "refused-read"),
    )  # fmt: skip
    for number, (op, pins, code) in enumerate(typed):
        yield Hostile(f"{number} {op}", {"x": (op, pins)}, (), code)


_READER = (
    "queue.handle > x.handle",
    "queue.handle > take.queue_handle",
    "reader.reader_handle > take.reader_handle",
)


def _around_corners() -> Iterator[Hostile]:
    """Names through queues, feeds, lists and graphs."""
    for name, before in (("OUT/secret.txt", True), ("file", True)):
        blocks: Blocks = {
            "queue": ("FIFOQueue", {"component_types": "DT_STRING"}),
            "x": ("QueueEnqueue", {"components": _quoted(name)}),
            "reader": "WholeFileReader",
            "take": "ReaderRead",
        }
        yield Hostile(f"queued {name}", blocks, _READER, "refused-read", before=before)
    blocks, wires = _computed("OUT/secret.txt", "x.components")
    blocks |= {
        "queue": ("FIFOQueue", {"component_types": "DT_STRING"}),
        "x": "QueueEnqueue",
        "reader": "WholeFileReader",
        "take": "ReaderRead",
    }
    yield Hostile("queued and computed", blocks, (*wires, *_READER), "refused-read", before=False)
    blocks = {"c": ("DecodeBase64", {"input": '"Ly4uLy4uL2V0Yy9wYXNzd2Q"'}), "x": "ReadFile"}
    yield Hostile("decoded", blocks, ("c.output > x.filename",), "refused-read", before=False)
    blocks = {
        "c": ("Const", {"val": '{"in.txt","OUT/secret.txt"}'}),
        "x": ("TextLineDataset", {"compression_type": '""', "buffer_size": "0"}),
    }
    yield Hostile("one of a list", blocks, ("c.output > x.filenames",), "refused-read")
    blocks = {"c": ("Const", {"val": '"OUT/secret.txt"'}), "i": "Identity", "x": "ReadFile"}
    yield Hostile(
        "passed on", blocks, ("c.output > i.input", "i.output > x.filename"), "refused-read", before=False
    )
    blocks = {
        "v": ("Variable", {"dtype": "DT_STRING", "shape": "[]", "initvalues": '"OUT/secret.txt"'}),
        "x": "ReadFile",
    }
    yield Hostile("from a Variable", blocks, ("v.ref > x.filename",), "refused-read", before=False)
    queue = ("FIFOQueue", {"component_types": "DT_STRING"})
    taken = {"queue": queue, "reader": "WholeFileReader", "take": "ReaderRead"}
    handle = ("Variable", {"dtype": "DT_STRING", "shape": "[2]", "initvalues": '{"","queue"}'})
    blocks = {**taken, "h": handle, "x": ("raw.QueueEnqueue", {"components": '"OUT/secret.txt"'})}
    yield Hostile(
        "queued by a handle that is a text", blocks, ("h.ref > x.handle", *_READER[1:]), "refused-read"
    )
    second = ("FIFOQueue", {"component_types": "DT_STRING", "attrs": "shared_name_ = queue;"})
    blocks = {**taken, "second": second, "x": ("QueueEnqueue", {"components": '"OUT/secret.txt"'})}
    yield Hostile(
        "queued under a shared name", blocks, ("second.handle > x.handle", *_READER[1:]), "refused-read"
    )
    blocks = {
        "c": ("Const", {"val": '"in.txt"'}),
        "x": "ReadFile",
        "t": ("Input_Initializer", {"t": '"OUT/secret.txt"'}),
        "f": "FeedType",
        "s": "ClientSession",
    }
    wires = (
        "c.output > x.filename",
        "c.output > f.input",
        "t.output > f.initializer",
        "f.output > s.inputs",
        "x.contents > s.fetch_outputs",
    )
    yield Hostile("fed in the place of a constant", blocks, wires, "refused-read")
    blocks = {**blocks, "c": ("Placeholder", {"dtype": "DT_STRING"})}
    yield Hostile("fed", blocks, wires, "refused-read", before=False)
    blocks = {"f": ("ReadFile", {"filename": '"name.txt"'}), "x": "ReadFile"}
    yield Hostile("read from a file", blocks, ("f.contents > x.filename",), "refused-read", before=False)


def _graphs() -> Iterator[Hostile]:
    """Graphs that a block is given: what they hold counts, and what cannot be read may be anything."""
    name = b"/etc/passwd"
    text = node(b"c", b"Const", dtype=STRING, value=constant(name))
    packed = node(b"c", b"Const", dtype=STRING, value=field(8, field(1, 7) + field(4, b"\x0b" + name)))
    function = text + node(b"r", b"ReadFile", [b"c:output:0"])
    bodies = {
        "reads": (text + node(b"r", b"ReadFile", [b"c"]), "refused-read"),
        "writes": (text + node(b"w", b"WriteFile", [b"c", b"c"]), "refused-write"),
        "computes": (
            text + node(b"i", b"Identity", [b"c"]) + node(b"r", b"ReadFile", [b"i"]),
            "refused-write",
        ),
        "packed text": (packed + node(b"r", b"ReadFile", [b"c"]), "refused-write"),
        "Python": (node(b"p", b"PyFunc", token=field(2, b"pyfunc_0")), "refused-write"),
        "unknown op": (node(b"p", b"NobodyKnows"), "refused-write"),
        "two of a name": (text + text, "refused-write"),
        "a function": (field(2, field(1, in_function(function))), "refused-read"),
        "no graph": (b"\xff\xff\xff", "refused-write"),
    }
    for what, (graph, code) in bodies.items():
        coded = base64.urlsafe_b64encode(graph).decode().rstrip("=")
        blocks: Blocks = {"c": ("DecodeBase64", {"input": _quoted(coded)}), "x": "DatasetFromGraph"}
        yield Hostile(f"graph: {what}", blocks, ("c.output > x.graph_def",), code, before=False)


def _writers() -> Iterator[Hostile]:
    """Datasets and summaries that make files where they are led."""
    data = ("TensorDataset", {"components": '"gotcha"', "output_shapes": "{{}}"})
    types = {"output_types": "DT_STRING", "output_shapes": "{{}}"}
    into = ("data.handle > x.input_dataset",)
    for name in ("OUT/made", "out/made"):
        blocks: Blocks = {"data": data, "x": ("CacheDataset", {"filename": _quoted(name), **types})}
        yield Hostile(f"cache {name}", blocks, into, "refused-read")
    records = {"filename": '"OUT/made"', "compression_type": '""'}
    yield Hostile("records", {"data": data, "x": ("DatasetToTFRecord", records)}, into, "refused-write")
    often = {"max_queue": "1", "flush_millis": "1"}
    for folder, suffix in (("OUT/logs", "x"), ("logs", "/../../../outside/made"), (".logs", "x")):
        pins = {"logdir": _quoted(folder), "filename_suffix": _quoted(suffix), **often}
        blocks = {"writer": "SummaryWriter", "x": ("CreateSummaryFileWriter", pins)}
        yield Hostile(f"summary {folder} {suffix}", blocks, ("writer.writer > x.writer",), "refused-write")


def _pages() -> Iterator[Hostile]:
    """Names that go into pages which stand as blocks, or are called as functions, or stand in them."""
    argument, shown = ("Argument", {"dtype": "DT_STRING"}), ("use.y > session.fetch_outputs",)
    by_default = ("Argument", {"dtype": "DT_STRING", "default": '"OUT/secret.txt"'})
    read = ("file.output > x.filename", "x.contents > y.input")
    reads = {
        "typed in it": ({"x": ("ReadFile", {"filename": '"OUT/secret.txt"'}), "y": "Result"}, read[1:]),
        "reads what it gets": ({"file": argument, "x": "ReadFile", "y": "Result"}, read),
        "reads what it gets by default": ({"file": by_default, "x": "ReadFile", "y": "Result"}, read),
    }
    on = {"file": argument, "v": "page:reads what it gets", "y": "Result"}
    pages = {**reads, "hands it on": (on, ("file.output > v.file", "v.y > y.input"))}
    given = {"reads what it gets": "use/x", "hands it on": "use/v/x"}
    for name, at in {"typed in it": "use/x", "reads what it gets by default": "use/x", **given}.items():
        pins = {"file": '"OUT/secret.txt"'} if name in given else {}
        use: Blocks = {"use": (f"page:{name}", pins), "session": "ClientSession"}
        yield Hostile(f"page: {name}", use, shown, "refused-read", at, pages=pages)
    for name, at in given.items():
        blocks, wires = _computed("OUT/secret.txt", "use.file")
        blocks |= {"use": f"page:{name}", "session": "ClientSession"}
        yield Hostile(f"page: computed, {name}", blocks, (*wires, *shown), "refused-read", at, False, pages)
        called: Blocks = {
            "c": ("Const", {"val": '"OUT/secret.txt"'}),
            "use": ("PartitionedCall", {"f": name}),
            "session": "ClientSession",
        }
        wires = ("c.output > use.args", "use.output > session.fetch_outputs")
        yield Hostile(f"called: {name}", called, wires, "refused-read", at, False, pages)


HOSTILE = [*_named(), *_other_ops(), *_around_corners(), *_graphs(), *_writers(), *_pages()]
