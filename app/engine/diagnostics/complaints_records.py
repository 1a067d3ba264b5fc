"""Messages about records, saved tensors and the places of stages and lists, each with what is at fault."""

from __future__ import annotations

from typing import Any

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
    is_value_at,
    length_of,
    rows_of_most,
    said_name,
    sum_of,
    unlike_rows,
    unlike_shape,
)
from app.engine.diagnostics.message_patterns import said_shape
from blocks.dtypes import said_dtype
from blocks.requirement import Actual, InRange, Requirement, of_dtypes

_PARTS = ("", "context_", "feature_list_")  # of an Example, and of a SequenceExample


def _keys(site: Site, name: str) -> list[str]:
    """Return the keys that an attr or an argument holds; those of an argument that is not held are empty."""
    found = site.attrs.get(name)
    if found is None:
        seen = [i for i in site.inputs if i.argument.name == name]
        found = [k for i in seen for k in (i.value.reshape(-1).tolist() if i.value is not None else ())]
    return [k.decode("utf-8", "replace") if isinstance(k, bytes) else str(k) for k in found]


def _typed_for(m: Match, site: Site) -> str:
    """Return what says of which dtype the feature of a key is."""
    key = m["key"]
    for part in _PARTS:
        dense, sparse = _keys(site, f"{part}dense_keys"), _keys(site, f"{part}sparse_keys")
        if key in dense:
            at = dense.index(key)
            return f"{part}dense_defaults[{at}] {part}dense_defaults {part}dense_types Tdense"
        if key in sparse:
            return f"{part}sparse_types"
        if key in _keys(site, f"{part}ragged_keys"):
            return f"{part}ragged_value_types"
    return ""


def _named_as(m: Match, site: Site) -> str:
    """Return where a dense feature is named."""
    for part in _PARTS:
        keys = _keys(site, f"{part}dense_keys")
        if m["key"] in keys:
            return f"{part}dense_keys[{keys.index(m['key'])}] {part}dense_keys"
    return "dense_keys"


def _shaped_for(m: Match, site: Site) -> str:
    return "dense_shapes context_dense_shapes feature_list_dense_shapes"


def _shape_of_key(m: Match, site: Site) -> Actual | None:
    """Return which shape a dense feature is to have."""
    keys, shapes = _keys(site, "dense_keys"), site.attrs.get("dense_shapes") or ()
    at = keys.index(m["key"]) if m["key"] in keys else len(shapes)
    shape = shapes[at] if at < len(shapes) else None
    return None if shape is None else Actual(shape=tuple(shape))


def _count_of(site: Site, name: str) -> int:
    """Return how many keys, shapes or defaults there are."""
    found = site.attrs.get(name)
    if isinstance(found, (list, tuple)):
        return len(found)
    if found is None and name.endswith("dense_keys"):
        types = site.attrs.get("Tdense") or site.attrs.get(f"T{name.removesuffix('_keys')}")
        return (
            len(types) if types else max(site.count(name.replace("keys", "defaults")), len(_keys(site, name)))
        )
    return site.count(name)


def _for_each(m: Match, site: Site) -> Sentence:
    """Return that a list has something for each element of another one."""
    name = m[1] or m[4]
    count = _count_of(site, name)
    if (m[2] or m[3]).endswith("shapes"):
        return say("needs.shape-of-each", count=count, name=name)
    return say("needs.one-for-each", count=count, name=name)


def _names_read(m: Match, site: Site) -> str:
    """Return what to blame where not as many names, parts and dtypes are read: the one unlike the two others."""
    names, parts = site.shape("tensor_names"), site.shape("shape_and_slices")
    return "dtypes" if names == parts else "shape_and_slices"


def _for_each_name(m: Match, site: Site) -> Any:
    names, parts = site.shape("tensor_names"), site.shape("shape_and_slices")
    count = names[0] if names else None
    if count is None or names != parts:
        return say("needs.one-for-each", count=len(site.attrs.get("dtypes") or ()), name="dtypes")
    return say("needs.one-for-each", count=count, name="tensor_names")


def _names_there(m: Match, site: Site) -> Any:
    if site.shape("tensor_names") != site.shape("shape_and_slices"):
        return length_of("shape_and_slices")(m, site)
    return Actual(count=len(site.attrs.get("dtypes") or ()))


def _rows_of_indices(m: Match, site: Site) -> Any:
    """Return the shape of a gradient that has a row for each index."""
    indices, grad = site.shape("indices"), site.shape("grad")
    if not indices or indices[0] is None or grad is None:
        return None
    return say("needs.number-in-dimension", size=indices[0], dimension=0)


def _size_of_variable(m: Match, site: Site) -> Any:
    shape, at = site.shape("var"), int(m[1])
    if shape is not None and at < len(shape) and shape[at] is not None:
        return say("needs.number-in-dimension", size=shape[at], dimension=at)
    return say("needs.equal-in-dimension", dimension=at)


