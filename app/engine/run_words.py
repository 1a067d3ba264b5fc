"""Says in words why a block failed while it ran: which value, at which place, and what its op takes instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from app.document.problems import Problem, error
from app.engine.arguments import Argument
from app.engine.plan_types import PlanNode
from app.engine.wants import shape_text

_Array = np.ndarray[Any, Any]
_NAMED = 6  # tensors of a checkpoint that a message lists
_SHOWN = 24  # bytes of a file, characters of a text that a message shows


class Given(NamedTuple):
    """One input of the failed op: its value at that moment (None: not kept) and where it comes from."""

    argument: Argument
    value: _Array | None
    origin: str
    source: str | None  # the output that it is wired to

    def __str__(self) -> str:
        """Return how messages call it."""
        return f"{self.argument}" + (f" from {self.source}" if self.source else "")


class Failure(NamedTuple):
    """An op that failed: TensorFlow's message, its inputs, and the files that inputs were read from."""

    node: PlanNode
    message: str
    given: list[Given]
    files: Mapping[int, str]
    stored: Callable[[str], list[str]]  # the names of the tensors in a checkpoint

    def arg(self, *names: str) -> Given | None:
        """Return the first input of these argument names."""
        return next((g for name in names for g in self.given if g.argument.name == name), None)


class _Told(NamedTuple):
    """What to say of a failure; ``chief`` is the input to blame (None: no input)."""

    chief: Given | None
    message: str
    wanted: str | None = None
    actual: str | None = None
    others: tuple[Given, ...] = ()
    hint: str | None = None


def explained(failure: Failure) -> Problem | None:
    """Return the problem in words; None where the message is none of those that are known."""
    failure = failure._replace(message=failure.message.split("\n\t [[", 1)[0])
    for pattern, tell in _TELLERS:
        found = pattern.search(failure.message)
        told = tell(failure, found) if found else None
        if told is not None:
            block = failure.node.block
            pin = told.chief.argument.pin if told.chief is not None else None
            related = tuple(dict.fromkeys(f"{block}.{o.argument.pin}" for o in told.others))
            return error(
                "run-failed", told.message, block, pin,
                wanted=told.wanted, actual=told.actual, related=related, hint=told.hint,
            )  # fmt: skip
    return None


# --- indices and numbers -------------------------------------------------------------------------------------------

# op -> the argument that holds indices, and the one that they count, as far as its rows are the limit
_INDICES: dict[str, tuple[str, str | None]] = {
    "Gather": ("indices", "params"),
    "GatherV2": ("indices", "params"),
    "ResourceGather": ("indices", None),
    "GatherNd": ("indices", "params"),
    "ScatterNd": ("indices", None),
    "SparseToDense": ("sparse_indices", None),
    "UnsortedSegmentSum": ("segment_ids", None),
    "UnsortedSegmentMax": ("segment_ids", None),
    "DynamicPartition": ("partitions", None),
    "DynamicStitch": ("indices", None),
    "InTopK": ("targets", "predictions"),
    "SparseSoftmaxCrossEntropyWithLogits": ("labels", "features"),
    "CropAndResize": ("box_ind", "image"),
    "CropAndResizeGradImage": ("box_ind", None),
    "CropAndResizeGradBoxes": ("box_ind", "image"),
    "SparseSegmentSum": ("indices", "data"),
    "SparseSegmentMean": ("indices", "data"),
    "SparseSegmentSqrtN": ("indices", "data"),
    **{
        f"Scatter{kind}": ("indices", "ref")
        for kind in ("Update", "Add", "Sub", "Mul", "Div", "NdUpdate", "NdAdd", "NdSub")
    },
}
_COLUMNS = frozenset(
    {"InTopK", "SparseSoftmaxCrossEntropyWithLogits"}
)  # the limit is the last size, not the first


