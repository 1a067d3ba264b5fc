"""Results that were computed from a file look stale once the file is another one, and current once it is run again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.document.editing.document import Document
from app.document.editing.edits import RenameBlock, RenamePage, SetPin
from app.document.model.diagram import ArrayRef, Block, Page, PinRef, Project, Wire


def _wires(*ends: tuple[str, str]) -> list[Wire]:
    return [Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in ends]


def _show(
    window: Any, folder: Path, blocks: list[Block], *ends: tuple[str, str], pages: tuple[Page, ...] = ()
) -> None:
    """Show a saved page with these blocks and one that depends on no file."""
    blocks = [
        *blocks,
        Block(id="own", symbol="Const", pins={"val": "{1.0f}"}),
        Block(id="s", symbol="ClientSession"),
    ]
    page = Page(
        name="p", blocks={b.id: b for b in blocks}, wires=_wires(*ends, ("own.output", "s.fetch_outputs"))
    )
    document = Document(Project(pages=[page, *pages]))
    document.save(folder / "page.tblocks")
    window.context.set_document(document)


def _run(window: Any, qtbot: Any, action: str = "run.run") -> None:
    qtbot.waitUntil(window.action_set[action].isEnabled)
    with qtbot.waitSignal(window.runner.ended, timeout=20000):
        window.action_set[action].trigger()
    qtbot.waitUntil(window.action_set["run.run"].isEnabled)


def _shown(window: Any, *blocks: str) -> list[str]:
    marks = window.tabs.current_canvas().block_marks
    return [marks.shown_status(block) for block in blocks]


def _write_later(path: Path, data: bytes) -> None:
    """Write a file, at another time than before by the file system's clock."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    os.utime(path, ns=(before + 10**9, before + 10**9))


@pytest.fixture
def picture(window: Any, tmp_path: Path, qtbot: Any) -> Any:
    """A page that has read a file and decoded it."""
    (tmp_path / "a.png").write_bytes(b"first")
    blocks = [
        Block(id="read", symbol="ReadFile", pins={"filename": "a.png"}),
        Block(id="decode", symbol="DecodePng"),
    ]
    _show(window, tmp_path, blocks, ("read.contents", "decode.contents"), ("decode.image", "s.fetch_outputs"))
    _run(window, qtbot)
    qtbot.waitUntil(lambda: _shown(window, "read", "decode", "own") == ["done"] * 3)
    return window


def test_a_file_that_was_written_marks_what_depends_on_it_until_the_page_is_run_again(
    picture: Any, tmp_path: Path, qtbot: Any
) -> None:
    _write_later(tmp_path / "a.png", b"other")
    qtbot.waitUntil(lambda: _shown(picture, "read", "decode", "own") == ["stale", "stale", "done"])
    assert "changed since the run" in picture.status.run.text()
    results = picture.panels.results
    qtbot.waitUntil(results.saved.isVisible)
    rows = range(results.model.rowCount())
    dim = {
        results.model.index(r, 0).data(): results.model.index(r, 0).data(Qt.ItemDataRole.ForegroundRole)
        is not None
        for r in rows
    }
    assert dim["decode.image"]
    assert not dim["own.output"]
    assert "a.png has changed since the run" in picture.panels.log.text.toPlainText()

    _run(picture, qtbot)
    qtbot.waitUntil(lambda: _shown(picture, "read", "decode", "own") == ["done"] * 3)
    assert "changed" not in picture.status.run.text()


def test_a_file_that_was_replaced_or_removed_counts_as_changed_too_also_the_second_time(
    picture: Any, tmp_path: Path, qtbot: Any
) -> None:
    for _ in range(2):
        _write_later(tmp_path / "new", b"replaced")
        later = (tmp_path / "a.png").stat().st_mtime_ns + 10**9
        os.utime(tmp_path / "new", ns=(later, later))
        os.replace(tmp_path / "new", tmp_path / "a.png")
        qtbot.waitUntil(lambda: _shown(picture, "decode") == ["stale"])
        _run(picture, qtbot)
        qtbot.waitUntil(lambda: _shown(picture, "decode") == ["done"])
    (tmp_path / "a.png").unlink()
    qtbot.waitUntil(lambda: _shown(picture, "decode") == ["stale"])


