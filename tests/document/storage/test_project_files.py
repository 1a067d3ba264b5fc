"""Project files: what is written, byte for byte, and what is read back."""

import json
import locale

import pytest
from hypothesis import given, settings

from app.document.editing.edits import MoveItems
from app.document.formats.registry import open_project
from app.document.model.diagram import (
    ArrayRef,
    Block,
    Monitor,
    Note,
    Page,
    PinRef,
    Project,
    RunSettings,
    Wire,
)
from app.document.model.sentence import quote, say
from app.document.storage import reader
from app.document.storage.errors import FileProblem
from app.document.storage.project_file import load_project, save_project
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from tests.support.random_projects import patient, projects
from tests.support.words import raises_saying

EXAMPLE = """{
  "format": "tensorblocks",
  "version": 1,
  "pages": [
    {
      "name": "crop and resize",
      "scope": {"device": "", "seed": null},
      "run": {"steps": 1},
      "blocks": [
        {"id": "read", "symbol": "ReadFile", "at": [60, 240], "pins": {"filename": "digit.png"}},
        {"id": "decode", "symbol": "DecodePng", "at": [260, 240], "pins": {"attrs": "channels_ = 3;"}},
        {"id": "session", "symbol": "ClientSession", "at": [460, 240]}
      ],
      "wires": [
        ["read.contents", "decode.contents"],
        ["decode.image", "session.fetch_outputs"]
      ]
    }
  ]
}
"""

EVERYTHING = """{
  "format": "tensorblocks",
  "version": 1,
  "pages": [
    {
      "name": "한글 페이지",
      "scope": {"device": "/cpu:0", "seed": 7, "later": true},
      "run": {"steps": 20, "budget": "2 s"},
      "blocks": [
        {"id": "W", "symbol": "Variable", "at": [0.5, -20], "pins": {"initvalues": {"npz": "w.npz", "key": "W"}}},
        {"id": "add", "symbol": "Add", "at": [1, 2], "label": "sum ☃", "off": true, "colour": [1, 1.0, {"a": null}]}
      ],
      "wires": [
        ["W.outputs[3]", "add.x", {"route": [[0, 1.5], [2, 3]], "hidden": true, "width": 2}],
        ["W.output", "add.y"]
      ],
      "notes": [
        {"id": "n1", "kind": "frame", "at": [0, 0], "size": [10, 20], "text": "a\\nb", "style": {"fill": "#fff"}}
      ],
      "monitors": [
        {"id": "m1", "kind": "curve", "pins": ["add.z[0][1]"], "at": [0, 0], "size": [10, 20], "options": {"log": true}}
      ],
      "snapshots": {"start": {"npz": "start.npz"}},
      "results": {"npz": "last.npz"},
      "report": [
        "converted",
        "1 warning"
      ],
      "plugin": {"x": 1}
    },
    {
      "name": "empty",
      "scope": {"device": "", "seed": null},
      "run": {"steps": 1},
      "blocks": [],
      "wires": []
    }
  ],
  "author": "me"
}
"""


@pytest.mark.parametrize("text", [EXAMPLE, EVERYTHING])
def test_a_canonical_file_loads_and_saves_to_the_same_bytes(text):
    assert dumps(loads(text).project).decode() == text


@given(projects)
@settings(patient, max_examples=150)
def test_any_project_survives_a_save_and_saves_to_the_same_bytes_again(project):
    data = dumps(project)
    again = loads(data).project
    assert again == project
    assert dumps(again) == data


@given(projects)
@settings(patient, max_examples=60)
def test_python_s_own_json_reader_sees_the_same_members(project):
    value = json.loads(dumps(project))
    assert [p["name"] for p in value["pages"]] == [p.name for p in project.pages]
    for page, raw in zip(project.pages, value["pages"], strict=True):
        assert [b["id"] for b in raw["blocks"]] == list(page.blocks)
        assert [w[:2] for w in raw["wires"]] == [[str(w.source), str(w.target)] for w in page.wires]


@given(projects)
@settings(patient, max_examples=60)
def test_the_short_cut_for_usual_entries_reads_what_the_careful_way_reads(project):
    data = dumps(project)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reader, "_usual_blocks", lambda *given: None)
        patched.setattr(reader, "_usual_wires", lambda *given: None)
        careful = loads(data)
    assert loads(data) == careful


def test_everything_in_the_file_reaches_the_model():
    page, empty = loads(EVERYTHING).project.pages
    assert page.scope.seed == 7
    assert page.scope.extra == {"later": True}
    assert page.run.extra == {"budget": "2 s"}
    assert page.blocks["W"] == Block(
        id="W", symbol="Variable", at=(0.5, -20), pins={"initvalues": ArrayRef("w.npz", "W")}
    )
    assert page.blocks["add"].label == "sum ☃"
    assert page.blocks["add"].off
    assert page.wires[0] == Wire(
        source=PinRef("W", "outputs", 3),
        target=PinRef("add", "x"),
        route=((0, 1.5), (2, 3)),
        hidden=True,
        extra={"width": 2},
    )
    assert page.notes["n1"] == Note(
        id="n1", kind="frame", at=(0, 0), size=(10, 20), text="a\nb", style={"fill": "#fff"}
    )
    assert page.monitors["m1"] == Monitor(
        id="m1", kind="curve", pins=("add.z[0][1]",), at=(0, 0), size=(10, 20), options={"log": True}
    )
    assert page.report == ["converted", "1 warning"]
    assert empty == Page(name="empty")


