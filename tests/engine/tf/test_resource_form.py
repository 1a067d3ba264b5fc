"""A plan in resource form gives the bits of the page, run by TensorFlow alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.document.formats.registry import open_project
from app.document.model.function_page import is_function_page
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from app.messages import message_of
from blocks.assets import asset
from tests.support.drawn_loops import WRITING_PARTS
from tests.support.form_runs import form_bits, page_bits
from tests.support.function_pages import planned
from tests.support.pages import page

SAMPLES = sorted(asset("samples").glob("*.tblocks"))
_MOST = 20  # steps of a sample


@pytest.fixture(autouse=True)
def same_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Come back from the folder of a page."""
    monkeypatch.chdir(Path.cwd())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_samples(path: Path) -> None:
    pages = open_project(path).project.pages
    for one in pages:
        if not is_function_page(one):
            plan = planned(
                one, *pages, folder=path.parent, seed=1 if one.scope.seed is None else one.scope.seed
            )
            _same_bits(plan, path.parent, min(one.run.steps or 1, _MOST))


def _same_bits(plan: Plan, folder: Path, steps: int) -> None:
    assert not plan.stops, [message_of(p) for p in plan.problems]
    expected, start = page_bits(plan, folder, steps)
    assert form_bits(plan, folder, steps, start) == expected
    assert expected


ZEROS = ("Variable", {"dtype": "DT_FLOAT", "shape": "{3}"})
V = ("Variable", {"initvalues": "{1.5f,-2.0f,3.25f}"})

