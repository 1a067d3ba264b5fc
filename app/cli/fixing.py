"""``check --fix``: applies the first fix of each error that cures it, until none is left, and saves the file.

Fixes that alter or guess what the numbers mean are left to a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from app.cli.exits import Refused
from app.cli.opening import Opened
from app.document.editing.base import EditRefused
from app.document.editing.document import Document
from app.document.fixes import apply_fix
from app.document.fixes.proof import cures
from app.document.formats.registry import is_model, is_page
from app.document.model.diagram import Page
from app.document.model.fix import Fix
from app.document.model.problems import Problem, identity
from app.document.storage.errors import ChangedMeanwhile, FileProblem
from app.engine.analysis.page_analysis import PageAnalysis
from app.messages import error_text, fix_title

_MOST = 200  # fixes of a page
_MOST_TRIALS = 500
# Warnings whose fix changes nothing of what the page does, or makes a block work that could not.
_SAFE = frozenset({"wired-and-typed", "bad-attr-name", "bad-attr-value", "unavailable"})


def fix_file(
    opened: Opened, analyse_page: Callable[[Page, Opened], PageAnalysis]
) -> tuple[Opened, dict[str, list[str]]]:
    """Cure every page and save the file if anything was done; return the file as it is then, and the fixes by page.

    Where another program has changed the file meanwhile, what lies there now is cured instead. ``analyse_page`` says
    what is wrong with a page of a file, with fixes. Raises Refused for a file that this program does not write: one of
    a later version, or an enuSpace page.
    """
    _check_ours(opened)
    while True:
        try:
            document = Document.open(opened.name, opened.data)
        except FileProblem as fault:
            raise Refused(error_text(fault)) from fault
        now = replace(opened, project=document.project, problems=document.load_problems)
        _check_ours(now)
        done = _fix_pages(document, now, analyse_page)
        if not any(done.values()):
            return now, done
        try:
            document.save()
        except ChangedMeanwhile:
            continue
        except FileProblem as fault:
            raise Refused(error_text(fault)) from fault
        return now, done


def _fix_pages(
    document: Document, opened: Opened, analyse_page: Callable[[Page, Opened], PageAnalysis]
) -> dict[str, list[str]]:
    def look(name: str) -> PageAnalysis:
        page = document.project.page(name)
        assert page is not None
        return analyse_page(page, opened)

    return {page.name: _fix_page(document, page.name, look) for page in document.project.pages}


def _check_ours(opened: Opened) -> None:
    path = Path(opened.name)
    if any(p.code == "newer-version" for p in opened.problems.get("", ())):
        raise Refused(f"{opened.name} was written by a later version of TensorBlocks; it is only read")
    if is_model(path):
        raise Refused(f"{opened.name} is a model; convert it first: tensorblocks convert")
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
