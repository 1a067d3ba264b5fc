"""The history of a document: done edits in entries that are undone and redone as one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import msgspec

from app.document.editing.base import Change, Edit
from app.document.editing.held_bytes import held_bytes
from app.document.model.diagram import Project

_MOST_BYTES = 200_000_000  # that the steps hold together; the oldest are dropped beyond


class _Entry(msgspec.Struct):
    name: str
    edits: list[Edit]
    open_for: object = None  # the merge token that still joins; None: closed
    size: int = 0  # bytes, about


class History:
    """Applies, undoes and redoes edits of one project. ``position`` is the number of entries in effect."""

    def __init__(
        self, project: Project, deliver: Callable[[list[Change]], None], most_bytes: int = _MOST_BYTES
    ) -> None:
        """Begin empty and saved. ``deliver`` gets the changes of each step.

        Once the steps hold more than ``most_bytes`` the oldest can no longer be undone; the newest always can.
        """
        self._project = project
        self._deliver = deliver
        self._entries: list[_Entry] = []
        self._group: _Entry | None = None
        self._saved: int | None = 0
        self._most_bytes, self._bytes = most_bytes, 0
        self.position = 0
        self.is_cut = False  # whether steps were dropped: the first state is no longer that at the start

    @property
    def can_undo(self) -> bool:
        """Return whether there is something to undo."""
        return self.position > 0 and self._group is None

    @property
    def can_redo(self) -> bool:
        """Return whether there is something to redo."""
        return self.position < len(self._entries) and self._group is None

    @property
    def is_modified(self) -> bool:
        """Return whether the project differs from what was last saved."""
        return self._saved != self.position or bool(self._group and self._group.edits)

    def names(self) -> list[str]:
        """Return the names of all entries, undone ones at the end (from ``position`` on)."""
        return [entry.name for entry in self._entries]

    def mark_saved(self) -> None:
        """Note that the present state is what the file holds; later edits do not join the entries before."""
        self._saved = self.position
        self._close()

    def mark_modified(self) -> None:
        """Note that no file holds any state of this history (a recovered or converted document)."""
        self._saved = None

    def apply(self, edit: Edit) -> None:
        """Do an edit and record it; raises EditRefused, and then nothing has changed."""
        changes = edit.do(self._project)
        if not changes:
            return
        if self._group is not None:
            self._group.edits.append(edit)
        else:
            self._record(edit)
        self._deliver([*changes, Change("history")])

    @contextlib.contextmanager
    def group(self, name: str) -> Iterator[None]:
        """Record all edits applied in the body as one entry; an exception in the body takes them back."""
        outer = self._group
        group = outer or _Entry(name, [])
        before = len(group.edits)
        self._group = group
        try:
            yield
        except BaseException:
            self._roll_back(group, before)
            raise
        finally:
            self._group = outer
        if outer is None and group.edits:
            self._push(group)
            self._deliver([Change("history")])

    def undo(self) -> bool:
        """Take the last entry back; False where there is none."""
        return self.can_undo and self.go_to(self.position - 1)

    def redo(self) -> bool:
        """Do the next undone entry again; False where there is none."""
        return self.can_redo and self.go_to(self.position + 1)

    def go_to(self, position: int) -> bool:
        """Undo or redo until ``position`` entries are in effect; False: nothing to do. Raises IndexError."""
        if not 0 <= position <= len(self._entries):
            raise IndexError(f"the history has {len(self._entries)} entries, there is no position {position}")
        if self._group is not None:
            raise RuntimeError("no undo or redo inside a group of edits")
        if position == self.position:
            return False
        changes: list[Change] = []
        self._close()
        while self.position > position:
            self.position -= 1
            for edit in reversed(self._entries[self.position].edits):
                changes += edit.undo(self._project)
        while self.position < position:
            for edit in self._entries[self.position].edits:
                changes += edit.do(self._project)
            self.position += 1
        self._deliver([*changes, Change("history")])
        return True

    def _record(self, edit: Edit) -> None:
        token = getattr(edit, "merge", None)
        last = self._entries[self.position - 1] if self.position else None
        if token is not None and last is not None and last.open_for == token:
            absorb = getattr(last.edits[-1], "absorb", None)
            if absorb is None or not absorb(edit):
                last.edits.append(edit)
                self._weigh(last, edit)
            return
        self._push(_Entry(edit.name, [edit], token))

    def _push(self, entry: _Entry) -> None:
        """Put the entry in effect; what was undone before is forgotten."""
        self._close()
        if self._saved is not None and self._saved > self.position:
            self._saved = None
        self._bytes -= sum(undone.size for undone in self._entries[self.position :])
        del self._entries[self.position :]
        self._entries.append(entry)
        self.position += 1
        self._weigh(entry, *entry.edits)
        self._drop_oldest()

    def _weigh(self, entry: _Entry, *edits: Edit) -> None:
        size = sum(held_bytes(edit) for edit in edits)
        entry.size += size
        self._bytes += size

    def _drop_oldest(self) -> None:
        """Drop the oldest steps until the others hold no more than they may; a state saved among them is lost."""
        count = 0
        while self._bytes > self._most_bytes and count < len(self._entries) - 1:
            self._bytes -= self._entries[count].size
            count += 1
        if not count:
            return
        del self._entries[:count]
        self.position -= count
        self.is_cut = True
        if self._saved is not None:
            self._saved = self._saved - count if self._saved >= count else None

    def _close(self) -> None:
        if self.position:
            self._entries[self.position - 1].open_for = None

    def _roll_back(self, group: _Entry, before: int) -> None:
        changes: list[Change] = []
        while len(group.edits) > before:
            changes += group.edits.pop().undo(self._project)
        if changes:
            self._deliver([*changes, Change("history")])
