"""``check --fix``: applies the first fix of each error that cures it, until none is left, and saves the file.

Fixes that alter or guess what the numbers mean are left to a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from app.cli.exits import Refused
from app.cli.opening import Opened
from app.document.editing.base import EditRefused
from app.document.editing.document import Document
from app.document.fixes import apply_fix
from app.document.fixes.proof import cures
from app.document.formats.registry import is_page
from app.document.model.fix import Fix
from app.document.model.problems import Problem, identity
from app.document.storage.errors import FileProblem
from app.engine.analysis.page_analysis import PageAnalysis
from app.messages import error_text, fix_title

_MOST = 200  # fixes of a page
_MOST_TRIALS = 500
# Warnings whose fix changes nothing of what the page does, or makes a block work that could not.
_SAFE = frozenset({"wired-and-typed", "bad-attr-name", "bad-attr-value", "unavailable"})


def fix_file(opened: Opened, path: Path, look: Callable[[str], PageAnalysis]) -> dict[str, list[str]]:
    """Cure every page and save the file if anything was done; return the titles of the fixes by page.

    ``look`` analyses the page of a name as it is now, with its fixes. Raises Refused for a file that this program does
    not write: one of a later version, or an enuSpace page.
    """
    _check_ours(opened, path)
    document = Document(opened.project, path)
    done = {page.name: _fix_page(document, page.name, look) for page in opened.project.pages}
    if any(done.values()):
        try:
            document.save(path)
        except FileProblem as fault:
            raise Refused(error_text(fault)) from fault
    return done


def _check_ours(opened: Opened, path: Path) -> None:
    if any(p.code == "newer-version" for p in opened.problems.get("", ())):
        raise Refused(f"{opened.name} was written by a later version of TensorBlocks; it is only read")
    if path.is_dir() or is_page(path):
        raise Refused(f"{opened.name} is an enuSpace page; convert it first: tensorblocks convert")


def _fix_page(document: Document, page: str, look: Callable[[str], PageAnalysis]) -> list[str]:
    """Do one fix after the other, each only if it cures its problem and brings no new error."""
    done: list[str] = []
    tried: set[object] = set()
    now = look(page)
    while len(done) < _MOST and len(tried) < _MOST_TRIALS:
        after = _one_fix(document, page, now, look, tried, done)
        if after is None:
            return done
        now = after
    return done


def _one_fix(
    document: Document,
    page: str,
    now: PageAnalysis,
    look: Callable[[str], PageAnalysis],
    tried: set[object],
    done: list[str],
) -> PageAnalysis | None:
    """Find the first fix that cures; return what the page looks like then, or None where there is none."""
    for problem in _fixable(now.problems):
        for fix in _plain(problem):
            attempt = (identity(problem), fix)
            if attempt in tried:
                continue
            tried.add(attempt)
            try:
                apply_fix(document, page, fix, fix_title(fix))
            except EditRefused:
                continue
            after = look(page)
            if cures(problem, now.problems, after.problems, now.built):
                done.append(f"{_where(problem)}{fix_title(fix)}")
                return after
            document.undo()
    return None


def _fixable(problems: Iterable[Problem]) -> list[Problem]:
    return [p for p in problems if _plain(p) and (p.severity == "error" or _is_safe(p))]


def _plain(problem: Problem) -> list[Fix]:
    return [fix for fix in problem.fixes if not fix.by_hand]


def _is_safe(problem: Problem) -> bool:
    return problem.severity == "warning" and problem.code in _SAFE


def _where(problem: Problem) -> str:
    place = ".".join(part for part in (problem.block, problem.pin) if part)
    return f"{place}: " if place else ""
