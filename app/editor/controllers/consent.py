"""Asks once what a run may touch beyond its project's folder, remembers the answer, and lets it be taken back."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.document.resources.ground import Ground
from app.document.resources.refusals import refusal
from app.document.resources.search_path import user_folders
from app.editor.runs.consents import Answer, Consents, Permits
from app.editor.runs.files_beside import sources_of
from app.editor.widgets.consent_dialog import ALLOW, AllowedDialog, ConsentDialog, Row, about_run
from app.editor.widgets.style_rules import discard

if TYPE_CHECKING:
    from app.document.editing.document import Document
    from app.document.model.problems import Problem
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext
    from app.editor.runs.state import RunEnd
    from app.engine.analysis.asks import Ask
    from app.engine.ipc.walls import WallsHeld

_WHAT = {
    "read": "reads", "write": "writes", "net": "uses the network", "python": "runs Python",
    "all": "may do anything",
}  # fmt: skip


class ConsentController(QObject):
    """Gives the runner what the project may touch, and asks where a run would need more."""

    refused = Signal(str)  # page: its problems have the refusals now

    def __init__(self, context: EditorContext) -> None:
        """Begin with no document."""
        super().__init__(context)
        self._context = context
        self.consents = Consents()
        self._project = ""
        self._asked: dict[str, list[Ask]] = {}  # by page, what its last run was not allowed
        self._again: dict[str, Callable[[], None]] = {}  # by page, how its last run was begun
        context.runner.ended.connect(self._on_ended)

    def actions(self) -> Handlers:
        """Return what each action about consent calls."""
        return {"file.allowed": self.show_allowed}

    # --- before a run
    def forget(self) -> None:
        """Drop what was allowed for this time: another document comes."""
        for project in (self._project, self.project_name()):
            self.consents.forget_once(project)
        self._project = ""
        self._asked.clear()
        self._again.clear()

    def begin(self, page: str, again: Callable[[], None]) -> None:
        """Let the runner know what the project may touch; ``again`` begins the run anew, once more is allowed."""
        document = self._context.document
        if document is None:
            return
        self._project = self.project_name()
        self._context.runner.permits = self.permits(document)
        self._asked.pop(page, None)
        self._again[page] = again

    def permits(self, document: Document) -> Permits:
        """Return what the project may touch, for a run that asks nothing."""
        return Permits(self.project_name(), _ground_of(document), self.consents)

    def project_name(self) -> str:
        """Return the name that answers are remembered under: the file's, or for this time any."""
        document = self._context.document
        if document is None or document.path is None:
            return "" if document is None else f"unsaved:{id(document)}"
        return os.path.realpath(document.path)

    # --- after one
    def _on_ended(self, page: str, end: RunEnd) -> None:
        if not end.asks:
            return
        self._asked[page] = list(end.asks)
        if end.why == "asks":  # the run's own end is shown first
            QTimer.singleShot(0, self, lambda: self._ask(page))

    def _ask(self, page: str) -> None:
        if page in self._asked and not self.allow(page):
            self._refuse(page)

    def may_allow(self, problem: Problem) -> bool:
        """Return whether a problem is a refusal that the user can lift."""
        page = self._context.page_name or ""
        return any(_is_of(ask, problem) for ask in self._asked.get(page, ()))

    def allow_problem(self, problem: Problem) -> None:
        """Ask about a refusal of the page shown, and run again if it is lifted."""
        page = self._context.page_name or ""
        if self.may_allow(problem):
            self.allow(page)

    def head_menu(self, menu: QMenu, kind: str, block: str) -> None:
        """Put the question about a block's refusals at the head of its menu."""
        page = self._context.page_name or ""
        if (
            kind == "block"
            and not menu.isEmpty()
            and any(a.block == block for a in self._asked.get(page, ()))
        ):
            action = QAction(ALLOW, menu)
            action.triggered.connect(lambda: self.allow(page))
            menu.insertAction(menu.actions()[0], action)

    def allow(self, page: str) -> bool:
        """Ask about what the page's last run was not allowed; run it again if the user allows it."""
        document, asks = self._context.document, self._asked.get(page, [])
        if document is None or not asks:
            return False
        answer = self.ask(str(document.folder), asks, document.path is not None)
        if answer == "no":
            return False
        self.consents.allow(self._project, asks, for_ever=answer == "always")
        words = (f"{row.what} {row.where}".strip() for row in _rows(asks))
        self._context.log(f"{page}: allowed: it {'; '.join(words)}")
        del self._asked[page]
        self._again[page]()
        return True

    def ask(self, folder: str, asks: Sequence[Ask], can_remember: bool) -> str:
        """Ask the user and wait: "once", "always" or "no". Tests answer in its place."""
        dialog = ConsentDialog(about_run(folder), _rows(asks), can_remember, self._context.dialog_parent)
        dialog.exec()
        discard(dialog)
        return dialog.answer

    def _refuse(self, page: str) -> None:
        """Put the refusals among the page's problems."""
        found = [refusal(a.block, a.pin, a.capability, a.where, a.grant) for a in self._asked.get(page, ())]
        self._context.outcomes.problems[page] = found
        self._context.log(f"{page}: not run, as that was not allowed", "warning")
        self.refused.emit(page)

    # --- what has been allowed
    def show_allowed(self) -> None:
        """Show what has been allowed for ever, of this project first, and take back what the user chooses."""
        answers = self._sorted(self.consents.answers())
        rows = [
            Row(_WHAT[a.ask.capability], _named(a.ask), f"{a.project}, {a.day}" if a.day else a.project)
            for a in answers
        ]

        def revoke(chosen: Sequence[int]) -> None:
            self.consents.revoke([answers[row] for row in chosen])
            for row in chosen:
                del answers[row]

        walls = walls_text(self._context.runner.walls_held)
        dialog = AllowedDialog(rows, revoke, walls, self._context.dialog_parent)
        dialog.exec()
        discard(dialog)

    def _sorted(self, answers: Sequence[Answer]) -> list[Answer]:
        here = self.project_name()
        return sorted(answers, key=lambda a: (a.project != here, a.project))


