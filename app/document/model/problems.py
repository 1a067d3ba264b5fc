"""A problem: a fault of the diagram or the run, with severity, code, block and pin. Never only a string."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from app.document.model.fix import Fix, of_block

Severity = Literal["error", "warning", "info"]

# Every code that a problem can bear, and what it means. The README's list of codes is this table.
CODES: dict[str, str] = {
    # structure
    "unknown-symbol": "the catalog has no symbol of this name",
    "unknown-pin": "the symbol has no pin of this name",
    "unknown-block": "a wire, monitor or option names a block that is not on the page",
    "duplicate-id": "two blocks of the page bear the same id",
    "bad-id": "an id holds characters that TensorFlow does not allow in a node name",
    "duplicate-page": "two pages bear the same name",
    "bad-wire": 'a wire does not read as ["block.pin", "block.pin"]',
    "wire-kind": "an output of this kind cannot be wired to this pin",
    "wire-index": "a wire names an element that the output list does not have",
    "too-many-wires": "several wires end at a pin that takes one",
    "wired-and-typed": "a pin is wired and holds a text as well; the wire wins",
    "unwired-input": "a required pin is neither wired nor typed",
    "cycle": "blocks feed each other in a circle",
    "unavailable": "no page can run this symbol, for the reason that the catalog gives",
    "unused-block": "a block that nothing runs has an error",
    # texts
    "bad-literal": "the text of a pin does not read as a value of its kind",
    "bad-attr-name": "the attrs text names an attr that the symbol does not have",
    "bad-attr-value": "the attrs text holds a value that the attr does not take",
    "missing-file": "a file that a text names does not exist",
    "missing-array": "the array that a pin refers to is not beside the project",
    # types and shapes
    "dtype-conflict": "two pins of a block must have one dtype and have two",
    "bad-dtype": "the op does not take this dtype",
    "unknown-dtype": "the dtype of a pin cannot be known; type or wire it",
    "missing-attr": "TensorFlow needs an attr that is not given",
    "bad-count": "a list has too few or too many elements",
    "bad-shape": "TensorFlow refuses the shapes",
    "bad-stride": "a stride or kernel size that is not positive would end the process",
    "not-scalar": "the op needs a scalar here; anything else would end the process",
    "not-vector": "the op needs a vector here",
    # run
    "bad-condition": "the condition that ends the run does not read as one",
    "bad-watch": "a watched pin or the pin of a condition does not give one number in each step",
    "not-reached": "the condition that was to end the run did not come true",
    "dead-branch": "a fetched output had no value, as its branch was not taken",
    "bad-snapshot": "stored values do not fit the page's Variables",
    "build-failed": "TensorFlow refuses to build the block",
    "run-failed": "the block failed while it ran",
    "aborted": "the block ended the TensorFlow process",
    "out-of-memory": "the block needs more memory than the run may take",
    "stuck": "a step waited too long on a queue, barrier or stage",
    "timeout": "the run took longer than allowed",
    "stopped": "the run was stopped",
    "not-finite": "an output turned NaN or infinite while the guard was on",
    "unordered": "two ops on one queue, reader or accumulator run in no fixed order",
    "nothing-to-run": "the page has nothing to fetch or run",
    "feed": "a feed does not fit its placeholder",
    "no-tensorflow": "TensorFlow cannot be imported",
    # edits
    "bad-edit": "a change of the diagram does not fit it and was refused",
    # files
    "newer-version": "the file was written by a later version and opens read-only",
    "unknown-key": "the file holds a key that this version does not know; it is kept",
    "bad-file": "the file does not read as a project",
    "imported": "what was repaired, replaced or kept aside of a page of another program",
}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One fault. The JSON form of the command line is ``problem_json``.

    ``detail`` holds TensorFlow's own words where the fault comes from there.
    """

    severity: Severity
    code: str
    block: str | None = None
    pin: str | None = None
    related: tuple[str, ...] = ()
    message: str
    wanted: str | None = None
    actual: str | None = None
    hint: str | None = None
    fixes: tuple[Fix, ...] = ()
    detail: str | None = None

    def __post_init__(self) -> None:
        """Refuse a code that the table does not explain."""
        if self.code not in CODES:
            raise ValueError(f"unknown problem code {self.code!r}")


def error(
    code: str, message: str, block: str | None = None, pin: str | None = None, **more: object
) -> Problem:
    """Make an error; ``more`` takes related, wanted, actual, hint and fixes."""
    return Problem(severity="error", code=code, message=message, block=block, pin=pin, **more)  # type: ignore[arg-type]


def warning(
    code: str, message: str, block: str | None = None, pin: str | None = None, **more: object
) -> Problem:
    """Make a warning; ``more`` takes related, wanted, actual, hint and fixes."""
    return Problem(severity="warning", code=code, message=message, block=block, pin=pin, **more)  # type: ignore[arg-type]


def placed(problem: Problem, block: str) -> Problem:
    """Return the problem of a block's text with the block's id (faults of equal blocks share one reading)."""
    fixes = tuple(of_block(fix, block) for fix in problem.fixes) if problem.fixes else ()
    return msgspec.structs.replace(problem, block=block, fixes=fixes)


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return the JSON form: the struct's members in order; ``detail`` only where there is one."""
    tree: dict[str, Any] = msgspec.to_builtins(problem)
    if problem.detail is None:
        del tree["detail"]
    return tree


def text_of(problem: Problem, page: str | None = None, file: str | None = None) -> str:
    """Return one line for a person: ``file: page: error: block.pin: message (hint)``."""
    where = f"{problem.block}.{problem.pin}" if problem.pin else problem.block
    parts = [p for p in (file, page, problem.severity, where) if p]
    hint = f" ({problem.hint})" if problem.hint else ""
    return ": ".join([*parts, problem.message]) + hint
