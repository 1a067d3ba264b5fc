"""Messages about arrays, numbers, equations, networks and pictures, each with what is at fault."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Needs, Seen, Site, complaint
from app.engine.diagnostics.complaint_parts import (
    ABOVE_0,
    NUMBER,
    SHAPE,
    above,
    adding_up,
    below,
    from_to,
    has_shape,
    index_rows,
    is_count,
    is_shape,
    is_value,
    least,
    one_of,
    said_name,
    shape_of,
    shaped,
    size_in,
    sum_of,
    up_to,
)
from app.engine.diagnostics.failed_op import values_text
from app.engine.diagnostics.message_patterns import said_shape
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
    exactly,
)


def _normal_names(m: Match, site: Site) -> str:
    low, high = site.value("minvals"), site.value("maxvals")
    is_reversed = low is not None and high is not None and bool(np.any(low >= high))
    return "maxvals minvals" if is_reversed else "stdevs stddevs"


def _normal_needs(m: Match, site: Site) -> Any:
    return above("minvals")(m, site) if _normal_names(m, site).startswith("max") else ABOVE_0


def _endless_names(m: Match, site: Site) -> str:
    """Return which argument of a Range is no number, else the limit: it is too far away to count up to."""
    values = ((name, site.value(name)) for name in ("start", "limit", "delta"))
    odd = (name for name, value in values if value is not None and not np.isfinite(value).all())
    return next(odd, "limit")


def _clipped_names(m: Match, site: Site) -> str:
    shape = site.shape("t")
    fits = site.shape("clip_value_min") in ((), shape)
    return "clip_value_max" if fits else "clip_value_min"


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


def _diagonal_needs(m: Match, site: Site) -> Any:
    shape = site.shape("input")
    if shape is None or len(shape) < 2 or shape[-1] is None or shape[-2] is None:
        return None
    return say("needs.diagonals", low=1 - shape[-2], high=shape[-1] - 1)


def _segments_needs(m: Match, site: Site) -> Any:
    value = site.value("num_segments")
    return least(0) if value is None else from_to(0, int(value.ravel()[0]) - 1)


def _columns_needs(m: Match, site: Site) -> Any:
    count = site.attrs.get("num_true")
    return Requirement(shape=ShapeOf((None, count))) if isinstance(count, int) else None


def _unfit_algorithm(m: Match, site: Site) -> str:
    value = site.value("alg")
    return "alg" if value is not None and int(value.ravel()[0]) not in (1, 2, 3) else "counter"


def _algorithm_needs(m: Match, site: Site) -> Any:
    if _unfit_algorithm(m, site) == "alg":
        return say("needs.algorithm")
    return say("needs.vector-of-at-least", count=int(m[1]))


def _mfcc_names(m: Match, site: Site) -> str:
    rate = site.value("sample_rate")
    return "sample_rate" if rate is not None and float(rate.ravel()[0]) <= 0 else "spectrogram"


def _mfcc_needs(m: Match, site: Site) -> Any:
    return ABOVE_0 if _mfcc_names(m, site) == "sample_rate" else say("needs.wider-spectrogram")


def _ends_as(*names: str) -> Needs:
    def needs(m: Match, site: Site) -> Any:
        name = next((n for n in names if site.shape(n)), names[0])
        shape = site.shape(name)
        return None if shape is None else say("needs.ends-as", shape=shape, pin=name)

    return needs


def _windows_name(m: Match, site: Site) -> str:
    return f"{m[1].lower()}s"


def _depth_divisor(m: Match, site: Site) -> Any:
    shape = site.shape("value") or site.shape("input")
    return None if not shape or shape[-1] is None else say("needs.depth-divisor", depth=shape[-1])


def _seen_value(seen: Seen | None) -> Any:
    return (
        None
        if seen is None or seen.value is None
        else values_text(seen.value.ravel().tolist(), seen.value.ndim > 0)
    )


def _batch_of_blocks(m: Match, site: Site) -> Any:
    value, size = site.value("block_shape"), site.attrs.get("block_size")
    blocks = int(value.prod()) if value is not None else int(size) ** 2 if isinstance(size, int) else None
    return None if blocks is None else say("needs.divisible-batch", divisor=blocks)


def _counted(m: Match, site: Site) -> Any:
    value = _seen_value(site.seen("ref"))
    return None if value is None else Actual(value=value)


def _batch_dims(m: Match, site: Site) -> Requirement | None:
    """Return how many dimensions may be those of a batch: as many as indices has, counted from either end."""
    shape, value = site.shape("indices"), site.attrs.get("batch_dims", 0)
    if shape is None or -len(shape) <= value <= len(shape):
        return None
    return from_to(-len(shape), len(shape))


NUMBER_COMPLAINTS: tuple[Complaint, ...] = (
    # arrays
    complaint(r"Only one input size may be -1", "shape", Requirement(values=SizesFrom(0, one_open=True))),
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
        lambda m, site: say("needs.last-size", size=int(m[2])),
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
        "paddings",
        lambda m, site: say("needs.padded-multiple", divisor=int(m[1])),
        lambda m, site: say("actual.padded", size=int(m[2])),
        "SpaceToBatchND SpaceToBatch",
    ),
    complaint(
        rf"Dimension size must be evenly divisible by {NUMBER} but is {NUMBER}",
        "input block_shape",
        _batch_of_blocks,
        has_shape("input"),
        "BatchToSpaceND BatchToSpace",
    ),
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
    complaint(r"num_classes should be positive, got \d+", "logits", say("needs.some-class")),
    complaint(
        r"^Invalid parameters$",
        _normal_names,
        _normal_needs,
        None,
        "ParameterizedTruncatedNormal StatelessParameterizedTruncatedNormal",
    ),
    complaint(
        r"Shape passed in must end with broadcasted shape",
        "shape",
        _ends_as("alpha", "counts", "probs", "rate", "lam"),
    ),
    complaint(r"true_classes must have num_true columns", "true_classes num_true", _columns_needs),
    complaint(
        rf"num_to_sample <= points\.rows\(\)\. {NUMBER} vs {NUMBER}", "num_to_sample", up_to(2), is_value(1)
    ),
    complaint(rf"counter must be a vector with length at least {NUMBER}", _unfit_algorithm, _algorithm_needs),
    complaint(r"Unsupported algorithm id", "alg algorithm", say("needs.algorithm")),
    complaint(
        rf"Reached limit of {NUMBER}",
        "ref resource limit",
        lambda m, site: Requirement(values=InRange(None, int(m[1]), open=True)),
        _counted,
    ),
    # equations
    complaint(r"Expecting exactly one '->' in einsum equation", "equation", say("needs.one-arrow")),
    complaint(
        rf"Expected {NUMBER} inputs for equation \S+ but got: {NUMBER}",
        "inputs equation",
        lambda m, site: exactly(int(m[1])),
        is_count(2),
    ),
    complaint(
        r"has label '(\w)' which is not present in the input subscripts",
        "equation",
        lambda m, site: say("needs.letters-left", letter=m[1]),
    ),
    # networks
    complaint(
        rf"Not enough time for target transition sequence \(required: {NUMBER}, available: {NUMBER}\)",
        "sequence_length",
        lambda m, site: say("needs.steps-for-labels", count=int(m[1])),
        is_value(2),
    ),
    complaint(
        rf"seq_len\({NUMBER}\) < 0",
        "sequence_length",
        least(0),
        lambda m, site: (
            Actual(value=str(value.ravel()[int(m[1])]), index=(int(m[1]),))
            if (value := site.value("sequence_length")) is not None
            else None
        ),
    ),
    complaint(
        r"Boxes contains at least one element that is not finite", "boxes", Requirement(values=Finite())
    ),
    complaint(r"replacement_char out of unicode codepoint range", "replacement_char", from_to(0, 0x10FFFF)),
    complaint(
        r"support (stride|dilation)s(?: rates)? in the batch and depth dimensions",
        _windows_name,
        say("needs.one-for-batch-and-depth"),
    ),
    complaint(
        r"([Ss]tride|[Rr]ate|[Kk]size)s?(?: is)? (?:only supported across spatial dimensions|across space)",
        _windows_name,
        say("needs.one-for-batch-and-depth"),
    ),
    complaint(
        r"[Pp]ooling is not yet supported on the batch dimension", "ksize strides", say("needs.one-for-batch")
    ),
    complaint(
        r"[Pp]ooling is not yet supported on the depth dimension",
        "ksize strides",
        say("needs.one-for-batch-and-depth"),
    ),
    complaint(
        r"requires the depth (window|stride) to evenly divide the input depth",
        lambda m, site: "ksize" if m[1] == "window" else "strides",
        _depth_divisor,
    ),
    complaint(
        r"(\w+(?: \w+)*?)(?: regularization strength)? is not a (positive|non-negative) scalar",
        lambda m, site: m[1].replace(" ", "_"),
        lambda m, site: Requirement(
            shape=RankOf((0,)), values=InRange(0, open=True) if m[2] == "positive" else InRange(0)
        ),
        None,
    ),
    complaint(rf"(\w+) = {NUMBER} larger than int max", said_name(1), from_to(0, 2**31 - 1), is_value(2)),
    complaint(
        rf"Invalid (seq_dim|batch_dim) {NUMBER}",
        said_name(1),
        lambda m, site: from_to(0, len(site.shape("input") or (0,)) - 1),
        is_value(2),
    ),
    complaint(
        r"Both seed and seed2 should be 0 if deterministic is false",
        lambda m, site: "seed" if site.attrs.get("seed") else "seed2",
        say("needs.seed-or-not"),
    ),
    complaint(
        rf"num placeholders in template and num inputs must match: {NUMBER} vs\. {NUMBER}",
        "template inputs",
        lambda m, site: say("needs.placeholders", count=int(m[2])),
        lambda m, site: say("actual.placeholders", count=int(m[1])),
    ),
    complaint(rf"i and x shape doesn't match at index 0: {SHAPE} vs\. {SHAPE}", "i", shaped(2), is_shape(1)),
    complaint(
        rf"(\w+) {NUMBER} must be < (\w+) {NUMBER}",
        said_name(1),
        lambda m, site: Requirement(values=InRange(None, int(m[4]), open=True)),
        is_value(2),
    ),
    complaint(
        r"pooling is not yet supported on the batch nor channel dimension",
        "pooling_ratio",
        say("needs.one-for-batch-and-depth"),
    ),
    complaint(r"pooling_ratio cannot be smaller than 1, got: (\S+)", "pooling_ratio", least(1), is_value(1)),
    complaint(
        rf"explicit_paddings attribute must contain {NUMBER} values, but got: {NUMBER}",
        "explicit_paddings",
        lambda m, site: say("needs.count-of-numbers", count=int(m[1])),
        is_count(2),
    ),
    complaint(
        r"explicit_paddings attribute must be empty if the padding attribute is not EXPLICIT",
        "padding explicit_paddings",
        one_of("EXPLICIT"),
    ),
    complaint(
        rf"(\w+)\.dim(?:s|_size)\({NUMBER}\) != [\w +*]+: {NUMBER} vs\. {NUMBER}",
        said_name(1),
        size_in(4, 2),
        size_in(3, 2),
    ),
    complaint(r"scales and zero_points shape must be same", "zero_points scales", shape_of("scales")),
    complaint(
        rf"cwise op must have same number of elements, got {NUMBER} and {NUMBER}",
        lambda m, site: " ".join(i.argument.name for i in reversed(site.inputs)),
        lambda m, site: say("needs.elements", count=int(m[1])),
        lambda m, site: say("needs.elements", count=int(m[2])),
    ),
    complaint(
        rf"updates\.shape = indices\.shape \+ params\.shape\[1:\].*updates\.shape {SHAPE}, indices\.shape {SHAPE}, "
        rf"params\.shape {SHAPE}",
        "updates",
        lambda m, site: Requirement(
            shape=ShapeOf((*(said_shape(m[2]) or ()), *(said_shape(m[3]) or ())[1:]))
        ),
        is_shape(1),
    ),
    complaint(
        rf"(?:Shapes of )?(\w+) and (\w+) (?:are inconsistent:|do not have the same shape) ?{SHAPE}(?: vs\.)? ?{SHAPE}",
        lambda m, site: f"{m[2]} {m[1]}",
        shaped(3),
        is_shape(4),
    ),
    complaint(rf"Expected diagonal shape: {SHAPE}", "diagonal", shaped(1), has_shape("diagonal")),
    complaint(r"(?:lower|upper)_diag_index", "k", _diagonal_needs),
    complaint(rf"last dimension >= k = {NUMBER} but (?:is|was) {NUMBER}", "k", up_to(2), is_value(1)),
    complaint(r"[Ss]egment ids must be (?:<|less than) num_segments", "segment_ids", _segments_needs),
    complaint(r"Unsupported method", "method", one_of("farmhash64"), None, "Fingerprint"),
    complaint(r"1D input must be of size 2 or 4", "x", say("needs.two-or-four")),
    complaint(
        rf"window size must be > {NUMBER}, got {NUMBER}",
        "window_size",
        lambda m, site: least(int(m[1]) + 1),
        is_value(2),
    ),
    complaint(
        r"requested more paths than the beam width",
        "top_paths beam_width",
        lambda m, site: say("needs.up-to-beam", most=int(site.attrs.get("beam_width", 0))),
    ),
    complaint(
        rf"Shape must be rank {NUMBER} but is rank {NUMBER}",
        "paddings",
        lambda m, site: say("needs.row-for-each", count=4, pin="input"),
        has_shape("paddings"),
        "FusedPadConv2D FusedResizeAndPadConv2D",
    ),
    complaint(
        rf"range is {NUMBER} must be equal to weights size\s+{NUMBER}",
        "unigrams vocab_file",
        lambda m, site: say("needs.count-of-numbers", count=int(m[1])),
        is_count(2),
    ),
    complaint(
        rf"num_bits is out of range: {NUMBER} with `?signed_input_`? {NUMBER}",
        "num_bits",
        lambda m, site: from_to(1, 61 if m[2] == "1" else 62),
        is_value(1),
    ),
    complaint(
        rf"Can not squeeze dim\[{NUMBER}\], expected a dimension of 1, got {NUMBER}",
        "squeeze_dims",
        say("needs.dimensions-of-one"),
        lambda m, site: say("actual.dimension-of", dimension=int(m[1]), size=int(m[2])),
    ),
    complaint(
        rf"Negative dimension size caused by subtracting {NUMBER} from {NUMBER}",
        "input value",
        lambda m, site: say("needs.window-within", size=int(m[1]), old=int(m[2])),
        has_shape("input", "value"),
        "MaxPool AvgPool MaxPool3D AvgPool3D MaxPoolWithArgmax MaxPoolV2 "
        "Conv2D Conv3D DepthwiseConv2dNative Dilation2D",
    ),
    complaint(
        rf"`?(\w+?)_tensor`? must be rank {NUMBER} but is rank {NUMBER}",
        said_name(1),
        lambda m, site: Requirement(shape=RankOf((int(m[2]),))),
    ),
    complaint(
        r"(?:input|filter)_sizes must be 4 or 5-dimensional",
        lambda m, site: next((i.argument.name for i in site.inputs[1:] if i.shape and len(i.shape) != 4), ""),
        Requirement(shape=RankOf((4,))),
        None,
        "DepthwiseConv2dNativeBackpropInput DepthwiseConv2dNativeBackpropFilter",
    ),
    complaint(
        rf"Shape must be at least rank {NUMBER} but is rank {NUMBER}",
        "batch_dims",
        _batch_dims,
        None,
        "GatherV2 ResourceGather",
    ),
    complaint(
        rf"batch_dims \({NUMBER}\) must be less than or equal to axis \({NUMBER}\)",
        "batch_dims axis",
        up_to(2),
        is_value(1),
    ),
    complaint(
        rf"params\.shape\[{NUMBER}\]: {NUMBER} should be equal to indices\.shape\[{NUMBER}\]: {NUMBER}",
        "indices params",
        size_in(2, 1),
        has_shape("indices"),
    ),
    complaint(r"stride must be strictly positive", "stride", least(1)),
    complaint(r"Mfcc initialization failed", _mfcc_names, _mfcc_needs),
    # pictures
    complaint(
        r"must have two elements\[",
        lambda m, site: next((n for n in ("scale", "translation") if site.shape(n) != (2,)), "size"),
        Requirement(shape=ShapeOf((2,))),
    ),
    complaint(r"Area range must be non-negative", "area_range", least(0)),
    complaint(r"Aspect ratio must be non-negative", "aspect_ratio_range", least(0)),
    complaint(r"Min object covered must be non-negative", "min_object_covered", least(0)),
    complaint(r"Input transform should be num_images x 8 or 1 x 8", "transforms", say("needs.transforms")),
)
