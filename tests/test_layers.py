"""The house stands: imports run one way, Qt and TensorFlow stay in their rooms, light modules stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import PROGRAM, ROOT, TESTS, place, tree


def imported(node: ast.AST) -> set[str]:
    """Return the packages that a statement imports from."""
    if isinstance(node, ast.Import):
        return {alias.name.split(".")[0] for alias in node.names}
    return {node.module.split(".")[0]} if isinstance(node, ast.ImportFrom) and node.module else set()


def called(node: ast.AST) -> set[str]:
    """Return the plain name that an expression calls."""
    return {node.func.id} if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else set()


def test_contracts_of_the_import_linter_hold() -> None:
    """Layers, no circles, Qt and TensorFlow in their places: pyproject.toml has them, late imports and types count.

    In a process of its own: the linter's set-up of logging switches off all loggers that a process has by then.
    """
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_nothing_runs_the_content_of_a_file() -> None:
    """No eval, exec or pickle anywhere."""
    for path in PROGRAM:
        for node in ast.walk(tree(path)):
            assert not imported(node) & {"pickle", "cPickle", "dill", "marshal", "shelve"}, place(path)
            assert not called(node) & {"eval", "exec", "compile", "__import__"}, place(path)


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
    assert [place(path) for path in PROGRAM if not ast.get_docstring(tree(path))] == []


def test_the_tests_lie_as_the_packages_do() -> None:
    """Each folder of tests is named as the package of the program that it tests."""
    folders = {path.parent.relative_to(ROOT / "tests") for path in TESTS if path.name.startswith("test_")}
    packages = {path.parent.relative_to(ROOT) for path in PROGRAM if path.name == "__init__.py"}
    packages.add(Path("trials"))  # tools that try the whole program; the tests run a slice of each
    strange = {f for f in folders if f.parts and f not in packages and Path("app", f) not in packages}
    assert strange == set()
