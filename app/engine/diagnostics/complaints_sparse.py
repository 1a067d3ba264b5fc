"""Messages about sparse and ragged tensors, sets and summaries, each with what is at fault."""

from __future__ import annotations

from typing import Any

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import (
    NUMBER,
    SHAPE,
    SPLITS,
    adding_up,
    bad_row,
    below,
    elements,
    ends_with_count,
    from_group,
    from_to,
    has_shape,
    is_count,
    is_dtype,
    is_shape,
    is_value,
    is_value_at,
    one_of,
    said_name,
    shaped,
    size_in,
    sum_of,
    up_to,
)
from app.engine.diagnostics.message_patterns import said_shape
from app.engine.diagnostics.sparse_parts import (
    numbers_of_row,
    outside_name,
    outside_needs,
    outside_row,
    unlike_shape,
)
from blocks.dtypes import said_dtype
from blocks.requirement import (
    Actual,
    Finite,
    IndicesBelow,
    RankOf,
    Requirement,
    ShapeOf,
    SizesMaking,
    exactly,
)


def _sparse_values_names(m: Match, site: Site) -> str:
    return "a_values" if m[1] != m[3] else "b_values"


def _sparse_values_needs(m: Match, site: Site) -> Any:
    return exactly(int(m[1] if m[1] != m[3] else m[2]))


def _sparse_values_got(m: Match, site: Site) -> Any:
    return Actual(count=int(m[3] if m[1] != m[3] else m[4]))


def _partition_needs(m: Match, site: Site) -> Any:
    """Return what row splits are to be: they begin with 0 and end with the number of what they part."""
    splits, values = site.value("row_partition_tensors"), site.shape("values")
    if splits is not None and splits.ndim == 1 and splits.size and splits[0] != 0:
        return say("needs.splits-from-0")
    return say("needs.splits-of", count=values[0]) if values and values[0] is not None else None


def _new_sizes(m: Match, site: Site) -> Any:
    """Return what sizes a sparse tensor may get instead: those of as many places as it has."""
    sizes = site.value("input_shape")
    return None if sizes is None else say("needs.sizes-of-places", count=int(sizes.prod()))


def _sizes_making(m: Match, site: Site) -> Any:
    """Return the requirement of sizes that make as many elements as the tensor has."""
    sizes = site.value("input_shape")
    like = None if sizes is None else tuple(int(n) for n in sizes.ravel())
    return elements(1)(m, site) if like is None else Requirement(values=SizesMaking(int(m[1]), like))


def _rows_of_grad(m: Match, site: Site) -> Any:
    """Return the requirement of numbers of segments: those of the gradient's rows."""
    shape = site.shape("grad")
    return None if not shape or not shape[0] else from_to(0, shape[0] - 1)


def _input_order(m: Match, site: Site) -> Sentence:
    """Return how many letters of which kind the order of a cross has to have."""
    counts = {name: site.count(name) for name in ("ragged_values", "sparse_values", "dense_inputs")}
    return say(
        "needs.input-order",
        ragged=counts["ragged_values"],
        sparse=counts["sparse_values"],
        dense=counts["dense_inputs"],
    )


