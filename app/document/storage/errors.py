"""FileProblem: why a file cannot be read or written, with its place."""

from __future__ import annotations

from app.document.model.problems import Problem, error


class FileProblem(Exception):
    """A file cannot be read or written.

    ``file`` is the name as the user gave it; ``line`` and ``column`` count from 1 (None: they do not apply);
    ``where`` is a JSON path (``pages[0].blocks[3].at``) or "". ``str()`` is one line for a person.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        line: int | None = None,
        column: int | None = None,
        where: str = "",
        hint: str | None = None,
    ) -> None:
        """Take the message and its place."""
        place = file
        if line is not None:
            place += f":{line}:{column}" if place else f"line {line}, column {column}"
        text = ": ".join(p for p in (place, where, message) if p)
        super().__init__(text + (f" ({hint})" if hint else ""))
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.where = where
        self.hint = hint

    @property
    def problem(self) -> Problem:
        """Return the fault as a Problem of code ``bad-file``; its message holds the place inside the file."""
        place = f"line {self.line}, column {self.column}" if self.line is not None else self.where
        return error("bad-file", f"{place}: {self.message}" if place else self.message, hint=self.hint)
