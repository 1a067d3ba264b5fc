"""Automatic layout of pages with frames: what lies in a frame stays together in it, and the frame takes its size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from app.editor.layout.annotations import Point, Rect, holds
from app.editor.layout.layered import Edge, layered

_MARGIN = 24.0  # page units between what lies in a frame and its edge
_TITLE = 54.0  # the frame's title, with room below it for a block's label


class Clustered(NamedTuple):
    """The new places of all items, and the new sizes of the frames that hold some of them."""

    places: dict[str, Point]
    sizes: dict[str, Point]


def owners(frames: Mapping[str, Rect], items: Mapping[str, Rect]) -> dict[str, str]:
    """Return for each item, and each frame, the smallest frame that holds its middle; those in none are left out."""
    by_size = sorted(frames, key=lambda frame: frames[frame][2] * frames[frame][3])
    found: dict[str, str] = {}
    for number, frame in enumerate(by_size):
        larger = (other for other in by_size[number + 1 :] if holds(frames[other], frames[frame]))
        owner = next(larger, None)
        if owner is not None:
            found[frame] = owner
    for item, rect in items.items():
        owner = next((frame for frame in by_size if holds(frames[frame], rect)), None)
        if owner is not None:
            found[item] = owner
    return found


def clustered(
    items: Mapping[str, Rect], edges: Iterable[Edge], frames: Mapping[str, Rect], origin: Point
) -> Clustered:
    """Return a layout in layers in which every frame is laid out by itself and then stands as one block.

    ``items`` are blocks and whatever else is laid out with them. Frames that hold nothing are left out.
    """
    return _Clusters(items, list(edges), frames).laid_out(origin)


class _Clusters:
    """Lays the frames out from the inside to the outside, and puts them down from the outside to the inside."""

    def __init__(self, items: Mapping[str, Rect], edges: Sequence[Edge], frames: Mapping[str, Rect]) -> None:
        self._sizes: dict[str, Point] = {item: rect[2:] for item, rect in items.items()}
        self._edges = edges
        self._owner = owners(frames, items)
        self._order = sorted(frames, key=lambda frame: frames[frame][2] * frames[frame][3])
        self._inside: dict[
            str, dict[str, Point]
        ] = {}  # by frame: the places of what it holds, from its corner

    def laid_out(self, origin: Point) -> Clustered:
        """Return places and sizes; the whole diagram begins at ``origin``."""
        members: dict[str, list[str]] = {}
        for item in self._sizes:
            members.setdefault(self._owner.get(item, ""), []).append(item)
        filled = [frame for frame in self._order if self._fill(frame, members)]
        places = layered({i: self._sizes[i] for i in members.get("", ())}, self._edges_in(""), origin)
        for frame in reversed(filled):
            x, y = places[frame]
            places.update({item: (x + dx, y + dy) for item, (dx, dy) in self._inside[frame].items()})
        return Clustered(places, {frame: self._sizes[frame] for frame in filled})

    def _fill(self, frame: str, members: dict[str, list[str]]) -> bool:
        """Lay out what a frame holds, and let it be a member of the frame around it; return whether it holds any."""
        inside = members.get(frame)
        if not inside:
            return False
        sizes = {item: self._sizes[item] for item in inside}
        placed = layered(sizes, self._edges_in(frame), (_MARGIN, _TITLE))
        self._inside[frame] = placed
        width = max(x + sizes[item][0] for item, (x, _) in placed.items()) + _MARGIN
        height = max(y + sizes[item][1] for item, (_, y) in placed.items()) + _MARGIN
        self._sizes[frame] = (width, height)
        members.setdefault(self._owner.get(frame, ""), []).append(frame)
        return True

    def _edges_in(self, frame: str) -> list[Edge]:
        """Return the edges between members of a frame; an end that lies deeper is the member that holds it."""
        found = []
        for edge in self._edges:
            source = self._lifted(edge.source, edge.source_offset, frame)
            target = self._lifted(edge.target, edge.target_offset, frame)
            if source is not None and target is not None and source[0] != target[0]:
                found.append(Edge(source[0], target[0], source[1], target[1]))
        return found

    def _lifted(self, item: str, offset: float, frame: str) -> tuple[str, float] | None:
        """Return the member of a frame that an item is or lies in, and how far below its top; None for neither."""
        while (owner := self._owner.get(item, "")) != frame:
            if not owner or owner not in self._inside:
                return None
            offset += self._inside[owner][item][1]
            item = owner
        return item, offset