def _out_of_range(failure: Failure, found: re.Match[str]) -> _Told | None:
    """An index beyond what it counts."""
    name, counted = _INDICES.get(failure.node.op, ("", None))
    indices = failure.arg(name)
    if indices is None:
        return None
    table = failure.arg(counted) if counted else None
    limit = _limit(failure, table, found)
    bad = _first(indices.value, lambda v: (v < 0) | (v >= limit)) if limit is not None else None
    noun = (
        "column"
        if failure.node.op in _COLUMNS
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
        bad = _first_nd(indices.value, table.value.shape)
        limit, wanted = None, f"indices below {shape_text(table.value.shape)}"
    said = re.search(
        r"= (-?\d+|\[[-\d, ]*\]) (?:is not in|does not index|is out)|value of (-?\d+)", failure.message
    )
    value, place = bad or ((said[1] or said[2] if said else None), None)
    message = f"{indices} holds {value}" if value is not None else f"{indices} holds an index out of range"
    message += f" at {place}" if place else ""
    if table is not None and table.value is not None:
        has = (
            f"shape {shape_text(table.value.shape)}"
            if limit is None
            else f"{limit} {noun}{'' if limit == 1 else 's'}"
        )
        message += f"; {table} has {has}"
    elif limit is not None:
        message += f"; it may hold 0 to {limit - 1}"
    if limit is not None:
        wanted = f"0 to {limit - 1}" if limit > 1 else "0" if limit else "no index, as there is nothing"
    actual = f"{value} at {place}" if place else str(value) if value is not None else None
    return _Told(indices, message, wanted, actual)


def _limit(failure: Failure, table: Given | None, found: re.Match[str]) -> int | None:
    said = re.search(r"\[0, (\d+)\)", failure.message)
    if said:
        return int(said[1])
    if table is None or table.value is None or not table.value.ndim:
        return None
    return table.value.shape[-1 if failure.node.op in _COLUMNS else 0]


def _zero_divisor(failure: Failure, found: re.Match[str]) -> _Told | None:
    divisor = failure.arg("y")
    if divisor is None:
        return None
    bad = _first(divisor.value, lambda v: v == 0)
    place = f" at {bad[1]}" if bad and bad[1] else ""
    message = f"{divisor} holds 0{place}, and integers cannot be divided by 0"
    return _Told(
        divisor, message, "no 0", f"0{place}", hint="float numbers give inf instead: put a Cast block between"
    )


def _not_finite(failure: Failure, found: re.Match[str]) -> _Told | None:
    tensor = failure.arg("tensor")
    if tensor is None:
        return None
    kinds = [k for k in ("NaN", "Inf") if k.lower() in found[0].lower()]
    bad = None if tensor.value is None else _first(tensor.value.astype(np.float64), lambda v: ~np.isfinite(v))
    if bad is not None and tensor.value is not None:
        count = int(np.count_nonzero(~np.isfinite(tensor.value.astype(np.float64))))
        value = "NaN" if bad[0] == "nan" else bad[0]
        place = f" at {bad[1]}" if bad[1] else ""
        message = f"{tensor} holds {value}{place}; {count} of its {tensor.value.size} values are not finite"
        return _Told(tensor, message, "finite numbers", f"{value}{place}")
    text = " and ".join(kinds) or "NaN or Inf"
    return _Told(tensor, f"{tensor} holds {text}", "finite numbers", text)


def _slice_beyond(failure: Failure, found: re.Match[str]) -> _Told | None:
    chief, whole = failure.arg(found[1]), failure.arg("input")
    if chief is None:
        return None
    dimension = int(found[2])
    wanted = f"{found[3]} to {found[4]}" if found[3] != found[4] else found[3]
    message = f"{chief} holds {found[5]} for dimension {dimension}; it may be {wanted}"
    others = tuple(g for g in (failure.arg("begin"), whole) if g is not None and g is not chief)
    if whole is not None and whole.value is not None:
        message += f", as {whole} is {shape_text(whole.value.shape)}"
    return _Told(chief, message, f"{wanted} for dimension {dimension}", found[5], others)


def _perm_repeats(failure: Failure, found: re.Match[str]) -> _Told | None:
    perm = failure.arg("perm", "x")
    if perm is None or perm.value is None:
        return None
    wanted = f"each of 0 to {perm.value.size - 1} once"
    text = values_text(perm.value)
    return _Told(perm, f"{perm} is {text}, and must hold {wanted}", wanted, text)


def _unsorted(failure: Failure, found: re.Match[str]) -> _Told | None:
    ids = failure.arg("segment_ids")
    if ids is None:
        return None
    wanted = "numbers that start at 0 or more and never get smaller"
    actual = None if ids.value is None else values_text(ids.value)
    return _Told(ids, f"{ids} holds {actual or 'numbers'}; it wants {wanted}", wanted, actual)


# --- texts and files -----------------------------------------------------------------------------------------------

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"RIFF", "WAV"),
)
_WANTS_FORMAT = {
    "DecodePng": "PNG", "DecodeJpeg": "JPEG", "DecodeAndCropJpeg": "JPEG", "DecodeGif": "GIF", "DecodeBmp": "BMP",
    "DecodeWav": "WAV", "DecodeImage": "picture",
}  # fmt: skip