def _lengths(group: int) -> Any:
    """Return what lengths must be that cut a tensor: none negative, and together what it has."""

    def needs(m: Match, site: Site) -> Any:
        value = site.value("lengths")
        has_negative = value is not None and bool((value < 0).any())
        return Requirement(values=InRange(0)) if has_negative else adding_up(group)(m, site)

    return needs


def _lengths_there(m: Match, site: Site) -> Any:
    value = site.value("lengths")
    return None if value is not None and (value < 0).any() else sum_of("lengths")(m, site)


_SLICES = "shape_and_slices shape_and_slice shapes_and_slices"
_LR_POWER = Requirement(values=InRange(high=0))

RECORD_COMPLAINTS: tuple[Complaint, ...] = (
    # records
    complaint(
        r"(?:Index: (?P<at>\d+)\.\s+)?Feature: (?P<key>.*?) \(data type: \w+\) is required but could not be found",
        _named_as,
        say("needs.keys-or-default"),
        lambda m, site: (
            Actual(name=m["key"])
            if m["at"] is None
            else say("actual.lacks-key", key=m["key"], record=int(m["at"]))
        ),
    ),
    complaint(
        r"Key: (?P<key>.*?)[.,] .*Data types don't match\. Expected type: (\w+), Actual type: (\w+)",
        _typed_for,
        lambda m, site: of_dtypes(said_dtype(m[3])),
        is_dtype(2),
        hint=lambda m, site: say("hint.feature-holds", key=m["key"], dtype=said_dtype(m[3])),
    ),
    complaint(
        r"Key: (?P<key>.*?)[.,] .*Data types don't match\. Data type: (\w+) but expected type: (\w+)",
        _typed_for,
        lambda m, site: of_dtypes(said_dtype(m[2])),
        is_dtype(3),
        hint=lambda m, site: say("hint.feature-holds", key=m["key"], dtype=said_dtype(m[2])),
    ),
    complaint(
        rf"Key: (?P<key>.*?)[.,] .*Number of \w+ values != expected\.\s+"
        rf"[Vv]alues size: {NUMBER} but output shape: {SHAPE}",
        _shaped_for,
        lambda m, site: say("needs.shape-of-values", count=int(m[2]), key=m["key"]),
        is_shape(3),
    ),
    complaint(
        r"Key: (?P<key>.*?)[.,] .*Some \w+_list slice was not parsed",
        _shaped_for,
        lambda m, site: say("needs.shape-of-feature", key=m["key"]),
        _shape_of_key,
    ),
    complaint(
        r"len\((\w*dense_keys)\) != len\((\w+)\)|Expected len\((\w+)\) == len\((\w+)\)",
        lambda m, site: m[2] or m[3],
        _for_each,
        lambda m, site: Actual(count=_count_of(site, m[2] or m[3])),
    ),
    # saved tensors
    complaint(
        rf"Shape in shape_and_slice spec does not match the shape in the save file: {SHAPE}, save file shape: {SHAPE}",
        _SLICES,
        lambda m, site: say("needs.part-of-shape", shape=said_shape(m[2])),
    ),
    complaint(
        r"Need least two elements in shape_and_slice specification: (.*)|"
        r"[Ii]n shape_and_slice specification: (.*)|Expected '-' or .*slice",
        _SLICES,
        say("needs.part-of-tensor"),
    ),
    complaint(
        r"number of shape_and_slice doesn't match", _names_read, _for_each_name, _names_there, "RestoreV2"
    ),
    complaint(
        rf"Dimension must be {NUMBER} but is {NUMBER}",
        "tensor_names shape_and_slices",
        lambda m, site: say("needs.one-for-each", count=int(m[1]), name="tensors"),
        is_count(2),
        "SaveV2",
    ),
    # stages, lists, accumulators and barriers
    complaint(
        rf"Index '{NUMBER}' for key '.*?' was out of bounds '{NUMBER}'",
        "indices",
        below(2),
        lambda m, site: Actual(value=str(int(m[1]) - 2**64 if int(m[1]) >= 2**63 else int(m[1]))),
    ),
    complaint(r"Indices are not strictly ordered", "indices", say("needs.rising-places")),
    complaint(
        r"Output \d+ of type (\w+) does not match declared output type (\w+)",
        "dtypes component_types output_types dtype",
        dtype(1),
        is_dtype(2),
    ),
    complaint(
        r"Missing (\d+)-th output",
        "indices",
        lambda m, site: say("needs.place-for-each-dtype", count=len(site.attrs.get("dtypes") or ())),
        None,
        "MapUnstage MapPeek MapUnstageNoKey OrderedMapUnstage OrderedMapPeek OrderedMapUnstageNoKey",
    ),
    complaint(
        rf"Mismatch stage/unstage: {NUMBER} vs\. {NUMBER}",
        "dtypes",
        lambda m, site: say("needs.dtype-for-each", count=int(m[1])),
        is_count(2),
    ),
    complaint(
        rf"Expected {NUMBER} non-empty input values, got {NUMBER}",
        "gradient_values gradient_indices",
        lambda m, site: say("needs.number-in-dimension", size=int(m[1]), dimension=0),
        has_shape("gradient_values"),
    ),
    complaint(
        rf"expected shape dim {NUMBER} to be {NUMBER}, got {NUMBER}",
        "gradient_shape gradient",
        lambda m, site: say("needs.number-in-dimension", size=int(m[2]), dimension=int(m[1])),
        is_value_at(3, 1),
    ),
    complaint(
        rf"Shape mismatch in tuple component \d+\. Expected {SHAPE}, got {SHAPE}",
        "values",
        lambda m, site: say("needs.rows-of-shape", shape=said_shape(m[1])),
        lambda m, site: say("needs.rows-of-shape", shape=said_shape(m[2])),
        "BarrierInsertMany",
    ),
    complaint(
        r"Key (.*?) already has a value for component (\d+) in barrier",
        "keys",
        say("needs.new-keys"),
        lambda m, site: Actual(name=m[1]),
    ),
    complaint(
        rf"Trying to modify element {NUMBER} in a list with {NUMBER} element",
        "index",
        below(2),
        is_value(1),
    ),
    complaint(
        rf"Unused values in tensor\. Length of tensor: {NUMBER} Values used: {NUMBER}",
        "lengths",
        _lengths(1),
        _lengths_there,
    ),
    complaint(
        rf"Attempting to slice \[{NUMBER}, {NUMBER}\] from tensor with length {NUMBER}",
        "lengths",
        _lengths(3),
        _lengths_there,
    ),
    complaint(
        rf"Operation expected a list with {NUMBER} elements but got a list with {NUMBER} elements",
        "num_elements input_handle",
        lambda m, site: say("needs.count-of-data", count=int(m[2])),
        is_value(1),
    ),
    complaint(
        rf"Tried to push item into a full list.*max_num_elements: {NUMBER}",
        "input_handle",
        lambda m, site: say("needs.room-in-list", most=int(m[1])),
        lambda m, site: say("actual.full-list"),
    ),
    complaint(
        r"must be fully defined when concating an empty tensor list|"
        r"element_shape_except_first_dim is not fully defined",
        "element_shape input_handle",
        say("needs.sizes-of-empty"),
    ),
    complaint(
        r"Trying to read an uninitialized tensor|Tried to gather uninitialized tensors",
        "index indices",
        say("needs.set-place"),
    ),
    complaint(
        r"only contains uninitialized tensors|uninitialized tensors? (?:is|are) not|uninitialized tensor at index",
        "input_handle",
        say("needs.set-list"),
        lambda m, site: say("actual.unset-list"),
    ),
    complaint(
        r"expects size to be non-negative\. Got: (-?\d+)", "size", Requirement(values=InRange(0)), is_value(1)
    ),
    # tables
    complaint(
        r"Using the (empty|deleted)_key as a table key is not allowed",
        "keys",
        lambda m, site: say("needs.other-than-key", name=f"{m[1]}_key"),
    ),
    complaint(
        rf"Invalid vocab_size in (.*?): expected {NUMBER} but got {NUMBER}",
        "vocab_size",
        lambda m, site: say("needs.count-of-lines", count=int(m[3]), file=m[1]),
        is_value(2),
    ),
    complaint(
        r"Shared queue '.*?' has component (shapes|types) (.*?) but requested component \w+ were (.*)",
        lambda m, site: f"{m[1]} component_types" if m[1] == "shapes" else "component_types",
        lambda m, site: (
            say("needs.shape-of-each", count=len(site.attrs["component_types"]), name="component_types")
            if "Priority" in site.op and m[2] == "[]"
            else say("needs.as-shared", what=m[2])
        ),
    ),
    complaint(
        r"Wrong vocabulary format at line: (.*)",
        "vocab_file",
        say("needs.weighted-lines"),
        lambda m, site: Actual(name=m[1]),
    ),
    complaint(
        r"lookup table size must be larger than last new vocab entry's line",
        "num_new_vocab new_vocab_file",
        say("needs.lines-of-vocabulary"),
    ),
    complaint(
        r"Found no files at (.*)",
        "file_pattern",
        say("needs.pattern-of-files"),
        lambda m, site: Actual(name=m[1]),
    ),
    complaint(
        r"must have equal 0th-dimension size",
        unlike_rows("in_tensors"),
        rows_of_most("in_tensors"),
        unlike_shape("in_tensors"),
    ),
    complaint(
        rf"Number of buckets must be at least 4 and a power of 2, got: {NUMBER}",
        "initial_num_buckets",
        say("needs.power-of-2"),
        is_value(1),
    ),
    complaint(r"Could not parse state for", "state", say("needs.reader-state")),
    # training
    complaint(r"(\w+) is not a non-positive scalar", said_name(1), _LR_POWER),
    complaint(
        r"grad must be the same size as indices in the first dimension",
        "grad indices",
        _rows_of_indices,
        has_shape("grad"),
    ),
    complaint(
        rf"var and grad must match in dimension {NUMBER}", "grad var", _size_of_variable, has_shape("grad")
    ),
)
