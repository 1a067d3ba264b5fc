"""The collector looks at a large structure that has grown only when as much has come once more."""

from __future__ import annotations

import gc

import pytest

from app.engine.compiler.collector import collect_as_usual, collect_when_doubled, without_collector

MANY = 50_000


@pytest.fixture
def looks():
    """Return the objects that were there each time that the collector looked."""
    made: list[list[object]] = []
    found: list[int] = []

    def note(phase: str, _: object) -> None:
        if phase == "start":
            found.append(len(made))

    usual = gc.get_threshold()
    gc.collect()
    gc.callbacks.append(note)
    yield made, found
    gc.callbacks.remove(note)
    assert gc.get_threshold() == usual


def test_collector_waits_until_as_much_has_come_again(looks) -> None:
    made, found = looks
    with without_collector():
        made.extend([] for _ in range(MANY))
        collect_when_doubled()
    made.extend([] for _ in range(MANY // 2))
    assert not found
    made.extend([] for _ in range(MANY))
    assert 2 * MANY <= found[0] < 2.2 * MANY
    collect_as_usual()


def test_collector_looks_at_once_where_nothing_puts_it_off(looks) -> None:
    made, found = looks
    with without_collector():
        made.extend([] for _ in range(MANY))
        collect_when_doubled()
        collect_as_usual()
    made.extend([] for _ in range(MANY // 2))
    assert MANY <= found[0] < 1.1 * MANY
