"""Turns the way in which a run was cut short into a problem."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence

from msgspec import structs

from app.document.model.problems import Problem, error, info
from app.document.model.sentence import Sentence, quote, say
from app.engine.compiler.plan import Plan
from app.engine.diagnostics.awaited import Awaited, awaited

_NO_MEMORY = re.compile(r"bad_alloc|out of memory|MemoryError|Cannot allocate memory", re.IGNORECASE)
# Such as "F0000 00:00:17.4 15927 abort.cc:7] text" and "2025-01-01 10:00:00.0: F core/x.cc:12] text"
_LOG_PREFIX = re.compile(
    r"^([FEWI])\d{4} [\d:.]+ +\d+ [^\]]*\] "
    r"|^\d{4}-\d\d-\d\d [\d:.]+: ([FEWI]) \S+\] "
)
_LONGEST_LOG = 4000  # characters at the end of a dead process's log that a problem bears
_REASON = re.compile(r"Check failed|what\(\):|bad_alloc|^out of memory|Assertion|Fatal Python error")


def died(status: int, log: str, blocks: Sequence[str], done: int, begun: int) -> Problem:
    """Say that the worker process ended in mid-run.

    ``status`` is its exit status (negative: the signal), ``log`` what it printed, ``blocks`` those known to
    have been running, ``done`` and ``begun`` count steps.
    """
    reason = cause(log)
    how = say(
        "process.ended",
        how=way_out(status),
        when=_when(done, begun),
        why=say("process.cause", why=quote(reason)) if reason else None,
    )
    code = "out-of-memory" if _NO_MEMORY.search(reason) else "aborted"
    own_words = log.strip()[-_LONGEST_LOG:] or None
    if len(blocks) == 1:
        return error(code, say("process.block", block=blocks[0], how=how), blocks[0], detail=own_words)
    if blocks:
        named = tuple(blocks)
        return error(code, say("process.one-of", blocks=named, how=how), related=named, detail=own_words)
    hint = say("hint.out-of-memory") if signal_of(status) == "SIGKILL" else None
    return error(code, say("process.a-block", how=how), hint=hint, detail=own_words)


def _when(done: int, begun: int) -> Sentence:
    if begun > done:
        return say("process.in-step", step=begun)
    return say("process.while-built") if begun == 0 else say("process.after-step", step=done)


def stuck(
    seconds: float, step: int, running: Sequence[str], may_wait: Sequence[str], plan: Plan | None
) -> Problem:
    """Say that a step waited; ``running`` are the blocks traced as waiting, ``may_wait`` all that can."""
    blocks = tuple(running) or tuple(may_wait)
    waits = [awaited(plan, block) if plan is not None else Awaited(block) for block in blocks]
    named = tuple(one.block for one in waits)
    hint = say("hint.empty-it") if waits and all(one.room for one in waits) else say("hint.fill-it")
    waited = say("step.waited", step=step, seconds=seconds, blocks=named)
    if running or len(blocks) == 1:
        found = error("stuck", waited, blocks[0], related=blocks[1:], hint=hint)
        return _at_its_pin(found, waits[0], plan)
    waited = say("step.waited-on-one-of", step=step, seconds=seconds, blocks=named)
    return error("stuck", waited, related=blocks, hint=hint)


def _at_its_pin(found: Problem, waits: Awaited, plan: Plan | None) -> Problem:
    """Return the problem of a block that waits with its pin and what it waits for, as the page's check said it."""
    warned = (
        next((p for p in plan.problems if p.code == "stuck" and p.block == found.block), None)
        if plan
        else None
    )
    if warned is not None:
        return structs.replace(
            found,
            pin=warned.pin,
            requirement=warned.requirement,
            actual=warned.actual,
            related=tuple(dict.fromkeys((*found.related, *warned.related))),
            hint=warned.hint,
            fixes=warned.fixes,
        )
    if waits.store is None:
        return found
    needs, actual = say("needs.something-in", store=waits.store), say("actual.nothing-to-take")
    if waits.keyed:
        needs, actual = say("needs.something-under-key", store=waits.store), say("actual.nothing-under-it")
    if waits.room:
        needs, actual = say("needs.room-in", store=waits.store), say("actual.no-room")
    return structs.replace(found, pin=waits.pin, requirement=needs, actual=actual)


