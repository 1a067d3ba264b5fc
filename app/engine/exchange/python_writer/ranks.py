"""Of which tensors TensorFlow knows the number of axes before anything runs, as far as a glance shows.

Some public functions make one op where they know it, and another one where they do not.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.compiler.plan import PlanNode
from blocks.op_facts.traits import VARIABLES

# Ops whose outputs have as many axes as their inputs say, or as the axes that are constants say.
_PASSING_ON = """
    Abs Add AddN AddV2 All Any ArgMax ArgMin BiasAdd Cast Ceil Concat ConcatV2 Cos Cosh Cumprod Cumsum DeepCopy Div Elu
    Equal Erf Exp ExpandDims Expm1 Floor FloorDiv FloorMod Gather GatherV2 Greater GreaterEqual Identity LeakyRelu Less
    LessEqual Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr Max Maximum Mean Min Minimum Mul Neg NotEqual OneHot
    OnesLike Pack Pad Pow Prod RealDiv Relu Relu6 Reshape Round Rsqrt Select SelectV2 Selu Sigmoid Sign Sin Sinh Slice
    Softmax Softplus Softsign Split Sqrt Square SquaredDifference StopGradient Sub Sum Tan Tanh Transpose Unpack
    ZerosLike
"""
_PASSING = frozenset(_PASSING_ON.split())
_REDUCING = ("All", "Any", "Max", "Mean", "Min", "Prod", "Sum")
_BY_A_CONSTANT = dict.fromkeys((*_REDUCING, "ExpandDims", "Reshape"), 1)  # the input that says how many
_ALWAYS = frozenset({"AvgPool", "Conv2D", "MatMul", "MaxPool", "SoftmaxCrossEntropyWithLogits"})


def is_ranked(node: PlanNode, inputs: Sequence[bool], constants: Sequence[bool]) -> bool:
    """Return whether the number of axes of a node's output is known.

    ``inputs`` says it of its inputs, ``constants`` which of these are constants.
    """
    if node.op in _ALWAYS or (node.op in VARIABLES and node.attrs.get("shape") is not None):
        return True
    decided_by = _BY_A_CONSTANT.get(node.op)
    if decided_by is not None and not constants[decided_by]:
        return False
    return node.op == "Reshape" or (node.op in _PASSING and bool(inputs) and all(inputs))
