"""Runs single ops with wild inputs in throwaway processes and lists what ends them, hangs or eats the memory.

``python -m tests.trials.fuzz_ops --seed 1 --seconds 600 [--ops WORD...] [--from OP] [--to OP] [--count N]
[--json FILE]``. What the facts about fatal inputs refuse is left out, unless ``--all``. Nothing is run that may touch
anything outside.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import resource
import select
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from app.engine.compiler.fatal_inputs import attr_faults
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.failed_op import Given
from app.engine.diagnostics.origins import Argument
from app.engine.diagnostics.refused_inputs import refused_input
from blocks.catalog import load
from blocks.op_facts.fatal_inputs import MOST_OUTPUTS, TRUSTED_SHAPES
from blocks.op_facts.side_effects import Effect, effects_of
from blocks.op_facts.traits import WAITING
from blocks.symbol import Op
from tests.support.op_trials import OpTrials
from tests.trials.op_cases import Case, Known, argument_names, restored, tame, wilder

_CASE_SECONDS = 5.0  # of computing; more is a hang
_ASLEEP = 1.0  # seconds without computing: TensorFlow waits long for memory that it does not get
_MOST_ASLEEP = 8  # such cases of one op
_MEMORY = 1 << 30  # bytes that a case may take beside TensorFlow itself
_TAME = 25  # cases that look for one that the op takes
_MOST_DEATHS = 6  # of one op
_HELD = (2, 3)  # the shape of the variables that resources stand for
_MOST_HANGS = 1  # of one op, as each takes its time
_MOST_FIRST: tuple[Known, ...] = ("shapes", "ranks")


class Death(NamedTuple):
    """How a case ended its process, and its smallest form."""

    op: str
    index: int
    how: str
    wild: tuple[str, ...]  # what is wild in the smallest case
    cause: str
    known: Known  # of the shapes, at the most, before the op runs
    case: str

    def line(self) -> str:
        """Return a row of the table."""
        when = "" if self.known == "shapes" else f"{self.known} known before; "
        what = "; ".join(self.wild) or "nothing wild"
        return f"{self.op:34} {self.how:8} {when}{what}  | {self.cause}\n    {self.case}"


def ops_to_try(words: list[str]) -> list[Op]:
    """Return the ops with a CPU kernel that touch nothing outside and wait for nothing; only those of ``words``."""
    catalog = load()
    found = {}
    for name in catalog.names():
        symbol = catalog.get(name)
        op = catalog.op(symbol.op) if symbol is not None and symbol.op else None
        if op is None or not op.cpu or op.name in WAITING or effects_of(op).effect is not Effect.NONE:
            continue
        if any(a.type in ("func", "list(func)") for a in op.attrs) or (words and op.name not in words):
            continue
        found[op.name] = op
    return [found[name] for name in sorted(found)]


def is_guarded(op: Op, case: Case, trials: OpTrials) -> bool:
    """Return whether the facts about fatal inputs stop the case."""
    symbol = load().get(op.name)
    assert symbol is not None
    if attr_faults(symbol, op, case.attrs) or _gives_too_many(op, case):
        return True
    named = list(zip(argument_names(op, case.attrs), case.inputs, strict=False))
    given = [Given(Argument(arg.name, arg.name), one.value, None) for (arg, _), one in named]
    shapes = [_HELD if one.value is None else one.value.shape for _, one in named]
    if refused_input(PlanNode(op.name, op.name, op.name, [], dict(case.attrs)), given, shapes) is not None:
        return True
    return op.name in TRUSTED_SHAPES and _is_refused_by_shape(op, case, trials)


def _gives_too_many(op: Op, case: Case) -> bool:
    """Return whether an op would have more outputs than a block may."""
    counts = [case.attrs.get(arg.number_attr) for arg in op.outputs if arg.number_attr]
    return any(isinstance(count, int) and count > MOST_OUTPUTS for count in counts)


def _is_refused_by_shape(op: Op, case: Case, trials: OpTrials) -> bool:
    """Return whether the op's shape function refuses the case once it knows all shapes."""
    from app.engine.tf.shape_judge import stand_in

    with trials.tf.Graph().as_default():
        tensors = []
        for (_, dtype), one in zip(argument_names(op, case.attrs), case.inputs, strict=False):
            value = one.value if dtype in ("DT_INT32", "DT_INT64") else None
            shape = None if one.value is None else one.value.shape
            tensors.append(stand_in(value, shape, trials.dtype(dtype)))
        try:
            trials.build(op, case.attrs, tensors)
        except (ValueError, TypeError):
            return True
    return False


