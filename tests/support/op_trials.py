"""Builds and runs single TensorFlow ops, to try the facts about ops against the installed TensorFlow."""

from __future__ import annotations

import importlib.metadata
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pytest

from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.symbol import Op, OpArg

REFUSED = "refused"
# Facts are those of one TensorFlow: that of the catalog.
OF_THE_CATALOG = pytest.mark.skipif(
    importlib.metadata.version("tensorflow") != load().tensorflow,
    reason=f"the facts about ops are those of TensorFlow {load().tensorflow}",
)
USUAL_ATTRS: dict[str, Any] = {
    "strides": [1, 1, 1, 1], "ksize": [1, 1, 1, 1], "ksizes": [1, 1, 1, 1], "padding": "SAME", "shape": [-1, -1],
    "message": "", "k": 1, "rates": [1, 1, 1, 1], "num": 2, "num_split": 1, "N": 2, "mode": "REFLECT",
    "block_size": 2, "pooling_ratio": [1.0, 1.0, 1.0, 1.0], "beam_width": 2, "top_paths": 1,
    "PARAMS_RAGGED_RANK": 2, "OUTPUT_RAGGED_RANK": 2, "variance_epsilon": 0.5, "scale_after_normalization": False,
}  # fmt: skip
_LIKELY_TYPES = ("DT_FLOAT", "DT_COMPLEX64", "DT_INT32", "DT_BOOL")


class TrialInput(NamedTuple):
    """What is given to one input of an op; a shape or a value of None is unknown."""

    shape: tuple[int | None, ...] | None
    dtype: str  # DT_ name
    value: Any = None
    is_ref: bool = False


class OpTrials:
    """One graph for all trials; inputs that are alike are made once, which takes most of the time."""

    def __init__(self) -> None:
        """Import TensorFlow and make the graph."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import tensorflow
        self.tf = tensorflow
        self._graph = tensorflow.Graph()
        self._made: dict[TrialInput, Any] = {}

    def shapes(self, op: Op, attrs: Mapping[str, Any], inputs: Sequence[TrialInput]) -> list[str] | str:
        """Return the outputs' shapes that the op's shape function gives, or ``REFUSED``."""
        with self._graph.as_default():
            try:
                made = self.build(op, attrs, [self._input(one) for one in inputs])
            except (ValueError, TypeError):
                return REFUSED
        return [str(t.shape) for t in made.outputs]

    def is_removed(self, op: Op) -> bool:
        """Return whether TensorFlow has the op by name only: it builds no graphs with it any more."""
        attrs = usual_attrs(op)
        with self._graph.as_default():
            try:
                self.build(op, attrs, [self._input(given) for _, given in open_inputs(op, attrs)])
            except self.tf.errors.UnimplementedError:
                return True
            except (ValueError, TypeError):
                pass
        return False

    def build(self, op: Op, attrs: Mapping[str, Any], tensors: Sequence[Any]) -> Any:
        """Return the op's node in the present graph; raises what TensorFlow raises."""
        from app.engine.tf.protos import set_attr

        protos: dict[str, Any] = {}
        kinds = {a.name: a.type for a in op.attrs}
        for name, one in attrs.items():
            set_attr(protos.setdefault(name, self.tf.compat.v1.AttrValue()), kinds[name], one)
        graph = self.tf.compat.v1.get_default_graph()
        return graph.create_op(op.name, list(tensors), [], attrs=protos)

    def dtype(self, name: str) -> Any:
        """Return TensorFlow's dtype of a DT_ name."""
        return self.tf.as_dtype(DTYPES[name].number)

    def _input(self, one: TrialInput) -> Any:
        if one not in self._made:
            kind = self.dtype(one.dtype)
            if one.is_ref:
                shape = self.tf.TensorShape(one.shape)
                made = self.tf.raw_ops.VariableV2(shape=shape, dtype=kind)
            elif one.value is None:
                made = self.tf.compat.v1.placeholder(kind, one.shape)
            else:
                made = self.tf.constant(one.value, kind, shape=one.shape)
            self._made[one] = made
        return self._made[one]


def usual_attrs(op: Op) -> dict[str, Any]:
    """Return attrs with which the op can be built."""
    found: dict[str, Any] = {}
    for attr in op.attrs:
        if attr.type == "type" and not attr.has_default:
            allowed = attr.allowed or ("DT_FLOAT",)
            found[attr.name] = next((d for d in _LIKELY_TYPES if d in allowed), allowed[0])
        elif attr.type == "list(type)" and not attr.has_default:
            found[attr.name] = ["DT_FLOAT"]
        elif attr.name in USUAL_ATTRS and not attr.has_default:
            found[attr.name] = USUAL_ATTRS[attr.name]
            if "3D" in op.name and isinstance(found[attr.name], list):
                found[attr.name] = [1] * 5
    return found


def open_inputs(op: Op, attrs: Mapping[str, Any]) -> list[tuple[OpArg, TrialInput]]:
    """Return each input of the op, of unknown shape and value; a list has two elements, or one of each type."""
    found = []
    for arg in op.inputs:
        known = op.attr(arg.type_attr or "")
        dtype = (
            arg.dtype or attrs.get(arg.type_attr or "") or (known.default if known else None) or "DT_FLOAT"
        )
        if arg.type_list_attr and not attrs.get(arg.type_list_attr):
            continue
        found += [(arg, TrialInput(None, dtype, is_ref=arg.is_ref))] * (2 if arg.number_attr else 1)
    return found
