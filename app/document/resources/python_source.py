"""Reads which functions of a Python file are blocks, and their pins, from its text alone: nothing of it runs."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from typing import Literal

import msgspec

from app.document.literals.formatter import format_literal
from app.document.literals.types import Literal as TensorLiteral
from app.document.literals.types import LiteralError
from app.document.model.sentence import Explained, Sentence, quote, say
from app.document.model.spelling import nearest
from blocks.dtypes import BY_LABEL
from blocks.tensor_spec import Shape, TensorSpec

ScalarKind = Literal["float", "int", "bool", "str"]
OUTPUT = "output"  # the pin of a function's only result

# How a plain number or text of Python is stored: what a result of that annotation has, and a default's literal.
SCALARS: dict[ScalarKind, str] = {"float": "float64", "int": "int64", "bool": "bool", "str": "string"}
DTYPES = tuple(
    label for label, t in BY_LABEL.items() if t.kind not in ("handle", "qint", "quint") and t.bits != 4
)

_TYPE = re.compile(r"\s*(?P<dtype>\w+)\s*(?:\?|\[(?P<sizes>[^\[\]]*)\])?\s*")
_TAKEN = frozenset({"scope", "attrs"})  # pins of every block
_MOST_PARAMETERS = 100
_MOST_OPERATORS = 3_000  # of one statement


class PythonFault(Explained, ValueError):
    """A file or function is no block; ``line`` is where in the file (None: it has none)."""

    def __init__(self, sentence: Sentence, line: int | None = None, hint: Sentence | None = None) -> None:
        """Take the reason, its place, and what a person can do."""
        super().__init__(sentence)
        self.line = line
        self.hint = hint


class Parameter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An input. ``scalar``: the function gets a plain number or text of this kind, else a NumPy array of the spec."""

    name: str
    spec: TensorSpec
    scalar: ScalarKind | None = None
    by_name: bool = False  # it may be given by its name only
    default: str | None = None  # a literal's text


class Result(msgspec.Struct, frozen=True):
    """An output."""

    name: str
    spec: TensorSpec


class PythonFunction(msgspec.Struct, frozen=True, kw_only=True):
    """A function that is a block. ``named``: it returns its results as a dict by their names.

    ``has_state``: its file holds values that calls may change, which a new process does not have.
    """

    name: str
    line: int
    parameters: tuple[Parameter, ...]
    results: tuple[Result, ...]
    named: bool = False
    help: str = ""
    has_state: bool = False


class PythonModule:
    """The functions of one file, read from its text; the text itself is let go."""

    def __init__(self, source: bytes) -> None:
        """Read the text; raises PythonFault where it is no Python."""
        tree = _parsed(source)
        self._functions: dict[str, PythonFunction | PythonFault] = {}
        self._inner: dict[str, int] = {}  # functions within others and in classes, with their lines
        self.imports: set[str] = set()  # dotted names of all modules that it imports anywhere in it
        has_state = _holds_state(tree)
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions[node.name] = _function(node, has_state)
        for inner in ast.walk(tree):
            if isinstance(inner, ast.FunctionDef):
                self._inner.setdefault(inner.name, inner.lineno)
            elif isinstance(inner, (ast.Import, ast.ImportFrom)):
                self.imports.update(_imported(inner))

    def function(self, name: str) -> PythonFunction:
        """Return the block that a function makes; raises PythonFault where it makes none."""
        found = self._functions.get(name) or self._missing(name)
        if isinstance(found, PythonFault):
            raise found
        return found

    def blocks(self) -> list[str]:
        """Return the names of the functions that are blocks, in the file's order."""
        found = ((name, made) for name, made in self._functions.items() if not name.startswith("_"))
        return [name for name, made in found if isinstance(made, PythonFunction)]

    def _missing(self, name: str) -> PythonFault:
        if name in self._inner:
            return PythonFault(say("python.nested", function=name), self._inner[name])
        near = nearest(name, self._functions, 3)
        hint = say("hint.did-you-mean", names=near) if near else say("hint.write-function", function=name)
        return PythonFault(say("python.no-function", function=name), None, hint)


