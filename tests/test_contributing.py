"""CONTRIBUTING leads to what is there: paths, packages, links, commands."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.markdown import code_blocks, dead_links, rows

ROOT = Path(__file__).resolve().parent.parent
PATH = ROOT / "CONTRIBUTING.md"
TEXT = PATH.read_text(encoding="utf-8")


def test_its_links_lead_somewhere() -> None:
    """To files that are there."""
    assert dead_links(PATH) == []


def test_paths_that_it_names_exist() -> None:
    """Files and folders, in code spans and in commands."""
    spans = set(re.findall(r"(?<![\w./])((?:app|blocks|assets|tests)/[\w./-]*)", TEXT))
    assert len(spans) > 60
    for span in spans:
        assert (ROOT / span.rstrip("./")).exists(), span


def test_modules_that_it_names_exist() -> None:
    """Such as ``app.engine``, in the order of the layers."""
    for name in re.findall(r"`((?:app|blocks)(?:\.\w+)*)`", TEXT):
        assert (ROOT / name.replace(".", "/")).is_dir(), name


def test_every_package_has_its_row() -> None:
    """A newcomer finds each room in the table."""
    table = rows(TEXT, "package", "what it is for")
    listed = {path for row in table for path in re.findall(r"`([\w/]+)/`", row[0])}
    packages = [
        path.parent for path in [*ROOT.glob("app/*/*/__init__.py"), *ROOT.glob("blocks/*/__init__.py")]
    ]
    missing = {package.relative_to(ROOT).as_posix() for package in packages} - listed
    assert missing == set()


def test_the_files_of_its_commands_exist() -> None:
    """What a newcomer types first."""
    (block,) = code_blocks(TEXT, "sh")
    named = re.findall(r"tests/\S+\.py", block)
    assert named
    assert all((ROOT / name).is_file() for name in named)
