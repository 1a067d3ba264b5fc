"""Brings the memory of this process near before something is timed.

The host of a virtual machine takes memory away that was not touched for a second: each page of it costs a microsecond
at the next touch, where it would cost a hundredth. Tens of thousands of objects lie on as many pages.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p")
_PIECE = bytearray(8 << 20)  # what is read is dropped


def bring_memory_near() -> None:
    """Read all memory of this process that it may write, where the system shows it as a file (Linux)."""
    with suppress(OSError), Path("/proc/self/mem").open("rb", buffering=0) as memory:
        for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
            found = _MAPPING.match(line)
            if found is not None:
                _read(memory.fileno(), int(found[1], 16), int(found[2], 16))


def _read(memory: int, start: int, end: int) -> None:
    while start < end:
        with suppress(OSError):  # another thread has given this part back
            count = os.preadv(memory, [memoryview(_PIECE)[: end - start]], start)
            start += count
            continue
        return
