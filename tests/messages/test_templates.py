"""Every sentence of the program has its template, every template is used, and no code reads a text back."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from app import messages
from app.messages.en import TEMPLATES
from tests.support.sources import PROGRAM, ROOT, place, tree

WRITERS = [path for path in PROGRAM if path != ROOT / "app/messages/en.py"]
SPEAKERS = [path for path in WRITERS if place(path).startswith(("app/document", "app/engine", "blocks"))]
READERS = [path for path in WRITERS if place(path).startswith(("app/cli", "app/editor"))]


def fields(template: str) -> set[str]:
    """Return the names of a template's parameters."""
    return {name.split("|")[0] for _, name, _, _ in Formatter().parse(template) if name}


def said(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Yield the sentences that a file makes: their keys and the calls of ``say``."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            key = node.args[0]
            assert isinstance(key, ast.Constant), f"{place(path)}:{node.lineno}: the key is not written out"
            yield key.value, node


def test_every_sentence_has_a_template_and_all_its_parameters() -> None:
    for path in SPEAKERS:
        for key, call in said(path):
            where = f"{place(path)}:{call.lineno}: {key}"
            assert key in TEMPLATES, where
            assert fields(TEMPLATES[key]) == {given.arg for given in call.keywords}, where


def test_every_template_is_used() -> None:
    """A key is written out where it is used; of the ones that are put together, the part before the last dot is."""
    written, begun = set(), set()
    for path in WRITERS:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                written.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begun.add(str(node.values[0].value))
    assert [k for k in TEMPLATES if k not in written and f"{k.split('.')[0]}." not in begun] == []


def test_a_template_is_written_once() -> None:
    """A key that stands twice in a dictionary's text would lose its first template without a word."""
    (table,) = [node for node in ast.walk(tree(ROOT / "app/messages/en.py")) if isinstance(node, ast.Dict)]
    keys = [key.value for key in table.keys if isinstance(key, ast.Constant)]
    assert sorted(set(keys)) == sorted(keys)


def worded(node: ast.AST, names: set[str]) -> bool:
    """Return whether an expression is a text that `app.messages` has made."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in messages.__all__ and node.func.id not in ("problem_json", "report_lines")
    return isinstance(node, ast.Name) and node.id in names


def read_back(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the places of a function where a text is compared, searched or taken apart."""
    names = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and worded(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Compare):
            parts = [part for part in (node.left, *node.comparators) if worded(part, names)]
            if parts and not any(isinstance(op, ast.Is | ast.IsNot) for op in node.ops):
                yield node
        elif isinstance(node, ast.Attribute) and worded(node.value, names):
            yield node
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            module = node.func.value
            if (
                isinstance(module, ast.Name)
                and module.id == "re"
                and any(worded(a, names) for a in node.args)
            ):
                yield node


def test_what_is_worded_is_shown_and_never_read() -> None:
    """Fixes, marks and filters go by code, place and data; the layers below cannot import the words at all."""
    for path in READERS:
        functions = [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.Lambda)]
        found = {ast.unparse(node) for function in functions for node in read_back(function)}
        assert found == set(), place(path)
