"""Files made to take all time or memory: each is answered in bounded time and memory, in words, without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.damaging_files import DAMAGING

resource = pytest.importorskip("resource")  # not on Windows

pytestmark = pytest.mark.timeout(240)
_MEMORY = 3 << 30  # bytes of addresses, of which the libraries take one
_SECONDS = 40  # of the processor's time, on a slow machine; the wall clock says little beside other work
_COMMAND = "from app.cli import main; import sys; sys.exit(main(sys.argv[1:]))"


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 1))


@pytest.mark.parametrize("name", DAMAGING)
def test_it_is_checked_within_bounds(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    file = DAMAGING[name](tmp_path / "in")
    root = Path(__file__).parents[2]
    with open(tmp_path / "out", "wb") as out, open(tmp_path / "err", "wb") as err:
        done = subprocess.run(
            [sys.executable, "-c", _COMMAND, "check", file],
            stdout=out,
            stderr=err,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            preexec_fn=_bounded,
            check=False,
        )
    words = (tmp_path / "err").read_text(errors="replace")
    assert done.returncode in (0, 2, 3), words[-2000:]
    assert "Traceback" not in words
    assert "unexpected" not in words  # what the program says of a fault of its own
    assert words or (tmp_path / "out").stat().st_size
