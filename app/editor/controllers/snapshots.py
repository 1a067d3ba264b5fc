"""Snapshots of the page's Variables: store, go back, run from, compare, rename, delete; TensorFlow checkpoints."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QFile, QObject, Signal
from PySide6.QtWidgets import QFileDialog

from app.document.editing.edits import SetSnapshots
from app.document.model.sentence import say
from app.document.model.stored_values import npz_of
from app.editor.runs.state import PRESENT, State
from app.editor.widgets import dialogs
from app.messages import error_text, message_of, text_of

if TYPE_CHECKING:
    from app.document.resources.companion_files import Companions
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext
    from app.editor.controllers.companions import CompanionController
    from app.editor.controllers.file import FileController
    from app.editor.inspector.compare_window import CompareWindow
    from app.engine.values.results import TensorValue

    Values = Mapping[str, TensorValue]

_LOG = logging.getLogger(__name__)
_JOIN = 10.0  # seconds
_CHECKPOINTS = "TensorFlow checkpoints (*.index);;All files (*)"


class SnapshotController(QObject):
    """What the Snapshots dock does. Files are read and written in another thread."""

    stored = Signal(str)  # the name of a new snapshot
    made = Signal(object)  # list[Path]: its file
    run_requested = Signal(State, str)  # to start from, the snapshot's name
    state_changed = Signal(str, str)  # page, what its present state is now
    _done = Signal(object, object)  # what to do in the window's thread, and what was found

    def __init__(
        self, context: EditorContext, files: FileController, companions: CompanionController
    ) -> None:
        """Begin with nothing to do.

        ``files`` saves a project that has no file yet; ``companions`` knows which snapshots may be read.
        """
        super().__init__(context)
        self._context, self._files, self._companions = context, files, companions
        self.comparisons: list[CompareWindow] = []
        self._threads: list[threading.Thread] = []
        self._done.connect(self._on_done)

    def actions(self) -> Handlers:
        """Return what each action about snapshots calls."""
        return {"run.snapshot": self.store}

    def close(self) -> None:
        """Wait for what is being written, and close every comparison."""
        for thread in self._threads:
            thread.join(_JOIN)
        self.close_comparisons()

    def close_comparisons(self) -> None:
        """Close every comparison, as the document goes."""
        for comparison in list(self.comparisons):
            comparison.close()

    def _ask(self, work: Callable[[], object], then: Callable[[Any], object]) -> None:
        """Do ``work`` in another thread, then give what it found to ``then`` in this one."""

        def run() -> None:
            try:
                found = work()
            except Exception as fault:
                _LOG.exception("a snapshot")
                found = fault
            try:
                self._done.emit(then, found)
            except RuntimeError:
                _LOG.debug("a snapshot was read after its window had closed")

        self._threads = [t for t in self._threads if t.is_alive()]
        self._threads.append(threading.Thread(target=run, name="snapshot", daemon=True))
        self._threads[-1].start()

    def _on_done(self, then: Any, found: object) -> None:
        then(found)

    # --- storing
    def store(self, name: str = "") -> None:
        """Store the present state under a name, that of its step unless one is given."""
        page = self._context.page_name
        state = self._context.runner.state_of(page) if page is not None else None
        if state is None or not state.values:
            self._say("There is no state to store yet: run a page that has Variables")
            return
        self.add(dict(state.values), state.step, name or f"step {state.step}")

    def add(self, values: Values, step: int, proposed: str) -> None:
        """Write values beside the project and enter them in the page's list; a new project is saved first.

        The name is the proposed one, with a number where that is taken.
        """
        context, page = self._context, self._context.page
        if not context.editable:
            self._say("This project can only be read, so nothing can be stored with it")
            return
        if page is None or not self._has_file():
            return
        document, page_name = context.document, page.name
        assert document is not None
        assert document.path is not None
        path, project = document.path, document.project
        from app.engine.values.snapshots import SnapshotError, entry, free_file, write_snapshot

        name = free_name(page.snapshots, proposed)
        file = free_file(project, path, name)

        def work() -> object:
            try:
                write_snapshot(path.parent / file, values)
            except OSError as fault:
                why = str(fault.strerror or fault)
                return SnapshotError(say("snapshot.of-file", file=str(fault.filename or file), why=why))
            return None

        def then(fault: Any) -> None:
            if fault is not None:
                self._fail(f"{name} is not stored", error_text(fault))
                return
            now = project.page(page_name)
            if now is not None and context.document is document:
                known = {**now.snapshots, name: entry(file, step, datetime.now())}
                context.apply(SetSnapshots(page_name, known))
                context.log(f"{page_name}: the state of step {step:,} is stored as {name}, in {file}", "good")
                self.made.emit([path.parent / file])
                self.stored.emit(name)

        self._ask(work, then)

    def _has_file(self) -> bool:
        """Return whether there is a folder to write into; ask to save a new project."""
        document = self._context.document
        if document is None or document.path is not None:
            return document is not None
        choices = [dialogs.Choice("save", "Save as…"), dialogs.CANCEL]
        text = "Snapshots lie beside the project, which has no file yet. The state is stored once it has one."
        if self._context.ask("Save the project first?", text, choices) != "save":
            return False
        return self._files.save_as()

    # --- going back
    def go_back(self, name: str) -> None:
        """Make a snapshot the present state: the next step goes on from it."""
        page, document = self._context.page, self._context.document
        if page is None or document is None or self._context.runner.running or not self._may_read(name):
            return
        plans = self._context.runner.plans
        shown, folder = plans.copy(page), document.folder

        def work(values: Values) -> object:
            from app.engine.values.snapshots import fitting

            return fitting(plans.plan(shown, folder), values, name)

        def then(found: Any) -> None:
            values, problems = found
            wrong = any(p.severity == "error" for p in problems)
            for problem in problems:
                self._context.log(text_of(problem, page.name), problem.severity)
            if wrong:
                self._fail(f"{name} does not fit the page", "\n".join(message_of(p) for p in problems))
                return
            step = self.step_of(name) or 0
            self._context.runner.set_state(page.name, values, step)
            self._context.results.mark_old(page.name)
            self.state_changed.emit(page.name, f"at {name}, step {step:,}")
            self._context.log(f"{page.name}: the next step goes on from {name}, step {step:,}", "good")

        self._with_values(name, work, then)

    def run_from(self, name: str) -> None:
        """Run the page with its Variables starting from a snapshot."""
        if self._may_read(name):
            self._with_values(name, lambda values: values, lambda values: self._run_from(name, values))

    def _run_from(self, name: str, values: Values) -> None:
        if not self._context.runner.running:
            self.run_requested.emit(State(values, 0), name)

    # --- looking
    def compare(self, first: str, second: str) -> None:
        """Show how two states differ: snapshots, or the present one."""
        page = self._context.page_name or ""
        if not self._may_read(first, second):
            return

        def work() -> object:
            from app.engine.values.comparison import differences

            found = [self._read(page, name) for name in (first, second)]
            fault = next((f for f in found if isinstance(f, Exception)), None)
            return fault or differences(found[0], found[1])

        def then(found: Any) -> None:
            if isinstance(found, Exception):
                self._fail("The states cannot be compared", str(found))
                return
            from app.editor.inspector.compare_window import CompareWindow

            shown = CompareWindow(first, second, found, self._context.dialog_parent)
            self.comparisons.append(shown)
            shown.closed.connect(lambda window: self.comparisons.remove(window))
            shown.show()

        self._ask(work, then)

    def step_of(self, name: str) -> int | None:
        """Return the step that a snapshot is of, where its entry holds one."""
        page = self._context.page
        known = page.snapshots.get(name) if page is not None else None
        step = known.get("step") if isinstance(known, dict) else None
        return step if isinstance(step, int) else None

    # --- the list
    def rename(self, old: str, new: str) -> bool:
        """Give a snapshot another name, its file keeps its own; return whether it bears the new one now."""
        page, new = self._context.page, new.strip()
        if page is None or not new or new == old or old not in page.snapshots:
            return new == old
        if new in page.snapshots:
            self._say(f"The page already has a snapshot {new!r}")
            return False
        known = {new if name == old else name: entry for name, entry in page.snapshots.items()}
        return self._context.apply(SetSnapshots(page.name, known))

    def delete(self, name: str) -> None:
        """Take a snapshot off the list, which can be undone; its file stays unless the user says otherwise."""
        context, page = self._context, self._context.page
        if page is None or name not in page.snapshots or context.document is None:
            return
        file = self._file(page.snapshots[name])
        choices = [dialogs.Choice("keep", "Keep the file")]
        if file is not None and file.is_file():
            choices.append(dialogs.Choice("trash", "Move the file to the trash", dialogs.DISCARD.role))
            text = f"The entry can be brought back by Undo as long as its file is there:\n{file}"
            answer = context.ask(f"Delete the snapshot {name}?", text, [*choices, dialogs.CANCEL])
        else:
            answer = "keep"
        if answer not in ("keep", "trash"):
            return
        known = {n: entry for n, entry in page.snapshots.items() if n != name}
        if not context.apply(SetSnapshots(page.name, known)):
            return
        if answer == "trash" and file is not None and not QFile.moveToTrash(str(file)):
            self._fail(f"{file.name} is still there", "The system could not move it to the trash.")
        elif answer == "keep" and file is not None and file.is_file():
            context.log(f"{page.name}: {name} is off the list; its file {file.name} is still there")

    # --- checkpoints
    def save_checkpoint_dialog(self, name: str) -> None:
        """Ask for a place and write a snapshot, or the present state, as a TensorFlow checkpoint."""
        parent = self._context.dialog_parent
        path, _ = QFileDialog.getSaveFileName(parent, "Save as a checkpoint", name, _CHECKPOINTS)
        if path:
            self.save_checkpoint(name, path)

    def save_checkpoint(self, name: str, path: str) -> None:
        """Write a snapshot, or the present state, as the checkpoint ``PATH.index``."""
        page, prefix = self._context.page_name or "", path.removesuffix(".index")
        if not self._may_read(name):
            return

        def work() -> object:
            from app.engine.host.checkpoints import save_checkpoint
            from app.engine.values.snapshots import SnapshotError

            values = self._read(page, name)
            if isinstance(values, Exception):
                return values
            try:
                save_checkpoint(self._context.runner.side_engine(), prefix, values)
            except SnapshotError as fault:
                return fault
            return None

        def then(fault: Any) -> None:
            if fault is not None:
                self._fail("The checkpoint is not written", error_text(fault))
            else:
                self._context.log(f"{page}: {name} is written as the checkpoint {prefix}", "good")

        self._ask(work, then)

    def load_checkpoint_dialog(self) -> None:
        """Ask for a TensorFlow checkpoint and store it as a snapshot."""
        parent = self._context.dialog_parent
        path, _ = QFileDialog.getOpenFileName(parent, "Load a checkpoint", "", _CHECKPOINTS)
        if path:
            self.load_checkpoint(path)

    def load_checkpoint(self, path: str) -> None:
        """Store the values of a checkpoint as a snapshot of the page, named as the checkpoint is."""
        prefix = path.removesuffix(".index")

        def work() -> object:
            from app.engine.host.checkpoints import load_checkpoint
            from app.engine.values.snapshots import SnapshotError

            try:
                return load_checkpoint(self._context.runner.side_engine(), prefix)
            except SnapshotError as fault:
                return fault

        def then(found: Any) -> None:
            if isinstance(found, Exception):
                self._fail("The checkpoint is not loaded", error_text(found))
            else:
                self.add(found, 0, Path(prefix).name)

        self._ask(work, then)

    # --- reading
    def _with_values(
        self, name: str, work: Callable[[Values], object], then: Callable[[Any], object]
    ) -> None:
        """Read a snapshot and work on it in the other thread, then go on in this one; a fault is shown."""
        page = self._context.page_name or ""

        def read() -> object:
            values = self._read(page, name)
            return values if isinstance(values, Exception) else work(values)

        def go_on(found: Any) -> None:
            if isinstance(found, Exception):
                self._fail(f"{name} cannot be read", error_text(found))
            elif page == self._context.page_name:
                then(found)

        self._ask(read, go_on)

    def _read(self, page_name: str, name: str) -> Any:
        """Return the values of a snapshot or of the present state, or the SnapshotError that says why not."""
        from app.engine.values.snapshots import SnapshotError, stored_snapshot

        document = self._context.document
        page = document.project.page(page_name) if document is not None else None
        if name == PRESENT:
            state = self._context.runner.state_of(page_name)
            return state.values if state is not None else SnapshotError(say("snapshot.no-present-state"))
        if page is None or document is None or name not in page.snapshots:
            return SnapshotError(say("snapshot.unknown", name=name))
        try:
            return stored_snapshot(page.snapshots[name], self._files_at(document.folder))
        except SnapshotError as fault:
            return fault

    def _files_at(self, folder: Path) -> Companions:
        return self._context.runner.plans.files.at(folder)

    def _may_read(self, *names: str) -> bool:
        """Return whether the snapshots of these names may be read, after a question where it takes one."""
        page = self._context.page
        known = page.snapshots if page is not None else {}
        return all(self._companions.may_read(npz_of(known[name])) for name in names if name in known)

    def _file(self, known: Any) -> Path | None:
        from app.engine.values.snapshots import SnapshotError, file_of

        assert self._context.document is not None
        try:
            return file_of(known, self._files_at(self._context.document.folder))
        except SnapshotError:
            return None

    def _fail(self, title: str, text: str) -> None:
        self._context.log(f"{title}: {text}", "error")
        self._context.show_message(title, text)

    def _say(self, text: str) -> None:
        self._context.show_status(text)


def free_name(taken: Mapping[str, object], proposed: str) -> str:
    """Return the name, with a number where it is taken; the present state's own is always taken."""
    name, number = proposed, 1
    while name in taken or name == PRESENT:
        number += 1
        name = f"{proposed} ({number})"
    return name
