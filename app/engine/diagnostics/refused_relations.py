"""Says in a run which inputs do not go together, where their op does not look and would read foreign memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec.structs import replace

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.value_guards import CODE
from app.engine.diagnostics.failed_op import Array, Given, first
from blocks.catalog import load
from blocks.op_facts.fatal_inputs import (
    BATCHED,
    CHOOSING,
    COUNTED,
    FILLED,
    LABELLED,
    LARGEST_BATCH,
    LARGEST_FILLING,
    ROWS,
    SCATTERING,
    SPREADING,
    STEPPING,
)
from blocks.op_facts.window_sizes import places_of_windows
from blocks.requirement import Actual, InRange, RankOf, Requirement, ShapeOf
from blocks.tensor_spec import Shape

_Inputs = Sequence[tuple[Given, Shape | None]]
_Judge = Callable[[PlanNode, _Inputs], "Problem | None"]


def unrelated(owner: PlanNode, given: Sequence[Given], shapes: Sequence[Shape | None]) -> Problem | None:
    """Return the problem of inputs that do not go together; None where they do, or their op is none of these."""
    judge = _JUDGES.get(owner.op)
    return None if judge is None else judge(owner, list(zip(given, shapes, strict=True)))


def _named(inputs: _Inputs, name: str) -> list[tuple[Given, Shape | None]]:
    return [one for one in inputs if one[0].argument.name == name]


def _refused(
    owner: PlanNode, given: Given, needs: Requirement | Sentence, actual: Actual | Sentence | None
) -> Problem:
    sentence = say("input.requires", input=given.name, needs=needs)
    if actual is not None:
        sentence = say("input.requires-gets", input=given.name, needs=needs, actual=actual)
    return error(CODE, sentence, owner.block, given.argument.pin, requirement=needs, actual=actual)


def _updates(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find updates of other rows than the variable has."""
    (_, held), (_, places), (given, shape) = inputs
    if held is None or places is None or shape is None or shape == () or not held:
        return None
    right = (*places, *held[1:])
    return (
        None
        if shape == right
        else _refused(owner, given, Requirement(shape=ShapeOf(right)), Actual(shape=shape))
    )


