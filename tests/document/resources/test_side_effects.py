"""The table of blocks that write names real blocks, and finds what would be written where."""

from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.resources.side_effects import WRITERS, Writer, writers
from blocks.catalog import load


def _op_of(symbol: str) -> str | None:
    found = load().get(symbol)
    return found.op if found is not None else None


def test_every_name_is_a_symbol_with_that_pin_or_attr() -> None:
    for name, (pin, _) in WRITERS.items():
        symbol = load().get(name)
        assert symbol is not None, name
        names = {p.name for p in symbol.inputs} | {a.name.rstrip("_") for a in symbol.attrs} | {""}
        assert pin in names, (name, pin, names)


def test_a_page_lists_which_blocks_write_where() -> None:
    blocks = [
        Block(id="w", symbol="WriteFile", pins={"filename": "a.txt"}),
        Block(id="off", symbol="WriteFile", pins={"filename": "b.txt"}, off=True),
        Block(id="c", symbol="Const", pins={"val": '"c"'}),
        Block(id="s", symbol="SaveV2"),
        Block(id="log", symbol="PrintV2"),
        Block(id="print", symbol="PrintV2", pins={"attrs": 'output_stream_ = "file:///x";'}),
    ]
    wire = Wire(source=PinRef("c", "output"), target=PinRef("s", "prefix"))
    page = Page(name="p", blocks={b.id: b for b in blocks}, wires=[wire])
    assert writers(page, _op_of) == [
        Writer("w", "WriteFile", "writes a file", "a.txt"),
        Writer("s", "SaveV2", "writes a checkpoint", "as c.output says"),
        Writer("print", "PrintV2", "writes its text into a file", 'output_stream_ = "file:///x";'),
    ]
