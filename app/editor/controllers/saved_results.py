"""Shows the results that a project or an imported page holds from an earlier run, once a thread has read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from app.document.model.problems import Problem, warning
from app.document.model.sentence import say
from app.document.model.stored_values import npz_of, under_present_ids
from app.document.resources.companion_files import CompanionFault, Companions, is_refusal
from app.editor.analysis.latest_task import LatestTask, Turn
from app.messages import message_of
from blocks.requirement import Actual

if TYPE_CHECKING:
    from app.document.model.diagram import Page
    from app.editor.context import EditorContext
    from app.engine.values.results import Value


class _Asked(NamedTuple):
    """The results of one page, as its file names them, and the blocks whose values can be shown."""

    page: Page  # for the window's thread only
    npz: str
    entry: Any
    blocks: frozenset[str]
    companions: Companions


_Answer = tuple["Page", "Mapping[str, Value] | Problem"]


class SavedResults(QObject):
    """Reads what the pages of the document hold. The window waits for nothing: a file may be large, slow or broken."""

    shown = Signal(str)  # page
    problem_found = Signal(str)  # page; also where there is none any more

    def __init__(self, context: EditorContext) -> None:
        """Begin with nothing to read."""
        super().__init__(context)
        self._context = context
        self._reported: dict[str, Problem] = {}  # by page, of this document
        self._task: LatestTask[list[_Asked], _Answer] = LatestTask("results", _read_all, self._deliver, self)

    def read(self) -> None:
        """Read the results of all pages of the document, one after the other."""
        document = self._context.document
        if document is None:
            return
        companions = self._context.runner.plans.files.at(document.folder)
        asked = [
            _Asked(page, npz, page.results, frozenset(page.blocks), companions)
            for page in document.project.pages
            if (npz := npz_of(page.results)) is not None
        ]
        if asked:
            self._task.ask(lambda: asked, 0)

    def forget(self) -> None:
        """Read no further: another document comes."""
        self._task.drop()
        self._reported.clear()

    def close(self) -> None:
        """Read no further, for good."""
        self._task.close()

    def _deliver(self, answer: _Answer) -> None:
        page, found = answer
        document = self._context.document
        if document is None or not any(page is known for known in document.project.pages):
            return
        known = document.load_problems.setdefault(page.name, [])
        before = self._reported.pop(page.name, None)
        if before in known:  # read again, once they were allowed
            known.remove(before)
        if isinstance(found, Problem):
            known.append(found)
            self._reported[page.name] = found
            self._context.log(f"{page.name}: {message_of(found)}", found.severity)
        if before is not None or isinstance(found, Problem):
            self.problem_found.emit(page.name)
        if (
            not isinstance(found, Problem) and not self._context.results.page(page.name).values
        ):  # else a run was faster
            self._context.results.put_saved(page.name, dict(found))
            self.shown.emit(page.name)


def _read_all(asked: list[_Asked], turn: Turn[_Answer]) -> None:
    for one in asked:
        if turn.is_over:
            return
        turn.report((one.page, _read(one)))


def _read(asked: _Asked) -> Mapping[str, Value] | Problem:
    """Return the values of the page's own blocks, or the problem that says why there are none."""
    from app.engine.values.saved import read_results  # late: it needs NumPy, which most projects do not
    from app.engine.values.snapshots import SnapshotError

    try:
        path = asked.companions.path(asked.npz)
        values = under_present_ids(asked.entry, read_results(path))
    except (CompanionFault, SnapshotError) as fault:
        refused = Actual(name=asked.npz) if is_refusal(fault.sentence) else None
        return warning("bad-snapshot", say("results.not-shown", why=fault.sentence), actual=refused)
    return {key: value for key, value in values.items() if key.partition(".")[0] in asked.blocks}
