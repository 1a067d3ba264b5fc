"""Mistakes of which the words left something out: the other pin, the dimension, the size of a picture, the way out."""

# fmt: off
from __future__ import annotations

import gzip

from tests.support.blind_mistakes.row import filled, late, one, page
from tests.support.blind_mistakes.samples import JPEG

MATRIX = {"a": ("SparseTensorToCSRSparseMatrix", {"indices": "{{0,0}}", "values": "{1f}", "dense_shape": "{2,3}"})}
OTHER = {"b": ("SparseTensorToCSRSparseMatrix", {"indices": "{{0,0}}", "values": "{1f}", "dense_shape": "{2,3}"})}
PICTURE = {"also": {"r": ("ReadFile", {"filename": "a.jpg"})}, "wires": "r.contents -> c.contents"}


def _open(text: str) -> tuple[str, dict[str, str]]:
    """Return a value of which the shape is not known before the run."""
    return "PlaceholderWithDefault", {"input": text, "shape": "<unknown>"}


def _data(
    pins: dict[str, str], symbol: str = "FixedLengthRecordDatasetV2", dtypes: str = "DT_STRING", shapes: str = "?"
) -> tuple[dict[str, object], str]:
    """Return the blocks and wires of a page that goes over a data set."""
    types = {"output_types": dtypes, "output_shapes": shapes}
    blocks = {
        "c": (symbol, pins),
        "it": ("IteratorV2", {"shared_name": "", "container": "", **types}),
        "mk": ("MakeIterator", {}),
        "nx": ("IteratorGetNext", types),
        "s0": ("ClientSession", {"once": "true"}),
        "s1": ("ClientSession", {}),
    }
    wires = "c.handle -> mk.dataset\nit.handle -> mk.iterator\nit.handle -> nx.iterator\n"
    return blocks, wires + "mk.operation -> s0.run_outputs\nnx.components -> s1.fetch_outputs"


LINES = b"hello\nworld\n" * 3
RECORDS = {"filenames": "a.bin", "header_bytes": "0", "record_bytes": "4", "footer_bytes": "0", "buffer_size": "0"}

