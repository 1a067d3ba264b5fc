"""Explains failures of values that one op alone looks at: lengths, ranges, encodings, attrs that clash."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.encoded_texts import not_base64, not_json
from app.engine.diagnostics.failed_op import (
    Array,
    Explainer,
    Explanation,
    Failure,
    first,
    first_row,
    values_text,
)
from app.engine.diagnostics.file_errors import beginning
from app.engine.diagnostics.numeric_errors import simply
from app.engine.diagnostics.record_errors import compression_of_bytes
from blocks.catalog import load
from blocks.requirement import Actual, IndicesBelow, InRange, Requirement


def between(
    name: str, limit: Callable[[Failure, re.Match[str]], int | None], *others: str, low: int = 0
) -> Explainer:
    """Return what blames the first element of an input that is below ``low`` or above what ``limit`` finds."""

    def explain(failure: Failure, found: re.Match[str]) -> Explanation | None:
        chief, high = failure.arg(name), limit(failure, found)
        if chief is None:
            return None
        bad = first(chief.value, lambda v: (v < low) | (v > high if high is not None else False))
        actual = chief.actual if bad is None else bad.actual(chief)
        needs = Requirement(values=InRange(low, high))
        sentence = say(
            "input.requires-gets", input=chief.name, needs=needs, actual=actual or say("number.some-kind")
        )
        beside = tuple(g for g in map(failure.arg, others) if g is not None)
        return Explanation(chief, sentence, needs, actual, beside)

    return explain


def lacking_input(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """A block that no page can run: the kernel asks for an input that its op has not."""
    op, name = failure.node.op, found[1]
    sentence = say("op.lacks-input", op=op, name=name)
    hint = say("hint.use-block", block=f"{op}V2") if load().op(f"{op}V2") is not None else None
    needs, actual = say("needs.op-with-input", name=name), say("actual.op-without-it", op=op)
    return Explanation(None, sentence, needs, actual, hint=hint)


def within(name: str, low: int, high: int, *others: str) -> Explainer:
    """Return what blames an input that is not from ``low`` to ``high``."""
    return between(name, lambda failure, found: high, *others, low=low)


def row_length(failure: Failure, found: re.Match[str]) -> int | None:
    """Return the size along which ReverseSequence turns the rows round."""
    rows, along = failure.arg("input"), failure.node.attrs.get("seq_dim")
    if rows is None or not rows.shape or not isinstance(along, int):
        return None
    return rows.shape[along] if along < len(rows.shape) else None


def count_of(name: str) -> Callable[[Failure, re.Match[str]], int | None]:
    """Return what finds the last index of a tensor of the sizes that an input holds."""

    def limit(failure: Failure, found: re.Match[str]) -> int | None:
        sizes = failure.arg(name)
        return None if sizes is None or sizes.value is None else math.prod(map(int, sizes.value.ravel())) - 1

    return limit


def attr_range(attr: str, needs: Requirement | Sentence) -> Explainer:
    """Return what blames an attr, or the input of its name where the op has one."""

    def explain(failure: Failure, found: re.Match[str]) -> Explanation | None:
        chief = failure.arg(attr)
        there = failure.node.attrs.get(attr)
        actual = chief.actual if chief is not None else None if there is None else Actual(value=f"{there}")
        name = chief.name if chief is not None else f"{attr}_"
        sentence = say("input.requires-gets", input=name, needs=needs, actual=actual or say("actual.nothing"))
        return Explanation(chief, sentence, needs, actual, pin="attrs")

    return explain


def same_dimension(failure: Failure, found: re.Match[str]) -> Explanation:
    """Explain a sequence that would lie in the dimension which counts the sequences."""
    needs = say("needs.other-than-batch", dimension=int(found[1]))
    sentence = say("input.requires-gets", input="seq_dim", needs=needs, actual=Actual(value=found[1]))
    return Explanation(None, sentence, needs, Actual(value=found[1]), pin="seq_dim")


def too_few_to_draw(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """Explain a sampler that is to draw more different classes than there are."""
    count, classes = failure.node.attrs.get("num_sampled"), failure.node.attrs.get("range_max")
    if not isinstance(count, int) or not isinstance(classes, int):
        return None
    needs, actual = Requirement(values=InRange(1, classes)), Actual(value=str(count))
    sentence = say("sampler.too-few", needs=needs, actual=actual, classes=classes)
    return Explanation(None, sentence, needs, actual, pin="num_sampled")


def unwritable_dataset(failure: Failure, found: re.Match[str]) -> Explanation:
    """Explain a data set of which TensorFlow cannot make the node that an iterator is begun with."""
    plain = found[1].removeprefix("Parallel")
    hint = say("hint.use-block", block=plain) if plain != found[1] and load().op(plain) is not None else None
    sentence, needs = say("dataset.unwritable", op=found[1]), say("needs.iterable-dataset")
    return Explanation(None, sentence, needs, Actual(name=found[1]), hint=hint)


def not_compressed_so(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """Explain bytes that are not packed as the attrs say."""
    chief = failure.arg("bytes")
    if chief is None:
        return None
    needs = say("needs.compressed", how=str(failure.node.attrs.get("compression_type") or "ZLIB"))
    data = chief.value.item() if chief.value is not None and chief.value.ndim == 0 else None
    if not isinstance(data, bytes):
        sentence = say("input.requires", input=chief.name, needs=needs)
        return Explanation(chief, sentence, needs, chief.actual)
    there = compression_of_bytes(data)
    actual = say("actual.bytes", size=len(data), begins=beginning(data))
    hint = say("hint.no-compression-attr", key="compression_type_")
    if there:
        actual = say("actual.compressed", how=there)
        hint = say("hint.compression-attr", key="compression_type_", compression=there)
    sentence = say("input.requires-gets", input=chief.name, needs=needs, actual=actual)
    return Explanation(chief, sentence, needs, actual, hint=hint)


def undecodable_text(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """Explain bytes that are no text in the encoding which an attr names."""
    chief = failure.arg("input")
    encoding = str(failure.node.attrs.get("input_encoding") or "UTF-8")
    if chief is None:
        return None
    bad = first(
        chief.value, lambda texts: np.vectorize(lambda text: not _reads(text, encoding), [bool])(texts)
    )
    needs, actual = say("needs.text-in", encoding=encoding), chief.actual
    if bad is not None and chief.value is not None and bad.at is not None:
        actual = Actual(value=values_text([chief.value[bad.at]], False), index=bad.at, origins=chief.origins)
    sentence = say(
        "input.requires-gets", input=chief.name, needs=needs, actual=actual or say("number.some-kind")
    )
    return Explanation(chief, sentence, needs, actual, hint=say("hint.encoding"))


def _reads(text: bytes, encoding: str) -> bool:
    """Return whether bytes are a text in an encoding; one that Python does not know is taken for one that does not."""
    try:
        bytes(text).decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def outside_of_sparse(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """Explain an index of one of two sparse tensors that lies beyond its shape."""
    for name in ("hypothesis", "truth"):
        indices, sizes = failure.arg(f"{name}_indices"), failure.arg(f"{name}_shape")
        if indices is None or sizes is None or indices.value is None or sizes.value is None:
            continue
        limits = tuple(int(n) for n in sizes.value.ravel())
        bad = first_row(indices.value, limits)
        if bad is not None:
            needs, actual = Requirement(values=IndicesBelow(limits)), bad.actual(indices)
            sentence = say("input.requires-gets", input=indices.name, needs=needs, actual=actual)
            return Explanation(indices, sentence, needs, actual, (sizes,))
    return None


# --- gradients of convolutions -------------------------------------------------------------------------------


def convolution_sizes(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """Explain sizes that do not go with the gradient: which sizes the filter, strides and padding ask for."""
    sizes, gradient = failure.arg("input_sizes", "filter_sizes"), failure.arg("out_backprop")
    other = failure.arg("filter", "input")
    if sizes is None or gradient is None or other is None or sizes.value is None:
        return None
    if not gradient.shape or not other.shape or len(gradient.shape) != len(other.shape):
        return None
    fitting = _fitting(
        failure, sizes.value, sizes.argument.name == "input_sizes", gradient.shape, other.shape
    )
    if fitting is None:
        return None
    text = "{" + ",".join(map(str, fitting)) + "}"
    needs = say("needs.sizes-of-gradient", sizes=text)
    sentence = say("gradient.sizes", input=sizes.name, needs=text, actual=sizes.actual, shape=gradient.shape)
    return Explanation(sizes, sentence, needs, sizes.actual, (gradient, other))


def _fitting(
    failure: Failure, sizes: Array, of_input: bool, gradient: tuple[int, ...], other: tuple[int, ...]
) -> list[int] | None:
    """Return sizes of the input, or of the filter, that a convolution makes the gradient's shape of."""
    attrs, rank = failure.node.attrs, len(gradient)
    if str(attrs.get("data_format", "N")).startswith("NC") or any(
        n != 1 for n in attrs.get("dilations") or ()
    ):
        return None
    strides = list(attrs.get("strides") or ())
    padding = attrs.get("padding")
    if len(strides) != rank or padding not in ("VALID", "SAME") or sizes.size != rank:
        return None
    is_depthwise = failure.node.op.startswith("Depthwise")
    inner = range(1, rank - 1)
    if of_input:
        valid = [(gradient[i] - 1) * strides[i] + other[i - 1] for i in inner]
        space = valid if padding == "VALID" else [gradient[i] * strides[i] for i in inner]
        return [gradient[0], *space, other[-2]]
    if padding == "SAME":
        return None  # a filter of any height and width makes them
    space = [other[i] - (gradient[i] - 1) * strides[i] for i in inner]
    if any(n < 1 for n in space):
        return None
    channels = gradient[-1] // other[-1] if is_depthwise else gradient[-1]
    return [*space, other[-1], channels]


