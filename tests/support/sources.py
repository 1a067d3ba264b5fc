"""The project's own source files, for the tests that look at them."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = tuple(sorted(p for package in ("app", "blocks") for p in (ROOT / package).rglob("*.py")))
TESTS = tuple(sorted((ROOT / "tests").rglob("*.py")))


def place(path: Path) -> str:
    """Return a file's place in the tree, as ``app/cli/run.py``."""
    return path.relative_to(ROOT).as_posix()


def text(path: Path) -> str:
    """Return a file's text."""
    return path.read_text(encoding="utf-8")


def tree(path: Path) -> ast.Module:
    """Return a file's syntax."""
    return ast.parse(text(path))
