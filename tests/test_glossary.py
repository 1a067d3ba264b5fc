"""The project's words: no name is made of those that say nothing to a stranger; what is public says what it does."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import PROGRAM, TESTS, place, text, tree

# What a name says instead: report, explain, notify; require, accept, expect; checkpoint, held, retained, unread entry;
# on_event; stop request, acknowledged; fork server; relocation; op cache.
BANNED = frozenset((
    "tell", "tells", "told", "teller", "telling", "untold", "want", "wants", "wanted", "keeper", "kept", "unkept",
    "hear", "hears", "heard", "wish", "wishes", "wished", "granted", "nursery", "carried", "scratch",
))  # fmt: skip
BANNED_IN_PROSE = BANNED - {
    "carried",
    "scratch",
    "kept",
    "keeper",
    "unkept",
}  # these have a plain sense as well
LONG = 14  # lines of a function that nobody reads at a glance

_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_QUOTED = re.compile(
    r"``.*?``|`.*?`|\".*?\"", re.DOTALL
)  # names in files and texts for users are what they are


def names(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every name that a source makes or uses."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NAME:
            yield token.start[0], token.string


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and text of every comment and docstring of a file."""
    for token in tokenize.generate_tokens(io.StringIO(text(path)).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield getattr(node, "lineno", 1), ast.get_docstring(node) or ""


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the functions of a module and the methods of its classes that others may call."""
    for node in tree.body:
        for inner in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                yield inner


def test_names_are_made_of_words_that_a_stranger_knows() -> None:
    """A reader takes names at their word; the glossary has one word for each meaning."""
    found = [
        f"{place(path)}:{line}: {name}"
        for path in PROGRAM + TESTS
        for line, name in names(text(path))
        if BANNED & {part.lower() for part in _PART.findall(name)}
    ]
    assert found == []


def test_comments_and_docstrings_hold_to_the_same_words() -> None:
    found = [
        f"{place(path)}:{line}: {words}"
        for path in PROGRAM + TESTS
        for line, words in prose(path)
        if BANNED_IN_PROSE & set(re.findall("[a-z]+", _QUOTED.sub("", words).lower()))
    ]
    assert found == []


def test_long_public_functions_say_what_they_do() -> None:
    found = [
        f"{place(path)}:{function.lineno}: {function.name}"
        for path in PROGRAM
        for function in public_functions(tree(path))
        if (function.end_lineno or 0) - function.lineno + 1 >= LONG and not ast.get_docstring(function)
    ]
    assert found == []
