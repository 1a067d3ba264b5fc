"""The document: opening, saving, what counts as modified, and what subscribers are notified of."""

import os

import pytest

from app.document.editing.base import Change, EditRefused
from app.document.editing.document import Document
from app.document.editing.edits import AddBlocks, AddWire, MoveItems, RemoveItems, RenamePage, SetLabel
from app.document.formats import registry
from app.document.formats.registry import Reader
from app.document.model.diagram import Block, Page, PinRef, Project, Wire
from app.document.model.sentence import say
from app.document.model.view import PageView
from app.document.storage.errors import ChangedMeanwhile, FileProblem
from app.document.storage.locks import change_of
from app.document.storage.reader import LoadedProject
from app.document.storage.writer import dumps
from tests.support.words import raises_saying


@pytest.fixture
def saved(tmp_path):
    document = Document.new()
    document.apply(AddBlocks("page 1", [Block(id="a", symbol="Const"), Block(id="b", symbol="Neg")]))
    document.save(tmp_path / "p.tblocks")
    return document


def apply_as_one(document, *edits):
    with document.group("as one"):
        for edit in edits:
            document.apply(edit)


def test_a_new_document_has_one_empty_page_and_nothing_to_save():
    document = Document.new()
    assert document.project == Project(pages=[Page(name="page 1", view=PageView(wide=True))])
    assert (document.path, document.read_only, document.load_problems) == (None, False, {})
    assert not document.is_modified
    assert not document.can_undo
    assert str(document.folder) == os.getcwd()
    with raises_saying(FileProblem, say("save.no-file")):
        document.save()


def test_an_opened_document_is_what_was_saved(saved, tmp_path):
    again = Document.open(tmp_path / "p.tblocks")
    assert again.project == saved.project
    assert again.path == tmp_path / "p.tblocks"
    assert again.folder == tmp_path
    assert not again.is_modified


def test_modified_means_different_from_the_file(saved):
    assert not saved.is_modified
    saved.apply(SetLabel("page 1", "a", "x"))
    assert saved.is_modified
    saved.undo()
    assert not saved.is_modified
    saved.undo()
    assert saved.is_modified
    saved.redo()
    assert not saved.is_modified


def test_a_saved_state_that_was_undone_and_overwritten_cannot_come_back(saved):
    saved.undo()
    saved.apply(AddBlocks("page 1", [Block(id="z", symbol="Const")]))
    assert saved.is_modified
    saved.undo()
    assert saved.is_modified


def test_saving_under_another_name_moves_the_document(saved, tmp_path):
    other = tmp_path / "sub"
    other.mkdir()
    saved.save(other / "q.tblocks")
    assert saved.path == other / "q.tblocks"
    assert saved.folder == other
    assert (other / "q.tblocks").read_bytes() == (tmp_path / "p.tblocks").read_bytes()


def test_a_failed_save_leaves_document_and_file_as_they_were(saved, tmp_path):
    saved.apply(SetLabel("page 1", "a", "x"))
    with pytest.raises(FileProblem):
        saved.save(tmp_path / "gone" / "p.tblocks")
    assert saved.path == tmp_path / "p.tblocks"
    assert saved.is_modified


def test_a_save_never_overwrites_what_another_program_wrote_unless_it_is_said_so(saved, tmp_path):
    path = tmp_path / "p.tblocks"
    path.write_bytes(path.read_bytes().replace(b"page 1", b"theirs"))
    theirs = path.read_bytes()
    saved.apply(SetLabel("page 1", "a", "x"))
    with raises_saying(ChangedMeanwhile, say("file.fault", places=(str(path),), reason=say("save.changed"))):
        saved.save()
    assert (path.read_bytes(), saved.is_modified) == (theirs, True)
    saved.save(over=True)
    assert Document.open(path).project == saved.project


def test_a_save_waits_for_who_is_changing_a_file_of_the_folder_and_gives_up_in_the_end(
    saved, tmp_path, monkeypatch
):
    monkeypatch.setattr("app.document.editing.document._PATIENCE", 0.0)
    saved.apply(SetLabel("page 1", "a", "x"))
    before = (tmp_path / "p.tblocks").read_bytes()
    with change_of(tmp_path), pytest.raises(FileProblem) as caught:
        saved.save()
    assert caught.value.reason == say("save.busy", folder=str(tmp_path))
    assert ((tmp_path / "p.tblocks").read_bytes(), saved.is_modified) == (before, True)
    saved.save()
    assert not saved.is_modified


def test_a_broken_file_is_refused_with_its_name(tmp_path):
    path = tmp_path / "broken.tblocks"
    path.write_text('{"format": "tensorblocks",\n')
    with pytest.raises(FileProblem) as caught:
        Document.open(path)
    assert (caught.value.file, caught.value.line) == (str(path), 2)
    assert caught.value.problem.code == "bad-file"