def _undecodable(failure: Failure, found: re.Match[str]) -> _Told | None:
    """Bytes that are not the picture, or the sound, that the op decodes."""
    contents = failure.arg("contents")
    wanted = _WANTS_FORMAT.get(failure.node.op)
    if contents is None or wanted is None:
        return None
    file = failure.files.get(failure.given.index(contents))
    whose = f"the file {file}" if file else str(contents)
    data = contents.value.item() if contents.value is not None and contents.value.ndim == 0 else None
    if not isinstance(data, bytes):
        return _Told(contents, f"{whose} is no {wanted}", wanted)
    is_format = next((name for start, name in _BEGINNINGS if data.startswith(start)), None)
    begins = begin_text(data)
    if not data:
        message, actual = f"{whose} is empty", "nothing"
    elif is_format == wanted:
        message = f"{whose} begins as a {wanted} but is damaged or cut short after {len(data)} bytes"
        actual = f"a damaged {wanted} of {len(data)} bytes"
    elif is_format:
        message, actual = f"{whose} is a {is_format}, no {wanted}", f"a {is_format}"
    else:
        message, actual = (
            f"{whose} begins with {begins}, and is no {wanted}",
            f"{len(data)} bytes, first {begins}",
        )
    hint = (
        f"use the block Decode{is_format.capitalize()}"
        if is_format in ("PNG", "JPEG", "GIF", "BMP")
        else None
    )
    return _Told(contents, message, f"a {wanted}", actual, hint=None if is_format == wanted else hint)


def begin_text(data: bytes) -> str:
    """Return the first bytes as a message shows them: as text where they are text, else in hexadecimal."""
    first = data[:_SHOWN]
    more = "..." if len(data) > _SHOWN else ""
    text = first.decode("ascii", "ignore")
    if len(text) == len(first) and text.isprintable():
        return f'"{text}{more}"'
    return "the bytes " + first[:8].hex(" ") + ("..." if len(data) > 8 else "")


def _missing_file(failure: Failure, found: re.Match[str]) -> _Told | None:
    chief = failure.arg("filename", "file_pattern", "prefix", "filenames", "queue_handle")
    name = found[1].strip("'\" ")
    message = f"there is no file {name}"
    if chief is not None and chief.argument.name == "queue_handle":
        message = f"the queue gives the file name {name}, and there is no such file"
    elif chief is not None and chief.source:
        message += f" (the name comes from {chief.source})"
    return _Told(
        chief, message, "the name of a file", name, hint="a path is relative to the project's folder"
    )


def _absent_tensor(failure: Failure, found: re.Match[str]) -> _Told | None:
    chief = failure.arg("tensor_names", "tensor_name")
    file = failure.arg("prefix", "file_pattern")
    name = found[1] or found[2]
    where = values_text(file.value) if file is not None and file.value is not None else "the file"
    message = f"{where} holds no tensor named {name}"
    stored = failure.stored(where)
    if stored:
        more = ", ..." if len(stored) > _NAMED else ""
        message += f"; it holds {', '.join(stored[:_NAMED])}{more}"
    return _Told(
        chief, message, f"the name of a tensor in {where}", name, (file,) if file is not None else ()
    )


def _no_number(failure: Failure, found: re.Match[str]) -> _Told | None:
    texts = failure.arg("string_tensor")
    word = found[1].strip()
    if texts is None:
        return None
    bad = _first(texts.value, lambda v: v == word.encode()) if texts.value is not None else None
    place = f" at {bad[1]}" if bad and bad[1] else ""
    return _Told(texts, f'{texts} holds "{word}"{place}, which is no number', "numbers", f'"{word}"{place}')


def _csv_fields(failure: Failure, found: re.Match[str]) -> _Told | None:
    records = failure.arg("records")
    if records is None:
        return None
    message = f"record {found[3]} of {records} has {found[2]} fields; record_defaults has {found[1]}"
    others = tuple(g for g in failure.given if g.argument.name == "record_defaults")[:1]
    return _Told(records, message, f"{found[1]} fields", f"{found[2]} fields", others)


def _csv_value(failure: Failure, found: re.Match[str]) -> _Told | None:
    records = failure.arg("records")
    message = f'field {found[1]} of record {found[2]} of {records} is "{found[4]}", no {found[3]}'
    return _Told(records, message, str(found[3]), f'"{found[4]}"')


# --- the rest ------------------------------------------------------------------------------------------------------


def _assertion(failure: Failure, found: re.Match[str]) -> _Told | None:
    condition = failure.arg("condition")
    data = found[1].strip() if found[1] else ""
    message = f"the assertion failed: {condition} is false" + (f"; data: {data}" if data else "")
    return _Told(condition, message, "true", "false")


def _bad_cast(failure: Failure, found: re.Match[str]) -> _Told | None:
    actual, target = (_LABELS.get(word, word) for word in (found[1], found[2]))
    hint = None
    if actual == "string":
        hint = "StringToNumber reads numbers out of texts"
    elif target == "string":
        hint = "AsString writes numbers as texts"
    chief = failure.arg("x")
    message = f"{chief or 'x'} is {actual}, and cannot be cast to {target}"
    return _Told(chief, message, f"a dtype that can be cast to {target}", actual, hint=hint)


