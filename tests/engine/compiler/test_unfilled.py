"""What nothing fills is found before a run: queues, stages, barriers, accumulators and tables, by handles and names."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.fixes import fixed_page
from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.messages import message_of
from app.messages.texts import hint_text
from tests.support.fix_cases import const
from tests.support.pages import page, run, values
from tests.support.words import holds

_QUEUE = {"q": ("FIFOQueue", {"component_types": "DT_FLOAT"}), "s": "ClientSession"}
_TAKE = {"t": ("QueueDequeue", {"component_types": "DT_FLOAT"})}
_TAKEN = "q.handle -> t.handle\nt.components -> s.fetch_outputs\n"
_PUT = {"p": ("QueueEnqueue", {"components": "1.5f"})}


def _waits(made: Page) -> list[Problem]:
    return [p for p in make_plan(made, Path()).problems if p.code == "stuck"]


def _stages(into: str, out: str, texts: dict[str, str], more: dict[str, str] | None = None) -> Page:
    """Return a page on which one block fills a stage and one takes from one; ``texts`` are their attrs."""
    fills = {"dtypes": "{DT_FLOAT}"} if into != "Stage" else {}
    blocks = {
        "a": const("1.5f"),
        "put": (into, {**fills, **(more or {}), "attrs": texts.get("put", "")}),
        "take": (out, {"dtypes": "{DT_FLOAT}", **(more or {}), "attrs": texts.get("take", "")}),
        "s": "ClientSession",
    }
    wires = "a.output -> put.values\nput.operation -> s.run_outputs\ntake.values -> s.fetch_outputs"
    return page(blocks, wires)


@pytest.mark.parametrize(
    ("made", "pin", "message"),
    [
        (page(_QUEUE | _TAKE, _TAKEN), "handle", "t will wait for ever: nothing fills the queue q"),
        (
            page(_QUEUE | _TAKE | _PUT, _TAKEN + "q.handle -> p.handle"),
            "handle",
            "t will wait for ever: p, which fills its queue, is run by no session",
        ),
        (
            page(
                _QUEUE | {"r": "TextLineReader", "t": "ReaderRead"},
                "r.reader_handle -> t.reader_handle\nq.handle -> t.queue_handle\nt.value -> s.fetch_outputs",
            ),
            "queue_handle",
            "t will wait for ever: nothing fills the queue q",
        ),
        (
            page(
                {
                    "b": ("Barrier", {"component_types": "{DT_FLOAT}"}),
                    "t": ("BarrierTakeMany", {"component_types": "{DT_FLOAT}", "num_elements": "1"}),
                    "s": "ClientSession",
                },
                "b.handle -> t.handle\nt.keys -> s.fetch_outputs",
            ),
            "handle",
            "t will wait for ever: nothing fills the barrier b",
        ),
        (
            page(
                {
                    "c": ("ConditionalAccumulator", {"dtype": "DT_FLOAT", "shape": "{}"}),
                    "t": ("AccumulatorTakeGradient", {"dtype": "DT_FLOAT", "num_required": "1"}),
                    "s": "ClientSession",
                },
                "c.handle -> t.handle\nt.average -> s.fetch_outputs",
            ),
            "handle",
            "t will wait for ever: nothing fills the accumulator c",
        ),
        (
            _stages("Stage", "Unstage", {}),
            "attrs",
            "take will wait for ever: it takes from a stage of its own, take, and put fills a stage of its own, put",
        ),
        (
            _stages("Stage", "Unstage", {"put": "shared_name_ = one;", "take": "shared_name_ = two;"}),
            "attrs",
            "take will wait for ever: it takes from the stage two, and put fills the stage one",
        ),
        (
            _stages("MapStage", "MapUnstage", {}, {"key": "3", "indices": "{0}"}),
            "attrs",
            "take will wait for ever: it takes from a stage of its own, take, and put fills a stage of its own, put",
        ),
    ],
)
def test_what_nothing_fills_is_named(made: Page, pin: str, message: str) -> None:
    (found,) = _waits(made)
    assert (message_of(found), found.pin) == (message, pin)
    assert found.severity == "warning"


_SESSIONS = {
    "q": ("FIFOQueue", {"component_types": "DT_FLOAT"}),
    **_TAKE,
    **_PUT,
    "s1": "ClientSession",
    "s2": "ClientSession",
}
_HANDLES = "q.handle -> t.handle\nq.handle -> p.handle\n"


def test_what_a_later_session_fills_is_named_with_both_sessions() -> None:
    made = page(_SESSIONS, _HANDLES + "t.components -> s1.fetch_outputs\np.operation -> s2.run_outputs")
    (found,) = _waits(made)
    assert message_of(found) == (
        "t will wait for ever: the session s1 runs it before the session s2, in which p fills the queue"
    )
    assert (found.pin, found.related) == ("handle", ("p", "s1", "s2"))
    assert "wire p.operation to run_outputs of s1" in (hint_text(found) or "")


@pytest.mark.parametrize(
    ("sessions", "wires"),
    [
        ({}, "t.components -> s2.fetch_outputs\np.operation -> s1.run_outputs"),
        (
            {"s2": ("ClientSession", {"once": "true"})},
            "t.components -> s1.fetch_outputs\np.operation -> s2.run_outputs",
        ),
        (
            {},
            "t.components -> s1.fetch_outputs\np.operation -> s1.run_outputs\np.operation -> s2.run_outputs",
        ),
    ],
    ids=["filled before", "filled once before all", "filled beside it"],
)
def test_what_is_filled_in_time_by_another_session_is_no_fault(sessions: dict, wires: str) -> None:
    assert _waits(page(_SESSIONS | sessions, _HANDLES + wires)) == []


@pytest.mark.parametrize(
    "made",
    [
        page(_QUEUE | _TAKE | _PUT, _TAKEN + "q.handle -> p.handle\np.operation -> s.run_outputs"),
        page(
            _QUEUE | _TAKE | {"c": "QueueClose"},
            _TAKEN + "q.handle -> c.handle\nc.operation -> s.run_outputs",
        ),
        page(
            _QUEUE
            | _TAKE
            | _PUT
            | {"other": ("FIFOQueue", {"component_types": "DT_FLOAT", "attrs": "shared_name_ = q;"})},
            _TAKEN + "other.handle -> p.handle\np.operation -> s.run_outputs",
        ),
        _stages("Stage", "Unstage", {"put": "shared_name_ = x;", "take": "shared_name_ = x;"}),
        _stages("Stage", "Unstage", {"take": "shared_name_ = put;"}),
        page(_QUEUE | _TAKE, "q.handle -> t.handle\nq.handle -> s.fetch_outputs"),
    ],
    ids=["filled", "closed", "shared queue", "one name", "the other's own name", "not run"],
)
def test_what_is_filled_or_not_run_is_no_fault(made: Page) -> None:
    assert [message_of(p) for p in _waits(made)] == []


def test_the_fix_lets_the_page_run(engine: Engine, tmp_path: Path) -> None:
    """One name for both, and what was put in comes out."""
    made = _stages("Stage", "Unstage", {})
    (found,) = _waits(made)
    assert holds(found.hint, say("hint.same-shared-name", blocks=("put", "take")))
    (fix,) = found.fixes
    result = engine.run(
        make_plan(fixed_page(made, fix), tmp_path), str(tmp_path), RunRequest(steps=1, wait_limit=20)
    )
    assert result.ok, [message_of(p) for p in result.problems]


_TABLE = {
    "t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}),
    "i": ("InitializeTableV2", {"keys": '{"red","green"}', "values": "{1,2}"}),
    "f": ("LookupTableFindV2", {"keys": '{"green","pink"}', "default_value": "-1"}),
    "b": "ClientSession",
    "z": "ClientSession",
}
_LOOKED_UP = (
    "t.table_handle -> i.table_handle\nt.table_handle -> f.table_handle\nf.values -> b.fetch_outputs\n"
)
_FILLED_LATE = _LOOKED_UP + "i.operation -> z.run_outputs"
_NO_FILLER = _FILLED_LATE.partition("\n")[2]
_ONCE = ("ClientSession", {"once": "true"})
_LATE = (
    "f will fail in the first step: the session b runs it before the session z, in which i fills the table"
)


def _unfilled(made: Page) -> list[Problem]:
    return [p for p in make_plan(made, Path()).problems if p.code == "unfilled"]


def test_a_table_that_a_later_session_fills_is_named_with_both_and_its_fix_lets_it_run(
    engine: Engine,
) -> None:
    """TensorFlow finds "green", the second word, and gives the default for "pink"."""
    made = page(_TABLE, _FILLED_LATE)
    (found,) = _unfilled(made)
    assert (message_of(found), found.severity) == (_LATE, "error")
    assert (found.pin, found.related) == ("table_handle", ("i", "b", "z"))
    assert "which puts b before z" in (hint_text(found) or "")
    (fix,) = found.fixes
    assert values(run(engine, fixed_page(made, fix)))["f.values"] == [2, -1]


@pytest.mark.parametrize(
    ("blocks", "wires", "message", "severity"),
    [
        ({}, _LOOKED_UP, "f will fail: i, which fills its table, is run by no session", "error"),
        ({"i": "NoOp"}, _NO_FILLER, "f will fail: nothing fills the table t", "error"),
        ({"b": _ONCE}, _FILLED_LATE, _LATE, "error"),
        (
            {"t": ("HashTableV2", {**_TABLE["t"][1], "attrs": "shared_name_ = words;"})},
            _FILLED_LATE,
            _LATE,
            "warning",
        ),
        (
            {"e": ("LookupTableExportV2", {"Tkeys": "DT_STRING", "Tvalues": "DT_INT64"}), "f": "NoOp"},
            "t.table_handle -> i.table_handle\nt.table_handle -> e.table_handle\ne.keys -> b.fetch_outputs\n"
            "i.operation -> z.run_outputs",
            _LATE.replace("f will", "e will"),
            "error",
        ),
    ],
    ids=["not run", "no filler", "a reader that runs once", "a shared table", "export"],
)
def test_a_table_without_values_is_found(blocks: dict, wires: str, message: str, severity: str) -> None:
    (found,) = _unfilled(page(_TABLE | blocks, wires))
    assert (message_of(found), found.severity) == (message, severity)


@pytest.mark.parametrize(
    ("blocks", "wires"),
    [
        ({"z": _ONCE}, _FILLED_LATE),
        ({}, _LOOKED_UP + "i.operation -> b.run_outputs"),
        (
            {"i": ("LookupTableImportV2", _TABLE["i"][1])},
            _LOOKED_UP + "i.operation -> b.run_outputs",
        ),
        (
            {"t": ("MutableHashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "i": "NoOp"},
            _NO_FILLER,
        ),
        ({"f": ("LookupTableSizeV2", {})}, _FILLED_LATE.replace("f.values", "f.size")),
        ({"b": _ONCE}, _LOOKED_UP.replace("f.values", "t.table_handle")),
    ],
    ids=["once before", "beside it", "imported", "open table", "its size", "not run"],
)
def test_a_table_that_is_filled_in_time_or_needs_no_filling_is_no_fault(blocks: dict, wires: str) -> None:
    assert [message_of(p) for p in _unfilled(page(_TABLE | blocks, wires))] == []
