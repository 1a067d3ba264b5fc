"""Explains why a block failed while it ran: which value, at which place, and what its op takes instead."""

from __future__ import annotations

import re

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.diagnostics.array_errors import cleared, disordered, unwritten, written_twice
from app.engine.diagnostics.csv_errors import (
    csv_fields,
    csv_file_fields,
    csv_quotes,
    csv_value,
    no_number,
    table_columns,
    table_field,
)
from app.engine.diagnostics.failed_op import Explainer, Failure
from app.engine.diagnostics.file_errors import (
    absent_tensor,
    file_pin,
    missing_file,
    refused_channels,
    undecodable,
    window_outside,
)
from app.engine.diagnostics.numeric_errors import (
    assertion,
    bad_cast,
    components,
    endless_matrix,
    not_finite,
    not_invertible,
    out_of_range,
    perm_repeats,
    simply,
    slice_beyond,
    unsorted,
    zero_divisor,
)
from app.engine.diagnostics.queue_errors import closed, drained
from app.engine.diagnostics.record_errors import bad_record, not_compressed, odd_length
from app.engine.diagnostics.value_errors import VALUE_ERRORS, not_compressed_so, unwritable_dataset
from blocks.requirement import InRange, Requirement, SizesFrom


def explained(failure: Failure) -> Problem | None:
    """Return the problem that explains a failure; None where the message is none of those that are known."""
    failure = failure._replace(message=failure.message.split("\n\t [[", 1)[0])
    for pattern, explain in _EXPLAINERS:
        found = pattern.search(failure.message)
        why = explain(failure, found) if found else None
        if why is not None:
            block = failure.node.block
            pin = why.pin or file_pin(failure.node.op)
            if why.chief is not None:
                pin = why.chief.argument.pin
            return error(
                "run-failed",
                why.sentence,
                block,
                pin,
                requirement=why.requirement,
                actual=why.actual,
                related=tuple(dict.fromkeys(f"{block}.{o.argument.pin}" for o in why.others)),
                hint=why.hint,
            )
    return None


_EXPLAINERS: tuple[tuple[re.Pattern[str], Explainer], ...] = tuple(
    (re.compile(pattern, re.S), explain)
    for pattern, explain in (
        (r"Expected (size|begin)\[(\d+)\] in \[(-?\d+), (-?\d+)\], but got (-?\d+)", slice_beyond),
        (r"Failed to build (\w+) op with error", unwritable_dataset),
        *VALUE_ERRORS,
        (r"Could not read from TensorArray index (\d+)", unwritten),
        (r"Could not read index (\d+) twice", cleared),
        (r"Could not write to TensorArray index (\d+) because it has already", written_twice),
        (r"indices\[(\d+)\] = \[([-\d,\s]*)\] is (out of order|repeated)", disordered),
        (
            r"is closed and has insufficient elements \(requested (?P<asked>\d+), "
            r"(?:current|total) size (?P<there>\d+)",
            drained,
        ),
        (r"(?:Queue|Barrier) '[^']*' is closed", closed),
        (r"Integer division by zero|Unexpected error in binary operator", zero_divisor),
        (r"Tensor had ([+-]?(?:NaN|Inf)[\w ,+-]*)", not_finite),
        (
            r"(?:output|crop) dimensions must be positive",
            simply(lambda m: Requirement(values=SizesFrom(1)), "size", "crop_size", "output_shape"),
        ),
        (r"negative integer powers", simply(lambda m: say("needs.no-negative-powers"), "y")),
        (
            r"Tried to (?:read from|write to) index -?\d+ but array size is: (\d+)",
            simply(lambda m: Requirement(values=InRange(None, int(m[1]), open=True)), "index"),
        ),
        (r"perm|is duplicated|is missing from|is not between 0 and", perm_repeats),
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
        (r"Expect (\d+) fields but have (\d+) in record", csv_file_fields),
        (r"Field (\d+) in record (?:(\d+) )?is not a valid (\w+): (.*)", csv_value),
        (
            r"Invalid number of columns in (.*) line (\d+) \((.*)\) : expected at least (\d+) got (\d+)",
            table_columns,
        ),
        (r"Field (.*) in line (\d+) is not a valid (\w+)", table_field),
        (r"Quoted field has to end with quote|Unquoted fields cannot have quotes", csv_quotes),
        (r"does not support (\d+) channels|`?channels`? must be .*(?:but )?got (\d+)", refused_channels),
        (r"(?P<what>truncated|corrupted) record at (?P<at>\d+)", bad_record),
        (r"inflate\(\) failed", not_compressed),
        (r"inflate\(\) failed", not_compressed_so),
        (
            r"header \((?P<header>\d+) bytes\) and footer \((?P<footer>\d+) bytes\), input file \"(?P<file>.*?)\" "
            r"has body length (?P<size>\d+) bytes, which is not .* record length \((?P<record>\d+)",
            odd_length,
        ),
        (r"assertion failed: (.*)", assertion),
        (r"Cast (\w+) to (\w+) is not supported", bad_cast),
        (r"not invertible|Cholesky decomposition was not successful", not_invertible),
        (r"[Ee]igen decomposition was not successful", endless_matrix),
        (r"Shape mismatch in tuple component (\d+)\. Expected (\[.*?\]), got (\[.*?\])", components),
        (r"Invalid JPEG data or crop window", window_outside),
        (r"", undecodable),
    )
)
