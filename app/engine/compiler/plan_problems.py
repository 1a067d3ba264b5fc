"""What is wrong with a page before it runs: the faults of its check, of its lowering and across blocks, joined."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from msgspec.structs import replace

from app.document.model.diagram import Page
from app.document.model.function_page import ARGUMENT_DEFAULT
from app.document.model.problems import Problem, error, errors_in, joined
from app.document.model.sentence import say
from app.engine.compiler.cross_checks import faults_across, feeding_blocks
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Plan
from app.engine.compiler.sessions import Draft, used_by
from app.engine.compiler.step_graph import StepGraph
from blocks.requirement import Actual


def with_missing(
    checked: Sequence[Problem], missing: Sequence[Problem], written: Collection[str]
) -> list[Problem]:
    """Add the missing files; where the check knows of one as well, the problem that lists the folders stays.

    The check does not know of the files that the page has ``written`` before it reads them.
    """
    others = [p for p in joined(missing, checked)[len(missing) :] if not _is_written(p, written)]
    return [*others, *missing]


def _is_written(problem: Problem, written: Collection[str]) -> bool:
    actual = problem.actual
    return problem.code == "missing-file" and isinstance(actual, Actual) and actual.name in written


def joined_problems(
    low: Lowering,
    graph: StepGraph,
    drafts: Sequence[Draft],
    order: Sequence[str],
    checked: Sequence[Problem],
    unwatchable: Sequence[Problem],
    rank: Mapping[str, int] | None = None,
) -> list[Problem]:
    """Return the problems of a page in file order, each fault once.

    ``order`` are the blocks, sources first; ``checked`` the check's problems, ``unwatchable`` those of what is to be
    read after every step. ``rank`` is where each block stands in the file, if that is known. To be asked before the
    order of a step is decided. Errors of blocks that nothing runs are warnings, unless the page, which has no session,
    runs nothing at all for them.
    """
    page, used = low.page, used_by(drafts)
    said = [p.actual for p in checked if p.block is None and p.actual is not None]
    lowered = [
        *(p for p in unwatchable if p.actual not in said),
        *low.problems,
        *faults_across(page, low, graph, drafts),
    ]
    problems: list[Problem] = []
    if checked or lowered:
        ranks = {block: i for i, block in enumerate(page.blocks)} if rank is None else rank
        runs_nothing = not (low.sessions or low.open_arguments or any(d.targets for d in drafts))
        problems = _joined(checked, lowered, _Blame(low, used, checked, everything=runs_nothing), ranks)
    if low.open_arguments:
        return problems  # what is behind them is not known before the page is used
    if low.waiting and not errors_in(problems):
        problems += [_not_built(b) for b in order if b in used and b in low.waiting][:1]
    if not any(d.targets for d in drafts) and not errors_in(problems):
        problems.append(_nothing_to_run(page))
    return problems


def unfed_arguments(plan: Plan) -> list[Problem]:
    """Return what keeps a page from being run by itself that is no fault of it: Arguments without a value."""
    hint = say("hint.type-default")
    return [
        error("unwired-input", say("argument.no-default", block=block), block, ARGUMENT_DEFAULT, hint=hint)
        for block in plan.unfed
    ]


def calling_block(address: str, known: Collection[str]) -> str:
    """Return the block of the page that an address stands for: of one inside a function, the one that calls it."""
    while address not in known and "/" in address:
        address = address.rpartition("/")[0]
    return address


class _Blame:
    """Whose errors stop the page: blocks that run, unknown ones before them, and what feeds sessions.

    A text of what feeds a session, under the name of no pin, has never done anything. Of a page that runs nothing
    for their faults all blocks are to blame (``everything``).
    """

    def __init__(
        self, low: Lowering, used: set[str], checked: Sequence[Problem], *, everything: bool
    ) -> None:
        self._low, self._used, self._checked, self._everything = low, used, checked, everything

    def __contains__(self, block: str) -> bool:
        if self._everything:
            return True
        block = calling_block(block, self._low.page.blocks)
        if block in self._used:
            return True
        return block in (self._feeding if block in self._low.symbols else self._unknown)

    @cached_property
    def _feeding(self) -> set[str]:
        return feeding_blocks(self._low) - {p.block for p in self._checked if p.code == "unknown-pin"}

    @cached_property
    def _unknown(self) -> set[str]:
        """Return the blocks of unknown symbols that the used blocks are wired to: they are to blame, not unused."""
        page, used, symbols = self._low.page, self._used, self._low.symbols
        sessions = set(self._low.sessions)
        return {
            w.source.block
            for w in page.wires
            if (w.target.block in used or w.target.block in sessions)
            and w.source.block not in symbols
            and w.source.block in page.blocks
        }


def _joined(
    checked: Sequence[Problem], lowered: Sequence[Problem], blamed: _Blame, rank: Mapping[str, int]
) -> list[Problem]:
    """Join both lists in file order, each fault once; errors of blocks that nothing runs become warnings."""
    # What follows from the fault of a pin is not reported as well; an attrs text may have faults of its own.
    at_fault = {(p.block, p.pin) for p in checked if p.severity == "error" and p.pin not in (None, "attrs")}
    together = joined(checked, [p for p in lowered if (p.block, p.pin) not in at_fault])
    together.sort(key=lambda p: rank.get(calling_block(p.block or "", rank), -1))
    return [
        p if p.severity != "error" or p.block is None or p.block in blamed else replace(p, severity="warning")
        for p in together
    ]


def _not_built(block: str) -> Problem:
    """Return the problem of a block that lacks something that no other problem names."""
    return error("build-failed", say("block.not-built", block=block), block)


def _nothing_to_run(page: Page) -> Problem:
    hint = say("hint.wire-to-session") if page.blocks else say("hint.place-block")
    session = next((b.id for b in page.blocks.values() if b.symbol == "ClientSession" and not b.off), None)
    pin = None if session is None else "fetch_outputs"
    return error("nothing-to-run", say("page.nothing-to-run"), session, pin, hint=hint)
