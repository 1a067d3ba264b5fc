"""Exports drawn pages as SavedModels, calls these with TensorFlow only, and compares all that they give.

    python -m tests.trials.exported_models FOLDER... [--count N] [--seed S]

A FOLDER holds projects, pages of enuSpace, or figures, as for `exported_pages`. What is refused is listed with its
blocks and reasons, what differs with the names of the outputs.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from app.cli.opening import Opened
from app.cli.planning import plan_page
from app.document.model.diagram import Page
from app.document.model.problems import errors_in
from app.engine.exchange.model_plan import model_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.messages import message_of
from tests.support.model_exports import Exported, called, exported
from tests.trials.exported_pages import pages_in

_STEPS = 3
_TOGETHER = 40  # models in one process


def export_all(
    pages: list[tuple[str, Opened, Page]], folder: Path, counts: Counter[str]
) -> dict[str, Exported]:
    """Export the pages that run; print what is refused."""
    found: dict[str, Exported] = {}
    with Engine() as engine:
        for number, (name, opened, page) in enumerate(pages):
            planned = plan_page(page, opened, seed=page.scope.seed or 1)
            steps = min(page.run.steps or _STEPS, _STEPS)
            request = RunRequest(steps=steps, timeout=60)
            if planned.stops or not engine.run(planned.plan, opened.folder, request).ok:
                counts["do not run here"] += 1
                continue
            problems = model_plan(planned.plan, page, "saved_model").problems
            if errors_in(problems):
                counts["refused"] += 1
                print(f"{name} is refused: {'; '.join(f'{p.block}: {message_of(p)}' for p in problems)}")
                continue
            try:
                made = exported(engine, planned.plan, page, opened.folder, folder / f"model_{number}", steps)
            except AssertionError as fault:
                counts["fail"] += 1
                print(f"{name} is not exported: {str(fault)[:300]}")
                continue
            found[name] = made
    return found


def compare(models: dict[str, Exported], counts: Counter[str]) -> None:
    """Call the models, and print which fail and which give something else."""
    names = list(models)
    for start in range(0, len(names), _TOGETHER):
        some = names[start : start + _TOGETHER]
        faults = called([models[name] for name in some], timeout=600)
        for name in some:
            one = models[name]
            if faults[one.model]:
                counts["fail"] += 1
                print(f"{name} fails: {faults[one.model][:300]}")
                continue
            given = one.given
            differing = [key for key, value in one.expected.items() if given.get(key) != value]
            counts["differ" if differing else "same bits"] += 1
            if differing:
                print(f"{name} differs: {', '.join(differing)}")


def main(argv: list[str]) -> int:
    """Try the pages that are asked for; the status is 1 where anything differs or fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=10**6)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    pages = [one for folder in options.folders for one in pages_in(folder)]
    random.Random(options.seed).shuffle(pages)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        compare(export_all(pages[: options.count], Path(folder), counts), counts)
    print(", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    return int(any(counts[what] for what in ("fail", "differ")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
