"""Words for failures of numbers: indices out of range, divisions by zero, NaN, orders, dtypes, matrices."""

from __future__ import annotations

import re

import numpy as np

from app.engine.diagnostics.failed_op import Failure, Given, Teller, Told, first, first_row, values_text
from blocks.op_facts.index_arguments import COUNTS_COLUMNS, INDICES
from blocks.tensor_spec import shape_phrase


def out_of_range(failure: Failure, found: re.Match[str]) -> Told | None:
    """An index beyond what it counts."""
    name, counted = INDICES.get(failure.node.op, ("", None))
    listed = [g for g in failure.given if g.argument.name == name]
    indices = next(
        (g for g in listed if g.value is not None and (g.value < 0).any()), listed[0] if listed else None
    )
    if indices is None:
        return None
    table = failure.arg(counted) if counted else None
    limit = _limit(failure, table, found)
    bad = first(indices.value, lambda v: (v < 0) | (v >= limit)) if limit is not None else None
    noun = (
        "column"
        if failure.node.op in COUNTS_COLUMNS
        else "picture"
        if table and table.argument.name == "image"
        else "row"
    )
    wanted = None
    if (
        failure.node.op == "GatherNd"
        and table is not None
        and table.value is not None
        and indices.value is not None
    ):
        bad = first_row(indices.value, table.value.shape)
        limit, wanted = None, f"indices below {shape_phrase(table.value.shape)}"
    said = re.search(
        r"= (-?\d+|\[[-\d, ]*\]) (?:is not in|does not index|is out)|value of (-?\d+)", failure.message
    )
    into = re.search(r"into (?:param )?shape (\[[\d, ]*\])|index < (\[[\d, ]*\])", failure.message)
    if wanted is None and into:
        wanted = f"indices below {into[1] or into[2]}"
    value, place = bad or ((said[1] or said[2] if said else None), None)
    message = f"{indices} holds {value}" if value is not None else f"{indices} holds an index out of range"
    message += f" at {place}" if place else ""
    if table is not None and table.value is not None:
        has = (
            f"shape {shape_phrase(table.value.shape)}"
            if limit is None
            else f"{limit} {noun}{'' if limit == 1 else 's'}"
        )
        message += f"; {table} has {has}"
    elif limit is not None:
        message += f"; it may hold 0 to {limit - 1}"
    elif wanted is not None:
        message += f"; it may hold {wanted}"
    if limit is not None:
        wanted = f"0 to {limit - 1}" if limit > 1 else "0" if limit else "no index, as there is nothing"
    actual = f"{value} at {place}" if place else str(value) if value is not None else None
    return Told(indices, message, wanted, actual)


def _limit(failure: Failure, table: Given | None, found: re.Match[str]) -> int | None:
    said = re.search(r"\[0, (\d+)\)", failure.message)
    if said:
        return int(said[1])
    if table is None or table.value is None or not table.value.ndim:
        return None
    return table.value.shape[-1 if failure.node.op in COUNTS_COLUMNS else 0]


def zero_divisor(failure: Failure, found: re.Match[str]) -> Told | None:
    divisor = failure.arg("y")
    if divisor is None:
        return None
    bad = first(divisor.value, lambda v: v == 0)
    place = f" at {bad[1]}" if bad and bad[1] else ""
    message = f"{divisor} holds 0{place}, and integers cannot be divided by 0"
    return Told(
        divisor, message, "no 0", f"0{place}", hint="float numbers give inf instead: put a Cast block between"
    )


def not_finite(failure: Failure, found: re.Match[str]) -> Told | None:
    tensor = failure.arg("tensor")
    if tensor is None:
        return None
    kinds = [k for k in ("NaN", "Inf") if k.lower() in found[0].lower()]
    bad = None if tensor.value is None else first(tensor.value.astype(np.float64), lambda v: ~np.isfinite(v))
    if bad is not None and tensor.value is not None:
        count = int(np.count_nonzero(~np.isfinite(tensor.value.astype(np.float64))))
        value = "NaN" if bad[0] == "nan" else bad[0]
        place = f" at {bad[1]}" if bad[1] else ""
        message = f"{tensor} holds {value}{place}; {count} of its {tensor.value.size} values are not finite"
        return Told(tensor, message, "finite numbers", f"{value}{place}")
    text = " and ".join(kinds) or "NaN or Inf"
    return Told(tensor, f"{tensor} holds {text}", "finite numbers", text)