SPARSE_COMPLAINTS: tuple[Complaint, ...] = (
    complaint(
        rf"invalid index on dimension {NUMBER}: \w+\({NUMBER},{NUMBER}\) = {NUMBER}, dense tensor shape: ([\d, ]+)",
        "a_indices indices",
        lambda m, site: from_to(0, int(m[5].replace(",", " ").split()[int(m[1])]) - 1),
        is_value_at(4, 2, 3),
    ),
    # sparse and ragged tensors, sets
    complaint(
        r"Requested SparseTensor of type (\w+) but SparseTensor\[\d+\]\.values\.dtype\(\) == (\w+)",
        "dtype serialized_sparse sparse_handles",
        lambda m, site: say("needs.stored-dtype", dtype=said_dtype(m[2])),
        is_dtype(1),
    ),
    complaint(r"Index rank \(\d+\) and shape rank \(\d+\) do not match", unlike_shape, numbers_of_row),
    complaint(
        rf"Dimension {NUMBER} does not equal .* sparse side {NUMBER} vs dense side {NUMBER}",
        "b dense a_shape sp_shape",
        size_in(2, 1),
        size_in(3, 1),
    ),
    complaint(
        rf"[mk] \({NUMBER}\) from index\[{NUMBER},{NUMBER}\] out of bounds \(>={NUMBER}\)",
        "a_indices indices",
        below(4),
        is_value_at(1, 2, 3),
    ),
    complaint(
        rf"Operands' shapes do not match: got {NUMBER} and {NUMBER} for dimension {NUMBER}",
        "b_shape a_shape",
        size_in(1, 3),
        size_in(2, 3),
    ),
    complaint(
        rf"Expected {NUMBER} and {NUMBER} non-empty input values, got {NUMBER} and {NUMBER}",
        _sparse_values_names,
        _sparse_values_needs,
        _sparse_values_got,
    ),
    complaint(
        rf"Input to reshape is a tensor with {NUMBER} dense values, but the requested shape has {NUMBER}",
        "new_shape input_shape",
        _sizes_making,
    ),
    complaint(
        rf"Concat dimension must be in range \[{NUMBER}, {NUMBER}\), got {NUMBER}",
        "concat_dim",
        from_group(1, 2),
        is_value(3),
    ),
    complaint(
        rf"Input shapes must match: expected {NUMBER} for dimension {NUMBER} but got {NUMBER} at position {NUMBER}",
        lambda m, site: f"shapes[{m[4]}] shapes[0]",
        size_in(1, 2),
        size_in(3, 2),
        "SparseConcat",
    ),
    complaint(
        rf"num_split should be between 1 and the splitting dimension size \({NUMBER}\), got {NUMBER}",
        "num_split",
        up_to(1, 1),
        is_value(2),
    ),
    complaint(
        rf"Input should have rank >= {NUMBER}, but received shape: {NUMBER}",
        "sp_shape",
        lambda m, site: say("needs.at-least-sizes", count=int(m[1])),
    ),
    complaint(
        rf"must have rank at least {NUMBER}, but (\w+_shape) rank is: {NUMBER}",
        said_name(2),
        lambda m, site: say("needs.at-least-sizes", count=int(m[1])),
    ),
    complaint(
        rf"Input shapes must match: expected {NUMBER} for dimension {NUMBER} but got {NUMBER} at position {NUMBER}",
        lambda m, site: f"shapes[{m[4]}] shapes[0]",
        size_in(1, 2),
        size_in(3, 2),
    ),
    complaint(
        rf"broadcasts dense to sparse only; got incompatible shapes: {SHAPE} vs\. {SHAPE}",
        "dense sp_shape",
        lambda m, site: Requirement(shape=ShapeOf(said_shape(m[1]) or (), broadcast=True)),
        is_shape(2),
    ),
    complaint(
        r"indices are out-of-bounds w\.r\.t\. dense side",
        "sp_indices",
        lambda m, site: Requirement(values=IndicesBelow(site.shape("dense"))),
        bad_row("sp_indices", "sp_shape"),
    ),
    complaint(
        rf"indices\({NUMBER}, {NUMBER}\) is invalid: {NUMBER} >= {NUMBER}",
        "indices",
        below(4),
        is_value_at(3, 1, 2),
    ),
    complaint(
        rf"Number of values must match first dimension of indices\. Got {NUMBER} values, indices shape: \[{NUMBER}",
        "values sparse_values",
        lambda m, site: say("needs.values-of-rows", count=int(m[2])),
        is_count(1),
    ),
    complaint(
        rf"Number of elements in index \({NUMBER}\) and values \({NUMBER}\) do not match",
        "values sparse_values",
        lambda m, site: say("needs.values-of-rows", count=int(m[1])),
        is_count(2),
    ),
    complaint(
        r"Number of dimensions must match second dimension of indices|Order length must be SparseTensor rank",
        unlike_shape,
        numbers_of_row,
    ),
    complaint(
        rf"shape should imply a 2D tensor, but got {SHAPE} at position {NUMBER}",
        lambda m, site: f"shapes[{m[2]}]",
        say("needs.count-of-numbers", count=2),
        lambda m, site: Actual(count=int(m[1].strip("[]"))) if m[1].strip("[]").isdigit() else None,
    ),
    complaint(
        rf"Expected size of values to be {NUMBER} got {NUMBER} at position {NUMBER}",
        lambda m, site: f"values[{m[3]}]",
        lambda m, site: say("needs.values-of-rows", count=int(m[1])),
        is_count(2),
    ),
    complaint(
        rf"Invalid rank: {NUMBER}\.\s+Expected a known rank of either 2 or 3",
        "dense_shape",
        say("needs.two-or-three"),
        is_count(1),
        "SparseMatrixZeros",
    ),
    complaint(
        r"must be a scalar or shaped \[batch_size, 1, 1\]",
        "b",
        say("needs.scalar-or-batch"),
        has_shape("b"),
        "SparseMatrixMul",
    ),
    complaint(r"Sparse index tuple .* is out of bounds", outside_name, outside_needs, outside_row),
    complaint(
        rf"requested shape requires a multiple of {NUMBER}",
        "new_shape input_shape",
        _new_sizes,
        None,
        "SparseReshape",
    ),
    complaint(
        rf"output_shape has incorrect number of elements: {NUMBER} should be: {NUMBER}",
        "output_shape",
        lambda m, site: say("needs.count-of-numbers", count=int(m[2])),
        is_count(1),
    ),
    complaint(
        rf"indices\[{NUMBER}\] = {SHAPE} is out of bounds: need 0 <= index < {SHAPE}",
        "set_indices set2_indices set1_indices indices sp_indices input_indices a_indices labels_indices",
        lambda m, site: Requirement(values=IndicesBelow(said_shape(m[3]))),
        is_value_at(2, 1),
    ),
    complaint(
        rf"(\w+) has incorrect shape {SHAPE}, should be \[\] or {SHAPE}", said_name(1), shaped(3), is_shape(2)
    ),
    complaint(
        rf"Attempting to slice \[{NUMBER}, {NUMBER}\] from tensor with length {NUMBER}",
        "lengths",
        adding_up(3),
        sum_of("lengths"),
    ),
    complaint(
        r"Final value of ragged splits must match|Last value (?:in|of) (?:input_)?splits must|"
        r"[Ss]plits must end with|last element of ragged splits\s+must be",
        SPLITS,
        ends_with_count(
            "rt_dense_values", "params_dense_values", "values", "input_values", "data", "ragged_values"
        ),
    ),
    complaint(
        r"First split value must be 0|First value (?:in|of) (?:ragged |input_)?splits must be 0|"
        r"Splits must start with 0|"
        r"first element of ragged splits\s+must be 0",
        SPLITS,
        say("needs.splits-from-0"),
    ),
    complaint(
        rf"ragged splits\s+must be monotonically increasing, but \w+\[{NUMBER}\]={NUMBER}",
        SPLITS,
        say("needs.splits-rising"),
        is_value_at(2, 1),
    ),
    complaint(
        rf"Expected batch size {NUMBER},? got {NUMBER} at (dense|sparse|ragged) tensor {NUMBER}",
        lambda m, site: f"dense_inputs[{m[4]}]" if m[3] == "dense" else f"{m[3]}_values[{m[4]}]",
        lambda m, site: say("needs.number-in-dimension", size=int(m[1]), dimension=0),
        lambda m, site: say("needs.number-in-dimension", size=int(m[2]), dimension=0),
    ),
    complaint(
        rf"backprop_val_grad and # rows of (\w+) should match .*: got {NUMBER} and {NUMBER}",
        lambda m, site: f"backprop_val_grad {m[1]}",
        lambda m, site: exactly(int(m[3])),
        is_count(2),
    ),
    complaint(
        rf"Shape must be rank {NUMBER} but is rank {NUMBER}",
        "output_ragged_rank input_ragged_rank",
        lambda m, site: say("needs.ranks-apart", rank=int(m[2])),
        None,
        "RaggedTensorFromVariant",
    ),
    complaint(r"SparseTensor must be ordered in the batch dimension", "indices", say("needs.rows-in-order")),
    complaint(
        r"input_order \"?(\w*)\"? ?(?:specifies reading|only specified)|Unexpected input_order value",
        "input_order",
        _input_order,
        None,
        "RaggedCross",
    ),
    complaint(
        r"[Rr]agged splits should be non decreasing|"
        r"[Ss]plits must be (?:sorted|non-?decreasing|in ascending)|split values must be in ascending",
        SPLITS,
        say("needs.splits-rising"),
    ),
    complaint(r"Invalid row split size", "row_partition_tensors", _partition_needs),
    complaint(
        r"Invalid set_operation (.*?)\.?$", "set_operation", one_of("a-b", "b-a", "intersection", "union")
    ),
    complaint(r"Could not parse serialized proto", "serialized_sparse", say("needs.packed-sparse")),
    complaint(
        rf"index of slice {NUMBER} exceeded limits of shape; index is {NUMBER} exceeded {NUMBER}",
        "gradient_indices gradient_shape",
        below(3),
        is_value_at(2, 1),
    ),
    complaint(
        rf"(?:append|set) a tensor with incompatible shape (?:to a list|at a list index)\. "
        rf"(?:Op|Item) element shape: {SHAPE} list shape: {SHAPE}",
        "tensor item",
        shaped(2),
        is_shape(1),
    ),
    complaint(
        r"Invalid number of segments|Segment id -?\d+ out of range",
        "segment_ids grad",
        _rows_of_grad,
        None,
        "SparseSegmentMeanGrad SparseSegmentMeanGradV2 SparseSegmentSqrtNGrad SparseSegmentSqrtNGradV2 "
        "SparseSegmentSumGrad SparseSegmentSumGradV2",
    ),
    # summaries
    complaint(
        rf"tags and values (?:are )?not the same shape: {SHAPE} != {SHAPE}",
        "values tags",
        shaped(1),
        is_shape(2),
    ),
    complaint(r"(?:Nan|Infinity) in summary histogram", "values", Requirement(values=Finite())),
    complaint(
        rf"Tensor must be 4-D with last dim 1, 3, or 4, not {SHAPE}",
        "tensor",
        say("needs.pictures-of-channels"),
        is_shape(1),
    ),
    complaint(
        rf"Tensor must be 3-D or 2-D, got: {SHAPE}", "tensor", Requirement(shape=RankOf((2, 3))), is_shape(1)
    ),
    complaint(r"Could not parse one of the summary inputs", "inputs", say("needs.summary")),
)
