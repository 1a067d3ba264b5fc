"""What a worker of a scheduler does: bytes in, some runs on an engine of its own behind the same walls, bytes out."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path

import msgspec

from app.document.resources.grants import Grants
from app.engine.compiler.plan import Plan
from app.engine.compiler.run_values import RunValues, plan_of
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.sweeps.cases import Case
from app.engine.sweeps.pool import Pool
from app.engine.sweeps.preparing import Group, Prepared
from app.engine.sweeps.rows import Row
from app.engine.sweeps.sent_files import put_files, with_arrays_at


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Runs of one graph: the first one's own plan, the values of each, and all that they need of the project."""

    first: Plan
    runs: tuple[tuple[Case, RunValues], ...]
    columns: tuple[str, ...]
    files: dict[str, bytes]
    arrays: dict[str, str]
    steps: int | None
    timeout: float | None
    grants: Grants
    sandbox: bool


class TaskDone(msgspec.Struct, frozen=True):
    """The rows of a task's runs."""

    rows: tuple[Row, ...]


class _Sent:
    """The plans of a task's runs, in the folder where its files are."""

    def __init__(self, task: Task, folder: Path) -> None:
        self.folder = folder
        self.first = with_arrays_at(task.first, task.arrays, folder)
        self._values = {case.number: values for case, values in task.runs}

    def plan(self, case: Case) -> Plan:
        """Return the plan of a run."""
        return plan_of(self.first, self._values[case.number])


def do_task(data: bytes) -> bytes:
    """Do the runs of an encoded Task; return an encoded TaskDone. The only function that a scheduler is sent."""
    task = msgspec.msgpack.decode(data, type=Task)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="tensorblocks-sweep-") as name:
        folder = Path(name).resolve()
        put_files(task.files, folder)
        sent = _Sent(task, folder)
        runs = list(task.runs)
        prepared = Prepared(columns=task.columns)
        if len(runs) > 1:
            prepared.groups.append(Group(sent.first, runs))
        else:
            prepared.alone += [case for case, _ in runs]
        request = RunRequest(steps=task.steps, timeout=task.timeout, grants=task.grants, sandbox=task.sandbox)
        pool = Pool(sent, prepared, request, [_engine()])
        if not pool.run(rows.append):
            raise RuntimeError("the runs could not be done here")
    return msgspec.msgpack.encode(TaskDone(tuple(rows)))


_engines = threading.local()  # one for each thread of a worker: TensorFlow is imported once in each


def _engine() -> Engine:
    found: Engine | None = getattr(_engines, "own", None)
    if found is None:
        found = _engines.own = Engine()
    return found
