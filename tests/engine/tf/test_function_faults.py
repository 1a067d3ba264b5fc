"""Faults of blocks in a page that another block calls: what is typed there is known as it is on a page of its own."""

from __future__ import annotations

from app.messages import message_of
from tests.support.function_pages import named, run_of

PART = {"x": "Argument", "s": ("Slice", {"begin": "{1}", "size": "{2}"}), "y": "Result"}
OTHER = {"x": "Argument", "n": "Neg", "y": "Result"}
ONE = {"x": "Argument", "k": ("Const", {"val": "{4}"}), "g": "Gather", "y": "Result"}


def called(engine, part, wires):
    """Return the problem of a run that calls a page with as many numbers as are found only then."""
    main = {
        "v": ("Const", {"val": "{0.0f,2.0f,3.0f}"}),
        "w": "Where",
        "more": ("Greater", {"y": "1f"}),
        "choose": ("If", {"cond": "true", "then_branch": "part", "else_branch": "other"}),
        "session": "ClientSession",
    }
    into = (
        "v.output -> more.x \n more.z -> w.condition \n w.index -> r.tensor \n r.output -> choose.input"
        "\n choose.output -> session.fetch_outputs"
    )
    main["r"] = ("Reshape", {"shape": "{-1}"})
    part, other = named("part", part, wires), named("other", OTHER, "x.output -> n.x \n n.y -> y.input")
    (problem,) = run_of(engine, named("main", main, into), part, other).problems
    return problem


def test_a_slice_says_where_it_begins(engine):
    problem = called(engine, PART, "x.output -> s.input \n s.output -> y.input")
    assert (problem.block, problem.pin) == ("choose/s", "size")
    assert message_of(problem) == (
        "size holds 2 for dimension 0; it may be 0 to 1, as begin is 1 and the size of the input 2 there"
    )


def test_an_index_that_is_typed_there_is_found(engine):
    problem = called(engine, ONE, "x.output -> g.params \n k.output -> g.indices \n g.output -> y.input")
    assert (problem.block, problem.pin) == ("choose/g", "indices")
    assert message_of(problem) == "indices holds 4 at position 0; it may hold 0 to 1"
