"""Where the columns of a grid lie: all of one width, or a few of given widths."""

from __future__ import annotations

_LEAST, _MOST = 34, 280  # pixels of a column that fits itself to its texts
_NARROWEST = 18
_LEAST_REST = 70


class Columns:
    """Widths in pixels. Columns of one width grow to fit the texts seen until the user sets a width."""

    def __init__(self) -> None:
        """Begin with no columns."""
        self.count = 0
        self.width = _LEAST
        self.is_set = False
        self._given: tuple[int, ...] = ()
        self._edges: list[int] = [0]

    def lay_out(self, count: int, given: tuple[int, ...], room: int) -> None:
        """Take the columns of a sheet; a given width of 0 takes what the others leave of the room.

        Where that is too little the columns before it are left out, the first ones first: what stands last says most.
        """
        self.count, self._given = count, given
        if given:
            shown = _shown(given, room)
            rest = max(_LEAST_REST, room - sum(shown))
            self._edges = [0]
            for width, own in zip(shown, given, strict=True):
                self._edges.append(self._edges[-1] + (width if own else rest))

    def forget(self) -> None:
        """Fit the texts anew."""
        self.width, self.is_set = _LEAST, False

    def grow(self, width: int) -> bool:
        """Make room for a text of a width; return whether the columns are wider now."""
        if self._given or self.is_set or min(width, _MOST) <= self.width:
            return False
        self.width = min(width, _MOST)
        return True

    def set_width(self, width: int) -> None:
        """Take the user's width for all columns."""
        if not self._given:
            self.width, self.is_set = max(_NARROWEST, width), True

    @property
    def can_be_set(self) -> bool:
        """Return whether the user may set a width."""
        return not self._given

    def total(self) -> int:
        """Return the width of all columns."""
        return self._edges[-1] if self._given else self.count * self.width

    def left(self, column: int) -> int:
        """Return where a column begins; of the number of columns the end of the last."""
        return self._edges[column] if self._given else column * self.width

    def at(self, x: int) -> int:
        """Return the column at a place, the first or last one beyond them; -1 where there is none."""
        if not self.count:
            return -1
        if self._given:
            inside = [c for c in range(self.count) if self._edges[c] <= x]
            return inside[-1] if inside else 0
        return min(max(0, x // self.width), self.count - 1)

    def seen(self, start: int, end: int) -> range:
        """Return the columns that lie between two places."""
        return range(0) if not self.count else range(self.at(start), self.at(end) + 1)


def _shown(given: tuple[int, ...], room: int) -> list[int]:
    """Return the widths with 0 for what is left out; 0 was also that of the column that takes the rest."""
    shown = list(given)
    for column, width in enumerate(given):
        if not width or room - sum(shown) >= _LEAST_REST:
            break
        shown[column] = 0
    return shown
