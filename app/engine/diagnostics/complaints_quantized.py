"""Messages about layouts, and about scales, zero points and axes of quantized numbers, each with what is at fault."""

from __future__ import annotations

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Site, complaint
from app.engine.diagnostics.complaint_parts import NUMBER, SHAPE, is_shape, said_name, shaped
from app.engine.diagnostics.message_patterns import said_shape
from blocks.requirement import InRange, Requirement


def _scales_and_zeros(m: Match, site: Site) -> str:
    """Return the zero points that do not have the shape of their scales, and the scales."""
    for zeros in (i.argument.name for i in site.inputs if i.argument.name.endswith("zero_points")):
        scales = zeros.replace("zero_points", "scales")
        if (site.shape(scales), site.shape(zeros)) == (said_shape(m[1]), said_shape(m[2])):
            return f"{zeros} {scales}"
    return "zero_points scales"


def _quantized_along(m: Match, site: Site) -> str:
    """Return the attr that names the dimension of which a message says that the input does not have it."""
    named = (name for name, value in site.attrs.items() if value == int(m[1]))
    return next((name for name in named if name.endswith("quantization_axis")), "quantization_axis")


def _quantized_dimensions(m: Match, site: Site) -> Requirement:
    rank = len(next((i.shape for i in site.inputs if i.shape is not None), ()))
    return Requirement(values=InRange(-1, rank - 1))


QUANTIZED_COMPLAINTS: tuple[Complaint, ...] = (
    complaint(
        r"(\w+) format must be of length ([\w ]+), received (\w+) = (\S+)",
        said_name(3),
        lambda m, site: say("needs.letters-of", counts=m[2]),
    ),
    complaint(
        rf"scales and zero_points shape must be same, but given scales shape {SHAPE} and zero_points shape {SHAPE}",
        _scales_and_zeros,
        shaped(1),
        is_shape(2),
    ),
    complaint(
        rf"quantization_axis must be -1 or in range \[0, input\.rank\), but given {NUMBER}",
        _quantized_along,
        _quantized_dimensions,
    ),
)