def test_a_file_that_is_as_it_was_makes_the_results_current_again(
    picture: Any, tmp_path: Path, qtbot: Any
) -> None:
    before = (tmp_path / "a.png").stat()
    _write_later(tmp_path / "a.png", b"other")
    qtbot.waitUntil(lambda: _shown(picture, "decode") == ["stale"])
    (tmp_path / "a.png").write_bytes(b"first")
    os.utime(tmp_path / "a.png", ns=(before.st_mtime_ns, before.st_mtime_ns))
    qtbot.waitUntil(lambda: _shown(picture, "decode") == ["done"])
    assert "changed" not in picture.status.run.text()


def test_what_no_watch_has_seen_is_found_when_the_program_comes_to_the_front(
    picture: Any, qapp: Any, tmp_path: Path, qtbot: Any
) -> None:
    files = picture.controllers.data_files
    files._watcher.removePaths(
        [*files._watcher.files(), *files._watcher.directories()]
    )  # as on a network's disk
    _write_later(tmp_path / "a.png", b"other")
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    qtbot.waitUntil(lambda: _shown(picture, "decode") == ["stale"])


def test_an_edit_beside_it_and_its_undoing_leave_the_mark(picture: Any, tmp_path: Path, qtbot: Any) -> None:
    _write_later(tmp_path / "a.png", b"other")
    qtbot.waitUntil(lambda: _shown(picture, "decode") == ["stale"])
    picture.context.apply(SetPin("p", "own", "val", "{2.0f}"))
    assert _shown(picture, "decode", "own") == ["stale", "stale"]
    picture.document.undo()
    assert _shown(picture, "decode", "own") == ["stale", "done"]


def test_the_mark_follows_new_names_of_block_and_page(picture: Any, tmp_path: Path, qtbot: Any) -> None:
    picture.context.apply(RenameBlock("p", "read", "file"))
    picture.context.apply(RenamePage("p", "q"))
    _write_later(tmp_path / "a.png", b"other")
    qtbot.waitUntil(lambda: _shown(picture, "decode", "own") == ["stale", "done"])
    results = picture.results.page("q")
    assert results.is_stale("file.contents")
    assert not results.is_stale("own.output")


def test_a_step_in_the_session_at_rest_leaves_the_mark_as_it_may_hold_the_old_file(
    picture: Any, tmp_path: Path, qtbot: Any
) -> None:
    _write_later(tmp_path / "a.png", b"other")
    qtbot.waitUntil(lambda: _shown(picture, "decode") == ["stale"])
    _run(picture, qtbot, "run.step")
    qtbot.waitUntil(lambda: _shown(picture, "decode", "own") == ["stale", "done"])


def _stage(tmp_path: Path) -> tuple[list[Block], list[tuple[str, str]], Path]:
    pins = {"filenames": "data/a.txt", "compression_type": '""', "buffer_size": "0"}
    blocks = [
        Block(id="lines", symbol="TextLineDataset", pins=pins),
        Block(id="x", symbol="DatasetToSingleElement"),
    ]
    return (
        blocks,
        [("lines.handle", "x.dataset"), ("x.components", "s.fetch_outputs")],
        tmp_path / "data" / "a.txt",
    )


def _array(tmp_path: Path) -> tuple[list[Block], list[tuple[str, str]], Path]:
    np.savez(tmp_path / "w.npz", w=np.ones(2, np.float32))
    return (
        [Block(id="x", symbol="Const", pins={"val": ArrayRef("w.npz", "w")})],
        [("x.output", "s.fetch_outputs")],
        tmp_path / "w.npz",
    )


def _pattern(tmp_path: Path) -> tuple[list[Block], list[tuple[str, str]], Path]:
    (tmp_path / "data").mkdir()
    return (
        [
            Block(id="names", symbol="MatchingFiles", pins={"pattern": "data/*.txt"}),
            Block(id="x", symbol="ReduceJoin", pins={"reduction_indices": "{0}"}),
        ],
        [("names.filenames", "x.inputs"), ("x.output", "s.fetch_outputs")],
        tmp_path / "data" / "more.txt",
    )


def _checkpoint(tmp_path: Path) -> tuple[list[Block], list[tuple[str, str]], Path]:
    pins = {"prefix": "model", "tensor_names": "w", "shape_and_slices": '""', "dtypes": "{DT_FLOAT}"}
    return (
        [Block(id="x", symbol="RestoreV2", pins=pins)],
        [("x.tensors", "s.fetch_outputs")],
        tmp_path / "model.data-00000-of-00001",
    )


