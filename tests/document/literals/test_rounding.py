"""Floats of a literal are rounded as NumPy and ml_dtypes (TensorFlow's own element types) round them."""

import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.literals.parser import parse_literal
from app.document.literals.types import LiteralError

TYPES = {
    "DT_FLOAT": np.float32,
    "DT_HALF": np.float16,
    "DT_BFLOAT16": ml_dtypes.bfloat16,
    "DT_FLOAT8_E5M2": ml_dtypes.float8_e5m2,
    "DT_FLOAT8_E4M3FN": ml_dtypes.float8_e4m3fn,
}


def ours(value, dtype):
    try:
        return parse_literal(repr(value), dtype).values[0]
    except LiteralError:
        return None


@pytest.mark.parametrize("dtype", TYPES)
@given(value=st.floats(-600, 600) | st.floats(allow_nan=False, allow_infinity=False) | st.floats(-1e-3, 1e-3))
def test_rounding_of_a_float32_value(dtype, value):
    with np.errstate(over="ignore", under="ignore"):
        # ml_dtypes rounds from float32, so begin with such a value; ours takes any decimal
        start = float(np.float32(value))
        expected = float(np.asarray(start, np.float32).astype(TYPES[dtype]))
    if not math.isfinite(start):
        return
    found = ours(start, dtype)
    if math.isfinite(expected):
        assert found == expected
        assert math.copysign(1, found) == math.copysign(1, expected)
    else:
        assert found is None  # too large: refused, where NumPy gives infinity (or nan)
