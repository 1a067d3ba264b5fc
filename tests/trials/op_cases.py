"""Makes inputs and attrs for single ops, tame and wild: NaN, infinities, extremes, odd shapes, zero strides."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np

from blocks.dtypes import DTYPES
from blocks.op_facts.input_shapes import INPUT_SHAPES
from blocks.op_facts.shape_rules import Given, input_shape
from blocks.symbol import Op, OpArg, OpAttr
from tests.support.op_trials import usual_attrs

_MOST_OUTPUTS = 50  # of one list
_MANY = (2**31 - 1, 2**31, 2**40, 2**63 - 1)
_WILD_INTS = (0, -1, -2, 1, 7, 100, 10_000_000, -(2**31), *_MANY, -(2**63))
_WILD_FLOATS = (float("nan"), float("inf"), float("-inf"), -0.0, -1.0, 1e30, -1e30, 1e-40, 3.5e9, 1e300)
_TEXTS = (b"", b"a", b"1", b"{}", b"\x00\xff", b"%s%n", b"(", b"a" * 5000, b"\x89PNG\r\n\x1a\n", b"1,2")
_TAME_SIZES = (1, 2, 3, 4)
_ODD_SHAPES: tuple[tuple[int, ...], ...] = (
    (), (0,), (1,), (2,), (5,), (0, 3), (3, 0), (2, 3), (1, 2, 3), (1, 2, 2, 3), (1, 0, 2, 3), (1, 2, 2, 2, 1),
)  # fmt: skip
# Types that a value can be made of; the quantized ones are fed as their bits.
_BITS = {"qint8": np.int8, "quint8": np.uint8, "qint16": np.int16, "quint16": np.uint16, "qint32": np.int32}


Known = Literal["nothing", "ranks", "shapes"]


class Filled(NamedTuple):
    """One input: its dtype (DT_ name), its value, and what is wild about it ("" for nothing)."""

    dtype: str
    value: Any
    wild: str = ""
    is_ref: bool = False


class Case(NamedTuple):
    """One trial of an op: attrs, of which some are wild (name -> kind), and one value for each input."""

    attrs: dict[str, Any]
    inputs: tuple[Filled, ...]
    wild_attrs: dict[str, str]
    known: Known = "nothing"  # of the inputs' shapes before the op runs, so that its shape function sees it

    @property
    def wilds(self) -> list[str]:
        """Return what is wild: names of attrs, and the positions of inputs as texts."""
        return [*self.wild_attrs, *(str(i) for i, one in enumerate(self.inputs) if one.wild)]


def tame(op: Op, dtypes: Mapping[str, list[str]], rng: random.Random) -> Case:
    """Return a case that the op may well take; ``dtypes`` are those that its type attrs have kernels for."""
    attrs = usual_attrs(op)
    for attr in op.attrs:
        if attr.type == "type" and dtypes.get(attr.name):
            attrs[attr.name] = rng.choice(dtypes[attr.name])
        elif attr.type == "list(type)" and not attr.has_default:
            attrs[attr.name] = ["DT_FLOAT"] * rng.choice((1, 2))
        elif attr.name not in attrs and not attr.has_default:
            attrs[attr.name] = _tame_attr(attr, rng)
        elif attr.allowed and attr.type == "string" and rng.random() < 0.3:
            attrs[attr.name] = rng.choice(attr.allowed)
        elif attr.type == "bool" and rng.random() < 0.2:
            attrs[attr.name] = rng.random() < 0.5
    return Case(attrs, tuple(_tame_inputs(op, attrs, rng)), {})


def wilder(op: Op, case: Case, rng: random.Random) -> Case:
    """Return the case with one to three wild values, shapes or attrs in it."""
    attrs, wild_attrs, inputs = dict(case.attrs), dict(case.wild_attrs), list(case.inputs)
    numeric = [a for a in op.attrs if a.type in ("int", "float", "list(int)", "list(float)", "shape")]
    numeric = [a for a in numeric if a.name not in {i.number_attr for i in op.inputs}]
    for _ in range(rng.choice((1, 1, 2, 3))):
        if numeric and (not inputs or rng.random() < 0.3):
            attr = rng.choice(numeric)
            attrs[attr.name], wild_attrs[attr.name] = _wild_attr(
                attr, attrs.get(attr.name, attr.default), rng
            )
        elif inputs:
            at = rng.randrange(len(inputs))
            if DTYPES[inputs[at].dtype].kind != "handle" and not inputs[at].is_ref:
                inputs[at] = _wild_input(inputs[at], rng)
    return case._replace(attrs=attrs, inputs=tuple(inputs), wild_attrs=wild_attrs)


def restored(case: Case, base: Case, wild: str) -> Case:
    """Return the case with one of its ``wilds`` made tame again, as it is in ``base``."""
    if wild in case.wild_attrs:
        kinds = {name: kind for name, kind in case.wild_attrs.items() if name != wild}
        attrs = {name: value for name, value in case.attrs.items() if name != wild}
        attrs.update({wild: base.attrs[wild]} if wild in base.attrs else {})
        return case._replace(attrs=attrs, wild_attrs=kinds)
    inputs = list(case.inputs)
    inputs[int(wild)] = base.inputs[int(wild)]
    return case._replace(inputs=tuple(inputs))


def argument_names(op: Op, attrs: Mapping[str, Any]) -> list[tuple[OpArg, str]]:
    """Return the argument and the dtype of each input."""
    found = []
    for arg in op.inputs:
        if arg.type_list_attr:
            found += [(arg, dtype) for dtype in _attr(op, attrs, arg.type_list_attr) or ()]
        else:
            dtype = arg.dtype or _attr(op, attrs, arg.type_attr or "") or "DT_FLOAT"
            count = int(_attr(op, attrs, arg.number_attr) or 0) if arg.number_attr else 1
            found += [(arg, dtype)] * min(count, _MOST_OUTPUTS)
    return found


def _attr(op: Op, attrs: Mapping[str, Any], name: str) -> Any:
    known = op.attr(name)
    return attrs.get(name, known.default if known else None)


def _tame_attr(attr: OpAttr, rng: random.Random) -> Any:
    if attr.type == "int":
        return max(attr.minimum or 0, rng.choice((1, 2)))
    if attr.type == "list(int)":
        return [1] * max(attr.minimum or 0, rng.choice((2, 4)))
    return {
        "float": 0.5, "list(float)": [0.5, 1.0], "bool": False, "list(bool)": [False],
        "string": (attr.allowed or ("",))[0], "list(string)": [],
        "shape": rng.choice(([], [2], [2, 3])), "list(shape)": [[]],
    }.get(attr.type)  # fmt: skip


def _tame_inputs(op: Op, attrs: dict[str, Any], rng: random.Random) -> Iterable[Filled]:
    """Give inputs of the shapes that the facts about the op require, or of one small shape or some."""
    sizes = [rng.choice(_TAME_SIZES) for _ in range(4)]
    rank = rng.choice((0, 1, 1, 2, 2, 2, 3, 4))
    given: list[Given] = []
    for arg, dtype in argument_names(op, attrs):
        shape: Any = None
        if op.name in INPUT_SHAPES:
            shape = input_shape(op.name, attrs, arg.name, given)
        if shape is None:
            shape = tuple(sizes[:rank]) if rng.random() < 0.7 else tuple(sizes[: rng.randrange(4)])
        shape = tuple(rng.choice(_TAME_SIZES) if size is None else size for size in shape)
        given.append(Given(arg.name, shape))
        yield Filled(dtype, _tame_value(dtype, shape, rng), is_ref=arg.is_ref)


def _tame_value(dtype: str, shape: tuple[int, ...], rng: random.Random) -> Any:
    seeded = np.random.default_rng(rng.randrange(2**32))
    kind = DTYPES[dtype].kind
    if kind == "handle":
        return None
    if kind == "string":
        return np.full(shape, rng.choice((b"a", b"1", b"1.5")), object)
    if kind == "bool":
        return seeded.random(shape) < 0.5
    if kind in ("float", "complex"):
        return np.asarray(seeded.random(shape)).astype(numpy_type(dtype))
    if len(shape) == 1 and rng.random() < 0.3:
        return np.arange(shape[0]).astype(numpy_type(dtype))
    return seeded.integers(0, rng.choice((1, 2, 4)), shape).astype(numpy_type(dtype))


def numpy_type(dtype: str) -> Any:
    """Return NumPy's type of a DT_ name; that of its bits for quantized ones."""
    label = DTYPES[dtype].label
    if label in _BITS:
        return _BITS[label]
    if label in ("bfloat16", "float8_e5m2", "float8_e4m3fn", "int4", "uint4"):
        import ml_dtypes

        return getattr(ml_dtypes, label)
    return np.dtype(label)


