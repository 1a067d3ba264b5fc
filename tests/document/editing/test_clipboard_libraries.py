"""Copied uses of a library bring its entry along; a use of a library's page can be unpacked."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.editing.clipboard import from_fragment, place_fragment, to_fragment
from app.document.editing.clipboard_libraries import bring_libraries
from app.document.editing.clipboard_pages import bring_pages
from app.document.editing.document import Document
from app.document.editing.page_unpacking import PageUnpacking
from app.document.model.diagram import Project
from app.document.resources.companion_files import Companions
from app.document.resources.libraries import read_libraries
from app.document.resources.own_blocks import functions_of
from app.document.storage.writer import dumps
from tests.support.function_pages import named, project, twice

LIBRARIES = {"layers": "tensorblocks:layers", "own": "../common/own.tblocks", "idle": "other.tblocks"}


def main_page() -> Project:
    blocks = {
        "c": ("Const", {"val": "2f"}),
        "d": "library:layers/dense",
        "t": "page:wrapped",
        "if": ("If", {"cond": "true", "then_branch": "library:own/twice", "else_branch": "wrapped"}),
    }
    wrapped = named(
        "wrapped",
        {"x": "Argument", "u": "library:own/twice", "y": "Result"},
        "x.output -> u.x \n u.y -> y.input",
    )
    made = project(named("main", blocks, "c.output -> d.x"), wrapped)
    return Project(pages=made.pages, libraries=dict(LIBRARIES))


def pasted(there: dict[str, str], old: str, new: str) -> Project:
    """Return an empty project that knows libraries, with the page's blocks copied from one folder to another."""
    source, target = main_page(), Document(Project(pages=[named("new", {})], libraries=dict(there)))
    page = source.pages[0]
    fragment = from_fragment(to_fragment(page, page.blocks, pages=source.pages, libraries=source.libraries))
    assert fragment is not None
    folders = Path(old), Path(new)
    brought = bring_libraries(target.project, fragment.page, fragment.pages, fragment.libraries, *folders)
    edits, placed = bring_pages(target.project, brought.page, brought.pages)
    before = dumps(target.project)
    with target.group("Paste"):
        for edit in (*brought.edits, *edits, place_fragment(target.project.pages[0], placed, (0, 0))):
            target.apply(edit)
    after = target.project
    names = {b.symbol for p in after.pages for b in p.blocks.values()}
    target.undo()
    assert dumps(target.project) == before
    target.redo()
    assert {b.symbol for p in target.project.pages for b in p.blocks.values()} == names
    return target.project


def test_the_entries_that_copied_blocks_name_come_along_seen_from_the_other_folder() -> None:
    found = pasted({}, "/home/ann/one", "/home/ann/deep/two")
    assert found.libraries == {"layers": "tensorblocks:layers", "own": "../../common/own.tblocks"}
    assert [p.name for p in found.pages] == ["new", "wrapped"]


def test_a_library_that_is_known_keeps_its_name_there() -> None:
    found = pasted({"mine": "../common/own.tblocks"}, "/home/ann/one", "/home/ann/two")
    assert found.libraries == {"mine": "../common/own.tblocks", "layers": "tensorblocks:layers"}
    assert found.pages[0].blocks["if"].pins["then_branch"] == "library:mine/twice"
    assert found.pages[1].blocks["u"].symbol == "library:mine/twice"


def test_an_alias_that_stands_for_another_library_is_changed() -> None:
    found = pasted({"layers": "my.tblocks"}, "/home/ann/one", "/home/ann/two")
    assert found.libraries["layers-2"] == "tensorblocks:layers"
    assert found.pages[0].blocks["d"].symbol == "library:layers-2/dense"


@pytest.fixture
def used(tmp_path: Path) -> Document:
    """Return a document whose page uses a page of a library beside it."""
    (tmp_path / "own.tblocks").write_bytes(dumps(project(twice())))
    blocks = {"c": ("Const", {"val": "3f"}), "u": "library:own/twice", "n": "Neg"}
    page = named("main", blocks, "c.output -> u.x \n u.y -> n.x")
    return Document(Project(pages=[page], libraries={"own": "own.tblocks"}))


def test_a_use_of_a_library_is_unpacked(used: Document, tmp_path: Path) -> None:
    companions = Companions.of(tmp_path)
    used.own.set_files({}, read_libraries(used.project.libraries, companions))
    functions = functions_of(used.project, companions)
    before = dumps(used.project)
    used.apply(PageUnpacking(used.project, "main", "u", used.catalog, functions).edit())
    page = used.project.pages[0]
    assert {b.symbol for b in page.blocks.values()} == {"Const", "Add", "Neg"}
    assert sorted(f"{w.source} -> {w.target}" for w in page.wires) == [
        "c.output -> sum.x",
        "c.output -> sum.y",
        "sum.z -> n.x",
    ]
    used.undo()
    assert dumps(used.project) == before
