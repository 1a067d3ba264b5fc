"""The README is a front door: short, and what it names and links is there."""

from __future__ import annotations

import re
from pathlib import Path

from app.cli.parser import build_parser
from tests.support.markdown import code_blocks, dead_links

ROOT = Path(__file__).resolve().parent.parent
PATH = ROOT / "README.md"
README = PATH.read_text(encoding="utf-8")


def test_it_is_short() -> None:
    """At most 150 lines, with one picture: all else stands in the manual."""
    assert len(README.splitlines()) <= 150
    assert README.count("![") == 1


def test_its_links_lead_somewhere() -> None:
    """To files that are there, and to headings of theirs."""
    assert dead_links(PATH) == []


def test_it_leads_to_every_chapter_of_the_manual() -> None:
    """A reader finds them all from here."""
    for chapter in (ROOT / "assets" / "help").glob("*.md"):
        assert f"(assets/help/{chapter.name})" in README


def test_its_make_targets_exist() -> None:
    """Each ``make TARGET`` that it names is one of the Makefile's."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE))
    assert {"run", "edit", "test", "help"} <= named <= targets


def test_its_commands_parse_and_name_files_that_exist() -> None:
    """The shell's and PowerShell's lines alike."""
    parser = build_parser()
    blocks = [*code_blocks(README, "sh"), *code_blocks(README, "powershell")]
    lines = [line for block in blocks for line in block.splitlines()]
    commands = [line.partition("#")[0].split() for line in lines if re.match(r"\S*tensorblocks ", line)]
    assert len(commands) >= 5
    for _, *arguments in commands:
        options = parser.parse_args([argument.replace("\\", "/") for argument in arguments])
        assert options.command in ("run", "check", "blocks", "edit")
        if getattr(options, "file", None):
            assert (ROOT / options.file).is_file()


def test_paths_that_it_names_exist() -> None:
    """Files and folders in code spans and commands."""
    spans = set(re.findall(r"(?<![\w/])((?:app|blocks|assets|tests)/[\w./-]*\w)", README))
    assert spans
    for span in spans:
        assert (ROOT / span).exists(), span
