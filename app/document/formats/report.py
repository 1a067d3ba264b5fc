"""What a conversion did, collected by block: what was read, repaired, replaced, kept aside and is missing."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.document.model.problems import Problem, error, info, warning
from app.document.model.sentence import Sentence, say

_REPORTED = ("repaired", "replaced", "kept")
Kind = Literal["read", "repaired", "replaced", "kept", "missing"]
PAGE = "page:"  # owns what is no block's; no id holds a colon


@dataclass
class Report:
    """The lines of a page's report, and the problems of what could not be carried over."""

    problems: list[Problem] = field(default_factory=list)
    _lines: dict[str, list[Sentence]] = field(default_factory=dict)  # by block; "" = the page
    _notes: list[tuple[Kind, str, Sentence]] = field(default_factory=list)  # what was done, owner, sentence

    def add(self, kind: Kind, owner: str, sentence: Sentence, brief: Sentence | None = None) -> None:
        """Say what was done about a block, pin or drawn element; ``brief`` is what a problem says of it."""
        line = say("report.line", owner=_name(owner), kind=_word(kind), what=sentence) if owner else sentence
        self._lines.setdefault(owner, []).append(line)
        if kind in _REPORTED:
            self._notes.append((kind, owner, brief or sentence))

    def warn(self, code: str, sentence: Sentence, block: str | None = None, pin: str | None = None) -> None:
        """Add a warning, also to the report."""
        self.problems.append(warning(code, sentence, block, pin))
        self.add("missing", block or "", at_pin(pin, sentence))

    def fail(self, code: str, sentence: Sentence, block: str | None = None, pin: str | None = None) -> None:
        """Add an error, also to the report."""
        self.problems.append(error(code, sentence, block, pin))
        self.add("missing", block or "", at_pin(pin, sentence))

    def infos(self, blocks: Container[str]) -> list[Problem]:
        """Return what was repaired, replaced and kept as problems of severity info, by block where it is one."""
        return [
            info(
                "imported",
                say("report.done", kind=_word(kind), what=sentence)
                if owner in blocks or not owner
                else say("report.line", owner=_name(owner), kind=_word(kind), what=sentence),
                owner if owner in blocks else None,
            )
            for kind, owner, sentence in self._notes
        ]

    def lines(self, head: Sequence[Sentence]) -> list[Sentence]:
        """Return the report: the head, what concerns the page, then block by block."""
        page = self._lines.get("", [])
        return [*head, *page, *(line for owner, lines in self._lines.items() if owner for line in lines)]


def at_pin(pin: str | None, sentence: Sentence) -> Sentence:
    """Return what is said of a pin of a block, with its name before it."""
    return say("report.at-pin", pin=pin, what=sentence) if pin else sentence


def _name(owner: str) -> Sentence | str:
    return say("report.page") if owner == PAGE else owner


def _word(kind: Kind) -> Sentence:
    return Sentence(f"report.{kind}")
