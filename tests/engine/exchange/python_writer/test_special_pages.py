"""Pages that are no plain sums, as programs of Python: run with TensorFlow only, they show the same bits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

import pytest
from msgspec.structs import replace

from app.document.model.diagram import Block, Page, PinRef, RunSettings, Wire
from app.document.resources.grants import Grants
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.exchange.python_writer.module import Style
from app.engine.exchange.python_writer.program import Program, python_program
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.json_format import value_text
from app.messages import message_of
from tests.support.drawn_loops import DRAWING, GROWING, NESTED, NEWTON, WRITING, counting
from tests.support.exported_programs import Shown, differences, run_programs, shown_by
from tests.support.function_pages import named, planned, twice
from tests.support.overtaking_rounds import BELOW as BELOW_20
from tests.support.overtaking_rounds import COUNTING, DRAWN, ROUND, SUMMING, looping
from tests.support.overtaking_rounds import counting as counting_rounds
from tests.support.pages import page
from tests.support.writing_pages import ADDING, BELOW, branching, looped

BOTH, GRAPH, FUNCTIONS = ("v2", "v1"), ("v1",), ("v2",)


class Case(NamedTuple):
    """A page, the pages that stand as blocks, and the styles in which it can be exported."""

    page: Page
    others: tuple[Page, ...] = ()
    styles: tuple[str, ...] = BOTH
    files: Mapping[str, str] = {}
    fetch: tuple[str, ...] = ()


def _consts(**texts: tuple[str, str]) -> Page:
    return page({name: ("Const_ex", {"dtype": dtype, "val": text}) for name, (dtype, text) in texts.items()})


_OF_THE_STEP = ("TemporaryVariable", {"shape": "{}", "dtype": "DT_FLOAT"})
OF_THE_STEP = page(
    {
        "t": _OF_THE_STEP,
        "end": ("DestroyTemporaryVariable", {"var_name": "t"}),
        "set": ("Assign", {"value": "5.0f"}),
        "add": ("AssignAdd", {"value": "10.0f"}),
        "s": "ClientSession",
    },
    """
    t.ref -> set.ref
    set.output_ref -> add.ref
    add.output_ref -> end.ref
    end.value -> s.fetch_outputs
    """,
)
OF_THE_STEP_IN_BRANCHES = page(
    {
        "t": _OF_THE_STEP,
        "branch": ("RefSwitch", {"pred": "false"}),
        "no": ("Assign", {"value": "5.0f"}),
        "yes": ("Assign", {"value": "6.0f"}),
        "s": "ClientSession",
    },
    """
    t.ref -> branch.data
    branch.output_true -> yes.ref
    branch.output_false -> no.ref
    t.ref -> s.fetch_outputs
    yes.output_ref -> s.run_outputs
    no.output_ref -> s.run_outputs
    """,
)
DTYPES = _consts(
    half=("DT_HALF", "{0.1,65504,-0.0,nan,inf,-inf,6e-8}"),
    brain=("DT_BFLOAT16", "{0.1,3e38,-0.0,nan,inf}"),
    single=("DT_FLOAT", "{0.1,16777217,1e-45,3.4028235e38,-0.0,nan,-inf}"),
    double=("DT_DOUBLE", "{0.1,1e-323,1.7976931348623157e308,nan}"),
    small=("DT_UINT8", "{0,255}"),
    long=("DT_INT64", "{9223372036854775807,-9223372036854775808}"),
    large=("DT_UINT64", "{18446744073709551615,0}"),
    short=("DT_INT16", "-3"),
    pair=("DT_COMPLEX64", "{1+2j,0.1-0.3j,nan}"),
    pairs=("DT_COMPLEX128", "{0.1+1e300j,-0.0}"),
    truth=("DT_BOOL", "{true,false}"),
    texts=("DT_STRING", '{"it\'s \\"quoted\\"","a\\\\b","grüße",""}'),
    many=("DT_FLOAT", "{{1,2,3,4,5,6,7,8,9,10,11,12},{13,14,15,16,17,18,19,20,21,22,23,24.5}}"),
    empty=("DT_FLOAT", "{}"),
    equal=("DT_INT32", "{7,7,7,7,7,7,7,7,7,7,7,7}"),
)
ODD_NAMES = page(
    {
        "class": ("Const", {"val": "2f"}), "1st": ("Const", {"val": "3f"}), "tf": ("Const", {"val": "5f"}),
        "a-b": "Multiply", "a_b": "Multiply", "results": "Neg", "print": "Square", "step": "Abs", "main": "Abs",
        "value": "Abs", "show": "Abs",
    },
    """
    class.output -> a-b.x
    1st.output -> a-b.y
    tf.output -> a_b.x
    a-b.z -> a_b.y
    a_b.z -> results.x
    results.y -> print.x
    print.y -> step.x
    step.y -> main.x
    main.y -> value.x
    value.y -> show.x
    """,
)  # fmt: skip
WITH_A_BRANCH = counting()
for _name, _symbol, _pins in (
    ("is-low", "Less", {"y": "5"}), ("low", "Switch", {}), ("faster", "Add", {"y": "2"}), ("both", "Merge", {}),
):  # fmt: skip
    WITH_A_BRANCH.blocks[_name] = Block(id=_name, symbol=_symbol, pins=dict(_pins))
WITH_A_BRANCH.wires[:] = [wire for wire in WITH_A_BRANCH.wires if wire.target.block != "next"]
WITH_A_BRANCH.wires += [
    Wire(source=PinRef.parse(source), target=PinRef.parse(target))
    for source, target in (
        ("add.z", "low.data"), ("switch.output_true", "is-low.x"), ("is-low.z", "low.pred"),
        ("low.output_true", "faster.x"), ("faster.z", "both.inputs"), ("low.output_false", "both.inputs"),
        ("both.output", "next.data"),
    )
]  # fmt: skip
STATE_IN_A_BRANCH = page(
    {
        "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": "1f"}),
        "yes": ("Const", {"val": "true"}), "switch": "Switch", "take": ("Add", {"y": "1f"}), "put": "Assign",
        "s": "ClientSession",
    },
    """
    v.ref -> switch.data
    yes.output -> switch.pred
    switch.output_true -> take.x
    v.ref -> put.ref
    take.z -> put.value
    put.output_ref -> s.fetch_outputs
    """,
    steps=3,
)  # fmt: skip
ASSIGNED_FIRST = page(
    {
        "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{2}", "initvalues": ""}),
        "put": ("Assign", {"value": "{3f,4f}"}), "twice": ("Multiply", {"y": "2f"}), "s": "ClientSession",
    },
    """
    v.ref -> put.ref
    v.ref -> twice.x
    put.output_ref -> s.fetch_outputs
    twice.z -> s.fetch_outputs
    """,
)  # fmt: skip
UNSET = page(
    {
        "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": ""}),
        "x": ("Const", {"val": "2f"}), "yes": ("Const", {"val": "true"}), "switch": "Switch",
        "put": "Assign", "s": "ClientSession",
    },
    """
    x.output -> switch.data
    yes.output -> switch.pred
    v.ref -> put.ref
    switch.output_true -> put.value
    put.output_ref -> s.fetch_outputs
    """,
)  # fmt: skip
COUNTER = page(
    {
        "v": ("Variable", {"dtype": "DT_INT32", "shape": "{2}", "initvalues": "{0,5}"}),
        "more": ("AssignAdd", {"value": "{1,1}"}), "less": ("AssignSub", {"value": "{0,2}"}),
        "a": "ClientSession", "b": "ClientSession",
    },
    """
    v.ref -> more.ref
    more.output_ref -> less.ref
    more.output_ref -> a.fetch_outputs
    less.output_ref -> b.fetch_outputs
    """,
    steps=4,
)  # fmt: skip
BRANCHES = named(
    "main",
    {
        "x": ("Const", {"val": "{1.5f,2f}"}),
        "if": ("If", {"cond": "false", "then_branch": "twice", "else_branch": "half"}),
        "case": ("Case", {"branch_index": "1", "branches": "half,twice"}),
        "call": ("PartitionedCall", {"f": "half"}), "s": "ClientSession",
    },
    """
    x.output -> if.input
    x.output -> case.input
    x.output -> call.args
    if.output -> s.fetch_outputs
    case.output -> s.fetch_outputs
    call.output -> s.fetch_outputs
    """,
)  # fmt: skip
HALF = named(
    "half",
    {"x": "Argument", "div": ("Div", {"y": "2f"}), "y": "Result"},
    "x.output -> div.x\ndiv.z -> y.input",
)
PYTHON = page(
    {
        "x": ("Const", {"val": "{1f,2f}"}),
        "blur": ("python:tools/filters.py:blur", {"sigma": "0.5", "name": '"grüße"'}), "s": "ClientSession",
    },
    "x.output -> blur.image\nblur.sum -> s.fetch_outputs\nblur.text -> s.fetch_outputs",
)  # fmt: skip
FILTERS = (
    'def blur(image: "float32 [?]", sigma: float, name: str) -> {"sum": "float32 [?]", "text": "string []"}:\n'
    '    return {"sum": image * sigma, "text": name + "!"}\n'
)
DEVICES = page({"x": ("Const", {"val": "{1f,2f}"}), "y": "Neg", "z": "Abs"}, "x.output -> y.x\ny.y -> z.x")
DEVICES.blocks["y"].device = "/cpu:0"
TABLE = page(
    {
        "table": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT32"}),
        "fill": ("LookupTableImportV2", {"keys": '{"a","b"}', "values": "{1,2}"}),
        "find": ("LookupTableFindV2", {"keys": '{"b","c"}', "default_value": "-1"}),
        "begin": ("ClientSession", {"once": "true"}), "s": "ClientSession",
    },
    """
    table.table_handle -> fill.table_handle
    table.table_handle -> find.table_handle
    fill.operation -> begin.run_outputs
    find.values -> s.fetch_outputs
    """,
)  # fmt: skip
QUEUE = page(
    {
        "queue": ("FIFOQueueV2", {"component_types": "DT_INT32"}),
        "take": ("QueueDequeueV2", {"component_types": "DT_INT32"}), "more": ("Add", {"y": "1"}),
        "put": ("QueueEnqueueV2", {"components": "7"}), "s": "ClientSession",
    },
    """
    queue.handle -> take.handle
    queue.handle -> put.handle
    take.components[0] -> more.x
    more.z -> s.fetch_outputs
    put.operation -> s.run_outputs
    """,
    steps=2,
)  # fmt: skip

# Two Variables begin with one draw; what is made of it is shown behind them, as it stands on the page.
DRAWN_STARTS = page(
    {
        "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{2}"}),
        "w": ("Variable", {"dtype": "DT_FLOAT", "shape": "{2}"}),
        "draw": ("RandomNormal", {"shape": "{2}", "dtype": "DT_FLOAT"}), "half": ("Multiply", {"y": "0.5f"}),
        "add": "AssignAdd", "noise": ("RandomUniform", {"shape": "{2}", "dtype": "DT_FLOAT"}),
        "sum": "Add", "session": "ClientSession",
    },
    """
    draw.output -> half.x
    draw.output -> v.initvalues
    half.z -> w.initvalues
    v.ref -> add.ref
    w.ref -> add.value
    add.output_ref -> sum.x
    noise.output -> sum.y
    sum.z -> session.fetch_outputs
    """,
    steps=3, seed=7,
)  # fmt: skip
# Only the start is drawn, each step is the same sum.
DRAWN_ONCE = page(
    {
        "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{2}"}),
        "draw": ("RandomNormal", {"shape": "{2}", "dtype": "DT_FLOAT"}),
        "add": ("AssignAdd", {"value": "{1f,2f}"}), "session": "ClientSession",
    },
    "draw.output -> v.initvalues\nv.ref -> add.ref\nadd.output_ref -> session.fetch_outputs",
    steps=4, seed=7,
)  # fmt: skip
# What is drawn stands beside the handle of a queue, which cannot go through a loop.
DRAWN_BESIDE_A_HANDLE = page(
    {
        "drawn": ("FIFOQueueV2", {"component_types": "DT_FLOAT"}), "put": "QueueEnqueueV2",
        "noise": ("RandomUniform", {"shape": "{2}", "dtype": "DT_FLOAT"}),
        "take": ("QueueDequeueV2", {"component_types": "DT_FLOAT"}),
        "s": "ClientSession",
    },
    """
    drawn.handle -> take.handle
    drawn.handle -> put.handle
    noise.output -> put.components
    take.components -> s.fetch_outputs
    put.operation -> s.run_outputs
    """,
    steps=3, seed=7,
)  # fmt: skip
# A session that runs once shows a branch, which stays shown in every step.
BRANCH_AT_THE_START = page(
    {
        "x": ("Const", {"val": "2f"}), "yes": ("Const", {"val": "true"}), "switch": "Switch", "large": "Neg",
        "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}"}), "add": ("AssignAdd", {"value": "1f"}),
        "begin": ("ClientSession", {"once": "true"}), "s": "ClientSession",
    },
    """
    x.output -> switch.data
    yes.output -> switch.pred
    switch.output_true -> large.x
    large.y -> begin.fetch_outputs
    switch.output_false -> begin.fetch_outputs
    v.ref -> add.ref
    add.output_ref -> s.fetch_outputs
    """,
    steps=3,
)  # fmt: skip
CASES: dict[str, Case] = {
    "branch at the start": Case(BRANCH_AT_THE_START),
    "drawn start values": Case(DRAWN_STARTS),
    "drawn once": Case(DRAWN_ONCE),
    "drawn beside a handle": Case(DRAWN_BESIDE_A_HANDLE),
    "dtypes": Case(DTYPES),
    "odd names": Case(ODD_NAMES),
    "drawn loop": Case(counting()),
    "drawn loop without a round": Case(counting("0")),
    "drawn loop of two values": Case(NEWTON),
    "drawn loop in a drawn loop": Case(NESTED),
    "drawn loop whose value grows": Case(GROWING),
    "drawn loop that draws": Case(DRAWING),
    "drawn loop with a branch": Case(WITH_A_BRANCH, styles=GRAPH),
    "drawn loop that writes": Case(WRITING, fetch=("exit.output",)),
    "drawn loop that writes what is shown": Case(WRITING, fetch=("exit.output", "n.ref")),
    "a Variable of the step": Case(OF_THE_STEP),
    "a Variable of the step that one of two branches writes": Case(OF_THE_STEP_IN_BRANCHES, styles=GRAPH),
    "state in a branch": Case(STATE_IN_A_BRANCH, styles=GRAPH),
    "assigned first": Case(ASSIGNED_FIRST),
    "unset": Case(UNSET, styles=GRAPH),
    "counter": Case(COUNTER),
    "branches": Case(BRANCHES, (twice(), HALF)),
    "loop that writes": Case(replace(looped(), run=RunSettings(steps=3)), (BELOW, ADDING), FUNCTIONS),
    "loop over a page that draws": Case(looping(), (BELOW_20, ROUND)),
    "drawn loop whose rounds could overtake each other": Case(DRAWN, fetch=("drawn.output", "count.output")),
    "condition that writes": Case(counting_rounds(), (COUNTING, SUMMING), FUNCTIONS),
    "branch that writes": Case(branching("true")[0], branching("true")[1:], FUNCTIONS),
    "python": Case(PYTHON, files={"tools/filters.py": FILTERS}),
    "devices": Case(DEVICES),
    "table": Case(TABLE),
    "queue": Case(QUEUE),
}
KEYS = [(name, style) for name, case in CASES.items() for style in case.styles]


class Exported(NamedTuple):
    """What a program and our own run show, and the program's text."""

    shown: Shown | str
    ours: Shown
    text: str


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Exported]:
    """All cases in their styles, each of them run."""
    folder = tmp_path_factory.mktemp("exported")
    programs: dict[tuple[str, str], tuple[Path, Program]] = {}
    ours: dict[str, Shown] = {}
    with Engine() as engine:
        for name, case in CASES.items():
            for file, text in case.files.items():
                (folder / file).parent.mkdir(exist_ok=True)
                (folder / file).write_text(text, encoding="utf-8")
            own = OwnBlocks.on([case.page], folder, [case.page, *case.others])
            plan = make_plan(case.page, folder, own=own, fetch=case.fetch)
            assert not plan.stops, [(p.block, p.pin, message_of(p)) for p in plan.problems]
            result = engine.run(
                plan, str(folder), RunRequest(steps=case.page.run.steps, grants=Grants(python=True))
            )
            assert result.ok, [message_of(p) for p in result.problems]
            ours[name] = shown_by(result.results)
            for style in case.styles:
                out = folder / f"{name.replace(' ', '_')}_{style}.py"
                program = python_program(plan, case.page, folder, {}, cast("Style", style), out)
                assert not program.problems, [message_of(p) for p in program.problems]
                program.write(out)
                programs[name, style] = out, program
    shown = run_programs([out for out, _ in programs.values()], folder)
    return {key: Exported(shown[out], ours[key[0]], p.text) for key, (out, p) in programs.items()}


