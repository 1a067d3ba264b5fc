"""Recovery: what a killed editor had not saved is found again; nothing is offered otherwise."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from app.document.editing import journal
from app.document.editing.document import Document
from app.document.editing.edits import AddBlocks, SetLabel
from app.document.editing.journal import Journal, journal_folder, recoverable
from app.document.model.diagram import Block
from app.document.model.sentence import say
from app.document.storage.errors import FileProblem
from app.document.storage.writer import dumps
from tests.support.words import holds

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")

# An editor that saves a file, goes on editing, flushes its journal and is killed.
KILLED = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from app.document.editing.document import Document
    from app.document.editing.edits import AddBlocks, SetLabel
    from app.document.editing.journal import Journal
    from app.document.model.diagram import Block

    folder, path = Path(sys.argv[1]), sys.argv[2]
    document = Document.new()
    own = Journal(document, folder)
    document.apply(AddBlocks("page 1", [Block(id="a", symbol="Const")]))
    if path:
        document.save(path)
    for i in range(int(sys.argv[3])):
        document.apply(SetLabel("page 1", "a", f"label {i}"))
        assert own.flush() is None
    os.kill(os.getpid(), signal.SIGKILL)
    """
)


def kill_an_editor(folder, path="", edits=3):
    done = subprocess.run([sys.executable, "-c", KILLED, folder, path, str(edits)], check=False)
    assert done.returncode == -signal.SIGKILL


def labelled():
    document = Document.new()
    document.apply(AddBlocks("page 1", [Block(id="a", symbol="Const", label="x")]))
    return document


@posix_only
def test_what_a_killed_editor_had_flushed_is_recovered_unsaved(tmp_path):
    path = tmp_path / "p.tblocks"
    kill_an_editor(tmp_path / "state", path)
    (found,) = recoverable(tmp_path / "state")
    assert (found.document_path, found.problem) == (path, None)
    document = found.open()
    assert document.project.pages[0].blocks["a"].label == "label 2"
    assert document.path == path
    assert document.is_modified
    assert b"label 2" not in path.read_bytes()
    document.save()
    assert b"label 2" in path.read_bytes()
    found.discard()
    assert recoverable(tmp_path / "state") == []
    assert list((tmp_path / "state").iterdir()) == []


