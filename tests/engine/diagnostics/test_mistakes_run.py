"""Mistakes that only a run shows: block, pin, the value at fault and its place, and the inputs that are held."""

from __future__ import annotations

import pytest

from app.document.model.sentence import say
from app.engine.values.json_format import page_json
from app.messages import requirement_text
from blocks.requirement import Actual
from tests.support.mistakes import Mistake, const, errors, missed, ran
from tests.support.mistakes_run import MISTAKES
from tests.support.pages import page, plain, run
from tests.support.words import holds

_QUICK = 1.0  # seconds that a step may wait; what waits here waits for ever


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: m.name)
def test_run_names_pin_value_and_place(engine, tmp_path, mistake: Mistake):
    result = ran(mistake, tmp_path, engine, wait_limit=_QUICK)
    assert not result.ok
    assert missed(mistake, errors(result.problems)) == []


def test_inputs_of_the_failed_block_are_held(engine):
    made = page(
        {**const(x="{1f,2f,3f}", i="{0,7}"), "twice": "Add", "g": "Gather", "s": "ClientSession"},
        """
        x.output -> twice.x
        x.output -> twice.y
        twice.z -> g.params
        i.output -> g.indices
        g.output -> s.fetch_outputs
        """,
    )
    result = run(engine, made)
    assert {key: plain(value) for key, value in result.inputs.items()} == {
        "g.params": [2.0, 4.0, 6.0],
        "g.indices": [0, 7],
    }


def test_elements_of_a_list_pin_are_held_in_order(engine):
    made = page(
        {**const(x='"1,b"'), "d": ("DecodeCSV", {"record_defaults": "{0f},{5f}"}), "s": "ClientSession"},
        "x.output -> d.records\nd.output -> s.fetch_outputs",
    )
    held = run(engine, made).inputs
    assert plain(held["d.record_defaults"]) == [[0.0], [5.0]]
    assert plain(held["d.records"]) == b"1,b"


def test_variable_that_counts_is_held_as_it_was_in_the_step_that_failed(engine):
    made = page(
        {
            "v": ("Variable", {"initvalues": "0"}),
            "next": ("AssignAdd", {"value": "1"}),
            "g": ("Gather", {"params": "{10,20,30}"}),
            "behind": ("Add", {"y": "1"}),
            "s": "ClientSession",
        },
        """
        v.ref -> next.ref
        next.output_ref -> g.indices
        g.output -> behind.x
        behind.z -> s.fetch_outputs
        """,
    )
    result = run(engine, made, steps=10)
    assert result.steps == 2  # 1 and 2 are there, 3 is not
    assert holds(
        result.problems[0].sentence, say("index.holds", index=Actual(value="3", origins=("next.output_ref",)))
    )
    assert plain(result.inputs["g.params"]) == [10, 20, 30]
    # The counter was written in the step that failed: computing it again would count on.
    assert plain(result.inputs["g.indices"]) == "unkept"


def test_variable_that_is_written_behind_the_failed_block_is_held(engine):
    made = page(
        {
            "v": ("Variable", {"initvalues": "{0,5}"}),
            "g": ("Gather", {"params": "{1,2,3}"}),
            "w": "Assign",
            "s": "ClientSession",
        },
        """
        v.ref -> g.indices
        v.ref -> w.ref
        g.output -> w.value
        w.output_ref -> s.fetch_outputs
        """,
    )
    assert plain(run(engine, made).inputs["g.indices"]) == [0, 5]


def test_random_numbers_of_known_shapes_are_not_held_and_others_would_come(engine):
    made = page(
        {
            "r": ("RandomUniform", {"shape": "{2}", "dtype": "DT_FLOAT"}),
            "low": ("Sub", {"y": "5f"}),
            "root": "Sqrt",
            "c": ("CheckNumerics", {"message": "here"}),
            "s": "ClientSession",
        },
        """
        r.output -> low.x
        low.z -> root.x
        root.y -> c.tensor
        c.output -> s.fetch_outputs
        """,
    )
    result = run(engine, made)
    assert result.problems[0].block == "c"
    assert requirement_text(result.problems[0]) == "finite numbers"
    assert plain(result.inputs["c.tensor"]) == "unkept"