def _holds_state(tree: ast.Module) -> bool:
    """Return whether a file holds values that its functions may change: no plain numbers and texts that stay."""
    if any(isinstance(node, ast.Global) for node in ast.walk(tree)):
        return True
    given = [node.value for node in tree.body if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value]
    return any(not isinstance(node, (ast.Constant, ast.UnaryOp, ast.BinOp)) for node in given)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, has_state: bool) -> PythonFunction | PythonFault:
    """Return the block that a function makes, or why it makes none."""
    if isinstance(node, ast.AsyncFunctionDef) or _yields(node):
        return PythonFault(say("python.no-plain-function", function=node.name), node.lineno)
    try:
        parameters = tuple(_parameters(node))
        results, named = _results(node)
        _check_names(node, parameters, results)
    except PythonFault as fault:
        return fault.with_traceback(None)
    return PythonFunction(
        name=node.name,
        line=node.lineno,
        parameters=parameters,
        results=results,
        named=named,
        help=ast.get_docstring(node) or "",
        has_state=has_state,
    )


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Give the dotted names of what may be modules in an import."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif node.module and not node.level:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _parsed(source: bytes) -> ast.Module:
    try:
        if sys.version_info < (3, 11):  # there the parser has no bound of its own, and ends the process
            _check_depth(source)
        return ast.parse(source)
    except SyntaxError as fault:
        raise PythonFault(say("python.syntax", why=quote(fault.msg)), fault.lineno) from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as fault:
        raise PythonFault(say("python.unreadable", why=quote(str(fault) or type(fault).__name__))) from None


def _check_depth(source: bytes) -> None:
    """Raise RecursionError for a statement of so many operators that they may lie one within the other."""
    depth = 0
    try:
        for token in tokenize.tokenize(io.BytesIO(source).readline):
            depth = (
                0
                if token.type == tokenize.NEWLINE
                else depth + (token.type == tokenize.OP and token.string != ",")
            )
            if depth > _MOST_OPERATORS:
                raise RecursionError("it is too deeply nested")
    except tokenize.TokenError:
        pass  # the parser says where


def _yields(function: ast.FunctionDef) -> bool:
    """Return whether a function is a generator: a yield of its own, not of a function within it."""
    todo: list[ast.AST] = list(function.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            todo.extend(ast.iter_child_nodes(node))
    return False


# --- parameters ---------------------------------------------------------------------------------------------------


def _parameters(function: ast.FunctionDef) -> Iterator[Parameter]:
    given = function.args
    for star in (given.vararg, given.kwarg):
        if star is not None:
            raise PythonFault(say("python.stars", parameter=star.arg), star.lineno)
    plain = [*given.posonlyargs, *given.args]
    if len(plain) + len(given.kwonlyargs) > _MOST_PARAMETERS:
        raise PythonFault(say("python.too-many", most=_MOST_PARAMETERS), function.lineno)
    without = len(plain) - len(given.defaults)
    defaults: list[ast.expr | None] = [*[None] * without, *given.defaults, *given.kw_defaults]
    for i, (arg, default) in enumerate(zip([*plain, *given.kwonlyargs], defaults, strict=True)):
        yield _parameter(arg, default, by_name=i >= len(plain))


def _parameter(arg: ast.arg, default: ast.expr | None, by_name: bool) -> Parameter:
    spec, scalar = _annotation(arg.annotation, arg.arg, arg.lineno)
    text = None if default is None else _default(arg.arg, spec, default)
    return Parameter(name=arg.arg, spec=spec, scalar=scalar, by_name=by_name, default=text)


def _annotation(node: ast.expr | None, name: str, line: int) -> tuple[TensorSpec, ScalarKind | None]:
    """Return the type that an annotation states, and the kind of a plain number or text."""
    if node is None:
        raise PythonFault(say("python.no-type", parameter=name), line, say("hint.python-type"))
    if isinstance(node, ast.Name):
        for scalar, dtype in SCALARS.items():
            if node.id == scalar:
                return TensorSpec(dtype, ()), scalar
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _spec(node.value, node.lineno), None
    raise PythonFault(say("python.no-type-text", name=name), node.lineno, say("hint.python-type"))


def _spec(text: str, line: int) -> TensorSpec:
    """Read ``float32 [?, ?, 3]``; raises PythonFault."""
    found = _TYPE.fullmatch(text)
    if found is None:
        raise PythonFault(say("python.bad-type", text=text), line, say("hint.python-type"))
    dtype = found["dtype"]
    if dtype not in DTYPES:
        near = nearest(dtype, DTYPES, 3, 0.5)
        hint = say("hint.did-you-mean", names=near) if near else say("hint.python-type")
        raise PythonFault(say("python.bad-dtype", dtype=dtype), line, hint)
    return TensorSpec(dtype, _shape(found["sizes"], text, line))


def _shape(sizes: str | None, text: str, line: int) -> Shape | None:
    if sizes is None:
        return None
    found: list[int | None] = []
    for size in sizes.split(",") if sizes.strip() else ():
        plain = size.strip()
        if plain not in ("?", "-1") and not (plain.isascii() and plain.isdigit() and len(plain) < 10):
            raise PythonFault(say("python.bad-size", size=plain, text=text), line)
        found.append(None if plain in ("?", "-1") else int(plain))
    return tuple(found)


def _default(name: str, spec: TensorSpec, node: ast.expr) -> str:
    """Return the literal of a parameter's default; raises PythonFault for what no text of a pin says."""
    try:
        value = ast.literal_eval(node)
        values, shape = _flat(value)
        literal = TensorLiteral(
            BY_LABEL[spec.dtype].name, shape, tuple(_stored(v, spec.dtype) for v in values)
        )
        if not fits(shape, spec.shape):
            raise PythonFault(
                say("python.default-shape", parameter=name, spec=str(spec), shape=shape), node.lineno
            )
        return format_literal(literal)
    except PythonFault:
        raise
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError, LiteralError):
        raise PythonFault(say("python.default", parameter=name, spec=str(spec)), node.lineno) from None