_LABELS = {"float": "float32", "double": "float64", "half": "float16"}  # TensorFlow's words in messages


def _not_invertible(failure: Failure, found: re.Match[str]) -> _Told | None:
    matrix = failure.arg("input", "matrix")
    if matrix is None:
        return None
    wanted = (
        "a positive definite matrix"
        if failure.node.op.startswith("Cholesky")
        else "a matrix that can be inverted"
    )
    actual = None if matrix.value is None else f"shape {shape_text(matrix.value.shape)}, determinant 0"
    if failure.node.op.startswith("Cholesky") and matrix.value is not None:
        actual = f"shape {shape_text(matrix.value.shape)}, not positive definite"
    return _Told(matrix, f"{matrix} is not {wanted}", wanted, actual)


def _components(failure: Failure, found: re.Match[str]) -> _Told | None:
    component = next((g for g in failure.given if g.argument.name == "components"), None)
    if component is None:
        return None
    place = int(found[1])
    chief = next((g for g in failure.given if g.argument.place == place), component)
    message = f"{chief} is {found[3]}; the queue takes {found[2]} there"
    return _Told(
        chief, message, str(found[2]), str(found[3]), tuple(g for g in (failure.arg("handle"),) if g)
    )


_TELLERS: tuple[tuple[re.Pattern[str], Callable[[Failure, re.Match[str]], _Told | None]], ...] = tuple(
    (re.compile(pattern, re.S), tell)
    for pattern, tell in (
        (r"Expected (size|begin)\[(\d+)\] in \[(-?\d+), (-?\d+)\], but got (-?\d+)", _slice_beyond),
        (
            r"is not in \[0, |does not index into|out of range|out of bounds|outside (?:of )?\[?the valid range|"
            r"outside \[0",
            _out_of_range,
        ),
        (r"Integer division by zero", _zero_divisor),
        (r"Tensor had ((?:NaN|Inf)[\w ,]*)", _not_finite),
        (r"perm|is duplicated|is missing from", _perm_repeats),
        (r"segment ids? (?:are|is) not increasing|segment ids must be", _unsorted),
        (r"Tensor name \"([^\"]*)\" not found|Key (\S+) not found in checkpoint", _absent_tensor),
        (r"(?:matching files for |files for )(\S+)", _missing_file),
        (r"(?:NOT_FOUND: |^)([^\n;]*); No such file or directory", _missing_file),
        (r"could not correctly convert string: (.*)", _no_number),
        (r"Expect (\d+) fields but have (\d+) in record (\d+)", _csv_fields),
        (r"Field (\d+) in record (\d+) is not a valid (\w+): (.*)", _csv_value),
        (r"assertion failed: (.*)", _assertion),
        (r"Cast (\w+) to (\w+) is not supported", _bad_cast),
        (r"not invertible|Cholesky decomposition was not successful", _not_invertible),
        (r"Shape mismatch in tuple component (\d+)\. Expected (\[.*?\]), got (\[.*?\])", _components),
        (r"", _undecodable),
    )
)


def values_text(value: _Array) -> str:
    """Return a short tensor's values in braces, a long one's shape."""
    if value.size > 12 or value.ndim > 1:
        return shape_text(value.shape)
    texts = [v.decode("utf-8", "replace") if isinstance(v, bytes) else f"{v:g}" if isinstance(v, float) else str(v)
             for v in value.reshape(-1).tolist()]  # fmt: skip
    return f"{{{','.join(texts)}}}" if value.ndim else texts[0]


def _first(value: _Array | None, bad: Callable[[_Array], Any]) -> tuple[str, str] | None:
    """Return the first value for which ``bad`` holds and its place (``position 2``, ``[1, 2]``; "" in a scalar)."""
    if value is None:
        return None
    places = np.argwhere(bad(value))
    if not len(places):
        return None
    place = tuple(int(i) for i in places[0])
    return str(value[place]), _place(place)


def _first_nd(indices: _Array, sizes: Iterable[int]) -> tuple[str, str] | None:
    """Return the first row of indices that does not point into a tensor of these sizes."""
    limits = np.array(list(sizes)[: indices.shape[-1]])
    rows = ((indices < 0) | (indices >= limits)).any(-1)
    places = np.argwhere(rows)
    if not len(places):
        return None
    place = tuple(int(i) for i in places[0])
    return str(indices[place].tolist()), _place(place)


def _place(place: tuple[int, ...]) -> str:
    return "" if not place else f"position {place[0]}" if len(place) == 1 else str(list(place))