def _wired_name(tmp_path: Path) -> tuple[list[Block], list[tuple[str, str]], Path]:
    return (
        [
            Block(id="name", symbol="Const", pins={"val": '"a.bin"'}),
            Block(id="read", symbol="ReadFile"),
            Block(id="x", symbol="DecodeRaw", pins={"out_type": "DT_UINT8"}),
        ],
        [("name.output", "read.filename"), ("read.contents", "x.bytes"), ("x.output", "s.fetch_outputs")],
        tmp_path / "a.bin",
    )


@pytest.mark.parametrize("made", [_stage, _array, _pattern, _checkpoint, _wired_name])
def test_every_way_to_read_a_file_is_followed(
    made: Callable[[Path], Any], window: Any, tmp_path: Path, qtbot: Any
) -> None:
    blocks, ends, file = made(tmp_path)
    _show(window, tmp_path, blocks, *ends)
    _run(window, qtbot)
    qtbot.waitUntil(lambda: _shown(window, "x", "own") == ["done", "done"])
    _write_later(file, b"other content")
    window.controllers.data_files.look()
    qtbot.waitUntil(lambda: _shown(window, "x", "own") == ["stale", "done"])


def test_a_file_that_the_page_writes_itself_is_what_the_run_has_left(
    window: Any, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "log.txt"
    file.write_bytes(b"before")
    blocks = [
        Block(id="write", symbol="WriteFile", pins={"filename": "log.txt", "contents": '"x"'}),
        Block(id="read", symbol="ReadFile", pins={"filename": "log.txt"}),
    ]
    _show(
        window, tmp_path, blocks, ("read.contents", "s.fetch_outputs"), ("write.operation", "s.run_outputs")
    )
    engine = window.runner._get_engine()
    run = engine.run

    def writes(*args: Any, **named: Any) -> Any:
        _write_later(file, b"written by the run")
        return run(*args, **named)

    monkeypatch.setattr(engine, "run", writes)
    _run(window, qtbot)
    files = window.controllers.data_files
    with qtbot.waitSignal(files._task._ended):
        files.look()
    assert _shown(window, "read", "own") == ["done", "done"]
    _write_later(file, b"written by another program")
    qtbot.waitUntil(lambda: _shown(window, "read", "own") == ["stale", "done"])


def test_a_use_of_a_page_that_reads_a_file_is_marked(window: Any, tmp_path: Path, qtbot: Any) -> None:
    (tmp_path / "a.txt").write_bytes(b"first")
    inner = [
        Block(id="file", symbol="ReadFile", pins={"filename": "a.txt"}),
        Block(id="y", symbol="Result"),
    ]
    function = Page(name="f", blocks={b.id: b for b in inner}, wires=_wires(("file.contents", "y.input")))
    use = Block(id="use", symbol="page:f")
    _show(window, tmp_path, [use], ("use.y", "s.fetch_outputs"), pages=(function,))
    _run(window, qtbot)
    qtbot.waitUntil(lambda: _shown(window, "use", "own") == ["done", "done"])
    _write_later(tmp_path / "a.txt", b"other")
    qtbot.waitUntil(lambda: _shown(window, "use", "own") == ["stale", "done"])


def test_the_file_of_a_python_block_is_followed(window: Any, tmp_path: Path, qtbot: Any) -> None:
    file = tmp_path / "f.py"
    text = 'def twice(x: "float32") -> "float32":\n    return 2 * x\n'
    file.write_text(text, encoding="utf-8")
    block = Block(id="py", symbol="python:f.py:twice", pins={"x": "1.0f"})
    _show(window, tmp_path, [block], ("py.output", "s.fetch_outputs"))
    window.controllers.consent.ask = lambda *_: "once"
    _run(window, qtbot)
    qtbot.waitUntil(lambda: _shown(window, "own") == ["done"])
    _write_later(file, text.replace("2", "3").encode())
    qtbot.waitUntil(lambda: _shown(window, "py", "own") == ["stale", "done"])


def test_only_what_was_read_is_watched_and_another_document_ends_it(picture: Any, tmp_path: Path) -> None:
    watcher = picture.controllers.data_files._watcher
    assert watcher.files() == [str(tmp_path / "a.png")]
    assert not watcher.directories()
    picture.context.set_document(None)
    assert not watcher.files()
