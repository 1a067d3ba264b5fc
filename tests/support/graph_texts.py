"""A small model as text, which needs no TensorFlow to be written."""

from __future__ import annotations

from pathlib import Path

_WEIGHTS = " ".join(f"float_val: {n / 64}" for n in range(300))
NET = f"""
node {{ name: "x" op: "Placeholder" attr {{ key: "dtype" value {{ type: DT_FLOAT }} }}
  attr {{ key: "shape" value {{ shape {{ dim {{ size: -1 }} dim {{ size: 2 }} }} }} }} }}
node {{ name: "layer/w" op: "Const" attr {{ key: "dtype" value {{ type: DT_FLOAT }} }}
  attr {{ key: "value" value {{ tensor {{ dtype: DT_FLOAT tensor_shape {{ dim {{ size: 2 }} dim {{ size: 150 }} }} {_WEIGHTS} }} }} }} }}
node {{ name: "layer/y" op: "MatMul" input: "x" input: "layer/w" attr {{ key: "T" value {{ type: DT_FLOAT }} }} }}
node {{ name: "axes" op: "Const" attr {{ key: "dtype" value {{ type: DT_INT32 }} }}
  attr {{ key: "value" value {{ tensor {{ dtype: DT_INT32 tensor_shape {{ }} int_val: 1 }} }} }} }}
node {{ name: "total" op: "Sum" input: "layer/y" input: "axes" attr {{ key: "T" value {{ type: DT_FLOAT }} }} }}
versions {{ producer: 27 }}
"""  # noqa: E501


def write_net(folder: Path) -> Path:
    """Write a model of a weight of 300 numbers, a product and a sum; returns its file."""
    file = folder / "net.pbtxt"
    file.write_text(NET)
    return file


def total(x: tuple[float, float]) -> float:
    """Return what the model makes of an example."""
    rows = [sum(n / 64 for n in range(150)), sum(n / 64 for n in range(150, 300))]
    return x[0] * rows[0] + x[1] * rows[1]