def slice_beyond(failure: Failure, found: re.Match[str]) -> Told | None:
    chief, whole = failure.arg(found[1]), failure.arg("input")
    if chief is None:
        return None
    dimension = int(found[2])
    wanted = f"{found[3]} to {found[4]}" if found[3] != found[4] else found[3]
    message = f"{chief} holds {found[5]} for dimension {dimension}; it may be {wanted}"
    others = tuple(g for g in (failure.arg("begin"), whole) if g is not None and g is not chief)
    if whole is not None and whole.value is not None:
        message += f", as {whole} is {shape_phrase(whole.value.shape)}"
    return Told(chief, message, f"{wanted} for dimension {dimension}", found[5], others)


def perm_repeats(failure: Failure, found: re.Match[str]) -> Told | None:
    perm = failure.arg({"InvertPermutation": "x"}.get(failure.node.op, "perm"))
    if perm is None or perm.value is None:
        return None
    wanted = f"each of 0 to {perm.value.size - 1} once"
    text = values_text(perm.value)
    return Told(perm, f"{perm} is {text}, and must hold {wanted}", wanted, text)


def unsorted(failure: Failure, found: re.Match[str]) -> Told | None:
    ids = failure.arg("segment_ids")
    if ids is None:
        return None
    wanted = "numbers that start at 0 or more and never get smaller"
    actual = None if ids.value is None else values_text(ids.value)
    return Told(ids, f"{ids} holds {actual or 'numbers'}; it wants {wanted}", wanted, actual)


def assertion(failure: Failure, found: re.Match[str]) -> Told | None:
    condition = failure.arg("condition")
    data = found[1].strip() if found[1] else ""
    message = f"the assertion failed: {condition} is false" + (f"; data: {data}" if data else "")
    return Told(condition, message, "true", "false")


def bad_cast(failure: Failure, found: re.Match[str]) -> Told | None:
    actual, target = (_LABELS.get(word, word) for word in (found[1], found[2]))
    hint = None
    if actual == "string":
        hint = "StringToNumber reads numbers out of texts"
    elif target == "string":
        hint = "AsString writes numbers as texts"
    chief = failure.arg("x")
    message = f"{chief or 'x'} is {actual}, and cannot be cast to {target}"
    return Told(chief, message, f"a dtype that can be cast to {target}", actual, hint=hint)


_LABELS = {"float": "float32", "double": "float64", "half": "float16"}  # TensorFlow's words in messages


def not_invertible(failure: Failure, found: re.Match[str]) -> Told | None:
    matrix = failure.arg("input", "matrix")
    if matrix is None:
        return None
    wanted = (
        "a positive definite matrix"
        if failure.node.op.startswith("Cholesky")
        else "a matrix that can be inverted"
    )
    actual = None if matrix.value is None else f"shape {shape_phrase(matrix.value.shape)}, determinant 0"
    if failure.node.op.startswith("Cholesky") and matrix.value is not None:
        actual = f"shape {shape_phrase(matrix.value.shape)}, not positive definite"
    return Told(matrix, f"{matrix} is not {wanted}", wanted, actual)


def components(failure: Failure, found: re.Match[str]) -> Told | None:
    component = next((g for g in failure.given if g.argument.name == "components"), None)
    if component is None:
        return None
    place = int(found[1])
    chief = next((g for g in failure.given if g.argument.place == place), component)
    message = f"{chief} is {found[3]}; the queue takes {found[2]} there"
    return Told(chief, message, str(found[2]), str(found[3]), tuple(g for g in (failure.arg("handle"),) if g))


def simply(wanted: str, *names: str) -> Teller:
    """Return a teller that blames the first input of these names, related to the others; groups go into ``wanted``."""

    def tell(failure: Failure, found: re.Match[str]) -> Told | None:
        named = [g for g in map(failure.arg, names) if g is not None]
        if not named:
            return None
        chief, *others = named
        actual = None if chief.value is None else values_text(chief.value)
        right = found.expand(wanted)
        message = f"{chief} wants {right}" + (f", gets {actual}" if actual else "")
        return Told(chief, message, right, actual, tuple(others))

    return tell