def _flat(value: object) -> tuple[list[object], tuple[int, ...]]:
    """Return the numbers of nested lists and their shape; raises ValueError where the lists are ragged."""
    level, shape = [value], []
    while level and isinstance(level[0], (list, tuple)):
        if any(not isinstance(one, (list, tuple)) or len(one) != len(level[0]) for one in level):
            raise ValueError("ragged")
        shape.append(len(level[0]))
        level = [item for one in level for item in one]  # type: ignore[attr-defined]
    return level, tuple(shape)


def _stored(value: object, dtype: str) -> bool | int | float | complex | bytes:
    """Return a number or text as a literal of the dtype holds it; raises ValueError where it does not fit."""
    kind = BY_LABEL[dtype].kind
    if kind == "string" and isinstance(value, str):
        return value.encode()
    if kind == "bool" and isinstance(value, bool):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, complex)):
        raise ValueError(value)
    if kind in ("int", "uint") and isinstance(value, int):
        bits = BY_LABEL[dtype].bits
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if kind == "int" else (0, (1 << bits) - 1)
        if low <= value <= high:
            return value
    if kind == "float" and not isinstance(value, complex):
        return float(value)
    if kind == "complex":
        return complex(value)
    raise ValueError(value)


def fits(shape: tuple[int, ...], declared: Shape | None) -> bool:
    """Return whether a shape is one of those declared."""
    if declared is None:
        return True
    return len(shape) == len(declared) and all(
        size in (None, n) for size, n in zip(declared, shape, strict=True)
    )


# --- results ------------------------------------------------------------------------------------------------------


def _results(function: ast.FunctionDef) -> tuple[tuple[Result, ...], bool]:
    """Return the results, and whether they have names of their own."""
    node = function.returns
    if node is None:
        raise PythonFault(
            say("python.no-result", function=function.name), function.lineno, say("hint.python-result")
        )
    if isinstance(node, ast.Constant) and node.value is None:
        return (), False
    if not isinstance(node, ast.Dict):
        return (Result(OUTPUT, _annotation(node, "return", node.lineno)[0]),), False
    found = []
    for key, value in zip(node.keys, node.values, strict=True):
        name = key.value if isinstance(key, ast.Constant) else None
        if not isinstance(name, str) or not name.isidentifier():
            raise PythonFault(say("python.result-name", name=str(name)), value.lineno)
        found.append(Result(name, _annotation(value, name, value.lineno)[0]))
    if not found:
        raise PythonFault(
            say("python.no-result", function=function.name), node.lineno, say("hint.python-result")
        )
    return tuple(found), True


def _check_names(
    function: ast.FunctionDef, parameters: tuple[Parameter, ...], results: tuple[Result, ...]
) -> None:
    """Refuse names that a pin cannot have, or that two pins would share."""
    seen = set(_TAKEN)
    for name in (*(p.name for p in parameters), *(r.name for r in results)):
        if name in seen:
            raise PythonFault(say("python.same-name", name=name), function.lineno)
        seen.add(name)
