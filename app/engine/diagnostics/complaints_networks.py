"""Messages about networks and pictures, each with what is at fault."""

from __future__ import annotations

from typing import Any

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import (
    ABOVE_0,
    NUMBER,
    SHAPE,
    from_to,
    has_shape,
    is_count,
    is_shape,
    is_value,
    least,
    one_of,
    said_name,
    shape_of,
    shaped,
    size_in,
    up_to,
)
from app.engine.diagnostics.message_patterns import said_shape
from blocks.requirement import (
    Actual,
    Finite,
    InRange,
    RankOf,
    Requirement,
    ShapeOf,
)


def _diagonal_needs(m: Match, site: Site) -> Any:
    shape = site.shape("input")
    if shape is None or len(shape) < 2 or shape[-1] is None or shape[-2] is None:
        return None
    return say("needs.diagonals", low=1 - shape[-2], high=shape[-1] - 1)


def _segments_needs(m: Match, site: Site) -> Any:
    value = site.value("num_segments")
    return least(0) if value is None else from_to(0, int(value.ravel()[0]) - 1)


def _mfcc_fault(site: Site) -> tuple[str, Any]:
    """Return which argument or attr an Mfcc cannot be made of, and what it takes."""
    rate = site.value("sample_rate")
    low, high, filters, coefficients = (
        site.attrs.get(name, usual)
        for name, usual in (
            ("lower_frequency_limit", 20.0),
            ("upper_frequency_limit", 4000.0),
            ("filterbank_channel_count", 40),
            ("dct_coefficient_count", 13),
        )
    )
    if rate is not None and float(rate.ravel()[0]) <= 0:
        return "sample_rate", ABOVE_0
    if low < 0:
        return "lower_frequency_limit", least(0)
    if high <= low:
        return "upper_frequency_limit", say(
            "needs.above-value", name="lower_frequency_limit_", value=f"{low:g}"
        )
    if filters < 1:
        return "filterbank_channel_count", least(1)
    if not 1 <= coefficients <= filters:
        return "dct_coefficient_count", from_to(1, filters)
    return "spectrogram", say("needs.wider-spectrogram")


def _mfcc_names(m: Match, site: Site) -> str:
    return _mfcc_fault(site)[0]


def _mfcc_needs(m: Match, site: Site) -> Any:
    return _mfcc_fault(site)[1]


def _channels(site: Site) -> int | None:
    """Return how many channels an op has of which each has a range of its own; None where that is not known."""
    shape = site.shape("input") or site.shape("inputs")
    return shape[-1] if shape else None


def _range_name(m: Match, site: Site) -> str:
    """Return the first end of the ranges of channels that has not as many numbers as there are channels."""
    ends = ("min", "max", "input_min", "input_max")
    count = _channels(site)
    wrong = (n for n in ends if (shape := site.shape(n)) is not None and shape != (count,))
    return next(wrong, m[1]) if count is not None else m[1]


def _range_needs(m: Match, site: Site) -> Any:
    count = _channels(site)
    return say("needs.count-of-numbers", count=int(m[2]) if count is None else count)


def _empty_name(m: Match, site: Site) -> str:
    """Return the first input without any element."""
    return next((i.argument.name for i in site.inputs if i.shape and 0 in i.shape), "")


def _colors_needed(m: Match, site: Site) -> Any:
    shape = site.shape("images")
    return say("needs.numbers-per-row", count=shape[-1]) if shape and shape[-1] is not None else None


def _windows_name(m: Match, site: Site) -> str:
    return f"{m[1].lower()}s"


def _depth_divisor(m: Match, site: Site) -> Any:
    shape = site.shape("value") or site.shape("input")
    return None if not shape or shape[-1] is None else say("needs.depth-divisor", depth=shape[-1])


def _batch_dims(m: Match, site: Site) -> Requirement | None:
    """Return how many dimensions may be those of a batch: as many as indices has, counted from either end."""
    shape, value = site.shape("indices"), site.attrs.get("batch_dims", 0)
    if shape is None or -len(shape) <= value <= len(shape):
        return None
    return from_to(-len(shape), len(shape))


