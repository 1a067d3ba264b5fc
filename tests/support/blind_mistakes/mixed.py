"""Mistakes of all areas mixed: what is packed or stacked, keys and labels, eigenvalues, tridiagonal systems."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import late, one, page

SPARSE = {"sparse_indices": "{{0,0},{0,2}}", "sparse_shape": "{2,4}"}

MIXED = [
    # what is packed
    page("a packed sparse tensor as another type", {"v": late("{1f,2f}"), "s": ("SerializeSparse", SPARSE), "c": ("DeserializeSparse", {"dtype": "DT_INT64"})}, "v.ref -> s.sparse_values\ns.serialized_sparse -> c.serialized_sparse", "c.dtype", "float32 stored", "int64", related="serialized_sparse"),
    page("packed rows as another type", {"v": late("{1f,2f}"), "s": ("SerializeManySparse", SPARSE), "c": ("DeserializeManySparse", {"dtype": "DT_STRING"})}, "v.ref -> s.sparse_values\ns.serialized_sparse -> c.serialized_sparse", "c.dtype", "float32 stored", "string"),
    page("a put away sparse tensor as another type", {"v": late("{1f,2f}"), "s": ("AddManySparseToTensorsMap", {**SPARSE, "attrs": "shared_name_ = m;"}), "c": ("TakeManySparseFromTensorsMap", {"dtype": "DT_INT32", "attrs": "shared_name_ = m;"})}, "v.ref -> s.sparse_values\ns.sparse_handles -> c.sparse_handles", "c.dtype", "float32 stored", "int32"),
    # matrices
    page("the second of two matrices", {"v": late("{{{2f,0f},{0f,1f}},{{1f,2f},{2f,4f}}}"), "c": "MatrixInverse"}, "v.ref -> c.input", "c.input", "inverted", "1"),
    page("the second of two systems", {"v": late("{{{2f,0f},{0f,1f}},{{1f,2f},{2f,4f}}}"), "c": ("MatrixSolve", {"rhs": "{{{1f},{1f}},{{1f},{1f}}}"})}, "v.ref -> c.matrix", "c.matrix", "inverted", "1"),
    page("no number in an inverse", {"v": late("{{nan,2f},{2f,1f}}"), "c": "MatrixInverse"}, "v.ref -> c.input", "c.input", "finite", "nan"),
    page("no number in a decomposition", {"v": late("{{nan,2f},{2f,1f}}"), "c": "Lu"}, "v.ref -> c.input", "c.input", "finite", "nan"),
    page("no number among eigenvalues", {"v": late("{{nan,2f},{2f,4f}}"), "c": "SelfAdjointEigV2"}, "v.ref -> c.input", "c.input", "finite", "nan"),
    page("no number among general eigenvalues", {"v": late("{{1f,nan},{2f,4f}}"), "c": ("Eig", {"Tout": "DT_COMPLEX64"})}, "v.ref -> c.input", "c.input", "finite", "nan"),
    page("a row of no number to divide by", {"v": late("{{1f,1f,0f},{0f,2f,2f},{0f,1f,1f}}"), "c": ("TridiagonalSolve", {"rhs": "{{1f},{2f},{3f}}", "attrs": "partial_pivoting_ = false;"})}, "v.ref -> c.diagonals", "c.diagonals", "0 partial_pivoting_", "0 row", hint="partial_pivoting_"),
    page("a later row of no number to divide by", {"v": late("{{1f,1f,0f},{1f,1f,2f},{0f,1f,1f}}"), "c": ("TridiagonalSolve", {"rhs": "{{1f},{2f},{3f}}", "attrs": "partial_pivoting_ = false;"})}, "v.ref -> c.diagonals", "c.diagonals", "partial_pivoting_", "1"),
    one("a tridiagonal system without solution", "TridiagonalSolve", "diagonals", "inverted", "determinant 0", diagonals="{{1f,0f},{1f,1f},{0f,1f}}", rhs="{{1f},{1f}}"),
    page("values and shape changed over", {"i": ("Const", {"val": "{2,2}"}), "n": ("Cast", {"DstT": "DT_INT64"}), "v": ("Const", {"val": "{2f,3f}"}), "d": ("Const", {"val": "{{1f},{1f}}"}), "c": ("SparseTensorDenseMatMul", {"a_indices": "{{0,0},{1,1}}"})}, "i.output -> n.x\nn.y -> c.a_values\nv.output -> c.a_shape\nd.output -> c.b", "c.a_shape", "int64", "float32"),
    # labels, splits, tables
    one("shares of other classes", "FixedUnigramCandidateSampler", "attrs", "4 range_max", "3", true_classes="{{0}}", num_true="1", num_sampled="2", unique="true", range_max="4", attrs="unigrams_ = {0.5,0.3,0.2};"),
    one("shares beside a reserved class", "FixedUnigramCandidateSampler", "attrs", "3 range_max num_reserved_ids_", "2", true_classes="{{1}}", num_true="1", num_sampled="2", unique="true", range_max="4", attrs="unigrams_ = {0.5,0.3}; num_reserved_ids_ = 1;"),
    page("a label above the blank", {"a": late("{2,3}"), "c": ("CTCLoss", {"inputs": "{{{1f,2f,3f}},{{1f,2f,3f}},{{1f,2f,3f}}}", "labels_indices": "{{0,0},{0,1}}", "sequence_length": "{3}"})}, "a.ref -> c.labels_values", "c.labels_values", "0 1 last blank", "2 position"),
    page("a split beyond the words", {"a": ("Variable", {"initvalues": "{0,1,4}", "dtype": "DT_INT64"}), "c": ("StringNGrams", {"data": '{"a","b","c"}', "separator": '" "', "ngram_widths": "2", "left_pad": '""', "right_pad": '""', "pad_width": "0", "preserve_short_sequences": "false"})}, "a.ref -> c.data_splits", "c.data_splits", "3 texts", "4 position 2", related="data"),
    page("a table without its deleted key", {"c": ("MutableDenseHashTable", {"empty_key": '"e"', "value_dtype": "DT_FLOAT", "attrs": "value_shape_ = {};"}), "z": "LookupTableSize"}, "c.table_handle -> z.table_handle", "c.", "deleted_key", "MutableDenseHashTable", hint="MutableDenseHashTableV2"),
]
