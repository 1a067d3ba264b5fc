"""The project's words: no name is made of those that say nothing to a stranger; what is public says what it does."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALL = sorted(path for folder in ("app", "blocks", "tests") for path in (ROOT / folder).rglob("*.py"))

# What a name says instead: report, explain, notify; require, accept, expect; checkpoint, held, retained, unread entry;
# on_event; stop request, acknowledged; fork server; relocation; op cache.
BANNED = frozenset((
    "tell", "tells", "told", "teller", "telling", "untold", "want", "wants", "wanted", "keeper", "kept", "unkept",
    "hear", "hears", "heard", "wish", "wishes", "wished", "granted", "nursery", "carried", "scratch",
))  # fmt: skip
NOT_YET = (  # their names are being mended
    "app/cli/", "app/document/", "app/editor/", "app/engine/", "blocks/", "tests/",
)  # fmt: skip
CLEAN = (
    "app/editor/tensor_views/", "app/editor/inspector/", "app/editor/monitors/", "app/editor/values/",
    "app/cli/", "app/document/model/", "app/document/storage/", "app/document/resources/", "app/document/formats/",
    "app/document/editing/", "tests/cli/", "tests/document/model/", "tests/document/storage/",
    "tests/document/resources/", "tests/document/formats/", "tests/document/editing/",
)  # fmt: skip
LONG = 14  # lines of a function that nobody reads at a glance

FILES = [
    path
    for path in ALL
    if (where := path.relative_to(ROOT).as_posix()).startswith(CLEAN) or not where.startswith(NOT_YET)
]

_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def names(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every name that a source makes or uses."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            yield token.start[0], token.string


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a module and the methods of its classes that others may call."""
    for node in tree.body:
        for inner in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                yield inner


def test_names_are_made_of_words_that_a_stranger_knows() -> None:
    """tell, want, keep and the like mean what their reader guesses; the glossary has a word for each meaning."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in FILES
        for line, name in names(path.read_text(encoding="utf-8"))
        if BANNED & {part.lower() for part in _PART.findall(name)}
    ]
    assert found == []


def test_long_public_functions_say_what_they_do() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{function.lineno}: {function.name}"
        for path in FILES
        if path.is_relative_to(ROOT / "app") or path.is_relative_to(ROOT / "blocks")
        for function in public_functions(ast.parse(path.read_text(encoding="utf-8")))
        if (function.end_lineno or 0) - function.lineno + 1 >= LONG and not ast.get_docstring(function)
    ]
    assert found == []
