"""Fixes of slips in names: of symbols, pins, blocks and attrs; each leaves a sound page."""

from __future__ import annotations

import json

import msgspec
import pytest

from app.document.editing.base import EditRefused
from app.document.editing.document import Document
from app.document.fixes import apply_fix
from app.document.model.diagram import Project
from app.document.model.fix import AddBlock, Connect, Fix, Reconnect, WritePin
from app.document.model.sentence import quote, say
from app.messages import problem_json
from tests.support.fixing import checked, cure, make_page, wires_of
from tests.support.words import raises_saying

CONST = ("Const", {"val": "{1.0f,2.0f}"})

SLIPS = {
    "symbol": make_page({"a": ("Cnst", {"val": "1"})}),
    "output": make_page({"a": CONST, "n": "Negate"}, ["a.outptu > n.x"]),
    "input": make_page({"a": CONST, "n": "MatchingFiles"}, ["a.output > n.patern"]),
    "block": make_page({"alpha": CONST, "n": "Negate"}, ["alfa.output > n.x"]),
    "pin of a text": make_page({"read": ("ReadFile", {"filenam": "a.txt"})}),
    "attr": make_page({"m": ("MatMul", {"a": "{{1.0}}", "b": "{{1.0}}", "attrs": "transpse_a_ = true;"})}),
    "attr's value": make_page({"d": ("DecodePng", {"contents": '"abcd"', "attrs": "dtype_ = DT_UINT7;"})}),
    "key that is set twice": make_page(
        {"m": ("MatMul", {"a": "{{1.0}}", "b": "{{1.0}}", "attrs": "transpose_a_=1; transpose_a_=0;"})}
    ),
    "attr without =": make_page(
        {"m": ("MatMul", {"a": "{{1.0}}", "b": "{{1.0}}", "attrs": "transpose_a_ true"})}
    ),
    "attr's list": make_page({"s": ("Squeeze", {"input": "{{1.0}}", "attrs": "squeeze_dims_ = {0;"})}),
    "attr's layout": make_page(
        {
            "pool": (
                "MaxPool",
                {
                    "input": "{{{{1.0f}}}}",
                    "ksize": "{1,1,1,1}",
                    "strides": "{1,1,1,1}",
                    "padding": "SAME",
                    "attrs": "data_format_ = NWHC;",
                },
            )
        }
    ),
    "text beside a wire": make_page({"a": CONST, "n": ("Negate", {"x": "7"})}, ["a.output > n.x"]),
}


@pytest.mark.parametrize("page", SLIPS.values(), ids=list(SLIPS))
def test_the_first_fix_leaves_a_sound_page(page):
    problem = checked(page)[0]
    assert checked(cure(page, problem)) == []


def test_a_wire_keeps_its_place_among_the_wires_of_its_pin():
    page = make_page(
        {"a": CONST, "b": CONST, "pack": "Pack"}, ["a.outptu > pack.values", "b.output > pack.values"]
    )
    fixed = cure(page, checked(page)[0])
    assert wires_of(fixed) == ["a.output > pack.values", "b.output > pack.values"]


def test_the_page_that_a_fix_is_tried_on_stays_as_it_is():
    page = SLIPS["output"]
    before = msgspec.json.encode(page)
    cure(page, checked(page)[0])
    assert msgspec.json.encode(page) == before


CAST = Fix(
    quote("Insert Cast to float32"),
    (
        AddBlock("cast", "Cast"),
        WritePin("cast", "DstT", "DT_FLOAT"),
        Reconnect("a.output", "n.x", "cast.y", "n.x"),
        Connect("a.output", "cast.x"),
    ),
)


def document(*names: str) -> Document:
    blocks = {"a": ("Const", {"val": "1"}), "n": "Negate", **dict.fromkeys(names, CONST)}
    return Document(Project(pages=[make_page(blocks, ["a.output > n.x"])]))


class TestApplying:
    def test_a_fix_is_one_edit_that_can_be_undone(self):
        doc = document()
        before = msgspec.json.encode(doc.project)
        apply_fix(doc, "page", CAST, "Insert it")
        assert doc.history.names() == ["Insert it"]
        assert wires_of(doc.project.pages[0]) == ["cast.y > n.x", "a.output > cast.x"]
        after = msgspec.json.encode(doc.project)
        doc.undo()
        assert msgspec.json.encode(doc.project) == before
        doc.redo()
        assert msgspec.json.encode(doc.project) == after

    def test_a_new_block_gets_an_id_that_is_free(self):
        doc = document("cast")
        apply_fix(doc, "page", CAST, "Insert it")
        page = doc.project.pages[0]
        assert page.blocks["cast_2"].pins == {"DstT": "DT_FLOAT"}
        assert wires_of(page) == ["cast_2.y > n.x", "a.output > cast_2.x"]

    def test_a_new_block_stands_between_its_neighbours_and_covers_none(self):
        doc = document("b", "c")
        page = doc.project.pages[0]
        page.blocks["a"].at, page.blocks["n"].at = (0, 0), (500, 0)
        page.blocks["b"].at = (250, 0)  # just where it would go
        apply_fix(doc, "page", CAST, "Insert it")
        x, y = page.blocks["cast"].at
        assert 100 < x < 450
        assert abs(y) > 60

    def test_a_fix_that_does_not_fit_any_more_changes_nothing(self):
        doc = document()
        page = doc.project.pages[0]
        page.wires.clear()
        before = msgspec.json.encode(doc.project)
        with raises_saying(EditRefused, say("edit.no-wire-any-more")):
            apply_fix(doc, "page", CAST, "Insert it")
        assert msgspec.json.encode(doc.project) == before
        assert doc.history.names() == []


def test_the_json_form_of_a_fix():
    page = SLIPS["output"]
    assert json.loads(json.dumps(problem_json(checked(page)[0])))["fixes"] == [
        {
            "title": "Wire a.output instead of a.outptu",
            "changes": [
                {
                    "do": "reconnect",
                    "source": "a.outptu",
                    "target": "n.x",
                    "new_source": "a.output",
                    "new_target": "n.x",
                }
            ],
        }
    ]
    again = msgspec.json.decode(msgspec.json.encode(CAST), type=Fix)
    assert again == CAST
