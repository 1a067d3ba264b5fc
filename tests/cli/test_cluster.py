"""``serve`` and ``run --cluster``: what they refuse, and a page that runs in the process of another command."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine.host import task_host
from app.engine.host.engine import Engine
from app.engine.ipc.walls import WallsHeld
from blocks.assets import asset
from tests.cli.conftest import Cli, Write
from tests.support.clusters import TOKEN, LocalCluster, free_ports, listens, local_cluster

SAMPLE = asset("samples") / "linear_regression.tblocks"


@pytest.fixture(scope="module")
def cluster(lasting_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with local_cluster(lasting_engine, tmp_path_factory.mktemp("cluster"), {"worker": 2}) as cluster:
        yield cluster


@pytest.fixture
def file(cluster: LocalCluster, tmp_path: Path) -> Path:
    token = tmp_path / "token"
    token.write_bytes(TOKEN)
    token.chmod(0o600)
    path = tmp_path / "cluster.json"
    path.write_text(json.dumps({"cluster": cluster.config, "token": "token"}))
    return path


def test_a_page_runs_on_the_cluster_as_at_home(cli: Cli, file: Path) -> None:
    there, at_home = (cli("run", SAMPLE, "--json", *more) for more in (("--cluster", file), ()))
    assert there.status == 0, there.err
    pages = [outcome.json["pages"]["linear regression"] for outcome in (there, at_home)]
    assert pages[0]["results"] == pages[1]["results"]
    assert pages[0]["steps"] == pages[1]["steps"] > 1


def test_a_device_that_is_not_there_stops_the_page_before_it_runs(cli: Cli, file: Path, write: Write) -> None:
    project = write(("p", {"a": ("Const", {"val": "1"})}, []))
    raw = json.loads(project.read_text())
    raw["pages"][0]["blocks"][0]["device"] = "/job:worker/task:2"
    project.write_text(json.dumps(raw))
    outcome = cli("run", project, "--cluster", file)
    assert outcome.status == 3
    assert "a: the device /job:worker/task:2 is not in the cluster" in outcome.err
    assert "/job:worker/task:0 and /job:worker/task:1" in outcome.err


def test_a_cluster_of_the_pages_own_has_to_be_allowed(cli: Cli, file: Path, write: Write) -> None:
    project = write(("p", {"a": ("Const", {"val": "1"})}, []))
    raw = json.loads(project.read_text())
    raw["pages"][0]["run"]["cluster"] = file.name
    project.write_text(json.dumps(raw))
    refused = cli("run", project)
    assert (refused.status, "--allow-net" in refused.err) == (2, True)
    assert cli("run", project, "--allow-net", "--retries", "2").status == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", r"cluster\.json: .*"),
        ('{"cluster": {"worker": ["nowhere"]}}', "'nowhere' is no HOST:PORT"),
        ('{"cluster": {"worker": ["localhost:1"]}}', "ask for their token"),
    ],
)
def test_a_file_that_is_no_clusters_is_refused(
    text: str, words: str, cli_without_worker: Cli, tmp_path: Path
) -> None:
    path = tmp_path / "cluster.json"
    path.write_text(text)
    outcome = cli_without_worker("run", SAMPLE, "--cluster", path)
    assert outcome.status == 2
    assert re.search(f"^tensorblocks: --cluster .*{words}", outcome.err), outcome.err


def test_retries_without_a_cluster_are_refused(cli_without_worker: Cli) -> None:
    outcome = cli_without_worker("run", SAMPLE, "--retries", "2")
    assert outcome.status == 2
    assert "--retries is for --cluster" in outcome.err


def test_a_task_that_is_not_there_is_named(cli: Cli, tmp_path: Path, file: Path) -> None:
    (port,) = free_ports(1)
    outcome = cli("run", SAMPLE, "--cluster", f"127.0.0.1:{port}", "--token", tmp_path / "token")
    assert outcome.status == 1
    assert f"/job:worker/task:0 does not answer at 127.0.0.1:{port + 1}" in outcome.err


def test_serve_refuses_to_listen_everywhere_unasked(
    cli_without_worker: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.serve.is_alone", lambda: False)
    outcome = cli_without_worker("serve", "--folder", tmp_path, "--port", "2222", "--token", tmp_path / "t")
    assert outcome.status == 2
    assert "no password" in outcome.err
    assert "--listen-everywhere" in outcome.err
    assert not (tmp_path / "t").exists()


def test_a_name_space_without_networks_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.if_nameindex", lambda: [(1, "lo")])
    assert task_host.is_alone()
    monkeypatch.setattr("socket.if_nameindex", lambda: [(1, "lo"), (2, "eth0")])
    assert not task_host.is_alone()


def test_serve_refuses_a_token_that_is_none(cli_without_worker: Cli, tmp_path: Path) -> None:
    (tmp_path / "t").write_text("short")
    options = ("--port", "2222", "--token", tmp_path / "t", "--listen-everywhere")
    outcome = cli_without_worker("serve", "--folder", tmp_path, *options)
    assert (outcome.status, "does not hold 16" in outcome.err) == (2, True)
    outcome = cli_without_worker("serve", "--folder", tmp_path / "t", *options)
    assert (outcome.status, "this is no folder" in outcome.err) == (2, True)


def test_serve_says_which_walls_do_not_hold(
    cli_without_worker: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And ends where another process has its port."""
    monkeypatch.setattr("app.cli.serve.try_walls", lambda *ports: WallsHeld(why="an old kernel"))
    with socket.create_server(("", 0)) as taken:
        port = int(taken.getsockname()[1])
        options = ("--port", port - 1, "--token", tmp_path / "t", "--listen-everywhere")
        outcome = cli_without_worker("serve", "--folder", tmp_path, *options)
    assert outcome.status == 2
    assert "the token lies within" in outcome.err
    assert "no wall around files (an old kernel)" in outcome.err
    assert "does not hold TensorFlow's server to the ports" in outcome.err
    assert f"--port {port - 1}: " in outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_a_process_serves_until_ctrl_c(cli: Cli, tmp_path: Path, ctrl_c: None) -> None:
    """It makes the token, says what is open, and leaves nothing that listens."""
    (port,) = free_ports(1)
    folder = tmp_path / "served"
    folder.mkdir()
    command = [sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main())", "serve"]
    command += ["--folder", str(folder), "--port", str(port), "--token", str(tmp_path / "t")]
    with subprocess.Popen([*command, "--listen-everywhere"], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = []
        while not said or "is served at ports" not in said[-1]:
            said.append(process.stderr.readline())
            assert said[-1], said
        outcome = cli(
            "run", SAMPLE, "--steps", 3, "--cluster", f"localhost:{port}", "--token", tmp_path / "t"
        )
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert outcome.status == 0, outcome.err
    assert "a token was made" in said[0]
    assert "no password and no encryption" in said[1]
    assert not listens(port)
    assert not listens(port + 1)
