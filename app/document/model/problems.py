"""A problem: a fault of the diagram or the run, with severity, code, block and pin. Plain data, no words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Literal

import msgspec
from msgspec.structs import replace

from app.document.model.fix import Fix, of_block
from app.document.model.sentence import Sentence
from blocks.requirement import Actual, Requirement

Severity = Literal["error", "warning", "info"]

# Every code that a problem can bear, in the order of the manual's table; `app.messages` says what each means.
CODES = (
    # structure
    "unknown-symbol",
    "unknown-pin",
    "unknown-block",
    "duplicate-id",
    "bad-id",
    "duplicate-page",
    "bad-wire",
    "wire-kind",
    "wire-index",
    "too-many-wires",
    "wired-and-typed",
    "unwired-input",
    "cycle",
    "unavailable",
    "unused-block",
    "bad-python",
    "missing-page",
    "missing-library",
    "page-has-session",
    "page-without-pins",
    "page-cycle",
    "page-too-large",
    "not-in-function",
    # texts
    "bad-literal",
    "bad-attr-name",
    "bad-attr-value",
    "missing-file",
    "missing-array",
    # types and shapes
    "dtype-conflict",
    "bad-dtype",
    "unknown-dtype",
    "missing-attr",
    "bad-count",
    "bad-shape",
    "bad-stride",
    "bad-value",
    "not-scalar",
    "not-vector",
    # run
    "bad-condition",
    "bad-watch",
    "not-reached",
    "no-data",
    "data-ended",
    "data-restarts",
    "not-undone",
    "dead-branch",
    "bad-snapshot",
    "refused-read",
    "refused-write",
    "refused-net",
    "refused-python",
    "refused-model",
    "build-failed",
    "run-failed",
    "python-failed",
    "aborted",
    "out-of-memory",
    "unfilled",
    "stuck",
    "timeout",
    "stopped",
    "not-finite",
    "odd-data",
    "unordered",
    "nothing-to-run",
    "feed",
    "bad-cluster",
    "cluster-fault",
    "cluster-resumed",
    "no-tensorflow",
    # edits
    "bad-edit",
    # files
    "newer-version",
    "unknown-key",
    "bad-file",
    "imported",
    "no-export",
)
_KNOWN = frozenset(CODES)


class Problem(msgspec.Struct, frozen=True):
    """One fault. `app.messages` makes its words, and the JSON form of the command line.

    ``sentence`` says what is wrong, ``requirement`` what should be there, ``actual`` what is there, ``hint`` what a
    person can do. ``related`` are further ``block.pin`` of the fault. ``detail`` holds TensorFlow's own words where
    the fault comes from there.
    """

    severity: Severity
    code: str
    sentence: Sentence
    block: str | None = None
    pin: str | None = None
    related: tuple[str, ...] = ()
    requirement: Requirement | Sentence | None = None
    actual: Actual | Sentence | None = None
    hint: Sentence | None = None
    fixes: tuple[Fix, ...] = ()
    detail: str | None = None

    def __post_init__(self) -> None:
        """Refuse a code that the table does not have."""
        if self.code not in _KNOWN:
            raise ValueError(f"unknown problem code {self.code!r}")


# error(code, sentence, block, pin, requirement=...) and so on; a remark is no fault
error = partial(Problem, "error")
warning = partial(Problem, "warning")
info = partial(Problem, "info")


def placed(problem: Problem, block: str) -> Problem:
    """Return the problem of a block's text with the block's id (faults of equal blocks share one reading)."""
    fixes = tuple(of_block(fix, block) for fix in problem.fixes) if problem.fixes else ()
    return msgspec.structs.replace(problem, block=block, fixes=fixes)


def identity(problem: Problem) -> tuple[object, ...]:
    """Return what distinguishes a problem from others: code, place, and what is there where one place may have several.

    A pin has one fault of a code; a page, a block or an attrs text may have more, which differ in what is there. Of an
    output several monitors may each show a part that it lacks.
    """
    if problem.code == "unknown-pin":
        return problem.code, problem.block, problem.pin, problem.related, problem.actual
    if problem.pin not in (None, "attrs"):
        return problem.code, problem.block, problem.pin
    return problem.code, problem.block, problem.pin, problem.actual or problem.sentence


def joined(first: Iterable[Problem], *more: Iterable[Problem]) -> list[Problem]:
    """Return the problems of all lists, without those of later lists that an earlier one has already.

    Where a text is known not to be what its pin takes, a later list's error at the pin only follows from that; so
    does TensorFlow's refusal to build a block that no page can run. What an earlier list has warned of and a later one
    has as an error has come to pass: it is an error in the earlier words.
    """
    found = list(first)
    for problems in map(list, more):
        failed = {identity(p) for p in problems if p.severity == "error"}
        found = [replace(p, severity="error") if identity(p) in failed else p for p in found]
        known = {identity(p) for p in found}
        unread = {(p.block, p.pin) for p in found if (p.code, p.severity) == ("bad-literal", "error")}
        gone = {p.block for p in found if (p.code, p.severity) == ("unavailable", "error")}
        found += [
            p
            for p in problems
            if identity(p) not in known
            and (p.severity != "error" or (p.block, p.pin) not in unread)
            and (p.code != "build-failed" or p.block not in gone)
        ]
    return found


def errors_in(problems: Sequence[Problem]) -> bool:
    """Return whether any of the problems is an error."""
    return any(p.severity == "error" for p in problems)
