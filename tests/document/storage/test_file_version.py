"""The version that a project's file bears: 2 exactly where it holds what version 1 does not know."""

from __future__ import annotations

import pytest

from app.document.storage.reader import loads
from app.document.storage.writer import dumps

TEXT = """{
  "format": "tensorblocks",
  "version": VERSION,
  "pages": [
    {
      "name": "p",
      "scope": {"device": "", "seed": null},
      "run": {"steps": 1},
      "blocks": [
        {"id": "b", "symbol": "SYMBOL", "at": [0, 0]}
      ],
      "wires": []
    }
  ]
}
"""


def file_of(version: int, symbol: str) -> str:
    return TEXT.replace("VERSION", str(version)).replace("SYMBOL", symbol)


OF_VERSION_2 = ("python:blur.py:blur", "page:dense layer", "library:a/b", "Argument", "Result")


@pytest.mark.parametrize(("version", "symbol"), [(1, "Const"), *((2, s) for s in OF_VERSION_2)])
def test_a_file_that_we_wrote_stays_byte_for_byte(version: int, symbol: str) -> None:
    text = file_of(version, symbol)
    loaded = loads(text)
    assert (loaded.read_only, loaded.problems) == (False, {})
    assert dumps(loaded.project).decode() == text


@pytest.mark.parametrize(("read", "symbol", "written"), [(1, "python:a.py:f", 2), (2, "Const", 1)])
def test_the_version_follows_what_the_file_holds(read: int, symbol: str, written: int) -> None:
    assert dumps(loads(file_of(read, symbol)).project).decode() == file_of(written, symbol)


def test_a_session_that_runs_once_is_of_version_2() -> None:
    text = file_of(1, "ClientSession")
    project = loads(text).project
    block = next(iter(project.pages[0].blocks.values()))
    block.pins["once"] = "true"
    assert b'"version": 2' in dumps(project)
    del block.pins["once"]
    assert dumps(project).decode() == text


def test_a_part_of_version_2_that_is_not_known_stays_in_a_file_of_that_version() -> None:
    text = file_of(2, "Const").replace('"wires": []', '"wires": [],\n      "moved": {"a": "b"}')
    assert dumps(loads(text).project).decode() == text


def test_a_later_version_is_read_only() -> None:
    assert loads(file_of(3, "Const")).read_only


def test_addresses_by_which_blocks_draw_are_of_version_2() -> None:
    seeds = '"run": {"steps": 1},\n      "seeds": {"net/layer": "layer"}'
    text = file_of(2, "Const").replace('"run": {"steps": 1}', seeds)
    loaded = loads(text)
    assert loaded.problems == {}
    assert loaded.project.pages[0].seeds == {"net/layer": "layer"}
    assert dumps(loaded.project).decode() == text
