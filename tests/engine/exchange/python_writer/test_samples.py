"""Every sample as a program of Python: run with TensorFlow only, it shows what the page shows, bit by bit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, cast

import pytest

from app.cli.opening import open_file, pages_to_run
from app.cli.planning import plan_page
from app.engine.exchange.python_writer.module import Style
from app.engine.exchange.python_writer.program import Program, python_program
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.json_format import value_text
from tests.support.exported_programs import Shown, differences, run_programs, shown_by

SAMPLES = sorted((Path(__file__).parents[4] / "assets/samples").glob("*.tblocks"))
STYLES = ("v2", "v1")


class Exported(NamedTuple):
    """A sample as a program, what it shows, and what the page does."""

    program: Program
    shown: Shown | str
    ours: Shown
    text: str  # what ``run`` prints


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Exported]:
    """All samples in both styles, each of them run."""
    folder = tmp_path_factory.mktemp("exported")
    programs: dict[tuple[str, str], tuple[Path, Program]] = {}
    ours: dict[str, tuple[Shown, str]] = {}
    with Engine() as engine:
        for sample in SAMPLES:
            opened = open_file(str(sample))
            [page] = pages_to_run(opened.project)
            plan = plan_page(page, opened, seed=page.scope.seed or 1).plan
            for style in STYLES:
                out = folder / f"{sample.stem}_{style}.py"
                program = python_program(plan, page, opened.folder, {}, cast("Style", style), out)
                program.write(out)
                programs[sample.stem, style] = out, program
            result = engine.run(plan, opened.folder, RunRequest(steps=page.run.steps, until=plan.until))
            text = "\n".join(value_text(key, value) for key, value in result.results.items())
            ours[sample.stem] = shown_by(result.results), text
    shown = run_programs([out for out, _ in programs.values()], folder)
    return {key: Exported(program, shown[out], *ours[key[0]]) for key, (out, program) in programs.items()}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("sample", [sample.stem for sample in SAMPLES])
def test_the_program_shows_the_same_bits(
    exported: dict[tuple[str, str], Exported], sample: str, style: str
) -> None:
    """No output differs in dtype, shape or any bit."""
    one = exported[sample, style]
    assert not isinstance(one.shown, str), one.shown
    assert one.ours
    assert differences(one.ours, one.shown) == []


def test_the_programs_are_formatted_and_without_a_fault(
    exported: dict[tuple[str, str], Exported], tmp_path: Path
) -> None:
    """Ruff would change nothing of them, and finds nothing."""
    for (sample, style), one in exported.items():
        (tmp_path / f"{sample}_{style}.py").write_text(one.program.text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for command in (
        ["format", "--diff", "--isolated"],
        ["check", "--isolated", "--select", "E4,E7,E9,F,W,I,B,UP"],
    ):
        done = subprocess.run(
            [*ruff, *command, "--no-cache", str(tmp_path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("style", STYLES)
def test_names_of_public_functions_stand_where_they_are_the_same_op(
    exported: dict[tuple[str, str], Exported], style: str
) -> None:
    """The sample of digits reads as one writes TensorFlow."""
    text = exported["digits", style].program.text
    assert "tf.linalg.matmul(pixels, w_read)" in text
