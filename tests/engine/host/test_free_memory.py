"""The memory that a run may take is a part of what is free, not of all that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.host.free_memory import default_memory_limit

GIB = 1 << 30


def system(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


MACHINE = {"proc__meminfo": f"MemTotal: {64 * 1024**2} kB\nMemFree: 7 kB\nMemAvailable: {10 * 1024**2} kB\n"}
V2, V1 = "sys__fs__cgroup__memory_DOT_", "sys__fs__cgroup__memory__memory_DOT_"


@pytest.mark.parametrize(
    ("group", "free"),
    [
        ({}, 10),
        ({f"{V2}max": "max\n", f"{V2}current": "1000\n"}, 10),
        ({f"{V2}max": f"{8 * GIB}\n", f"{V2}current": f"{5 * GIB}\n"}, 3),
        (
            {
                f"{V2}max": f"{8 * GIB}\n",
                f"{V2}current": f"{5 * GIB}\n",
                f"{V2}stat": f"anon 5\ninactive_file {2 * GIB}\n",
            },
            5,
        ),
        ({f"{V1}limit_in_bytes": f"{4 * GIB}\n", f"{V1}usage_in_bytes": f"{2 * GIB}\n"}, 2),
        ({f"{V1}limit_in_bytes": "9223372036854771712\n", f"{V1}usage_in_bytes": "5\n"}, 10),
    ],
)
def test_a_run_may_take_four_fifths_of_what_is_free(tmp_path: Path, group: dict[str, str], free: int) -> None:
    assert default_memory_limit(system(tmp_path, **MACHINE, **group)) == free * GIB * 4 // 5


def test_there_is_always_enough_to_say_what_is_too_large(tmp_path: Path) -> None:
    assert default_memory_limit(system(tmp_path, proc__meminfo="MemAvailable:  9 kB\n")) == 512 << 20
