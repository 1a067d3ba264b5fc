"""Which frames of a page are folded to their titles, and what of the page that hides."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import NamedTuple

from PySide6.QtWidgets import QGraphicsItem

from app.document.model.diagram import PinRef
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.fold import Fold, Port
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.note_item import NoteItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.layout.block_geometry import PinSpot


class Refolded(NamedTuple):
    """What is drawn otherwise: ids of blocks, monitors and frames, and wires that are to be led."""

    ids: frozenset[str] = frozenset()
    wires: frozenset[WireItem] = frozenset()


_NOTHING = Refolded()


class Folding:
    """Hides what lies wholly in a folded frame; the wires between that and the rest of the page end at the frame.

    A frame in a folded frame is hidden with all that it holds. What a frame hides follows from where things lie,
    so `renew` looks at all of it after each change of a page with folded frames.
    """

    def __init__(
        self,
        blocks: Mapping[str, BlockItem],
        notes: Mapping[str, NoteItem],
        monitors: Mapping[str, MonitorItem],
        wires: Mapping[tuple[PinRef, PinRef], WireItem],
    ) -> None:
        """Follow these items."""
        self._blocks, self._notes, self._monitors, self._wires = blocks, notes, monitors, wires
        self.folds: dict[str, Fold] = {}  # by frame, of the folded frames that are shown

    def whole(self, ids: Set[str]) -> set[str]:
        """Return the ids with those of all that the folded frames among them hide."""
        return set(ids).union(*(fold.hidden for frame, fold in self.folds.items() if frame in ids))

    def owner(self, item_id: str) -> str | None:
        """Return the shown frame that hides an item, or None."""
        return next((frame for frame, fold in self.folds.items() if item_id in fold.hidden), None)

    def renew(self) -> Refolded:
        """Hide and show what the folded frames of the page say now."""
        frames = [note for note in self._notes.values() if note.is_folded]
        if not frames and not self.folds:
            return _NOTHING
        before = {i: fold for fold in self.folds.values() for i in fold.hidden}
        shown = set(self.folds)
        self._find(sorted(frames, key=lambda note: -note.note.size[0] * note.note.size[1]))
        now = {i: fold for fold in self.folds.values() for i in fold.hidden}
        changed = {i for i in before.keys() | now.keys() if before.get(i) is not now.get(i)}
        for shown_items in (self._blocks, self._notes, self._monitors):
            self._show(shown_items, now)
        wires = self._end_wires()
        return Refolded(frozenset(changed | (shown ^ self.folds.keys())), frozenset(wires))

    def _find(self, frames: list[NoteItem]) -> None:
        """Find what each frame hides, the largest first."""
        folds: dict[str, Fold] = {}
        hidden: set[str] = set()
        for frame in frames:
            if frame.item_id in hidden:
                frame.fold = None
                continue
            fold = frame.fold = self.folds.get(frame.item_id) or Fold(frame)
            whole = frame.full_rect()
            blocks = [b for i, b in self._blocks.items() if i not in hidden and whole.contains(b.rect())]
            notes = [n for i, n in self._notes.items() if i not in hidden and n is not frame
                     and whole.contains(n.full_rect())]  # fmt: skip
            others = [m for i, m in self._monitors.items() if i not in hidden and whole.contains(m.rect())]
            fold.blocks, fold.others = blocks, len(notes) + len(others)
            fold.hidden = frozenset([b.block_id for b in blocks] + [box.item_id for box in (*notes, *others)])
            hidden |= fold.hidden
            folds[frame.item_id] = fold
        for note in self._notes.values():
            if not note.is_folded:
                note.fold = None
        self.folds = folds

    def _show(self, items: Mapping[str, QGraphicsItem], hidden: Mapping[str, Fold]) -> None:
        for item_id, item in items.items():
            fold = hidden.get(item_id)
            if isinstance(item, BlockItem):
                item.fold = fold
            if item.isVisible() is (fold is not None):
                item.setVisible(fold is None)

    def _end_wires(self) -> set[WireItem]:
        """Let the wires end at the folded frames, or hide them within these; return those that are to be led."""
        ports: dict[str, tuple[dict[Port, PinSpot], dict[Port, PinSpot]]] = {
            frame: ({}, {}) for frame in self.folds
        }
        crossing: list[tuple[WireItem, Fold]] = []
        changed: set[WireItem] = set()
        for wire in self._wires.values():
            source, target = wire.source.fold, wire.target.fold
            if wire.set_inside(source is not None and source is target):
                changed.add(wire)
            if source is target:
                continue
            for fold, side, item, pin in (
                (target, 0, wire.target, wire.target_pin),
                (source, 1, wire.source, wire.source_pin),
            ):
                if fold is not None:
                    ports[fold.frame.item_id][side][item.block_id, pin.direction, pin.name] = pin
                    crossing.append((wire, fold))
        moved = {frame for frame, sides in ports.items() if self._set_ports(frame, *sides)}
        return changed | {wire for wire, fold in crossing if fold.frame.item_id in moved}

    def _set_ports(
        self, frame: str, incoming: Mapping[Port, PinSpot], outgoing: Mapping[Port, PinSpot]
    ) -> bool:
        """Give a frame its wires' ends, in the order of their pins; return whether any of it lies otherwise."""

        def height(side: Mapping[Port, PinSpot]) -> list[Port]:
            return sorted(side, key=lambda port: (self._blocks[port[0]].y_page + side[port].y, port))

        fold, note = self.folds[frame], self._notes[frame]
        is_new = fold.set_ports(height(incoming), height(outgoing))
        note.fold_to(fold.height)
        return fold.has_moved() or is_new
