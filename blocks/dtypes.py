"""TensorFlow's element types by name, without TensorFlow or NumPy (source: TensorFlow's types.proto)."""

from __future__ import annotations

from typing import NamedTuple


class DType(NamedTuple):
    """One element type. ``name`` is the proto's (``DT_FLOAT``), ``label`` NumPy's (``float32``)."""

    name: str
    label: str
    number: int
    kind: str  # "float", "int", "uint", "bool", "complex", "string", "qint", "quint", "handle"
    bits: int


_TABLE = (
    DType("DT_FLOAT", "float32", 1, "float", 32),
    DType("DT_DOUBLE", "float64", 2, "float", 64),
    DType("DT_INT32", "int32", 3, "int", 32),
    DType("DT_UINT8", "uint8", 4, "uint", 8),
    DType("DT_INT16", "int16", 5, "int", 16),
    DType("DT_INT8", "int8", 6, "int", 8),
    DType("DT_STRING", "string", 7, "string", 0),
    DType("DT_COMPLEX64", "complex64", 8, "complex", 64),
    DType("DT_INT64", "int64", 9, "int", 64),
    DType("DT_BOOL", "bool", 10, "bool", 8),
    DType("DT_QINT8", "qint8", 11, "qint", 8),
    DType("DT_QUINT8", "quint8", 12, "quint", 8),
    DType("DT_QINT32", "qint32", 13, "qint", 32),
    DType("DT_BFLOAT16", "bfloat16", 14, "float", 16),
    DType("DT_QINT16", "qint16", 15, "qint", 16),
    DType("DT_QUINT16", "quint16", 16, "quint", 16),
    DType("DT_UINT16", "uint16", 17, "uint", 16),
    DType("DT_COMPLEX128", "complex128", 18, "complex", 128),
    DType("DT_HALF", "float16", 19, "float", 16),
    DType("DT_RESOURCE", "resource", 20, "handle", 0),
    DType("DT_VARIANT", "variant", 21, "handle", 0),
    DType("DT_UINT32", "uint32", 22, "uint", 32),
    DType("DT_UINT64", "uint64", 23, "uint", 64),
    DType("DT_FLOAT8_E5M2", "float8_e5m2", 24, "float", 8),
    DType("DT_FLOAT8_E4M3FN", "float8_e4m3fn", 25, "float", 8),
    DType("DT_INT4", "int4", 29, "int", 4),
    DType("DT_UINT4", "uint4", 30, "uint", 4),
)

DTYPES: dict[str, DType] = {t.name: t for t in _TABLE}
BY_LABEL: dict[str, DType] = {t.label: t for t in _TABLE}
BY_NUMBER: dict[int, DType] = {t.number: t for t in _TABLE}


def label(name: str | None) -> str | None:
    """Return NumPy's name of a DT_ name (``DT_FLOAT`` -> ``float32``); others come back as they are."""
    if name is None:
        return None
    return DTYPES[name].label if name in DTYPES else name


_SAID = {"float": "float32", "double": "float64", "half": "float16"}


def said_dtype(word: str) -> str:
    """Return NumPy's name of a dtype as TensorFlow's messages call it (``float`` -> ``float32``)."""
    return _SAID.get(word, word)
