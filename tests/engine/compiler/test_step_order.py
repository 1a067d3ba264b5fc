"""What the readers of a Variable see within a step, and in which order its writers run."""

from __future__ import annotations

import pytest

from tests.support.pages import page, run, values

VAR = ("Variable", {"initvalues": "10"})


def test_variable_with_one_independent_writer_is_read_after_the_write(engine):
    made = page(
        {
            "v": VAR,
            "new": ("Const", {"val": "5"}),
            "set": "Assign",
            "twice": ("Multiply", {"y": "2"}),
            "s": "ClientSession",
        },
        """
        v.ref -> set.ref
        new.output -> set.value
        v.ref -> twice.x
        twice.z -> s.fetch_outputs
        set.output_ref -> s.run_outputs
        """,
    )
    got = values(run(engine, made))
    assert got["v.ref"] == 5
    assert got["twice.z"] == 10


def test_counter_is_read_at_the_start_of_the_step(engine):
    made = page(
        {
            "v": VAR,
            "add": ("AssignAdd", {"value": "1"}),
            "copy": "Identity",
            "next": ("Add", {"y": "0"}),
            "s": "ClientSession",
        },
        """
        v.ref -> add.ref
        v.ref -> copy.input
        copy.output -> next.x
        next.z -> s.fetch_outputs
        add.output_ref -> s.fetch_outputs
        """,
    )
    # AssignAdd's text does not depend on v, so v has one independent writer: read after the write
    assert values(run(engine, made, steps=3))["next.z"] == 13


def test_writer_that_takes_its_own_variable_as_a_value_reads_it_at_the_start_of_the_step(engine):
    made = page(
        {"v": VAR, "double": "AssignAdd", "s": "ClientSession"},
        """
        v.ref -> double.ref
        v.ref -> double.value
        double.output_ref -> s.fetch_outputs
        """,
    )
    got = values(run(engine, made, steps=3))
    assert (got["v.ref"], got["double.output_ref"]) == (40, 80)


def test_writer_that_depends_on_the_variable_runs_after_its_readers(engine):
    made = page(
        {"v": VAR, "more": ("Add", {"y": "1"}), "set": "Assign", "s": "ClientSession"},
        """
        v.ref -> more.x
        v.ref -> set.ref
        more.z -> set.value
        set.output_ref -> s.fetch_outputs
        """,
    )
    got = values(run(engine, made, steps=4))
    assert (got["v.ref"], got["more.z"], got["set.output_ref"]) == (13, 14, 14)


def test_unchained_writers_run_in_file_order(engine):
    blocks = {
        "v": VAR,
        "plus": ("AssignAdd", {"value": "1"}),
        "times": "Assign",
        "product": ("Multiply", {"y": "3"}),
        "s": "ClientSession",
    }
    wires = """
        v.ref -> plus.ref
        v.ref -> times.ref
        v.ref -> product.x
        product.z -> times.value
        plus.output_ref -> s.fetch_outputs
        times.output_ref -> s.fetch_outputs
        """
    got = values(run(engine, page(blocks, wires)))
    assert (got["v.ref"], got["plus.output_ref"], got["times.output_ref"]) == (10, 11, 30)
    swapped = {k: blocks[k] for k in ("v", "times", "plus", "product", "s")}
    got = values(run(engine, page(swapped, wires)))
    assert (got["v.ref"], got["plus.output_ref"], got["times.output_ref"]) == (10, 31, 30)


def test_chained_writers_run_in_chain_order_and_show_the_value_after_their_own_write(engine):
    made = page(
        {
            "second": ("AssignAdd", {"value": "1"}),
            "first": ("Assign", {"value": "5"}),
            "v": VAR,
            "s": "ClientSession",
        },
        """
        v.ref -> first.ref
        first.output_ref -> second.ref
        first.output_ref -> s.fetch_outputs
        second.output_ref -> s.fetch_outputs
        """,
    )
    for _ in range(5):
        got = values(run(engine, made))
        assert (got["v.ref"], got["first.output_ref"], got["second.output_ref"]) == (10, 5, 6)


