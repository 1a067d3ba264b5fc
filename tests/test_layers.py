"""The house stands: imports run one way, Qt and TensorFlow stay in their rooms, light modules stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(p for package in ("app", "blocks") for p in (ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, at its top or late."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(*packages: str) -> set[str]:
    """Return the files that import one of the packages, relative to the root."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if any(name.split(".")[0] in packages for name in imports(path))
    }


def test_contracts_of_the_import_linter_hold() -> None:
    """Layers, no circles, Qt and TensorFlow in their places: pyproject.toml has them, late imports and types count."""
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_nothing_runs_the_content_of_a_file() -> None:
    """No eval, exec or pickle anywhere."""
    assert not importers("pickle", "cPickle", "dill", "marshal", "shelve")
    for path in SOURCES:
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"eval", "exec", "compile", "__import__"}, path


@pytest.mark.parametrize(
    "module",
    [
        "blocks.catalog",
        "app.document.formats.registry",
        "app.document.checks.page",
        "app.engine.compiler.make_plan",
    ],
)
def test_light_modules_need_nothing_heavy(module: str) -> None:
    """The catalog, files, checks and plans work without NumPy, Qt and TensorFlow."""
    code = f"import sys, {module}; print(sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"numpy", "PySide6", "NodeGraphQt", "tensorflow"} & set(ast.literal_eval(done.stdout))


def test_every_module_says_what_it_is_for() -> None:
    """Each file begins with a docstring."""
    assert [p for p in SOURCES if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))] == []
