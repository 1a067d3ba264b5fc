"""Python blocks run in the worker: they get and give what they declare, and what goes wrong names file and line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.document.resources.grants import Grants
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.events import Event, Log
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult
from app.messages import message_of
from tests.support.pages import page, values

ALLOWED = Grants(python=True)


def ran(engine: Engine, folder: Path, source: str, made: Page, **options: Any) -> PageResult:
    """Run a page whose Python blocks are of ``ops.py``."""
    (folder / "ops.py").write_text(source)
    plan = make_plan(made, folder)
    assert not plan.stops, [message_of(p) for p in plan.problems]
    on_event = options.pop("on_event", None)
    return engine.run(plan, str(folder), RunRequest(grants=ALLOWED, **options), on_event=on_event)


def only(result: PageResult) -> Problem:
    (problem,) = result.problems
    return problem


def block(function: str, **pins: str) -> tuple[str, dict[str, str]]:
    return f"python:ops.py:{function}", pins


def test_a_function_that_writes_into_its_input_is_caught(engine: Engine, tmp_path: Path) -> None:
    source = 'def f(x: "float32 [?]") -> "float32 [?]":\n    x[0] = 9\n    return x\n'
    made = page(
        {"k": ("Const", {"val": "{1f,2f}"}), "f": block("f"), "n": "Neg"}, "k.output -> f.x\nk.output -> n.x"
    )
    problem = only(ran(engine, tmp_path, source, made))
    assert (problem.code, problem.block) == ("python-failed", "f")
    assert "line 2" in message_of(problem)
    assert "read-only" in message_of(problem)


def test_arrays_go_in_and_come_out(engine: Engine, tmp_path: Path) -> None:
    source = 'def f(x: "float32 [?, 2]", k: int = 3) -> "float32 [?, 2]":\n    return x * k\n'
    made = page({"f": block("f", x="{{1,2},{3,4}}"), "n": "Neg"}, "f.output -> n.x")
    assert values(ran(engine, tmp_path, source, made)) == {
        "f.output": [[3.0, 6.0], [9.0, 12.0]],
        "n.y": [[-3.0, -6.0], [-9.0, -12.0]],
    }


@pytest.mark.parametrize(
    ("annotation", "text", "given", "returned"),
    [
        ("float", "0.1", 0.1, "float"),
        ("int", "9007199254740993", 9007199254740993, "int"),
        ("bool", "true", True, "bool"),
        ("str", '"grüße"', "grüße".encode(), "str"),
        ('"float64 []"', "0.1", 0.1, "float64"),
        ('"string []"', '"a"', b"a", "ndarray"),
    ],
)
def test_plain_values_are_pythons_own(
    engine: Engine, tmp_path: Path, annotation: str, text: str, given: Any, returned: str
) -> None:
    source = (
        f'def f(x: {annotation}) -> {{"same": {annotation}, "kind": str}}:\n'
        '    kind = x.dtype.name if hasattr(x, "dtype") and x.dtype != object else type(x).__name__\n'
        '    return {"same": x, "kind": kind}\n'
    )
    found = values(ran(engine, tmp_path, source, page({"f": block("f", x=text)})))
    assert found["f.same"] == given
    assert found["f.kind"] == returned.encode()


def test_what_a_wire_brings_of_another_float_is_a_plain_number(engine: Engine, tmp_path: Path) -> None:
    source = "def f(x: float) -> str:\n    return type(x).__name__\n"
    made = page({"c": ("Const", {"val": "1.5f"}), "f": block("f")}, "c.output -> f.x")
    assert values(ran(engine, tmp_path, source, made))["f.output"] == b"float"


def test_pythons_own_numbers_take_the_declared_dtype(engine: Engine, tmp_path: Path) -> None:
    source = (
        'def f(x: int) -> {"a": "float32 []", "b": "int32 [2]", "c": "bool []", "d": "string [2]", "e": "uint8"}:\n'
        '    return {"a": 1, "b": [1, 2], "c": True, "d": ["a", b"b"], "e": [[255]]}\n'
    )
    found = ran(engine, tmp_path, source, page({"f": block("f", x="1")}))
    assert values(found) == {"f.a": 1.0, "f.b": [1, 2], "f.c": True, "f.d": [b"a", b"b"], "f.e": [[255]]}
    assert found.results["f.a"].dtype == "float32"


def test_each_step_calls_it_and_what_it_prints_is_in_the_log(engine: Engine, tmp_path: Path) -> None:
    source = "count = 0\ndef f() -> int:\n    global count\n    count += 1\n"
    source += '    print("call", count)\n    return count\n'
    printed: list[str] = []

    def note(event: Event) -> None:
        if isinstance(event, Log):
            printed.append(event.text)

    made = page({"f": "python:ops.py:f"})
    assert values(ran(engine, tmp_path, source, made, steps=3, on_event=note)) == {"f.output": 3}
    assert "".join(printed).split("\n")[:3] == ["call 1", "call 2", "call 3"]
    assert values(ran(engine, tmp_path, source, made, steps=1)) == {"f.output": 1}  # a new run begins anew


def test_a_file_that_was_rewritten_runs_as_it_is_now(engine: Engine, tmp_path: Path) -> None:
    made = page({"f": "python:ops.py:f"})
    for number in (1, 2):
        (tmp_path / "near.py").write_text(f"VALUE = {number}\n")
        source = f"import near\ndef f() -> int:\n    return 10 * near.VALUE + {number}\n"
        assert values(ran(engine, tmp_path, source, made)) == {"f.output": 11 * number}


def test_what_runs_is_what_was_planned(engine: Engine, tmp_path: Path) -> None:
    """A file that changes between the question and the run has no part in it."""
    (tmp_path / "ops.py").write_text("def f() -> int:\n    return 1\n")
    plan = make_plan(page({"f": "python:ops.py:f"}), tmp_path)
    (tmp_path / "ops.py").write_text("def f() -> int:\n    return 2\n")
    assert values(engine.run(plan, str(tmp_path), RunRequest(grants=ALLOWED))) == {"f.output": 1}


def test_files_of_folders_and_names_of_installed_modules(engine: Engine, tmp_path: Path) -> None:
    """An installed module is not hidden by a file of its name; the file is a block all the same."""
    (tmp_path / "sub" / "pack").mkdir(parents=True)
    (tmp_path / "sub" / "json.py").write_text(
        "import json\nfrom pack import part\ndef f() -> str:\n    return json.dumps([part.VALUE])\n"
    )
    (tmp_path / "sub" / "pack" / "__init__.py").write_text("")
    (tmp_path / "sub" / "pack" / "part.py").write_text("VALUE = 7\n")
    plan = make_plan(page({"f": "python:sub/json.py:f"}), tmp_path)
    assert values(engine.run(plan, str(tmp_path), RunRequest(grants=ALLOWED))) == {"f.output": b"[7]"}


def test_nothing_runs_without_a_grant(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "ops.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\ndef f() -> int:\n    return 1\n")
    result = engine.run(make_plan(page({"f": "python:ops.py:f"}), tmp_path), str(tmp_path), RunRequest())
    assert (only(result).code, only(result).block) == ("refused-python", "f")
    assert not (tmp_path / "ran").exists()


def test_types_are_those_declared_and_nothing_runs_for_them(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "ops.py").write_text(
        f"open({str(tmp_path / 'ran')!r}, 'w')\n"
        'def f(x: "float32 [?, 3]") -> {"y": "float32 [?, 3]", "z": "int32"}: ...\n'
    )
    made = page({"f": block("f", x="{{1,2,3}}"), "n": "Neg"}, "f.y -> n.x")
    for subject in (made, make_plan(made, tmp_path, everything=True)):
        types = engine.infer(subject, str(tmp_path)).types
        assert {k: str(t) for k, t in types.items()} == {
            "f.y": "float32 [?, 3]", "f.z": "int32 ?", "n.y": "float32 [?, 3]",
        }  # fmt: skip
    assert not (tmp_path / "ran").exists()


def test_a_shape_that_does_not_fit_is_seen_before_the_run(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "ops.py").write_text('def f(x: "float32 [?, 3]") -> int: ...\n')
    made = page({"c": ("Const", {"val": "{1.0f,2.0f}"}), "f": "python:ops.py:f"}, "c.output -> f.x")
    (problem,) = engine.infer(made, str(tmp_path)).problems
    assert (problem.code, problem.block, problem.pin) == ("bad-shape", "f", "x")
    assert message_of(problem) == "x is declared float32 [?, 3], it is given [2]"


# what goes wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "message", "pin"),
    [
        ("return np.zeros(2)", "y is declared float32 [2], the function gave float64 [2]", "y"),
        ("return np.zeros(3, 'float32')", "y is declared float32 [2], the function gave float32 [3]", "y"),
        ("return None", "y is declared float32 [2], the function gave nothing", "y"),
        ("return 'ab'", "y is declared float32 [2], the function gave string []", "y"),
        ("return [[1], [1, 2]]", "y is declared float32 [2], the function gave list", "y"),
    ],
)
def test_a_result_that_is_not_as_declared(
    engine: Engine, tmp_path: Path, body: str, message: str, pin: str
) -> None:
    source = f'import numpy as np\ndef g():\n    {body}\ndef f() -> {{"y": "float32 [2]"}}:\n    return {{"y": g()}}\n'
    problem = only(ran(engine, tmp_path, source, page({"f": "python:ops.py:f"})))
    assert (problem.code, problem.block, problem.pin) == ("python-failed", "f", pin)
    assert message_of(problem).startswith(message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 1", "the function f gave int where a dict by the names of its results is declared"),
        ("return {'a': 1}", "the function gave the results a, declared are a and b"),
        (
            "return {'a': 1, 'b': 2, 'c': 3}",
            "the function gave the results a and b and c, declared are a and b",
        ),
    ],
)
def test_results_of_other_names(engine: Engine, tmp_path: Path, body: str, message: str) -> None:
    source = f'def f() -> {{"a": int, "b": int}}:\n    {body}\n'
    assert message_of(only(ran(engine, tmp_path, source, page({"f": "python:ops.py:f"})))) == message


@pytest.mark.parametrize(
    ("declared", "pin"), [('"float32 []"', "output"), ('{"y": "float32 []", "z": "float32 []"}', "y")]
)
def test_a_function_that_forgets_to_return(engine: Engine, tmp_path: Path, declared: str, pin: str) -> None:
    problem = only(
        ran(engine, tmp_path, f"def f() -> {declared}:\n    1.0\n", page({"f": "python:ops.py:f"}))
    )
    assert (problem.code, problem.block, problem.pin) == ("python-failed", "f", pin)
    assert (problem.actual, problem.hint) == (say("actual.nothing"), say("hint.return"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "def g(x):\n    return 1 / x\ndef f(x: int = 0) -> float:\n    return g(x)\n",
            "the function failed: ops.py, line 2: ZeroDivisionError: division by zero",
        ),
        ("def f() -> int:\n    raise SystemExit(3)\n", "the function failed: ops.py, line 2: SystemExit: 3"),
        (
            "def f(x: 'float32 [?]' = [1]) -> 'float32 [?]':\n    y = x\n    y[0] = 2\n    return y\n",
            "the function failed: ops.py, line 3: ValueError: assignment destination is read-only",
        ),
        ("import not_there\ndef f() -> int:\n    return 1\n",
         "the Python file cannot be imported: ops.py, line 1: ModuleNotFoundError: No module named 'not_there'"),
        ("def f() -> int:\n    return 1\nreturn 2\n",
         "the Python file cannot be imported: ops.py, line 3: SyntaxError: 'return' outside function"),
    ],
)  # fmt: skip
def test_an_exception_names_file_and_line(engine: Engine, tmp_path: Path, source: str, message: str) -> None:
    problem = only(ran(engine, tmp_path, source, page({"f": "python:ops.py:f"})))
    assert (problem.code, problem.block, problem.pin) == ("python-failed", "f", None)
    assert message_of(problem) == message


def test_an_input_of_another_shape_is_named_with_what_came(engine: Engine, tmp_path: Path) -> None:
    source = 'def f(x: "float32 [2]") -> int:\n    return 1\n'
    blocks = {"u": ("RandomUniform", {"shape": "{3}", "dtype": "DT_FLOAT"}), "f": "python:ops.py:f"}
    made = page(blocks, "u.output -> f.x")
    problem = only(ran(engine, tmp_path, source, made))
    assert (problem.code, problem.block, problem.pin) == ("bad-shape", "f", "x")


@pytest.mark.parametrize(
    "source",
    [
        "def f() -> int:\n    while True:\n        pass\n",
        "while True:\n    pass\ndef f() -> int:\n    return 1\n",
    ],
    ids=["in the function", "at the import"],
)
def test_a_loop_without_end_is_stopped_and_named(engine: Engine, tmp_path: Path, source: str) -> None:
    result = ran(engine, tmp_path, source, page({"f": "python:ops.py:f"}), timeout=2.0)
    assert result.timed_out
    assert only(result).code == "timeout"
    assert "f" in message_of(only(result))


def test_no_gradient_leads_through(engine: Engine, tmp_path: Path) -> None:
    source = 'def f(x: "float32") -> "float32":\n    return x\n'
    made = page(
        {"v": ("Variable", {"initvalues": "1.0f"}), "f": "python:ops.py:f", "g": "AddSymbolicGradients"},
        "v.ref -> f.x\nf.output -> g.outputs\nv.ref -> g.inputs",
    )
    assert "gradient" in message_of(only(ran(engine, tmp_path, source, made)))


@pytest.mark.skipif(sys.platform != "linux", reason="the system's walls are Linux's")
@pytest.mark.parametrize(
    "body",
    [
        "open('/etc/passwd').read()",
        "import os; os.listdir('/etc')",
        "open(OUTSIDE, 'w')",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "open('/proc/1/environ', 'rb').read()",
    ],
)
def test_python_that_was_allowed_stays_within_the_walls(engine: Engine, tmp_path: Path, body: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    outside = tmp_path / "outside"
    source = f"OUTSIDE = {str(outside)!r}\ndef f() -> int:\n    {body}\n    return 1\n"
    problem = only(ran(engine, folder, source, page({"f": "python:ops.py:f"})))
    assert problem.code == "python-failed"
    assert "Permission" in message_of(problem) or "Operation not permitted" in message_of(problem)
    assert not outside.exists()


def test_other_dtypes_pass_exactly(engine: Engine, tmp_path: Path) -> None:
    source = (
        'def f(x: "bfloat16", y: "complex64", z: "uint64") -> {"a": "bfloat16", "b": "complex64", "c": "uint64"}:\n'
        '    return {"a": x, "b": y, "c": z}\n'
    )
    made = page({"f": block("f", x="{1.5,2}", y="{1+2j}", z="18446744073709551615")})
    found = values(ran(engine, tmp_path, source, made))
    assert np.allclose(found["f.a"], [1.5, 2.0])
    assert (found["f.b"], found["f.c"]) == ([1 + 2j], 18446744073709551615)
