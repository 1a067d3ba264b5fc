"""Training runs on a cluster whose tasks are killed, stopped and cut off at random moments: the same numbers, or words.

``python -m tests.trials.cluster_faults --count 30 --seed 1`` prints what became of each run. A run passes where every
number of its results and every row of its log is that of an undisturbed one, or where it fails and names the cluster.
Cables are pulled out where this user may make network namespaces.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from app.document.model.diagram import Block
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from blocks.assets import asset
from tests.support.hosts import Hosts, can_make_hosts
from tests.support.served_cluster import ServedCluster

_ON_THE_SERVER = ("Variable", "ApplyGradientDescent")
_PACE = 0.01  # seconds that a step takes at least, so that there is time for faults
_HANGS = 240.0  # seconds after which a run counts as hung
_FAULT_CODE = "cluster-fault"


class Fault(NamedTuple):
    """What happens to a task: the kind, whether to the whole task, at which step, and for how many seconds."""

    task: int
    kind: str
    whole: bool
    step: int
    seconds: float

    def __str__(self) -> str:
        """Return it in words."""
        what = f"{self.kind} of {'the whole task' if self.whole else 'the server'}"
        return f"{ServedCluster.names[self.task]}: {what} at step {self.step} for {self.seconds:.1f} s"


class Outcome(NamedTuple):
    """How a run ended: its exit status, results, log, problems, and what it took."""

    status: int
    results: Any
    log: str
    problems: list[Any]
    seconds: float
    words: str


class Trial:
    """The XOR page, its Variables on the parameter server, its products by turns on two workers."""

    def __init__(self, cluster: ServedCluster, folder: Path, steps: int, seed: int, with_cuts: bool) -> None:
        """Write the page into ``folder``, which the cluster serves."""
        self._cluster, self._folder, self._steps = cluster, folder, steps
        self._dice = random.Random(seed)
        self.hits = 0  # faults that found a run under way
        self._kinds = ("kill", "stop", *(("cut",) if with_cuts else ()))
        self._page = folder / "training.tblocks"
        self._page.write_bytes(_training_page(steps))

    def undisturbed(self) -> Outcome:
        """Run the page in peace."""
        outcome = self._run(None)
        assert outcome.status == 0, outcome.words
        return outcome

    def fault(self, number: int) -> Fault:
        """Choose what happens: every kind to every task in turn, at any moment."""
        kind = self._kinds[number % len(self._kinds)]
        task = number // len(self._kinds) % len(self._cluster.tasks)
        whole = kind == "cut" or self._dice.random() < 0.5
        step = self._dice.randrange(self._steps)
        return Fault(task, kind, whole, step, self._dice.uniform(0.5, 12.0))

    def disturbed(self, fault: Fault) -> Outcome:
        """Run the page while a task fails."""
        return self._run(fault)

    def _run(self, fault: Fault | None) -> Outcome:
        log = self._folder / "loss.csv"
        log.unlink(missing_ok=True)
        command = [sys.executable, "-m", "app", "run", str(self._page), "--cluster", str(self._cluster.file)]
        command += ["--json", "--watch", "loss.output", "--log", str(log), "--retries", "5"]
        began = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
            try:
                if fault is not None and self._reaches(run, log, fault.step):
                    self._do(fault, run)
                out, words = run.communicate(timeout=_HANGS)
            except subprocess.TimeoutExpired:
                run.kill()
                out, words = run.communicate()
                words = f"HUNG: {words}"
        page = next(iter(json.loads(out)["pages"].values())) if out.startswith("{") else {}
        rows = log.read_text() if log.exists() else ""
        seconds = time.monotonic() - began
        status = -1 if words.startswith("HUNG") else run.returncode
        return Outcome(status, page.get("results"), rows, page.get("problems", []), seconds, words)

    def _reaches(self, run: subprocess.Popen[str], log: Path, step: int) -> bool:
        """Wait until the run has logged a step; false where it ended before."""
        while run.poll() is None:
            rows = log.read_bytes().splitlines() if log.exists() else []
            if len(rows) > step + 1:
                return True
            time.sleep(self._dice.uniform(0.0, 0.05))
        return False

    def _do(self, fault: Fault, run: subprocess.Popen[str]) -> None:
        """Let a task fail, and bring it back some seconds later, if it does not come back by itself."""
        task = self._cluster.tasks[fault.task]
        self.hits += run.poll() is None
        if fault.kind == "kill":
            task.send(signal.SIGKILL, fault.whole)
            if fault.whole:
                task.end(signal.SIGKILL)
                time.sleep(fault.seconds)
                task.start()
        elif fault.kind == "stop":
            task.send(signal.SIGSTOP, fault.whole)
            time.sleep(fault.seconds)
            task.send(signal.SIGCONT, fault.whole)
        elif self._cluster.hosts is not None:
            self._cluster.hosts.pull_out(fault.task)
            time.sleep(fault.seconds)
            self._cluster.hosts.plug_in(fault.task)


def verdict(outcome: Outcome, base: Outcome) -> str:
    """Return "same" for the numbers of an undisturbed run, "said" for an honest end, else what is wrong."""
    if outcome.status == 0:
        if outcome.results != base.results:
            return "WRONG: other results"
        return "same" if outcome.log == base.log else "WRONG: another log"
    codes = [problem["code"] for problem in outcome.problems if problem["severity"] == "error"]
    if outcome.status == 1 and _FAULT_CODE in codes:
        return "said"
    return f"WRONG: exit {outcome.status}, {codes}, {outcome.words[-600:]}"


def _training_page(steps: int) -> bytes:
    project = loads((asset("samples") / "xor.tblocks").read_bytes()).project
    page = project.pages[0]
    page.run = replace(page.run, steps=steps, keep_every=1.0, pace=_PACE)
    for number, (name, block) in enumerate(page.blocks.items()):
        page.blocks[name] = replace(block, device=_device(block, number))
    return dumps(project)


def _device(block: Block, number: int) -> str:
    if block.symbol == "ClientSession":
        return ""
    return "/job:ps/task:0" if block.symbol in _ON_THE_SERVER else f"/job:worker/task:{number % 2}"


def main() -> int:
    """Run the trial; return 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.cluster_faults", description=__doc__)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = 0
    counts: dict[str, int] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "served"
        folder.mkdir()
        hosts = stack.enter_context(Hosts(len(ServedCluster.names))) if can_make_hosts() else None
        cluster = stack.enter_context(ServedCluster(folder, hosts))
        trial = Trial(cluster, folder, options.steps, options.seed, hosts is not None)
        base = trial.undisturbed()
        print(f"undisturbed: {base.seconds:.1f} s, {len(base.log.splitlines()) - 1} rows", flush=True)
        for number in range(options.count):
            fault = trial.fault(number)
            outcome = trial.disturbed(fault)
            said = verdict(outcome, base)
            wrong += said.startswith("WRONG")
            counts[said[:5]] = counts.get(said[:5], 0) + 1
            retries = sum(problem["code"] == "cluster-resumed" for problem in outcome.problems)
            print(f"{number}: {fault}: {said}, {retries} retries, {outcome.seconds:.1f} s", flush=True)
            cluster.wait()
        counts["hits"] = trial.hits
    print(counts)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
