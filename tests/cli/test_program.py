"""What holds for every command: exit statuses, quiet pipes, no tracebacks, light commands stay light."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import log, program
from app.cli.exits import worst
from app.editor.application.qt_libraries import explain
from blocks.assets import asset

SAMPLE = asset("samples", "matrix_product.tblocks")
COMMANDS = ("edit", "run", "check", "convert", "picture", "blocks")


def test_help_names_every_command(cli) -> None:
    """Help is data: exit 0, on stdout."""
    done = cli("--help")
    assert (done.status, done.err) == (0, "")
    assert all(f"\n    {command}" in done.out for command in COMMANDS)
    assert all(cli(command, "--help").status == 0 for command in COMMANDS)


def test_no_command_is_wrong_usage(cli) -> None:
    """Exit 2, and the help on stderr."""
    done = cli()
    assert (done.status, done.out) == (2, "")
    assert "usage: tensorblocks" in done.err


@pytest.mark.parametrize("argv", [("fly",), ("run",), ("run", SAMPLE, "--jsn"), ("run", SAMPLE, "--js")])
def test_wrong_usage(cli, argv: tuple[object, ...]) -> None:
    """Unknown commands and options, missing files and abbreviated options: exit 2."""
    done = cli(*argv)
    assert (done.status, done.out) == (2, "")
    assert "usage: " in done.err


@pytest.mark.parametrize(
    ("statuses", "wins"),
    [((0, 0), 0), ((0, 1, 0), 1), ((1, 3), 3), ((3, 124, 1), 124), ((124, 130), 130), ((), 0)],
)
def test_the_worst_page_gives_the_status(statuses: tuple[int, ...], wins: int) -> None:
    """130, 124, 3, 1 in this order."""
    assert worst(statuses) == wins


def test_the_unexpected_is_one_line_and_a_log(cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A fault of the program itself: exit 1, no traceback shown, all of it in the log."""

    def fall(options: object) -> int:
        raise ZeroDivisionError("the sky\nfell")

    monkeypatch.setattr(program, "_command", lambda name: fall)
    monkeypatch.setattr(log, "log_file", lambda: tmp_path / "logs" / "tensorblocks.log")
    done = cli("blocks")
    assert (done.status, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert "unexpected ZeroDivisionError: the sky fell" in done.err
    assert str(tmp_path / "logs") in done.err
    assert "in fall" in (tmp_path / "logs" / "tensorblocks.log").read_text(encoding="utf-8")


def test_a_log_that_cannot_be_written_does_not_hide_the_fault(cli, monkeypatch, tmp_path: Path) -> None:
    """The line is shown all the same."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    def fall(options: object) -> int:
        raise ZeroDivisionError("fell")

    monkeypatch.setattr(program, "_command", lambda name: fall)
    monkeypatch.setattr(log, "log_file", lambda: tmp_path / "file" / "tensorblocks.log")
    done = cli("blocks")
    assert done.status == 1
    assert "could not be written" in done.err


def test_an_interrupt_ends_with_130(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in any command: exit 130 and one line."""

    def interrupted(options: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "_command", lambda name: interrupted)
    done = cli("blocks")
    assert (done.status, done.err) == (130, "tensorblocks: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
@pytest.mark.usefixtures("ctrl_c")
def test_a_real_interrupt_leaves_nothing_half_written(tmp_path: Path) -> None:
    """SIGINT in mid-run: exit 130, no results, no archive, no worker that holds the output open."""
    started = tmp_path / "started"
    page = {
        "name": "endless",
        "run": {"steps": 1_000_000_000},
        "blocks": [
            {"id": "mark", "symbol": "WriteFile", "pins": {"filename": '"started"', "contents": '"x"'}},
            {"id": "out", "symbol": "ClientSession"},
        ],
        "wires": [["mark.operation", "out.run_outputs"]],
    }
    path = tmp_path / "endless.tblocks"
    path.write_text(_project(page), encoding="utf-8")
    command = [sys.executable, "-m", "app", "run", str(path), "--out", str(tmp_path / "results.npz")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=_ROOT, text=True
    ) as process:
        while not started.exists() and process.poll() is None:
            _wait_briefly(process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["endless.tblocks", "started"]


def _wait_briefly(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(timeout=0.05)
    except subprocess.TimeoutExpired:
        return


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no broken pipes of this kind")
def test_a_reader_that_goes_away_is_no_fault() -> None:
    """As ``tensorblocks blocks --json | head -c 1``: no complaint."""
    command = [sys.executable, "-m", "app", "blocks", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=_ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.read(1) == b"{"
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    "argv",
    [["--help"], ["check", str(SAMPLE)], ["blocks", "matmul"], ["blocks", "MatMul", "--json"], ["run"]],
)
def test_light_commands_import_nothing_heavy(argv: list[str]) -> None:
    """No TensorFlow, no Qt, no NumPy for help, check, blocks and wrong usage."""
    code = (
        "import sys; from app.cli import main; main(sys.argv[1:]);"
        "print('imported', sorted({m.split('.')[0] for m in sys.modules}"
        " & {'tensorflow', 'PySide6', 'NodeGraphQt', 'Qt', 'numpy'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *argv], cwd=_ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "imported []", done.stderr


def test_a_whole_process_prints_its_result() -> None:
    """The installed command, from its start to its exit status."""
    done = subprocess.run(
        [sys.executable, "-m", "app", "run", str(SAMPLE)],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("[[19. 22.]\n [43. 50.]]\n")


def test_a_run_leaves_nothing_in_the_home_and_makes_none(tmp_path: Path) -> None:
    """Keras, which TensorFlow brings along, would write its settings there."""
    homes = {name: str(tmp_path / "home") for name in ("HOME", "USERPROFILE")}
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_HOME"}
    done = subprocess.run(
        [sys.executable, "-m", "app", "run", str(SAMPLE)],
        cwd=_ROOT,
        env={**environment, **homes},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libEGL.so.1", "apt-get install libegl1"),
        ("libGL.so.1", "apt-get install libgl1"),
        ("libxkbcommon.so.0", "apt-get install libxkbcommon0"),
        ("libfontconfig.so.1", "apt-get install libfontconfig1"),
        ("libdbus-1.so.3", "apt-get install libdbus-1-3"),
        ("libunheard.so.7", "the system library libunheard.so.7"),
    ],
)
def test_a_missing_system_library_is_named_with_its_package(library: str, package: str) -> None:
    """What the loader says about a library becomes what to install."""
    error = ImportError(f"{library}: cannot open shared object file: No such file or directory")
    assert package in explain(error)
    assert library in explain(error)


def test_a_missing_python_package_is_named() -> None:
    """Without PySide6 the message says what to install."""
    assert "PySide6" in explain(ModuleNotFoundError("No module named 'PySide6'", name="PySide6"))


_ROOT = Path(program.__file__).resolve().parents[2]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def _project(page: dict[str, object]) -> str:
    import json

    return json.dumps({"format": "tensorblocks", "version": 1, "pages": [page]})


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full device")
def test_a_full_disk_is_one_plain_line() -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        command = [sys.executable, "-m", "app", "blocks", "--json"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=_ROOT, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "tensorblocks: cannot write: No space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="the shell is POSIX")
def test_closed_output_is_no_fault() -> None:
    command = f"exec '{sys.executable}' -m app blocks MatMul >&-"
    done = subprocess.run(command, shell=True, stderr=subprocess.PIPE, cwd=_ROOT, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_seed_that_tensorflow_cannot_take_is_wrong_usage(cli_without_worker) -> None:
    done = cli_without_worker("run", SAMPLE, "--seed", 2**63)
    assert done.status == 2
    assert "9223372036854775808 is not between" in done.err
