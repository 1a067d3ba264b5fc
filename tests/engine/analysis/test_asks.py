"""What a run asks to be allowed, and when another content asks again."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.resources.grants import Bounds
from app.document.resources.ground import Ground
from app.document.resources.refusals import refusal
from app.engine.analysis.asks import Ask, asks_met, asks_of, computed_asks, grants_for
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from tests.support.pages import page


def planned(folder: Path, blocks: dict, wires: str = "") -> Plan:
    return make_plan(page(blocks, wires), folder)


def asked(folder: Path, blocks: dict, wires: str = "") -> list[Ask]:
    return asks_of(planned(folder, blocks, wires), Bounds(Ground.of(folder)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def test_a_typed_name_asks_for_itself(folder: Path, tmp_path: Path) -> None:
    outside = str(tmp_path / "a.txt")
    (ask,) = asked(folder, {"r": ("ReadFile", {"filename": outside})})
    assert (ask.capability, ask.where, ask.grant, ask.block, ask.pin) == (
        "read",
        outside,
        outside,
        "r",
        "filename",
    )
    assert grants_for([ask]).read == (outside,)


def test_the_same_page_asks_the_same_and_another_name_or_wire_does_not(folder: Path, tmp_path: Path) -> None:
    def digest(blocks: dict, wires: str = "") -> str:
        (ask,) = asked(folder, blocks, wires)
        return ask.digest

    a, b = str(tmp_path / "a.txt"), str(tmp_path / "b.txt")
    typed = digest({"r": ("ReadFile", {"filename": a})})
    assert digest({"r": ("ReadFile", {"filename": a}), "c": ("Const", {"val": "1"})}) == typed
    wired = digest({"c": ("Const", {"val": f'"{a}"'}), "r": "ReadFile"}, "c.output -> r.filename")
    others = {
        digest({"r": ("ReadFile", {"filename": b})}),
        digest({"q": ("ReadFile", {"filename": a})}),
        wired,
    }
    assert len(others | {typed}) == 4


def test_python_asks_with_the_content_of_its_files(folder: Path) -> None:
    (folder / "ops.py").write_text("import near\ndef f() -> int: ...\n")
    (folder / "near.py").write_text("")
    blocks = {"b": "python:ops.py:f"}
    (first,) = asked(folder, blocks)
    assert (first.capability, first.where, grants_for([first]).python) == ("python", "ops.py", True)
    assert asked(folder, blocks) == [first]
    (folder / "other.py").write_text("x = 1\n")
    assert asked(folder, blocks) == [first]
    (folder / "near.py").write_text("x = 1\n")
    (second,) = asked(folder, blocks)
    (folder / "ops.py").write_text("import near\ndef f() -> int: return 1\n")
    (third,) = asked(folder, blocks)
    assert len({first.digest, second.digest, third.digest}) == 3


def test_a_computed_name_asks_for_the_folder_that_the_run_has_met(folder: Path, tmp_path: Path) -> None:
    blocks = {
        "a": ("Const", {"val": f'"{tmp_path}/"'}),
        "b": ("Const", {"val": '"data/x.txt"'}),
        "j": "StringJoin",
        "r": "ReadFile",
    }
    plan = planned(folder, blocks, "a.output -> j.inputs\nb.output -> j.inputs\nj.output -> r.filename")
    assert asks_of(plan, Bounds(Ground.of(folder))) == []
    met = refusal("r", "filename", "read", str(tmp_path / "data" / "x.txt"), "")
    (ask,) = asks_met(plan, [met])
    assert grants_for([ask]).read == (str(tmp_path / "data"),)
    assert ask.key in {one.key for one in computed_asks(plan)}


def test_a_broad_folder_is_never_allowed_for_one_name(folder: Path) -> None:
    blocks = {"a": ("Const", {"val": '"/etc/hosts"'}), "j": "StringJoin", "r": "ReadFile"}
    plan = planned(folder, blocks, "a.output -> j.inputs\nj.output -> r.filename")
    (ask,) = asks_met(plan, [refusal("r", "filename", "read", "/tmp/x.txt", "")])
    assert ask.grant == "/tmp/x.txt"