def test_writer_that_no_session_reaches_does_not_run_and_does_not_count(engine):
    made = page(
        {
            "v": VAR,
            "set": ("Assign", {"value": "5"}),
            "idle": ("AssignAdd", {"value": "100"}),
            "s": "ClientSession",
        },
        """
        v.ref -> set.ref
        v.ref -> idle.ref
        v.ref -> s.fetch_outputs
        set.output_ref -> s.run_outputs
        """,
    )
    got = values(run(engine, made, steps=2))
    assert got["v.ref"] == 5
    assert "idle.output_ref" not in got


def test_sessions_run_by_id_and_each_runs_only_its_own_writers(engine):
    made = page(
        {
            "v": VAR,
            "plus": ("AssignAdd", {"value": "1"}),
            "minus": ("AssignSub", {"value": "5"}),
            "b": "ClientSession",
            "a": "ClientSession",
        },
        """
        v.ref -> plus.ref
        v.ref -> minus.ref
        plus.output_ref -> a.fetch_outputs
        minus.output_ref -> b.fetch_outputs
        """,
    )
    got = values(run(engine, made))
    assert (got["plus.output_ref"], got["minus.output_ref"]) == (11, 6)


def test_order_edge_from_a_writer_of_another_session_does_not_pull_it_in(engine):
    """``both`` is reached by both sessions, ``plus`` (before it in the file) by one only."""
    made = page(
        {
            "v": VAR,
            "plus": ("AssignAdd", {"value": "1"}),
            "both": ("AssignAdd", {"value": "100"}),
            "a": "ClientSession",
            "z": "ClientSession",
        },
        """
        v.ref -> plus.ref
        v.ref -> both.ref
        both.output_ref -> a.fetch_outputs
        both.output_ref -> z.fetch_outputs
        plus.output_ref -> z.fetch_outputs
        """,
    )
    got = values(run(engine, made))
    # a: 10 + 100 = 110; z: plus first (file order), 111, then both, 211
    assert (got["plus.output_ref"], got["both.output_ref"]) == (111, 211)


def test_variables_that_wait_for_each_other_both_show_the_start_of_the_step(engine):
    made = page(
        {
            "x": ("Variable", {"initvalues": "1"}),
            "y": ("Variable", {"initvalues": "2"}),
            "sx": "Assign",
            "sy": "Assign",
            "s": "ClientSession",
        },
        """
        x.ref -> sx.ref
        y.ref -> sx.value
        y.ref -> sy.ref
        x.ref -> sy.value
        sx.output_ref -> s.fetch_outputs
        sy.output_ref -> s.fetch_outputs
        """,
    )
    got = values(run(engine, made, steps=3))  # swapped three times
    assert (got["x.ref"], got["y.ref"], got["sx.output_ref"], got["sy.output_ref"]) == (1, 2, 2, 1)


def test_dead_writer_leaves_the_variable_and_the_next_writer_alone(engine):
    made = page(
        {
            "v": VAR,
            "is_on": ("Const", {"val": "false"}),
            "switch": ("Switch", {"data": "7"}),
            "maybe": "Assign",
            "always": ("AssignAdd", {"value": "1"}),
            "s": "ClientSession",
        },
        """
        is_on.output -> switch.pred
        v.ref -> maybe.ref
        switch.output_true -> maybe.value
        v.ref -> always.ref
        maybe.output_ref -> s.fetch_outputs
        always.output_ref -> s.fetch_outputs
        """,
    )
    got = values(run(engine, made, steps=3))
    assert got["maybe.output_ref"] == "dead"
    assert (got["v.ref"], got["always.output_ref"]) == (12, 13)


def test_uninitialised_variable_is_shown_as_such_and_has_a_value_once_assigned(engine):
    made = page(
        {
            "v": ("Variable", {"dtype": "DT_INT32", "shape": "{}", "initvalues": ""}),
            "set": ("Assign", {"value": "4"}),
            "more": ("AssignAdd", {"value": "1"}),
            "s": "ClientSession",
        },
        """
        v.ref -> set.ref
        set.output_ref -> more.ref
        more.output_ref -> s.fetch_outputs
        """,
    )
    first = values(run(engine, made))
    assert (first["v.ref"], first["more.output_ref"]) == ("uninitialized", 5)
    assert values(run(engine, made, steps=2))["v.ref"] == 5


