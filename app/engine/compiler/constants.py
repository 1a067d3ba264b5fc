"""Turns literals and array files into constants of the plan, without NumPy."""

from __future__ import annotations

import math
import struct
from functools import lru_cache
from typing import Any

from app.document.literals.parser import CACHED_LENGTH, parse_literal
from app.document.literals.types import Literal
from app.document.model.diagram import ArrayRef
from app.document.resources.archives import Archives
from app.engine.compiler.plan import Constant
from blocks.dtypes import BY_LABEL, DTYPES


def pack(literal: Literal) -> Constant:
    """Pack a literal. The worker casts once from double or 64-bit integer, so nothing is rounded twice."""
    kind = DTYPES[literal.dtype].kind
    values = literal.values
    if kind == "string":
        return Constant(dtype=literal.dtype, shape=literal.shape, strings=tuple(values))  # type: ignore[arg-type]
    if kind == "bool":
        packed = bytes(1 if v else 0 for v in values)
    elif kind == "complex":
        flat = [part for v in values for part in (complex(v).real, complex(v).imag)]  # type: ignore[arg-type]
        packed = struct.pack(f"<{len(flat)}d", *flat)
    elif kind == "float":
        packed = struct.pack(f"<{len(values)}d", *values)
    else:
        code = "Q" if literal.dtype == "DT_UINT64" else "q"
        packed = struct.pack(f"<{len(values)}{code}", *(int(v) for v in values))  # type: ignore[arg-type]
    return Constant(dtype=literal.dtype, shape=literal.shape, packed=packed)


@lru_cache(maxsize=256)
def const_attrs(dtype: str) -> dict[str, Any]:
    """Return the attrs of a Const of that dtype; all nodes share them, nothing changes them."""
    return {"dtype": dtype}


def packed_text(text: str, dtype: str | None) -> Constant:
    """Return the constant that a text reads as; raises LiteralError."""
    return _packed_cached(text, dtype) if len(text) <= CACHED_LENGTH else pack(parse_literal(text, dtype))


@lru_cache(maxsize=4096)
def _packed_cached(text: str, dtype: str | None) -> Constant:
    return pack(parse_literal(text, dtype))


def values_of(constant: Constant) -> tuple[int | float | complex | bool | bytes, ...]:
    """Unpack a constant that stands in the plan itself: its values, row by row."""
    kind = DTYPES[constant.dtype].kind
    packed = constant.packed
    if kind == "string":
        return constant.strings
    if kind == "bool":
        return tuple(bool(b) for b in packed)
    code = "d" if kind in ("float", "complex") else "Q" if constant.dtype == "DT_UINT64" else "q"
    numbers = struct.unpack(f"<{len(packed) // 8}{code}", packed)
    if kind == "complex":
        return tuple(complex(a, b) for a, b in zip(numbers[::2], numbers[1::2], strict=True))
    return numbers


def int_vector(values: tuple[int, ...]) -> Literal:
    """Return a 1-D INT32 literal, for typed shapes that feed an op's input."""
    return Literal("DT_INT32", (len(values),), values)


def reshaped(literal: Literal, shape: tuple[int, ...]) -> Literal | None:
    """Return the literal in that shape (no -1 in it): a scalar fills it, equal counts are re-arranged; else None."""
    if literal.shape == shape:
        return literal
    count = math.prod(shape)
    if len(literal.values) == count:
        return Literal(literal.dtype, shape, literal.values)
    if literal.shape == () and count <= 1 << 24:
        return Literal(literal.dtype, shape, literal.values * count)
    return None


def array_constant(ref: ArrayRef, archives: Archives) -> Constant:
    """Describe an array file by its header; raises CompanionFault where it cannot be read.

    The constant names the file by its absolute path: what a project may name is decided here, not in the worker.
    """
    known = archives.facts(ref)
    return Constant(
        dtype=BY_LABEL[known.dtype].name, shape=known.shape, array=ArrayRef(known.path, known.key)
    )
