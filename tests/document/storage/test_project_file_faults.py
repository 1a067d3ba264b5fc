"""Broken, strange and later files: a clear message with its place, or everything kept. Never another exception."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.formats.registry import open_project
from app.document.model.diagram import ArrayRef
from app.document.model.sentence import quote, say
from app.document.storage import project_file
from app.document.storage.errors import FileProblem
from app.document.storage.json_text import parse_json
from app.document.storage.project_file import load_project
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from tests.document.storage.test_project_files import EVERYTHING, EXAMPLE
from tests.support.random_projects import patient
from tests.support.words import at, holds, raises_saying

MEMBERS = set(re.findall(r'"(\w+)":', EVERYTHING))


def refusal(data):
    with pytest.raises(FileProblem) as caught:
        loads(data, "p.tblocks")
    return caught.value


def loaded_or_refused(data):
    """Return what was loaded and None, or None and the refusal; any other exception is a fault."""
    try:
        return loads(data), None
    except FileProblem as fault:
        return None, fault


def with_page(members):
    return '{"format": "tensorblocks", "version": 1, "pages": [{"name": "p", ' + members + "}]}"


def codes(loaded, page="p"):
    return [p.code for p in loaded.problems.get(page, [])]


def test_a_file_cut_off_at_any_byte_is_refused_with_line_and_column():
    data = EVERYTHING.encode()
    for end in range(len(data) - 2):
        fault = refusal(data[:end])
        assert fault.file == "p.tblocks"
        assert 1 <= fault.line <= data[:end].count(b"\n") + 1
        assert fault.column >= 1


def test_a_file_cut_off_in_the_middle_of_a_line_says_where():
    fault = refusal(EXAMPLE.encode()[: EXAMPLE.index('"symbol": "DecodePng"') + 8])
    assert (fault.line, fault.column) == (11, 34)
    assert holds(fault.sentence, say("file.fault", places=("p.tblocks:11:34",)))


@given(
    st.lists(
        st.tuples(st.integers(0, len(EVERYTHING.encode()) - 1), st.integers(0, 255)), min_size=1, max_size=4
    )
)
@settings(patient, max_examples=1000)
def test_flipped_bytes_are_read_or_refused_but_never_raise_anything_else(flips):
    data = bytearray(EVERYTHING.encode())
    for place, value in flips:
        data[place] = value
    loaded, fault = loaded_or_refused(bytes(data))
    if loaded is None:
        assert fault.sentence
    else:
        again = dumps(loaded.project)
        assert dumps(loads(again).project) == again


@given(st.binary(max_size=60))
@settings(patient)
def test_random_bytes_are_refused(data):
    assert refusal(data).sentence


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.sampled_from(["tensorblocks", "a", "a.b"]),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(sorted(MEMBERS)),
                inner,
                max_size=6,
            )
        ),
        max_leaves=30,
    )
)
@settings(patient, max_examples=500)
def test_wrongly_shaped_members_are_refused_by_json_path_or_set_aside(value):
    for page in (value, {"name": "p", "blocks": [value], "wires": [value], "notes": [value]}):
        raw = {"format": "tensorblocks", "version": 1, "pages": [page]}
        loaded, fault = loaded_or_refused(json.dumps(raw))
        if loaded is None:
            assert fault.where.startswith("pages[0]") or fault.line
        else:
            assert loads(dumps(loaded.project)).project == loaded.project


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", at("p.tblocks:1:1", say("json.empty"))),
        (b"\xef\xbb\xbf \n", at("p.tblocks:1:1", say("json.empty"))),
        (
            "<svg/>".encode("utf-16"),
            say(
                "file.fault", reason=say("json.utf-16"), hint=say("file.hint", hint=say("hint.convert-page"))
            ),
        ),
        ("<svg/>".encode("utf-16-le"), say("json.utf-16")),
        (b"\x7fELF\0\0", at("p.tblocks:1:5", say("json.binary"))),
        (b'{\n"a": "\xff"}', at("p.tblocks:2:7", say("json.not-utf-8"))),
        (b"PK\x03\x04", say("json.invalid")),
        (b"<svg></svg>", at("p.tblocks:1:1", say("json.invalid"))),
        (b'{"format": "other"}', at("format", say("json.no-project", format="tensorblocks"))),
        (b"[]", say("json.no-project")),
        (b'{"a": 1,\n "b": 2, "a": 3}', at("p.tblocks:2:10", say("json.key-twice", key='"a"'))),
        (b'{"a": {"x\\u003ax": 1, "a": ":", "a": 2}}', say("json.key-twice", key='"a"')),
        (b'{"a": [1, NaN]}', at("p.tblocks:1:11", say("json.no-number", word="NaN"))),
        (b'{"NaN": -Infinity}', at("p.tblocks:1:9", say("json.no-number", word="-Infinity"))),
        (b'{"a": "\\ud800x"}', at("p.tblocks:1:8", say("json.half-character", half="\\ud800"))),
        (b'{"a": %s}' % (b"9" * 5000), say("json.bad-number")),
        (b"[" * 10_000 + b"]" * 10_000, say("json.too-deep")),
        (b'{"format": "tensorblocks"}', at("version", say("json.no-version", version=1))),
        (
            b'{"format": "tensorblocks", "version": 0, "pages": []}',
            at("version", say("json.unknown-version", version=0)),
        ),
        (
            b'{"format": "tensorblocks", "version": true, "pages": []}',
            at("version", say("json.expected-whole", found="true")),
        ),
        (b'{"format": "tensorblocks", "version": 1}', at("pages", say("json.no-pages"))),
        (
            b'{"format": "tensorblocks", "version": 1, "pages": [1]}',
            at("pages[0]", say("json.expected-object", found=say("json.a-number"))),
        ),
        (
            b'{"format": "tensorblocks", "version": 1, "pages": [{}]}',
            at("pages[0].name", say("json.missing", key="name")),
        ),
    ],
)
def test_the_message_says_what_and_where(data, expected):
    assert holds(refusal(data).sentence, expected)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (
            '"blocks": [{"id": "a", "symbol": "A", "at": [1, "2"]}]',
            at("pages[0].blocks[0].at", say("json.expected-point")),
        ),
        ('"blocks": [{"id": "a"}]', at("pages[0].blocks[0].symbol", say("json.missing", key="symbol"))),
        (
            '"blocks": [["id", "symbol"]]',
            at("pages[0].blocks[0]", say("json.expected-object", found=say("json.a-list"))),
        ),
        (
            '"blocks": [{"id": 1, "symbol": "A"}]',
            at("pages[0].blocks[0].id", say("json.expected-text", found=say("json.a-number"))),
        ),
        (
            '"blocks": [{"id": "a", "symbol": "A", "off": 1}]',
            at("pages[0].blocks[0].off", say("json.expected-flag")),
        ),
        ('"blocks": {}', at("pages[0].blocks", say("json.expected-list", found=say("json.an-object")))),
        (
            '"blocks": [{"id": "a", "symbol": "A", "pins": {"x": null}}]',
            at("pages[0].blocks[0].pins.x", say("json.expected-pin", block="a", pin="x", found="null")),
        ),
        (
            '"blocks": [{"id": "a", "symbol": "A", "pins": {"x": {"npz": "w"}}}]',
            say("json.expected-pin", block="a", pin="x"),
        ),
        (
            '"scope": {"seed": 1.5}',
            at("pages[0].scope.seed", say("json.expected-whole", found=say("json.a-number"))),
        ),
        (
            '"run": {"steps": "3"}',
            at("pages[0].run.steps", say("json.expected-whole", found=say("json.a-text"))),
        ),
        (
            '"run": {"pace": "fast"}',
            at("pages[0].run.pace", say("json.expected-number", found=say("json.a-text"))),
        ),
        (
            '"run": {"keep_every": true}',
            at("pages[0].run.keep_every", say("json.expected-number", found="true")),
        ),
        (
            '"run": {"guard": "any"}',
            at("pages[0].run.guard", say("json.expected-guard", found=say("json.a-text"))),
        ),
        (
            '"run": {"guard": [1]}',
            at("pages[0].run.guard[0]", say("json.expected-text", found=say("json.a-number"))),
        ),
        ('"notes": [{"id": "n", "size": [1]}]', at("pages[0].notes[0].size", say("json.expected-point"))),
        ('"monitors": [{"id": "m"}]', at("pages[0].monitors[0].kind", say("json.missing", key="kind"))),
        (
            '"monitors": [{"id": "m", "kind": "k", "pins": [1]}]',
            at("pages[0].monitors[0].pins[0]", say("json.expected-text")),
        ),
        ('"report": "x"', at("pages[0].report", say("json.expected-list", found=say("json.a-text")))),
        ('"snapshots": []', at("pages[0].snapshots", say("json.expected-object", found=say("json.a-list")))),
        (
            '"seeds": {"a/b": 1}',
            at("pages[0].seeds.a/b", say("json.expected-text", found=say("json.a-number"))),
        ),
        ('"x": 1e999', at("pages[0]", say("json.out-of-range"))),
        ('"x": ' + "[" * 150 + "]" * 150, at("pages[0]", say("json.deeper-than", levels=100))),
        (
            '"wires": [' + "[" * 150 + "]" * 150 + "]",
            at("pages[0].wires[0]", say("json.deeper-than", levels=100)),
        ),
    ],
)
def test_a_wrong_member_is_named_by_its_json_path(members, expected):
    assert holds(refusal(with_page(members)).sentence, expected)


def test_a_merge_conflict_is_called_one():
    lines = EXAMPLE.splitlines()
    lines[10:11] = ["<<<<<<< HEAD", lines[10], "=======", lines[10].replace("260", "300"), ">>>>>>> branch"]
    fault = refusal("\n".join(lines))
    assert (fault.line, fault.column) == (11, 1)
    assert holds(fault.sentence, say("json.conflict-marker", marker="<<<<<<<"))
    assert holds(fault.hint, say("hint.resolve-conflict"))


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "huge.tblocks"
    with open(path, "wb") as file:
        file.truncate(200 * 2**20)
    with raises_saying(FileProblem, say("file.too-large", size=64)):
        load_project(path)
    path.write_text(EXAMPLE)
    monkeypatch.setattr(project_file, "MAX_BYTES", len(EXAMPLE))
    assert load_project(path)
    monkeypatch.setattr(project_file, "MAX_BYTES", len(EXAMPLE) - 1)
    with raises_saying(FileProblem, say("file.too-large")):
        open_project(path)


def test_numbers_and_truth_values_in_pins_are_read_as_their_texts_with_a_warning():
    loaded = loads(
        with_page('"blocks": [{"id": "a", "symbol": "A", "pins": {"x": 3, "y": 0.5, "z": true, "t": "t"}}]')
    )
    assert loaded.project.pages[0].blocks["a"].pins == {"x": "3", "y": "0.5", "z": "true", "t": "t"}
    assert [(p.block, p.pin, p.severity) for p in loaded.problems["p"]] == [
        ("a", "x", "warning"),
        ("a", "y", "warning"),
        ("a", "z", "warning"),
    ]


UNREAD = """{
  "format": "tensorblocks",
  "version": 1,
  "pages": [
    {
      "name": "p",
      "scope": {"device": "", "seed": null},
      "run": {"steps": 1},
      "blocks": [
        {"id": "a", "symbol": "A", "at": [0, 0]},
        {"id": "a", "symbol": "B", "at": [9, 9], "pins": {"x": 3}, "more": [1]},
        {"id": "b", "symbol": "NoSuchSymbol", "at": [0, 0], "pins": {"no_such_pin": "1"}},
        {"id": "bad id", "symbol": "C", "at": [0, 0]},
        {"id": "b", "symbol": "D", "at": [0, 0]}
      ],
      "wires": [
        ["a", "b.x"],
        ["a.y", "b.x"],
        "a.y",
        {"a.y": 1, "b.x": 2},
        ["a.y", "b.x", {"route": "no"}],
        ["bad id.y", "b.x"],
        ["nobody.y", "b.x"],
        ["a.y", "b.x", {}, 1]
      ],
      "notes": [
        {"id": "a", "kind": "text", "at": [0, 0], "size": [1, 1], "text": "bears a block's id"}
      ],
      "monitors": [
        {"id": "m", "kind": "no-such-kind", "pins": ["nobody.x"], "at": [0, 0], "size": [1, 1]}
      ]
    }
  ]
}
"""


def test_what_does_not_read_is_reported_and_written_back_in_its_place():
    loaded = loads(UNREAD)
    (page,) = loaded.project.pages
    assert list(page.blocks) == ["a", "b", "bad id"]
    assert page.blocks["a"].symbol == "A"
    assert [str(w.source) for w in page.wires] == ["a.y", "nobody.y"]
    assert not page.notes
    assert sorted(codes(loaded)) == sorted(
        ["duplicate-id", "bad-literal", "duplicate-id", "bad-id", *["bad-wire"] * 6, "duplicate-id"]
    )
    assert dumps(loaded.project).decode() == UNREAD


def test_unknown_keys_are_reported_where_they_stand():
    loaded = loads(EVERYTHING)
    assert [p.sentence for p in loaded.problems[""]] == [
        say("json.unknown-key", owner=say("json.the-file"), key="author")
    ]
    wire = say("json.of-wire", source="W.outputs[3]", target="add.x")
    assert {(p.sentence["owner"], p.block) for p in loaded.problems["한글 페이지"]} == {
        (say("json.of-page", page="한글 페이지"), None),
        ("scope", None),
        ("run", None),
        (say("json.owner-block", owner="blocks", block="add"), "add"),
        (say("json.owner-block", owner=wire, block="add"), "add"),
    }
    assert set(codes(loaded, "한글 페이지")) == {"unknown-key"}


def test_pages_of_one_name_get_names_of_their_own():
    page = '{"name": "p", "blocks": [{"id": "a", "symbol": "%s"}]}'
    text = '{"format": "tensorblocks", "version": 1, "pages": [%s]}'
    loaded = loads(text % ", ".join(page % s for s in "ABC"))
    assert [(p.name, p.blocks["a"].symbol) for p in loaded.project.pages] == [
        ("p", "A"),
        ("p (2)", "B"),
        ("p (3)", "C"),
    ]
    assert codes(loaded, "p (2)") == ["duplicate-page"]


def test_a_file_of_a_later_version_opens_read_only_with_all_it_holds():
    text = EVERYTHING.replace('"version": 1', '"version": 3').replace(
        '["W.output", "add.y"]', '{"from": "W.output", "to": "add.y"}'
    )
    loaded = loads(text.replace('"symbol": "Add"', '"symbol": ["Add", 2]'))
    assert loaded.read_only
    assert [p.code for p in loaded.problems[""]] == ["newer-version", "unknown-key"]
    assert "bad-file" in codes(loaded, "한글 페이지")
    assert loads(text).read_only
    assert dumps(loads(text).project).decode() == text


def test_a_crafted_file_is_only_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    evil = [
        "cos\nsystem\n(S'touch canary'\ntR.",
        "!!python/object/apply:os.system ['touch canary']",
        "__import__('os').system('touch canary')",
        "{{ ''.__class__ }}${jndi:ldap://x}",
        "../../etc/passwd",
        "file:///etc/passwd",
        "\\\\\\\\server\\\\share",
        "<img src=x onerror=alert(1)>",
    ]
    pins = {f"p{i}": text for i, text in enumerate(evil)}
    pins["array"] = {"npz": "../../canary.npz", "key": "__reduce__"}
    raw = {
        "format": "tensorblocks",
        "version": 1,
        "__reduce__": ["os.system", ["touch canary"]],
        "pages": [{"name": evil[2], "blocks": [{"id": "a", "symbol": evil[2], "pins": pins}]}],
    }
    block = loads(json.dumps(raw)).project.pages[0].blocks["a"]
    assert [block.pins[f"p{i}"] for i in range(len(evil))] == evil
    assert block.pins["array"] == ArrayRef("../../canary.npz", "__reduce__")
    assert list(tmp_path.iterdir()) == []


def test_hostile_sizes_are_refused_without_quadratic_time():
    # The time limit of the test run is what fails here: quadratic time would be hours.
    assert holds(refusal('{"a": ' * 200_000 + "1" + "}" * 200_000).sentence, say("json.too-deep"))
    assert holds(refusal("{" + '"k": 1, ' * 300_000 + '"k": 1}').sentence, say("json.key-twice"))
    assert holds(refusal('{"format": "' + "x" * 10_000_000).sentence, quote("unterminated string"))


class Pairs(list):
    """An object as the list of its members, so that keys can repeat."""


def spelled(value, escapes, space):
    if isinstance(value, Pairs):
        members = (
            json.dumps(k, ensure_ascii=escapes) + space + ":" + spelled(v, escapes, space) for k, v in value
        )
        return "{" + ",".join(members) + space + "}"
    if isinstance(value, list):
        return "[" + ",".join(spelled(v, escapes, space) for v in value) + "]"
    return json.dumps(value, ensure_ascii=escapes)


def repeats(value):
    if not isinstance(value, list):
        return False
    if not isinstance(value, Pairs):
        return any(map(repeats, value))
    return len({k for k, _ in value}) < len(value) or any(repeats(v) for _, v in value)


tricky = st.sampled_from(["a", "b", "", ":", '":', "\\", '\\":', "é:", "\n:"])


@given(
    st.recursive(
        tricky | st.integers() | st.booleans() | st.none(),
        lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(tricky, inner), max_size=4).map(Pairs),
        max_leaves=12,
    ),
    st.booleans(),
    st.sampled_from(["", " ", "\n\t"]),
)
@settings(patient, max_examples=1000)
def test_repeated_keys_are_refused_and_everything_else_reads_as_python_s_json_reads_it(value, escapes, space):
    text = spelled(value, escapes, space)
    if repeats(value):
        with raises_saying(FileProblem, say("json.key-twice")):
            parse_json(text)
    else:
        assert parse_json(text) == json.loads(text)


def test_a_project_that_begins_with_a_conflict_is_not_taken_for_xml(tmp_path):
    file = tmp_path / "p.tblocks"
    file.write_text("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n")
    with pytest.raises(FileProblem) as caught:
        open_project(file)
    assert holds(caught.value.sentence, say("json.conflict-marker", marker="<<<<<<<"))
