"""Mistakes in what pages give to datasets, in records of text, and in what summaries and maps are given when a page runs."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.examined import ITERATOR
from tests.support.blind_mistakes.row import Mistake, one, page

_RANGE = ("RangeDataset", {"start": "0", "stop": "4", "step": "1"})
_READ = "r.handle -> c.input_dataset\nc.handle -> mk.dataset\nit.handle -> mk.iterator\nit.handle -> next.iterator\nmk.operation -> a.run_outputs\nnext.components -> z.fetch_outputs"
_SUM = ({"s": "Argument", "x": "Argument", "f": ("Cast", {"DstT": "DT_FLOAT"}), "add": "Add", "y": "Result"}, "x.output -> f.x\nf.y -> add.x\ns.output -> add.y\nadd.z -> y.input")
_NOTHING = ({"x": "Argument", "add": ("Add", {"y": "1"})}, "x.output -> add.x")
_BOTH = ({"p": ("Argument", {"dtype": "DT_FLOAT", "shape": "[]"}), "q": ("Argument", {"dtype": "DT_FLOAT", "shape": "[]"}), "add": "Add", "y": "Result"}, "p.output -> add.x\nq.output -> add.y\nadd.z -> y.input")


def _example(name: str, text: str, said: str) -> Mistake:
    """Return an Example in JSON that its reader refuses, written by another block."""
    escaped = text.replace('"', '\\"')
    blocks = {"a": ("Const", {"val": f'" {escaped}"'}), "s": "StringStrip", "c": "DecodeJSONExample"}
    return page(name, blocks, "a.output -> s.input\ns.output -> c.json_examples", "c.json_examples", "Example JSON", "feature", hint=f"{said} floatList int64List bytesList base64")


COMPOSED = [
    # what a page gives
    page("a scan that gives only its state", {"r": _RANGE, "c": ("ScanDataset", {"initial_state": "0f", "f": "sum"}), **ITERATOR}, _READ, "c.f", "state float32 element Result", "float32", beside={"sum": _SUM}),
    page("a map without results", {"r": _RANGE, "c": ("MapDataset", {"f": "nothing"}), **ITERATOR}, _READ, "c.f", "element Result", "nothing", beside={"nothing": _NOTHING}),
    page("a parallel map without results", {"r": _RANGE, "c": ("ParallelMapDataset", {"num_parallel_calls": "2", "f": "nothing"}), **ITERATOR}, _READ, "c.f", "element Result", "nothing", beside={"nothing": _NOTHING}),
    page("a map over lists of two lengths", {"p": ("Const", {"val": "{1f,2f,3f}"}), "v": ("Const", {"val": "{4f,4f,5f}"}), "u": "Unique", "c": ("MapDefun", {"f": "both"})}, "v.output -> u.x\np.output -> c.arguments\nu.y -> c.arguments", "c.arguments", "3 dimension", "[2]", hint="u.y", beside={"both": _BOTH}),
    # records of text
    _example("a kind of values that no Example has", '{"features":{"feature":{"age":{"intList":{"value":[4]}}}}}', "field intList 41 features.feature[0]"),
    _example("a number with decimals among whole ones", '{"features":{"feature":{"age":{"int64List":{"value":[4.5]}}}}}', "integer 53 int64List.value[0]"),
    _example("a list without its name", '{"features":{"feature":{"age":{"int64List":[4]}}}}', "expected 43"),
    _example("a record that begins with its features", '{"feature":{}}', "field 11"),
    page("a default of another kind", {"a": ("Const", {"val": '{""}'}), "c": ("ParseExample", {"names": "{}", "dense_keys": '"age"', "dense_defaults": "{7}", "sparse_types": "{}", "dense_shapes": "{[]}"})}, "a.output -> c.serialized", "c.dense_defaults", "float32 int64 string", "int32", hint="Cast int64"),
    page("a default of twice the bits", {"a": ("Const", {"val": '{""}'}), "c": ("ParseExample", {"names": "{}", "dense_keys": '"age"', "dense_defaults": "{0.5}", "sparse_types": "{}", "dense_shapes": "{[]}"})}, "a.output -> c.serialized", "c.dense_defaults", "float32 int64 string", "float64", hint="0.5f"),
    # summaries, samplers
    page("a summary of an infinity", {"v": ("Const", {"val": "{4f,0f,1f}"}), "l": "Log", "c": ("HistogramSummary", {"tag": '"w"'})}, "v.output -> l.x\nl.y -> c.values", "c.values", "finite", "-inf position 1"),
    page("a summary of no number", {"v": ("Const", {"val": "{4f,-1f,1f}"}), "l": "Log", "c": ("HistogramSummary", {"tag": '"w"'})}, "v.output -> l.x\nl.y -> c.values", "c.values", "finite", "nan position 1"),
    one("a file of fewer shares than classes", "FixedUnigramCandidateSampler", "attrs", "5 lines range_max", "3", hint="vocab_file_", files={"f.csv": b"a,3\nb,2\nc,1\n"}, true_classes="{{2}}", num_true="1", num_sampled="2", unique="true", range_max="5", attrs="vocab_file_ = f.csv;"),
]
