"""Runs on a cluster of a parameter server and two workers on this machine, against the same runs at home."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from app.document.model.diagram import Page
from app.document.storage.project_file import load_project
from app.engine.cluster.cluster import Task
from app.engine.host.engine import Engine
from app.engine.ipc.messages import Devices
from app.engine.values.results import ListValue, PageResult, TensorValue, Value
from blocks.assets import asset
from tests.support.clusters import LocalCluster, listens, local_cluster
from tests.support.function_pages import run_of
from tests.support.pages import page, run

PLACES = ("/job:ps/task:0", "/job:worker/task:1", "/job:worker/task:0")


@pytest.fixture(scope="module")
def cluster(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with local_cluster(engine, tmp_path_factory.mktemp("cluster"), {"ps": 1, "worker": 2}) as cluster:
        for host in cluster.hosts.values():
            shutil.copytree(asset("samples"), host.folder, dirs_exist_ok=True)
        yield cluster


def on_cluster(made: Page, **devices: str) -> Page:
    """Return a page that names a cluster, with devices of blocks."""
    made.run = replace(made.run, cluster="cluster.json")
    for block, device in devices.items():
        made.blocks[block].device = device
    return made


def sample(name: str) -> list[Page]:
    return load_project(asset("samples", f"{name}.tblocks")).project.pages


def bits(result: PageResult) -> dict[str, Any]:
    return {key: bits_of(value) for key, value in result.results.items()}


def bits_of(value: Value) -> Any:
    if isinstance(value, ListValue):
        return [bits_of(item) for item in value.items]
    if not isinstance(value, TensorValue):
        return value
    return value.array.tolist() if value.array.dtype == object else value.array.tobytes()


@pytest.mark.parametrize("name", ["xor", "linear_regression", "switch_and_merge"])
def test_samples_have_the_bits_of_a_run_at_home(name: str, engine: Engine, cluster: LocalCluster) -> None:
    """With blocks on all tasks in turn."""
    folder, (made,) = asset("samples"), sample(name)
    at_home = run_of(engine, made, folder=folder, steps=40, seed=7)
    on_cluster(made)
    for number, block in enumerate(made.blocks.values()):
        block.device = PLACES[number % 3] if block.symbol != "ClientSession" else ""
    there = run_of(engine, made, folder=folder, steps=40, seed=7, cluster=cluster.access())
    assert there.problems == at_home.problems
    assert bits(there) == bits(at_home)


@pytest.mark.parametrize("name", [p.stem for p in sorted(asset("samples").glob("*.tblocks"))])
def test_samples_have_the_same_bits_on_another_task(name: str, engine: Engine, cluster: LocalCluster) -> None:
    """As a whole on a task that is not the master; the files that blocks read are there, too."""
    folder, pages = asset("samples"), sample(name)
    made = next(page for page in pages if any(b.symbol == "ClientSession" for b in page.blocks.values()))
    others = [page for page in pages if page is not made]
    at_home = run_of(engine, made, *others, folder=folder, steps=3, seed=7)
    on_cluster(made).scope = replace(made.scope, device="/job:ps/task:0")
    there = run_of(engine, made, *others, folder=folder, steps=3, seed=7, cluster=cluster.access())
    assert there.problems == at_home.problems
    assert bits(there) == bits(at_home)


def test_nothing_listens_but_while_a_run_is_there(engine: Engine, cluster: LocalCluster) -> None:
    """A run that has ended leaves no server behind: what it held is gone with it."""
    assert run(engine, on_cluster(page({"a": ("Const", {"val": "1.0f"})})), cluster=cluster.access()).ok
    ports = [address.port for _, address in cluster.access().cluster.tasks]
    assert not any(map(listens, ports))


def test_a_run_reports_what_the_tasks_have(engine: Engine, cluster: LocalCluster) -> None:
    events: list[object] = []
    made = on_cluster(page({"a": ("Const", {"val": "1.0f"})}))
    assert run(engine, made, cluster=cluster.access(), on_event=events.append).ok
    (found,) = [event for event in events if isinstance(event, Devices)]
    assert {f"{place}/cpu:0" for place in PLACES} <= set(found.names)


def test_the_variables_of_a_run_are_its_own(engine: Engine, cluster: LocalCluster) -> None:
    """Two runs of one page side by side count for themselves; so does a later one."""
    made = {"one": ("Const", {"val": "1.0f"}), "v": ("Variable", {"initvalues": "0.0f"}), "add": "AssignAdd"}
    made |= {"s": "ClientSession"}
    wires = "v.ref -> add.ref\none.output -> add.value\nadd.output_ref -> s.fetch_outputs"
    counting = on_cluster(page(made, wires), v="/job:ps/task:0")
    with engine.companion() as other:
        first: list[PageResult] = []

        def second(event: object) -> None:
            if not first:
                first.append(run(other, counting, steps=3, cluster=cluster.access(Task("worker", 1))))

        result = run(engine, counting, steps=5, cluster=cluster.access(), on_event=second)
    assert [one.results["add.output_ref"].array for one in (first[0], result)] == [3.0, 5.0]
    assert cluster.said == []  # what the one held was released while the other went on


def test_a_device_that_is_not_there_is_a_problem_at_its_block(engine: Engine, cluster: LocalCluster) -> None:
    made = page({"a": ("Const", {"val": "1.0f"}), "b": "Square", "s": "ClientSession"},
                "a.output -> b.x\nb.y -> s.fetch_outputs")  # fmt: skip
    for device in ("/job:ps/task:3", "/job:worker/task:1/gpu:7"):
        result = run(engine, on_cluster(made, b=device), cluster=cluster.access())
        (problem,) = result.problems
        assert (problem.code, problem.severity, problem.block) == ("bad-attr-value", "error", "b")
        assert "/job:worker/task:1" in str(problem.hint)


def test_another_token_is_a_problem_of_every_task(engine: Engine, cluster: LocalCluster) -> None:
    made = on_cluster(page({"a": ("Const", {"val": "1.0f"})}))
    result = run(engine, made, cluster=cluster.access(token=b"another token, as long"))
    assert [p.sentence.key for p in result.problems] == ["cluster.token"] * 3
    assert not result.ok


def test_a_file_is_that_of_the_task(engine: Engine, cluster: LocalCluster, tmp_path: Path) -> None:
    """Relative names are seen from its folder, and what is outside of it is refused by the system."""
    folder = cluster.hosts[Task("ps", 0)].folder
    (Path(folder) / "there.txt").write_text("of the task")
    (tmp_path / "there.txt").write_text("of the run")
    made = on_cluster(page({"read": ("ReadFile", {"filename": "there.txt"})}), read="/job:ps/task:0")
    result = run(engine, made, tmp_path, cluster=cluster.access())
    assert result.results["read.contents"].array == np.array(b"of the task", object)


def test_what_a_task_makes_need_not_fit_here(engine: Engine, cluster: LocalCluster) -> None:
    """240 MB in a task, of which a run that may take 200 MB sees the sum alone."""
    made = page(
        {
            "many": ("Fill", {"dims": "{60000000}", "value": "1.0f"}),
            "sum": ("Sum", {"reduction_indices": "{0}"}),
            "s": "ClientSession",
        },
        "many.output -> sum.input\nsum.output -> s.fetch_outputs",
    )
    options: dict[str, Any] = {"memory_limit": 200 << 20, "fetch": ["sum.output"]}
    assert [p.code for p in run(engine, made, **options).problems] == ["out-of-memory"]
    result = run(engine, on_cluster(made), cluster=cluster.access(), **options)
    assert result.results["sum.output"].array == 60_000_000
