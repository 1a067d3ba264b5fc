"""The manual is true: its tables are those of the code, its options exist, its examples run."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import pytest

from app.cli.parser import build_parser
from app.document.literals.attrs import read_attrs
from app.document.literals.parser import parse_literal
from app.document.literals.values import parse_shape
from app.document.model.diagram import Block, Page, RunSettings
from app.document.model.problems import CODES
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.editor.actions.table import ACTIONS, MENUS
from app.editor.monitors.kinds import SIZES
from app.editor.window.docks import PLACES
from app.messages import code_meaning
from blocks.assets import asset
from blocks.catalog import load
from blocks.dtypes import label
from tests.support.markdown import anchors, code_blocks, dead_links, prose, rows

FOLDER = asset("help")
CHAPTERS = sorted(FOLDER.glob("*.md"))


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


# links ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """To files that ship, and to headings of theirs."""
    assert dead_links(path) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_chapter_stays_within_the_program(path: Path) -> None:
    """The program's own viewer shows it: no other site, no HTML, and one heading of each name."""
    text = path.read_text(encoding="utf-8")
    assert "://" not in prose(text)
    assert not re.search(r"</?[a-zA-Z]", prose(text))
    assert len(set(anchors(text))) == len(anchors(text))
    assert re.match(r"# .+\n", text)


def test_the_first_page_lists_every_chapter() -> None:
    """In the order in which they are read."""
    linked = re.findall(r"^\| \[[^\]]+\]\((\w+\.md)\)", _text("index.md"), re.MULTILINE)
    assert sorted(linked) == [path.name for path in CHAPTERS if path.name != "index.md"]


# problems -------------------------------------------------------------------------------------------


def test_the_table_of_problem_codes_is_the_codes() -> None:
    """Every code with its meaning, in the code's order. On a difference: paste the expected table."""
    expected = "\n".join(
        ["| code | means |", "|---|---|", *(f"| `{c}` | {code_meaning(c)} |" for c in CODES)]
    )
    assert expected in _text("problems.md")


def test_every_problem_code_has_a_section_that_says_what_to_do() -> None:
    """In the codes' order: the meaning, then advice."""
    found = re.findall(r"^### ([\w-]+)\n\n\*(.+)\.\*\n\n(\S.+)$", _text("problems.md"), re.MULTILINE)
    assert [code for code, _, _ in found] == list(CODES)
    for code, meaning, _ in found:
        assert meaning == code_meaning(code)[:1].upper() + code_meaning(code)[1:]


# the editor -----------------------------------------------------------------------------------------


def test_the_tables_of_actions_are_the_actions() -> None:
    """A table for each menu, with texts, keys and tips. On a difference: paste the expected tables."""
    expected = []
    for menu in MENUS:
        expected += [f"### {menu.replace('&', '')}", "", "| action | keys | what it does |", "|---|---|---|"]
        for action in ACTIONS:
            if action.menu == menu:
                keys = ", ".join(f"`{key}`" for key in action.keys)
                expected.append(f"| {action.text.replace('&', '').rstrip('…')} | {keys} | {action.tip} |")
        expected.append("")
    assert "\n".join(expected).rstrip() in _text("editor.md")


def test_keys_that_the_prose_names_are_those_of_the_actions() -> None:
    """The run's keys have a table of their own."""
    keys = {action.text.replace("&", ""): action.keys for action in ACTIONS}
    table = rows(_text("running.md"), "", "keys", "what it does")
    assert {name: (key,) for name, key, _ in table if name != "Restart"} == {
        name: keys[name] for name, _, _ in table if name != "Restart"
    }


def test_the_panels_are_the_docks() -> None:
    """Each with its title, in the window's order."""
    assert [row[0] for row in rows(_text("editor.md"), "panel", "what it is for")] == [
        p.title for p in PLACES
    ]


# the command line -----------------------------------------------------------------------------------


def _parsers() -> dict[str, argparse.ArgumentParser]:
    (choices,) = [a.choices for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction)]
    return dict(choices)


