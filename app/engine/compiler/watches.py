"""Plans what is read after every step: resolves watched pins and the page's condition to result keys."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from app.document.model.address import Address
from app.document.model.conditions import parse_condition, parse_element
from app.document.model.problems import Problem, error
from app.document.model.sentence import Unreadable, say
from app.engine.compiler.errors import FetchError, WatchError
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Until, Watched
from app.engine.compiler.sessions import key_of
from blocks.requirement import Actual


def read_after_steps(
    low: Lowering, watch: Sequence[str]
) -> tuple[tuple[Watched, ...], Until | None, list[Problem]]:
    """Return the watched elements, the condition, and what is wrong with the condition.

    Raises FetchError where ``watch`` names what the page does not have.
    """
    watched = []
    for text in watch:
        try:
            watched.append(_watched(low, parse_element(text), text.strip()))
        except (Unreadable, FetchError) as fault:
            raise WatchError(fault.sentence) from fault
    ending = low.page.run.until
    if ending is None:
        return tuple(watched), None, []
    try:
        condition = parse_condition(ending)
        until = Until(_watched(low, condition.element, str(condition.element)), condition)
    except FetchError as fault:
        sentence = say("condition.unwatchable", condition=ending, why=fault.sentence)
        return (
            tuple(watched),
            None,
            [
                error(
                    "bad-condition", sentence, requirement=say("needs.condition"), actual=Actual(name=ending)
                )
            ],
        )
    except ValueError:
        return tuple(watched), None, []  # the check of the page has said it
    return tuple(watched), until, []


def guarded(low: Lowering) -> bool | tuple[str, ...]:
    """Return the result keys that the page's NaN guard looks at; pins that do not exist are the check's business."""
    guard = low.page.run.guard
    if isinstance(guard, bool):
        return guard
    keys = []
    for text in guard:
        with contextlib.suppress(FetchError):
            keys.append(key_of(low, text.strip()))
    return tuple(keys)


def _watched(low: Lowering, element: Address, text: str) -> Watched:
    key = key_of(low, f"{element.place}.{element.pin}")
    end = low.outs.get((element.place, key.rpartition(".")[2]))
    return Watched(text, key, element.index, end is not None and end.has_rounds)
