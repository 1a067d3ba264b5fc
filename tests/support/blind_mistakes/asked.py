"""Mistakes that people ask about most, with what they meant to draw."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import one, page

NO_START = {"v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": ""})}

ASKED = [
    page("one more than nothing", {**NO_START, "c": ("AssignAdd", {"value": "1f"})}, "v.ref -> c.ref", "v.initvalues", "initvalues/Assign", "no value"),
    page("one less than nothing", {**NO_START, "c": ("AssignSub", {"value": "1f"})}, "v.ref -> c.ref", "v.initvalues", "initvalues/Assign", "no value"),
    one("a column without a shape", "RangeDataset", "output_shapes", "1", "0", start="0", stop="3", step="1", output_types="DT_INT64", output_shapes="{}"),
    one("shapes for one column too many", "Iterator", "output_shapes", "1", "2", output_types="DT_INT64", output_shapes="{2},{3}"),
]
