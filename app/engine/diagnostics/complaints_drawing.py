"""Messages about numbers drawn at random, their samplers and seeds, each with what is at fault."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.document.model.sentence import say
from app.engine.diagnostics.complaint import Complaint, Match, Needs, Site, complaint
from app.engine.diagnostics.complaint_parts import ABOVE_0, NUMBER, above, has_shape, is_value, up_to
from blocks.requirement import Requirement, ShapeOf


def _normal_names(m: Match, site: Site) -> str:
    low, high = site.value("minvals"), site.value("maxvals")
    is_reversed = low is not None and high is not None and bool(np.any(low >= high))
    return "maxvals minvals" if is_reversed else "stdevs stddevs"


def _normal_needs(m: Match, site: Site) -> Any:
    return above("minvals")(m, site) if _normal_names(m, site).startswith("max") else ABOVE_0


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


def _ends_as(*names: str) -> Needs:
    def needs(m: Match, site: Site) -> Any:
        name = next((n for n in names if site.shape(n)), names[0])
        shape = site.shape(name)
        return None if shape is None else say("needs.ends-as", shape=shape, pin=name)

    return needs


DRAWING_COMPLAINTS: tuple[Complaint, ...] = (
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
    complaint(
        r"Must (?:provide either|only provide one of) vocab_file (?:or|and) unigrams",
        "unigrams vocab_file",
        say("needs.just-one-of", one="unigrams_", other="vocab_file_"),
        lambda m, site: say("actual.both") if site.attrs.get("unigrams") else say("actual.neither"),
    ),
    complaint(rf"counter must be a vector with length at least {NUMBER}", _unfit_algorithm, _algorithm_needs),
    complaint(r"Unsupported algorithm id", "alg algorithm", say("needs.algorithm")),
    complaint(
        r"Seed must have shape \[3\] or \[n, 3\]",
        "seed",
        say("needs.row-forms", count=3),
        has_shape("seed"),
    ),
)
