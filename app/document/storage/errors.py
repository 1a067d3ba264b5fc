"""FileProblem: why a file cannot be read or written, with its place."""

from __future__ import annotations

from app.document.model.problems import Problem, error
from app.document.model.sentence import Explained, Sentence, say


class FileProblem(Explained):
    """A file cannot be read or written.

    ``reason`` says why, without the place. ``file`` is the name as the user gave it; ``line`` and ``column`` count
    from 1 (None: they do not apply); ``where`` is a JSON path (``pages[0].blocks[3].at``) or "".
    """

    def __init__(
        self,
        reason: Sentence,
        *,
        file: str = "",
        line: int | None = None,
        column: int | None = None,
        where: str = "",
        hint: Sentence | None = None,
        code: str = "bad-file",
    ) -> None:
        """Take the reason and its place."""
        place: Sentence | str = file
        if line is not None:
            place = f"{file}:{line}:{column}" if file else say("file.line", line=line, column=column)
        places = tuple(p for p in (place, where) if p)
        advice = say("file.hint", hint=hint) if hint is not None else None
        super().__init__(say("file.fault", places=places, reason=reason, hint=advice))
        self.reason = reason
        self.file = file
        self.line = line
        self.column = column
        self.where = where
        self.hint = hint
        self.code = code

    @property
    def problem(self) -> Problem:
        """Return the fault as a Problem; its sentence holds the place inside the file."""
        place: Sentence | str = self.where
        if self.line is not None:
            place = say("file.line", line=self.line, column=self.column)
        sentence = say("file.fault", places=(place,), reason=self.reason, hint=None) if place else self.reason
        return error(self.code, sentence, hint=self.hint)


class ChangedMeanwhile(FileProblem):
    """The file is no longer what was read or written here: to write it would lose what another program did."""