@pytest.mark.parametrize(("name", "style"), KEYS)
def test_the_program_shows_the_same_bits(
    exported: dict[tuple[str, str], Exported], name: str, style: str
) -> None:
    """No output differs in dtype, shape or any bit."""
    one = exported[name, style]
    assert not isinstance(one.shown, str), one.shown
    assert one.ours
    assert differences(one.ours, one.shown) == []


def test_the_programs_are_formatted(exported: dict[tuple[str, str], Exported], tmp_path: Path) -> None:
    """Ruff would change nothing of them, and finds nothing."""
    for i, one in enumerate(exported.values()):
        (tmp_path / f"program_{i}.py").write_text(one.text, encoding="utf-8")
    for command in (["format", "--diff"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "block"), [("drawn loop with a branch", "both"), ("state in a branch", "put")]
)
def test_what_tensorflow_2_has_no_form_for_is_said_of_its_block(
    name: str, block: str, tmp_path: Path
) -> None:
    """With a hint at the other style."""
    plan = make_plan(CASES[name].page, tmp_path)
    program = python_program(plan, CASES[name].page, tmp_path, {}, "v2", tmp_path / "x.py")
    assert block in {problem.block for problem in program.problems}
    assert {problem.code for problem in program.problems} == {"no-export"}


def test_the_nan_guard_ends_the_run(tmp_path: Path) -> None:
    """With the first step in which what it looks at is not finite, as it ends a run here."""
    guarded = page(
        {
            "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": "3f"}),
            "less": ("AssignSub", {"value": "1f"}), "log": "Log", "s": "ClientSession",
        },
        "v.ref -> less.ref\nless.output_ref -> log.x\nless.output_ref -> s.fetch_outputs\nlog.y -> s.fetch_outputs",
        steps=9,
    )  # fmt: skip
    guarded.run = replace(guarded.run, guard=("log.y",))
    plan = make_plan(guarded, tmp_path)
    with Engine() as engine:
        result = engine.run(plan, str(tmp_path), RunRequest(steps=9, guard=plan.guard))
    assert [problem.code for problem in result.problems] == ["not-finite"]
    outs = {style: tmp_path / f"guarded_{style}.py" for style in BOTH}
    for style, out in outs.items():
        python_program(plan, guarded, tmp_path, {}, cast("Style", style), out).write(out)
    shown = run_programs(list(outs.values()), tmp_path)
    for out in outs.values():
        found = shown[out]
        assert not isinstance(found, str), found
        assert differences(shown_by(result.results), found) == []


