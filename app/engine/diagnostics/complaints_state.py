"""Messages about variables, queues, lists, texts and files, each with what is at fault."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import (
    NUMBER,
    SHAPE,
    adding_up,
    below,
    dtype,
    has_shape,
    is_count,
    is_dtype,
    is_shape,
    is_value,
    least,
    one_of,
    shaped,
    sum_of,
)
from app.engine.diagnostics.handles import handled
from app.engine.diagnostics.message_patterns import said_shape
from blocks.catalog import load
from blocks.dtypes import DTYPES, label, said_dtype
from blocks.requirement import (
    Actual,
    RankOf,
    Requirement,
    ShapeOf,
    exactly,
    of_dtypes,
)
from blocks.tensor_spec import Shape


def _split_beyond(m: Match, site: Site) -> Actual:
    """Return the first split that is below the one before it, or beyond what there is to part."""
    splits = site.value("data_splits")
    if splits is None or splits.ndim != 1:
        return Actual(value=m[1])
    bad = np.flatnonzero((splits[1:] < splits[:-1]) | (splits[1:] > int(m[3])))
    return Actual(value=m[1], index=(int(bad[0]) + 1,)) if len(bad) else Actual(value=m[1])


def _list_shapes(m: Match, site: Site) -> Any:
    shape = site.shape("item") or site.shape("tensor")
    said = [said_shape(m[1]), said_shape(m[2])]
    other = next((s for s in said if s is not None and s != shape), None)
    return None if other is None else Requirement(shape=ShapeOf(other))


def _of_elements(m: Match, site: Site) -> Sentence | None:
    """Return the shape that elements of a list have, where another one is asked for."""
    asked, said = _asked_shape(m, site), [said_shape(m[1]), said_shape(m[2])]
    other = next((s for s in said if s is not None and s != asked), None)
    return None if other is None else say("needs.shape-of-elements", shape=other)


def _asked(m: Match, site: Site) -> Actual | None:
    shape = _asked_shape(m, site)
    return None if shape is None else Actual(shape=shape)


def _asked_shape(m: Match, site: Site) -> Shape | None:
    """Return the shape that is asked for of a list's elements; the message says it first."""
    sizes = site.value("element_shape")
    if sizes is None or sizes.ndim != 1:
        return said_shape(m[1])
    return tuple(None if n < 0 else n for n in sizes.tolist())


def _read_of_table(m: Match, site: Site) -> str:
    """Return what is of another dtype than the table; TensorFlow says value of keys as well."""
    keys, values = (label(site.attrs.get(name, "")) for name in ("Tin", "Tout"))
    is_key = m[1] == "key" or (keys == said_dtype(m[3]) != values and site.op.startswith("Lookup"))
    return "keys Tkeys" if is_key else "Tvalues default_value values dtype"


def _numbered(number: str) -> str:
    """Return the dtype of TensorFlow's number."""
    return next((d.label for d in DTYPES.values() if d.number == int(number)), number)


def _first_input(m: Match, site: Site) -> str:
    return site.inputs[0].argument.name if site.inputs else ""


def _loops(m: Match, site: Site) -> Sentence:
    """Return from which two loops an op takes values; one of them may be none."""
    if m[1] and m[2]:
        return say("actual.two-loops", one=m[1], other=m[2])
    return say("actual.loop-and-outside", loop=m[1] or m[2])


def _first_resource(m: Match, site: Site) -> str:
    op = load().op(site.op)
    return next((a.name for a in op.inputs if a.dtype == "DT_RESOURCE"), "") if op is not None else ""


_WILDCARD = re.compile(r"^[*?+]|/[*?]")  # of a file's name, where a regular expression has nothing to repeat


def _is_oblong(site: Site) -> bool:
    """Return whether a sparse matrix that must be square is not."""
    shape = site.shape("input")
    return shape is not None and len(shape) > 1 and shape[-2:] != shape[-1:] * 2


_CSR_OPS = (
    "SparseMatrixNNZ SparseMatrixOrderingAMD SparseMatrixTranspose SparseMatrixSoftmax SparseMatrixMatMul "
    "SparseMatrixSparseMatMul SparseMatrixSparseCholesky SparseMatrixMul SparseMatrixAdd SparseMatrixZeros "
    "CSRSparseMatrixComponents CSRSparseMatrixToDense CSRSparseMatrixToSparseTensor"
)