def _wild_input(one: Filled, rng: random.Random) -> Filled:
    """Return another value of the dtype: an odd shape, or wild elements in the shape that it has."""
    shape, kind = np.shape(one.value), DTYPES[one.dtype].kind
    wild = []
    if rng.random() < 0.35:
        shape = rng.choice(_ODD_SHAPES)
        wild.append(f"shape {list(shape)}")
    value = _tame_value(one.dtype, shape, rng)
    if not wild or rng.random() < 0.4:
        element = _wild_element(kind, one.dtype, rng)
        if element is not None and value.size:
            value = value.copy()
            if rng.random() < 0.5:
                value[...] = element
            else:
                value.reshape(-1)[rng.randrange(value.size)] = element
            wild.append(f"holds {element!r}"[:40])
    return one._replace(value=value, wild=", ".join(wild) or "other value")


def _wild_element(kind: str, dtype: str, rng: random.Random) -> Any:
    if kind == "string":
        return rng.choice(_TEXTS)
    if kind in ("float", "complex"):
        with np.errstate(all="ignore"):
            return np.asarray(rng.choice(_WILD_FLOATS)).astype(numpy_type(dtype))[()]
    if kind == "bool":
        return None
    if DTYPES[dtype].bits < 8:
        return None
    limits = np.iinfo(numpy_type(dtype))
    return int(min(max(rng.choice(_WILD_INTS), limits.min), limits.max))


def _wild_attr(attr: OpAttr, old: Any, rng: random.Random) -> tuple[Any, str]:
    if attr.type == "shape":
        new: Any = rng.choice((None, [0], [-1, 2], [2**31, 2**31], [2**62, 4], [1] * 10, []))
        return new, f"= {new}"
    one = rng.choice(_WILD_INTS if "int" in attr.type else _WILD_FLOATS)
    if not attr.type.startswith("list"):
        return one, f"= {one}"
    items = list(old or [])
    if items and rng.random() < 0.7:
        items[rng.randrange(len(items))] = one
    else:
        items = [one] * rng.choice((0, 1, 2, 4, 5))
    return items, f"= {items}"