class Fuzzer:
    """Tries ops one case at a time; each op has a process of its own, and a new one after each death."""

    def __init__(self, seed: int, count: int, with_guarded: bool = False) -> None:
        """Import TensorFlow, which the processes inherit; ``with_guarded`` runs what the guards stop, too."""
        self._trials = OpTrials()
        self._seed, self._count, self._with_guarded = seed, count, with_guarded
        self.cases = self.asleep = 0

    def deaths(self, op: Op) -> Iterator[Death]:
        """Try the op's cases and give each death that differs from those before in what is wild."""
        start, base, hangs, asleep, deaths = 0, -1, 0, 0, 0
        known: set[tuple[str, ...]] = set()
        while deaths < _MOST_DEATHS and hangs <= _MOST_HANGS and asleep < _MOST_ASLEEP:
            dtypes = self._dtypes(op)
            ended = self._forked(op, start, base)
            self.cases += ended.last + 1 - start
            if ended.how == "":
                return
            base = ended.base
            if ended.how == "asleep":
                asleep += 1
                self.asleep += 1
                start = ended.last + 1
                continue
            hangs += ended.how == "hang"
            deaths += 1
            case = self._case(op, dtypes, ended.last, base)
            smallest, ended = self._smaller(op, case, base, ended)
            wild = tuple(self._worded(op, smallest))
            kinds = tuple(sorted(smallest.wilds))
            if kinds not in known:
                known.add(kinds)
                text = _text(op, smallest)
                yield Death(op.name, ended.last, ended.how, wild, ended.cause, smallest.known, text)
            start = ended.last + 1

    def _dtypes(self, op: Op) -> dict[str, list[str]]:
        from app.engine.tf.error_messages import kernel_dtypes

        return {a.name: kernel_dtypes(op.name, a.name) for a in op.attrs if a.type == "type"}

    def _case(self, op: Op, dtypes: dict[str, list[str]], index: int, base: int) -> Case:
        rng = random.Random(f"{self._seed}:{op.name}:{index}")
        if index < _TAME:
            return tame(op, dtypes, rng)
        if base < 0:
            return wilder(op, tame(op, dtypes, rng), rng)
        return wilder(op, self._case(op, dtypes, base, -1), rng)

    def _smaller(self, op: Op, case: Case, base: int, ended: _Ended) -> tuple[Case, _Ended]:
        """Make tame again what need not be wild."""
        dtypes = self._dtypes(op)
        rng = random.Random(f"{self._seed}:{op.name}:{ended.last if base < 0 else base}")
        origin = tame(op, dtypes, rng)
        for wild in case.wilds if ended.how != "hang" else ():
            simpler = restored(case, origin, wild)
            if not self._with_guarded and is_guarded(op, simpler, self._trials):
                continue
            again = self._forked(op, ended.last, base, simpler)
            if again.how == ended.how:
                case, ended = simpler, ended._replace(cause=again.cause)
        for known in _MOST_FIRST:
            again = self._forked(op, ended.last, base, case._replace(known=known))
            if again.how == ended.how:
                return case._replace(known=known), again._replace(base=ended.base)
        return case, ended

    def _worded(self, op: Op, case: Case) -> Iterator[str]:
        yield from (f"{name}_ {kind}" for name, kind in case.wild_attrs.items())
        for (arg, _), one in zip(argument_names(op, case.attrs), case.inputs, strict=False):
            if one.wild:
                yield f"{arg.name} {one.wild}"

    # --- processes ----------------------------------------------------------------------------------------------

    def _forked(self, op: Op, start: int, base: int, only: Case | None = None) -> _Ended:
        """Run cases from ``start`` on, or ``only`` one, in a process of their own; return how that ended."""
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as errors:
            reader, writer = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(reader)
                _become_throwaway(folder, errors.fileno())
                self._run_cases(op, start, base, only, writer)
                os._exit(0)
            os.close(writer)
            last, base, why = _follow(pid, reader, start, base)
            os.close(reader)
            _, status = os.waitpid(pid, 0)
            errors.seek(0)
            log = errors.read().decode("utf-8", "replace")
        if why:
            return _Ended(last, base, why, "")
        if status == 0:
            return _Ended(last, base, "", "")
        how = (
            signal.Signals(os.WTERMSIG(status)).name
            if os.WIFSIGNALED(status)
            else f"exit {os.WEXITSTATUS(status)}"
        )
        cause = next((line for line in log.splitlines() if "Check failed" in line or "what()" in line), "")
        is_memory = "bad_alloc" in log or "length_error" in log
        return _Ended(
            last, base, "memory" if is_memory and "length" not in log else how, cause[-160:].strip()
        )

    def _run_cases(self, op: Op, start: int, base: int, only: Case | None, writer: int) -> None:
        """Run the cases, saying before each which it is, and of a tame one that the op takes it."""
        dtypes = self._dtypes(op)
        runner = Runner(self._trials, op)
        for index in range(start, self._count if only is None else start + 1):
            if only is None and index < _TAME and base >= 0:
                continue
            case = only or self._case(op, dtypes, index, base)
            if only is None and not self._with_guarded and is_guarded(op, case, self._trials):
                continue
            os.write(writer, f"{index}\n".encode())
            if runner.takes(case) and index < _TAME and base < 0 and only is None:
                base = index
                os.write(writer, f"b{index}\n".encode())