def test_a_file_written_by_hand_becomes_canonical_at_its_first_save():
    by_hand = (
        '\ufeff{"pages":[{"wires":[["a.x","b.y",{"hidden":false}]],\r\n"name":"p",'
        '"blocks":[{"off":false,"symbol":"Const","id":"a","at":[60.0,1e2],"label":null,"pins":{}},'
        '{"symbol":"Neg","id":"b"}],"notes":[]}],"version":1,"format":"tensorblocks"}'
    )
    assert dumps(loads(by_hand.encode()).project).decode() == (
        "{\n"
        '  "format": "tensorblocks",\n'
        '  "version": 1,\n'
        '  "pages": [\n'
        "    {\n"
        '      "name": "p",\n'
        '      "scope": {"device": "", "seed": null},\n'
        '      "run": {"steps": 1},\n'
        '      "blocks": [\n'
        '        {"id": "a", "symbol": "Const", "at": [60, 100]},\n'
        '        {"id": "b", "symbol": "Neg", "at": [0, 0]}\n'
        "      ],\n"
        '      "wires": [\n'
        '        ["a.x", "b.y"]\n'
        "      ]\n"
        "    }\n"
        "  ]\n"
        "}\n"
    )


def test_moving_one_block_changes_one_line():
    project = loads(EVERYTHING).project
    MoveItems(project.pages[0].name, {"add": (100.25, 7)}).do(project)
    before, after = EVERYTHING.splitlines(), dumps(project).decode().splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [
        '        {"id": "add", "symbol": "Add", "at": [100.25, 7], "label": "sum ☃", "off": true, '
        '"colour": [1, 1.0, {"a": null}]},'.removesuffix(",")
    ]


def test_a_decimal_comma_in_the_locale_does_not_reach_the_file():
    for name in ("de_DE.UTF-8", "de_DE.utf8", "C"):
        try:
            locale.setlocale(locale.LC_NUMERIC, name)
            break
        except locale.Error:
            continue
    try:
        text = dumps(Project(pages=[Page(name="p", blocks={"a": Block(id="a", symbol="A", at=(0.5, 1e-7))})]))
    finally:
        locale.setlocale(locale.LC_NUMERIC, "C")
    assert b'"at": [0.5, 1e-07]' in text


def test_a_project_is_saved_to_a_file_and_loaded_from_it(tmp_path):
    path = tmp_path / "a ☃\n🎈.tblocks"
    project = loads(EVERYTHING).project
    assert save_project(project, path) == EVERYTHING.encode()
    assert path.read_bytes() == EVERYTHING.encode()
    assert load_project(path).project == project
    assert open_project(path).project == project


def test_a_missing_file_is_reported_by_name(tmp_path):
    with raises_saying(
        FileProblem, say("file.fault", reason=say("file.unopenable", why=quote("No such file")))
    ):
        open_project(tmp_path / "nothing.tblocks")


def test_a_folder_is_no_project(tmp_path):
    with raises_saying(FileProblem, say("file.unopenable")):
        load_project(tmp_path)


def test_a_value_that_cannot_be_written_is_named_and_the_old_file_stays(tmp_path):
    path = tmp_path / "p.tblocks"
    path.write_text(EXAMPLE)
    project = loads(EXAMPLE).project
    project.pages[0].blocks["decode"].pins["attrs"] = object()
    with raises_saying(FileProblem, say("save.bad-value-of", where='page "crop and resize"', item="decode")):
        save_project(project, path)
    project.pages[0].blocks["decode"].pins["attrs"] = "\ud83d"
    with raises_saying(FileProblem, say("save.half-character", line=11), say("save.half-character")):
        save_project(project, path)
    project.pages[0].blocks["decode"].at = (float("nan"), 0)
    with raises_saying(FileProblem, say("save.bad-value-of", item="decode")):
        save_project(project, path)
    assert path.read_text() == EXAMPLE
    assert [p.name for p in tmp_path.iterdir()] == ["p.tblocks"]


def test_a_save_into_a_folder_that_is_gone_says_so(tmp_path):
    with raises_saying(
        FileProblem, say("file.unsavable", why=quote("No such file")), say("hint.folder-gone")
    ):
        save_project(Project(), tmp_path / "gone" / "p.tblocks")


def test_the_condition_that_ends_a_run_stands_after_the_steps() -> None:
    """``until`` reads into the run settings and is written between steps and unknown keys."""
    text = '{"format": "tensorblocks", "version": 1, "pages": [{"name": "p", "run": %s}]}'
    run = '{"until": "a.y < 0.1", "mood": 1, "steps": 7}'
    project = loads((text % run).encode(), "p").project
    assert project.pages[0].run.until == "a.y < 0.1"
    assert '"run": {"steps": 7, "until": "a.y < 0.1", "mood": 1}' in dumps(project).decode()


RUN_FILE = '{"format": "tensorblocks", "version": 1, "pages": [{"name": "p", "run": %s}]}'


def test_run_settings_are_written_where_they_are_not_the_usual_ones() -> None:
    """Until stopped is ``null``; what is left out is one step at full speed, unguarded, kept every 5 seconds."""
    run = '{"steps": null, "until": "a.y < 1", "pace": 0.1, "guard": ["a.y", "b.z"], '
    run += '"keep_every": 2, "cluster": "lab.json"}'
    project = loads(RUN_FILE % run).project
    settings = project.pages[0].run
    read = (settings.steps, settings.pace, settings.guard, settings.keep_every, settings.cluster)
    assert read == (None, 0.1, ("a.y", "b.z"), 2, "lab.json")
    assert f'"run": {run}' in dumps(project).decode()
    usual = loads(RUN_FILE % '{"keep_every": 5, "guard": false, "pace": null, "cluster": null}').project
    assert usual.pages[0].run == RunSettings(
        steps=1, until=None, pace=None, guard=False, keep_every=5.0, cluster=None
    )
    assert '"run": {"steps": 1}' in dumps(usual).decode()
