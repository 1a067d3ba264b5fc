"""Messages about pictures, the windows that run over them and boxes in them, each with what is at fault."""

from __future__ import annotations

from typing import Any

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import NUMBER, has_shape, is_count, least
from blocks.requirement import Actual


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
)
