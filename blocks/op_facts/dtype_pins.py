"""Pins that say of which dtype something else of their block is: a text beside them, or what comes out."""

from __future__ import annotations

# (special block, pin of a text) -> the pin that says how the text reads
DTYPE_OF_TEXT: dict[tuple[str, str], str] = {
    ("Const_ex", "val"): "dtype",
    ("Variable", "initvalues"): "dtype",
    ("Tensor", "initvalues"): "dtype",
    ("Input", "initvalues"): "dtype",
}

# symbol -> the pin that says of which dtype its output is
DTYPE_OF_OUTPUT: dict[str, str] = {
    "Cast": "DstT",
    "Const_ex": "dtype",
    "Placeholder": "dtype",
    "Variable": "dtype",
}
