"""Nothing that a step shows depends on which of two accesses of a Variable TensorFlow runs first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.engine.compiler.make_plan import make_plan
from tests.support.drawn_loops import WRITING_PARTS
from tests.support.pages import page, run, values
from tests.support.step_races import drawn, races

VAR = ("Variable", {"initvalues": "1.0f"})
LARGE = "{200000}"  # so large that who reads it is not done at once
OF_STEP = ("TemporaryVariable", {"shape": "{}", "dtype": "DT_FLOAT"})
END = ("DestroyTemporaryVariable", {"var_name": "t"})

PAGES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "a Variable of the step is read behind its first write, before the next": (
        {
            "end": END, "add": ("AssignAdd", {"value": "10.0f"}), "set": ("Assign", {"value": "5.0f"}),
            "t": OF_STEP, "seen": "Neg", "s": "ClientSession",
        },
        """
        t.ref -> set.ref
        set.output_ref -> add.ref
        add.output_ref -> end.ref
        t.ref -> seen.x
        seen.y -> s.fetch_outputs
        end.value -> s.fetch_outputs
        """,
        {"t.ref": 5, "set.output_ref": 5, "add.output_ref": 15, "end.value": 15, "seen.y": -5},
    ),
    "what ends a Variable of the step comes last, wherever it stands in the file": (
        {
            "t": OF_STEP, "end": END, "is": "IsVariableInitialized", "set": ("Assign", {"value": "5.0f"}),
            "add": ("AssignAdd", {"value": "10.0f"}), "s": "ClientSession",
        },
        """
        t.ref -> end.ref
        t.ref -> set.ref
        t.ref -> add.ref
        t.ref -> is.ref
        is.is_initialized -> s.fetch_outputs
        end.value -> s.fetch_outputs
        set.output_ref -> s.fetch_outputs
        add.output_ref -> s.fetch_outputs
        """,
        {"t.ref": 5, "set.output_ref": 5, "add.output_ref": 15, "end.value": 15, "is.is_initialized": True},
    ),
    "a Variable of the step that one of two branches writes is read behind both": (
        {
            "t": OF_STEP, "branch": ("RefSwitch", {"pred": "false"}), "no": ("Assign", {"value": "5.0f"}),
            "yes": ("Assign", {"value": "6.0f"}), "seen": "Neg", "s": "ClientSession",
        },
        """
        t.ref -> branch.data
        branch.output_true -> yes.ref
        branch.output_false -> no.ref
        t.ref -> seen.x
        seen.y -> s.fetch_outputs
        yes.output_ref -> s.run_outputs
        no.output_ref -> s.run_outputs
        """,
        {
            "t.ref": 5, "seen.y": -5, "yes.output_ref": "dead", "no.output_ref": 5,
            "branch.output_true": "dead", "branch.output_false": 5,
        },
    ),
    "each session writes its own Variable of the step": (
        {
            "t": OF_STEP, "set": ("Assign", {"value": "5.0f"}), "other": ("Assign", {"value": "6.0f"}),
            "seen": "Neg", "s1": "ClientSession", "s2": "ClientSession",
        },
        """
        t.ref -> set.ref
        t.ref -> other.ref
        t.ref -> seen.x
        set.output_ref -> s1.run_outputs
        other.output_ref -> s1.run_outputs
        other.output_ref -> s2.run_outputs
        seen.y -> s2.fetch_outputs
        """,
        {"t.ref": 6, "seen.y": -6, "set.output_ref": 5, "other.output_ref": 6},
    ),
    "a Variable without a value is looked at where it is read": (
        {
            "v": ("Variable", {"initvalues": "", "shape": "{}", "dtype": "DT_FLOAT"}),
            "is": "IsVariableInitialized", "set": ("Assign", {"value": "5.0f"}), "s": "ClientSession",
        },
        "v.ref -> is.ref\nv.ref -> set.ref\nset.output_ref -> s.run_outputs\nis.is_initialized -> s.fetch_outputs",
        {"v.ref": 5, "is.is_initialized": True, "set.output_ref": 5},
    ),
    "a Variable without a value, with several writers, is looked at before them": (
        {
            "v": ("Variable", {"initvalues": "", "shape": "{}", "dtype": "DT_FLOAT"}),
            "is": "IsVariableInitialized", "set": ("Assign", {"value": "5.0f"}),
            "add": ("AssignAdd", {"value": "1.0f"}), "s": "ClientSession",
        },
        """
        v.ref -> is.ref
        v.ref -> set.ref
        v.ref -> add.ref
        add.output_ref -> s.run_outputs
        set.output_ref -> s.run_outputs
        is.is_initialized -> s.fetch_outputs
        """,
        {"v.ref": "uninitialized", "is.is_initialized": False, "set.output_ref": 5, "add.output_ref": 6},
    ),
    "a look that decides whether a Variable is written comes before the write": (
        {
            "v": ("Variable", {"initvalues": "", "shape": "{}", "dtype": "DT_FLOAT"}),
            "is": "IsVariableInitialized", "branch": "RefSwitch", "set": ("Assign", {"value": "5.0f"}),
            "s": "ClientSession",
        },
        """
        v.ref -> is.ref
        is.is_initialized -> branch.pred
        v.ref -> branch.data
        branch.output_false -> set.ref
        set.output_ref -> s.run_outputs
        """,
        {
            "v.ref": 5, "is.is_initialized": False, "set.output_ref": 5,
            "branch.output_true": "dead", "branch.output_false": 5,
        },
    ),
    "what a Variable holds decides whether it is written": (
        {
            "v": VAR, "less": ("Less", {"y": "3.0f"}), "branch": "RefSwitch", "add": ("AssignAdd", {"value": "1.0f"}),
            "s": "ClientSession",
        },
        """
        v.ref -> less.x
        less.z -> branch.pred
        v.ref -> branch.data
        branch.output_true -> add.ref
        add.output_ref -> s.run_outputs
        """,
        {
            "v.ref": 1, "less.z": True, "add.output_ref": 2,
            "branch.output_true": 1, "branch.output_false": "dead",
        },
    ),
    "two Variables decide on each other's write": (
        {
            "v": VAR, "u": VAR, "less_v": ("Less", {"y": "3.0f"}), "less_u": ("Less", {"y": "3.0f"}),
            "branch_v": "RefSwitch", "branch_u": "RefSwitch", "add_v": ("AssignAdd", {"value": "1.0f"}),
            "add_u": ("AssignAdd", {"value": "2.0f"}), "s": "ClientSession",
        },
        """
        v.ref -> less_v.x
        u.ref -> less_u.x
        less_v.z -> branch_u.pred
        less_u.z -> branch_v.pred
        v.ref -> branch_v.data
        u.ref -> branch_u.data
        branch_v.output_true -> add_v.ref
        branch_u.output_true -> add_u.ref
        add_v.output_ref -> s.run_outputs
        add_u.output_ref -> s.run_outputs
        """,
        {"v.ref": 1, "u.ref": 1, "add_v.output_ref": 2, "add_u.output_ref": 3, "less_v.z": True, "less_u.z": True},
    ),
    "the only writer of a Variable needs the later one of another's writers, the earlier one reads it": (
        {
            "v": VAR, "u": VAR, "copy": "Assign", "add": ("AssignAdd", {"value": "5.0f"}), "set": "Assign",
            "s": "ClientSession",
        },
        """
        v.ref -> copy.ref
        u.ref -> copy.value
        v.ref -> add.ref
        add.output_ref -> set.value
        u.ref -> set.ref
        copy.output_ref -> s.run_outputs
        set.output_ref -> s.run_outputs
        """,
        {"v.ref": 1, "u.ref": 1, "copy.output_ref": 1, "add.output_ref": 6, "set.output_ref": 6},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PAGES)
def test_one_value_is_shown_whoever_runs_first(engine, case):
    blocks, wires, expected = PAGES[case]
    made = page(blocks, wires)
    assert not races(make_plan(made, Path()))
    for _ in range(10):
        got = values(run(engine, made))
        assert {key: got[key] for key in expected} == expected


def test_a_large_variable_of_the_step_shows_what_was_first_written(engine):
    """TensorFlow itself shows what the memory held, now and then."""
    made = page(
        {
            "t": ("TemporaryVariable", {"shape": LARGE, "dtype": "DT_FLOAT"}),
            "ones": ("Fill", {"dims": LARGE, "value": "1.0f"}), "set": "Assign", "add": "AssignAdd",
            "least": ("Min", {"axis": "0"}), "most": ("Max", {"axis": "0"}), "s": "ClientSession",
        },
        """
        t.ref -> set.ref
        ones.output -> set.value
        set.output_ref -> add.ref
        ones.output -> add.value
        t.ref -> least.input
        t.ref -> most.input
        least.output -> s.fetch_outputs
        most.output -> s.fetch_outputs
        add.output_ref -> s.run_outputs
        """,
    )  # fmt: skip
    for _ in range(10):
        got = values(run(engine, made, steps=5, fetch=["least.output", "most.output"]))
        assert got == {"least.output": 1, "most.output": 1}


_TEXTS, _WIRES = WRITING_PARTS
_FIXED = ("Enter", {"data": "2", "frame_name": "rounds", "attrs": "is_constant_ = true;"})


def test_a_variable_that_each_round_adds_a_fixed_value_to_is_read_before_the_loop(engine):
    """Its writer depends on no Switch, but who reads outside of a loop cannot await a round."""
    wires = _WIRES.replace("switch.output_true -> add.value", "fixed.output -> add.value")
    made = page({**_TEXTS, "fixed": _FIXED}, f"{wires}\nn.ref -> s.fetch_outputs")
    got = values(run(engine, made, steps=2))
    # Four times in each step, as it does not stand behind the loop's Switch.
    assert (got["n.ref"], got["exit.output"]) == (8, 3)


def test_a_variable_of_the_step_that_only_a_loop_writes_does_not_stop_the_page(engine):
    blocks = {**_TEXTS, "n": ("TemporaryVariable", {"shape": "{}", "dtype": "DT_INT32"}), "add": "Assign"}
    assert values(run(engine, page(blocks, f"{_WIRES}\nn.ref -> s.fetch_outputs")))["exit.output"] == 3


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_nothing_is_unordered_on_drawn_pages(first):
    for seed in range(first, first + 100):
        assert not races(make_plan(drawn(seed), Path())), seed
