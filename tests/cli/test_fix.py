"""``tensorblocks check --fix``: cures what is plain, saves the file, says what it did and what remains."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.document.editing.document import Document
from app.document.formats.registry import open_project
from app.document.storage.project_file import load_project, save_project

SLIPS = (
    "slips",
    {
        "a": ("Const", {"val": "1"}),
        "b": ("Const", {"val": "{1.0f,2,3}"}),
        "s": ("Add", {}),
        "m": ("MatMul", {"b": "{{1.0f},{2},{3}}", "attrs": "transpse_b_ = false;"}),
        "out": ("ClientSession", {}),
    },
    ["a.output > s.x", "b.outptu > s.y", "s.z > m.a", "m.product > out.fetch_outputs"],
)
HOPELESS = (
    "hopeless",
    {"c": ("Const", {"val": "{{1,2},{3}}"}), "out": ("ClientSession", {})},
    ["c.output > out.fetch_outputs"],
)
SOUND = ("sound", {"c": ("Const", {"val": "1"})}, [])


def test_faults_are_cured_one_after_the_other(cli, write) -> None:
    """Each fault that hides the next is cured; then the page runs, and gives what it was drawn for."""
    path = write(SLIPS)
    done = cli("check", path, "--fix")
    assert done.status == 0
    assert done.out.splitlines() == [
        "fixed: b.outptu: Wire b.output instead of b.outptu",
        "fixed: s.y: Write 1.0f in a",
        "fixed: m.attrs: Write transpose_b_",
        "fixed: m.a: Insert ExpandDims (axis 0)",
    ]
    assert done.err.endswith("no problems\n")
    results = cli("run", path, "--json").json["pages"]["slips"]["results"]
    assert results["m.product"]["values"] == [2 * 1 + 3 * 2 + 4 * 3]  # (1+1, 1+2, 1+3) times (1, 2, 3)


def test_as_json(cli, write) -> None:
    """``fixed`` lists what was done on every page; the problems are those that remain."""
    tree = cli("check", write(SLIPS, HOPELESS, SOUND), "--fix", "--json").json
    assert {name: len(titles) for name, titles in tree["fixed"].items()} == {
        "slips": 4,
        "hopeless": 0,
        "sound": 0,
    }
    assert [p["code"] for p in tree["pages"]["hopeless"]["problems"]] == ["bad-literal"]
    assert "types" not in tree["pages"]["slips"]


def test_with_types(cli, write) -> None:
    """The types are those of the page as it is after the fixes."""
    tree = cli("check", write(SLIPS), "--fix", "--types", "--json").json
    assert tree["pages"]["slips"]["types"]["m.product"] == {"dtype": "float32", "shape": [1, 1]}


@pytest.mark.parametrize(("page", "status"), [(HOPELESS, 3), (SOUND, 0)])
def test_a_file_in_which_nothing_can_be_fixed_stays_as_it_is(cli, write, page, status) -> None:
    """Not one byte changes, also where the file is not in the form that this program writes."""
    path = write(page)
    before = path.read_bytes()
    done = cli("check", path, "--fix")
    assert (done.status, path.read_bytes()) == (status, before)


def test_what_the_program_does_not_know_stays(cli, write) -> None:
    """Keys of other programs stay in the file that is saved."""
    path = write(SLIPS)
    tree = json.loads(path.read_text())
    tree["pages"][0]["blocks"][0]["colour"] = "red"
    path.write_text(json.dumps(tree))
    cli("check", path, "--fix")
    assert open_project(path).project.pages[0].blocks["a"].extra == {"colour": "red"}


def test_what_another_program_writes_meanwhile_stays(cli, write, monkeypatch) -> None:
    """The page that lies there then is cured instead; the snapshot that a run stored beside it is not lost."""
    path = write(SLIPS)

    def store_a_snapshot() -> None:
        project = load_project(path).project
        project.pages[0].snapshots = {"by another": {"npz": "other.npz"}}
        save_project(project, path)

    meanwhile = [store_a_snapshot]
    save_it = Document.save

    def save(document: Document) -> None:
        while meanwhile:
            meanwhile.pop()()
        save_it(document)

    monkeypatch.setattr(Document, "save", save)
    done = cli("check", path, "--fix")
    assert (done.status, len(done.out.splitlines())) == (0, 4)
    page = load_project(path).project.pages[0]
    assert page.snapshots == {"by another": {"npz": "other.npz"}}
    assert page.blocks["m"].pins["attrs"] == "transpose_b_ = false;"


def test_a_file_of_a_later_version_is_refused(cli, write) -> None:
    """Exit 2, and the file is as it was."""
    path = write(SLIPS)
    path.write_text(path.read_text().replace('"version": 1', '"version": 3'))
    before = path.read_bytes()
    done = cli("check", path, "--fix")
    assert (done.status, path.read_bytes()) == (2, before)
    assert "later version" in done.err


def test_an_enuspace_page_is_refused(cli, tmp_path: Path) -> None:
    """It must be converted first: this program never writes the original's files."""
    path = tmp_path / "page.svg"
    path.write_text('<svg enuspace-version="3.0.2.0"></svg>')
    done = cli("check", path, "--fix")
    assert done.status == 2
    assert "convert it first" in done.err


def test_a_circle_is_not_broken_where_that_leaves_an_empty_pin(cli, write) -> None:
    """Only the user knows what is to be wired there instead."""
    blocks = {"a": ("Negate", {}), "b": ("Negate", {}), "out": ("ClientSession", {})}
    path = write(("circle", blocks, ["a.y > b.x", "b.y > a.x", "a.y > out.fetch_outputs"]))
    done = cli("check", path, "--fix", "--json")
    assert done.json["fixed"] == {"circle": []}
    (problem,) = done.json["pages"]["circle"]["problems"]
    assert problem["fixes"][0]["title"] == "Remove the wire from b.y to a.x, which leaves x empty"


def test_plain_check_counts_the_fixes_without_tensorflow(cli, write, monkeypatch) -> None:
    """The JSON form of a problem has the fixes with all their changes."""
    monkeypatch.setattr("app.engine.host.engine.Engine", None)
    problems = cli("check", write(SLIPS), "--json").json["pages"]["slips"]["problems"]
    assert problems[0]["fixes"] == [
        {
            "title": "Wire b.output instead of b.outptu",
            "changes": [
                {
                    "do": "reconnect",
                    "source": "b.outptu",
                    "target": "s.y",
                    "new_source": "b.output",
                    "new_target": "s.y",
                }
            ],
        }
    ]


def test_numbers_are_not_put_in_another_order(cli, write) -> None:
    """A matrix the wrong way round: the ways to turn it are offered, and the file stays as it is."""
    blocks = {
        "a": ("Const", {"val": "{{1.0f,2,3},{4,5,6}}"}),
        "m": ("MatMul", {"b": "{{1.0f,2,3},{4,5,6}}"}),
        "out": ("ClientSession", {}),
    }
    path = write(("turned", blocks, ["a.output > m.a", "m.product > out.fetch_outputs"]))
    before = path.read_bytes()
    done = cli("check", path, "--fix", "--json")
    assert (done.status, done.json["fixed"], path.read_bytes()) == (3, {"turned": []}, before)
    titles = [fix["title"] for p in done.json["pages"]["turned"]["problems"] for fix in p["fixes"]]
    assert "Write transpose_b_ = true" in titles
