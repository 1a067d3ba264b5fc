"""Which texts are tensors of a dtype and shape of their own, and which pins say the dtype of something else."""

from __future__ import annotations

# Special blocks that are a value typed into their pin ``val``.
CONSTANTS = frozenset({"Const", "Const_ex"})

# (special block, pin) of texts that have a dtype and shape of their own, where others have those of an op's input.
OWN_TENSORS = frozenset(
    {
        ("Const", "val"), ("Const_ex", "val"), ("Variable", "initvalues"), ("Tensor", "initvalues"),
        ("Input", "initvalues"), ("Input_Initializer", "t"),
    }
)  # fmt: skip

# (special block, pin of a text) -> the pin that says how the text reads
DTYPE_OF_TEXT: dict[tuple[str, str], str] = {
    ("Const_ex", "val"): "dtype",
    ("Variable", "initvalues"): "dtype",
    ("Tensor", "initvalues"): "dtype",
    ("Input", "initvalues"): "dtype",
    ("Argument", "default"): "dtype",
}

# symbol -> the pin that says of which dtype its output is
DTYPE_OF_OUTPUT: dict[str, str] = {
    "Cast": "DstT",
    "Const_ex": "dtype",
    "Placeholder": "dtype",
    "Variable": "dtype",
}
