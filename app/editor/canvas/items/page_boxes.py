"""The notes and monitors of one page, kept in step with the document's changes."""

from __future__ import annotations

from collections.abc import Iterable

from app.document.model.diagram import Monitor, Page
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.note_item import NoteItem
from app.editor.canvas.items.stages import Stage
from app.editor.canvas.items.style import CanvasStyle
from app.editor.canvas.routing.obstacle_avoiding import Obstacles
from app.editor.canvas.routing.orthogonal import Box
from app.editor.tensor_views.monitor_content import MonitorFactory


class PageBoxes:
    """Items by id. A factory makes the content of monitors; without one they say what they would show."""

    def __init__(self, stage: Stage) -> None:
        """Start empty."""
        self._stage = stage
        self.factory: MonitorFactory | None = None
        self.notes: dict[str, NoteItem] = {}
        self.monitors: dict[str, MonitorItem] = {}
        self._texts: Obstacles | None = None  # None: to be looked at anew

    @property
    def texts(self) -> Obstacles:
        """Return where the page's texts stand."""
        if self._texts is None:
            texts = {i: note.rect() for i, note in self.notes.items() if note.note.kind == "text"}
            self._texts = Obstacles(
                {i: Box(r.left(), r.top(), r.right(), r.bottom()) for i, r in texts.items()}
            )
        return self._texts

    def clear(self) -> None:
        """Take all of them out of the scene; what is typed into a note is dropped."""
        for note in self.notes.values():
            note.close_editor(keep=False)
        for item in (*self.notes.values(), *self.monitors.values()):
            self._stage.remove(item)
        self.notes.clear()
        self.monitors.clear()
        self._texts = None

    def commit_notes(self) -> None:
        """Take over the text of a note that is being edited."""
        for note in list(self.notes.values()):
            note.close_editor(keep=True)

    def sync_notes(self, page: Page, ids: Iterable[str], style: CanvasStyle) -> None:
        """Make the notes of these ids fit the page's."""
        for note_id in ids:
            self._texts = None
            note, item = page.notes.get(note_id), self.notes.get(note_id)
            if note is None and item is not None:
                item.close_editor(keep=False)
                self._stage.remove(self.notes.pop(note_id))
            elif note is not None and item is not None:
                item.set_note(note)
            elif note is not None:
                self.notes[note_id] = NoteItem(note, style)
                self._stage.add(self.notes[note_id])

    def sync_monitors(self, page: Page, ids: Iterable[str], style: CanvasStyle) -> None:
        """Make the monitors of these ids fit the page's; one that shows something else now is made anew."""
        for monitor_id in ids:
            monitor, item = page.monitors.get(monitor_id), self.monitors.get(monitor_id)
            same = monitor is not None and item is not None and _same_content(monitor, item.monitor)
            if item is not None and not same:
                self._stage.remove(self.monitors.pop(monitor_id))
            if monitor is None:
                continue
            if same:
                self.monitors[monitor_id].set_monitor(monitor)
            else:
                content = self.factory(monitor) if self.factory else None
                self.monitors[monitor_id] = MonitorItem(monitor, style, content)
                self._stage.add(self.monitors[monitor_id])

    def set_factory(self, page: Page, factory: MonitorFactory | None, style: CanvasStyle) -> None:
        """Make the content of all monitors with another factory."""
        self.factory = factory
        for monitor_id in list(self.monitors):
            self._stage.remove(self.monitors.pop(monitor_id))
        self.sync_monitors(page, page.monitors, style)

    def set_style(self, style: CanvasStyle) -> None:
        """Take another theme's pens and brushes."""
        for box in (*self.notes.values(), *self.monitors.values()):
            box.style = style
            box.update()


def _same_content(a: Monitor, b: Monitor) -> bool:
    """Return whether two monitors differ at most in place and size."""
    return (a.kind, a.pins, a.options) == (b.kind, b.pins, b.options)
