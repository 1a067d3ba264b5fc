"""The walls that the system puts around a worker: what is let through, and what of them holds once they are raised."""

from __future__ import annotations

import msgspec

from app.document.resources.grants import Bounds


class Walls(msgspec.Struct, frozen=True):
    """What a worker may reach beyond the program itself, for its whole life. Paths are real ones.

    ``are_on``: False where there are to be no walls. ``temporary``: the worker's own folder, which it may write.
    Without ``net``, ``ports`` are those to which it may connect, ``listens`` those at which it may be connected to, on
    whatever machine, by TCP alone.
    """

    are_on: bool = True
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()  # what is written may be read as well, if it is in both
    lists: tuple[str, ...] = ()  # folders of which the names may be read, not the files
    net: bool = False
    ports: tuple[int, ...] = ()
    listens: tuple[int, ...] = ()
    temporary: str = ""

    @classmethod
    def around(cls, bounds: Bounds, *, sandbox: bool = True, ports: tuple[int, ...] = ()) -> Walls:
        """Return the walls around a run that stays within bounds, and connects to ports of a cluster."""
        ground, grants = bounds.ground, bounds.grants
        own = (ground.folder,) if ground.is_own else ()
        return cls(
            are_on=sandbox and not grants.all,
            reads=(*own, *ground.data, *grants.read),
            writes=(*own, *grants.write),
            net=grants.net,
            ports=ports,
        )

    @property
    def is_connected(self) -> bool:
        """Return whether it may reach other processes by some ports, though not the network as a whole."""
        return not self.net and bool(self.ports or self.listens)


NO_FILES = Walls()


class WallsHeld(msgspec.Struct, frozen=True, tag="walls"):
    """Which walls hold: each was tried from within. ``why`` says in the system's words what is missing."""

    files: bool = False
    network: bool = False
    processes: bool = False
    why: str = ""
