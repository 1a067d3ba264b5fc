"""Lets a window read the files that its document names beside it, and asks about those that are not its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from app.document.model.diagram import ArrayRef
from app.document.model.page_symbol import page_symbol
from app.document.model.stored_values import npz_of
from app.document.resources.companion_files import Companions
from app.document.resources.libraries import SHIPPED
from app.document.storage.digests import sha256
from app.editor.analysis.latest_task import LatestTask, Turn
from app.editor.runs.consents import Consents
from app.editor.runs.files_beside import FilesBeside, sources_of
from app.editor.widgets.consent_dialog import ConsentDialog, Row, about_files
from app.editor.widgets.style_rules import discard
from app.engine.analysis.asks import Ask

if TYPE_CHECKING:
    from app.document.editing.document import Document
    from app.document.model.diagram import Page, Project
    from app.document.model.problems import Problem
    from app.editor.context import EditorContext
    from app.editor.controllers.consent import ConsentController

_MOST_ASKED = 500  # files of one question; of the others it is asked when these have an answer


class _Question(NamedTuple):
    project: str
    companions: Companions
    uses: dict[str, list[str]]  # by the name of the file, who names it
    consents: Consents


class _Found(msgspec.Struct, frozen=True):
    """``allowed``: paths that have been allowed before. ``beside`` and ``elsewhere``: what has no answer yet."""

    allowed: tuple[str, ...] = ()
    beside: tuple[Ask, ...] = ()
    elsewhere: tuple[Ask, ...] = ()
    users: dict[str, list[str]] = {}  # by path


class CompanionController(QObject):
    """Knows which files beside the document may be read, for all threads of the window (``PagePlans.files``)."""

    known = Signal()  # what may be read is known, of a document opened or saved, or has changed since
    changed = Signal()  # more may be read than before

    def __init__(self, context: EditorContext, consent: ConsentController) -> None:
        """Begin with no document; ``consent`` remembers the answers."""
        super().__init__(context)
        self._context, self._consent = context, consent
        self._task: LatestTask[_Question, _Found] = LatestTask("companions", _look, self._deliver, self)

    def follow_document(self) -> None:
        """Let nothing be read but what is the document's own."""
        self._task.drop()
        document = self._context.document
        if document is not None:
            self._context.runner.plans.files = _own_files(document)

    def look(self) -> None:
        """Find out, beside the window, what of the files that the document names has been allowed; ask about others."""
        question = self._question()
        if question is None or not question.uses:
            self.known.emit()
        else:
            self._task.ask(lambda: question, 0)

    def follow_save(self) -> None:
        """Look again: the document may have a place of its own now, or another one."""
        document, plans = self._context.document, self._context.runner.plans
        if document is not None:
            plans.files = msgspec.structs.replace(_own_files(document), allowed=plans.files.allowed)
        self.look()

    def allow_made(self, paths: Any) -> None:
        """Allow what the program itself has written beside the project, as the user asked for it.

        ``paths`` are the files.
        """
        made = {str(path.resolve()) for path in paths}
        question = self._question()
        if question is not None and made:
            found = _found(question)
            asks = [ask for ask in (*found.beside, *found.elsewhere) if ask.where in made]
            self._allow(asks, for_ever=True)

    def close(self) -> None:
        """Look no further, for good."""
        self._task.close()

    # --- questions
    def may_allow(self, problem: Problem) -> bool:
        """Return whether a problem of the page shown is that a file beside the project was not read."""
        page = self._context.page
        name = getattr(problem.actual, "name", None)
        is_read = problem.code in ("refused-read", "bad-snapshot")
        if not is_read or page is None:
            return False
        return name in _names_of(page, problem.block) or self._is_of_library(name)

    def _is_of_library(self, name: str | None) -> bool:
        """Return whether a name is the symbol of a page of a library whose file may not be read."""
        document, named = self._context.document, page_symbol(name or "")
        place = document.project.libraries.get(named.library or "") if document and named else None
        if document is None or place is None:
            return False
        return self._context.runner.plans.files.at(document.folder).asked_for(place) is not None

    def allow(self) -> bool:
        """Ask about all files that were not read; return whether they may be now."""
        question = self._question()
        found = _found(question) if question is not None else _Found()
        return self._ask(found, (*found.beside, *found.elsewhere))

    def may_read(self, npz: str | None) -> bool:
        """Return whether a file may be read, after a question where it takes one."""
        document = self._context.document
        if document is None or npz is None:
            return True
        files = self._context.runner.plans.files.at(document.folder)
        return files.asked_for(npz) is None or self.allow()

    def ask(self, folder: str, rows: Sequence[Row], can_remember: bool) -> str:
        """Ask the user and wait: "once", "always" or "no". Tests answer in its place."""
        dialog = ConsentDialog(about_files(folder), rows, can_remember, self._context.dialog_parent)
        dialog.exec()
        discard(dialog)
        return dialog.answer

    def _ask(self, found: _Found, asks: Sequence[Ask]) -> bool:
        document, asks = self._context.document, asks[:_MOST_ASKED]
        if document is None or not asks:
            return False
        rows = [Row("reads", ask.where, ", ".join(found.users[ask.where])) for ask in asks]
        answer = self.ask(str(document.folder), rows, document.path is not None)
        if answer != "no":
            self._allow(asks, for_ever=answer == "always")
        return answer != "no"

    def _allow(self, asks: Sequence[Ask], for_ever: bool) -> None:
        if asks:
            self._consent.consents.allow(self._consent.project_name(), asks, for_ever)
            self._read_also(ask.grant for ask in asks)

    # --- what has been found
    def _question(self) -> _Question | None:
        document = self._context.document
        if document is None:
            return None
        companions = self._context.runner.plans.files.at(document.folder)
        uses = _uses(document.project)
        return _Question(self._consent.project_name(), companions, uses, self._consent.consents)

    def _deliver(self, found: _Found) -> None:
        if found.allowed:
            self._read_also(found.allowed)
        else:
            self.known.emit()
        if found.beside:  # the window is shown first
            QTimer.singleShot(0, self, lambda: self._ask(found, found.beside))

    def _read_also(self, paths: Iterable[str]) -> None:
        plans = self._context.runner.plans
        allowed = tuple(dict.fromkeys((*plans.files.allowed, *paths)))
        plans.files = msgspec.structs.replace(plans.files, allowed=allowed)
        self.changed.emit()
        self.known.emit()