STATE_COMPLAINTS: tuple[Complaint, ...] = (
    # variables
    complaint(
        rf"Cannot update variable with shape {SHAPE} using a Tensor with shape {SHAPE}",
        "value",
        shaped(1),
        is_shape(2),
    ),
    complaint(
        rf"params must be at least 1-D, got shape {SHAPE}",
        "ref resource var",
        Requirement(shape=RankOf((1,), "least")),
        is_shape(1),
    ),
    complaint(
        r"[Cc]ould not parse the 'metadata' attribute|Error parsing metadata",
        "metadata",
        say("needs.parsable", what=say("what.packed-metadata")),
    ),
    complaint(
        r"read (variable|value|key) with wrong dtype\. Expected (\w+) got (\w+)",
        _read_of_table,
        dtype(2),
        is_dtype(3),
    ),
    complaint(
        r"Could not find variable |Resource .* does not exist|Invalid variable reference",
        "resource var",
        say("needs.assigned-resource"),
        lambda m, site: say("actual.no-value"),
    ),
    complaint(
        r"inputs from different frames.* in frame '(\w*)'.* in frame '(\w*)'",
        lambda m, site: " ".join(reversed([i.argument.name for i in site.inputs])),
        say("needs.one-loop"),
        _loops,
    ),
    # queues, arrays and lists of tensors
    complaint(
        r"require the components to have specified shapes",
        "handle",
        say("needs.shaped-queue"),
        lambda m, site: say("actual.without-shapes"),
    ),
    complaint(r"All of the component shapes must be specified", "shapes", say("needs.all-shapes")),
    complaint(rf"Shape mismatch: expected {SHAPE}, got {SHAPE}", "gradient", shaped(1), is_shape(2)),
    complaint(
        rf"Tried to (?:read from|write to) index {NUMBER} but array (?:is not resizeable and )?size is: {NUMBER}",
        "index indices",
        below(2),
        is_value(1),
    ),
    complaint(
        r"TensorArray dtype is (\w+) but Op is trying to write dtype (\w+)", "value", dtype(1), is_dtype(2)
    ),
    complaint(
        r"list with wrong element dtype\. List has type (\w+) but expected type (\w+)",
        "element_dtype",
        dtype(1),
        is_dtype(2),
    ),
    complaint(
        r"input_([ab])\.type != element_dtype: (\w+) vs\. (\w+)",
        lambda m, site: f"input_{m[1]} input_a input_b",
        dtype(3),
        is_dtype(2),
    ),
    complaint(
        rf"Invalid number of rows in input tensor\. Expected: {NUMBER} Actual: {NUMBER}",
        "tensor indices",
        lambda m, site: say("needs.number-in-dimension", size=int(m[1]), dimension=0),
        has_shape("tensor"),
    ),
    complaint(
        r"Input handle is not a (list|map)\. Saw: 'Variant<type: (\S+)",
        "input_handle",
        lambda m, site: say("needs.handle", what=handled(m[1])),
        lambda m, site: say("actual.handle", what=handled(m[2])),
    ),
    complaint(
        r"Shape must be at least rank 2 but is rank 0",
        "sparse_matrix sparse_input csr_sparse_matrix input a",
        say("needs.handle", what=handled("CSRSparseMatrix")),
        lambda m, site: say("actual.other-handle"),
        _CSR_OPS,
    ),
    complaint(
        rf"Dimensions must be equal, but are {NUMBER} and {NUMBER}",
        lambda m, site: "input permutation" if _is_oblong(site) else "permutation input",
        lambda m, site: (
            Requirement(shape=ShapeOf(("n", "n")))
            if _is_oblong(site)
            else say("needs.count-of-numbers", count=int(m[1]))
        ),
        lambda m, site: Actual(shape=site.shape("input")) if _is_oblong(site) else Actual(count=int(m[2])),
        "SparseMatrixSparseCholesky",
    ),
    complaint(
        r"a handle's resource using the wrong type.*? of type '(\S+?)'.* as type '(\S+?)'",
        _first_resource,
        lambda m, site: say("needs.handle", what=handled(m[2])),
        lambda m, site: say("actual.handle", what=handled(m[1])),
    ),
    complaint(
        r"Reader (?:RestoreState|SerializeState)$",
        "reader_handle",
        say("needs.storing-reader"),
        lambda m, site: say("actual.other-reader"),
    ),
    complaint(
        r"must have a non-scalar value in each component",
        "input_dataset",
        say("needs.rows-in-elements"),
        lambda m, site: say("actual.scalar-elements"),
    ),
    complaint(
        r"[Ll]ist has type (\w+) but (?:trying|op|you).*?(?:type|dtype) (\w+)",
        "tensor item element_dtype",
        dtype(1),
        is_dtype(2),
    ),
    complaint(
        r"Expected list with element dtype (\w+) but got list with element dtype (\w+)",
        "element_dtype",
        dtype(2),
        is_dtype(1),
    ),
    complaint(r"TensorArray dtype is (\w+) but Op requested dtype (\w+)", "dtype", dtype(1), is_dtype(2)),
    complaint(
        rf"sum of lengths is {NUMBER} and value's shape is: \[{NUMBER}",
        "lengths",
        adding_up(2),
        sum_of("lengths"),
    ),
    complaint(
        rf"Max scatter index must be < array size \({NUMBER} vs\. {NUMBER}\)",
        "indices",
        below(2),
        is_value(1),
    ),
    complaint(
        rf"component ID is out of range {NUMBER} > num_components \(= {NUMBER}\)",
        "component_index",
        below(2),
        is_value(1),
    ),
    complaint(
        rf"Must have type {NUMBER} but got {NUMBER}",
        "elem",
        lambda m, site: of_dtypes(_numbered(m[1])),
        lambda m, site: Actual(dtype=_numbered(m[2])),
    ),
    complaint(
        r"Stack\S* is empty when calling Pop",
        "handle",
        say("needs.pushed-element"),
        lambda m, site: say("actual.empty-stack"),
    ),
    complaint(
        rf"Index {NUMBER} out of? range; list only has {NUMBER} element",
        "index indices",
        below(2),
        is_value(1),
    ),
    complaint(
        rf"Trying to access element {NUMBER} in a list with {NUMBER} element",
        "index indices",
        below(2),
        is_value(1),
    ),
    complaint(
        r"Invalid data types; (?:op elements|list elements) (\w+) but list elements (\w+)",
        "item tensor element_dtype",
        dtype(2),
        is_dtype(1),
    ),
    complaint(
        rf"both shapes must be equal.*Shapes are {SHAPE} and {SHAPE}",
        "item tensor element_shape",
        _list_shapes,
        None,
        "TensorListSetItem TensorListPushBack TensorListStack TensorListGetItem TensorListPopBack",
    ),
    complaint(
        rf"Incompatible shapes during merge: {SHAPE} vs\. {SHAPE}",
        "element_shape",
        _of_elements,
        _asked,
        "TensorListStack TensorListGather TensorListGetItem TensorListPopBack",
    ),
    complaint(
        rf"Trying to scatter at index {NUMBER} in list with size {NUMBER}", "indices", below(2), is_value(1)
    ),
    complaint(
        r"Concat requires elements to be at least vectors, found scalars",
        "element_shape input_handle",
        Requirement(shape=RankOf((1,), "least")),
        lambda m, site: say("actual.scalar-elements"),
    ),
    complaint(
        r"Trying to pop from an empty list",
        "input_handle",
        say("needs.listed-element"),
        lambda m, site: say("actual.empty-list"),
    ),
    complaint(
        r"lookup non-existent key. Could not find key \"(.*?)\"|erase non-existent",
        "key",
        say("needs.inserted-key"),
    ),
    # texts and files
    complaint(
        r"Invalid pattern: (.*), error: (.*)",
        "pattern",
        lambda m, site: say("needs.pattern", fault=m[2].strip()),
        hint=lambda m, site: say("hint.wildcard") if _WILDCARD.search(m[1]) else None,
    ),
    complaint(r"Key must have 2 elements", "key", say("needs.count-of-numbers", count=2)),
    complaint(
        rf"num placeholders in template and num inputs must match: {NUMBER} vs\. {NUMBER}",
        "inputs template",
        lambda m, site: exactly(int(m[1])),
        is_count(2),
    ),
    complaint(
        r"Could not create converter for (?:input|output) encoding: (\S+)",
        "input_encoding output_encoding",
        say("needs.encoding"),
        lambda m, site: Actual(name=m[1]),
    ),
    complaint(
        r"Unknown output stream: (.*?), Valid streams are: (.*)",
        "output_stream",
        lambda m, site: one_of(*m[2].split()),
        lambda m, site: Actual(name=m[1]),
    ),
    complaint(
        r"select_cols should be strictly increasing",
        "select_cols",
        say("needs.rising-columns"),
        None,
        "DecodeCSV",
    ),
    complaint(
        r"select_cols should match output size",
        "select_cols",
        lambda m, site: exactly(site.count("record_defaults")),
        lambda m, site: Actual(count=len(site.attrs.get("select_cols") or ())),
    ),
    complaint(
        rf"Field {NUMBER} is required but missing in record {NUMBER}",
        "records",
        lambda m, site: say("needs.value-in-field", field=int(m[1]), record=int(m[2])),
        lambda m, site: say("actual.empty-field"),
    ),
    complaint(
        r"tensor_name = (.*?); expected dtype (\w+) does not equal original dtype (\w+)",
        "dtypes dt tensor_names tensor_name",
        lambda m, site: say("needs.dtype-of-stored", dtype=said_dtype(m[3]), name=m[1]),
        is_dtype(2),
    ),
    complaint(
        rf"shape_and_slice spec {SHAPE} does not match the shape (?:in the save file|stored in checkpoint): {SHAPE}",
        "shape_and_slices shape_and_slice",
        lambda m, site: say("needs.part-of-shape", shape=said_shape(m[2])),
        is_shape(1),
    ),
    complaint(
        r"Could not parse example input, value: '(.*?)'",
        "serialized",
        say("needs.packed-example"),
        lambda m, site: Actual(name=m[1]),
    ),
    complaint(r"ngram_widths must contain positive values", "ngram_widths", least(1)),
    complaint(
        rf"Invalid split value {NUMBER}, must be in \[{NUMBER}, {NUMBER}\]",
        "data_splits data",
        lambda m, site: say("needs.splits-within", low=int(m[2]), high=int(m[3])),
        _split_beyond,
    ),
    complaint(
        r"Type mismatch between parsed tensor \((\w+)\) and dtype \((\w+)\)",
        "out_type serialized",
        lambda m, site: say("needs.packed-dtype", dtype=said_dtype(m[1])),
        is_dtype(2),
    ),
    complaint(
        r"Only ZLIB, ZSTD, GZIP or NONE are supported compressions",
        "compression_type",
        one_of("GZIP", "ZLIB", "ZSTD", "NONE"),
    ),
    complaint(r"Unsupported compression_type", "compression_type", one_of("GZIP", "ZLIB")),
    complaint(
        r"Expect (\d+) fields but have (more|less|fewer)",
        "filenames",
        lambda m, site: say("needs.fields", count=int(m[1])),
        lambda m, site: Actual(name=m[2]),
    ),
    complaint(
        r"(\S+); Is a directory",
        "filename filenames",
        say("needs.file-name"),
        lambda m, site: say("actual.folder", name=m[1]),
    ),
    complaint(
        rf"shape_and_slice specification does not match the shape of the tensor to\s+save: (.*?), tensor: {SHAPE}",
        "shapes_and_slices shape_and_slices",
        lambda m, site: say("needs.part-of-shape", shape=said_shape(m[2])),
        lambda m, site: Actual(name=m[1]),
    ),
    complaint(
        r"The tensor with handle '(.*?)' is not in the session store",
        "handle",
        say("needs.session-handle"),
        lambda m, site: Actual(name=m[1]),
    ),
    complaint(
        r"Asked for a CSRSparseMatrix of type (\w+) but saw dtype: (\w+)", "type", dtype(2), is_dtype(1)
    ),
    complaint(r"Key does not match requested dtype", "key_dtype", say("needs.dtype-of-keys")),
    complaint(
        rf"For the \w+ algorithm, the size of state must be at least {NUMBER}; got {NUMBER}",
        "resource",
        lambda m, site: say("needs.vector-of-at-least", count=int(m[1])),
        lambda m, site: Actual(shape=(int(m[2]),)),
    ),
    complaint(
        r"Could not find resource|Container \S+ does not exist",
        _first_input,
        say("needs.made-resource"),
        lambda m, site: say("actual.no-value"),
    ),
    complaint(r"dtype of RNG state variable must be (\w+), not (\w+)", "resource", dtype(1), is_dtype(2)),
    complaint(
        rf"Unable to find SparseTensor: {NUMBER} in map",
        "sparse_handles",
        say("needs.mapped-sparse"),
        is_value(1),
    ),
    complaint(
        rf"The second input must be a scalar, but it has shape {SHAPE}",
        "cond",
        Requirement(shape=RankOf((0,))),
        is_shape(1),
        "While StatelessWhile If StatelessIf",
        hint=say("hint.all-or-any"),
    ),
    complaint(
        r"Only labels of 0\.0 or 1\.0 are supported",
        "example_labels",
        one_of("0", "1"),
        None,
        "SdcaOptimizer SdcaOptimizerV2",
    ),
)
