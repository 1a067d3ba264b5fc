"""Worker processes and their program: Ctrl-C, the program dying, TensorFlow missing, foreign modules."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.document.model.sentence import quote, say
from app.engine.host import launcher
from app.engine.host.engine import Engine
from app.engine.ipc.handlers import PRELOADED
from app.engine.values.results import PageResult
from tests.support.fake_session import FAKE_SESSION, FakePlan
from tests.support.hanging_import import Hanging
from tests.support.words import holds

pytestmark = pytest.mark.usefixtures("importable_fakes")
ROOT = Path(__file__).resolve().parents[3]
needs_pidfd = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")

PROGRAM = """
import sys
from tests.support.fake_session import FAKE_SESSION, FakePlan
from app.engine.host import launcher
from app.engine.host.engine import Engine
from app.engine.host.events import Stepped
from app.engine.host.interface import RunRequest

launcher.CAN_FORK = sys.argv[1] == "fork"
def ready(event):
    if isinstance(event, Stepped):
        print("running", flush=True)

with Engine(factory=FAKE_SESSION, preload=()) as engine:
    plan = FakePlan(acts={1: ("processes",), -2: ("breathe",)})
    result = engine.run(plan, sys.argv[2], RunRequest(steps=None), on_event=ready)
    print("ended", result.ok, result.interrupted, result.steps == result.results["count.output"].array)
"""


def program(way: str, folder: Path) -> subprocess.Popen[str]:
    """Start a program that runs a page until it is stopped, as the only process of its group."""
    os.mkfifo(folder / "processes")
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", PROGRAM, way, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@needs_pidfd
@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_no_process_is_left_when_the_program_is_killed(tmp_path: Path, way: str) -> None:
    with program(way, tmp_path) as main:
        worker, parent = (int(pid) for pid in (tmp_path / "processes").read_text().split())
        handles = [os.pidfd_open(worker)] + ([os.pidfd_open(parent)] if parent != main.pid else [])
        main.kill()
        for handle in handles:
            assert select.select([handle], [], [], 20)[0] == [handle]
            os.close(handle)


STARTING = """
import sys
from app.engine.host import launcher
from app.engine.host.engine import Engine
launcher.CAN_FORK = sys.argv[1] == "fork"
engine = Engine(preload=(sys.argv[2],))
engine.start()
sys.stdin.read()
"""


@needs_pidfd
@pytest.mark.parametrize(("way", "native"), [("fork", False), ("fork", True), ("spawn", False)])
def test_no_process_is_left_when_the_program_is_killed_during_an_import_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, native: bool
) -> None:
    """Also where it hangs in native code, which runs no Python thread any more."""
    hanging = Hanging(tmp_path, native)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    with subprocess.Popen(
        [sys.executable, "-c", STARTING, way, hanging.module], stdin=subprocess.PIPE
    ) as main:
        handle = os.pidfd_open(hanging.wait())
        main.kill()
        assert select.select([handle], [], [], 20)[0] == [handle]
        os.close(handle)


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_ctrl_c_ends_the_run_and_not_the_program(tmp_path: Path, way: str) -> None:
    with program(way, tmp_path) as main:
        (tmp_path / "processes").read_text()
        assert main.stdout is not None
        assert main.stdout.readline() == "running\n"
        os.killpg(main.pid, signal.SIGINT)
        out, err = main.communicate(timeout=30)
    assert out.splitlines()[-1] == "ended True True True"
    assert (main.returncode, err) == (0, "")


def test_next_page_finds_the_collector_as_usual(tmp_path: Path) -> None:
    grown = FakePlan(acts={0: ("usual", "grow")})
    with Engine(factory=FAKE_SESSION, preload=()) as engine:
        assert engine.run(grown, tmp_path).ok
        assert engine.run(grown, tmp_path).ok


def run_with(modules: Path, code: str, patch: pytest.MonkeyPatch, preload: tuple[str, ...]) -> PageResult:
    """Run a page where the module ``tensorflow`` is ``code``."""
    (modules / "tensorflow.py").write_text(code)
    patch.setenv("PYTHONPATH", os.pathsep.join([str(modules), str(ROOT)]))
    with Engine(factory=FAKE_SESSION, preload=preload) as engine:
        return engine.run(FakePlan(), modules)


@pytest.mark.parametrize("forks", [True, False])
def test_a_tensorflow_that_cannot_be_imported_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forks: bool
) -> None:
    monkeypatch.setattr(launcher, "CAN_FORK", forks and launcher.CAN_FORK)
    result = run_with(tmp_path, "raise ImportError('libtf.so: no such file')", monkeypatch, PRELOADED)
    assert not result.ok
    (problem,) = result.problems
    assert problem.code == "no-tensorflow"
    assert holds(problem.sentence, say("tensorflow.absent", why=quote("ImportError: libtf.so: no such file")))


@pytest.mark.parametrize("forks", [True, False])
def test_a_tensorflow_that_ends_the_process_at_its_import_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forks: bool
) -> None:
    monkeypatch.setattr(launcher, "CAN_FORK", forks and launcher.CAN_FORK)
    result = run_with(tmp_path, "import os; os._exit(3)", monkeypatch, PRELOADED)
    (problem,) = result.problems
    assert problem.code == "no-tensorflow"
    assert holds(problem.sentence, say("exit.status", status=3))


def test_the_folder_of_a_project_supplies_no_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "harmful.py").write_text("open('harmed', 'w')")
    monkeypatch.chdir(tmp_path)
    with Engine(factory=FAKE_SESSION, preload=("harmful",)) as engine:
        (problem,) = engine.run(FakePlan(), tmp_path).problems
    assert holds(problem.sentence, quote("No module named 'harmful'"))
    assert not (tmp_path / "harmed").exists()


def test_an_engine_closes_before_its_first_run() -> None:
    never_started = Engine()
    never_started.close()
    with Engine(factory=FAKE_SESSION) as importing:
        importing.stop()
    with pytest.raises(RuntimeError, match="closed"):
        importing.start()
