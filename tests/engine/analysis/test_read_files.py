"""Which files a page reads, as its plan knows before it runs: by block, as absolute paths, and what it writes."""

from __future__ import annotations

from pathlib import Path

from app.document.model.diagram import Block, Page, PinRef, Wire
from app.engine.analysis.read_files import files_read
from app.engine.compiler.make_plan import make_plan


def _read(
    folder: Path, blocks: list[Block], *ends: tuple[str, str], is_here: bool = True
) -> set[tuple[str, str, str]]:
    wires = [Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in ends]
    page = Page(name="p", blocks={b.id: b for b in blocks}, wires=wires)
    found = files_read(make_plan(page, folder), folder, is_here=is_here)
    return {(f.block, Path(f.path).relative_to(folder).as_posix(), f.kind) for f in found}


def _file(block: str, name: str) -> Block:
    return Block(id=block, symbol="ReadFile", pins={"filename": name})


def test_names_are_found_however_they_are_spelt(tmp_path: Path) -> None:
    spelt = ["a.png", "./sub/../a.png", str(tmp_path / "a.png"), f"file://{tmp_path}/a.png"]
    for name in spelt:
        places = {place for _, place, _ in _read(tmp_path, [_file("r", f'"{name}"')])}
        assert "a.png" in places, name


def test_what_lies_in_the_network_is_never_looked_for(tmp_path: Path) -> None:
    assert _read(tmp_path, [_file("r", '"gs://bucket/a.png"')]) == set()


def test_a_reader_reads_what_goes_into_its_queue(tmp_path: Path) -> None:
    blocks = [
        Block(id="names", symbol="Const", pins={"val": '{"a.txt","b.txt"}'}),
        Block(id="queue", symbol="FIFOQueue", pins={"component_types": "DT_STRING"}),
        Block(id="put", symbol="QueueEnqueueMany"),
        Block(id="reader", symbol="TextLineReader"),
        Block(id="line", symbol="ReaderRead"),
    ]
    wires = [
        ("names.output", "put.components"), ("queue.handle", "put.handle"),
        ("queue.handle", "line.queue_handle"), ("reader.reader_handle", "line.reader_handle"),
    ]  # fmt: skip
    assert _read(tmp_path, blocks, *wires) >= {("put", "a.txt", "path"), ("put", "b.txt", "path")}


def test_a_page_that_computes_elsewhere_reads_its_arrays_here_only(tmp_path: Path) -> None:
    assert _read(tmp_path, [_file("r", "a.png")], is_here=False) == set()
