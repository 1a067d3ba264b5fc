"""A page that bears several pages as blocks, one within another, and edits of it that are drawn one by one."""

from __future__ import annotations

from typing import Any

from app.document.editing.base import EditRefused
from app.document.editing.document import Document
from app.document.editing.edits import AddWire, RemoveWires, ReplaceWire, SetPin
from app.document.model.diagram import Page, PinRef, Wire
from tests.support.function_pages import named

SCALED = named(
    "scaled",
    {"x": "Argument", "by": ("Argument", {"default": "2"}), "m": "Mul", "y": "Result"},
    "x.output -> m.x \n by.output -> m.y \n m.z -> y.input",
)
LAYER = named(
    "layer",
    {
        "x": "Argument",
        "w": ("Variable", {"initvalues": "3f"}),
        "p": "Mul",
        "s": ("page:scaled", {"by": "3"}),
        "b": ("Argument", {"dtype": "DT_FLOAT", "shape": "{}", "default": "1"}),
        "a": "AddV2",
        "y": "Result",
        "raw": "Result",
    },
    """x.output -> p.x \n w.ref -> p.y \n p.z -> s.x \n s.y -> a.x \n b.output -> a.y
    a.z -> y.input \n p.z -> raw.input""",
)
PASS = named("pass", {"x": "Argument", "y": "Result"}, "x.output -> y.input")
FILE = named("file", {"n": ("ReadFile", {"filename": "a.txt"}), "y": "Result"}, "n.contents -> y.input")
LESS = {"x": "Argument", "l": ("Less", {"y": "50f"}), "y": "Result"}
BELOW = named("below", LESS, "x.output -> l.x \n l.z -> y.input")
TWICE = named(
    "twice", {"x": "Argument", "s": "page:scaled", "y": "Result"}, "x.output -> s.x \n s.y -> y.input"
)
OTHERS = (SCALED, LAYER, PASS, FILE, BELOW, TWICE)


def main(session: bool, calls: bool = False) -> Page:
    """Return the page; ``calls`` adds blocks that call pages as functions."""
    blocks: dict[str, Any] = {
        "c": ("Const", {"val": "1.5f"}),
        "i": ("Const", {"val": "4"}),
        "one": ("page:layer", {"b": "0.5"}),
        "two": ("page:layer", {}),
        "s": ("page:scaled", {"by": "0.5"}),
        "n": ("page:scaled", {"x": "1", "by": "7"}),
        "through": "page:pass",
        "neg": "Neg",
        "read": "page:file",
        "sum": ("AddV2", {"y": "1"}),
    }
    wires = """c.output -> one.x \n one.y -> two.x \n two.y -> s.x \n one.raw -> through.x
        through.y -> neg.x \n n.y -> sum.x"""
    if session:
        blocks["session"] = "ClientSession"
        wires += "\n s.y -> session.fetch_outputs \n neg.y -> session.fetch_outputs \n sum.z -> session.fetch_outputs"
    if calls:
        blocks["loop"] = ("While", {"cond": "below", "body": "twice"})
        blocks["branch"] = ("If", {"cond": "true", "then_branch": "twice", "else_branch": "pass"})
        blocks["behind"] = "Neg"
        wires += "\n sum.z -> loop.input \n neg.y -> branch.input \n branch.output -> behind.x"
        wires += "\n loop.output -> session.fetch_outputs" if session else ""
    return named("main", blocks, wires)


TEXTS = ["", "2", "2.5", "0.5f", "true", "not a number", "{1,2}", "4.0"]
PINS = ["one.b", "two.b", "s.by", "n.x", "n.by", "through.x", "sum.y", "c.val", "one.x"]
SOURCES = ["c.output", "i.output", "one.y", "one.raw", "two.y", "s.y", "n.y", "through.y", "neg.y", "read.y"]
TARGETS = ["one.x", "one.b", "two.x", "s.x", "s.by", "n.x", "n.by", "through.x", "neg.x", "sum.x", "sum.y"]


def edit(document: Document, choose: Any) -> object:
    """Apply an edit that is drawn; what is refused changes nothing."""
    page = document.project.pages[0]
    what = choose(("text", "text", "wire", "rewire", "remove", "undo"))
    done: Any = what
    if what == "text":
        done = SetPin("main", *choose(PINS).split("."), choose(TEXTS))
    elif what == "wire":
        wire = Wire(source=PinRef.parse(choose(SOURCES)), target=PinRef.parse(choose(TARGETS)))
        done = AddWire("main", wire)
    elif what == "rewire":
        old = choose(page.wires)
        done = ReplaceWire("main", old, Wire(source=PinRef.parse(choose(SOURCES)), target=old.target))
    elif what == "remove":
        done = RemoveWires("main", [choose(page.wires)])
    elif document.history.can_undo:
        document.undo()
        return done
    if not isinstance(done, str):
        try:
            document.apply(done)
        except EditRefused:
            return "refused"
    return done
