"""Messages about arrays and numbers, each with what is at fault."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Seen, Site, complaint
from app.engine.diagnostics.complaint_parts import (
    NUMBER,
    SHAPE,
    above,
    adding_up,
    below,
    from_to,
    has_shape,
    index_rows,
    is_shape,
    is_value,
    is_value_at,
    least,
    said_name,
    shape_of,
    shaped,
    sum_of,
    up_to,
)
from app.engine.diagnostics.failed_op import values_text
from app.engine.diagnostics.message_patterns import said_shape
from blocks.dtypes import label
from blocks.requirement import (
    Actual,
    AllDifferent,
    Finite,
    InRange,
    NotZero,
    RankOf,
    Requirement,
    ShapeOf,
    SizesFrom,
)
from blocks.tensor_spec import Shape


def _endless_names(m: Match, site: Site) -> str:
    """Return which argument of a Range is no number, else the limit: it is too far away to count up to."""
    values = ((name, site.value(name)) for name in ("start", "limit", "delta"))
    odd = (name for name, value in values if value is not None and not np.isfinite(value).all())
    return next(odd, "limit")


def _number(text: str) -> float:
    """Return a number, without a fraction where it has none."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _first_not_finite(name: str, nan_only: bool = False) -> Any:
    """Return what says where the first nan or infinity of an input stands."""

    def got(m: Match, site: Site) -> Actual | None:
        value = site.value(name)
        if value is None:
            return None
        places = np.argwhere(np.isnan(value) if nan_only else ~np.isfinite(value)).tolist()
        return Actual(value=str(value[tuple(places[0])]), index=tuple(places[0])) if places else None

    return got


def _clipped_names(m: Match, site: Site) -> str:
    shape = site.shape("t")
    fits = site.shape("clip_value_min") in ((), shape)
    return "clip_value_max" if fits else "clip_value_min"


def _axes_of_input(m: Match, site: Site) -> Requirement | None:
    """Return the numbers of the dimensions that the input has, from either end."""
    shape = site.shape("input")
    return from_to(-len(shape), len(shape) - 1) if shape else None


def _rows_of_var(m: Match, site: Site) -> Any:
    """Return the numbers of the rows that a trained variable has."""
    shape = site.shape("var")
    return from_to(0, shape[0] - 1) if shape and shape[0] else say("needs.rows-of", name="var")


def _updates_names(m: Match, site: Site) -> str:
    indices, ref = site.shape("indices"), site.shape("ref") or site.shape("tensor") or site.shape("input")
    too_deep = indices and ref is not None and indices[-1] is not None and indices[-1] > len(ref)
    return "indices" if too_deep else "updates"


def _updates_needs(m: Match, site: Site) -> Any:
    name = next((n for n in ("ref", "tensor", "input") if site.seen(n)), "ref")
    indices, ref = site.shape("indices"), site.shape(name)
    if not indices or ref is None or indices[-1] is None:
        return None
    if indices[-1] > len(ref):
        return index_rows(name)(m, site)
    return Requirement(shape=ShapeOf((*indices[:-1], *ref[indices[-1] :])))


def _updates_got(m: Match, site: Site) -> Any:
    return has_shape(_updates_names(m, site))(m, site)


def _beside_the_axis(m: Match, site: Site) -> Any:
    """Return the sizes that tensors have which are joined: those of the first but along the axis."""
    shape = said_shape(m[2]) or ()
    axis = site.value("axis") if site.seen("axis") is not None else site.value("concat_dim")
    if axis is None or axis.size != 1 or not shape:
        return None
    return say("needs.sizes-but", shape=shape, dimension=int(axis.ravel()[0]) % len(shape))


def _seen_value(seen: Seen | None) -> Any:
    return (
        None
        if seen is None or seen.value is None
        else values_text(seen.value.ravel().tolist(), seen.value.ndim > 0)
    )


def _bits_of_another(m: Match, site: Site) -> Any:
    """Return how many numbers of one dtype make one of the other."""
    given, made = (label(str(site.attrs.get(name))) or "" for name in ("T", "type"))
    return say("needs.last-size", size=int(m[2]), given=given, made=made)


def _transformed(m: Match, site: Site) -> Any:
    """Return the size that an input must have for the length of a transform."""
    length = _seen_value(site.seen("fft_length"))
    if length is None:
        return None
    size, dimension = int(m[2]), int(m[1])
    if site.op.startswith("IRFFT"):
        return say("needs.half-of-transform", size=size, dimension=dimension, length=length)
    return say("needs.whole-transform", size=size, dimension=dimension, length=length)


