"""Turns plain attr values and packed constants of the plan into TensorFlow's protos and NumPy arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from tensorflow.core.framework import attr_value_pb2, tensor_shape_pb2, types_pb2
from tensorflow.python.framework import dtypes, tensor_util

from app.document.model.sentence import say
from app.document.resources.companion_files import CompanionFault
from app.engine.compiler.plan import Constant
from app.engine.worker.sent_arrays import array_at
from blocks.dtypes import DTYPES
from blocks.symbol import Op

# Attrs that TensorFlow knows of every op that calls functions.
_OF_CALLS = {"_lower_using_switch_merge": "bool", "_num_original_outputs": "int"}

_SMALL = 1 << 16  # constants up to so many bytes are written as raw content


def numpy_type(dtype: str) -> np.dtype[Any]:
    """Return NumPy's type of a DT_ name (object for strings; TensorFlow's own for bfloat16 and the quantised)."""
    return np.dtype(dtypes.as_dtype(DTYPES[dtype].number).as_numpy_dtype)


def array_of(constant: Constant, folder: Path) -> np.ndarray[Any, Any]:
    """Unpack a constant. Shape and dtype are the constant's; strings are bytes in an object array.

    Raises CompanionFault where the array file is not, or no longer, what the plan saw.
    """
    if constant.array is not None:
        stored = array_at(constant.array)
        label = "string" if stored.dtype.kind == "O" else stored.dtype.name
        if stored.shape != constant.shape or label != DTYPES[constant.dtype].label:
            file = Path(constant.array.npz).name
            raise CompanionFault(say("npz.changed", file=file, key=constant.array.key))
        return stored
    if constant.dtype == "DT_STRING":
        return _objects(list(constant.strings), constant.shape)
    kind, target = DTYPES[constant.dtype].kind, numpy_type(constant.dtype)
    if kind == "bool":
        flat = np.frombuffer(constant.packed, np.uint8).astype(bool)
    elif kind == "complex":
        flat = np.frombuffer(constant.packed, "<c16").astype(target)
    elif kind == "float":
        with np.errstate(over="ignore"):
            flat = np.frombuffer(constant.packed, "<f8").astype(target)
    else:
        stored_as = "<u8" if constant.dtype == "DT_UINT64" else "<i8"
        flat = _integers(np.frombuffer(constant.packed, stored_as), target)
    return flat.reshape(constant.shape)


def _integers(flat: np.ndarray[Any, Any], target: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Cast integers; the quantised types are NumPy records of one field."""
    if target.fields:
        out = np.empty(flat.shape, target)
        for name in target.names or ():
            out[name] = flat
        return out
    return flat.astype(target)


def _objects(values: list[bytes], shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    out = np.empty(len(values), object)
    out[:] = values
    return out.reshape(shape)


def set_tensor(attr: attr_value_pb2.AttrValue, constant: Constant, folder: Path) -> None:
    """Fill the value attr of a Const node."""
    kind = DTYPES[constant.dtype].kind
    if constant.array is None and kind in ("float", "int", "bool") and len(constant.packed) <= _SMALL:
        array = array_of(constant, folder)
        tensor = attr.tensor  # raw content: three times faster than tensor_util for small constants
        tensor.dtype = DTYPES[constant.dtype].number
        for size in constant.shape:
            tensor.tensor_shape.dim.add().size = size
        tensor.tensor_content = array.tobytes()
        if constant.dtype == "DT_INT4":  # packed differently; TensorFlow's own writer knows how
            attr.tensor.CopyFrom(tensor_util.make_tensor_proto(array, shape=constant.shape))
        return
    array = array_of(constant, folder)
    proto = tensor_util.make_tensor_proto(
        array, dtypes.as_dtype(DTYPES[constant.dtype].number), constant.shape
    )
    attr.tensor.CopyFrom(proto)


def attr_kinds(op: Op | None) -> dict[str, str]:
    """Return the types of the attrs of an op's nodes, in OpDef's words."""
    return {**_OF_CALLS, **{a.name: a.type for a in op.attrs}} if op is not None else _OF_CALLS


def set_attr(attr: attr_value_pb2.AttrValue, kind: str, value: Any) -> None:
    """Fill an attr of OpDef type ``kind`` from its plain form; raises ValueError for a kind that no text can give."""
    if kind == "type":
        attr.type = _type(value)
    elif kind == "shape":
        _set_shape(attr.shape, value)
    elif kind == "int":
        attr.i = int(value)
    elif kind == "float":
        attr.f = float(value)
    elif kind == "bool":
        attr.b = bool(value)
    elif kind == "string":
        attr.s = _bytes(value)
    elif kind == "func":
        attr.func.name = value
    elif kind == "list(func)":
        for name in value:
            attr.list.func.add(name=name)
    elif kind == "list(type)":
        attr.list.type.extend(_type(v) for v in value)
    elif kind == "list(shape)":
        attr.list.SetInParent()
        for one in value:
            _set_shape(attr.list.shape.add(), one)
    elif kind == "list(int)":
        attr.list.i.extend(int(v) for v in value)
    elif kind == "list(float)":
        attr.list.f.extend(float(v) for v in value)
    elif kind == "list(bool)":
        attr.list.b.extend(bool(v) for v in value)
    elif kind == "list(string)":
        attr.list.s.extend(_bytes(v) for v in value)
    else:
        raise ValueError(f"no text gives an attr of type {kind}")
    if kind.startswith("list(") and not value:
        attr.list.SetInParent()


def _type(name: str) -> types_pb2.DataType:
    return types_pb2.DataType.Value(name)


def _set_shape(proto: tensor_shape_pb2.TensorShapeProto, shape: Any) -> None:
    if shape is None or isinstance(shape, dict):
        proto.unknown_rank = True
        return
    proto.SetInParent()
    for size in shape:
        proto.dim.add().size = -1 if size is None else int(size)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
