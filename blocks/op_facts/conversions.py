"""Which dtypes the ops between texts and numbers take and give, as far as a fix may count on them."""

from __future__ import annotations

# AsString writes these so that a person reads the same number; of others it makes something else, or nothing.
AS_STRING_TAKES = frozenset(
    {
        "DT_FLOAT", "DT_DOUBLE", "DT_INT8", "DT_INT16", "DT_INT32", "DT_INT64", "DT_BOOL", "DT_COMPLEX64",
        "DT_COMPLEX128",
    }
)  # fmt: skip

STRING_TO_NUMBER_GIVES = ("DT_FLOAT", "DT_DOUBLE", "DT_INT32", "DT_INT64")