def walls_text(held: WallsHeld | None) -> str:
    """Return what holds a run on this system, wall by wall; None: no run has tried the walls yet."""
    always = "What a run opens is checked by name before it does so."
    if held is None:
        return f"{always} Which walls of the system stand behind that is tried at the first run."
    walls = {"files": held.files, "the network": held.network, "other processes": held.processes}
    there = ", ".join(name for name, holds in walls.items() if holds)
    gone = ", ".join(name for name, holds in walls.items() if not holds)
    text = f"{always} A wall of the system holds it from: {there or 'nothing'}."
    return f"{text} No wall holds it from: {gone}{f' ({held.why})' if held.why else ''}." if gone else text


def _ground_of(document: Document) -> Ground:
    """Return where a document stands: in its folder, an imported one in that of its pages.

    A copy that is not saved yet, as of a sample, reads beside what it was copied from, and writes nothing there.
    """
    if document.path is not None or document.imported:
        return Ground.of(document.folder, user_folders())
    return Ground.of(document.folder, (*user_folders(), *sources_of(document)), is_saved=False)


def _rows(asks: Sequence[Ask]) -> list[Row]:
    """Return a row for each thing that is asked for, with all blocks that ask for it."""
    blocks: dict[tuple[str, str], list[str]] = {}
    for ask in asks:
        who = f"{ask.block}.{ask.pin}" if ask.pin else ask.block or "the page's run settings"
        blocks.setdefault((_WHAT[ask.capability], _named(ask)), []).append(who)
    return [Row(what, where, ", ".join(who)) for (what, where), who in blocks.items()]


def _named(ask: Ask) -> str:
    """Return what an answer allows: of a file that stands for its folder, the folder."""
    if not ask.grant or ask.grant == ask.where:
        return ask.where
    return f"{ask.grant} and below, for {ask.where}"


def _is_of(ask: Ask, problem: Problem) -> bool:
    return problem.code.startswith("refused-") and (ask.block, ask.pin) == (
        problem.block or "",
        problem.pin or "",
    )
