"""The texts in which a page's run settings are shown and typed: steps, condition, pace, guard."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.document.model.address import Address
from app.document.model.conditions import parse_condition, parse_element
from app.document.model.diagram import Page
from app.document.model.limits import MOST_STEPS
from app.messages import error_text
from blocks.symbol import Symbol

UNTIL_STOPPED = "until stopped"
FULL_SPEED = "full speed"
STEP_CHOICES = ("1", "10", "100", "1000", "10000", UNTIL_STOPPED)
PACES = (None, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)  # seconds a step
_TIME = re.compile(r"(?:one step per\s+)?([0-9]*\.?[0-9]+)\s*(ms|s)?(?:\s*a step)?\Z", re.IGNORECASE)

SymbolOf = Callable[[str], Symbol | None]


def steps_text(steps: int | None) -> str:
    """Return what ``read_steps`` reads."""
    return UNTIL_STOPPED if steps is None else str(steps)


def read_steps(text: str) -> int | None:
    """Read a number of steps, or ``until stopped`` (None); raises ValueError with a sentence for the user."""
    plain = text.strip().lower().replace(",", "").replace("_", "")
    if plain == UNTIL_STOPPED:
        return None
    if not plain.isdecimal() or len(plain) > 19 or not 1 <= int(plain) <= MOST_STEPS:
        raise ValueError(f'Steps must be a whole number from 1, or "{UNTIL_STOPPED}"; {text!r} is not used.')
    return int(plain)


def pace_text(seconds: float | None) -> str:
    """Return what ``read_pace`` reads: ``full speed``, ``100 ms`` or ``2 s``."""
    return FULL_SPEED if seconds is None else time_text(seconds)


def time_text(seconds: float) -> str:
    """Return a time with its unit."""
    return f"{seconds * 1000:g} ms" if seconds < 1 else f"{seconds:g} s"


def read_pace(text: str) -> float | None:
    """Read a time per step; raises ValueError with a sentence for the user."""
    if text.strip().lower() in ("", FULL_SPEED):
        return None
    seconds = read_time(text, "The pace", "ms")
    return seconds or None


def read_time(text: str, what: str, unit: str) -> float:
    """Return seconds; a bare number is in ``unit``. Raises ValueError with a sentence for the user."""
    found = _TIME.match(text.strip())
    if not found:
        raise ValueError(f"{what} must be a time, such as 100 ms or 2 s; {text!r} is not used.")
    seconds = float(found[1]) * (1e-3 if (found[2] or unit).lower() == "ms" else 1.0)
    if seconds > 3600:
        raise ValueError(f"{what} can be an hour at most; {text!r} is not used.")
    return seconds


def condition_fault(text: str, page: Page, symbol_of: SymbolOf) -> str:
    """Say why a text is no condition on a pin of the page; nothing where it is one, or empty."""
    if not text.strip():
        return ""
    try:
        return element_fault(parse_condition(text).element, page, symbol_of)
    except ValueError as fault:
        return error_text(fault)


def read_pins(text: str, page: Page, symbol_of: SymbolOf) -> tuple[str, ...]:
    """Read ``block.pin, block.pin``; raises ValueError with a sentence for the user."""
    pins = [part.strip() for part in text.split(",") if part.strip()]
    for pin in pins:
        fault = element_fault(parse_element(pin), page, symbol_of)
        if fault:
            raise ValueError(fault)
    return tuple(dict.fromkeys(pins))


def element_fault(element: Address, page: Page, symbol_of: SymbolOf) -> str:
    """Say why a page has no such output; what lies within uses is left to the check."""
    if element.uses:
        return ""
    block = page.blocks.get(element.block)
    if block is None:
        return f"the page has no block {element.block!r}"
    symbol = symbol_of(block.symbol)
    names = [p.name for p in symbol.outputs] if symbol is not None else [element.pin]
    if element.pin in names or element.pin.removeprefix("result_") in names:
        return ""
    return f"{element.block} has no output {element.pin!r}; it has {', '.join(names) or 'none'}"


def output_pins(page: Page, symbol_of: SymbolOf) -> Sequence[str]:
    """Return ``block.pin`` of every tensor output, for completion."""
    found = []
    for block in page.blocks.values():
        symbol = symbol_of(block.symbol)
        pins = symbol.outputs if symbol is not None else ()
        found += [f"{block.id}.{p.name}" for p in pins if p.kind in ("tensor", "list(tensor)")]
    return found
