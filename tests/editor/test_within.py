"""Values inside a use, by the addresses that they have there."""

from __future__ import annotations

from app.editor.within import LastWithin


def test_values_are_those_of_the_place_and_of_the_newest_types() -> None:
    there: LastWithin[str] = LastWithin()
    types = {"a/conv.output": "float32", "b/conv.output": "int32", "sum.output": "bool"}
    assert there.of(types, "a/") == {"conv.output": "float32"}
    assert there.of(types, "b/") == {"conv.output": "int32"}
    assert there.of(types, "") == types
    assert there.of(types, "b/") == {"conv.output": "int32"}
    assert there.of({**types, "b/conv.output": "float64"}, "b/") == {"conv.output": "float64"}
