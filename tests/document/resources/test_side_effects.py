"""Which blocks of a page write, and what is known of where."""

from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.resources.side_effects import Writer, writers
from blocks.catalog import load


def test_a_page_lists_which_blocks_write_where() -> None:
    blocks = [
        Block(id="w", symbol="WriteFile", pins={"filename": "a.txt"}),
        Block(id="off", symbol="WriteFile", pins={"filename": "b.txt"}, off=True),
        Block(id="c", symbol="Const", pins={"val": '"c"'}),
        Block(id="s", symbol="SaveV2"),
        Block(id="log", symbol="PrintV2"),
        Block(id="graph", symbol="DatasetFromGraph"),
        Block(id="nans", symbol="raw.DebugNanCount", pins={"attrs": 'debug_urls_ = {"FILE:///y"};'}),
        Block(id="print", symbol="PrintV2", pins={"attrs": 'output_stream_ = "file:///x";'}),
    ]
    wire = Wire(source=PinRef("c", "output"), target=PinRef("s", "prefix"))
    page = Page(name="p", blocks={b.id: b for b in blocks}, wires=[wire])
    found = writers(page, load().get)
    assert found == [
        Writer("w", "a.txt"),
        Writer("s", "", PinRef("c", "output")),
        Writer("graph", ""),
        Writer("nans", 'debug_urls_ = {"FILE:///y"};'),
        Writer("print", 'output_stream_ = "file:///x";'),
    ]
