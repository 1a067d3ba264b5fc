"""Offers the fixes of problems in a menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from app.editor.widgets.plain_text import unmarked
from app.messages import fix_title

if TYPE_CHECKING:
    from app.document.model.fix import Fix
    from app.document.model.problems import Problem


def add_fixes(menu: QMenu, problems: Sequence[Problem], do: Callable[[Fix], object]) -> int:
    """Add an action for each fix of some problems, and a separator below; returns how many there are."""
    fixes = list(dict.fromkeys(fix for problem in problems for fix in problem.fixes))
    for fix in fixes:
        menu.addAction(unmarked(f"Fix: {fix_title(fix)}"), partial(do, fix))
    if fixes:
        menu.addSeparator()
    return len(fixes)
