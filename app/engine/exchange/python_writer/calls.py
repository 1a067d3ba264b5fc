"""The call of Python that makes a node: the public function that is the same op, else the one of `tf.raw_ops`."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from app.engine.compiler.plan import PlanNode
from app.engine.exchange.python_writer.literals import Written, number_text, quoted
from app.engine.exchange.python_writer.text import Expression, Item, Named, call, listing
from blocks.dtypes import DTYPES
from blocks.op_facts.python_names import ARGUMENTS, PUBLIC, Public
from blocks.symbol import Op, OpArg, OpAttr

# Functions that give their second number the dtype of the first, as the makers of ops do.
_LIKE_THE_FIRST = frozenset({"AddV2", "Mul", "Sub"})


class Operand(NamedTuple):
    """A tensor that a node takes: its name or maker, and where it is a short constant Python's own value of it."""

    expression: Expression
    dtype: str = ""  # NumPy's name
    plain: Written | None = None
    is_ranked: bool = False  # TensorFlow knows how many axes it has before anything runs


class Functions(NamedTuple):
    """What stands for the functions that ops call, by their names in the plan."""

    concrete: Mapping[str, Expression] = {}


def call_of(
    node: PlanNode, op: Op, operands: Sequence[Operand], functions: Functions, more: Sequence[Named] = ()
) -> Expression:
    """Return the expression that makes a node. ``more`` are further arguments of the raw op."""
    parts = list(_parts(node, op, operands))
    public = PUBLIC.get(op.name)
    if public is not None and not more and _makes(public, node, op, parts):
        return call(public.function, *_public_arguments(public, node, op, parts))
    names = ARGUMENTS.get(op.name, {})
    inputs = [
        Named(f"{names.get(arg.name, arg.name)}=", value)
        for arg, value in _values(op, parts, like_the_first=True)
    ]
    attrs = [
        Named(f"{names.get(a.name, a.name)}=", attr_text(a, node.attrs[a.name], functions))
        for a in _written_attrs(node, op)
        if all(f"{a.name}=" != one.name for one in more)
    ]
    return call(f"tf.raw_ops.{op.name}", *inputs, *attrs, *more)


def _parts(node: PlanNode, op: Op, operands: Sequence[Operand]) -> Iterator[tuple[OpArg, Sequence[Operand]]]:
    """Give each argument of the op with the tensors that it gets."""
    at = 0
    for arg in op.inputs:
        count = 1
        if arg.type_list_attr:
            count = len(node.attrs.get(arg.type_list_attr) or ())
        elif arg.number_attr:
            count = int(node.attrs.get(arg.number_attr) or 0)
        yield arg, operands[at : at + count]
        at += count


def _makes(public: Public, node: PlanNode, op: Op, parts: Sequence[tuple[OpArg, Sequence[Operand]]]) -> bool:
    """Return whether a public function makes just this node."""
    if public.attrs is not None and any(a.name not in public.attrs for a in _written_attrs(node, op)):
        return False
    if public.least and any(
        len(given) < public.least for arg, given in parts if arg.number_attr or arg.type_list_attr
    ):
        return False
    if public.ranked and not all(one.is_ranked for _, given in parts for one in given):
        return False
    return op.name != "Cast" or node.attrs.get("SrcT") != node.attrs.get("DstT")


def _public_arguments(
    public: Public, node: PlanNode, op: Op, parts: Sequence[tuple[OpArg, Sequence[Operand]]]
) -> list[Item]:
    like = public.attrs is None or op.name in _LIKE_THE_FIRST
    found: list[Item] = []
    for arg, value in _values(op, parts, like):
        found.append(Named(f"{public.named[arg.name]}=", value) if arg.name in public.named else value)
    for attr in _written_attrs(node, op):
        name = attr.name if public.attrs is None else public.attrs[attr.name]
        value = attr_text(attr, node.attrs[attr.name], Functions())
        found.append(value if (op.name, name) == ("Cast", "dtype") else Named(f"{name}=", value))
    return found


def _values(
    op: Op, parts: Sequence[tuple[OpArg, Sequence[Operand]]], like_the_first: bool
) -> Iterator[tuple[OpArg, Expression]]:
    """Give each argument with its expression: Python's own values where TensorFlow makes the same tensors of them."""
    known: set[str] = set()  # type attrs that a tensor has decided
    for arg, given in parts:
        if arg.number_attr or arg.type_list_attr:
            yield arg, listing(_natural(op, arg, one) or one.expression for one in given)
            decided = any(one.plain is None for one in given)
        else:
            [one] = given
            free = arg.dtype is not None or (like_the_first and arg.type_attr in known)
            plain = one.plain.expression if one.plain is not None and free and one.plain.natural else None
            natural = plain or _natural(op, arg, one)
            yield arg, natural or one.expression
            decided = True
        if arg.type_attr and decided:
            known.add(arg.type_attr)


def _natural(op: Op, arg: OpArg, one: Operand) -> Expression | None:
    """Return Python's own value where TensorFlow makes a tensor of just this dtype of it, whatever stands beside."""
    if one.plain is None or one.plain.natural != one.dtype:
        return None
    attr = op.attr(arg.type_attr) if arg.type_attr else None
    if attr is not None and attr.has_default and DTYPES[attr.default].label != one.dtype:
        return None
    return one.plain.expression


def _written_attrs(node: PlanNode, op: Op) -> Iterator[OpAttr]:
    """Give the attrs that must be written: those that neither the inputs say nor the default."""
    said = {name for a in op.inputs for name in (a.type_attr, a.number_attr, a.type_list_attr) if name}
    for attr in op.attrs:
        if attr.name in said or attr.name not in node.attrs:
            continue
        if not (attr.has_default and _same(node.attrs[attr.name], attr.default)):
            yield attr


def _same(value: Any, default: Any) -> bool:
    if isinstance(value, (list, tuple)) and isinstance(default, (list, tuple)):
        return list(value) == list(default)
    return bool(value == default) and isinstance(value, bool) == isinstance(default, bool)


def attr_text(attr: OpAttr, value: Any, functions: Functions) -> Expression:
    """Return the expression of an attr's value."""
    if attr.type.startswith("list("):
        kind = attr.type[5:-1]
        return listing(_one(kind, one, functions) for one in value)
    return _one(attr.type, value, functions)


def _one(kind: str, value: Any, functions: Functions) -> Expression:
    if kind == "type":
        return f"tf.{DTYPES[value].label}"
    if kind == "shape":
        return shape_text(value)
    if kind == "func":
        return functions.concrete[value]
    if kind == "string":
        return quoted(base64.b64decode(value["bytes"]) if isinstance(value, dict) else value)
    if kind == "float":
        return number_text(float(value))
    return str(bool(value)) if kind == "bool" else str(int(value))


def shape_text(shape: Any) -> Expression:
    """Return a static shape: None where nothing is known of it, and in it for sizes that are not known."""
    if shape is None or isinstance(shape, dict):
        return "None"
    return listing("None" if size is None or size < 0 else str(size) for size in shape)


def outputs_of(node: PlanNode, op: Op) -> list[str]:
    """Return how each output tensor of a node is called behind the name of what its call gives."""
    found: list[str] = []
    for arg in op.outputs:
        field = f".{arg.name}" if len(op.outputs) > 1 else ""
        if arg.number_attr or arg.type_list_attr:
            count = (
                int(node.attrs[arg.number_attr])
                if arg.number_attr
                else len(node.attrs[arg.type_list_attr or ""])
            )
            found += [f"{field}[{i}]" for i in range(count)]
        else:
            found.append(field)
    return found