def _dilated_shape(m: Match, site: Site) -> Requirement | None:
    """Return the shape of what a dilation gave: of each place where the widened filter fits, or of each stride."""
    shape, window = site.shape("input"), site.shape("filter")
    if shape is None or window is None or None in (*shape, *window):
        return None
    sizes = []
    for at in (1, 2):
        size, width = int(shape[at] or 0), int(window[at - 1] or 0)
        rate, stride = site.attrs["rates"][at], site.attrs["strides"][at]
        taken = 0 if site.attrs["padding"] == "SAME" else (width - 1) * rate
        sizes.append((size - taken + stride - 1) // stride)
    return Requirement(shape=ShapeOf((shape[0], *sizes, shape[3])))


def _axis_range_name(m: Match, site: Site) -> str:
    """Return the ends of ranges that have not one number for each place along the axis."""
    end = next(group for group in m.groups() if group)
    return f"{end}_range input_{end} input"


def _axis_range_needs(m: Match, site: Site) -> Any:
    """Return how many numbers they have: one for each place along the axis, one alone without an axis."""
    axis, shape = site.attrs.get("axis", -1), site.shape("input")
    size = 1 if axis == -1 else shape[axis] if shape and -len(shape) <= axis < len(shape) else None
    return None if size is None else say("needs.numbers-along", count=size, axis=axis)


def _class_numbers(m: Match, site: Site) -> Requirement:
    """Return the numbers of the classes: the last one is the blank, which no label is."""
    shape = site.shape("inputs")
    return from_to(0, shape[2] - 2) if shape and len(shape) == 3 and shape[2] else least(0)


def _scale_name(m: Match, site: Site) -> str:
    """Return the first scales of which one is not above 0."""
    scales = [i for i in site.inputs if i.argument.name.endswith("scales")]
    wrong = (i for i in scales if i.value is not None and bool((i.value <= 0).any()))
    return next((i.argument.name for i in (*wrong, *scales)), "")


def _reserved(site: Site) -> int:
    """Return how many of the classes a sampler never draws: they have no share, and none is given for them."""
    return int(site.attrs.get("num_reserved_ids") or 0)


def _shares(m: Match, site: Site) -> Sentence:
    """Return how many shares a sampler takes: one for each class that it may draw, from its attr or from its file."""
    reserved = _reserved(site)
    classes = int(m[1])
    count = classes - reserved
    if site.attrs.get("unigrams"):
        return say("needs.share-of-each-class", count=count, classes=classes, reserved=reserved)
    return say("needs.line-of-each-class", count=count, classes=classes, reserved=reserved)


NETWORK_COMPLAINTS: tuple[Complaint, ...] = (
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
        rf"(\w+)\.dim(?:s|_size)\({NUMBER}\) != (\w[\w +*]*): {NUMBER} vs\. {NUMBER}",
        said_name(1),
        lambda m, site: say("needs.size-made-of", size=int(m[5]), dimension=int(m[2]), parts=m[3]),
        size_in(4, 2),
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
    complaint(
        r"lower_diag_index (?:is greater|must not be larger)",
        "k",
        say("needs.lower-first"),
        None,
        "MatrixDiagV2 MatrixDiagV3",
    ),
    complaint(r"(?:lower|upper)_diag_index", "k", _diagonal_needs),
    complaint(rf"last dimension >= k = {NUMBER} but (?:is|was) {NUMBER}", "k", up_to(2), is_value(1)),
    complaint(r"[Ss]egment ids must be (?:<|less than) num_segments", "segment_ids", _segments_needs),
    complaint(
        r"Unsupported method: ([\w.-]+)",
        "method",
        one_of("farmhash64"),
        lambda m, site: Actual(name=m[1]),
        "Fingerprint",
    ),
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
        lambda m, site: "unigrams" if site.attrs.get("unigrams") else "vocab_file",
        _shares,
        lambda m, site: Actual(count=int(m[2]) - _reserved(site)),
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
        hint=say("hint.window-within"),
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
    complaint(
        rf"(\w+) has incorrect size, expected {NUMBER} was {NUMBER}",
        _range_name,
        _range_needs,
        lambda m, site: Actual(count=(site.shape(_range_name(m, site)) or (int(m[3]),))[0]),
    ),
    complaint(
        r"Shapes dimension cannot be 0",
        _empty_name,
        lambda m, site: say(
            "needs.some-element", dimension=(site.shape(_empty_name(m, site)) or (0,)).index(0)
        ),
        lambda m, site: Actual(shape=site.shape(_empty_name(m, site))),
    ),
    complaint(
        r"out_backprop has incompatible size", "out_backprop", _dilated_shape, has_shape("out_backprop")
    ),
    complaint(
        rf"Shape must be at least rank {NUMBER} but is rank {NUMBER}",
        "inputs gradients",
        lambda m, site: Requirement(shape=RankOf((int(m[1]),), "least")),
        has_shape("inputs"),
        "FakeQuantWithMinMaxVarsPerChannelGradient",
    ),
    complaint(
        r"input_(min|max)(?:_tensor)? .*(?:dequantization axis|to match dim)",
        _axis_range_name,
        _axis_range_needs,
    ),
    complaint(
        r"axis is specified, (min|max)_range must be|rank 1 for input_(min|max)_tensor when the axis",
        _axis_range_name,
        _axis_range_needs,
    ),
    complaint(
        r"Axis is on a zero-based index|Axis requested is larger than input dimensions",
        "axis",
        lambda m, site: from_to(-1, len(shape) - 1) if (shape := site.shape("input")) else None,
    ),
    complaint(
        r"Shape must be rank 1 but is rank 0",
        lambda m, site: "axis" if site.attrs.get("axis", 0) < -1 else "",
        least(-1),
        lambda m, site: Actual(value=str(site.attrs["axis"])),
        "QuantizeAndDequantizeV2 QuantizeAndDequantizeV3 QuantizeAndDequantizeV4 QuantizeAndDequantizeV4Grad",
    ),
    complaint(r"Saw a non-null label|All labels must be nonnegative", "labels_values", _class_numbers),
    complaint(r"scales elements must be all positive", _scale_name, ABOVE_0),
    # pictures
    complaint(
        rf"format (\w+) expects {NUMBER} channels, got {SHAPE}",
        "image format",
        lambda m, site: say("needs.format-channels", count=int(m[2]), format=m[1]),
        is_shape(3),
    ),
    complaint(
        r"must have two elements\[",
        lambda m, site: next((n for n in ("scale", "translation") if site.shape(n) != (2,)), "size"),
        Requirement(shape=ShapeOf((2,))),
    ),
    complaint(r"colors must have equal or more channels", "colors", _colors_needed, has_shape("colors")),
    complaint(r"Area range must be non-negative", "area_range", least(0)),
    complaint(r"Aspect ratio must be non-negative", "aspect_ratio_range", least(0)),
    complaint(r"Min object covered must be non-negative", "min_object_covered", least(0)),
    complaint(r"Input transform should be num_images x 8 or 1 x 8", "transforms", say("needs.transforms")),
)
