"""Whether a fix cures what it claims: tries it on a copy of the page and looks again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from msgspec.structs import replace

from app.document.editing.base import EditRefused
from app.document.fixes.apply import fixed_page
from app.document.model.diagram import Page
from app.document.model.fix import Fix
from app.document.model.problems import Problem, identity

# Faults that the structure check sees in any case: a new one was made by the fix, not brought to light.
_STRUCTURE = frozenset(
    {
        "unknown-symbol", "unknown-pin", "unknown-block", "duplicate-id", "bad-id", "wire-kind", "too-many-wires",
        "unwired-input", "cycle", "bad-literal", "bad-attr-name", "bad-attr-value", "nothing-to-run",
    }
)  # fmt: skip

_TEXTS = frozenset({"bad-literal", "bad-attr-name", "bad-attr-value", "unwired-input"})


def proven(
    page: Page,
    problems: Sequence[Problem],
    types: Collection[str],
    look: Callable[[Page], Sequence[Problem]],
    seconds: float = 2.0,
) -> list[Problem]:
    """Return the problems with those of their fixes only that cure them and bring no new error.

    ``look`` finds all problems of a page, in the way that ``problems`` were found; ``types`` holds the
    ``block.pin`` of the outputs whose types are known. After ``seconds`` what is left keeps its first fix
    untried. One wire of a circle may be taken out though its pin is empty then: that is the user's to fill.
    """
    until = time.monotonic() + seconds
    found = []
    for problem in problems:
        proved: list[Fix] = []
        for fix in problem.fixes:
            late = time.monotonic() > until
            if (late and not proved) or (not late and works(page, problem, fix, problems, types, look)):
                proved.append(fix)
        found.append(problem if len(proved) == len(problem.fixes) else replace(problem, fixes=tuple(proved)))
    return found


def works(
    page: Page,
    problem: Problem,
    fix: Fix,
    before: Sequence[Problem],
    types: Collection[str],
    look: Callable[[Page], Sequence[Problem]],
) -> bool:
    """Return whether one fix cures its problem and brings no new error; the arguments are those of ``proven``."""
    try:
        after = look(fixed_page(page, fix))
    except EditRefused:
        return False
    if problem.code == "cycle":
        return is_gone(problem, before, after)
    return cures(problem, before, after, types)


def cures(
    problem: Problem, before: Sequence[Problem], after: Sequence[Problem], types: Collection[str] | Mapping
) -> bool:
    """Return whether a problem is gone and no error is new, other than one that it had hidden.

    Hidden was what lies on a block that had no types (it could not be built) and is no fault of the structure,
    and what a block of an unknown symbol holds.
    """
    if not is_gone(problem, before, after):
        return False
    typed = {key.partition(".")[0] for key in types}
    old = {identity(p) for p in before}
    for new in after:
        if new.severity != "error" or identity(new) in old:
            continue
        if problem.code == "unknown-symbol" and new.block == problem.block and new.code in _TEXTS:
            continue
        hidden = new.block is not None and new.block not in typed and new.code not in _STRUCTURE
        if not hidden or (new.block == problem.block and new.code == problem.code):
            return False
    return True


def is_gone(problem: Problem, before: Sequence[Problem], after: Sequence[Problem]) -> bool:
    """Return whether there are fewer problems of this kind at this place."""
    key = identity(problem)
    counts = [Counter(identity(p) for p in problems)[key] for problems in (before, after)]
    return counts[1] < counts[0]