def test_first_cause_comes_first_and_what_is_behind_it_is_not_in_error(engine):
    made = page(
        {
            **const(x="{1f,2f}", i="{5}"),
            "g": "Gather",
            "behind": "Square",
            "further": "Sqrt",
            "s": "ClientSession",
        },
        """
        x.output -> g.params
        i.output -> g.indices
        g.output -> behind.x
        behind.y -> further.x
        further.y -> s.fetch_outputs
        """,
    )
    assert [p.block for p in errors(run(engine, made).problems)] == ["g"]


def test_own_words_of_tensorflow_stand_beside_ours(engine):
    made = page(
        {"d": ("FloorDiv", {"x": "{1,2}", "y": "{1,0}"}), "s": "ClientSession"}, "d.z -> s.fetch_outputs"
    )
    assert "Integer division by zero" in (run(engine, made).problems[0].detail or "")


_BRANCHES = {
    **const(x="5f", p="true"),
    "w": "Switch",
    "no": "Square",
    "yes": "Square",
    "m": "Merge",
    "s": "ClientSession",
}
_BRANCH_WIRES = """
    x.output -> w.data
    p.output -> w.pred
    w.output_false -> no.x
    w.output_true -> yes.x
    no.y -> m.inputs
    yes.y -> m.inputs
    m.output -> s.fetch_outputs
    """


def test_fetched_output_of_a_dead_branch_says_which_block_chose_the_other_one(engine):
    result = run(engine, page(_BRANCHES, _BRANCH_WIRES + "no.y -> s.fetch_outputs"))
    assert result.ok
    (problem,) = result.problems
    assert (problem.severity, problem.code, problem.block, problem.pin) == (
        "warning",
        "dead-branch",
        "no",
        "y",
    )
    assert problem.related == ("w.pred",)
    assert holds(problem.sentence, say("branch.chosen-as", pin="w.pred", value="true", source="p.output"))
    assert plain(result.results["no.y"]) == "dead"


def test_dead_branch_that_nothing_fetches_is_no_fault(engine):
    assert run(engine, page(_BRANCHES, _BRANCH_WIRES)).problems == []


def test_inputs_of_the_failed_block_are_part_of_the_json(engine):
    made = page(
        {"d": ("FloorDiv", {"x": "{1,2}", "y": "{1,0}"}), "s": "ClientSession"}, "d.z -> s.fetch_outputs"
    )
    held = page_json(run(engine, made), ())["inputs"]
    assert held["d.y"] == {"dtype": "int32", "shape": [2], "values": [1, 0]}


def test_second_session_without_wires_does_no_harm(engine):
    made = page(
        {"y": ("Square", {"x": "3f"}), "s": "ClientSession", "t": "ClientSession"}, "y.y -> s.fetch_outputs"
    )
    result = run(engine, made)
    assert (result.ok, plain(result.results["y.y"])) == (True, 9.0)


@pytest.mark.parametrize("writes", [False, True], ids=["read", "written"])
def test_outputs_before_a_failed_block_stay_where_nothing_writes_the_variables(engine, writes: bool):
    blocks = {**const(x="{1f,2f}"), "n": "Neg", "i": ("Variable", {"initvalues": "7"}), "g": "Gather"}
    wires = """
        x.output -> n.x
        n.y -> g.params
        i.ref -> g.indices
        g.output -> s.fetch_outputs
        i.ref -> s.fetch_outputs
    """
    if writes:
        blocks["next"] = ("AssignAdd", {"value": "1"})
        wires += "i.ref -> next.ref\nnext.output_ref -> s.run_outputs"
    result = run(engine, page({**blocks, "s": "ClientSession"}, wires))
    assert not result.ok
    found = {key: plain(value) for key, value in result.results.items()}
    shown = {"x.output": [1.0, 2.0], "n.y": [-1.0, -2.0], "i.ref": 7, "g.output": "failed"}
    assert writes or found == shown
    assert found["g.output"] == "failed"
