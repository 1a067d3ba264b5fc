"""Mistakes of pipelines that show at the iterator, of stored tensors, and of what passes no gradient on."""

# fmt: off
from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Any

from tests.support.blind_mistakes.row import Mistake, page

NAMES = b"anna\nbert\ncarl\ndora\n"
PACKED = gzip.compress(NAMES)
WORDS = ("TensorSliceDataset", {"components": '{"ab","cde"}'})
EMPTY = '""'

# Pages of one word: its bytes, whether they are above "a", the bytes as keys, and what groups the words.
BYTES = ({"s": ("Argument", {"dtype": "DT_STRING"}), "r": ("DecodeRaw", {"out_type": "DT_UINT8"}), "o": "Result"}, "s.output -> r.bytes\nr.output -> o.input")
ABOVE = ({"s": ("Argument", {"dtype": "DT_STRING"}), "r": ("DecodeRaw", {"out_type": "DT_UINT8"}), "g": ("Greater", {"y": "97"}), "o": "Result"}, "s.output -> r.bytes\nr.output -> g.x\ng.z -> o.input")
KEYS = ({"s": ("Argument", {"dtype": "DT_STRING"}), "r": ("DecodeRaw", {"out_type": "DT_UINT8"}), "k": ("Cast", {"DstT": "DT_INT64"}), "o": "Result"}, "s.output -> r.bytes\nr.output -> k.x\nk.y -> o.input")
LENGTH = ({"s": ("Argument", {"dtype": "DT_STRING"}), "l": "StringLength", "k": ("Cast", {"DstT": "DT_INT64"}), "o": "Result"}, "s.output -> l.input\nl.output -> k.x\nk.y -> o.input")
GROUP = ({"k": ("Argument", {"dtype": "DT_INT64"}), "d": ("Argument", {"dtype": "DT_VARIANT"}), "o": "Result"}, "d.output -> o.input")
NO_WINDOW = ({"k": ("Argument", {"dtype": "DT_INT64"}), "n": ("Const_ex", {"val": "0", "dtype": "DT_INT64"}), "o": "Result"}, "n.output -> o.input")
SCALARS = ({"s": ("Argument", {"dtype": "DT_STRING"}), "d": "TensorSliceDataset", "o": "Result"}, "s.output -> d.components\nd.handle -> o.input")
PAGES = {"bytes": BYTES, "above": ABOVE, "keys": KEYS, "length": LENGTH, "group": GROUP, "no window": NO_WINDOW, "scalars": SCALARS}


def drawn(name: str, blocks: Mapping[str, Any], wires: str, last: str, at: str, takes: str, got: str, files: Mapping[str, bytes] | None = None, *, steps: int = 1) -> Mistake:
    """Return a mistake of a pipeline, of which ``last`` is the last dataset; an iterator takes an element of it."""
    pipeline = {**blocks, "iterator": "IteratorV2", "make": "MakeIterator", "begin": ("ClientSession", {"once": "true"}), "next": "IteratorGetNext", "session": "ClientSession"}
    ends = f"{wires}\n{last}.handle -> make.dataset\niterator.handle -> make.iterator\nmake.operation -> begin.run_outputs\niterator.handle -> next.iterator\nnext.components[0] -> session.fetch_outputs"
    named = {pin for what in blocks.values() if not isinstance(what, str) for pin in what[1].values()}
    beside = {name: each for name, each in PAGES.items() if name in named}
    return page(name, pipeline, ends, at, takes, got, files, steps=steps, beside=beside)


def mapped(name: str, symbol: str, at: str, takes: str, got: str, **pins: str) -> Mistake:
    """Return a mistake of a block that takes the bytes of words, whose number is known in the run only."""
    return drawn(name, {"words": WORDS, "bytes": ("MapDataset", {"f": "bytes"}), "c": (symbol, pins)}, "words.handle -> bytes.input_dataset\nbytes.handle -> c.input_dataset", "c", at, takes, got)


