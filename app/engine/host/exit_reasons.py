"""Turns the way in which a run was cut short into a problem in plain English."""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence

from app.document.model.problems import Problem, error, info

_NO_MEMORY = re.compile(r"bad_alloc|out of memory|MemoryError|Cannot allocate memory", re.IGNORECASE)
# Such as "F0000 00:00:17.4 15927 abort.cc:7] text" and "2025-01-01 10:00:00.0: F core/x.cc:12] text"
_LOG_PREFIX = re.compile(
    r"^([FEWI])\d{4} [\d:.]+ +\d+ [^\]]*\] "
    r"|^\d{4}-\d\d-\d\d [\d:.]+: ([FEWI]) \S+\] "
)
_LONGEST_LOG = 4000  # characters at the end of a dead process's log that a problem bears
_REASON = re.compile(r"Check failed|what\(\):|bad_alloc|Assertion|Fatal Python error")


def died(status: int, log: str, blocks: Sequence[str], done: int, begun: int) -> Problem:
    """Say that the worker process ended in mid-run.

    ``status`` is its exit status (negative: the signal), ``log`` what it printed, ``blocks`` those known to
    have been running, ``done`` and ``begun`` count steps.
    """
    when = (
        f"in step {begun}"
        if begun > done
        else "while the page was built"
        if begun == 0
        else f"after step {done}"
    )
    reason = cause(log)
    how = f"ended the TensorFlow process ({way_out(status)}) {when}" + (f": {reason}" if reason else "")
    code = "out-of-memory" if _NO_MEMORY.search(reason) else "aborted"
    own_words = log.strip()[-_LONGEST_LOG:] or None
    if len(blocks) == 1:
        return error(code, f"{blocks[0]} {how}", block=blocks[0], detail=own_words)
    if blocks:
        return error(code, f"one of {_listed(blocks)} {how}", related=tuple(blocks), detail=own_words)
    hint = "perhaps the system ran out of memory" if way_out(status) == "SIGKILL" else None
    return error(code, f"a block {how}", hint=hint, detail=own_words)


def stuck(seconds: float, step: int, running: Sequence[str], may_wait: Sequence[str]) -> Problem:
    """Say that a step waited; ``running`` are the blocks traced as waiting, ``may_wait`` all that can."""
    blocks = list(running) or list(may_wait)
    wait = f"step {step} waited {seconds:g} s"
    hint = "something must fill the queue, barrier or stage in the same step or an earlier one"
    if len(blocks) == 1:
        return error("stuck", f"{wait} on {blocks[0]}", block=blocks[0], hint=hint)
    if running:
        text = f"{wait} on {_listed(blocks)}"
        return error("stuck", text, block=blocks[0], related=tuple(blocks[1:]), hint=hint)
    return error("stuck", f"{wait} on one of {_listed(blocks)}", related=tuple(blocks), hint=hint)


def timed_out(seconds: float, done: int, variables_step: int | None = None) -> Problem:
    """Say that the time limit ended the run; ``variables_step`` is as for ``stopped``."""
    return error(
        "timeout", f"the page took longer than {seconds:g} s; {_steps(done)} done{_variables(variables_step)}"
    )


def stopped(done: int, variables_step: int | None = None) -> Problem:
    """Say that the user ended the run; the Variables were last handed over after ``variables_step``."""
    message = f"the run was stopped; {_steps(done)} done{_variables(variables_step)}"
    return info("stopped", message)


def _variables(step: int | None) -> str:
    return "" if step is None else f", the Variables are kept as they were after step {step}"


def no_tensorflow(reason: str) -> Problem:
    """Say that TensorFlow cannot be imported."""
    return error(
        "no-tensorflow",
        f"TensorFlow cannot be imported: {reason}",
        hint="install it into this Python: pip install tensorflow",
    )


def way_out(status: int) -> str:
    """Name an exit status: ``SIGABRT`` for -6, ``exit status 0`` for 0, Windows's own ones as hexadecimal."""
    if status > 0xFFFF:
        return f"exit status {status:#x}"
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"


def cause(log: str) -> str:
    """Return the line of a dead process's log that says why it died, without its prefix; else ""."""
    for line in log.splitlines():
        prefix = _LOG_PREFIX.match(line)
        if _REASON.search(line) or (prefix and "F" in prefix.groups()):
            return line[prefix.end() if prefix else 0 :].strip()[:300]
    return ""


def _listed(blocks: Sequence[str]) -> str:
    shown = ", ".join(blocks[:5])
    return shown if len(blocks) <= 5 else f"{shown} and {len(blocks) - 5} more"


def _steps(done: int) -> str:
    return "1 step was" if done == 1 else f"{done} steps were"