# Message -> what explains it; the first that matches and finds an explanation counts.
VALUE_ERRORS: tuple[tuple[str, Explainer], ...] = (
    (
        r"could not create a primitive descriptor for the convolution|doesn't match computed|out_backprop|"
        r"evenly divisible by (?:number of groups|filter)",
        convolution_sizes,
    ),
    (r"Unknown input name: (\w+)", lacking_input),
    (r"seq_lens\((\d+)\)", between("seq_lengths", row_length, "input")),
    (r"batch_dim == seq_dim == (\d+)", same_dimension),
    (r"Invalid character found in base64|[Bb]ase64 .*(?:too short|modulo 4|padding)", not_base64),
    (r"Expected multiples\[\d+\] >= 0", between("multiples", lambda f, m: None)),
    (
        r"paddings must be less than the dimension size: .* less than (\d+)",
        between("paddings", lambda f, m: int(m[1]) - 1, "input"),
    ),
    (
        r"paddings must be no greater than the dimension size: .* greater than (\d+)",
        between("paddings", lambda f, m: int(m[1]), "input"),
    ),
    (r"sequence_length\(\d+\) <= (\d+)", between("sequence_length", lambda f, m: int(m[1]), "inputs")),
    (
        r"Expected axis to be -1 or between \[0, (\d+)\)",
        lambda f, m: attr_range("axis", Requirement(values=InRange(-1, int(m[1]) - 1)))(f, m),
    ),
    (r"iou_threshold must be in", attr_range("iou_threshold", Requirement(values=InRange(0, 1)))),
    (r"Sampler's range is too small", too_few_to_draw),
    (r"Got an inner product", outside_of_sparse),
    (r"Invalid formatting on input string", undecodable_text),
    (
        r"image must have (\d[\d, or]*) channels",
        simply(lambda m: say("needs.channels", counts=m[1].replace(", or", " or")), "image"),
    ),
    (
        r"Could not parse `?serialized`? as TensorProto|Cannot parse tensor from proto",
        simply(lambda m: say("needs.packed-tensor"), "serialized"),
    ),
    (r"Error while parsing JSON:? *(.*)", not_json),
    (r"value_range\[0\] < value_range\[1\]", simply(lambda m: say("needs.low-then-high"), "value_range")),
    (
        r"num_(lower|upper) must be negative or less or equal to number of \w+ \((\d+)\)",
        lambda f, m: within(f"num_{m[1]}", -1, int(m[2]), "input")(f, m),
    ),
    (
        r"Invalid pattern: .*, error: (.*)",
        simply(lambda m: say("needs.pattern", fault=m[1].strip()), "pattern"),
    ),
    (r"index is out of bound as with dims", between("indices", count_of("dims"), "dims")),
    (r"rank deficient or ill-conditioned", simply(lambda m: say("needs.full-rank"), "matrix")),
    (r"Dimension -\d+ must be >= 0", between("shape", lambda f, m: None)),
)
