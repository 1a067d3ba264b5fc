"""What a plan may touch, and what of it has to be allowed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.document.resources.grants import NOTHING_MORE, Bounds, Grants
from app.document.resources.ground import Ground
from app.engine.analysis.touches import Need, digest_of, needs_of, touches_of
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from tests.support.pages import page


def planned(folder: Path, blocks: dict[str, Any], wires: str = "") -> Plan:
    return make_plan(page(blocks, wires), folder)


def needs(folder: Path, blocks: dict[str, Any], wires: str = "", grants: Grants = NOTHING_MORE) -> list[Need]:
    return needs_of(planned(folder, blocks, wires), Bounds(Ground.of(folder), grants))


def test_a_page_without_files_touches_nothing(tmp_path: Path) -> None:
    assert (
        touches_of(planned(tmp_path, {"a": ("Const", {"val": "1.0"}), "b": "Neg"}, "a.output -> b.x")) == []
    )


@pytest.mark.parametrize("wired", [True, False])
def test_a_name_typed_or_wired_from_a_constant_is_known(tmp_path: Path, wired: bool) -> None:
    if wired:
        blocks = {"name": ("Const", {"val": '"/etc/passwd"'}), "read": "ReadFile"}
        found = needs(tmp_path, blocks, "name.output -> read.filename")
    else:
        found = needs(tmp_path, {"read": ("ReadFile", {"filename": '"/etc/passwd"'})})
    assert [(n.block, n.pin, n.op, n.capability, n.path, n.grant) for n in found] == [
        ("read", "filename", "ReadFile", "read", "/etc/passwd", "/etc/passwd")
    ]


def test_what_is_inside_is_listed_and_not_asked_for(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"read": ("ReadFile", {"filename": "digit.png"})})
    assert [(t.capability, t.name) for t in touches_of(plan)] == [("read", "digit.png")]
    assert needs_of(plan, Bounds(Ground.of(tmp_path))) == []


def test_a_computed_name_is_listed_without_one(tmp_path: Path) -> None:
    blocks = {
        "a": ("Const", {"val": '"/etc/"'}), "b": ("Const", {"val": '"passwd"'}), "list": "InputList",
        "join": "StringJoin", "read": "ReadFile",
    }  # fmt: skip
    wires = """a.output -> list.outputlist
        b.output -> list.outputlist
        list.output -> join.inputs
        join.output -> read.filename"""
    plan = planned(tmp_path, blocks, wires)
    assert [(t.block, t.capability, t.name) for t in touches_of(plan)] == [("read", "read", None)]


def test_a_graph_that_a_block_brings_is_judged_when_it_is_there(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"d": ("DatasetFromGraph", {"graph_def": '"x"'})})
    assert [(t.block, t.capability, t.is_judged_in_run) for t in touches_of(plan)] == [("d", "all", True)]
    assert needs_of(plan, Bounds(Ground.of(tmp_path))) == []


def test_a_query_that_may_do_more_than_read_asks_for_everything(tmp_path: Path) -> None:
    def asked(query: str, grants: Grants = NOTHING_MORE) -> list[str]:
        pins = {
            "driver_name": "sqlite",
            "data_source_name": "a.db",
            "query": query,
            "output_types": "DT_INT32",
            "output_shapes": "{{}}",
        }
        return [n.capability for n in needs(tmp_path, {"q": ("SqlDataset", pins)}, grants=grants)]

    assert asked('"SELECT a FROM b"') == []
    attach = "\"ATTACH '/etc/x.db' AS y\""
    assert asked(attach) == ["all"]
    assert asked(attach, Grants.of(everything=True)) == []


def test_the_digest_changes_with_the_name_and_with_nothing_else(tmp_path: Path) -> None:
    def digest(name: str, at: str = "1.0") -> str:
        blocks = {"read": ("ReadFile", {"filename": name}), "other": ("Const", {"val": at})}
        return digest_of(needs(tmp_path, blocks))

    assert digest('"/etc/passwd"') == digest('"/etc/passwd"', "2.0") != digest('"/etc/hosts"')
