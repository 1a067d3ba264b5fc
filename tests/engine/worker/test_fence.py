"""The walls around a worker, tried from within by Python that does its worst."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.document.resources.grants import Bounds, Grants
from app.document.resources.ground import Ground
from app.engine.host import launcher
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.host.wall_trial import try_walls
from app.engine.ipc.walls import Walls
from tests.support.fake_session import FAKE_SESSION, FakePlan
from tests.support.leaning import LEAN, Lean, Leaned

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64",
    reason="the walls of Linux; calls by their numbers",
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    top = tmp_path_factory.mktemp("top")
    folder, outside = top / "project", top / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("canary")
    (folder / "inside.txt").write_text("inside")
    (folder / "link").symlink_to(outside / "secret.txt")
    return folder, outside


@pytest.fixture(scope="module")
def engine(importable_fakes: None) -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A_SECRET_TOKEN", "canary")
        patch.setattr(launcher, "CAN_FORK", True)  # other tests may have it otherwise
        with Engine(factory=FAKE_SESSION, preload=()) as made:
            yield made


def leaned(engine: Engine, folders: tuple[Path, Path], walls: Walls) -> Leaned:
    folder, outside = map(str, folders)
    answer = engine.ask(LEAN, Lean(folder, outside, os.getpid()), timeout=60, walls=walls)
    assert isinstance(answer, Leaned), answer
    return answer


@pytest.fixture(scope="module")
def found(engine: Engine, folders: tuple[Path, Path]) -> Leaned:
    return leaned(engine, folders, Walls.around(Bounds(Ground.of(folders[0]))))


def test_nothing_outside_is_reached(found: Leaned, folders: tuple[Path, Path]) -> None:
    tried = {name: came for name, came in found.came.items() if not name.startswith("inside")}
    assert {name: came for name, came in tried.items() if came != "refused"} == {}
    assert len(tried) > 35
    assert [path.name for path in folders[1].iterdir()] == ["secret.txt"]
    assert (folders[1] / "secret.txt").read_text() == "canary"


def test_what_a_run_needs_is_there(found: Leaned) -> None:
    came = {name: came for name, came in found.came.items() if name.startswith("inside")}
    assert not {name: how for name, how in came.items() if how == "refused" or how.startswith("failed")}


def test_every_thread_stands_within_the_walls(found: Leaned) -> None:
    assert len(found.threads) >= 2  # this one, and the one that listens to the program
    assert set(found.threads) == {"1 2"}


def test_the_environment_holds_no_secrets_and_no_home(found: Leaned) -> None:
    assert "canary" not in str(found.environment)
    assert found.environment["HOME"] != str(Path.home())
    assert "tensorblocks-" in found.environment["HOME"]


def test_no_file_of_the_program_is_open(found: Leaned) -> None:
    others = [name for name in found.files if name != os.devnull and "/memfd" not in name]
    assert sum(name.startswith("socket") for name in others) == 1  # the channel
    assert all(name.startswith(("socket", "/tmp/#")) for name in others), (
        others
    )  # log and progress have no names


def test_the_worker_says_which_walls_hold(engine: Engine, found: Leaned) -> None:
    held = engine.walls_held
    assert held is not None
    assert (held.files, held.network, held.processes, held.why) == (True, True, True, "")
    assert try_walls() == held


def test_grants_open_what_they_name(engine: Engine, folders: tuple[Path, Path]) -> None:
    grants = Grants.of([str(folders[1])], net=True)
    came = leaned(engine, folders, Walls.around(Bounds(Ground.of(folders[0]), grants))).came
    assert came["read"] == "'canary'"
    assert came["TCP"] != "refused"
    assert (came["write"], came["read /etc/passwd"], came["run a program"]) == ("refused",) * 3


def test_ports_of_a_cluster_open_themselves_alone(engine: Engine, folders: tuple[Path, Path]) -> None:
    walls = Walls.around(Bounds(Ground.of(folders[0])), ports=(9,))
    came = leaned(engine, folders, walls).came
    assert came["TCP"] != "refused"
    others = ("TCP elsewhere", "listen", "UDP", "UNIX", "abstract UNIX", "netlink", "DNS", "read")
    assert {came[name] for name in others} == {"refused"}
    assert engine.run(FakePlan(), folders[0], RunRequest()).ok
    assert engine.walls_held is not None
    assert engine.walls_held.network
    held = try_walls(9)
    assert (held.files, held.network, held.processes, held.why) == (True, True, True, "")


def test_without_a_sandbox_the_walls_count_as_absent(engine: Engine, folders: tuple[Path, Path]) -> None:
    assert engine.run(FakePlan(), folders[0], RunRequest(sandbox=False)).ok
    held = engine.walls_held
    assert held is not None
    assert not held.files
    assert held.why == "switched off"
