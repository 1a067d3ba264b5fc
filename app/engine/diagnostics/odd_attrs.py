"""Attrs that an op takes without an error though what it makes of them is not what one expects."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_rewrites import fault_of
from app.engine.diagnostics.verdict import of_attr
from blocks.dtypes import DTYPES
from blocks.requirement import Actual, InRange, Requirement


class OddAttr(NamedTuple):
    """What is odd of an attr; ``result`` is what the op gives then."""

    attr: str
    needs: Requirement | Sentence
    actual: Actual | Sentence
    result: Sentence


def _rewrite(node: PlanNode) -> OddAttr | None:
    found = fault_of(str(node.attrs.get("pattern", "")), str(node.attrs.get("rewrite", "")))
    if found is None:
        return None
    needs, part = found
    return OddAttr("rewrite", needs, Actual(value=part), say("odd.nothing-replaced"))


def _no_box(node: PlanNode) -> OddAttr | None:
    """Find what no box can be: after all attempts the whole picture is given."""
    ends, share = node.attrs.get("area_range"), node.attrs.get("min_object_covered")
    if ends and len(ends) == 2 and ends[0] > ends[1]:
        return OddAttr("area_range", say("needs.low-then-high"), of_attr(ends), say("odd.no-box"))
    if isinstance(share, float) and share > 1:
        needs = Requirement(values=InRange(0, 1))
        return OddAttr("min_object_covered", needs, of_attr(share), say("odd.no-box"))
    return None


def _quantized(node: PlanNode) -> OddAttr | None:
    """Find ends of quantized numbers that the dtype of the result does not hold, or that are exchanged."""
    prefix, of_type = _QUANTIZED[node.op]
    low, high = (f"{prefix}quantization_{end}_val" for end in ("min", "max"))
    dtype = DTYPES.get(str(node.attrs.get(of_type)))
    if dtype is None:
        return None
    least, most = -(2 ** (dtype.bits - 1)), 2 ** (dtype.bits - 1) - 1
    for attr in (low, high):
        value = node.attrs.get(attr)
        if isinstance(value, int) and not least <= value <= most:
            result = say("odd.wraps", dtype=dtype.label)
            return OddAttr(attr, Requirement(values=InRange(least, most)), of_attr(value), result)
    if isinstance(ends := node.attrs.get(low), int) and node.attrs.get(high, ends) < ends:
        needs = say("needs.above-value", name=low, value=str(ends))
        return OddAttr(high, needs, of_attr(node.attrs[high]), say("odd.one-number"))
    return None


# op -> what stands before the names of the attrs that say the ends of its result, and the attr of its dtype.
_QUANTIZED = {
    "UniformQuantize": ("", "Tout"),
    "UniformQuantizedClipByValue": ("", "T"),
    "UniformQuantizedAdd": ("output_", "T"),
    **dict.fromkeys(
        ("UniformRequantize", "UniformQuantizedDot", "UniformQuantizedConvolution"), ("output_", "Tout")
    ),
}

ATTR_LOOKS: dict[str, Callable[[PlanNode], OddAttr | None]] = {
    "StaticRegexReplace": _rewrite,
    **dict.fromkeys(_QUANTIZED, _quantized),
    **{
        f"{kind}SampleDistortedBoundingBox{n}": _no_box
        for kind, n in (("", ""), ("", "V2"), ("Stateless", ""))
    },
}
