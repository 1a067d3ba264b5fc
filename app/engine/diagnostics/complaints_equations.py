"""Messages about the equations of Einsum, each with what is at fault."""

from __future__ import annotations

from typing import NamedTuple

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.complaint import Match, Site, complaint
from app.engine.diagnostics.complaint_parts import NUMBER, is_count
from blocks.requirement import exactly
from blocks.tensor_spec import Shape


class _Clash(NamedTuple):
    """A letter that stands for two sizes: where it was met first, and where with another size."""

    letter: str
    size: int
    first: int
    second: int
    dimension: int  # of the second


def _clash(site: Site) -> _Clash | None:
    """Return the first letter of the equation that stands for two sizes; None where it has none without dots."""
    equation = site.attrs.get("equation", "")
    equation = equation.decode() if isinstance(equation, bytes) else str(equation)
    sizes: dict[str, tuple[int, int]] = {}  # size and operand by letter
    for place, letters in enumerate(equation.partition("->")[0].split(",")):
        shape: Shape | None = site.shape(f"inputs[{place}]") if "." not in letters else None
        for dimension, (letter, size) in enumerate(zip(letters.strip(), shape or (), strict=False)):
            known, first = sizes.setdefault(letter, (size, place)) if size is not None else (None, place)
            if known not in (None, size):
                return _Clash(letter, known, first, place, dimension)
    return None


def _names(m: Match, site: Site) -> str:
    clash = _clash(site)
    return "inputs equation" if clash is None else f"inputs[{clash.second}] equation inputs[{clash.first}]"


def _needs(m: Match, site: Site) -> Sentence:
    clash = _clash(site)
    if clash is None:
        return say("needs.in-place-of", size=int(m[1]), old=int(m[2]))
    return say("needs.size-of-letter", size=clash.size, dimension=clash.dimension, letter=clash.letter)


EQUATION_COMPLAINTS = (
    complaint(
        rf"Dimensions must be equal, but are {NUMBER} and {NUMBER}",
        _names,
        _needs,
        ops="Einsum",
        hint=lambda m, site: say("hint.letter-is-one-size") if _clash(site) is not None else None,
    ),
    complaint(r"Expecting exactly one '->' in einsum equation", "equation", say("needs.one-arrow")),
    complaint(
        rf"Expected {NUMBER} inputs for equation \S+ but got: {NUMBER}",
        "inputs equation",
        lambda m, site: exactly(int(m[1])),
        is_count(2),
    ),
    complaint(
        r"has label '(\w)' which is not present in the input subscripts",
        "equation",
        lambda m, site: say("needs.letters-left", letter=m[1]),
    ),
)
