"""Messages about pictures, the windows that run over them and boxes in them, each with what is at fault."""

from __future__ import annotations

from typing import Any

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import NUMBER, has_shape, is_count, least
from blocks.requirement import Actual, Requirement, ShapeOf


def _windows(m: Match, site: Site) -> str:
    """Return the attr or argument that a message calls ``stride``, ``ksize`` or ``dilation``."""
    return f"{m[1].lower()}s {m[1].lower()}"


def _count_of_windows(m: Match, site: Site) -> Any:
    return say("needs.count-of-numbers", count=int(m[2]))


def _dividing(m: Match, site: Site) -> Any:
    """Return which depth a filter may have; of a plain convolution its whole shape says more."""
    if site.op in ("Conv2D", "Conv3D"):
        return None
    return say("needs.channels-dividing", depth=int(m[1]))


def _ratio(m: Match, site: Site) -> Any:
    return say("needs.ratio-up-to", size=int(m[2]), dimension=int(m[1]))


def _boxes_per_class(m: Match, site: Site) -> Any:
    """Return how many boxes there may be beside each other: one for all classes, or one for each."""
    scores = site.shape("scores")
    return say("needs.size-or-1", size=scores[2], dimension=2) if scores and len(scores) == 3 else None


def _picture_sizes(m: Match, site: Site) -> Any:
    """Return the sizes of the pictures whose parts a gradient belongs to: its channels, and one for each box."""
    grads = site.shape("grads")
    if not grads or len(grads) != 4 or None in grads:
        return None
    return say("needs.last-size-is", size=grads[3], pin="grads")


def _borders(m: Match, site: Site) -> tuple[int, int] | None:
    """Return how many borders of rows and of columns a fractional pooling gave; None where that is not known.

    The shapes that TensorFlow infers of them are one too short where a pooling gives them; the message counts them.
    """
    rows, columns = site.shape("row_pooling_sequence"), site.shape("col_pooling_sequence")
    if not rows or not columns or rows[0] is None or columns[0] is None:
        return None
    counted = rows[0] if m["which"] == "row" else columns[0]
    short = int(m["count"]) - counted if m["which"] else 0
    return rows[0] + short, columns[0] + short


def _are_exchanged(m: Match, site: Site) -> bool:
    """Return whether the borders fit the gradient once rows and columns change places."""
    borders, shape = _borders(m, site), site.shape("out_backprop")
    if borders is None or shape is None or len(shape) != 4 or borders[0] == borders[1]:
        return False
    return shape[1:3] == (borders[1] - 1, borders[0] - 1)


def _pooled_name(m: Match, site: Site) -> str:
    sequences = "row_pooling_sequence col_pooling_sequence"
    return f"{sequences} out_backprop" if _are_exchanged(m, site) else f"out_backprop {sequences}"


def _pooled_needs(m: Match, site: Site) -> Requirement | Sentence | None:
    """Return the shape of what a fractional pooling gave: its sequences are the borders of rows and columns."""
    borders = _borders(m, site)
    if borders is None:
        return None
    rows, columns = borders
    if _are_exchanged(m, site):
        return say("needs.row-borders", count=columns, other="col_pooling_sequence")
    return Requirement(shape=ShapeOf((None, rows - 1, columns - 1, None)))


def _pooled_got(m: Match, site: Site) -> Any:
    borders = _borders(m, site)
    if borders is not None and _are_exchanged(m, site):
        return Actual(count=borders[0])
    return has_shape("out_backprop")(m, site)


PICTURE_COMPLAINTS: tuple[Complaint, ...] = (
    complaint(
        rf"([Ss]tride|[Kk]size|[Dd]ilation)s? attribute should contain {NUMBER} values, but got: {NUMBER}",
        _windows,
        _count_of_windows,
        is_count(3),
    ),
    complaint(
        r"[Ss]liding window (ksize|stride)s? field must specify (\d+) dimensions", _windows, _count_of_windows
    ),
    complaint(
        rf"Depth of input \({NUMBER}\) is not a multiple of input depth of filter \({NUMBER}\)",
        "filter",
        _dividing,
        has_shape("filter"),
    ),
    complaint(
        rf"Computed output size would be negative: \S+ \[input_size: {NUMBER}, effective_filter_size: {NUMBER}",
        "ksize ksizes filter",
        lambda m, site: say("needs.window-in-picture", size=int(m[1])),
        lambda m, site: say("actual.window-of", size=int(m[2])),
    ),
    complaint(
        r"equal length strides in the row and column dimensions", "strides", say("needs.equal-row-and-column")
    ),
    complaint(
        r"Channel depth should be either 1 \(GRY\), 3 \(RGB\), or 4 \(RGBA\)",
        "images",
        say("needs.channels-last", counts="1, 3 or 4"),
    ),
    complaint(
        rf"Pooling ratio is higher than input dimension size for dimension {NUMBER}\. "
        rf"Input dim size: {NUMBER} pooling ratio: (\S+)",
        "pooling_ratio",
        _ratio,
        lambda m, site: Actual(value=m[3].rstrip("."), index=(int(m[1]),)),
    ),
    complaint(
        r"original input tensor shape must be ?1-dimensional and 4 elements",
        "orig_input_tensor_shape",
        say("needs.count-of-numbers", count=4),
    ),
    complaint(r"max_size_per_class must be positive", "max_output_size_per_class", least(1)),
    complaint(r"third dimension of boxes must be either 1 or equal to", "boxes scores", _boxes_per_class),
    complaint(r"image_size and grads are incompatible", "image_size grads", _picture_sizes),
    complaint(
        r"Invalid (?:input|output) backprop index|"
        r"Given out_backprop shape \S+ (?P<which>row|col)_seq_tensor must have .*got (?P<count>\d+)",
        _pooled_name,
        _pooled_needs,
        _pooled_got,
        "FractionalAvgPoolGrad FractionalMaxPoolGrad",
    ),
    complaint(
        r"could not create a descriptor for a pooling",
        "ksize strides",
        say("needs.one-for-batch-and-depth"),
        None,
        "AvgPoolGrad AvgPool3DGrad",
    ),
)