PRECISE = [
    # pictures
    one("window beyond a halved picture", "DecodeAndCropJpeg", "crop_window", "4 ratio", "0,0,6,6", files={"a.jpg": JPEG}, **PICTURE, crop_window="{0,0,6,6}", attrs="ratio_=2;", related="contents"),
    one("window beyond a picture with fill bytes", "DecodeAndCropJpeg", "crop_window", "8", "0,0,20,20", files={"a.jpg": JPEG[:2] + b"\xff\xff" + JPEG[2:]}, **PICTURE, crop_window="{0,0,20,20}"),
    page("window beyond in a dataset", {"g": ("TensorDataset", {"components": '"a.jpg"'}), "c": ("MapDataset", {"f": "crop", "output_types": "DT_UINT8", "output_shapes": "?"}), "it": ("IteratorV2", {"shared_name": "", "container": "", "output_types": "DT_UINT8", "output_shapes": "?"}), "mk": ("MakeIterator", {}), "nx": ("IteratorGetNext", {"output_types": "DT_UINT8", "output_shapes": "?"}), "s0": ("ClientSession", {"once": "true"}), "s1": ("ClientSession", {})}, "g.handle -> c.input_dataset\nc.handle -> mk.dataset\nit.handle -> mk.iterator\nit.handle -> nx.iterator\nmk.operation -> s0.run_outputs\nnx.components -> s1.fetch_outputs", "c/d.crop_window", "within picture", "0,0,20,20", {"a.jpg": JPEG}, beside={"crop": ({"n": ("Argument", {"dtype": "DT_STRING", "shape": "[]"}), "r": ("ReadFile", {}), "d": ("DecodeAndCropJpeg", {"crop_window": "{0,0,20,20}"}), "o": ("Result", {})}, "n.output -> r.filename\nr.contents -> d.contents\nd.image -> o.input")}, hint="ExtractJpegShape"),
    # sizes that another pin asks for
    one("eight places for six", "SparseReshape", "new_shape", "6 sizes 2", "2,4", input_indices="{{0,0}}", input_shape="{2,3}", new_shape="{2,4}", related="input_shape"),
    one("sparse product of matrices", "SparseMatrixMatMul", "b", "3", "2", also=MATRIX, wires="a.sparse_matrix -> c.a", b=filled(2, 2), related="a", hint="[2, 3]"),
    one("sparse product of a vector", "SparseMatrixMatMul", "b", "3 rank 2", "[2]", also=MATRIX, wires="a.sparse_matrix -> c.a", b=filled(2)),
    one("turned sparse product", "SparseMatrixMatMul", "b", "2", "3", also=MATRIX, wires="a.sparse_matrix -> c.a", b=filled(3, 2), attrs="transpose_a_=true;", related="a"),
    one("product of two sparse matrices", "SparseMatrixSparseMatMul", "b", "[3", "[2,/[2", also={**MATRIX, **OTHER}, wires="a.sparse_matrix -> c.a\nb.sparse_matrix -> c.b", type="DT_FLOAT", related="a"),
    one("oblong matrix for its root", "SparseMatrixSparseCholesky", "input", "square", "[2,", also=MATRIX, wires="a.sparse_matrix -> c.input", permutation="{0,1}", type="DT_FLOAT"),
    one("sparse tensor times dense", "SparseTensorDenseMatMul", "b", "3 dimension 0", "[2,", a_indices="{{0,0}}", a_values="{1f}", a_shape="{2,3}", b=filled(2, 2), related="a_shape"),
    one("sum of products of unlike sizes", "Einsum", "inputs", "3 dimension 0", "[2,", inputs=filled(2, 3) + "," + filled(2, 2), equation="ij,jk->ik"),
    one("quantized product", "QuantizedMatMul", "b", "[3,", "[2,", also={k: ("QuantizeV2", {"input": filled(*s), "min_range": "0f", "max_range": "1f", "T": "DT_QUINT8"}) for k, s in {"x": (2, 3), "y": (2, 2)}.items()}, wires="x.output -> c.a\ny.output -> c.b", min_a="0f", max_a="1f", min_b="0f", max_b="1f"),
    one("late factor of a product", "MatMul", "b", "[3,", "[2,", also={"v": _open(filled(2, 2))}, wires="v.output -> c.b", a=filled(2, 3), related="a", hint="[2, 3]"),
    one("late right side", "MatrixSolve", "rhs", "2", "[3,", also={"v": _open(filled(3, 1))}, wires="v.output -> c.rhs", matrix="{{1f,0f},{0f,1f}}", related="matrix"),
    one("late bias of other length", "BiasAdd", "bias", "[3]", "[2]", also={"v": _open(filled(2))}, wires="v.output -> c.bias", value=filled(2, 3), related="value"),
    one("sum of sparse tensors of unlike sizes", "SparseAdd", "b_shape", "3", "4", a_indices="{{0,0}}", a_values="{1f}", a_shape="{2,3}", b_indices="{{0,0}}", b_values="{1f}", b_shape="{2,4}", thresh="0f", hint="{2,3}"),
    one("joined sparse tensors of unlike sizes", "SparseConcat", "shapes", "3 dimension", "4", indices="{{0,0}},{{0,0}}", values="{1},{1}", shapes="{2,3},{3,4}", concat_dim="0", hint="shapes[1] {2,3}"),
    one("dense addend of other sizes", "SparseTensorDenseAdd", "b", "3 dimension 1", "2", a_indices="{{0,0}}", a_values="{1f}", a_shape="{2,3}", b=filled(2, 2), related="a_shape", hint="{2,3}"),
    one("dense factor of other sizes", "SparseDenseCwiseMul", "dense", "[2, 3]", "[2, 2]", sp_indices="{{0,0}}", sp_values="{1f}", sp_shape="{2,3}", dense=filled(2, 2), related="sp_shape"),
    # files that are compressed otherwise
    page("plain records as gzip", *_data({**RECORDS, "compression_type": "GZIP"}), "c.compression_type", '""', "GZIP", {"a.bin": LINES}, hint="a.bin compressed"),
    page("gzip records as zlib", *_data({**RECORDS, "compression_type": "ZLIB"}), "c.compression_type", "GZIP", "ZLIB", {"a.bin": gzip.compress(LINES)}),
    page("gzip records as plain ones", *_data({**RECORDS, "compression_type": '""'}), "c.compression_type", "GZIP", '""', {"a.bin": gzip.compress(LINES)}),
    one("plain bytes as gzip", "DecodeCompressed", "bytes", "GZIP", "36 hello", also={"r": ("ReadFile", {"filename": "a.txt"})}, wires="r.contents -> c.bytes", attrs='compression_type_="GZIP";', files={"a.txt": LINES}, hint="remove compression_type_"),
    one("gzip bytes as zlib", "DecodeCompressed", "bytes", "ZLIB", "GZIP", also={"r": ("ReadFile", {"filename": "a.gz"})}, wires="r.contents -> c.bytes", attrs='compression_type_="ZLIB";', files={"a.gz": gzip.compress(LINES)}, hint="compression_type_ GZIP"),
    # order and pages
    one("diagonals the wrong way round", "MatrixDiagV2", "k", "lower first", "1,-1", diagonal=filled(3, 3), k="{1,-1}", num_rows="3", num_cols="3", padding_value="0f"),
    page("branch of another dtype", {"p": ("Const", {"val": "true"}), "x": ("Const", {"val": "{1f,2f}"}), "c": ("If", {"then_branch": "same", "else_branch": "whole"}), "s": ("ClientSession", {})}, "p.output -> c.cond\nx.output -> c.input\nc.output -> s.fetch_outputs", "c.else_branch", "float32", "int32", beside={"same": ({"i": ("Argument", {"dtype": "DT_FLOAT"}), "n": ("Neg", {}), "o": ("Result", {})}, "i.output -> n.x\nn.y -> o.input"), "whole": ({"i": ("Argument", {"dtype": "DT_FLOAT"}), "n": ("Cast", {"DstT": "DT_INT32"}), "o": ("Result", {})}, "i.output -> n.x\nn.y -> o.input")}, hint="same then_branch"),
    # files and texts
    one("computed name of a file", "ReadFile", "filename", "file", "data.txt", also={"j": ("StringJoin", {"inputs": '"dat","a.txt"'})}, wires="j.output -> c.filename", files={"dataa.txt": b"x"}, hint="dataa.txt"),
    one("wildcard as a regular expression", "StaticRegexReplace", "pattern", "regular", "*.txt", input='"abc"', pattern="*.txt", rewrite='"x"', hint="wildcard .*"),
    one("wildcard for a full match", "RegexFullMatch", "pattern", "regular", "*.txt", input='"abc"', pattern='"*.txt"', hint="wildcard"),
    one("header among records", "DecodeCSV", "records", "float32", "x", records='{"x,y","1,2"}', record_defaults="0.0f,0.0f", hint="header"),
    page("header of a file of lines", {"q": ("FIFOQueue", {"component_types": "DT_STRING"}), "e": ("QueueEnqueue", {"components": '"a.csv"'}), "r": ("TextLineReader", {}), "rd": ("ReaderRead", {}), "c": ("DecodeCSV", {"record_defaults": "0.0f,0.0f"}), "s": ("ClientSession", {})}, "q.handle -> e.handle\nq.handle -> rd.queue_handle\nr.reader_handle -> rd.reader_handle\nrd.value -> c.records\ne.operation -> s.run_outputs\nc.output -> s.fetch_outputs", "c.records", "float32", "x", {"a.csv": b"x,y\n1,2\n"}, hint="skip_header_lines_"),
    page("header of a data set", *_data({"filenames": "a.csv", "compression_type": '""', "buffer_size": "1000", "header": "false", "field_delim": '","', "use_quote_delim": "true", "na_value": '""', "select_cols": "{}", "record_defaults": "0.0f,0.0f", "output_shapes": "{{},{}}"}, "CSVDataset", "{DT_FLOAT,DT_FLOAT}", "{{},{}}"), "c.header", "true", "false", {"a.csv": b"x,y\n1,2\n"}, hint="header"),
    # numbers that go together
    one("more samples than classes", "LogUniformCandidateSampler", "num_sampled", "1 5", "9", true_classes="{{1}}", num_true="1", num_sampled="9", unique="true", range_max="5"),
    one("segments beyond the gradient", "SparseSegmentMeanGrad", "segment_ids", "0", "3", grad=filled(1, 2), indices="{0,1}", segment_ids="{0,3}", output_dim0="3", related="grad"),
    one("one place of a gradient", "SparseSegmentMeanGrad", "indices", "0", "5", grad=filled(1, 2), indices="{0,5}", segment_ids="{0,0}", output_dim0="1", hint="alone"),
    one("count beyond its limit", "CountUpTo", "ref", "limit 3", "5", also={"v": late("5")}, wires="v.ref -> c.ref", limit="3", hint="raise limit"),
    one("ranges along an axis", "QuantizeV2", "min_range", "2 axis_", "rank 0", input=filled(2, 3), min_range="0f", max_range="1f", T="DT_QUINT8", attrs="axis_=0;"),
    page("condition of two values", {"x": ("Const", {"val": "{true,false}"}), "v": ("Const", {"val": "1f"}), "c": ("If", {"then_branch": "turned", "else_branch": "turned"}), "s": ("ClientSession", {})}, "x.output -> c.cond\nv.output -> c.input\nc.output -> s.fetch_outputs", "c.cond", "scalar", "[2]", beside={"turned": ({"i": ("Argument", {"dtype": "DT_FLOAT"}), "n": ("Neg", {}), "o": ("Result", {})}, "i.output -> n.x\nn.y -> o.input")}, hint="All Any"),
]
