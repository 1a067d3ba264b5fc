"""Says in words why a block failed while it ran: which value, at which place, and what its op takes instead."""

from __future__ import annotations

import re

from app.document.model.problems import Problem, error
from app.engine.diagnostics.csv_errors import csv_fields, csv_quotes, csv_value, no_number
from app.engine.diagnostics.failed_op import Failure, Teller
from app.engine.diagnostics.file_errors import (
    FILE_ATTRS,
    absent_tensor,
    missing_file,
    undecodable,
)
from app.engine.diagnostics.numeric_errors import (
    assertion,
    bad_cast,
    components,
    not_finite,
    not_invertible,
    out_of_range,
    perm_repeats,
    simply,
    slice_beyond,
    unsorted,
    zero_divisor,
)


def explained(failure: Failure) -> Problem | None:
    """Return the problem in words; None where the message is none of those that are known."""
    failure = failure._replace(message=failure.message.split("\n\t [[", 1)[0])
    for pattern, tell in _TELLERS:
        found = pattern.search(failure.message)
        told = tell(failure, found) if found else None
        if told is not None:
            block = failure.node.block
            pin = told.chief.argument.pin if told.chief is not None else FILE_ATTRS.get(failure.node.op)
            related = tuple(dict.fromkeys(f"{block}.{o.argument.pin}" for o in told.others))
            return error(
                "run-failed", told.message, block, pin,
                wanted=told.wanted, actual=told.actual, related=related, hint=told.hint,
            )  # fmt: skip
    return None


_TELLERS: tuple[tuple[re.Pattern[str], Teller], ...] = tuple(
    (re.compile(pattern, re.S), tell)
    for pattern, tell in (
        (r"Expected (size|begin)\[(\d+)\] in \[(-?\d+), (-?\d+)\], but got (-?\d+)", slice_beyond),
        (r"Integer division by zero", zero_divisor),
        (r"Tensor had ((?:NaN|Inf)[\w ,]*)", not_finite),
        (r"(?:output|crop) dimensions must be positive", simply("sizes above 0", "size", "crop_size")),
        (r"Need minval < maxval", simply("a number above minval", "maxval", "minval")),
        (r"negative integer powers", simply("0 or more for each integer", "y")),
        (
            r"Tried to (?:read from|write to) index -?\d+ but array size is: (\d+)",
            simply(r"less than \1", "index"),
        ),
        (r"pos -?\d+ out of range for string", simply("a place within the text", "pos", "input")),
        (r"perm|is duplicated|is missing from", perm_repeats),
        (
            r"is not in \[0, |does not index into|out of range|out of bounds|outside (?:of )?\[?the valid range|"
            r"outside \[0",
            out_of_range,
        ),
        (r"segment ids? (?:are|is) not increasing|segment ids must be", unsorted),
        (r"Tensor name \"([^\"]*)\" not found|Key (\S+) not found in checkpoint", absent_tensor),
        (r"(?:matching files for |files for )(\S+)", missing_file),
        (r"(?:NOT_FOUND: |^)([^\n;]*); No such file or directory", missing_file),
        (r"could not correctly convert string: (.*)", no_number),
        (r"Expect (\d+) fields but have (\d+) in record (\d+)", csv_fields),
        (r"Field (\d+) in record (\d+) is not a valid (\w+): (.*)", csv_value),
        (r"Quoted field has to end with quote|Unquoted fields cannot have quotes", csv_quotes),
        (r"assertion failed: (.*)", assertion),
        (r"Cast (\w+) to (\w+) is not supported", bad_cast),
        (r"not invertible|Cholesky decomposition was not successful", not_invertible),
        (r"Shape mismatch in tuple component (\d+)\. Expected (\[.*?\]), got (\[.*?\])", components),
        (r"", undecodable),
    )
)