def _stitched_rests(site: Site) -> list[tuple[Shape, Shape]] | None:
    """Return the shape of each list of indices that is stitched, and of what one of its indices stands for."""
    found = list[tuple[Shape, Shape]]()
    for place in range(site.count("data")):
        indices, data = site.shape(f"indices[{place}]"), site.shape(f"data[{place}]")
        if indices is None or data is None:
            return None
        found.append((indices, data[len(indices) :]))
    return found


def _stitched_name(m: Match, site: Site) -> str:
    """Return the first part whose rows are not as long as those of the first one."""
    rests = _stitched_rests(site) or []
    place = next((i for i, (_, rest) in enumerate(rests) if rest != rests[0][1]), 0)
    return f"data[{place}] data[0] indices[{place}]"


def _stitched_needs(m: Match, site: Site) -> Requirement | None:
    rests = _stitched_rests(site)
    if not rests:
        return None
    place = next((i for i, (_, rest) in enumerate(rests) if rest != rests[0][1]), 0)
    return Requirement(shape=ShapeOf((*rests[place][0], *rests[0][1])))


def _batch_of_blocks(m: Match, site: Site) -> Any:
    value, size = site.value("block_shape"), site.attrs.get("block_size")
    blocks = int(value.prod()) if value is not None else int(size) ** 2 if isinstance(size, int) else None
    return None if blocks is None else say("needs.divisible-batch", divisor=blocks)


def _divisible_dimension(m: Match, site: Site) -> Any:
    """Return which size blocks have to divide: of SpaceToDepth a height or width, of DepthToSpace the depth."""
    divisor, shape = int(m[1]), site.shape("input") or ()
    is_first = site.attrs.get("data_format") == "NCHW"
    places = (1 if is_first else 3,) if site.op == "DepthToSpace" else (2, 3) if is_first else (1, 2)
    wrong = [i for i in places if i < len(shape) and (size := shape[i]) is not None and size % divisor]
    if len(shape) != 4 or not wrong:
        return say("needs.divisible-size", divisor=divisor)
    return say("needs.divisible-dimension", divisor=divisor, dimension=wrong[0])


def _rank_from(group: int) -> Any:
    return lambda m, site: Requirement(shape=RankOf((int(m[group]),), "least"))


def _counted(m: Match, site: Site) -> Any:
    value = _seen_value(site.seen("ref"))
    return None if value is None else Actual(value=value)


def _numbers_of_axis(m: Match, site: Site) -> Any:
    """Return how many numbers a range of quantized values has: one, or one for each slice along an axis."""
    axis, shape = site.attrs.get("axis", -1), site.shape("input")
    if not isinstance(axis, int) or axis < 0:
        return say("needs.scalar-without-axis")
    size = shape[axis] if shape is not None and axis < len(shape) else None
    return None if size is None else say("needs.numbers-of-axis", count=size, axis=axis)