def timed_out(
    seconds: float,
    done: int,
    variables_step: int | None = None,
    *,
    begun: int | None = None,
    blocks: Sequence[str] = (),
    waits: bool = False,
    plan: Plan | None = None,
) -> Problem:
    """Say that the time limit ended the run; ``variables_step`` is as for ``stopped``.

    ``begun`` counts the steps begun where one was cut, and ``blocks`` are those that held it up.
    """
    held, named = _variables(variables_step), tuple(blocks)
    said = say("run.timed-out", seconds=seconds, steps=done, held=held, where=_held_up(begun, named, waits))
    block = named[0] if len(named) == 1 else None
    hint = say("hint.more-time") if begun and named and not waits else None
    found = error("timeout", said, block, related=() if block else named, hint=hint)
    return _at_its_pin(found, awaited(plan, block), plan) if waits and block and plan is not None else found


def _held_up(begun: int | None, blocks: tuple[str, ...], waits: bool) -> Sentence | None:
    """Return what the step that was cut did, as far as that is known."""
    if begun is None or (begun and not blocks):
        return None
    if begun == 0:
        return say("run.was-built", blocks=blocks) if blocks else say("run.page-was-built")
    if waits and len(blocks) == 1:
        return say("run.waited-on", step=begun, blocks=blocks)
    if waits:
        return say("run.waited-on-one-of", step=begun, blocks=blocks)
    return say("run.still-ran", step=begun, blocks=blocks)


def unstarted(seconds: float) -> Problem:
    """Say that TensorFlow's import took so long that it is given up."""
    return error("timeout", say("tensorflow.unstarted", seconds=seconds), hint=say("hint.try-tensorflow"))


def stopped(done: int, variables_step: int | None = None) -> Problem:
    """Say that the user ended the run; the Variables were last handed over after ``variables_step``."""
    return info("stopped", say("run.stopped", steps=done, held=_variables(variables_step)))


def lost(why: Sentence, done: int, variables_step: int | None = None, detail: str | None = None) -> Problem:
    """Say that the cluster has failed, and that the run does not go on.

    ``variables_step`` is as for ``stopped``, ``detail`` what TensorFlow has said.
    """
    said = say("cluster.failed", why=why, steps=done, held=_variables(variables_step))
    return error("cluster-fault", said, detail=detail)


def _variables(step: int | None) -> Sentence | None:
    return None if step is None else say("run.variables-held", step=step)


def no_tensorflow(why: Sentence, status: int = 0) -> Problem:
    """Say that TensorFlow cannot be imported; ``status``: that of the process that ended meanwhile.

    What the system has killed, as for lack of memory, no installation cures.
    """
    is_killed = signal_of(status) == "SIGKILL"
    cure = say("hint.out-of-memory") if is_killed else say("hint.install-tensorflow")
    return error("no-tensorflow", say("tensorflow.absent", why=why), hint=cure)


def signal_of(status: int) -> str | None:
    """Return the name of the signal of an exit status, ``SIGABRT`` for -6; None where no signal of a name ended it."""
    try:
        return signal.Signals(-status).name
    except ValueError:
        return None


def way_out(status: int) -> Sentence:
    """Return what an exit status says: a signal's name or number, or the status, Windows's own ones as hexadecimal."""
    if status >= 0:
        return say("exit.status", status=f"{status:#x}" if status > 0xFFFF else status)
    name = signal_of(status)
    return say("exit.signal-number", number=-status) if name is None else say("exit.signal", name=name)


def cause(log: str) -> str:
    """Return the line of a dead process's log that says why it died, without its prefix; else ""."""
    for line in log.splitlines():
        prefix = _LOG_PREFIX.match(line)
        if _REASON.search(line) or (prefix and "F" in prefix.groups()):
            return line[prefix.end() if prefix else 0 :].strip()[:300]
    return ""