def test_a_page_whose_argument_has_no_value_is_no_program(tmp_path: Path) -> None:
    """It is said of the Argument, as by a run."""
    plan = make_plan(HALF, tmp_path)
    program = python_program(plan, HALF, tmp_path, {}, "v2", tmp_path / "x.py")
    assert [(problem.block, problem.code) for problem in program.problems] == [("x", "unwired-input")]


def test_a_drawn_loop_is_a_loop_of_python(exported: dict[tuple[str, str], Exported]) -> None:
    """Its test and its body are functions; shapes are spoken of only where they may change."""
    writes, grows = (
        exported["drawn loop that writes", "v2"].text,
        exported["drawn loop whose value grows", "v2"].text,
    )
    assert "[exit_] = tf.while_loop(rounds_test, rounds_body, [0])" in writes
    assert "n.assign_add(round_)" in writes
    assert "shape_invariants=[tf.TensorShape(None)] * 2" in grows


def test_what_waits_for_a_queue_comes_last(tmp_path: Path) -> None:
    """All else of a function stands in the order of the page, where nothing says which comes first."""
    with_size = page(
        {
            "queue": ("FIFOQueueV2", {"component_types": "DT_INT32"}), "size": "QueueSize",
            "take": ("QueueDequeueV2", {"component_types": "DT_INT32"}), "more": ("Add", {"y": "1"}),
            "put": ("QueueEnqueueV2", {"components": "7"}), "s": "ClientSession",
        },
        """
        queue.handle -> size.handle
        queue.handle -> take.handle
        queue.handle -> put.handle
        take.components[0] -> more.x
        size.size -> s.fetch_outputs
        more.z -> s.fetch_outputs
        put.operation -> s.run_outputs
        """,
    )  # fmt: skip
    program = python_program(make_plan(with_size, tmp_path), with_size, tmp_path, {}, "v2", tmp_path / "x.py")
    calls = [
        line.partition("raw_ops.")[2].partition("(")[0]
        for line in program.text.split("def step")[1].splitlines()
    ]
    assert [c for c in calls if c] == ["QueueSizeV2", "QueueEnqueueV2", "QueueDequeueV2", "Add"]