class _Ended(NamedTuple):
    last: int  # the case that ran last
    base: int  # the tame case that the others are made of, or -1
    how: str  # "": it did all cases
    cause: str


class Runner:
    """Builds and runs one op again and again, in graphs that know nothing of its inputs before it runs."""

    def __init__(self, trials: OpTrials, op: Op) -> None:
        self._trials, self._op = trials, op

    def _held(self, case: Case) -> Any:
        """Return the dtype of resources: that of the op, as a page of another one is refused."""
        named = next((case.attrs[name] for name in ("T", "dtype") if name in case.attrs), "DT_FLOAT")
        return self._trials.dtype(named)

    def takes(self, case: Case) -> bool:
        """Run a case; return whether the op took it. Anything else that it raises is as it should be."""
        tf = self._trials.tf
        graph = tf.Graph()
        try:
            with graph.as_default():
                feeds: dict[Any, Any] = {}
                tensors, starts = [], []
                for (arg, dtype), one in zip(argument_names(self._op, case.attrs), case.inputs, strict=False):
                    if one.is_ref:
                        variable = tf.raw_ops.VariableV2(
                            shape=tf.TensorShape(None), dtype=self._trials.dtype(dtype)
                        )
                        starts.append(
                            tf.raw_ops.Assign(ref=variable, value=_value(tf, one), validate_shape=False)
                        )
                        tensors.append(variable)
                    elif one.value is None:
                        tensors.append(_handle(tf, arg.name, self._op.name, dtype, self._held(case)))
                    elif one.dtype.startswith("DT_Q"):
                        tensors.append(_value(tf, one))
                    else:
                        shape = _shape_before(one.value, case.known)
                        tensors.append(tf.compat.v1.placeholder(self._trials.dtype(dtype), shape))
                        feeds[tensors[-1]] = one.value
                made = self._trials.build(self._op, case.attrs, tensors)
                from app.engine.tf.page_session import session_config

                config = session_config()
                config.intra_op_parallelism_threads = config.inter_op_parallelism_threads = 1
                with tf.compat.v1.Session(graph=graph, config=config) as session:
                    if starts:
                        session.run(starts)
                    session.run(made, feeds)
            return True
        except Exception:
            return False


def _shape_before(value: Any, known: Known) -> tuple[int | None, ...] | None:
    """Return what is known of a value's shape before it is there."""
    if known == "nothing":
        return None
    return tuple(value.shape) if known == "shapes" else (None,) * value.ndim


def _value(tf: Any, one: Any) -> Any:
    if one.dtype.startswith("DT_Q"):
        return tf.raw_ops.Bitcast(
            input=tf.constant(one.value), type=tf.as_dtype(one.dtype.removeprefix("DT_").lower())
        )
    return tf.constant(one.value)


