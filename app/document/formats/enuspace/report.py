"""What a conversion did, collected by block: what was read, repaired, replaced, kept aside and is missing."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.document.model.problems import Problem, error, info, warning
from app.messages import sentence_text

_NOTED = ("repaired", "replaced", "kept")
Kind = Literal["read", "repaired", "replaced", "kept", "missing"]


@dataclass
class Report:
    """The lines of a page's report, and the problems of what could not be carried over."""

    problems: list[Problem] = field(default_factory=list)
    _lines: dict[str, list[str]] = field(default_factory=dict)  # by block; "" = the page
    _notes: list[tuple[Kind, str, str]] = field(default_factory=list)  # what was done, owner, message

    def add(self, kind: Kind, owner: str, message: str) -> None:
        """Say what was done about a block, pin or drawn element."""
        self._lines.setdefault(owner, []).append(f"{owner}: {kind}: {message}" if owner else message)
        if kind in _NOTED:
            self._notes.append((kind, owner, message))

    def warn(self, code: str, message: str, block: str | None = None, pin: str | None = None) -> None:
        """Add a warning, also to the report."""
        self.problems.append(warning(code, message, block, pin))
        self.add("missing", block or "", _at(pin, message))

    def fail(self, code: str, message: Any, block: str | None = None, pin: str | None = None) -> None:
        """Add an error, also to the report."""
        self.problems.append(error(code, message, block, pin))
        message = message if isinstance(message, str) else sentence_text(message)
        self.add("missing", block or "", _at(pin, message))

    def infos(self, blocks: Container[str]) -> list[Problem]:
        """Return what was repaired, replaced and kept as problems of severity info, by block where it is one."""
        return [
            info(
                "imported",
                ("" if owner in blocks or not owner else f"{owner}: ") + f"{kind}: {_first(message)}",
                owner if owner in blocks else None,
            )
            for kind, owner, message in self._notes
        ]

    def lines(self, head: Sequence[str]) -> list[str]:
        """Return the report: the head, what concerns the page, then block by block."""
        page = self._lines.get("", [])
        return [*head, *page, *(line for owner, lines in self._lines.items() if owner for line in lines)]


def _first(message: str) -> str:
    """Return the first line; the project's report holds the others, as a script's."""
    first, *more = message.split("\n")
    return f"{first} {len(more)} lines are kept in the page's report" if more else first


def _at(pin: str | None, message: str) -> str:
    return f"{pin}: {message}" if pin else message
