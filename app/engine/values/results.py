"""What a run gives back: each fetched pin's value, or why it has none, and the run's problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from app.document.model.problems import Problem
from blocks.dtypes import BY_LABEL

Reason = Literal["dead", "handle", "uninitialized", "failed", "unkept"]


@dataclass(frozen=True, eq=False)
class TensorValue:
    """One tensor. ``dtype`` is TensorFlow's label (``float32``, ``string``, ``qint8``), the key to ``array``.

    Strings are an object array of bytes; bfloat16, float8 and 4-bit integers are ml_dtypes arrays; quantised
    types are arrays of the integer type beneath them.
    """

    dtype: str
    array: np.ndarray[Any, Any]

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the tensor's shape."""
        return self.array.shape


@dataclass(frozen=True)
class NoValue:
    """A pin without a value: a dead branch, a handle, an uninitialised Variable, or a step that failed.

    "unkept" is an input of a failed block that cannot be had as it was.
    """

    dtype: str
    reason: Reason


@dataclass(frozen=True, eq=False)
class ListValue:
    """The elements of an output that is a list of tensors."""

    items: tuple[TensorValue | NoValue, ...]


Value = TensorValue | ListValue | NoValue


@dataclass(kw_only=True)
class PageResult:
    """How one page's run ended.

    ``steps`` is the number of steps done, ``seconds`` the wall time of building and stepping (without
    TensorFlow's own start). ``results`` are the last step's, keyed ``block.pin``; after a run that did not
    end by itself they hold no values. ``variables`` is filled where the caller asked for it or the run was
    held; where a run was killed or failed they are the last that were handed over, after the
    step ``variables_step``. ``inputs`` are what the blocks that failed were given, keyed ``block.pin``;
    ``printed`` is what blocks have printed. ``killed``: something outside has ended the process.
    """

    ok: bool
    steps: int = 0
    seconds: float = 0.0
    results: dict[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    timed_out: bool = False
    interrupted: bool = False
    variables: dict[str, TensorValue] = field(default_factory=dict)
    variables_step: int | None = None
    inputs: dict[str, Value] = field(default_factory=dict)
    printed: str = ""
    killed: bool = False


def tensor_of(array: Any, dtype: str | None = None) -> TensorValue:
    """Wrap a tensor as TensorFlow or NumPy returns it; ``dtype`` is TensorFlow's label, where known.

    Texts become an object array of bytes (UTF-8), TensorFlow's one-field quantised arrays the integers
    inside.
    """
    array = as_array(array)
    if array.dtype.names:  # TensorFlow's quantised dtypes are structures with one field of the type's name
        name = array.dtype.names[0]
        return TensorValue(dtype or name, array[name])
    if array.dtype.kind in "SUO":
        return TensorValue("string", _bytes_array(array))
    return TensorValue(dtype or array.dtype.name, array)


def as_array(value: Any) -> np.ndarray[Any, Any]:
    """Return a tensor as TensorFlow gives it as an array; NumPy would cut the zero bytes at the end of one text."""
    if isinstance(value, (bytes, str)):
        one = np.empty((), dtype=object)
        one[()] = value
        return one
    return np.asarray(value)


def failed(expected: Mapping[str, str]) -> dict[str, Value]:
    """Return the results of a step that failed: every expected pin (key -> dtype label) without a value."""
    return {key: NoValue(dtype, "failed") for key, dtype in expected.items()}


def numpy_dtype(label: str) -> np.dtype[Any]:
    """Return the NumPy dtype of arrays of this label; raises ValueError for handles and strings."""
    known = BY_LABEL.get(label)
    if known is None or known.kind in ("handle", "string"):
        raise ValueError(f"{label} has no plain NumPy form")
    if known.kind in ("qint", "quint"):
        return np.dtype(label[1:])
    if label in _ML_DTYPES:
        import ml_dtypes  # a dependency of TensorFlow; only needed where such a tensor exists

        return np.dtype(getattr(ml_dtypes, label))
    return np.dtype(label)


_ML_DTYPES = frozenset({"bfloat16", "float8_e5m2", "float8_e4m3fn", "int4", "uint4"})


def plain_array(value: TensorValue) -> np.ndarray[Any, Any]:
    """Return the array in a dtype of NumPy's own: small floats widen to float32, 4-bit integers to 8 bits."""
    if value.dtype not in _ML_DTYPES:
        return value.array
    return value.array.astype({"int4": "int8", "uint4": "uint8"}.get(value.dtype, "float32"))


def _bytes_array(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    out = np.empty(array.shape, dtype=object)
    flat = out.reshape(-1)
    for i, item in enumerate(array.reshape(-1).tolist()):
        flat[i] = item if isinstance(item, bytes) else str(item).encode()
    return out
