"""Texts typed beside the handle of a table, a variable or a list are of the dtype that the handle holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.document.editing.document import Document
from app.document.editing.edits import SetPin
from app.document.editing.shared_copies import SharedCopies
from app.document.model.diagram import Project
from app.engine.compiler.following import Planner
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from tests.support.pages import page

TABLE = ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"})
FILL = ("InitializeTableV2", {"keys": "{ant,bee}", "values": "{1,2}"})
VARIABLE = ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{2}"})
ASSIGN = ("AssignVariableOp", {"value": "{1,2}"})
LIST = ("EmptyTensorList", {"element_shape": "{}", "max_num_elements": "3", "element_dtype": "DT_DOUBLE"})
TO_TABLE = "t.table_handle -> c.table_handle"


def constants(plan: Plan) -> dict[str, str]:
    """Return the dtypes of the constants that typed texts have become, by pin."""
    return {n.name: n.value.dtype for n in plan.nodes if n.value is not None}


@pytest.mark.parametrize(
    ("blocks", "wires", "dtypes"),
    [
        ({"t": TABLE, "c": FILL}, TO_TABLE, {"c/keys": "DT_STRING", "c/values": "DT_INT64"}),
        ({"v": VARIABLE, "c": ASSIGN}, "v.resource -> c.resource", {"c/value": "DT_FLOAT"}),
        (
            {"t": LIST, "c": ("TensorListPushBack", {"tensor": "7"})},
            "t.handle -> c.input_handle",
            {"t/element_shape": "DT_INT32", "t/max_num_elements": "DT_INT32", "c/tensor": "DT_DOUBLE"},
        ),
    ],
)
def test_a_text_beside_a_handle_is_of_the_dtype_that_it_holds(
    blocks: dict[str, Any], wires: str, dtypes: dict[str, str]
) -> None:
    plan = make_plan(page(blocks, wires), Path())
    assert not plan.problems
    assert constants(plan) == dtypes


def test_what_a_wire_brings_counts_more() -> None:
    blocks = {"t": TABLE, "k": ("Const", {"val": "{1,2}"}), "c": ("InitializeTableV2", {"keys": "{ant,bee}"})}
    plan = make_plan(page(blocks, f"{TO_TABLE}\nk.output -> c.values"), Path())
    (fill,) = [n for n in plan.nodes if n.name == "c"]
    assert (fill.attrs["Tkey"], fill.attrs["Tval"]) == ("DT_STRING", "DT_INT32")


def test_a_plan_follows_the_dtype_of_a_table() -> None:
    document = Document(Project(pages=[page({"t": TABLE, "c": FILL}, TO_TABLE)]))
    copies = SharedCopies()
    document.subscribe(copies.note)
    planner = Planner(True)
    (shown,) = document.project.pages
    assert constants(planner.plan(copies.of(shown), Path(), ()))["c/values"] == "DT_INT64"
    document.apply(SetPin(shown.name, "t", "value_dtype", "DT_FLOAT"))
    assert constants(planner.plan(copies.of(shown), Path(), ()))["c/values"] == "DT_FLOAT"