def test_a_change_of_the_file_by_others_is_noticed(saved, tmp_path):
    path = tmp_path / "p.tblocks"
    assert not saved.changed_on_disk()
    os.utime(path, (1, 1))
    assert not saved.changed_on_disk()
    path.write_bytes(path.read_bytes().replace(b"Neg", b"Abs"))
    assert saved.changed_on_disk()
    saved.save(over=True)
    assert not saved.changed_on_disk()
    again = Document.open(path)
    path.unlink()
    assert not again.changed_on_disk()


def test_a_file_of_a_later_version_is_neither_edited_nor_written(saved, tmp_path):
    path = tmp_path / "p.tblocks"
    path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 3'))
    document = Document.open(path)
    assert document.read_only
    assert [p.code for p in document.load_problems[""]] == ["newer-version"]
    with pytest.raises(EditRefused) as caught:
        document.apply(SetLabel("page 1", "a", "x"))
    assert caught.value.problem.code == "newer-version"
    with raises_saying(FileProblem, say("save.read-only")):
        document.save()


def test_a_foreign_diagram_opens_as_an_unsaved_document(tmp_path, monkeypatch):
    def read(path, data):
        return LoadedProject(project=Project(pages=[Page(name=path.stem)]), is_project_file=False)

    drawing = Reader("drawing", lambda path, head: head.startswith(b"<svg"), read)
    monkeypatch.setattr(registry, "READERS", (drawing, *registry.READERS))
    (tmp_path / "old.svg").write_text("<svg/>")
    document = Document.open(tmp_path / "old.svg")
    assert document.project.pages[0].name == "old"
    assert document.path is None
    assert not document.is_modified  # all of it is in the file that it came from


def test_leftovers_of_a_killed_save_are_removed_on_opening(saved, tmp_path):
    stray = tmp_path / ".tblocks-1-aabbcc.tmp"
    stray.write_text("half a pro")
    (tmp_path / "other.tmp").write_text("not ours")
    Document.open(tmp_path / "p.tblocks")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["other.tmp", "p.tblocks"]


def test_subscribers_get_the_changes_of_each_step_in_one_list(saved, tmp_path):
    received = []
    stop = saved.subscribe(received.append)
    wire = Wire(source=PinRef("a", "output"), target=PinRef("b", "x"))
    saved.apply(AddWire("page 1", wire))
    saved.undo()
    saved.save()
    saved.apply(SetLabel("page 1", "a", None))
    stop()
    stop()
    saved.redo()
    history = Change("history")
    assert received == [
        [Change("wire-added", "page 1", wire=wire), history],
        [Change("wire-removed", "page 1", wire=wire), history],
        [Change("saved"), history],
    ]


def test_each_edit_of_a_group_reaches_subscribers_at_once_and_a_roll_back_too(saved):
    received = []
    saved.subscribe(lambda changes: received.append([c.kind for c in changes]))
    with saved.group("two"):
        saved.apply(MoveItems("page 1", {"a": (1, 1)}))
        assert received == [["block-moved", "history"]]
    with pytest.raises(EditRefused):
        apply_as_one(saved, MoveItems("page 1", {"a": (2, 2)}), RemoveItems("page 1", ["gone"]))
    assert received[1:] == [["history"], ["block-moved", "history"], ["block-moved", "history"]]


def test_an_edit_applied_by_a_subscriber_follows_the_one_it_answers(saved):
    received = []

    def answer(changes):
        if any(c.kind == "block-moved" for c in changes):
            saved.apply(SetLabel("page 1", "b", "moved"))

    saved.subscribe(answer)
    saved.subscribe(lambda changes: received.append(changes[0].kind))
    saved.apply(MoveItems("page 1", {"a": (1, 1)}))
    assert received == ["block-moved", "block-changed"]
    assert saved.history.names()[-2:] == ["Move a", "Label b"]


def test_a_failing_subscriber_does_not_keep_the_others_from_hearing(saved):
    received = []

    def fails(changes):
        raise ZeroDivisionError

    saved.subscribe(fails)
    saved.subscribe(received.append)
    with pytest.raises(ZeroDivisionError):
        saved.apply(SetLabel("page 1", "a", "x"))
    assert len(received) == 1
    assert saved.project.pages[0].blocks["a"].label == "x"
    with pytest.raises(ZeroDivisionError):
        saved.undo()
    assert len(received) == 2
    assert saved.project.pages[0].blocks["a"].label is None


def test_a_renamed_page_is_found_by_undo_of_earlier_edits(saved):
    before = dumps(saved.project)
    saved.apply(SetLabel("page 1", "a", "x"))
    saved.apply(RenamePage("page 1", "digits"))
    saved.apply(SetLabel("digits", "a", "y"))
    saved.history.go_to(1)
    assert dumps(saved.project) == before
