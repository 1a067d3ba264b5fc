"""Plans what is read after every step: resolves watched pins, the page's condition and its monitors to results."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from msgspec.structs import replace

from app.document.model.address import Address
from app.document.model.conditions import parse_condition, parse_element
from app.document.model.problems import Problem, error, warning
from app.document.model.sentence import Unreadable, say
from app.engine.compiler.errors import FetchError, WatchError
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Monitored, Until, Watched
from app.engine.compiler.sessions import key_of
from blocks.requirement import Actual


def read_after_steps(
    low: Lowering, watch: Sequence[str]
) -> tuple[tuple[Watched, ...], Until | None, tuple[Monitored, ...], list[Problem]]:
    """Return the watched elements, the condition, what monitors show, and what is wrong with these two.

    Raises FetchError where ``watch`` names what the page does not have.
    """
    watched = []
    for text in watch:
        try:
            watched.append(_watched(low, parse_element(text), text.strip()))
        except (Unreadable, FetchError) as fault:
            raise WatchError(fault.sentence) from fault
    until, problems = _until(low)
    monitored, missing = _monitored(low)
    return tuple(watched), until, monitored, [*problems, *missing]


def _until(low: Lowering) -> tuple[Until | None, list[Problem]]:
    ending = low.page.run.until
    if ending is None:
        return None, []
    try:
        condition = parse_condition(ending)
        watched = _watched(low, condition.element, str(condition.element))
        until = Until(replace(watched, condition=ending), condition)
    except FetchError as fault:
        sentence = say("condition.unwatchable", condition=ending, why=fault.sentence)
        needs, there = say("needs.condition"), Actual(name=ending)
        element = condition.element
        block, pin = (element.place, element.pin) if element.place in low.symbols else (None, None)
        return None, [error("bad-condition", sentence, block, pin, requirement=needs, actual=there)]
    except ValueError:
        return None, []  # the check of the page has said it
    return until, []


def _monitored(low: Lowering) -> tuple[tuple[Monitored, ...], list[Problem]]:
    """Return the parts of tensors that monitors show, and a warning for each element that a list does not have."""
    shown, problems = [], []
    for monitor in low.page.monitors.values():
        for text in monitor.pins:
            if "[" not in text:
                continue
            with contextlib.suppress(ValueError):  # what names nothing, the check of the page has said
                element = parse_element(text)
                key = key_of(low, f"{element.place}.{element.pin}")
                found = _beyond_list(low, element, key)
                if found is not None:
                    problems.append(_no_element(monitor.id, text, element, *found))
                    continue
                end, index = low.outs.get((element.place, key.rpartition(".")[2])), element.index
                if end is not None and end.is_list:
                    key, index = f"{key}[{index[0]}]", index[1:]
                if index and end is not None and not end.has_rounds:
                    shown.append(Monitored(monitor.id, text, key, index))
    return tuple(shown), problems


def _no_element(monitor: str, text: str, element: Address, key: str, count: int) -> Problem:
    sentence = say("monitor.no-element", monitor=monitor, pin=text, output=key, count=count)
    hint = say("hint.name-element", element=f"{key}[0]") if count else None
    needs, there = say("needs.place-in-list", count=count), Actual(value=f"[{element.index[0]}]")
    pin = key.rpartition(".")[2]
    return warning(
        "unknown-pin", sentence, element.place, pin, (text,), requirement=needs, actual=there, hint=hint
    )


def _beyond_list(low: Lowering, element: Address, key: str) -> tuple[str, int] | None:
    """Return the output and its length where an address names an element that a list does not have."""
    end = low.outs.get((element.place, key.rpartition(".")[2]))
    if end is None or not end.is_list or end.has_rounds or not element.index:
        return None
    return None if element.index[0] < len(end.refs) else (key, len(end.refs))


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
    beyond = _beyond_list(low, element, key)
    if beyond is not None:
        raise FetchError(say("fetch.beyond-list", pin=text, count=beyond[1]))
    end = low.outs.get((element.place, key.rpartition(".")[2]))
    return Watched(text, key, element.index, end is not None and end.has_rounds)