NUMBER_COMPLAINTS: tuple[Complaint, ...] = (
    # arrays
    complaint(
        r"Only one input size may be -1|only one output dimension may be -1",
        "shape new_shape",
        Requirement(values=SizesFrom(0, one_open=True)),
    ),
    complaint(
        rf"Input to reshape is a tensor with {NUMBER} values, but the requested shape has {NUMBER}",
        "shape tensor",
        lambda m, site: say("needs.elements", count=int(m[1])) if site.shape("tensor") is None else None,
        lambda m, site: say("needs.elements", count=int(m[2])),
        "Reshape",
    ),
    complaint(
        r"Expected dimension in the range \[-?0, 0\)",
        "input",
        Requirement(shape=RankOf((1,), "least")),
        has_shape("input"),
    ),
    complaint(
        rf"All dimensions except {NUMBER} must match\. Input {NUMBER} has shape {SHAPE} .* with shape {SHAPE}",
        lambda m, site: f"shape[{m[2]}] values[{m[2]}]",
        lambda m, site: say("needs.sizes-but", shape=said_shape(m[4]), dimension=int(m[1])),
        is_shape(3),
    ),
    complaint(
        rf"Dimensions of inputs should match: shape\[{NUMBER}\] = {SHAPE} vs\. shape\[{NUMBER}\] = {SHAPE}",
        lambda m, site: f"values[{m[3]}]",
        _beside_the_axis,
        is_shape(4),
    ),
    complaint(
        r"Indices and updates specified for empty (?:output|input)",
        "shape",
        Requirement(values=SizesFrom(1)),
        lambda m, site: say("actual.shape-of-nothing"),
        "ScatterNd",
    ),
    complaint(
        rf"shape of dy was {SHAPE} instead of {SHAPE}", "dy", shaped(2), is_shape(1), "StridedSliceGrad"
    ),
    complaint(
        r"Invalid start/limit/delta: (\S+) (\S+) (\S+)",
        "delta",
        lambda m, site: (
            Requirement(values=NotZero())
            if float(m[3]) == 0
            else say("needs.above-zero")
            if float(m[2]) > float(m[1])
            else say("needs.below-zero")
        ),
        is_value(3),
    ),
    complaint(
        r"Requires \(\(limit - start\) / delta\) <= \d+",
        "limits",
        say("needs.countable"),
        None,
        "RaggedRange",
    ),
    complaint(r"Requires delta != 0", "deltas", Requirement(values=NotZero()), None, "RaggedRange"),
    complaint(rf"^axis {NUMBER} is out of range", "axis", _axes_of_input, is_value(1), "Roll"),
    complaint(r"(\w+) must not contain 0$", said_name(1), Requirement(values=NotZero())),
    complaint(
        rf"Index {NUMBER} at offset {NUMBER} in indices is out of range",
        "indices",
        _rows_of_var,
        is_value_at(1, 2),
    ),
    complaint(
        r"reshape cannot infer the missing input size for an empty tensor",
        "new_shape shape",
        say("needs.known-sizes"),
        None,
        "SparseReshape",
    ),
    complaint(r"Input dims cannot contain a dim of zero", "dims", least(1)),
    complaint(
        r"^(ksizes|strides|rates) is out of range",
        said_name(1),
        least(1),
        None,
        "ExtractImagePatches ExtractVolumePatches",
    ),
    complaint(
        rf"can't split axis of size {NUMBER} into pieces", "size_splits", adding_up(1), sum_of("size_splits")
    ),
    complaint(
        r"Length of size_splits should be equal to num_outputs",
        "size_splits num_split",
        lambda m, site: say("needs.count-of-numbers", count=int(site.attrs.get("num_split", 0))),
    ),
    complaint(
        r"Requires \(\(limit - start\) / delta\) <= \d+",
        _endless_names,
        lambda m, site: (
            say("needs.countable") if _endless_names(m, site) == "limit" else Requirement(values=Finite())
        ),
        None,
        "Range",
    ),
    complaint(
        r"Requires start [<>]= limit when delta [<>] 0: (?:-?(nan)/|[^/]*/-?nan)",
        lambda m, site: "start" if m[1] else "limit",
        Requirement(values=Finite()),
        lambda m, site: Actual(value="nan"),
        "Range",
    ),
    complaint(r"only stride 1 allowed on non-range indexing", "strides", say("needs.stride-of-one")),
    complaint(r"strides\[\d+\] must be non-zero", "strides", Requirement(values=NotZero())),
    complaint(
        r"indices\.shape\[-1\] must be <= params\.rank|index innermost dimension length must be <=",
        "indices",
        index_rows("params"),
        has_shape("indices"),
    ),
    complaint(
        rf"Dimension must be {NUMBER} but is {NUMBER}",
        "num",
        lambda m, site: Requirement(values=InRange(int(m[2]), int(m[2]))),
        is_value(1),
        "Unpack",
    ),
    complaint(
        rf"Cannot bitcast from \d+ to \d+ due to shape\. {NUMBER} does not match {NUMBER}",
        "input",
        _bits_of_another,
        has_shape("input"),
    ),
    complaint(
        rf"Cannot broadcast input shape {SHAPE} into final shape {SHAPE}", "value", shaped(2), is_shape(1)
    ),
    complaint(
        r"Index out of range using input dim \d+; input has only",
        "begin end strides",
        lambda m, site: say("needs.at-most-for-each", count=len(site.shape("input") or ()), pin="input"),
    ),
    complaint(
        rf"Dimension size must be evenly divisible by {NUMBER} but is {NUMBER}",
        "paddings input block_shape block_size",
        lambda m, site: say("needs.padded-multiple", divisor=int(m[1])),
        lambda m, site: say("actual.padded", size=int(m[2])),
        "SpaceToBatchND SpaceToBatch",
    ),
    complaint(
        rf"Dimension size must be evenly divisible by {NUMBER} but is {NUMBER}",
        "input block_shape block_size",
        _batch_of_blocks,
        has_shape("input"),
        "BatchToSpaceND BatchToSpace",
    ),
    complaint(
        rf"Dimension size must be evenly divisible by {NUMBER} but is {NUMBER}",
        "input block_size",
        _divisible_dimension,
        has_shape("input"),
        "SpaceToDepth DepthToSpace",
    ),
    complaint(r"input rank should be >= (\d+) instead of", "input", _rank_from(1)),
    complaint(r"\b(crops|paddings) cannot be negative", lambda m, site: m[1], least(0)),
    complaint(rf"Invalid value in tensor used for shape: {NUMBER}", "a_shape", least(0), is_value(1)),
    complaint(
        r"Negative dimension size caused by subtracting",
        "crops",
        say("needs.less-than-cut"),
        None,
        "BatchToSpaceND BatchToSpace",
    ),
    complaint(r"Invalid range: input_min \S+ > input_max", "input_max input_min", above("input_min")),
    complaint(r"Need minval < maxval", "maxval minval", above("minval")),
    complaint(
        r"input_max_range must be larger than input_min_range", "max_range min_range", above("min_range")
    ),
    complaint(rf"num_bits must be between {NUMBER} and {NUMBER}", "num_bits", up_to(2, 2)),
    complaint(
        rf"Reduction axis {NUMBER} is empty in shape {SHAPE}",
        "input",
        lambda m, site: say("needs.some-element", dimension=int(m[1])),
        is_shape(2),
    ),
    complaint(r"must match dimensions .* of updates", _updates_names, _updates_needs, _updates_got),
    complaint(
        r"Duplicate reduction dimension|Axes contains duplicate dimension",
        "reduction_indices reduction_axes axis",
        Requirement(values=AllDifferent()),
    ),
    complaint(
        rf"Invalid reduction dimension \(?{NUMBER},? for input with {NUMBER} dimension",
        "reduction_axes reduction_indices axis",
        lambda m, site: from_to(-int(m[2]), int(m[2]) - 1),
        is_value(1),
    ),
    complaint(
        rf"Index must be in the range \[0, {NUMBER}\) but got {NUMBER}", "index", below(1), is_value(2)
    ),
    complaint(rf"last dimension > n = {NUMBER} but is {NUMBER}", "n", below(2), is_value(1)),
    complaint(
        rf"Input dimension {NUMBER} must have length of at least {NUMBER} but got: {NUMBER}",
        "input fft_length",
        _transformed,
        lambda m, site: say("needs.number-in-dimension", size=int(m[3]), dimension=int(m[1])),
    ),
    complaint(
        r"Dimension \d+ in both shapes must be equal",
        _stitched_name,
        _stitched_needs,
        lambda m, site: Actual(shape=site.shape(_stitched_name(m, site).split()[0])),
        "DynamicStitch ParallelDynamicStitch",
    ),
    # numbers
    complaint(r"Input indices and weights must have the same size", "weights", shape_of("arr")),
    complaint(r"Input (?:arr|values|indices?) must (?:all )?be non-?negative", "arr input values", least(0)),
    complaint(r"Segment id -\d+ out of range|segment ids must be >= 0", "segment_ids", least(0)),
    complaint(
        r"clip_value_min and clip_value_max must be either of the same shape", _clipped_names, shape_of("t")
    ),
    complaint(r"Expected sorted boundaries", "boundaries", say("needs.rising-order")),
    complaint(
        r"segment_ids are not allowed to exceed num_segments",
        "segment_ids",
        lambda m, site: (
            from_to(0, int(v.ravel()[0]) - 1) if (v := site.value("num_segments")) is not None else least(0)
        ),
    ),
    complaint(
        r"Histogram values must not contain NaN",
        "values",
        say("needs.no-nan"),
        _first_not_finite("values", nan_only=True),
    ),
    complaint(
        r"(?:Nan|Infinity) in (?:summary h|H)istogram for",
        "values tensor",
        Requirement(values=Finite()),
        _first_not_finite("values"),
    ),
    complaint(
        r"min has to be smaller than max, was: (\S+) >= (\S+)",
        "min",
        lambda m, site: Requirement(values=InRange(None, _number(m[2]), open=True)),
        is_value(1),
    ),
    complaint(r"num_classes should be positive, got \d+", "logits", say("needs.some-class")),
    complaint(
        rf"max_index must be >= index, but {NUMBER} < {NUMBER}", "index max_index", up_to(1), is_value(2)
    ),
    complaint(
        rf"Reached limit of {NUMBER}",
        "ref resource limit",
        lambda m, site: say("needs.below-limit", limit=int(m[1])),
        _counted,
        hint=say("hint.raise-limit"),
    ),
    complaint(
        rf"Shape must be rank {NUMBER} but is rank {NUMBER}",
        "min_range max_range",
        _numbers_of_axis,
        lambda m, site: say("actual.rank", rank=int(m[2])),
        "QuantizeV2 Dequantize",
    ),
)
