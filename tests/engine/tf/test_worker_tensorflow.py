"""Runs that end TensorFlow's process or do not end: the block is named, and the next page runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.model.sentence import quote, say
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Constant, Plan
from app.engine.host.engine import Engine
from app.engine.host.events import Event, Stepped
from app.engine.host.interface import RunRequest
from app.messages import hint_text, message_of
from tests.support.pages import page, run, values
from tests.support.words import holds

SUM: dict[str, Any] = {"x": ("Const", {"val": "{1.0f,2.0f}"}), "sum": "AddN", "session": "ClientSession"}
SUM_WIRES = "x.output -> sum.inputs\nx.output -> sum.inputs\nsum.sum -> session.fetch_outputs"


def beside_a_sum(blocks: dict[str, Any], wires: str) -> Page:
    """Return a page on which the blocks run beside a harmless sum."""
    return page({**SUM, **blocks}, SUM_WIRES + wires)


def only(problems: list[Problem]) -> Problem:
    """Return the only problem."""
    (problem,) = problems
    return problem


@pytest.fixture(autouse=True)
def _runs_afterwards(engine: Engine) -> Any:
    """See that whatever a test did, a harmless page runs after it."""
    yield
    assert values(run(engine, page(SUM, SUM_WIRES))) == {"x.output": [1.0, 2.0], "sum.sum": [2.0, 4.0]}


@pytest.mark.parametrize("device", ["/gpu:7", "/device:GPU:7", "/device:TPU:0", "/cpu:3"])
def test_a_device_that_is_not_there_is_named_and_the_page_runs_on_the_cpu(
    engine: Engine, device: str
) -> None:
    made = page(SUM, SUM_WIRES)
    made.scope = replace(made.scope, device=device)
    result = run(engine, made)
    assert (result.ok, values(result)["sum.sum"]) == (True, [2.0, 4.0])
    problem = only(result.problems)
    assert (problem.severity, problem.code) == ("warning", "bad-attr-value")
    assert holds(problem.sentence, say("setting.absent-device", device=device))


def test_a_device_of_a_block_that_is_not_there_is_said_to_be_the_block_s(engine: Engine) -> None:
    made = page(SUM, SUM_WIRES)
    made.blocks["x"] = replace(made.blocks["x"], device="/gpu:7")
    problem = only(run(engine, made).problems)
    assert (problem.severity, problem.block) == ("warning", "x")
    assert holds(problem.sentence, say("block.absent-device", device="/gpu:7"))


@pytest.mark.parametrize("device", ["/cpu:0", "/device:CPU:0", "/job:localhost", "/device:*:*"])
def test_a_device_that_is_there_is_no_matter(engine: Engine, device: str) -> None:
    made = page(SUM, SUM_WIRES)
    made.scope = replace(made.scope, device=device)
    assert run(engine, made).problems == []


@pytest.mark.parametrize(
    ("attrs", "words"),
    [
        ("error_msg_ = my words;", quote("my words")),
        ("exit_without_error_ = true;", say("exit.status", status=0)),
    ],
)
def test_the_abort_block_is_named(engine: Engine, attrs: str, words: str) -> None:
    result = run(
        engine, beside_a_sum({"end": ("Abort", {"attrs": attrs})}, "\nend.operation -> session.run_outputs")
    )
    assert (result.ok, result.steps) == (False, 0)
    assert (only(result.problems).code, only(result.problems).block) == ("aborted", "end")
    assert holds(only(result.problems).sentence, words)


def test_a_size_whose_allocation_would_end_the_process_is_refused_at_its_pin(engine: Engine) -> None:
    blocks = {"size": ("Const", {"val": "2000000000"}), "array": ("TensorArray", {"dtype": "DT_FLOAT"})}
    result = run(
        engine, beside_a_sum(blocks, "\nsize.output -> array.size\narray.flow -> session.fetch_outputs")
    )
    problem = only(result.problems)
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "array", "size")


def test_a_stage_that_nothing_fills_is_named(engine: Engine) -> None:
    blocks = {"stage": ("Unstage", {"dtypes": "{DT_FLOAT}"})}
    made = beside_a_sum(blocks, "\nstage.values -> session.fetch_outputs")
    result = run(engine, made, wait_limit=0.5)
    assert (only(result.problems).code, only(result.problems).block) == ("stuck", "stage")


def test_of_two_queues_the_empty_one_is_named(engine: Engine) -> None:
    blocks = {
        "full": ("FIFOQueue", {"component_types": "{DT_FLOAT}"}),
        "empty": ("FIFOQueue", {"component_types": "{DT_FLOAT}"}),
        "put": "QueueEnqueue",
        "take": ("QueueDequeue", {"component_types": "{DT_FLOAT}"}),
    }
    wires = """
        full.handle -> put.handle
        x.output -> put.components
        put.operation -> session.run_outputs
        empty.handle -> take.handle
        take.components -> session.fetch_outputs"""
    result = run(engine, beside_a_sum(blocks, wires), wait_limit=0.5)
    assert (only(result.problems).code, only(result.problems).block) == ("stuck", "take")
    assert "take (which needs something in the queue empty)" in message_of(only(result.problems))


def test_a_queue_that_is_full_is_named_with_who_needs_room(engine: Engine) -> None:
    blocks = {
        "small": ("FIFOQueue", {"component_types": "{DT_FLOAT}", "attrs": "capacity_ = 1;"}),
        "put": "QueueEnqueueMany",
    }
    wires = """
        small.handle -> put.handle
        x.output -> put.components
        put.operation -> session.run_outputs"""
    problem = only(run(engine, beside_a_sum(blocks, wires), wait_limit=0.5).problems)
    assert (problem.code, problem.block) == ("stuck", "put")
    assert "put (which needs room in the queue small, whose capacity_ is 1)" in message_of(problem)
    assert "capacity_" in (hint_text(problem) or "")


def test_a_time_limit_ends_what_tensorflow_cannot_cancel(engine: Engine) -> None:
    blocks = {"stage": ("Unstage", {"dtypes": "{DT_FLOAT}"})}
    result = run(engine, beside_a_sum(blocks, "\nstage.values -> session.fetch_outputs"), timeout=0.5)
    assert (result.ok, result.timed_out, only(result.problems).code) == (False, True, "timeout")


def test_an_endless_run_stops_with_the_values_of_its_last_step(engine: Engine) -> None:
    blocks = {
        "count": ("Variable", {"dtype": "DT_INT32", "shape": "{}"}),
        "one": ("Const", {"val": "1"}),
        "add": "AssignAdd",
        "session": "ClientSession",
    }
    wires = "count.ref -> add.ref\none.output -> add.value\nadd.output_ref -> session.fetch_outputs"

    def stop(event: Event) -> None:
        if isinstance(event, Stepped):
            engine.stop()

    result = run(engine, page(blocks, wires), steps=10**9, on_event=stop, variables=True)
    assert result.interrupted
    assert result.steps > 0
    assert int(result.variables["count"].array) == result.steps


def dequeuing_two_numbers(everything: bool = False) -> Plan:
    """Return a plan that ends the process while it is built: TensorFlow's shape function checks n by a CHECK.

    No page makes such a plan: what is known to end the process is refused.
    """
    blocks = {
        "queue": ("FIFOQueue", {"component_types": "{DT_FLOAT}"}),
        "take": ("QueueDequeueMany", {"n": "1", "component_types": "{DT_FLOAT}"}),
    }
    made = beside_a_sum(blocks, "\nqueue.handle -> take.handle\ntake.components -> session.fetch_outputs")
    plan = make_plan(made, Path("."), everything=everything)
    vector = Constant(dtype="DT_INT32", shape=(2,), packed=bytes(16))
    nodes = [replace(n, value=vector) if n.name == "take/n" else n for n in plan.nodes]
    return replace(plan, nodes=tuple(nodes))


def test_a_block_that_ends_the_process_while_it_is_built_is_named(engine: Engine) -> None:
    result = engine.run(dequeuing_two_numbers(), ".", RunRequest(steps=1))
    assert (only(result.problems).code, only(result.problems).block) == ("aborted", "take")
    assert holds(only(result.problems).sentence, say("process.while-built"))


def test_inference_names_the_block_that_ends_the_process(engine: Engine) -> None:
    inferred = engine.infer(dequeuing_two_numbers(everything=True), ".")
    assert (only(inferred.problems).code, only(inferred.problems).block) == ("aborted", "take")


def test_results_that_only_the_worker_could_hold_are_refused_by_name(engine: Engine) -> None:
    blocks = {"big": ("RandomUniform", {"shape": "{20000000}", "dtype": "DT_DOUBLE"})}  # 160 MB
    made = beside_a_sum(blocks, "\nbig.output -> session.fetch_outputs")
    result = run(engine, made, memory_limit=2 << 30)
    problem = only(result.problems)
    assert (problem.code, problem.block, problem.pin) == ("out-of-memory", "big", "output")
    assert holds(problem.sentence, say("memory.shown", size=0.16))
    small = run(engine, made, memory_limit=2 << 30, fetch=["sum.sum"])
    assert values(small) == {"sum.sum": [2.0, 4.0]}
