"""Edits of notes and monitors: adding one, and replacing one as a whole."""

from __future__ import annotations

from collections.abc import Hashable

import msgspec

from app.document.editing.base import Change, check_storable, page_of, refuse
from app.document.editing.item_edits import AddBlocks
from app.document.model.diagram import Monitor, Note, Page, Project
from app.document.model.sentence import say


class AddNote(AddBlocks):
    """Add one note."""

    def __init__(self, page: str, note: Note) -> None:
        """Take the note with an id that is free on the page."""
        super().__init__(page, (), notes=(note,))


class AddMonitor(AddBlocks):
    """Add one monitor."""

    def __init__(self, page: str, monitor: Monitor) -> None:
        """Take the monitor with an id that is free on the page."""
        super().__init__(page, (), monitors=(monitor,))


class ChangeNote(msgspec.Struct):
    """Replace a note by one of the same id. Edits of one ``merge`` undo as one."""

    page: str
    note: Note
    merge: Hashable = None
    _before: Note | None = None

    @property
    def name(self) -> str:
        """Return ``Change note hint``."""
        return f"Change note {self.note.id}"

    def do(self, project: Project) -> list[Change]:
        """Replace the note."""
        notes = page_of(project, self.page).notes
        before = notes.get(self.note.id)
        if before is None:
            raise refuse(
                "unknown-block", say("edit.no-note", page=self.page, note=self.note.id), self.note.id
            )
        if before == self.note:
            return []
        check_storable(Page(name=self.page, notes={self.note.id: self.note}))
        self._before = before
        notes[self.note.id] = self.note
        return [Change("note-changed", self.page, self.note.id, (self.note.id,))]

    def undo(self, project: Project) -> list[Change]:
        """Restore the note."""
        assert self._before is not None, "undo before do"
        page_of(project, self.page).notes[self.note.id] = self._before
        return [Change("note-changed", self.page, self.note.id, (self.note.id,))]

    def absorb(self, later: object) -> bool:
        """Take over the end of a later change of the same note."""
        if not isinstance(later, ChangeNote) or (later.page, later.note.id) != (self.page, self.note.id):
            return False
        self.note = later.note
        return True


class ChangeMonitor(msgspec.Struct):
    """Replace a monitor by one of the same id. Edits of one ``merge`` undo as one."""

    page: str
    monitor: Monitor
    merge: Hashable = None
    _before: Monitor | None = None

    @property
    def name(self) -> str:
        """Return ``Change monitor cost``."""
        return f"Change monitor {self.monitor.id}"

    def do(self, project: Project) -> list[Change]:
        """Replace the monitor."""
        monitors = page_of(project, self.page).monitors
        before = monitors.get(self.monitor.id)
        if before is None:
            raise refuse(
                "unknown-block",
                say("edit.no-monitor", page=self.page, monitor=self.monitor.id),
                self.monitor.id,
            )
        if before == self.monitor:
            return []
        check_storable(Page(name=self.page, monitors={self.monitor.id: self.monitor}))
        self._before = before
        monitors[self.monitor.id] = self.monitor
        return [Change("monitor-changed", self.page, self.monitor.id, (self.monitor.id,))]

    def undo(self, project: Project) -> list[Change]:
        """Restore the monitor."""
        assert self._before is not None, "undo before do"
        page_of(project, self.page).monitors[self.monitor.id] = self._before
        return [Change("monitor-changed", self.page, self.monitor.id, (self.monitor.id,))]

    def absorb(self, later: object) -> bool:
        """Take over the end of a later change of the same monitor."""
        if not isinstance(later, ChangeMonitor) or (later.page, later.monitor.id) != (
            self.page,
            self.monitor.id,
        ):
            return False
        self.monitor = later.monitor
        return True