def reported(name: str, symbol: str, at: str, takes: str, got: str, **pins: str) -> Mistake:
    """Return a mistake of a block that takes words."""
    return drawn(name, {"words": WORDS, "c": (symbol, pins)}, "words.handle -> c.input_dataset", "c", at, takes, got)


def read(name: str, symbol: str, at: str, takes: str, got: str, file: str, content: bytes, steps: int = 1, **pins: str) -> Mistake:
    """Return a mistake of a dataset that reads a file."""
    return drawn(name, {"c": (symbol, {"filenames": file, "compression_type": EMPTY, "buffer_size": "0", **pins})}, "", "c", at, takes, got, {file: content} if content else {}, steps=steps)


RECORDS = {"header_bytes": "0", "record_bytes": "5", "footer_bytes": "0"}
PIPELINES = [
    reported("a filter that says several things", "FilterDataset", "c.predicate", "one bool", "bool [?]", predicate="above"),
    reported("taken while several things hold", "TakeWhileDataset", "c.predicate", "one bool", "bool [?]", predicate="above"),
    reported("keys by the dozen", "GroupByWindowDataset", "c.key_func", "one int64", "int64 [?]", key_func="keys", reduce_func="group", window_size_func="no window"),
    reported("windows of nothing", "GroupByWindowDataset", "c.window_size_func", "1", "0", key_func="length", reduce_func="group", window_size_func="no window"),
    reported("slices of a word", "FlatMapDataset", "c/d.components", "rank", "", f="scalars"),
    mapped("batches of unlike words", "BatchDataset", "c.input_dataset", "shape 2", "3", batch_size="2"),
    mapped("batches of unlike words, again", "BatchDatasetV2", "c.input_dataset", "shape", "3", batch_size="2", drop_remainder="false"),
    drawn("rows that do not go together", {"rows": ("TensorDataset", {"components": "{1,2},{1,2,3}"}), "c": "UnbatchDataset"}, "rows.handle -> c.input_dataset", "c", "c.input_dataset", "rows", "3"),
    page("a shard too far", {"n": ("RangeDataset", {"start": "0", "stop": "8", "step": "1"}), "i": ("RandomUniformInt", {"shape": "{}", "minval": "4", "maxval": "5"}), "k": ("Cast", {"DstT": "DT_INT64"}), "c": ("ShardDataset", {"num_shards": "4"}), "s": "DatasetToSingleElement"}, "n.handle -> c.input_dataset\ni.output -> k.x\nk.y -> c.index\nc.handle -> s.dataset", "c.index", "3", "4"),
    read("lines that are not there", "TextLineDataset", "c.filenames", "file", "gone.txt", "gone.txt", b""),
    read("records of plain lines", "TFRecordDataset", "c.filenames", "TFRecord", "anna", "names.txt", NAMES),
    read("packed that is not", "TextLineDataset", "c.compression_type", EMPTY, "GZIP", "names.txt", NAMES, compression_type="GZIP"),
    read("packed in another way", "TextLineDataset", "c.compression_type", "GZIP", "ZLIB", "names.gz", PACKED, compression_type="ZLIB"),
    read("records that are packed", "TFRecordDataset", "c.compression_type", "GZIP", EMPTY, "names.gz", PACKED),
    read("a packing of no such name", "TFRecordDataset", "c.compression_type", "GZIP/ZLIB", "zip", "names.txt", NAMES, compression_type="zip"),
    read("records that do not fill a file", "FixedLengthRecordDatasetV2", "c.record_bytes", "20", "7", "names.txt", NAMES, **{**RECORDS, "record_bytes": "7"}),
    read("a header beyond the file", "FixedLengthRecordDatasetV2", "c.header_bytes", "20", "90", "names.txt", NAMES, **{**RECORDS, "header_bytes": "90"}),
    read("records between a header", "FixedLengthRecordDatasetV2", "c.record_bytes", "19", "5", "names.txt", NAMES, **{**RECORDS, "header_bytes": "1"}),
]

