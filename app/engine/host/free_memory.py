"""How much memory a run may take: a part of what is free, in the machine and in the container."""

from __future__ import annotations

import os
import re
from pathlib import Path

_LEAST = 512 << 20  # bytes; below, TensorFlow's threads alone do not start
_GROUPS = {  # a container's limit, what it holds, and what of that is given up at need: version 2, version 1
    "memory.max": ("memory.current", "inactive_file"),
    "memory/memory.limit_in_bytes": ("memory/memory.usage_in_bytes", "total_inactive_file"),
}


def default_memory_limit(root: Path = Path("/")) -> int | None:
    """Return 80 % of the memory that is free, in bytes; None where the system does not say."""
    free = [bytes_ for bytes_ in (_free_in_machine(root), _free_in_group(root)) if bytes_ is not None]
    return max(_LEAST, min(free) * 4 // 5) if free else None


def _free_in_machine(root: Path) -> int | None:
    """Return what Linux says is free or can be given up; elsewhere all that there is."""
    found = re.search(r"^MemAvailable: +(\d+) kB", _text(root / "proc/meminfo"), re.MULTILINE)
    if found:
        return int(found[1]) * 1024
    if not hasattr(os, "sysconf"):
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _free_in_group(root: Path) -> int | None:
    """Return what a container's limit leaves, None where there is no limit."""
    folder = root / "sys/fs/cgroup"
    for limit, (used, released) in _GROUPS.items():
        most, now = _text(folder / limit).strip(), _text(folder / used).strip()
        if most.isdigit() and now.isdigit():
            stat = re.search(
                rf"^{released} (\d+)", _text((folder / limit).parent / "memory.stat"), re.MULTILINE
            )
            return max(0, int(most) - int(now) + (int(stat[1]) if stat else 0))
    return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""
