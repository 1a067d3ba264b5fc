"""How a run gets to a cluster: ``FILE.json`` or ``HOST:PORT``, and the token that its tasks ask for."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from app.document.model.sentence import quote, say
from app.engine.cluster.cluster import Address, Cluster, ClusterFault, Task, cluster_of

_LONGEST_STEP = 86400  # seconds
_MOST_FILE = 1 << 20  # bytes
_LEAST_TOKEN, _MOST_TOKEN = 16, 4096  # bytes


class Access(msgspec.Struct, frozen=True):
    """A cluster, and the token by which its tasks know who may use them."""

    cluster: Cluster
    token: bytes


def open_access(name: str, token: str | None = None) -> Access:
    """Return the access that ``--cluster NAME`` means; ``token`` names the token's file, where the cluster's does not.

    Raises ClusterFault.
    """
    cluster, beside = _named(name)
    if token is None and beside is None:
        raise ClusterFault(say("cluster.no-token"))
    path = Path(token) if token is not None else Path(name).parent / str(beside)
    return Access(cluster, read_token(path))


def located(name: str, folder: str | os.PathLike[str]) -> str:
    """Return what a page's cluster names, seen from the project's folder: a file there, else an address."""
    path = os.path.join(folder, name)
    return path if name.endswith(".json") or os.path.exists(path) else name


def cluster_named(name: str) -> Cluster:
    """Return the cluster of a file, or of the one task at an address; raises ClusterFault."""
    return _named(name)[0]


def _named(name: str) -> tuple[Cluster, str | None]:
    """Return the cluster of a file, or of the one task at an address, and the name of its token's file."""
    if not name.endswith(".json") and not os.path.exists(name):
        return cluster_of({"worker": [str(Address.parse(name))]}), None
    return read_cluster(Path(name))


def read_cluster(path: Path) -> tuple[Cluster, str | None]:
    """Return what a cluster's file says, and the name of its token's file, as it stands there; raises ClusterFault.

    The file is JSON as TF_CONFIG has it; ``task`` names the master, ``step_limit`` is a number of seconds.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST_FILE + 1)
    except OSError as fault:
        raise ClusterFault(
            say("cluster.file", file=str(path), why=quote(fault.strerror or str(fault)))
        ) from fault
    if len(data) > _MOST_FILE:
        raise ClusterFault(say("cluster.file-too-large", file=str(path)))
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as fault:
        raise ClusterFault(say("cluster.file", file=str(path), why=quote(str(fault)))) from fault
    if not isinstance(raw, dict) or "cluster" not in raw:
        raise ClusterFault(say("cluster.no-cluster", file=str(path)))
    token = raw.get("token")
    if token is not None and not (isinstance(token, str) and token):
        raise ClusterFault(say("cluster.token-name"))
    cluster = cluster_of(raw["cluster"], _master(raw.get("task")))
    if "step_limit" in raw:
        cluster = msgspec.structs.replace(cluster, step_limit=_seconds(raw["step_limit"]))
    return cluster, token


def _seconds(raw: object) -> float:
    """Return how long a step may take."""
    if not isinstance(raw, bool) and isinstance(raw, (int, float)) and 0 < raw <= _LONGEST_STEP:
        return float(raw)
    raise ClusterFault(say("cluster.seconds", most=_LONGEST_STEP))


def _master(raw: object) -> Task | None:
    """Return the task that a file names."""
    if raw is None:
        return None
    if isinstance(raw, dict) and isinstance(raw.get("type"), str) and type(raw.get("index")) is int:
        return Task(raw["type"][:80], raw["index"])
    raise ClusterFault(say("cluster.task"))


def read_token(path: Path) -> bytes:
    """Return the token that a file holds, without the space around it; raises ClusterFault."""
    try:
        with open(path, "rb") as file:
            text = file.read(_MOST_TOKEN + 1).strip()
            mode = os.fstat(file.fileno()).st_mode
    except OSError as fault:
        why = quote(fault.strerror or str(fault))
        raise ClusterFault(say("cluster.token-file", file=str(path), why=why)) from fault
    if not _LEAST_TOKEN <= len(text) <= _MOST_TOKEN:
        raise ClusterFault(say("cluster.token-size", file=str(path), least=_LEAST_TOKEN, most=_MOST_TOKEN))
    if os.name == "posix" and mode & 0o077:
        raise ClusterFault(say("cluster.token-open", file=str(path)))
    return text


def make_token(path: Path) -> bool:
    """Write a new token where no file is there yet, for the user's eyes only; return whether it was made."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    except OSError as fault:
        why = quote(fault.strerror or str(fault))
        raise ClusterFault(say("cluster.token-file", file=str(path), why=why)) from fault
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(os.urandom(32).hex() + "\n")
    return True
