"""Answers to what projects ask for: remembered outside of the project, and never more than was allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.editor.runs.consents import Consents
from app.engine.analysis.asks import Ask, grants_for

ASK = Ask("read", "/data/a.txt", "/data/a.txt", "r", "filename", "d1")


def test_an_answer_holds_for_one_project_capability_and_content(tmp_path: Path) -> None:
    Consents(tmp_path).allow("/p", [ASK], for_ever=True)
    again = Consents(tmp_path)
    assert again.known("/p", [ASK]) == [ASK]
    assert again.known("/other", [ASK]) == []
    assert again.known("/p", [replace(ASK, digest="d2")]) == []
    assert again.known("/p", [replace(ASK, capability="write")]) == []


def test_what_is_allowed_are_the_paths_of_the_answer(tmp_path: Path) -> None:
    """An ask that bears the same digest with another path gets what was allowed, no more."""
    consents = Consents(tmp_path)
    consents.allow("/p", [ASK], for_ever=True)
    assert grants_for(consents.known("/p", [replace(ASK, grant="/")])).read == ("/data/a.txt",)


def test_an_answer_for_this_time_is_not_written(tmp_path: Path) -> None:
    consents = Consents(tmp_path)
    consents.allow("/p", [ASK], for_ever=False)
    assert consents.known("/p", [ASK]) == [ASK]
    assert Consents(tmp_path).known("/p", [ASK]) == []
    consents.forget_once("/p")
    assert consents.known("/p", [ASK]) == []


def test_two_windows_do_not_lose_each_others_answers(tmp_path: Path) -> None:
    one, other = Consents(tmp_path), Consents(tmp_path)
    one.allow("/one", [ASK], for_ever=True)
    other.allow("/other", [ASK], for_ever=True)
    assert [a.project for a in one.answers()] == ["/one", "/other"]


def test_taking_back_leaves_the_others(tmp_path: Path) -> None:
    consents = Consents(tmp_path)
    consents.allow("/one", [ASK], for_ever=True)
    consents.allow("/other", [ASK], for_ever=True)
    consents.revoke(consents.answers()[:1])
    assert [a.project for a in consents.answers()] == ["/other"]


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '[{"project": "/p"}]', "\xff", "[" * 100_000, " " * (5 << 20)]
)
def test_a_damaged_file_allows_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "allowed.json").write_text(text, encoding="latin-1")
    consents = Consents(tmp_path)
    assert consents.answers() == []
    consents.allow("/p", [ASK], for_ever=True)
    assert consents.known("/p", [ASK]) == [ASK]


def test_a_folder_that_cannot_be_written_asks_again_next_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    consents = Consents(tmp_path / "file")
    consents.allow("/p", [ASK], for_ever=True)
    assert consents.answers() == []
