"""What a cluster's file may say, and what is wrong with it otherwise."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from app.engine.cluster.access import make_token, open_access, read_cluster, read_token
from app.engine.cluster.cluster import Address, ClusterFault, Task, cluster_of
from app.engine.cluster.greeting import is_proof, mac_of

FILE = {"cluster": {"ps": ["ps.example:2222"], "worker": ["10.0.0.1:2222", "[::1]:2222"]}}


def write(folder: Path, what: Any) -> Path:
    path = folder / "cluster.json"
    path.write_text(json.dumps(what))
    return path


def test_a_file_reads_as_tf_config_has_it(tmp_path: Path) -> None:
    cluster, token = read_cluster(write(tmp_path, FILE))
    assert cluster.names == ("/job:ps/task:0", "/job:worker/task:0", "/job:worker/task:1")
    assert cluster.config == FILE["cluster"]
    assert cluster.address_of(Task("worker", 1)) == Address("::1", 2222)
    assert (str(cluster.master), token) == ("/job:worker/task:0", None)


def test_the_master_is_the_task_that_the_file_names(tmp_path: Path) -> None:
    assert read_cluster(write(tmp_path, {**FILE, "step_limit": 600}))[0].step_limit == 600
    cluster, _ = read_cluster(write(tmp_path, {**FILE, "task": {"type": "worker", "index": 1}}))
    assert cluster.master == Task("worker", 1)


@pytest.mark.parametrize(
    ("what", "key"),
    [
        ([], "cluster.no-cluster"),
        ({"cluster": {}}, "cluster.no-jobs"),
        ({"cluster": {"worker": []}}, "cluster.addresses"),
        ({"cluster": {"worker": "10.0.0.1:2222"}}, "cluster.addresses"),
        ({"cluster": {"worker": [2222]}}, "cluster.addresses"),
        ({"cluster": {"worker/0": ["a:1"]}}, "cluster.job"),
        ({"cluster": {"worker": ["a"]}}, "cluster.address"),
        ({"cluster": {"worker": ["grpc://a:1"]}}, "cluster.address"),
        ({"cluster": {"worker": ["a:0"]}}, "cluster.port"),
        ({"cluster": {"worker": ["a:65535"]}}, "cluster.port"),
        ({"cluster": {"worker": ["a:1", "a:1"]}}, "cluster.shared"),
        ({"cluster": {"ps": ["a:7"], "worker": ["a:8"]}}, "cluster.shared"),
        ({"cluster": {"worker": [f"a{i}:1" for i in range(300)]}}, "cluster.too-many"),
        ({**FILE, "task": {"type": "worker", "index": 2}}, "cluster.no-task"),
        ({**FILE, "task": {"type": "worker", "index": "0"}}, "cluster.task"),
        ({**FILE, "task": 3}, "cluster.task"),
        ({**FILE, "token": ""}, "cluster.token-name"),
        ({**FILE, "step_limit": 0}, "cluster.seconds"),
        ({**FILE, "step_limit": "60"}, "cluster.seconds"),
        ({**FILE, "step_limit": True}, "cluster.seconds"),
    ],
)
def test_what_a_file_may_not_say(what: Any, key: str, tmp_path: Path) -> None:
    with pytest.raises(ClusterFault) as fault:
        read_cluster(write(tmp_path, what))
    assert fault.value.sentence.key == key


@pytest.mark.parametrize(
    ("device", "is_there"),
    [
        ("", True), ("/cpu:0", True), ("/gpu:1", True), ("/job:ps/task:0", True), ("/job:ps/task:0/cpu:0", True),
        ("/job:worker/task:1/device:GPU:0", True), ("/job:worker/replica:0/task:1", True), ("/job:worker", True),
        ("/task:1", True), ("/job:*/task:0", True), ("/job:ps/task:1", False), ("/job:chief", False),
        ("/task:2", False), ("/job:localhost/cpu:0", False),
    ],
)  # fmt: skip
def test_devices_of_tasks_that_are_there(device: str, is_there: bool) -> None:
    assert cluster_of(FILE["cluster"]).has(device) is is_there


def test_the_token_is_looked_for_beside_the_file(tmp_path: Path) -> None:
    assert make_token(tmp_path / "secret")
    assert not make_token(tmp_path / "secret")
    access = open_access(str(write(tmp_path, {**FILE, "token": "secret"})))
    assert access.token == (tmp_path / "secret").read_bytes().strip()
    assert len(access.token) == 64


def test_an_address_is_a_cluster_of_one_task(tmp_path: Path) -> None:
    make_token(tmp_path / "secret")
    access = open_access("localhost:2222", str(tmp_path / "secret"))
    assert access.cluster.config == {"worker": ["localhost:2222"]}
    with pytest.raises(ClusterFault) as fault:
        open_access("localhost:2222")
    assert fault.value.sentence.key == "cluster.no-token"


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_token_that_others_can_read_is_none(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    make_token(path)
    path.chmod(0o640)
    with pytest.raises(ClusterFault) as fault:
        read_token(path)
    assert fault.value.sentence.key == "cluster.token-open"


def test_a_short_token_is_none(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("hello")
    with pytest.raises(ClusterFault) as fault:
        read_token(path)
    assert fault.value.sentence.key == "cluster.token-size"


def test_a_proof_is_of_one_side_and_one_challenge() -> None:
    mac = mac_of(b"token", "run", "theirs", "own")
    assert is_proof(b"token", "run", "theirs", "own", mac)
    assert not is_proof(b"token", "task", "theirs", "own", mac)
    assert not is_proof(b"token", "run", "another", "own", mac)
    assert not is_proof(b"other", "run", "theirs", "own", mac)
    assert not is_proof(b"token", "run", "theirs", "own", "ä")
