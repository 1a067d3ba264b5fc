"""What the command line shows on a terminal: a progress line and colours, and nothing of either elsewhere."""

from __future__ import annotations

import io
import os
import re
import struct
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from app.cli.progress import Progress
from blocks.assets import asset

_ROOT = Path(__file__).resolve().parent.parent.parent
_TRAINING = str(asset("samples", "gradient_descent.tblocks"))
_LASTING = ("run", _TRAINING, "--steps", "26", "--pace", "0.1")  # some 2.5 seconds


class Shown(NamedTuple):
    """What a command wrote: to its terminal, and to the pipe that stdout was."""

    status: int
    terminal: str
    piped: str


def _on_terminal(*arguments: str, columns: int = 80, pipe_stdout: bool = True, **variables: str) -> Shown:
    """Run the program on a pseudo-terminal of that many columns."""
    pty, fcntl, termios = (pytest.importorskip(name) for name in ("pty", "fcntl", "termios"))
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    plain = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")}
    with subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        cwd=_ROOT,
        env={**plain, "TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **variables},
        stdin=its,
        stdout=subprocess.PIPE if pipe_stdout else its,
        stderr=its,
    ) as process:
        os.close(its)
        parts = []
        while part := _read(ours):
            parts.append(part)
        os.close(ours)
        piped = process.stdout.read() if process.stdout is not None else b""
    return Shown(process.returncode, b"".join(parts).decode("utf-8"), piped.decode("utf-8"))


def _read(terminal: int) -> bytes:
    """Read what is there; nothing once the other end is closed, which Linux reports as an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def _without_escapes(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_a_run_that_lasts_shows_how_far_it_is_and_leaves_a_clean_line() -> None:
    """Steps, speed and watched values while it runs; stdout holds the results alone."""
    shown = _on_terminal(*_LASTING, "--watch", "loss.output")
    assert shown.status == 0
    drawn = [line for line in _without_escapes(shown.terminal).split("\r") if line.strip()]
    assert any(
        re.search(r"gradient descent .* [0-9]+/26 .*\d steps/s loss\.output=\d", line) for line in drawn
    )
    assert all(len(line) <= 80 for line in drawn)
    assert shown.terminal.endswith("\x1b[2K")  # the line is wiped
    assert shown.terminal.count("\x1b[?25h") == 1  # the cursor is back
    assert shown.piped.startswith("x.output  float32 [4]\n[1. 2. 3. 4.]\n")
    assert "\x1b" not in shown.piped


def test_a_run_without_a_number_of_steps_counts_them() -> None:
    """There is no bar, as nothing says how long it lasts."""
    shown = _on_terminal("run", _TRAINING, "--until", "loss.output < 0", "--pace", "0.1", "--timeout", "2.5")
    assert shown.status == 124
    assert re.search(r"gradient descent step \d+ ", _without_escapes(shown.terminal))


def test_a_narrow_terminal_gets_one_line() -> None:
    """What does not fit is cut; the line never breaks into two."""
    shown = _on_terminal(*_LASTING, "--watch", "loss.output", columns=40)
    lines = [line for line in _without_escapes(shown.terminal).split("\r") if line.strip()]
    assert lines
    assert all(len(line) <= 40 and "\n" not in line.strip() for line in lines)


def test_a_short_run_shows_no_progress() -> None:
    """Nothing flickers past where a run takes less than a second."""
    shown = _on_terminal("run", str(asset("samples", "matrix_product.tblocks")))
    assert (shown.status, shown.terminal) == (0, "")


def test_a_terminal_that_cannot_move_its_cursor_shows_no_progress() -> None:
    """TERM=dumb, as within some editors."""
    shown = _on_terminal(*_LASTING, TERM="dumb")
    assert (shown.status, shown.terminal) == (0, "")


def _bad(folder: Path) -> str:
    path = folder / "bad.tblocks"
    block = '{"id": "a", "symbol": "Const", "at": [0, 0], "pins": {"val": "{{1,2},{3}}"}}'
    path.write_text(
        f'{{"format": "tensorblocks", "version": 1, "pages": [{{"name": "p", "blocks": [{block}]}}]}}',
        encoding="utf-8",
    )
    return str(path)


_RAGGED = (
    "error: a.val: val cannot be read: ragged at position 9 (this row has 1 where the first one has 2)\n"
)


def test_problems_are_coloured_on_a_terminal(tmp_path: Path) -> None:
    """The severity alone; the words are those of a pipe, on one line however narrow the terminal is."""
    shown = _on_terminal("check", _bad(tmp_path), pipe_stdout=False, columns=40)
    assert shown.status == 3
    assert "\x1b[31merror\x1b[0m: a.val: " in shown.terminal
    assert _RAGGED in _without_escapes(shown.terminal).replace("\r\n", "\n")


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_problems_are_plain_where_colours_are_not_liked(tmp_path: Path, variables: dict[str, str]) -> None:
    """NO_COLOR, and a terminal that has none."""
    shown = _on_terminal("check", _bad(tmp_path), pipe_stdout=False, **variables)
    assert _RAGGED in shown.terminal.replace("\r\n", "\n")
    assert "\x1b" not in shown.terminal


def test_a_pipe_gets_plain_lines_though_stderr_is_a_terminal(tmp_path: Path) -> None:
    """Each stream for itself."""
    assert _on_terminal("check", _bad(tmp_path)).piped == _RAGGED


def test_problems_of_a_run_are_coloured_on_stderr(tmp_path: Path) -> None:
    """With the page's name before them where there are several."""
    assert "\x1b[31merror\x1b[0m: a.val: " in _on_terminal("run", _bad(tmp_path)).terminal


def test_without_a_terminal_rich_is_not_imported(tmp_path: Path) -> None:
    """Neither a check with problems nor the progress of a run takes the time that its import takes."""
    code = f"""
import sys
from app.cli import main
assert main(["check", {_bad(tmp_path)!r}]) == 3
assert main(["run", {_TRAINING!r}, "--steps", "13", "--pace", "0.1"]) == 0
print("rich" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "False"


def test_a_pipe_sees_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it takes."""
    now = [0.0]
    monkeypatch.setattr("app.cli.progress.time.monotonic", lambda: now[0])
    pipe = io.StringIO()
    with Progress("page", 10, pipe) as progress:
        now[0] = 5.0
        progress.update(5)
    assert pipe.getvalue() == ""


def test_what_a_page_prints_stands_above_its_progress() -> None:
    """The line goes before a text is written, and comes back below it."""
    pipe = io.StringIO()
    drawn: list[str] = []

    class Line:
        def draw(self, done: int, watched: str) -> None:
            drawn.append(f"drawn {done}")

        def stop(self) -> None:
            drawn.append("wiped")

    with Progress("page", 10, pipe) as progress:
        progress._line, progress._next = Line(), 0.0  # type: ignore[assignment]
        progress.update(1)
        progress.print("hello\n")
        progress.print("")
        progress._next = 0.0
        progress.update(2)
    assert pipe.getvalue() == "hello\n"
    assert drawn == ["drawn 1", "wiped", "drawn 2", "wiped"]
