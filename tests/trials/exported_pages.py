"""Exports drawn pages as Python in both styles, runs the programs with TensorFlow only, and compares all results.

    python -m tests.trials.exported_pages FOLDER... [--count N] [--seed S] [--styles v2,v1]

A FOLDER holds projects, pages of enuSpace, or figures (``.json`` with blocks and links). Each page that runs here is
exported; what is refused is listed with its reason, what differs with the names of the outputs.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from msgspec.structs import replace

from app.cli.exits import Refused
from app.cli.opening import Opened, open_file, pages_to_run
from app.cli.planning import Planned, plan_page
from app.document.model.diagram import Block, Page, PinRef, Project, Wire
from app.engine.exchange.python_writer.module import Style
from app.engine.exchange.python_writer.program import python_program
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.messages import text_of
from tests.support.exported_programs import Shown, differences, run_programs, shown_by

_TOGETHER = 40  # programs in one process
_STEPS = 3
_LONGEST = 60  # seconds for these


def pages_in(folder: Path) -> Iterator[tuple[str, Opened, Page]]:
    """Give the pages of a folder's files."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".json":
            opened = _figure(path)
        elif path.suffix in (".tblocks", ".svg"):
            try:
                opened = open_file(str(path))
            except Refused:
                continue
        else:
            continue
        for page in pages_to_run(opened.project) if opened is not None else ():
            yield f"{path.name}: {page.name}", opened, page


def _figure(path: Path) -> Opened | None:
    """Return a figure as a project of one page; None for a file that is no figure."""
    figure = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(figure, dict) or "blocks" not in figure:
        return None
    blocks = {}
    for one in figure["blocks"]:
        pins = dict(one["pins"], **({"attrs": one["attrs"]} if one.get("attrs") else {}))
        blocks[one["id"]] = Block(id=one["id"], symbol=one["symbol"], pins=pins)
    wires = [
        Wire(source=PinRef.parse(f"{a}.{b}"), target=PinRef.parse(f"{c}.{d}"))
        for a, b, c, d in figure["links"]
    ]
    page = Page(name=path.stem, blocks=blocks, wires=wires)
    return Opened(str(path), Project(pages=[page]), {}, path.parent)


def compare(pages: list[tuple[str, Opened, Page]], styles: list[Style], folder: Path) -> Counter[str]:
    """Export and run pages; print what is refused, fails or differs, and return how many of each there are."""
    counts: Counter[str] = Counter()
    ours: dict[str, Shown] = {}
    programs: dict[Path, tuple[str, str]] = {}
    with Engine() as engine:
        for number, (name, opened, page) in enumerate(pages):
            planned = plan_page(page, opened, seed=page.scope.seed or 1)
            steps = min(page.run.steps or _STEPS, _STEPS)
            shown = _own_run(engine, planned, opened, steps)
            if shown is None:
                counts["do not run here"] += 1
                continue
            ours[name] = shown
            page.run = replace(page.run, steps=steps)
            for style in styles:
                out = folder / f"page_{number}_{style}.py"
                program = python_program(planned.plan, page, opened.folder, {}, style, out)
                if program.problems:
                    counts[f"{style} refused"] += 1
                    print(f"{name} ({style}) is refused: {text_of(program.problems[0])}")
                    continue
                program.write(out)
                programs[out] = name, style
    for out, found in _run(list(programs), folder).items():
        name, style = programs[out]
        bad = (
            found.strip().splitlines()[-1][:300] if isinstance(found, str) else differences(ours[name], found)
        )
        counts[f"{style} {'fail' if isinstance(bad, str) else 'differ' if bad else 'same bits'}"] += 1
        if bad:
            print(f"{name} ({style}): {bad}")
    return counts


def _own_run(engine: Engine, planned: Planned, opened: Opened, steps: int) -> Shown | None:
    if planned.stops:
        return None
    request = RunRequest(steps=steps, until=planned.plan.until, timeout=60)
    result = engine.run(planned.plan, opened.folder, request)
    return shown_by(result.results) if result.ok else None


def _run(programs: list[Path], folder: Path) -> dict[Path, Shown | str]:
    """Run programs, some of them together."""
    found: dict[Path, Shown | str] = {}
    for start in range(0, len(programs), _TOGETHER):
        found.update(run_programs(programs[start : start + _TOGETHER], folder, timeout=_LONGEST))
    return found


def main(argv: list[str]) -> int:
    """Try the pages that are asked for; the status is 1 where anything differs or fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=10**6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--styles", default="v2,v1")
    options = parser.parse_args(argv)
    pages = [one for folder in options.folders for one in pages_in(folder)]
    random.Random(options.seed).shuffle(pages)
    styles = cast("list[Style]", options.styles.split(","))
    with tempfile.TemporaryDirectory() as folder:
        counts = compare(pages[: options.count], styles, Path(folder))
    print(", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    return int(any(what.endswith(("fail", "differ")) for what in counts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
