"""Frames stay together in the automatic layout."""

from __future__ import annotations

import itertools
import random

from app.editor.layout.annotations import Rect
from app.editor.layout.clusters import Clustered, clustered, owners
from app.editor.layout.layered import Edge


def _overlap(a: Rect, b: Rect) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _inside(a: Rect, b: Rect) -> bool:
    return b[0] <= a[0] and b[1] <= a[1] and a[0] + a[2] <= b[0] + b[2] and a[1] + a[3] <= b[1] + b[3]


def _after(found: Clustered, before: dict[str, Rect]) -> dict[str, Rect]:
    return {i: (*found.places[i], *found.sizes.get(i, before[i][2:])) for i in found.places}


def test_members_stay_in_their_frame_and_strangers_out_of_it() -> None:
    items: dict[str, Rect] = {
        "a": (10, 40, 80, 50), "b": (10, 120, 80, 50), "c": (400, 40, 80, 50), "d": (700, 40, 80, 50)
    }  # fmt: skip
    frames: dict[str, Rect] = {"f": (0, 0, 200, 200), "empty": (0, 900, 50, 50)}
    found = clustered(items, [Edge("a", "c"), Edge("b", "c"), Edge("c", "d")], frames, (5, 7))
    after = _after(found, {**items, **frames})
    assert "empty" not in after
    assert all(_inside(after[i], after["f"]) for i in "ab")
    assert not any(_overlap(after[i], after["f"]) for i in "cd")
    assert after["f"][0] < after["c"][0] < after["d"][0]
    assert (min(r[0] for r in after.values()), min(r[1] for r in after.values())) == (5, 7)


def test_frames_within_frames_and_any_mess_of_wires() -> None:
    draw = random.Random(7)
    for _ in range(30):
        items: dict[str, Rect] = {
            f"b{n}": (draw.randint(0, 1500), draw.randint(0, 1500), 90.0, 60.0) for n in range(25)
        }
        inner, side = (100, 100, 400, 400), (1100, 0, 400, 900)
        frames: dict[str, Rect] = {"outer": (0, 0, 1000, 1000), "inner": inner, "side": side}
        names = list(items)
        edges = [Edge(draw.choice(names), draw.choice(names), 20, 30) for _ in range(40)]
        owner = owners(frames, items)
        after = _after(clustered(items, edges, frames, (0, 0)), {**items, **frames})
        for one, other in itertools.combinations(after, 2):
            holder = one if owner.get(other) == one or owner.get(owner.get(other, "")) == one else None
            holder = holder or (
                other if owner.get(one) == other or owner.get(owner.get(one, "")) == other else None
            )
            if holder is None:
                assert not _overlap(after[one], after[other]), (one, other)
            else:
                assert _inside(after[other if holder == one else one], after[holder])


def test_without_frames_it_is_the_plain_layout() -> None:
    from app.editor.layout.layered import layered

    items: dict[str, Rect] = dict.fromkeys("abcd", (0, 0, 80, 50))
    edges = [Edge("a", "b"), Edge("b", "c"), Edge("a", "d")]
    assert clustered(items, edges, {}, (3, 4)).places == layered(
        dict.fromkeys("abcd", (80, 50)), edges, (3, 4)
    )