def _own_files(document: Document) -> FilesBeside:
    """Return what belongs to a document."""
    if document.path is not None or document.imported:
        return FilesBeside()
    return FilesBeside(is_saved=False, sources=tuple(map(str, sources_of(document))))


def _look(question: _Question, turn: Turn[_Found]) -> None:
    turn.report(_found(question))


def _found(question: _Question) -> _Found:
    """Return what of the files that a project names has been allowed, and what has to be."""
    users: dict[str, list[str]] = {}
    is_beside: dict[str, bool] = {}
    for name, who in question.uses.items():
        asked = question.companions.asked_for(name)
        if asked is not None:
            users.setdefault(asked.path, []).extend(who)
            is_beside[asked.path] = is_beside.get(asked.path, False) or asked.is_beside
    asks = [_ask(path, who) for path, who in users.items()]
    known = question.consents.known(question.project, asks)
    keys = {ask.key for ask in known}
    left = [ask for ask in asks if ask.key not in keys]
    beside = tuple(ask for ask in left if is_beside[ask.where])
    elsewhere = tuple(ask for ask in left if not is_beside[ask.where])
    return _Found(tuple(ask.grant for ask in known), beside, elsewhere, users)


def _ask(path: str, users: Iterable[str]) -> Ask:
    """Return what stands for reading one file; who else names it asks again."""
    digest = sha256(msgspec.json.encode(["read", path, sorted(users)])).hexdigest()
    return Ask("read", path, path, "", "", digest)


def _uses(project: Project) -> dict[str, list[str]]:
    """Return who names each file: libraries, blocks with their pins, and the pages of snapshots and results."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for alias, place in project.libraries.items():
        if not place.startswith(SHIPPED):
            found[place].append(f"library {alias}")
    for page in project.pages:
        before = f"{page.name}: " if len(project.pages) > 1 else ""
        for name, who in _uses_of(page):
            found[name].append(before + who)
    return {name: list(dict.fromkeys(who)) for name, who in found.items()}


def _uses_of(page: Page) -> Iterator[tuple[str, str]]:
    for block in page.blocks.values():
        for pin, text in block.pins.items():
            if isinstance(text, ArrayRef):
                yield text.npz, f"{block.id}.{pin}"
    for known in page.snapshots.values():
        if (npz := npz_of(known)) is not None:
            yield npz, "snapshot"
    if (npz := npz_of(page.results)) is not None:
        yield npz, "results"


def _names_of(page: Page, block: str | None) -> set[str]:
    """Return the files that a block of a page names, of no block the page's results."""
    if block is None:
        return {npz} if (npz := npz_of(page.results)) is not None else set()
    known = page.blocks.get(block)
    texts = known.pins.values() if known is not None else ()
    return {text.npz for text in texts if isinstance(text, ArrayRef)}
