"""The progress board: a small shared file with a worker's progress and running blocks, readable after its death.

Each step costs the worker two stores into memory, no system call and no message.
"""

from __future__ import annotations

import mmap
import os
import struct
import threading

SIZE = 1 << 20
# 64-bit fields
_TAKEN, _BEGUN, _DONE, _CPU_US, _MARKS, _SEQUENCE, _PAUSING, _PAUSE_CPU_US, _DELIVERING, _GOES, _BEATS = (
    range(11)
)
# Bytes; then marks: uint64 sequence number of the begin (0: not running), uint16 size, the id
_FIRST_MARK = 128


class ProgressBoard:
    """Both sides' view of the file. The worker writes; the program reads, also after the worker has died."""

    def __init__(self, fd: int) -> None:
        """Map the open file, growing it to SIZE; the caller keeps and closes ``fd``."""
        if os.fstat(fd).st_size < SIZE:
            os.ftruncate(fd, SIZE)
        self._map = mmap.mmap(fd, SIZE)
        self._fields = memoryview(self._map)[:_FIRST_MARK].cast("Q")
        self._places: dict[str, int] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Release the mapping."""
        self._fields.release()
        self._map.close()

    # The worker's side
    def clear(self) -> None:
        """Begin a new run: no steps, no marks."""
        self._places = {}
        for field in range(len(self._fields)):
            self._fields[field] = 0

    def restart(self, done: int = 0) -> None:
        """Begin the next run of one request: no steps but those that it has behind it."""
        self._fields[_BEGUN] = self._fields[_DONE] = done
        self._fields[_DELIVERING] = False

    def take(self) -> None:
        """Say that the request has arrived."""
        self._fields[_TAKEN] = 1

    def begin_step(self) -> None:
        """Say that the next step has begun."""
        self._fields[_BEGUN] += 1

    def end_step(self) -> None:
        """Say that the step is done."""
        self._fields[_DONE] = self._fields[_BEGUN]

    def beat(self, seconds: float) -> None:
        """Say that the process lives, and publish the CPU time that it has used."""
        self._fields[_BEATS] += 1
        self._fields[_CPU_US] = int(seconds * 1e6)

    def set_pausing(self, pausing: bool, cpu: float = 0.0) -> None:
        """Say whether a pause waits for the end of a step, and the CPU time that was used when it came."""
        self._fields[_PAUSE_CPU_US] = int(cpu * 1e6)
        self._fields[_PAUSING] = pausing

    def count_going(self) -> None:
        """Count that a held run goes on."""
        self._fields[_GOES] += 1

    def set_delivering(self, delivering: bool) -> None:
        """Say whether the steps have come to an end and what they have brought is on its way."""
        self._fields[_DELIVERING] = delivering

    def mark(self, block: str, edge: str) -> None:
        """Note that a block begins or ends (``edge`` is "begin" or "end"). Callable from any thread."""
        with self._lock:
            place = self._places.get(block)
            if place is None:
                place = self._place(block)
            if place < 0:
                return
            number = 0
            if edge == "begin":
                number = self._fields[_SEQUENCE] = self._fields[_SEQUENCE] + 1
            struct.pack_into("=Q", self._map, place, number)

    def _place(self, block: str) -> int:
        name = block.encode()
        used = self._fields[_MARKS]
        place = _FIRST_MARK + used
        if place + 10 + len(name) > SIZE:  # some ten thousand blocks: the rest goes unmarked
            place = -1
        else:
            struct.pack_into("=QH", self._map, place, 0, len(name))
            self._map[place + 10 : place + 10 + len(name)] = name
            self._fields[_MARKS] = used + 10 + len(name)
        self._places[block] = place
        return place

    # The program's side
    @property
    def taken(self) -> bool:
        """Return whether a request has arrived since the last ``clear``."""
        return self._fields[_TAKEN] != 0

    @property
    def begun(self) -> int:
        """Return the number of steps begun."""
        return self._fields[_BEGUN]

    @property
    def done(self) -> int:
        """Return the number of steps done."""
        return self._fields[_DONE]

    @property
    def pausing(self) -> bool:
        """Return whether a pause waits for the end of a step."""
        return self._fields[_PAUSING] != 0

    @property
    def goes(self) -> int:
        """Return how often a held run has gone on."""
        return self._fields[_GOES]

    @property
    def delivering(self) -> bool:
        """Return whether the steps have come to an end and what they have brought is on its way."""
        return self._fields[_DELIVERING] != 0

    @property
    def cpu_since_pause(self) -> float:
        """Return the CPU seconds that the worker has used since the pause that waits, as far as it is known."""
        return max(0, self._fields[_CPU_US] - self._fields[_PAUSE_CPU_US]) / 1e6

    @property
    def cpu(self) -> float:
        """Return the CPU seconds that the worker last published."""
        return self._fields[_CPU_US] / 1e6

    @property
    def beats(self) -> int:
        """Return a number that grows as long as a request goes on in a process that is not stopped."""
        return self._fields[_BEATS]

    def running(self) -> list[str]:
        """Return the blocks that have begun and not ended, the longest running first."""
        found: list[tuple[int, str]] = []
        place, end = _FIRST_MARK, _FIRST_MARK + self._fields[_MARKS]
        while place < end:
            number, size = struct.unpack_from("=QH", self._map, place)
            if number:
                found.append((number, self._map[place + 10 : place + 10 + size].decode()))
            place += 10 + size
        return [block for _, block in sorted(found)]
