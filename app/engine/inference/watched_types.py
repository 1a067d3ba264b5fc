"""Says why a pin that is watched, of a condition or shown names no number: in a run, and by its type before one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.document.model.problems import Problem, error, warning
from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import Monitored, Until, Watched
from blocks.requirement import Actual, IndicesBelow, Requirement
from blocks.tensor_spec import Shape, TensorSpec

_HANDLES = ("resource", "variant")
_NO_NUMBERS = ("string", "complex64", "complex128")


def condition_problems(until: Until | None, types: Mapping[str, TensorSpec]) -> list[Problem]:
    """Return what is wrong with the pin of a page's condition by the types of its outputs, as far as they say."""
    found = _judged(until.watched, types) if until is not None else None
    return [] if found is None else [found]


def monitor_problems(monitored: Iterable[Monitored], types: Mapping[str, TensorSpec]) -> list[Problem]:
    """Return a warning for each part that a monitor shows of a tensor which does not have it, as far as types say."""
    problems = []
    for one in monitored:
        spec = types.get(one.key)
        if spec is None or spec.shape is None or _is_within(one.index, spec.shape):
            continue
        sentence = say("monitor.beyond", monitor=one.monitor, pin=one.text, output=one.key, shape=spec.shape)
        block, _, pin = one.key.partition("[")[0].rpartition(".")
        needs, hint = Requirement(values=IndicesBelow(spec.shape)), _name_one(one.key, spec.shape)
        there = _written(one.index)
        problems.append(
            warning(
                "unknown-pin", sentence, block, pin, (one.text,), requirement=needs, actual=there, hint=hint
            )
        )
    return problems


def _is_within(index: tuple[int, ...], shape: Shape) -> bool:
    return len(index) <= len(shape) and all(n is None or i < n for i, n in zip(index, shape, strict=False))


def _judged(watched: Watched, types: Mapping[str, TensorSpec]) -> Problem | None:
    """Return why an element can be no number; None where it can, and for lists and rounds, which the run judges."""
    spec = types.get(watched.key)
    if spec is None or watched.has_rounds:
        return None
    if spec.dtype in _HANDLES:
        return handle_problem(watched)
    if spec.shape is None:
        return dtype_problem(watched, spec.dtype) if spec.dtype in _NO_NUMBERS else None
    index, shape = watched.index, spec.shape
    is_one = not index and all(n in (1, None) for n in shape)
    fits = len(index) == len(shape) and all(n is None or i < n for i, n in zip(index, shape, strict=True))
    if not is_one and not fits:
        return element_problem(watched, shape, index)
    return dtype_problem(watched, spec.dtype) if spec.dtype in _NO_NUMBERS else None


def handle_problem(watched: Watched) -> Problem:
    """Say that a pin is a handle."""
    return _bad(watched, say("watch.handle", pin=watched.text), say("needs.number"), say("actual.a-handle"))


def dtype_problem(watched: Watched, dtype: str) -> Problem:
    """Say that a pin holds no numbers that can be compared."""
    sentence = say("watch.no-numbers", pin=watched.text, dtype=dtype)
    return _bad(watched, sentence, say("needs.number"), Actual(dtype=dtype))


def item_problem(watched: Watched, count: int) -> Problem:
    """Say that a pin is a list, of which no element is named."""
    hint = say("hint.name-element", element=f"{watched.key}[0]")
    sentence = say("watch.list", pin=watched.text, count=count)
    return _bad(watched, sentence, say("needs.place-in-list", count=count), _index(watched), hint)


def element_problem(watched: Watched, shape: Shape, index: tuple[int, ...]) -> Problem:
    """Say which index lies beyond the tensor, or that there are too many or too few.

    ``index`` is the part of the watched one that is the tensor's: before it stands the place in a list.
    """
    places = watched.index[: len(watched.index) - len(index)]
    hint = _name_one(watched.key + "".join(f"[{at}]" for at in places), shape)
    sizes = zip(index, shape, strict=False)
    beyond = next(((at, size) for at, size in sizes if size is not None and at >= size > 0), None)
    if beyond is not None and len(index) == len(shape):
        at, size = beyond
        needs = Requirement(values=IndicesBelow(shape))
        sentence = say("watch.beyond", pin=watched.text, index=at, last=size - 1, shape=shape)
        return _bad(watched, sentence, needs, _index(watched), hint)
    single = say("needs.single-element", shape=shape)
    sentence = say("watch.no-single-element", pin=watched.text, shape=shape)
    return _bad(watched, sentence, single, _index(watched), hint)


def _name_one(key: str, shape: Shape) -> Sentence | None:
    return say("hint.name-one", element=key + "[0]" * len(shape)) if 0 not in shape else None


def _index(watched: Watched) -> Actual | Sentence:
    return _written(watched.index) if watched.index else say("actual.no-index")


def _written(index: tuple[int, ...]) -> Actual:
    return Actual(value="".join(f"[{at}]" for at in index))


def _bad(
    watched: Watched,
    sentence: Sentence,
    needs: Requirement | Sentence,
    actual: Actual | Sentence,
    hint: Sentence | None = None,
) -> Problem:
    block, _, pin = watched.key.partition(".")
    if watched.condition is not None:
        sentence = say("condition.needs-number", condition=watched.condition, why=sentence)
    return error("bad-watch", sentence, block, pin, requirement=needs, actual=actual, hint=hint)