STEPS = [
    page("no way back through a choice", {"v": ("Variable", {"initvalues": "{2f,1f}"}), "a": ("ArgMax", {"dimension": "0"}), "f": ("Cast", {"DstT": "DT_FLOAT"}), "c": "AddSymbolicGradients"}, "v.ref -> a.input\na.output -> f.x\nf.y -> c.outputs\nv.ref -> c.inputs", "c.inputs", "gradient", "ArgMax"),
    page("no way back through a stop", {"v": ("Variable", {"initvalues": "{2f,1f}"}), "s": "StopGradient", "q": "Square", "c": "AddSymbolicGradients"}, "v.ref -> s.input\ns.output -> q.x\nq.y -> c.outputs\nv.ref -> c.inputs", "c.inputs", "gradient", "StopGradient"),
    page("stored as another dtype", {"w": ("SaveV2", {"prefix": "net", "tensor_names": '{"a","b"}', "shape_and_slices": '{"",""}', "tensors": "{1f},{2f}"}), "a": "ClientSession", "c": ("RestoreV2", {"prefix": "net", "tensor_names": '{"a","b"}', "shape_and_slices": '{"",""}', "dtypes": "DT_FLOAT,DT_INT32"}), "b": "ClientSession"}, "w.operation -> a.run_outputs\nc.tensors[1] -> b.fetch_outputs", "c.dtypes", "float32 b", "int32"),
    page("a part of another shape", {"w": ("SaveV2", {"prefix": "part", "tensor_names": '{"a"}', "shape_and_slices": '{""}', "tensors": "{1f,2f,3f}"}), "a": "ClientSession", "c": ("RestoreV2", {"prefix": "part", "tensor_names": '{"a"}', "shape_and_slices": '{"4 0,2"}', "dtypes": "DT_FLOAT"}), "b": "ClientSession"}, "w.operation -> a.run_outputs\nc.tensors[0] -> b.fetch_outputs", "c.shape_and_slices", "[3]", "[4]"),
]

PIPELINES += STEPS

INNER = {"shifted": ({"s": ("Argument", {"dtype": "DT_STRING"}), "r": ("DecodeRaw", {"out_type": "DT_UINT8"}), "w": ("Cast", {"DstT": "DT_INT32"}), "p": ("Add", {"y": "{10,20}"}), "o": "Result"}, "s.output -> r.bytes\nr.output -> w.x\nw.y -> p.x\np.z -> o.input")}
SHAPES = [
    page("a start that does not fill its shape", {"x": ("Unique", {"x": "{1f,2f,2f}"}), "c": ("Variable", {"dtype": "DT_FLOAT", "shape": "{3}"}), "q": "Square"}, "x.y -> c.initvalues\nc.ref -> q.x", "c.initvalues|shape", "[3]", "[2]"),
    page("a place in a column that is not there", {"v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{2,3}"}), "i": ("Where", {"condition": "{{false,false,false,true}}"}), "c": ("ScatterNdAdd", {"updates": "{9f}"})}, "v.ref -> c.ref\ni.index -> c.indices", "c.indices", "0 2", "3"),
    page("columns of unlike length into a queue", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT,DT_INT32", "attrs": "shapes_={{},{}};"}), "x": ("Unique", {"x": "{1f,2f,2f}"}), "y": ("Unique", {"x": "{1,2,3}"}), "c": "QueueEnqueueMany"}, "q.handle -> c.handle\nx.y -> c.components\ny.y -> c.components", "c.components", "dimension 2", "3"),
    page("words shifted by fewer", {"words": ("TensorSliceDataset", {"components": '{"cde"}'}), "c": ("MapDataset", {"f": "shifted"}), "e": "DatasetToSingleElement"}, "words.handle -> c.input_dataset\nc.handle -> e.dataset", "c/p.x|y", "3/2", "2/3", beside=INNER),
]

PIPELINES += SHAPES
