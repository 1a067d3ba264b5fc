"""The demonstration of a cluster: its tasks, the sample's pages on them, and nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.document.formats.registry import open_project
from app.document.model.diagram import Project, Scope
from app.document.storage.writer import dumps
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.results import TensorValue
from blocks.assets import asset
from tests.cli.conftest import Cli
from tests.support.function_pages import planned

SAMPLE = Path(str(asset("samples", "cluster", "parallel_training.tblocks")))
_LONE = "from app.cli.lone_network import enter_lone_network as enter; raise SystemExit(bool(enter()))"
TRUTH = [2.0, -1.0, 0.5, 3.0]  # as the page "batch" says


def at_home() -> Project:
    """Return the sample without its devices."""
    project = open_project(SAMPLE).project
    for page in project.pages:
        page.scope = Scope(seed=page.scope.seed)
        for block in page.blocks.values():
            block.device = ""
    return project


def test_the_sample_is_canonical_and_explained() -> None:
    loaded = open_project(SAMPLE)
    assert not any(loaded.problems.values())
    assert dumps(loaded.project) == SAMPLE.read_bytes()
    assert all(any(n.kind == "text" and n.text for n in p.notes.values()) for p in loaded.project.pages)


def test_without_a_cluster_the_pages_say_what_they_need(cli_without_worker: Cli) -> None:
    """One problem for each place where a device is set, not for each block within a use."""
    done = cli_without_worker("check", SAMPLE, "--json")
    for name in ("sum", "accumulator", "asynchronous"):
        problems = done.json["pages"][name]["problems"]
        assert {p["block"] for p in problems} == {None, "worker_0", "worker_1"} | (
            {"loss_0", "loss_1"} if name == "asynchronous" else set()
        )
        assert all("--cluster" in p["message"] for p in problems)


@pytest.mark.parametrize(
    ("name", "updates"), [("sum", None), ("accumulator", None), ("asynchronous", 20 * 30)]
)
def test_the_pages_learn_the_truth_at_home_too(
    lasting_engine: Engine, name: str, updates: int | None
) -> None:
    project = at_home()
    main = project.page(name)
    assert main is not None
    plan = planned(main, *[p for p in project.pages if p is not main])
    assert plan.problems == ()
    result = lasting_engine.run(plan, ".", RunRequest(steps=main.run.steps, wait_limit=20, timeout=60))
    assert result.ok
    weights = result.results["weights.value" if updates else "train.out"]
    assert isinstance(weights, TensorValue)
    assert weights.array.ravel().tolist() == pytest.approx(TRUTH, abs=0.05)
    if updates:
        count = result.results["updates.value"]
        assert isinstance(count, TensorValue)
        assert count.array == updates


@pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", _LONE], check=False).returncode != 0,
    reason="the system permits no network of one's own",
)
def test_one_command_trains_on_a_cluster_with_the_bits_of_home_and_ends_all_it_started(
    cli: Cli, tmp_path: Path
) -> None:
    home = tmp_path / "home.tblocks"
    home.write_bytes(dumps(at_home()))
    here = cli("run", home, "--page", "sum")
    there = subprocess.run(
        [sys.executable, "-m", "app.cli.cluster_demo", "--no-window", "--page", "sum"],
        capture_output=True, text=True, timeout=180, check=False, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert (here.status, there.returncode) == (0, 0), there.stderr
    first, _, printed = there.stdout.partition("\n")
    assert first.startswith("A parameter server and two workers listen at the ports")
    assert printed == here.out
    folders = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(os.fsencode(tmp_path / "tensorblocks-cluster-") in line for line in folders)
