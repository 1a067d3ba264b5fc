"""Attrs that an op takes without an error though what it makes of them is not what one expects."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.odd_rewrites import fault_of
from app.engine.diagnostics.verdict import of_attr
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


ATTR_LOOKS: dict[str, Callable[[PlanNode], OddAttr | None]] = {
    "StaticRegexReplace": _rewrite,
    **{
        f"{kind}SampleDistortedBoundingBox{n}": _no_box
        for kind, n in (("", ""), ("", "V2"), ("Stateless", ""))
    },
}
