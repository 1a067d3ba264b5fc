"""How pages, blocks and notes are shown, as the project file holds it."""

from __future__ import annotations

import json

import pytest

from app.document.model.view import BlockView, NoteView, PageView
from app.document.storage.errors import FileProblem
from app.document.storage.reader import loads
from app.document.storage.schema import schema
from app.document.storage.writer import dumps
from tests.document.storage.test_schema import faults

SHOWN = """{
  "format": "tensorblocks",
  "version": 1,
  "pages": [
    {
      "name": "p",
      "scope": {"device": "", "seed": null},
      "run": {"steps": 1},
      "view": {"compact": true, "chips": false, "results": true, "wide": true, "zoom": 2},
      "blocks": [
        {"id": "a", "symbol": "Const", "at": [0, 0], "pins": {"val": "1"}, "label": "one", "off": true, \
"view": {"collapsed": true, "rows": "used", "result": false, "wide": true, "color": "#203040", "icon": "star", \
"glow": [1]}, "x": 1},
        {"id": "b", "symbol": "Neg", "at": [1, 2], "view": {"result": true}}
      ],
      "wires": [],
      "notes": [
        {"id": "f", "kind": "frame", "at": [0, 0], "size": [10, 20], "style": {"fill": "#fff"}, \
"view": {"collapsed": true, "color": "#123456"}}
      ]
    }
  ]
}
"""
PLAIN = '{"format": "tensorblocks", "version": 1, "pages": [{"name": "p", %s}]}'


def test_views_are_read_and_written_byte_for_byte() -> None:
    loaded = loads(SHOWN)
    (page,) = loaded.project.pages
    assert page.view == PageView(compact=True, chips=False, results=True, wide=True, extra={"zoom": 2})
    assert page.blocks["a"].view == BlockView(
        collapsed=True,
        rows="used",
        result=False,
        wide=True,
        color="#203040",
        icon="star",
        extra={"glow": [1]},
    )
    assert page.blocks["b"].view == BlockView(result=True)
    assert page.notes["f"].view == NoteView(collapsed=True, color="#123456")
    assert dumps(loaded.project).decode() == SHOWN


def test_the_schema_knows_the_views() -> None:
    assert faults(json.loads(SHOWN), schema(), schema()) == []
    broken = SHOWN.replace('"collapsed": true', '"collapsed": "yes"')
    assert faults(json.loads(broken), schema(), schema())


def test_what_a_view_holds_that_is_not_known_is_reported() -> None:
    problems = loads(SHOWN).problems["p"]
    assert [(p.block, p.sentence["key"]) for p in problems] == [(None, "zoom"), ("a", "x"), ("a", "glow")]


def test_a_view_that_is_the_usual_one_is_not_written() -> None:
    text = PLAIN % '"view": {"chips": true}, "blocks": [{"id": "a", "symbol": "A", "view": {"result": null}}]'
    assert '"view"' not in dumps(loads(text).project).decode()


@pytest.mark.parametrize(
    ("members", "path"),
    [
        ('"view": 3', "pages[0].view"),
        ('"view": {"chips": 1}', "pages[0].view.chips"),
        ('"blocks": [{"id": "a", "symbol": "A", "view": null}]', "pages[0].blocks[0].view"),
        ('"blocks": [{"id": "a", "symbol": "A", "view": {"color": 3}}]', "pages[0].blocks[0].view.color"),
        ('"notes": [{"id": "n", "view": {"collapsed": "no"}}]', "pages[0].notes[0].view.collapsed"),
    ],
)
def test_a_member_of_a_wrong_type_is_named(members: str, path: str) -> None:
    with pytest.raises(FileProblem) as caught:
        loads(PLAIN % members)
    assert path in str(caught.value.where)
