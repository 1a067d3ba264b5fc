"""Attrs whose numbers must rise are judged before a run, and put into order by a fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.blind_mistakes.judge import projects
from tests.support.blind_mistakes.row import one


@pytest.mark.parametrize(("text", "is_sound"), [("{1.0,2.0,2.0}", True), ("{10.0,0.0,100.0}", False)])
def test_falling_boundaries_are_found_by_the_check(cli, tmp_path: Path, text: str, is_sound: bool) -> None:
    mistake = one("p", "Bucketize", "boundaries", "", "", input="{5f,50f}", boundaries=text)
    ((file, _),) = projects([mistake], tmp_path)
    problems = cli("check", str(file), "--json").json["pages"]["p"]["problems"]
    found = [p for p in problems if p["pin"] == "boundaries"]
    assert bool(found) is not is_sound
    for problem in found:
        assert problem["fixes"][0]["changes"][0]["text"] == "{0.0,10.0,100.0}"
