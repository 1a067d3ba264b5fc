"""Statements of programs are laid out as the formatter lays them out, however long their texts are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.engine.exchange.python_writer.text import below, call, statement


def test_paths_of_any_length_are_laid_out_as_the_formatter_does(tmp_path: Path) -> None:
    """A project may lie near a program or far from it; its path is short or longer than a line."""
    program = tmp_path / "program.py"
    lines = ["import sys", "from pathlib import Path", ""]
    for length in range(1, 130):
        path = f'"{"a" * length}"'
        lines += below("FOLDER = ", "Path(__file__).resolve().parent", path)
        lines += statement("FOLDER = ", call("Path", path))
        lines += statement("", call("sys.path.insert", "0", call("str", call("FOLDER.joinpath", path))))
    lines += below("FOLDER = ", "Path(__file__).resolve().parent", None)
    program.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff", "format", "--diff", "--isolated", "--no-cache", str(program)]
    done = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