CASES: dict[str, tuple[dict[str, Any], str]] = {
    "a chain of writers": (
        {
            "v": V, "add": ("AssignAdd", {"value": "{1.0f,1.0f,1.0f}"}), "twice": "AssignAdd", "copy": "Identity",
            "between": ("Multiply", {"y": "10.0f"}), "s": "ClientSession",
        },
        """
        v.ref -> add.ref
        add.output_ref -> twice.ref
        v.ref -> twice.value
        v.ref -> copy.input
        add.output_ref -> between.x
        copy.output -> s.fetch_outputs
        between.z -> s.fetch_outputs
        twice.output_ref -> s.fetch_outputs
        """,
    ),
    "unchained writers": (
        {
            "v": V, "set": ("Assign", {"value": "{5.0f,6.0f,7.0f}"}),
            "take": ("AssignSub", {"value": "{1.0f,1.0f,1.0f}"}), "s": "ClientSession",
        },
        "v.ref -> set.ref\nv.ref -> take.ref\ntake.output_ref -> s.fetch_outputs\nset.output_ref -> s.fetch_outputs\n"
        "v.ref -> s.fetch_outputs",
    ),
    "an optimizer with slots, and gradients": (
        {
            "w": V, "m": ZEROS, "u": ZEROS,
            "cost": "L2Loss", "grad": "AddSymbolicGradients",
            "adam": ("ApplyAdam", {
                "beta1_power": "0.9f", "beta2_power": "0.99f", "lr": "0.1f", "beta1": "0.9f", "beta2": "0.99f",
                "epsilon": "0.001f", "attrs": "use_nesterov_ = true;",
            }),
            "slots": "Add", "s": "ClientSession",
        },
        """
        w.ref -> cost.t
        cost.output -> grad.outputs
        w.ref -> grad.inputs
        w.ref -> adam.var
        m.ref -> adam.m
        u.ref -> adam.v
        grad.grad_outputs[0] -> adam.grad
        m.ref -> slots.x
        u.ref -> slots.y
        slots.z -> s.fetch_outputs
        cost.output -> s.fetch_outputs
        adam.out -> s.fetch_outputs
        """,
    ),
    "scatters and a slice": (
        {
            "v": V, "scatter": ("ScatterAdd", {"indices": "{0,2}", "updates": "{0.5f,0.25f}"}),
            "nd": ("ScatterNdUpdate", {"indices": "{{1}}", "updates": "{9.0f}"}),
            "slice": ("StridedSliceAssign", {"begin": "{0}", "end": "{1}", "strides": "{1}", "value": "{-1.0f}"}),
            "s": "ClientSession",
        },
        "v.ref -> scatter.ref\nscatter.output_ref -> nd.ref\nnd.output_ref -> slice.ref\n"
        "slice.output_ref -> s.fetch_outputs\nscatter.output_ref -> s.fetch_outputs\nv.ref -> s.fetch_outputs",
    ),
    "a counter that ends": (
        {"v": ("Variable", {"initvalues": "0"}), "count": ("CountUpTo", {"limit": "9"}), "s": "ClientSession"},
        "v.ref -> count.ref\ncount.output -> s.fetch_outputs\nv.ref -> s.fetch_outputs",
    ),
    "a Variable without a value, until it is written": (
        {
            "v": ("Variable", {"initvalues": "", "dtype": "DT_FLOAT", "shape": "{2}"}), "is": "IsVariableInitialized",
            "set": ("Assign", {"value": "{1.0f,2.0f}"}), "a": "ClientSession", "b": "ClientSession",
        },
        "v.ref -> is.ref\nis.is_initialized -> a.fetch_outputs\nv.ref -> set.ref\nset.output_ref -> b.fetch_outputs",
    ),
    "another shape": (
        {
            "v": V, "set": ("Assign", {"value": "{1.0f,2.0f}", "attrs": "validate_shape_ = false;"}),
            "s": "ClientSession",
        },
        "v.ref -> set.ref\nset.output_ref -> s.fetch_outputs\nv.ref -> s.fetch_outputs",
    ),
    "a reference behind a switch": (
        {
            "v": V, "branch": ("RefSwitch", {"pred": "true"}), "add": ("AssignAdd", {"value": "{1.0f,1.0f,1.0f}"}),
            "other": ("AssignSub", {"value": "{1.0f,1.0f,1.0f}"}), "read": "Identity", "s": "ClientSession",
        },
        """
        v.ref -> branch.data
        branch.output_true -> add.ref
        branch.output_false -> other.ref
        branch.output_true -> read.input
        read.output -> s.fetch_outputs
        add.output_ref -> s.fetch_outputs
        other.output_ref -> s.fetch_outputs
        v.ref -> s.fetch_outputs
        """,
    ),
    "references that are passed on and merged": (
        {
            "v": V, "branch": ("RefSwitch", {"pred": "false"}), "both": "RefMerge", "same": "RefIdentity",
            "add": ("AssignAdd", {"value": "{1.0f,1.0f,1.0f}"}), "read": "Identity", "s": "ClientSession",
        },
        """
        v.ref -> branch.data
        branch.output_false -> both.inputs
        branch.output_true -> both.inputs
        both.output -> same.input
        same.output -> add.ref
        same.output -> read.input
        both.value_index -> s.fetch_outputs
        read.output -> s.fetch_outputs
        add.output_ref -> s.fetch_outputs
        """,
    ),
    "a Variable of the step": (
        {
            "t": ("TemporaryVariable", {"shape": "{3}", "dtype": "DT_FLOAT"}),
            "set": ("Assign", {"value": "{1.0f,2.0f,3.0f}"}), "add": ("AssignAdd", {"value": "{1.0f,1.0f,1.0f}"}),
            "end": ("DestroyTemporaryVariable", {"var_name": "t"}), "s": "ClientSession",
        },
        "t.ref -> set.ref\nset.output_ref -> add.ref\nadd.output_ref -> end.ref\nend.value -> s.fetch_outputs",
    ),
    "a loop that writes through references": WRITING_PARTS,
    "a Variable that a wired value starts": (
        {
            "a": V, "twice": ("Multiply", {"y": "2.0f"}), "b": "Variable", "sum": "Add", "s": "ClientSession",
        },
        "a.ref -> twice.x\ntwice.z -> b.initvalues\na.ref -> sum.x\nb.ref -> sum.y\nsum.z -> s.fetch_outputs",
    ),
}  # fmt: skip


FETCH = {
    "a loop that writes through references": ["exit.output"],
}


@pytest.mark.parametrize("case", CASES)
def test_pages(case: str, tmp_path: Path) -> None:
    _same_bits(make_plan(page(*CASES[case], seed=7), tmp_path, fetch=FETCH.get(case, ())), tmp_path, 2)
