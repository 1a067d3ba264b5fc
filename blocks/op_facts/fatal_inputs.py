"""What ends the process unless it is checked before: found by fuzzing all ops of TensorFlow."""

from __future__ import annotations

from blocks.op_facts.shape_rules import required_rank
from blocks.op_facts.window_sizes import POSITIVE_ATTRS
from blocks.requirement import Finite, Requirement

# Inputs whose rank must be as `input_shapes` says.
_RANKS = frozenset(
    {
        ("ReaderReadUpTo", "num_records"), ("ReaderReadUpToV2", "num_records"),
        ("FakeQuantWithMinMaxVarsPerChannel", "min"), ("FakeQuantWithMinMaxVarsPerChannel", "max"),
        ("FakeQuantWithMinMaxVarsPerChannelGradient", "min"), ("FakeQuantWithMinMaxVarsPerChannelGradient", "max"),
        ("TensorArrayV3", "size"), ("ParseExample", "names"), ("ParseExample", "serialized"),
    }
)  # fmt: skip
FATAL_RANKS: dict[tuple[str, str], int] = {pair: required_rank(*pair) for pair in sorted(_RANKS)}

# Inputs of which another value ends the process, or lets the op read foreign memory.
FATAL_VALUES: dict[tuple[str, str], Requirement] = {
    ("CropAndResizeGradBoxes", "boxes"): Requirement(values=Finite()),
}

# Attrs of which a number of 0 or less ends the process in the gradient kernels.
FATAL_UNLESS_POSITIVE = POSITIVE_ATTRS - {"ksizes"}

# Type attrs with a default that is wrong for other dtypes of the op's input (some end the process then):
# (op, attr) -> (the attr it follows, its value for each value of that one).
_PARTS = {"DT_COMPLEX64": "DT_FLOAT", "DT_COMPLEX128": "DT_DOUBLE"}
_WHOLES = {"DT_FLOAT": "DT_COMPLEX64", "DT_DOUBLE": "DT_COMPLEX128"}
FOLLOWING_TYPES: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    ("Real", "Tout"): ("T", _PARTS),
    ("Imag", "Tout"): ("T", _PARTS),
    ("ComplexAbs", "Tout"): ("T", _PARTS),
    ("Angle", "Tout"): ("T", _PARTS),
    ("Complex", "Tout"): ("T", _WHOLES),
}
