"""Runs the measured comparisons and prints each ratio beside its goal.

``python -m tests.benchmarks [WORD...]`` runs the modules whose names hold one of the words, or all. Each module of this
folder that defines ``ROWS`` takes part; it runs in a process of its own, so that none warms up another.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.bench import Comparison, Row

_HERE = Path(__file__).resolve().parent
_HELPERS = (
    "__init__", "__main__", "bench", "by_hand", "by_hand_function", "edits", "editor_scene", "large_models", "pages",
)  # fmt: skip


def main() -> int:
    """Run the chosen modules; return 1 where one failed. A missed goal is marked, and no failure."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "words", metavar="WORD", nargs="*", help="run only modules whose names hold one of these"
    )
    parser.add_argument("--module", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.module:
        _measure(options.module)
        return 0
    names = [p.stem for p in sorted(_HERE.glob("*.py")) if p.stem not in _HELPERS]
    chosen = [n for n in names if not options.words or any(word in n for word in options.words)]
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.platform()}\n")
    print(f"{'what':54}{'against':46}{'ours':>10}{'theirs':>10}{'result':>10}{'goal':>10}")
    failed = [name for name in chosen if not _run_module(name)]
    return 1 if failed else 0


def _measure(module: str) -> None:
    """Measure every row of a module and print each as a line of JSON (in the module's own process)."""
    rows: list[Row] = importlib.import_module(f"{__package__}.{module}").ROWS
    for row in rows:
        result = row.measure()
        line = {
            "what": row.what,
            "against": row.against,
            "goal": row.goal,
            "kind": row.kind,
            **asdict(result),
        }
        print(json.dumps(line), flush=True)


def _run_module(name: str) -> bool:
    """Run a module in a process of its own and print its rows; return whether it came to its end."""
    command = [sys.executable, "-m", "tests.benchmarks", "--module", name]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(_HERE.parent.parent)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is not compiled at each start
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("{"):
                _print_row(json.loads(line))
    if process.returncode:
        print(f"{name}: failed with exit status {process.returncode}")
    return process.returncode == 0


def _print_row(line: dict[str, object]) -> None:
    goal, kind = line["goal"], line["kind"]
    result = Comparison(*(float(str(line[member])) for member in ("ours", "theirs", "ratio", "extra")))
    value, shown = (result.ratio, "{:.2f} x") if kind == "ratio" else (result.extra, "{:+.2f} s")
    met = value <= float(str(goal))
    print(
        f"{line['what']:54}{line['against']:46}{_seconds(result.ours):>10}{_seconds(result.theirs):>10}"
        f"{shown.format(value):>10}{shown.format(goal):>10}{'' if met else '  missed'}",
        flush=True,
    )


def _seconds(value: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value / 1e-6:.3g} us"


if __name__ == "__main__":
    sys.exit(main())
