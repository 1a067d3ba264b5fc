"""Runs exported programs in a fresh process that has TensorFlow only, and compares what they show with our own runs."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.engine.values.results import ListValue, NoValue, TensorValue, Value, plain_array

# What is shown by name: dtype, shape, and the bytes or texts; None where there is no value.
Shown = dict[str, "list[Any] | None"]

_RUNNER = """
import base64, contextlib, io, json, os, sys, traceback
import numpy as np

class NoProgramOfOurs:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("app", "blocks"):
            raise ImportError(f"an exported program imports {name}")

sys.meta_path.insert(0, NoProgramOfOurs())
import tensorflow as tf
tf.get_logger().setLevel("ERROR")

def plain(value):
    label = value.dtype.name if isinstance(value, tf.Tensor) else None
    array = value.numpy() if isinstance(value, tf.Tensor) else value
    if isinstance(array, bytes):
        array = np.array(array, object)
    array = np.asarray(array)
    if array.dtype == object:
        return ["string", list(array.shape), [base64.b64encode(v).decode() for v in array.reshape(-1).tolist()]]
    if array.dtype.names:
        label = label or array.dtype.names[0]
        array = array[array.dtype.names[0]]
    label = label or array.dtype.name
    if label in ("int4", "uint4"):
        array = array.astype("int8")
    elif label in ("bfloat16", "float8_e5m2", "float8_e4m3fn"):
        array = array.astype("float32")
    return [label, list(array.shape), base64.b64encode(array.tobytes()).decode()]

def collect(shown):
    def show(name, value):
        if isinstance(value, (list, tuple)):
            for i, item in enumerate(value):
                show(f"{name}[{i}]", item)
        else:
            shown[name] = None if value is None else plain(value)
    return show

found, home = {}, os.getcwd()
for path in sys.argv[2:]:
    os.chdir(home)
    names = {"__name__": "exported", "__file__": path}
    try:
        tf.compat.v1.reset_default_graph()
        with open(path, encoding="utf-8") as file:
            exec(compile(file.read(), path, "exec"), names)
        names["show"] = collect(shown := {})
        names["main"]()
        found[path] = shown
    except Exception:
        found[path] = traceback.format_exc()
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        print(json.dumps([path, found[path]]), file=file)
"""


def run_programs(paths: Sequence[Path], folder: Path, timeout: float = 120) -> dict[Path, Shown | str]:
    """Run programs one after another in one process; return what each shows, or why it fails.

    One that ends the process or does not come to its end within the time of all is followed by another process for the
    rest.
    """
    found: dict[Path, Shown | str] = {}
    left = list(paths)
    while left:
        answer = folder / f"shown_{len(left)}.jsonl"
        why = _run_process(answer, left, folder, timeout)
        lines = answer.read_text(encoding="utf-8").splitlines() if answer.exists() else []
        for line in lines:
            path, shown = json.loads(line)
            found[Path(path)] = shown
        left = [path for path in left if path not in found]
        if left:
            found[left.pop(0)] = why or "the process has ended"
    return found


def _run_process(answer: Path, paths: Sequence[Path], folder: Path, timeout: float) -> str:
    """Run programs in one process; return why it has not come to its end ("": it has)."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environment["TF_CPP_MIN_LOG_LEVEL"] = "3"
    command = [sys.executable, "-c", _RUNNER, str(answer), *map(str, paths)]
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        return "it does not come to its end"
    return f"the process has ended: {done.stderr[-1000:]}" if done.returncode else ""


def shown_by(results: Mapping[str, Value]) -> Shown:
    """Return the results of our own run in the same form."""
    found: Shown = {}
    for key, value in results.items():
        if isinstance(value, ListValue):
            found.update({f"{key}[{i}]": _one(item) for i, item in enumerate(value.items)})
        else:
            found[key] = _one(value)
    return found


def _one(value: TensorValue | NoValue | ListValue) -> list[Any] | None:
    assert not isinstance(value, ListValue)
    if isinstance(value, NoValue):
        return None
    if value.dtype == "string":
        texts = [base64.b64encode(item).decode() for item in value.array.reshape(-1).tolist()]
        return ["string", list(value.shape), texts]
    array = np.asarray(plain_array(value))
    return [value.dtype, list(value.shape), base64.b64encode(array.tobytes()).decode()]


def differences(ours: Shown, theirs: Shown) -> list[str]:
    """Return the names of results that are not the same, bit by bit, or that have a value on one side only."""
    return [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