def _handle(tf: Any, argument: str, op: str, dtype: str, held: Any) -> Any:
    """Return a handle of the kind that the op takes, as far as its name says it.

    A variable is of the dtype ``held``.
    """
    raw = tf.raw_ops
    if dtype == "DT_VARIANT":
        if "ataset" in argument or "ataset" in op:
            start, stop, step = (tf.constant(n, tf.int64) for n in (0, 4, 1))
            return raw.RangeDataset(
                start=start, stop=stop, step=step, output_types=[tf.int64], output_shapes=[[]]
            )
        shape, count = tf.constant([2]), tf.constant(2)
        return raw.TensorListReserve(element_shape=shape, num_elements=count, element_dtype=tf.float32)
    if op.startswith("Queue"):
        return raw.FIFOQueueV2(component_types=[tf.float32], shapes=[[2]], capacity=4)
    if op.startswith("TensorArray"):
        return raw.TensorArrayV3(size=tf.constant(2), dtype=tf.float32)[0]
    if op.startswith("Stack"):
        return raw.StackV2(max_size=tf.constant(3), elem_type=tf.float32)
    if op.startswith("Lookup"):
        return raw.MutableHashTableV2(key_dtype=tf.int64, value_dtype=tf.float32)
    variable = raw.VarHandleOp(dtype=held, shape=_HELD)
    with tf.control_dependencies([raw.AssignVariableOp(resource=variable, value=tf.zeros(_HELD, held))]):
        return tf.identity(variable)


def _become_throwaway(folder: str, errors: int) -> None:
    """Give the process its own folder and home, and limits; nobody sees what it prints."""
    ctypes.CDLL(None).prctl(
        1, signal.SIGKILL
    )  # PR_SET_PDEATHSIG: it does not outlive the one that watches it
    os.chdir(folder)
    os.environ.update(HOME=folder, TMPDIR=folder)
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (taken + _MEMORY, taken + _MEMORY))


def _follow(pid: int, reader: int, last: int, base: int) -> tuple[int, int, str]:
    """Read what the process says and kill it where a case takes too long.

    Return its last case, the base, and why it was killed: "hang", "asleep" or "" where it ended by itself.
    """
    left = b""
    began = seen = _computed(pid)
    moved = time.monotonic()
    while True:
        ready, _, _ = select.select([reader], [], [], 0.5)
        if not ready:
            now = _computed(pid)
            if now > seen:
                seen, moved = now, time.monotonic()
            why = "hang" if now - began > _CASE_SECONDS else ""
            if not why and time.monotonic() - moved > _ASLEEP and _sleeps(pid):
                why = "asleep"
            if why:
                os.kill(pid, signal.SIGKILL)
                return last, base, why
            continue
        data = os.read(reader, 4096)
        if not data:
            return last, base, ""
        began = seen = _computed(pid)
        moved = time.monotonic()
        *lines, left = (left + data).split(b"\n")
        for line in lines:
            if line.startswith(b"b"):
                base = int(line[1:])
            else:
                last = int(line)


def _computed(pid: int) -> float:
    """Return the seconds that a process has computed: other loads of the machine do not count."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _sleeps(pid: int) -> bool:
    """Return whether no thread of a process computes or is to compute."""
    states = [p.read_text().rpartition(")")[2].split()[0] for p in Path(f"/proc/{pid}/task").glob("*/stat")]
    return "R" not in states and "D" not in states


def _text(op: Op, case: Case) -> str:
    """Return a case as one may type it."""
    inputs = []
    for (arg, dtype), one in zip(argument_names(op, case.attrs), case.inputs, strict=False):
        value = "a handle" if one.value is None else str(one.value.tolist())
        shape = [] if one.value is None else list(one.value.shape)
        inputs.append(f"{arg.name}={dtype.removeprefix('DT_').lower()}{shape} {value[:80]}")
    return ", ".join([*inputs, *(f"{k}_={v}" for k, v in case.attrs.items())])


def main() -> None:
    """Print a row for each death, and how much was tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.fuzz_ops")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200, help="cases of each op")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--ops", nargs="*", default=[])
    parser.add_argument("--from", dest="first", default="", help="the op to begin with")
    parser.add_argument("--to", dest="last", default="~", help="the op to end before")
    parser.add_argument("--all", action="store_true", help="also what the facts about fatal inputs refuse")
    parser.add_argument("--json", type=Path, help="also write the deaths there")
    options = parser.parse_args()
    os.nice(15)
    fuzzer = Fuzzer(options.seed, options.count, options.all)
    end = time.monotonic() + options.seconds
    found: list[Death] = []
    ops = [op for op in ops_to_try(options.ops) if options.first <= op.name < options.last]
    for op in ops:
        if time.monotonic() > end:
            print(f"time is over before {op.name}")
            break
        for death in fuzzer.deaths(op):
            found.append(death)
            print(death.line(), flush=True)
        if options.json:
            options.json.write_text(json.dumps([d._asdict() for d in found], indent=1))
    print(
        f"{fuzzer.cases} cases of {len(ops)} ops, {len(found)} deaths; {fuzzer.asleep} cases waited for memory"
    )


if __name__ == "__main__":
    sys.exit(main())
