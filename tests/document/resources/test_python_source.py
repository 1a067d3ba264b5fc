"""What is read of a Python file: which functions are blocks, their pins, and what is wrong with the others."""

from __future__ import annotations

import pytest

from app.document.resources.python_source import PythonFault, PythonModule
from app.messages import error_text
from blocks.tensor_spec import TensorSpec


def function(source: str, name: str = "f"):
    return PythonModule(source.encode()).function(name)


def fault(source: str, name: str = "f") -> tuple[str, int | None]:
    with pytest.raises(PythonFault) as found:
        function(source, name)
    return error_text(found.value), found.value.line


def test_the_contract_of_a_function() -> None:
    made = function(
        'def f(image: "float32 [?, ?, 3]", sigma: float = 1.0) -> "float32 [?, ?, 3]":\n    "Blur it."\n    ...'
    )
    image, sigma = made.parameters
    assert image.spec == TensorSpec("float32", (None, None, 3))
    assert (sigma.spec, sigma.scalar, sigma.default) == (TensorSpec("float64", ()), "float", "1.0")
    assert [(r.name, str(r.spec)) for r in made.results] == [("output", "float32 [?, ?, 3]")]
    assert (made.help, made.line, made.named) == ("Blur it.", 1, False)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("float32", TensorSpec("float32", None)),
        ("float32 ?", TensorSpec("float32", None)),
        ("float32 []", TensorSpec("float32", ())),
        ("int64[2,-1]", TensorSpec("int64", (2, None))),
        (" string [ ? ] ", TensorSpec("string", (None,))),
        ("bool [3]", TensorSpec("bool", (3,))),
        ("bfloat16", TensorSpec("bfloat16", None)),
        ("complex64 [?, ?]", TensorSpec("complex64", (None, None))),
    ],
)
def test_types_as_they_are_written(text: str, spec: TensorSpec) -> None:
    made = function(f"def f(x: {text!r}) -> {text!r}: ...")
    assert (made.parameters[0].spec, made.results[0].spec) == (spec, spec)


@pytest.mark.parametrize(
    ("written", "literal"),
    [
        ("x: float = -0.1", "-0.1"),
        ("x: float = 2", "2.0"),
        ("x: int = 7", "7"),
        ("x: bool = True", "true"),
        ('x: str = "a \\"b\\""', r'"a \"b\""'),
        ('x: "float32 [3]" = (1, 2.5, -3)', "{1.0f,2.5f,-3.0f}"),
        ('x: "int32 [2, 2]" = [[1, 2], [3, 4]]', "{{1,2},{3,4}}"),
        ('x: "string [2]" = ["a", "b"]', '{"a","b"}'),
        ('x: "float32" = 0.1', "0.1f"),
    ],
)
def test_defaults_become_texts_of_pins(written: str, literal: str) -> None:
    assert function(f"def f({written}) -> None: ...").parameters[0].default == literal


def test_several_results_and_none() -> None:
    several = function('def f(x: int) -> {"mean": "float32 []", "count": int}: ...')
    assert [(r.name, str(r.spec)) for r in several.results] == [("mean", "float32 []"), ("count", "int64 []")]
    assert several.named
    assert function("def f(x: int) -> None: ...").results == ()


def test_parameters_by_name_only() -> None:
    made = function("def f(a: int, /, b: int, *, c: int, d: int = 4) -> int: ...")
    assert [(p.name, p.by_name, p.default) for p in made.parameters] == [
        ("a", False, None), ("b", False, None), ("c", True, None), ("d", True, "4"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "words", "line"),
    [
        ("def f(:", "this is no Python: invalid syntax", 1),
        ("\n\ndef f(x) -> int: ...", "the parameter x has no type", 3),
        ("def f(x: list) -> int: ...", "the type of x is neither a text nor float, int, bool or str", 1),
        ('def f(x: "float31") -> int: ...', "there is no dtype float31", 1),
        ('def f(x: "float32 [a]") -> int: ...', "'a' in 'float32 [a]' is no size", 1),
        ('def f(x: "float32 [1") -> int: ...', "'float32 [1' is no type of a tensor", 1),
        ("def f(*x: int) -> int: ...", "the parameter *x takes any number of values", 1),
        ("def f(**x: int) -> int: ...", "the parameter *x takes any number of values", 1),
        ("def f(x: int): ...", "the function f does not say what it returns", 1),
        ("def f(x: int = g()) -> int: ...", "the default of x is no plain value of int64 []", 1),
        ("def f(x: int = 1.5) -> int: ...", "the default of x is no plain value of int64 []", 1),
        ("def f(x: 'uint8' = 256) -> int: ...", "the default of x is no plain value of uint8 ?", 1),
        ("def f(x: 'int32 [2]' = [1]) -> int: ...", "the default of x has the shape [1], declared is int32 [2]", 1),
        ("def f(x: int) -> {'a b': int}: ...", "'a b' cannot be the name of a result", 1),
        ("def f(x: int) -> {'x': int}: ...", "x is the name of two pins", 1),
        ("def f(scope: int) -> int: ...", "scope is the name of two pins, or of one that each block has", 1),
        ("async def f(x: int) -> int: ...", "the function f is asynchronous or a generator", 1),
        ("def f(x: int) -> int:\n    yield x", "the function f is asynchronous or a generator", 1),
        ("class A:\n    def f(self): ...", "the function f stands inside another part of the file", 2),
        ("def g(): ...", "the file has no function f", None),
        ("x = 1\0", "", None),
    ],
)  # fmt: skip
def test_what_is_no_block(source: str, words: str, line: int | None) -> None:
    said, where = fault(source)
    assert said.startswith(words)
    if line is not None:
        assert where == line


@pytest.mark.parametrize(
    "source",
    ["1+" * 100_000 + "1", "-" * 200_000 + "1", "a" + ".b" * 100_000, "f" + "()" * 100_000, "(" * 200_000],
)
def test_deeply_nested_text_does_no_harm(source: str) -> None:
    """A parser without a bound ends the process; no such file is a block."""
    fault(source)


def test_a_generator_within_a_function_is_none_of_its_own() -> None:
    assert function("def f(x: int) -> int:\n    def g():\n        yield 1\n    return sum(g())").results


def test_blocks_of_a_file_and_what_it_imports() -> None:
    module = PythonModule(
        b"import a.b, os\nfrom c import d\ndef _own(x: int) -> int: ...\ndef one(x: int) -> int: ...\n"
        b"def plain(x): ...\ndef two() -> int:\n    import late\n    from . import near\n"
    )
    assert module.blocks() == ["one", "two"]
    assert module.imports == {"a.b", "os", "c", "c.d", "late"}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("RATE = 0.1\nNAME: str = 'a'\n", False),
        ("import numpy as np\n", False),
        ("seen = {}\n", True),
        ("rng = make()\n", True),
        ("count = 0\ndef g():\n    global count\n    count += 1\n", True),
    ],
)
def test_a_file_that_holds_what_calls_may_change_has_state(text: str, holds: bool) -> None:
    """Numbers and texts that stay as they are written begin anew without a difference."""
    module = PythonModule(f"{text}def f(x: float) -> float:\n    return x\n".encode())
    assert module.function("f").has_state is holds
