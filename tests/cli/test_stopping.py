"""Ctrl-C: the first ends what goes on, the second the process, whatever that waits for; no traceback ever."""

from __future__ import annotations

import signal
import subprocess
import sys
import types

import pytest

from app.cli import main

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")

# The end of a command that nothing ends: neither the stop request, nor an exception that falls into it
_LINGER = """
import queue, sys, threading
def linger(text):
    print(text, flush=True)
    while True:
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass
"""
_DURING_THE_RUN = """
from app.cli.stopping import ctrl_c_stops
class Engine:
    def stop(self, patient):
        print("stopping", flush=True)
with ctrl_c_stops(Engine()):
    linger("running")
"""
_AFTER_THE_RUN = """
from app.cli.stopping import ctrl_c_stops
class Engine:
    def __init__(self):
        self.inbox = queue.SimpleQueue()  # as the engine's: an Event set in the thread that waits for it can lock up
    def stop(self, patient):
        self.inbox.put(None)
engine = Engine()
with ctrl_c_stops(engine):
    print("running", flush=True)
    engine.inbox.get()
linger("stopping")
"""
_OTHER_COMMANDS = """
from app.cli import program
def command(options):
    try:
        print("running", flush=True)
        threading.Event().wait()
    finally:
        linger("stopping")
program._command = lambda name: command
program.run_program(["blocks"])
"""


@needs_signals
@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("script", [_DURING_THE_RUN, _AFTER_THE_RUN, _OTHER_COMMANDS])
def test_the_second_ctrl_c_ends_the_process_at_once(script: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _LINGER + script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            for word in ("running", "stopping"):
                assert process.stdout.readline() == f"{word}\n"
                process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert (process.returncode, said) == (130, "tensorblocks: interrupted\n")


def test_ctrl_c_while_the_program_is_imported_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Importing(types.ModuleType):
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "app.cli.program", Importing("program"))
    assert (main(["blocks"]), capsys.readouterr().err) == (130, "tensorblocks: interrupted\n")


_AT_THE_FIRST_IMPORT = """
import runpy, sys
class CtrlC:
    def find_spec(self, name, path, target=None):
        if name == "app.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, CtrlC())
runpy.run_module("app", run_name="__main__")
"""


def test_ctrl_c_at_the_first_import_is_no_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", _AT_THE_FIRST_IMPORT], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, "")


@needs_signals
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_after_the_command_ends_the_process_as_the_system_does() -> None:
    """While Python takes itself apart, an exception would be a traceback that nobody can do anything about."""
    script = "import os, signal; from app.cli import main; main(); os.kill(os.getpid(), signal.SIGINT)"
    command = [sys.executable, "-c", script, "--version"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


def test_the_entry_point_imports_nothing_before_it_can_catch_ctrl_c() -> None:
    """An import looks for files, and whoever types Ctrl-C just then would read Python's traceback."""
    script = "import sys; before = {*sys.modules}; import app.cli; print(sorted({*sys.modules} - before))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "['app', 'app.cli']\n"
