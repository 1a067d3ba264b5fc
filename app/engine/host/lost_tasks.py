"""Which task of a cluster has failed: what they say when they are asked, without a word of TensorFlow's messages."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, Protocol

import msgspec

from app.document.model.sentence import Explained, Sentence, say

_AT_ONCE = 32  # tasks that are asked side by side

What = Literal["silent", "down", "restarted"]


class HeldTask(Protocol):
    """A task that a run holds. ``incarnation`` is that of its server when the run came."""

    @property
    def name(self) -> str:
        """Return its name, as devices have it."""

    @property
    def place(self) -> str:
        """Return its address."""

    @property
    def incarnation(self) -> str:
        """Return the name of the start of its server that the run met."""

    def ask(self, seconds: float) -> str | None:
        """Return the incarnation of its server now, None where that does not answer; raises Explained."""


class LostTask(msgspec.Struct, frozen=True):
    """A task that is not what it was: nothing answers, its TensorFlow server does not, or it is another start of it."""

    name: str
    place: str
    what: What

    @property
    def sentence(self) -> Sentence:
        """Return what has happened to it."""
        if self.what == "silent":
            return say("cluster.silent", task=self.name, address=self.place)
        if self.what == "down":
            return say("cluster.down", task=self.name, address=self.place)
        return say("cluster.restarted", task=self.name, address=self.place)


def lost_tasks(tasks: Sequence[HeldTask], seconds: float) -> tuple[LostTask, ...]:
    """Ask all tasks side by side, each for so many seconds at most; return those that have failed."""
    with ThreadPoolExecutor(min(_AT_ONCE, max(1, len(tasks)))) as pool:
        found = pool.map(lambda task: _what(task, seconds), tasks)
        return tuple([LostTask(t.name, t.place, what) for t, what in zip(tasks, found, strict=True) if what])


def _what(task: HeldTask, seconds: float) -> What | None:
    try:
        now = task.ask(seconds)
    except Explained:
        return "silent"
    if now is None:
        return "down"
    return None if now == task.incarnation else "restarted"