def _partitions(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find the partition of rows that counts more values than there are, or one number where it is to be one."""
    parts, kinds = _named(inputs, "row_partition_tensors"), owner.attrs.get("row_partition_types") or ()
    shape = _named(inputs, "values")[0][1]
    for (given, _), kind in zip(parts, kinds, strict=False):
        if kind == "FIRST_DIM_SIZE" and given.value is not None and given.value.size != 1:
            return _refused(owner, given, Requirement(shape=RankOf((0,))), given.actual)
    last, kind = parts[-1][0] if parts else None, kinds[-1] if kinds else ""
    if last is None or last.value is None or not shape or shape[0] is None or last.value.ndim != 1:
        return None
    if kind == "ROW_SPLITS" and last.value.size and int(last.value[-1]) > shape[0]:
        return _refused(owner, last, say("needs.splits-of", count=shape[0]), last.actual)
    if kind == "VALUE_ROWIDS" and last.value.size > shape[0]:
        needs = Requirement(shape=ShapeOf((shape[0],)))
        return _refused(owner, last, needs, Actual(shape=tuple(last.value.shape)))
    return None


def _gradient_splits(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find row splits that go beyond the rows that are asked for, or sizes of no tensor."""
    (splits, _), (sizes, _) = inputs[1:]
    if sizes.value is None or splits.value is None:
        return None
    if sizes.value.ndim != 1 or not sizes.value.size or (sizes.value < 0).any():
        return _refused(owner, sizes, say("needs.sizes-of-values"), sizes.actual)
    count = int(sizes.value[0])
    if splits.value.size and not _parts(splits.value, count):
        return _refused(owner, splits, say("needs.splits-up-to", count=count), splits.actual)
    return None


def _parts(splits: Array, count: int) -> bool:
    """Return whether splits never fall and lie from 0 to ``count``."""
    numbers = splits.reshape(-1)
    return bool((numbers >= 0).all() and (numbers <= count).all() and (np.diff(numbers) >= 0).all())


def _batches(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find indices of other batches than the variable has."""
    count = owner.attrs.get("batch_dims") or 0
    (_, held), (given, shape) = inputs
    if count < 1 or held is None or shape is None or len(shape) < count or held[:count] == shape[:count]:
        return None
    needs = Requirement(shape=ShapeOf((*held[:count], "...")))
    return _refused(owner, given, needs, Actual(shape=shape))


def _counter(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find a counter that is shorter than the two numbers which the op reads."""
    ((given, shape),) = _named(inputs, "counter")
    if shape is None or len(shape) != 1 or shape[0] is None or shape[0] >= 2:
        return None
    return _refused(owner, given, say("needs.vector-of-at-least", count=2), Actual(shape=shape))


def may_overrun(x: Shape | None, y: Shape | None, attrs: Mapping[str, Any]) -> bool:
    """Return whether a batch of products may have shapes of which TensorFlow 2.21 writes beyond its memory.

    It does where oneDNN multiplies [n, 1, m, k] by one matrix that counts for the whole batch.
    """
    if x is None or y is None:
        return (x is None or len(x) == 4) and (y is None or len(y) <= 4)
    if len(x) != 4 or len(y) > 4 or x[1] not in (1, None) or x[0] == 1:
        return False
    rows = x[3 if attrs.get("adj_x") else 2]
    return rows != 1 and all(size in (1, None) for size in y[:-2])


def _batch_product(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find a product of a batch that would end the process."""
    (given, x), (_, y) = inputs
    if x is None or y is None or not may_overrun(x, y, owner.attrs):
        return None
    needs = say("needs.no-lone-size", dimension=1)
    found = _refused(owner, given, needs, Actual(shape=x))
    return replace(found, hint=say("hint.batch-product"))


def _diagonals(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find one vector where ``k`` asks for a band of diagonals: the kernel reads its second size, which it has not."""
    ((given, shape),), ((band, _),) = _named(inputs, "diagonal"), _named(inputs, "k")
    if shape is None or len(shape) != 1 or band.value is None or band.value.size != 2:
        return None
    first, last = band.value.reshape(-1).tolist()
    if first >= last:
        return None
    needs = say("needs.row-for-each-diagonal", count=last - first + 1)
    return _refused(owner, given, needs, Actual(shape=shape))


def _rows(*names: str) -> _Judge:
    """Return what finds a scalar among inputs of which each row is an element."""

    def judge(owner: PlanNode, inputs: _Inputs) -> Problem | None:
        found = (one for name in names for one in _named(inputs, name) if one[1] == ())
        scalar = next(found, None)
        if scalar is None:
            return None
        return _refused(owner, scalar[0], Requirement(shape=RankOf((1,), "least")), Actual(shape=()))

    return judge


def _keyed(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find keys and values of which there are not as many: the op would read on behind the values."""
    found = _rows("keys", "values")(owner, inputs)
    ((beside, keys),), ((given, shape),) = _named(inputs, "keys"), _named(inputs, "values")
    if found is not None or not keys or not shape or None in (keys[0], shape[0]) or keys[0] == shape[0]:
        return found
    needs, actual = Requirement(shape=ShapeOf((keys[0], *shape[1:]))), Actual(shape=shape)
    origin = say("input.origin", source=beside.source) if beside.source else None
    other = say("shape.other", input=str(beside.argument), actual=Actual(shape=keys), origin=origin)
    sentence = say(
        "shape.refused",
        input=given.name,
        needs=needs,
        actual=actual,
        origin=None,
        beside=say("shape.beside", inputs=(other,)),
    )
    related = (f"{owner.block}.{beside.argument.pin}",)
    return replace(_refused(owner, given, needs, actual), sentence=sentence, related=related)


def _chosen(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find more places of a stage than the op has outputs for."""
    count = len(owner.attrs.get("dtypes") or ())
    ((given, shape),) = _named(inputs, "indices")
    if shape is None or len(shape) != 1 or shape[0] is None or shape[0] <= count:
        return None
    return _refused(
        owner, given, say("needs.place-for-each-dtype", count=count), given.actual or Actual(shape=shape)
    )


def _steps(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find a count of time steps that a sequence does not have."""
    ((given, _),), ((_, shape),) = _named(inputs, "seq_len_max"), _named(inputs, "x")
    if given.value is None or given.value.size != 1 or not shape or shape[0] is None:
        return None
    if 0 <= int(given.value.reshape(-1)[0]) <= shape[0]:
        return None
    return _refused(owner, given, Requirement(values=InRange(0, shape[0])), given.actual)


def _spread(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find a gradient that has not one number for each place where a window of the pooling stood."""
    ((sizes, _),), ((given, shape),) = _named(inputs, "orig_input_shape"), _named(inputs, "grad")
    windows, steps = owner.attrs.get("ksize") or (), owner.attrs.get("strides") or ()
    if sizes.value is None or sizes.value.ndim != 1 or shape is None or len(shape) != len(sizes.value):
        return None
    if not len(shape) == len(windows) == len(steps) or (sizes.value < 0).any():
        return None  # refused by the op itself
    right = places_of_windows(sizes.value.tolist(), windows, steps, str(owner.attrs.get("padding")))
    if shape == right:
        return None
    found = _refused(owner, given, Requirement(shape=ShapeOf(right)), Actual(shape=shape))
    return replace(found, related=(f"{owner.block}.{sizes.argument.pin}",))


def _filling(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find a text that a table would be filled with, and that fills the memory."""
    argument, name = FILLED[owner.op]
    op = load().op(owner.op)
    attr = op.attr(name) if op is not None else None
    places = owner.attrs.get(name, attr.default if attr is not None else 1)
    ((given, _),) = _named(inputs, argument)
    if given.value is None or given.value.dtype.kind != "O":
        return None
    size = sum(len(text) for text in given.value.reshape(-1).tolist())
    most = LARGEST_FILLING // max(int(places), 1)
    if size <= most:
        return None
    return _refused(
        owner, given, say("needs.text-up-to", count=most), say("actual.so-many-bytes", count=size)
    )


def _labels(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find what no label may be where there is one of a class without scores; the last class is the blank."""
    labels, scores = LABELLED[owner.op]
    ((given, _),), ((_, shape),) = _named(inputs, labels), _named(inputs, scores)
    if given.value is None or not shape or shape[-1] is None:
        return None
    classes = shape[-1]
    bad = first(given.value, lambda value: value >= classes - 1)
    if bad is None or not (given.value >= classes).any():
        return None
    return _refused(owner, given, say("needs.labels", last=classes - 2, classes=classes), bad.actual(given))


def _many_rows(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find a sparse tensor of more rows than there is memory for."""
    ((given, _),) = _named(inputs, ROWS[owner.op])
    if given.value is None or not given.value.size or int(given.value.reshape(-1)[0]) <= LARGEST_BATCH:
        return None
    return _refused(owner, given, say("needs.rows-up-to", count=LARGEST_BATCH), given.actual)


def _large_batch(owner: PlanNode, inputs: _Inputs) -> Problem | None:
    """Find a batch for which there is no memory; one that need not be filled takes what comes."""
    size, drop = (_named(inputs, name)[0][0] for name in BATCHED[owner.op])
    if size.value is None or drop.value is None or size.value.size != 1 or not drop.value.any():
        return None
    if int(size.value.reshape(-1)[0]) <= LARGEST_BATCH:
        return None
    found = _refused(owner, size, Requirement(values=InRange(high=LARGEST_BATCH)), size.actual)
    return replace(found, related=(f"{owner.block}.{drop.argument.pin}",))


_JUDGES: dict[str, _Judge] = {
    **dict.fromkeys(SCATTERING, _updates),
    "ResourceGather": _batches,
    "BatchMatMulV2": _batch_product,
    "MatrixDiagV2": _diagonals,
    "MatrixDiagV3": _diagonals,
    "RaggedTensorToTensor": _partitions,
    "RaggedTensorToVariantGradient": _gradient_splits,
    **dict.fromkeys(COUNTED, _counter),
    "QueueEnqueueMany": _rows("components"),
    "QueueEnqueueManyV2": _rows("components"),
    "BarrierInsertMany": _keyed,
    **dict.fromkeys(("LookupTableImport", "LookupTableImportV2"), _rows("keys")),
    **dict.fromkeys(CHOOSING, _chosen),
    **dict.fromkeys(STEPPING, _steps),
    **dict.fromkeys(SPREADING, _spread),
    **dict.fromkeys(FILLED, _filling),
    **dict.fromkeys(LABELLED, _labels),
    **dict.fromkeys(ROWS, _many_rows),
    **dict.fromkeys(BATCHED, _large_batch),
}
