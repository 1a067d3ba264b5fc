"""Where notes and monitors go when blocks are laid out anew: labels follow their blocks, the rest stays clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Rect = tuple[float, float, float, float]  # left, top, width, height
Point = tuple[float, float]

_NEAR = 60.0  # page units between a block and a text that belongs to it
_GAP = 80.0  # between the blocks and what stands below them


def followers(
    blocks: Mapping[str, Rect], new: Mapping[str, Point], labels: Mapping[str, Rect], rest: Mapping[str, Rect],
    frames: Sequence[Rect] = (),
) -> dict[str, Point]:  # fmt: skip
    """Return the new places of ``labels`` and ``rest``, by id; what does not move is left out.

    ``blocks`` are the blocks before, ``new`` their places after; ``frames`` lie around some of them then.
    A label moves with the block that it was near;
    one that was near none counts as the rest. That moves as a whole below the blocks, where it would lie on them.
    """
    places: dict[str, Point] = {}
    stays = dict(rest)
    for label, rect in labels.items():
        nearest = block_of_label(rect, blocks)
        if nearest is None or nearest not in new:
            stays[label] = rect
            continue
        before, after = blocks[nearest], new[nearest]
        places[label] = (rect[0] + after[0] - before[0], rect[1] + after[1] - before[1])
    laid = [*frames, *((*new.get(block, rect[:2]), *rect[2:]) for block, rect in blocks.items())]
    if stays and laid and any(_distance(one, other) <= 0 for one in stays.values() for other in laid):
        down = max(r[1] + r[3] for r in laid) + _GAP - min(r[1] for r in stays.values())
        across = min(r[0] for r in laid) - min(r[0] for r in stays.values())
        places.update({item: (r[0] + across, r[1] + down) for item, r in stays.items()})
    return {item: (round(x, 2), round(y, 2)) for item, (x, y) in places.items()}


def block_of_label(label: Rect, blocks: Mapping[str, Rect]) -> str | None:
    """Return the block that a text stands at, or None where it stands at none."""
    nearest = min(blocks, key=lambda block: _distance(label, blocks[block]), default=None)
    return nearest if nearest is not None and _distance(label, blocks[nearest]) <= _NEAR else None


def holds(frame: Rect, block: Rect) -> bool:
    """Return whether the middle of a block lies in a frame."""
    x, y = block[0] + block[2] / 2, block[1] + block[3] / 2
    return frame[0] <= x <= frame[0] + frame[2] and frame[1] <= y <= frame[1] + frame[3]


def _distance(one: Rect, other: Rect) -> float:
    """Return how far two rectangles are apart; 0 where they touch or overlap."""
    across = max(one[0] - other[0] - other[2], other[0] - one[0] - one[2], 0.0)
    down = max(one[1] - other[1] - other[3], other[1] - one[1] - one[3], 0.0)
    return float((across**2 + down**2) ** 0.5)
