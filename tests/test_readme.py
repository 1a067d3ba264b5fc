"""The README tells the truth: its tables are those of the code, its options exist, its example runs."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from app.cli.parser import build_parser
from app.document.model.problems import CODES
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.messages import code_meaning
from blocks.assets import asset

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_problem_codes_is_the_codes() -> None:
    """Every code with its meaning, in the code's order. On a difference: paste the expected table."""
    rows = [f"| `{code}` | {code_meaning(code)} |" for code in CODES]
    expected = "\n".join(["| code | means |", "|---|---|", *rows])
    assert expected in README


def test_every_sample_is_listed() -> None:
    """The README names each sample that ships."""
    for path in asset("samples").glob("*.tblocks"):
        assert f"`{path.name}`" in README


def test_the_usage_block_is_the_parser() -> None:
    """Each command's line names exactly the options that the command takes."""
    (usage,) = re.findall(r"```\n(tensorblocks edit.*?)```", README, re.DOTALL)
    shown = {text.split()[0]: _options(text) for text in usage.split("tensorblocks ")[1:]}
    (choices,) = [a.choices for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction)]
    assert shown == {name: _options(parser.format_usage()) for name, parser in choices.items()}


def _options(usage: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", usage)) - {"-h"}


def test_the_example_file_is_a_project_in_canonical_form() -> None:
    """The project shown reads without problems and runs as the sample of the same name does."""
    (example,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    loaded = loads(example.encode(), "README.md")
    assert not any(loaded.problems.values())
    (page,) = loaded.project.pages
    (sample,) = json.loads(asset("samples", "matrix_product.tblocks").read_text(encoding="utf-8"))["pages"]
    assert [b.id for b in page.blocks.values()] == [b["id"] for b in sample["blocks"]]
    assert dumps(loaded.project)


def test_paths_of_the_readme_exist() -> None:
    """Files and folders that the README names in code spans are there."""
    spans = set(re.findall(r"`((?:app|blocks|assets|tests)/[\w./*-]*)`", README))
    assert spans
    for span in spans:
        assert list(ROOT.glob(span.rstrip("/"))), span