def test_many_steps_are_a_loop_of_tensorflow(exported: dict[tuple[str, str], Exported]) -> None:
    """Where a step draws, one place does all steps, and what cannot go through a loop is called step by step."""
    plain, drawing = exported["drawn once", "v2"].text, exported["drawn start values", "v2"].text
    assert "    for _ in tf.range(steps - 1):\n        step()\n    return step()\n" in plain
    assert drawing.count(" step()") == 2
    # TensorFlow orders no draws of rounds that overlap.
    assert "set_loop_options(parallel_iterations=1)" in drawing
    assert "        parallel_iterations=1,\n" in exported["drawn loop that draws", "v2"].text
    assert "        results = step()\n    return results\n" in drawing
    called = exported["drawn beside a handle", "v2"].text
    assert "    for _ in range(3):\n        results = step()\n" in called


@pytest.mark.parametrize(
    ("name", "style"), [("dtypes", "v2"), ("drawn start values", "v2"), ("drawn start values", "v1")]
)
def test_a_program_prints_what_a_run_prints(
    exported: dict[tuple[str, str], Exported], tmp_path: Path, name: str, style: str
) -> None:
    """Names, dtypes, shapes, and values as NumPy prints them, in the order of the page."""
    (tmp_path / "program.py").write_text(exported[name, style].text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    with Engine() as engine:
        made = CASES[name].page
        result = engine.run(make_plan(made, tmp_path), str(tmp_path), RunRequest(steps=made.run.steps))
    assert done.stdout == "".join(f"{value_text(k, v)}\n" for k, v in result.results.items())


def test_graph_mode_has_no_order_for_what_a_called_page_writes(tmp_path: Path) -> None:
    """The block is named, and the style that can."""
    plan = planned(looped(), BELOW, ADDING)
    program = python_program(plan, looped(), tmp_path, {}, "v1", tmp_path / "x.py")
    assert [(p.code, p.block) for p in program.problems] == [("no-export", "loop")]
    assert python_program(plan, looped(), tmp_path, {}, "v2", tmp_path / "x.py").problems == []