def test_a_run_begins_at_the_start_values_and_a_step_does_not(engine):
    made = page(
        {"v": VAR, "add": ("AssignAdd", {"value": "1"}), "s": "ClientSession"},
        "v.ref -> add.ref\nadd.output_ref -> s.fetch_outputs",
    )
    assert values(run(engine, made, steps=5))["add.output_ref"] == 15
    assert values(run(engine, made, steps=1))["add.output_ref"] == 11


def test_reference_that_is_passed_on_is_read_like_its_variable(engine):
    only_writer = {
        "v": ("Variable", {"initvalues": "1", "dtype": "DT_INT32", "shape": "{}"}),
        "branch": ("RefSwitch", {"pred": "true"}),
        "add": ("AssignAdd", {"value": "10"}),
        "seen": "Neg",
        "s": "ClientSession",
    }
    wires = """
        v.ref -> branch.data
        branch.output_true -> add.ref
        branch.output_true -> seen.x
        seen.y -> s.fetch_outputs
        add.output_ref -> s.fetch_outputs
        """
    after = {"v.ref": 31, "branch.output_false": "dead", "branch.output_true": 31}
    for _ in range(5):  # TensorFlow itself gives one value or the other
        shown = values(run(engine, page(only_writer, wires), steps=3))
        assert shown == {**after, "add.output_ref": 31, "seen.y": -31}


def test_reference_passed_on_between_two_writers_shows_the_value_between_them(engine):
    blocks = {
        "v": ("Variable", {"initvalues": "1", "dtype": "DT_INT32", "shape": "{}"}),
        "first": ("AssignAdd", {"value": "1"}),
        "same": "RefIdentity",
        "second": ("AssignAdd", {"value": "10"}),
        "seen": "Neg",
        "start": "RefIdentity",
        "s": "ClientSession",
    }
    wires = """
        v.ref -> first.ref
        v.ref -> start.input
        first.output_ref -> same.input
        same.output -> second.ref
        same.output -> seen.x
        seen.y -> s.fetch_outputs
        start.output -> s.fetch_outputs
        second.output_ref -> s.fetch_outputs
        """
    for _ in range(5):
        assert values(run(engine, page(blocks, wires), steps=2)) == {
            "v.ref": 12,
            "first.output_ref": 13,
            "same.output": 13,
            "second.output_ref": 23,
            "seen.y": -13,
            "start.output": 12,
        }


@pytest.mark.parametrize(("taken", "behind"), [("true", 4), ("false", -1)])
def test_reference_that_two_branches_pass_on_shows_the_value_behind_the_one_taken(engine, taken, behind):
    """Another writer comes behind the branches; what is read of them is not changed by it."""
    blocks = {
        "v": ("Variable", {"initvalues": "1", "dtype": "DT_INT32", "shape": "{}"}),
        "branch": ("RefSwitch", {"pred": taken}),
        "more": ("AssignAdd", {"value": "3"}),
        "less": ("AssignSub", {"value": "2"}),
        "either": "RefMerge",
        "seen": "Neg",
        "later": ("AssignAdd", {"value": "10"}),
        "s": "ClientSession",
    }
    wires = """
        v.ref -> branch.data
        branch.output_true -> more.ref
        branch.output_false -> less.ref
        less.output_ref -> either.inputs
        more.output_ref -> either.inputs
        either.output -> seen.x
        either.output -> later.ref
        seen.y -> s.fetch_outputs
        later.output_ref -> s.run_outputs
        """
    for _ in range(3):
        shown = values(run(engine, page(blocks, wires), fetch=["seen.y", "later.output_ref"]))
        assert shown == {"seen.y": -behind, "later.output_ref": behind + 10}