# Types one label after the other and says which ones are safe on disk, until it is killed.
TYPING = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from app.document.editing.document import Document
    from app.document.editing.edits import AddBlocks, SetLabel
    from app.document.editing.journal import Journal
    from app.document.model.diagram import Block

    document = Document.new()
    own = Journal(document, Path(sys.argv[1]))
    document.apply(AddBlocks("page 1", [Block(id="a", symbol="Const")]))
    count = 0
    while True:
        document.apply(SetLabel("page 1", "a", str(count)))
        assert own.flush() is None
        print(count, flush=True)
        count += 1
    """
)


@posix_only
@pytest.mark.parametrize("lines", range(1, 16, 2))
def test_killed_at_any_moment_an_editor_loses_nothing_that_was_flushed(tmp_path, lines):
    with subprocess.Popen(
        [sys.executable, "-c", TYPING, tmp_path], stdout=subprocess.PIPE, text=True
    ) as editor:
        safe = [int(editor.stdout.readline()) for _ in range(lines)][-1]
        editor.kill()
    (found,) = recoverable(tmp_path)
    assert found.problem is None
    assert int(found.open().project.pages[0].blocks["a"].label) >= safe
    found.discard()
    assert list(tmp_path.iterdir()) == []


@posix_only
def test_a_document_without_a_file_is_recovered_too(tmp_path):
    kill_an_editor(tmp_path)
    kill_an_editor(tmp_path)
    found = recoverable(tmp_path)
    assert [r.document_path for r in found] == [None, None]
    assert found[0].time >= found[1].time


@posix_only
def test_an_editor_killed_with_everything_saved_leaves_nothing_to_offer(tmp_path):
    kill_an_editor(tmp_path / "state", tmp_path / "p.tblocks", edits=0)
    assert recoverable(tmp_path / "state") == []


def test_a_living_owner_keeps_its_journal_to_itself(tmp_path):
    document = labelled()
    own = Journal(document, tmp_path)
    own.flush()
    assert own.path.is_file()
    assert recoverable(tmp_path) == []
    script = "import sys; from pathlib import Path; from app.document.editing.journal import recoverable;"
    script += "print(len(recoverable(Path(sys.argv[1]))))"
    seen = subprocess.run(
        [sys.executable, "-c", script, tmp_path], check=True, capture_output=True, text=True
    )
    assert seen.stdout == "0\n"
    own.close()


def test_a_clean_end_and_a_save_remove_the_journal(tmp_path):
    document = labelled()
    own = Journal(document, tmp_path / "state")
    own.flush()
    assert len(list((tmp_path / "state").iterdir())) == 2
    document.save(tmp_path / "p.tblocks")
    assert own.is_due
    own.flush()
    assert list((tmp_path / "state").iterdir()) == []
    document.apply(SetLabel("page 1", "a", "y"))
    own.flush()
    own.close()
    assert list((tmp_path / "state").iterdir()) == []
    document.apply(SetLabel("page 1", "a", "z"))
    assert not own.is_due


def test_nothing_is_written_before_something_changes(tmp_path):
    document = Document.new()
    own = Journal(document, tmp_path / "state")
    assert own.flush() is None
    assert not (tmp_path / "state").exists()


def test_a_journal_is_readable_text_that_names_its_owner(tmp_path):
    document = labelled()
    own = Journal(document, tmp_path)
    own.flush()
    header, _, rest = own.path.read_bytes().partition(b"\n")
    fields = json.loads(header)
    assert fields["pid"] == os.getpid()
    assert fields["path"] is None
    assert {"host", "started", "time"} <= fields.keys()
    assert rest == dumps(document.project)
    own.close()


def test_a_state_folder_that_cannot_be_written_is_reported(tmp_path):
    (tmp_path / "state").write_text("a file where the folder should be")
    own = Journal(labelled(), tmp_path / "state")
    problem = own.flush()
    assert problem is not None
    assert holds(problem.sentence, say("recovery.unwritable"))
    assert own.is_due
    assert recoverable(tmp_path / "state") == []
    own.close()


HEADER = '{"kind": "tensorblocks-journal", "version": 1, "time": 5, "path": %s}\n'
GOOD = '{"format": "tensorblocks", "version": 1, "pages": [{"name": "p"}]}'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04\x95\x1f\x00cposix\nsystem\n.",
        b"cos\nsystem\n(S'touch canary'\ntR.",
        b"[" * 50_000,
        b"{}\n" + GOOD.encode(),
        (HEADER % '"x"').encode(),
        (HEADER % '"x"' + GOOD[:30]).encode(),
        (HEADER % "7" + GOOD).encode(),
        (HEADER % '"a\\u0000b"' + GOOD).encode(),
        (HEADER % '""' + GOOD).encode(),
        (HEADER % "null" + GOOD).replace("5", "NaN").encode(),
        (HEADER % "null" + GOOD).replace("5", "1e300").encode(),
        (HEADER % ('"' + "x" * 100_000 + '"') + GOOD).encode(),
    ],
)
def test_a_poisoned_journal_is_reported_not_run(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    state = tmp_path / "state"
    state.mkdir()
    (state / "1-a.journal").write_bytes(content)
    (found,) = recoverable(state)
    assert found.problem is not None
    assert holds(found.problem.sentence, say("recovery.unreadable"))
    with pytest.raises(FileProblem):
        found.open()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["state"]
    found.discard()
    assert recoverable(state) == []


def test_a_journal_beyond_the_limit_is_reported(tmp_path, monkeypatch):
    (tmp_path / "1-a.journal").write_text(HEADER % "null" + GOOD)
    assert [r.problem for r in recoverable(tmp_path)] == [None]
    monkeypatch.setattr(journal, "MAX_BYTES", len(GOOD) - 1)
    (found,) = recoverable(tmp_path)
    assert holds(found.problem.sentence, say("recovery.too-large"))


def test_the_folder_is_the_user_s_own():
    assert journal_folder().name == "journals"
    assert "tensorblocks" in str(journal_folder())


def test_a_thread_may_write_what_was_there_when_it_was_asked(tmp_path):
    document = labelled()
    own = Journal(document, tmp_path)
    write = own.snapshot()
    document.apply(SetLabel("page 1", "a", "later"))
    assert write() is None
    assert b'"label": "x"' in own.path.read_bytes()
    assert own.is_due
    own.close()


def test_nothing_is_written_any_more_once_the_journal_is_closed(tmp_path):
    own = Journal(labelled(), tmp_path)
    write = own.snapshot()
    own.close()
    assert write() is None
    assert list(tmp_path.iterdir()) == []