def _options(usage: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", usage)) - {"-h"}


def test_the_usage_block_is_the_parser() -> None:
    """Each command's line names exactly the options that the command takes."""
    usage = code_blocks(_text("command_line.md"))[0]
    shown = {text.split()[0]: _options(text) for text in usage.split("tensorblocks ")[1:]}
    assert shown == {name: _options(parser.format_usage()) for name, parser in _parsers().items()}


@pytest.mark.parametrize("command", ["run", "check"])
def test_the_tables_of_options_are_the_options(command: str) -> None:
    """Every option of the command has its row."""
    section = _text("command_line.md").partition(f"\n## {command}\n")[2].partition("\n## ")[0]
    listed = {found for row in rows(section, "option", "what it does") for found in _options(row[0])}
    taken = {option for action in _parsers()[command]._actions for option in action.option_strings}
    assert listed == taken - {"-h", "--help"}


def test_commands_of_the_manual_parse() -> None:
    """Those of its shell blocks, and they name files that are there."""
    blocks = [block for path in CHAPTERS for block in code_blocks(_text(path.name), "sh")]
    lines = [line for block in blocks for line in block.splitlines()]
    assert lines
    for line in lines:
        _, *arguments = re.findall(r"'[^']*'|\S+", line.partition("#")[0])
        options = build_parser().parse_args([argument.strip("'") for argument in arguments])
        if getattr(options, "file", None):
            assert (asset("samples") / Path(options.file).name).is_file()


def test_the_table_of_exit_statuses_is_that_of_the_help() -> None:
    """The same numbers and words as ``--help`` prints."""
    shown = rows(_text("command_line.md"), "exit status", "means")
    assert shown == [line.split(maxsplit=1) for line in (build_parser().epilog or "").splitlines()[1:]]


# projects -------------------------------------------------------------------------------------------


def test_the_example_file_is_a_project_in_canonical_form() -> None:
    """The project shown reads without problems and holds what the sample of the same name does."""
    (example,) = code_blocks(_text("projects.md"), "json")
    loaded = loads(example.encode(), "projects.md")
    assert not any(loaded.problems.values())
    (page,) = loaded.project.pages
    (sample,) = json.loads(asset("samples", "matrix_product.tblocks").read_text(encoding="utf-8"))["pages"]
    assert [b.id for b in page.blocks.values()] == [b["id"] for b in sample["blocks"]]
    assert dumps(loaded.project)


def test_the_keys_of_the_file_are_those_of_the_model() -> None:
    """Of pages, blocks and the run's settings."""
    text = _text("projects.md")
    of_page = re.search(r"^- Keys of a page: (.*?)\.$", text, re.DOTALL | re.MULTILINE)
    of_block = re.search(r"^- Keys of a block: (.*?)\.$", text, re.DOTALL | re.MULTILINE)
    assert of_page is not None
    assert of_block is not None
    inner = {"extra", "unread", "device", "seed"}
    assert set(re.findall(r"`(\w+)`", of_page[1])) - inner == set(Page.__struct_fields__) - inner
    assert set(re.findall(r"`(\w+)`", of_block[1])) == set(Block.__struct_fields__) - {"extra"}
    table = rows(_text("running.md"), "field", "in the file", "option", "what it does")
    settings = {key for row in table for key in re.findall(r'`"(\w+)"', row[1])}
    assert settings == set(RunSettings.__struct_fields__) - {"extra"}


def test_monitor_kinds_are_listed() -> None:
    """Every kind that the editor draws."""
    assert {row[0] for row in rows(_text("running.md"), "kind", "shows")} == set(SIZES)


def test_special_blocks_are_symbols() -> None:
    """Every block that the manual speaks of is in the catalog."""
    for row in rows(_text("projects.md"), "block", "what it is"):
        for name in re.findall(r"`(\w+)`", row[0]):
            assert load().get(name) is not None, name


# texts ----------------------------------------------------------------------------------------------


def _shape(sizes: tuple[int, ...] | None) -> str:
    return "unknown" if sizes is None else "`[" + ", ".join("?" if n < 0 else str(n) for n in sizes) + "]`"


def test_the_table_of_literals_is_what_the_parser_reads() -> None:
    """Each text with its dtype and shape."""
    table = rows(_text("literals.md"), "text", "dtype", "shape")
    assert len(table) > 10
    for text, dtype, shape in table:
        literal = parse_literal(text.strip("`"))
        assert (label(literal.dtype), _shape(literal.shape)) == (dtype, shape), text


def test_the_table_of_shapes_is_what_the_parser_reads() -> None:
    """Each spelling with the shape that it means."""
    table = rows(_text("literals.md"), "text", "shape")
    assert len(table) > 5
    for text, shape in table:
        assert _shape(parse_shape(text.strip("`"))) == shape, text


def test_the_example_of_attrs_reads() -> None:
    """Every name and value is one that the block takes."""
    (text,) = code_blocks(_text("literals.md"))
    symbol = load().get("Conv2D")
    assert symbol is not None
    values, problems = read_attrs(text, symbol)
    assert values == {"data_format": "NCHW", "dilations": [1, 1, 2, 2]}
    assert problems == []


# samples --------------------------------------------------------------------------------------------


def test_every_sample_is_listed() -> None:
    """The chapter names each sample that ships, and no other."""
    listed = {row[0].strip("`") for row in rows(_text("samples.md"), "project", "shows")}
    folder = asset("samples")
    assert listed == {path.relative_to(folder).as_posix() for path in folder.rglob("*.tblocks")}
