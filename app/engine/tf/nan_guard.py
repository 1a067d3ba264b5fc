"""The NaN guard: looks whether all floats of a step are finite, and finds the block that made the first bad one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, say
from app.document.model.topology import reachable
from app.engine.compiler.plan import Fetch, Plan
from blocks.requirement import Actual, Finite, Requirement

_NAME = ".guard"  # no block's id begins with a dot
_FLOATS = frozenset({"DT_HALF", "DT_BFLOAT16", "DT_FLOAT", "DT_DOUBLE"})
_PARTS = {"DT_COMPLEX64": tf.float32, "DT_COMPLEX128": tf.float64}
_SMALL = 4096  # elements; so small tensors are joined and looked at together

_Array = np.ndarray[Any, Any]


def guarded_refs(plan: Plan, guard: bool | Sequence[str]) -> dict[str, str]:
    """Return the tensors to look at and their ``block.pin``: the floats and complex numbers of what a step shows.

    ``guard`` names results (``block.pin``, or ``block.pin[3]`` of a list); True means all.
    """
    keys = None if guard is True else set(guard or ())
    found: dict[str, str] = {}
    for fetch in _shown(plan):
        if keys is None or fetch.key in keys:
            for ref, dtype, pin in _elements(fetch):
                if dtype in _FLOATS or dtype in _PARTS:
                    found.setdefault(ref, pin)
    return found


def _shown(plan: Plan) -> Iterable[Fetch]:
    return (f for s in plan.sessions for f in s.fetches if not f.handle)


def _elements(fetch: Fetch) -> list[tuple[str, str, str]]:
    """Return (tensor, dtype, ``block.pin`` with the element's index in a list)."""
    pins = [f"{fetch.key}[{i}]" for i in range(len(fetch.refs))] if fetch.is_list else [fetch.key]
    return list(zip(fetch.refs, fetch.dtypes, pins, strict=True))


def add_check(graph: tf.Graph, refs: Sequence[str]) -> str:
    """Add a bool that is true where every element of these tensors is finite; returns the tensor's name.

    Small tensors of known shape are joined first: on small pages the number of ops is what costs.
    """
    small: dict[tf.DType, list[tf.Tensor]] = {}
    flags: list[tf.Tensor] = []
    with graph.as_default(), tf.device("/cpu:0"), tf.name_scope(f"{_NAME}/"):
        for ref in refs:
            tensor = _as_floats(graph.get_tensor_by_name(ref))
            if tensor.shape.is_fully_defined() and math.prod(tensor.shape) <= _SMALL:
                small.setdefault(tensor.dtype, []).append(tensor)
            else:
                flags.append(_all_finite(tf.raw_ops.Reshape(tensor=tensor, shape=[-1])))
        flags += [_all_finite(_joined(tensors)) for tensors in small.values()]
        together = flags[0] if len(flags) == 1 else tf.raw_ops.All(input=tf.stack(flags), axis=0)
        return str(tf.identity(together, name="is_finite").name)


def _as_floats(tensor: tf.Tensor) -> tf.Tensor:
    parts = {tf.complex64: tf.float32, tf.complex128: tf.float64}.get(tensor.dtype.base_dtype)
    if parts is not None:
        return tf.raw_ops.Bitcast(input=tensor, type=parts)
    return tf.identity(tensor) if tensor.dtype._is_ref_dtype else tensor


def _all_finite(vector: tf.Tensor) -> tf.Tensor:
    return tf.raw_ops.All(input=tf.raw_ops.IsFinite(x=vector), axis=0)


def _joined(tensors: list[tf.Tensor]) -> tf.Tensor:
    """Return all elements as one vector: one op, as long as every shape is known."""
    places: list[_Array] = []
    start = 0
    for tensor in tensors:
        shape = tuple(tensor.shape)
        count = math.prod(shape)
        places.append(np.arange(start, start + count, dtype=np.int32).reshape(shape))
        start += count
    return tf.raw_ops.DynamicStitch(indices=[tf.constant(p) for p in places], data=tensors)


def are_finite(tensors: Mapping[str, _Array], refs: Iterable[str]) -> bool:
    """Return whether all of these tensors that have a value are finite."""
    return all(bool(_finite(tensors[ref]).all()) for ref in refs if ref in tensors)


def _finite(array: _Array) -> _Array:
    if array.dtype.kind not in "fc":  # bfloat16 is none of NumPy's own
        array = array.astype(np.float32)
    return np.isfinite(array)


def bad_starts(variables: Mapping[str, _Array]) -> dict[str, _Array]:
    """Return the Variables' values that are not finite, by block."""
    return {block: a for block, a in variables.items() if _is_float(a) and not _finite(a).all()}


def _is_float(array: _Array) -> bool:
    return array.dtype.kind in "fc" or array.dtype.name == "bfloat16"


def not_finite(plan: Plan, step: int, tensors: Mapping[str, _Array], starts: Mapping[str, _Array]) -> Problem:
    """Return the problem of a step: the earliest block that made a NaN or an infinity out of finite inputs.

    ``tensors`` holds what the step has shown. A Variable that is read after its write has it from its writer,
    and a writer may have it from the value at the start of the step, which nothing shows: ``starts`` has those
    of the run's first step that are not finite; later ones would have ended the run before.
    """
    pins = {ref: pin for ref, pin in guarded_refs(plan, True).items() if ref in tensors}
    bad = {ref: pin for ref, pin in pins.items() if not _finite(tensors[ref]).all()}
    sources = _sources(plan)
    made = [ref for ref in bad if not _has_bad_source(ref, bad, pins, sources)] or list(bad)
    rank = {block: i for i, block in enumerate(plan.used_blocks)}
    first = min(made, key=lambda ref: rank.get(bad[ref].split(".", 1)[0], len(rank)))
    for source in sources.get(_owner(first, sources), ()):
        block = _owner(source, sources)
        if block in starts:
            return _problem(f"{block}.ref", step, starts[block], None)
    inputs = {pins[ref]: tensors[ref] for ref in sources.get(_owner(first, sources), ()) if ref in pins}
    return _problem(bad[first], step, tensors[first], inputs if sources.get(_owner(first, sources)) else None)


def _sources(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return the tensors that each node, or gradient, takes values from."""
    sources: dict[str, tuple[str, ...]] = {g.name: (*g.ys, *g.xs) for g in plan.gradients}
    for node in plan.nodes:
        is_read = node.name.endswith("/read")  # behind the only writer, by a control input
        sources[node.name] = tuple(i for i in node.inputs if is_read or not i.startswith("^"))
    return sources


def _owner(ref: str, sources: Mapping[str, object]) -> str:
    name = ref.lstrip("^").split(":", 1)[0]
    return name if name in sources else name.rsplit("/", 1)[0]  # an element of a gradient


def _has_bad_source(
    ref: str, bad: Mapping[str, str], shown: Mapping[str, str], sources: Mapping[str, tuple[str, ...]]
) -> bool:
    """Return whether a tensor that is not finite leads to this one, over tensors that are not shown themselves."""
    bad_nodes = {_owner(r, sources) for r in bad}
    start = _owner(ref, sources)

    def before(source: str) -> Iterable[str]:
        name = _owner(source, sources)
        return () if source in shown or name == start else sources.get(name, ())

    return any(
        source in bad or (source.startswith("^") and _owner(source, sources) in bad_nodes - {start})
        for source in reachable(sources.get(start, ()), before)
    )


def _problem(pin: str, step: int, array: _Array, inputs: Mapping[str, _Array] | None) -> Problem:
    """Return the problem of an output; ``inputs`` are those that the step has shown, None where the block has none."""
    finite = _finite(array)
    values = array if array.dtype.kind in "fc" else array.astype(np.float32)
    count, size = int((~finite).sum()), int(array.size)
    nans = int(np.isnan(values).sum())
    kind = say("guard.infinite") if nans == 0 else say("guard.nan-or-infinite")
    index = tuple(int(i) for i in np.argwhere(~finite)[0])
    value = str(values[index])
    found = (
        value
        if not index
        else say("guard.elements", count=count, size=size, pin=pin, index=index, value=value)
    )
    block, _, name = pin.partition(".")
    return error(
        "not-finite",
        say("guard.not-finite", pin=pin, kind="NaN" if nans == count else kind, step=step, found=found),
        block,
        name.partition("[")[0],
        requirement=Requirement(values=Finite()),
        actual=Actual(value=value),
        hint=None if inputs is None else _hint(inputs, index, array.shape),
    )


def _hint(inputs: Mapping[str, _Array], index: tuple[int, ...], shape: tuple[int, ...]) -> Sentence:
    """Return that a block's inputs are finite, with what they hold at the place in question where that is plain."""
    there = [
        say("guard.input", pin=pin, index=index, value=f"{array[index]:g}")
        if array.shape == shape
        else say("guard.input", pin=pin, index=(), value=f"{array.reshape(-1)[0]:g}")
        for pin, array in inputs.items()
        if array.dtype.kind == "f" and (array.shape == shape or array.size == 1) and _finite(array).all()
    ]
    return say("hint.inputs-being", inputs=tuple(there)) if there else say("hint.inputs-finite")
