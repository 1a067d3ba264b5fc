"""Libraries: pages of other projects as blocks, read where that is allowed, seen from the project that uses them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from app.document.editing.document import Document
from app.document.editing.edits import SetLibraries
from app.document.model.diagram import ArrayRef, Page, Project
from app.document.resources.companion_files import Companions
from app.document.resources.own_blocks import OwnBlocks
from app.document.storage.errors import FileProblem
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from app.messages import message_of
from tests.support.function_pages import named, twice

CONST = ("Const", {"val": "{1.0f,2.0f}"})


def saved(path: Path, *pages: Page, libraries: dict[str, str] | None = None) -> Project:
    """Save a project there."""
    project = Project(pages=list(pages), libraries=libraries or {})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(dumps(project))
    return project


def planned(project: Project, folder: Path, allowed: tuple[str, ...] = ()) -> Plan:
    companions = Companions(str(folder), allowed=allowed)
    own = OwnBlocks.of([project.pages[0]], project, companions)
    return make_plan(project.pages[0], folder, own=own)


def using(symbol: str, **libraries: str) -> Project:
    """Return a project that uses a page with the pins x and y."""
    page = named("main", {"c": CONST, "u": symbol}, "c.output -> u.x")
    return Project(pages=[page], libraries=libraries)


def said(plan: Plan) -> list[tuple[str, str | None, str]]:
    """Return the problems of blocks."""
    return [(p.code, p.block, message_of(p)) for p in plan.problems if p.block is not None]


def test_a_page_of_a_library_stands_as_a_block(tmp_path: Path) -> None:
    saved(tmp_path / "lib" / "common.tblocks", twice())
    plan = planned(using("library:com/twice", com="lib/common.tblocks"), tmp_path)
    assert plan.problems == ()
    assert [n.name for n in plan.nodes] == ["c", "u/sum"]


def test_the_libraries_are_written_to_the_file(tmp_path: Path) -> None:
    text = dumps(using("library:com/twice", com="lib/common.tblocks"))
    assert b'  "version": 2,\n  "libraries": {"com": "lib/common.tblocks"},\n  "pages": [' in text
    assert dumps(loads(text).project) == text
    assert b'"version": 2' in dumps(Project(libraries={"a": "b.tblocks"}))


@pytest.mark.parametrize("bad", ['{"a": 1}', '{"a b": "c"}', "[]"])
def test_libraries_that_are_none_make_no_project(bad: str) -> None:
    with pytest.raises(FileProblem):
        loads(f'{{"format": "tensorblocks", "version": 2, "libraries": {bad}, "pages": []}}')


def test_pages_within_a_library_name_their_own(tmp_path: Path) -> None:
    outer = named(
        "outer", {"x": "Argument", "in": "page:twice", "y": "Result"}, "x.output -> in.x\nin.y -> y.input"
    )
    saved(tmp_path / "common.tblocks", outer, twice())
    mine = named("twice", {"x": "Argument", "y": "Result"}, "x.output -> y.input")
    project = using("library:com/outer", com="common.tblocks")
    project.pages.append(mine)
    assert [n.name for n in planned(project, tmp_path).nodes] == ["c", "u/in/sum"]


def test_a_library_may_use_another_one(tmp_path: Path) -> None:
    outer = named("outer", {"x": "Argument", "in": "library:base/twice", "y": "Result"},
                  "x.output -> in.x\nin.y -> y.input")  # fmt: skip
    saved(tmp_path / "lib" / "common.tblocks", outer, libraries={"base": "deep/base.tblocks"})
    saved(tmp_path / "lib" / "deep" / "base.tblocks", twice())
    plan = planned(using("library:com/outer", com="lib/common.tblocks"), tmp_path)
    assert ([n.name for n in plan.nodes], plan.problems) == (["c", "u/in/sum"], ())


def test_libraries_that_use_each_other_in_a_circle_are_refused_by_name(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        page = named(
            "f", {"x": "Argument", "in": "library:o/f", "y": "Result"}, "x.output -> in.x\nin.y -> y.input"
        )
        saved(tmp_path / f"{name}.tblocks", page, libraries={"o": f"{other}.tblocks"})
    ((code, block, _),) = said(planned(using("library:a/f", a="a.tblocks"), tmp_path))
    assert (code, block) == ("page-cycle", "u")


def test_arrays_lie_beside_the_library(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    np.savez(tmp_path / "lib" / "w.npz", W=np.float32([3, 4]))
    page = named("f", {"x": "Argument", "w": ("Const", {"val": ArrayRef("w.npz", "W")}), "a": "Add", "y": "Result"},
                 "x.output -> a.x\nw.output -> a.y\na.z -> y.input")  # fmt: skip
    saved(tmp_path / "lib" / "common.tblocks", page)
    plan = planned(using("library:com/f", com="lib/common.tblocks"), tmp_path)
    assert plan.problems == ()
    assert plan.outputs["u/w.output"].dtypes == ("DT_FLOAT",)


@pytest.mark.parametrize(
    ("symbol", "place", "code", "words"),
    [
        ("library:com/twise", "common.tblocks", "missing-page", "there is no page 'twise'"),
        (
            "library:com/twice",
            "gone.tblocks",
            "missing-library",
            "the library 'com' does not read (gone.tblocks)",
        ),
        ("library:other/twice", "common.tblocks", "missing-library", "the project names no library 'other'"),
        ("library:com/twice", "broken.tblocks", "missing-library", "the library 'com' does not read"),
        ("library:com/twice", "tensorblocks:nothing", "missing-library", "no library 'nothing' ships"),
        ("library:com/twice", "../outside.tblocks", "refused-read", "outside"),
    ],
)
def test_what_is_not_there_leaves_a_placeholder(
    tmp_path: Path, symbol: str, place: str, code: str, words: str
) -> None:
    folder = tmp_path / "project"
    saved(folder / "common.tblocks", twice())
    saved(tmp_path / "outside.tblocks", twice())
    (folder / "broken.tblocks").write_text("{")
    ((found, block, text),) = said(planned(using(symbol, com=place), folder))
    assert (found, block) == (code, "u")
    assert words in text


def test_a_library_outside_the_folder_is_read_once_that_is_allowed(tmp_path: Path) -> None:
    saved(tmp_path / "common" / "outside.tblocks", twice())
    folder = tmp_path / "project"
    folder.mkdir()
    project = using("library:com/twice", com="../common/outside.tblocks")
    assert planned(project, folder, (str(tmp_path / "common"),)).problems == ()


def test_a_library_is_read_again_when_its_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "common.tblocks"
    project = using("library:com/f", com="common.tblocks")
    for i, op in enumerate(("Neg", "Exp")):
        saved(path, named("f", {"x": "Argument", "o": op, "y": "Result"}, "x.output -> o.x\no.y -> y.input"))
        os.utime(path, (i + 1, i + 1))
        assert [n.op for n in planned(project, tmp_path).nodes] == ["Const", op]


def test_the_libraries_of_a_document_are_set_and_undone() -> None:
    doc = Document(Project(pages=[named("main", {})]))
    before = dumps(doc.project)
    doc.apply(SetLibraries({"com": "common.tblocks"}))
    assert doc.project.libraries == {"com": "common.tblocks"}
    doc.undo()
    assert dumps(doc.project) == before
