"""The runs of a sweep: every combination of the varied pins' texts, those of equal place, or some at random."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from app.document.model.sentence import Unreadable, say
from app.engine.sweeps.varied import MOST_RUNS, Varied

_MOST_TO_CHOOSE_FROM = 1 << 62
_LAST_SEED = 2**63 - 1


class Case(msgspec.Struct, frozen=True):
    """One run: its number from 1, the text of each varied pin, the page's seed (None: its own)."""

    number: int
    texts: tuple[str, ...]
    seed: int | None = None


class Choice(msgspec.Struct, frozen=True):
    """Which combinations are run.

    all: every one, the last pin's texts change first. zip: the first texts of all pins, then the second ones.
    random: ``count`` different ones among all, in their order; the same ones each time. ``seeds``: each is repeated
    with so many seeds, from ``first_seed`` on; None: once, with the page's own.
    """

    how: Literal["all", "zip", "random"] = "all"
    count: int = 0
    seeds: int | None = None
    first_seed: int = 1


def cases_of(pins: Sequence[Varied], choice: Choice) -> list[Case]:
    """Return the runs of a sweep in the order of their numbers; raises Unreadable."""
    combinations = _chosen(pins, choice)
    seeds: Sequence[int | None] = [None]
    if choice.seeds is not None:
        if choice.first_seed > _LAST_SEED - choice.seeds:
            raise Unreadable(say("sweep.seeds", seed=choice.first_seed, count=choice.seeds))
        seeds = range(choice.first_seed, choice.first_seed + choice.seeds)
    if len(combinations) * len(seeds) > MOST_RUNS:
        raise Unreadable(say("sweep.too-many", most=MOST_RUNS))
    pairs = ((texts, seed) for texts in combinations for seed in seeds)
    return [Case(number, texts, seed) for number, (texts, seed) in enumerate(pairs, 1)]


def _chosen(pins: Sequence[Varied], choice: Choice) -> list[tuple[str, ...]]:
    sizes = [len(pin.texts) for pin in pins]
    if choice.how == "zip":
        if len(set(sizes)) > 1:
            sized = tuple(f"{pin.pin}: {len(pin.texts)}" for pin in pins)
            raise Unreadable(say("sweep.zip", sizes=sized))
        return list(zip(*(pin.texts for pin in pins), strict=True))
    total = math.prod(sizes)
    if choice.how == "random" and choice.count < total:
        if total > _MOST_TO_CHOOSE_FROM:
            raise Unreadable(say("sweep.too-many", most=_MOST_TO_CHOOSE_FROM))
        if choice.count > MOST_RUNS:
            raise Unreadable(say("sweep.too-many", most=MOST_RUNS))
        places = sorted(random.Random(choice.first_seed).sample(range(total), choice.count))
        return [_combination(pins, place) for place in places]
    if total > MOST_RUNS:
        raise Unreadable(say("sweep.too-many", most=MOST_RUNS))
    return [_combination(pins, place) for place in range(total)]


def _combination(pins: Sequence[Varied], place: int) -> tuple[str, ...]:
    """Return the combination of this place among all, in which the last pin changes first."""
    return tuple(reversed(list(_texts_backwards(pins, place))))


def _texts_backwards(pins: Sequence[Varied], place: int) -> Iterator[str]:
    for pin in reversed(pins):
        place, at = divmod(place, len(pin.texts))
        yield pin.texts[at]
