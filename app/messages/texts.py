"""The texts of problems, fixes and errors, for a person or for the JSON that commands print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from app.document.model.fix import Fix
from app.document.model.problems import Problem
from app.document.model.sentence import Explained, Sentence
from app.messages.language import spoken
from app.messages.wording import visible
from blocks.requirement import Actual, Requirement


def sentence_text(sentence: Sentence | None) -> str:
    """Return a sentence's text; "" for none."""
    return "" if sentence is None else spoken().text(sentence)


def report_lines(sentences: Iterable[Sentence]) -> list[str]:
    """Return the report of a page that came from another program, as the project will hold it."""
    return [spoken().text(sentence) for sentence in sentences]


def message_of(problem: Problem) -> str:
    """Return what is wrong."""
    return spoken().text(problem.sentence)


def severity_word(problem: Problem) -> str:
    """Return the word for how bad it is."""
    return spoken().say(f"severity.{problem.severity}")


def requirement_text(problem: Problem) -> str | None:
    """Return what is required in place of what is there; None where that says nothing."""
    return _shown(problem.requirement)


def actual_text(problem: Problem) -> str | None:
    """Return what is there; None where that says nothing."""
    return _shown(problem.actual)


def hint_text(problem: Problem) -> str | None:
    """Return what a person can do; None where there is no advice."""
    return None if problem.hint is None else spoken().text(problem.hint)


def fix_title(fix: Fix) -> str:
    """Return the short command that a fix's button bears."""
    return spoken().text(fix.title)


def code_meaning(code: str) -> str:
    """Return what a problem code means, as the manual's table says it."""
    return spoken().say(f"code.{code}")


def error_text(fault: Exception) -> str:
    """Return why something was refused: our own words, or the system's."""
    return spoken().text(fault.sentence) if isinstance(fault, Explained) else str(fault)


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return the JSON form of the command line; ``detail`` only where there is one."""
    tree: dict[str, Any] = {
        "severity": problem.severity,
        "code": problem.code,
        "block": problem.block,
        "pin": problem.pin,
        "related": list(problem.related),
        "message": message_of(problem),
        "wanted": requirement_text(problem),
        "actual": actual_text(problem),
        "hint": hint_text(problem),
        "fixes": [
            {"title": fix_title(fix), "changes": msgspec.to_builtins(fix.changes)} for fix in problem.fixes
        ],
    }
    if problem.detail is not None:
        tree["detail"] = problem.detail
    return tree


def text_of(problem: Problem, page: str | None = None, file: str | None = None) -> str:
    """Return one line for a person: ``file: page: error: block.pin: message (hint)``."""
    where = f"{problem.block}.{problem.pin}" if problem.pin else problem.block
    parts = [visible(p) for p in (file, page, severity_word(problem), where) if p]
    hint = f" ({hint_text(problem)})" if problem.hint is not None else ""
    return ": ".join([*parts, message_of(problem)]) + hint


def _shown(part: Requirement | Actual | Sentence | None) -> str | None:
    return None if part is None else spoken().worded(part)
