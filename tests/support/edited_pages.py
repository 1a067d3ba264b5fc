"""A document with a page that has something of everything, and edits of it that are drawn one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from app.document.editing.base import Edit, EditRefused
from app.document.editing.document import Document
from app.document.editing.edits import (
    AddBlocks,
    AddWire,
    ChangeSymbol,
    MoveItems,
    OrderWires,
    RemoveItems,
    RemoveWires,
    RenameBlock,
    ReplaceWire,
    SetLabel,
    SetPin,
    SetRun,
    SetScope,
    SwitchBlocks,
)
from app.document.model.diagram import Block, Page, PinRef, Project, RunSettings, Scope, Wire
from blocks.catalog import load
from tests.support.pages import page
from tests.support.random_edits import LOOP

Thing = TypeVar("Thing")
Choose = Callable[[Sequence[Any]], Any]

# Each is a part of a page: blocks, and wires.
PARTS: dict[str, tuple[dict[str, Any], str]] = {
    "plain": (
        {
            "a": ("Const", {"val": "{1.0f,2.0f}"}), "b": ("Const", {"val": "3.0f"}), "sum": "Add",
            "twice": ("Multiply", {"y": "2.0f"}), "root": "Sqrt", "split": ("Split", {"axis": "0", "num_split": "2"}),
            "both": "Concat", "mean": ("Mean", {"axis": "0"}),
            "axis": ("Const", {"val": "0"}), "list": "InputList", "packed": "Pack",
        },
        """
        a.output -> sum.x
        b.output -> sum.y
        sum.z -> twice.x
        twice.z -> root.x
        sum.z -> mean.input
        twice.z -> split.value
        split.output[0] -> both.values
        split.output[1] -> both.values
        axis.output -> both.axis
        split.output -> list.outputlist
        list.output -> packed.values
        """,
    ),
    "training": (
        {
            "w": ("Variable", {"initvalues": "{{1.0f,2.0f},{3.0f,4.0f}}"}), "in": ("Const", {"val": "{{1.0f,2.0f}}"}),
            "net": "MatMul", "act": "Sigmoid", "cost": "Square", "grad": "AddSymbolicGradients",
            "rate": ("Const", {"val": "0.1f"}), "apply": "ApplyGradientDescent", "copy": "Identity", "far": "Tanh",
        },
        """
        in.output -> net.a
        w.ref -> net.b
        net.product -> act.x
        act.y -> cost.x
        cost.y -> grad.outputs
        w.ref -> grad.inputs
        w.ref -> apply.var
        rate.output -> apply.alpha
        grad.grad_outputs[0] -> apply.delta
        w.ref -> copy.input
        copy.output -> far.x
        """,
    ),
    "writers": (
        {
            "v": ("Variable", {"initvalues": "10.0f"}), "set": ("Assign", {"value": "2.0f"}),
            "more": ("AssignAdd", {"value": "1.0f"}), "seen": "Identity",
        },
        """
        v.ref -> set.ref
        set.output_ref -> more.ref
        v.ref -> seen.input
        """,
    ),
    "queue": (
        {
            "q": ("FIFOQueue", {"component_types": "DT_FLOAT"}), "put": ("QueueEnqueue", {"components": "1.5f"}),
            "take": ("QueueDequeue", {"component_types": "DT_FLOAT"}), "half": ("Multiply", {"y": "0.5f"}),
        },
        """
        q.handle -> put.handle
        q.handle -> take.handle
        take.components -> half.x
        """,
    ),
    "feed": (
        {
            "x": ("Placeholder", {"dtype": "DT_FLOAT", "attrs": "shape_ = {2};"}),
            "value": ("Input_Initializer", {"t": "{1.0f,2.0f}"}), "feed": "FeedType", "square": "Square",
        },
        """
        x.output -> square.x
        x.output -> feed.input
        value.output -> feed.initializer
        """,
    ),
    "loop": (
        {
            "enter": ("Enter", {"data": "0", "frame_name": "count"}), "merge": "Merge", "less": ("Less", {"y": "10"}),
            "cond": "LoopCond", "switch": "Switch", "add": ("Add", {"y": "1"}), "next": "NextIteration", "exit": "Exit",
        },
        LOOP,
    ),
    "branch": (
        {"pred": ("Const", {"val": "true"}), "value2": ("Const", {"val": "1.0f"}), "fork": "Switch", "join": "Merge",
         "neg": "Negate"},
        """
        value2.output -> fork.data
        pred.output -> fork.pred
        fork.output_true -> neg.x
        neg.y -> join.inputs
        fork.output_false -> join.inputs
        """,
    ),
    "op": (
        {"dist": ("Const", {"val": "{1,2,2}"}), "unique": "Unique", "op": "Operation",
         "second": ("Output", {"index": "1"}), "count": "Size"},
        """
        dist.output -> unique.x
        unique.y -> op.operation
        unique.y -> second.output_op
        second.output -> count.input
        """,
    ),
    "files": (
        {"name": ("Const", {"val": '"a.txt"'}), "read": "ReadFile", "direct": ("ReadFile", {"filename": "b.txt"}),
         "joined": ("StringJoin", {"N": "2"})},
        """
        name.output -> read.filename
        read.contents -> joined.inputs
        direct.contents -> joined.inputs
        """,
    ),
    "python": (
        {"call": "python:own.py:twice", "three": ("Const", {"val": "{3.0f}"}), "after": "Square",
         "typed": ("python:own.py:twice", {"x": "{1.0f}"}), "lost": "python:own.py:gone"},
        """
        three.output -> call.x
        call.output -> after.x
        """,
    ),
    "faults": (
        {"odd": ("Add", {"x": "{{1},{2,3}}", "z": "1"}), "what": "NoSuchBlock", "empty": "MatMul",
         "wrong": ("Cast", {"x": "1", "DstT": "no type"}), "mixed": ("Add", {"x": "1.0f", "y": "2"})},
        """
        what.output -> empty.a
        odd.z -> wrong.x
        """,
    ),
    "cycle": ({"one": "Square", "two": ("Add", {"y": "1.0f"})}, "one.y -> two.x\ntwo.z -> one.x"),
}  # fmt: skip

SESSIONS: dict[str, tuple[dict[str, Any], str]] = {
    "none": ({}, ""),
    "one": (
        {"s": "ClientSession"},
        """
        root.y -> s.fetch_outputs
        act.y -> s.fetch_outputs
        apply.out -> s.run_outputs
        half.z -> s.fetch_outputs
        more.output_ref -> s.run_outputs
        far.y -> s.fetch_outputs
        exit.output -> s.fetch_outputs
        join.output -> s.fetch_outputs
        square.y -> s.fetch_outputs
        feed.output -> s.inputs
        put.operation -> s.run_outputs
        joined.output -> s.fetch_outputs
        """,
    ),
    "two": (
        {"s1": "ClientSession", "s2": "ClientSession"},
        """
        put.operation -> s1.run_outputs
        act.y -> s1.fetch_outputs
        root.y -> s1.fetch_outputs
        seen.output -> s1.fetch_outputs
        half.z -> s2.fetch_outputs
        apply.out -> s2.run_outputs
        more.output_ref -> s2.run_outputs
        set.output_ref -> s1.run_outputs
        both.output -> s2.fetch_outputs
        """,
    ),
}

_TEXTS = (
    "1.0f", "2.5f", "{1.0f,2.0f}", "{{1.0f,2.0f},{3.0f,4.0f}}", "1", "0", "{2,2}", "0.5", "true", '"a.txt"', '"none"',
    "a.txt", "{1,{2}}", "", " ", "DT_FLOAT", "DT_INT32", "2", "shape_ = {2};", "nonsense_ = 1;", "-1", "1,5",
)  # fmt: skip
_SYMBOLS = (
    "Add", "Identity", "Square", "Const", "Variable", "Assign", "Sqrt", "Switch", "NoSuchBlock", "ClientSession",
)  # fmt: skip
_KINDS = (
    "text", "text", "text", "text", "wire", "wire", "wire", "unwire", "unwire", "rewire", "rewire", "rewire", "order",
    "move", "label", "add", "remove", "symbol", "off", "scope", "run", "rename", "undo", "undo", "redo",
)  # fmt: skip


def drawn_document(choose: Choose) -> Document:
    """Return a document with one page, of a few parts and perhaps sessions."""
    blocks: dict[str, Any] = {}
    wires = ""
    chosen = [PARTS[name] for name in PARTS if choose((True, False))]
    for more, lines in (*chosen, SESSIONS[choose(tuple(SESSIONS))]):
        blocks |= more
        wires += lines + "\n"
    made = page(blocks, fitting(wires, blocks))
    if choose((False, False, True)):  # a file may have its blocks in any order
        made.blocks = dict(reversed(made.blocks.items()))
    return Document(Project(pages=[made]))


def fitting(wires: str, blocks: Collection[str]) -> str:
    """Return the wires, one a line, of which both ends are on blocks."""
    lines = [line.strip() for line in wires.splitlines() if line.strip()]
    return "\n".join(
        line for line in lines if {end.split(".")[0] for end in line.split(" -> ")} <= set(blocks)
    )


def edit(document: Document, choose: Choose) -> str:
    """Make one edit, or take one back; return what was done. Some do nothing, as they are refused."""
    kind = choose(_KINDS)
    if kind == "undo":
        document.undo()
    elif kind == "redo":
        document.redo()
    else:
        made = _edit(document.project.pages[0], kind, choose)
        if made is not None:
            with suppress(EditRefused):
                document.apply(made)
            return f"{kind}: {made.name}"
    return kind


def _edit(drawn: Page, kind: str, choose: Choose) -> Edit | None:
    name, blocks = drawn.name, list(drawn.blocks)
    if kind == "add":
        made = Block(id=f"n{len(blocks)}", symbol=choose(_SYMBOLS), pins={"x": choose(_TEXTS)})
        return AddBlocks(name, [made], [_wire(drawn, choose)] if blocks and choose((True, False)) else [])
    if kind == "scope":
        return SetScope(
            name, choose((Scope(), Scope(seed=1), Scope(device="/cpu:0"), Scope(device="nowhere")))
        )
    if kind == "run":
        until = choose((None, "twice.z < 1", "gone.z < 1", "list.output[0] > 1"))
        return SetRun(name, RunSettings(until=until, guard=choose((False, True, ("twice.z",), ("gone.z",)))))
    if not blocks:
        return None
    block = choose(blocks)
    if kind == "text":
        texts = drawn.blocks[block].pins
        pins = [*texts, *(p.name for p in _inputs(drawn.blocks[block])), "no_pin"]
        return SetPin(name, block, choose(pins), choose(_TEXTS))
    if kind == "move":
        return MoveItems(name, {block: (choose(range(9)), 0)})
    if kind == "label":
        return SetLabel(name, block, choose(("left", "right")))
    if kind == "remove":
        return RemoveItems(name, [block])
    if kind == "symbol":
        return ChangeSymbol(name, block, choose(_SYMBOLS))
    if kind == "off":
        return SwitchBlocks(name, [block], choose((True, False)))
    if kind == "rename":
        return RenameBlock(name, block, f"r{len(drawn.wires)}{block}"[:20])
    return _wire_edit(drawn, kind, choose)


def _wire_edit(drawn: Page, kind: str, choose: Choose) -> Edit | None:
    if kind == "wire":
        return AddWire(drawn.name, _wire(drawn, choose), choose((None, None, 0, 3)))
    if not drawn.wires:
        return None
    wire = choose(drawn.wires)
    if kind == "unwire":
        return RemoveWires(drawn.name, [wire])
    if kind == "order":
        pin = wire.target
        count = len([w for w in drawn.wires if w.target == pin])
        return OrderWires(drawn.name, pin.block, pin.pin, list(reversed(range(count))))
    new = _wire(drawn, choose)
    ends = choose((Wire(source=new.source, target=wire.target), Wire(source=wire.source, target=new.target)))
    routed = Wire(source=wire.source, target=wire.target, route=((1, 2),))
    return ReplaceWire(drawn.name, wire, choose((ends, ends, ends, routed)))


def _wire(drawn: Page, choose: Choose) -> Wire:
    """Draw a wire, mostly from a block that stands before its target."""
    blocks = list(drawn.blocks)
    places = choose(range(len(blocks))), choose(range(len(blocks)))
    first, second = sorted(places, reverse=choose((False, False, True)))
    outs = [p.name for p in _outputs(drawn.blocks[blocks[first]])] or ["gone"]
    ins = [p.name for p in _inputs(drawn.blocks[blocks[second]]) if p.wire] or ["gone"]
    source = PinRef(blocks[first], choose(outs), choose((None, None, None, None, 0, 1)))
    return Wire(source=source, target=PinRef(blocks[second], choose(ins)))


def _inputs(block: Block) -> Sequence[Any]:
    symbol = load().get(block.symbol)
    return symbol.inputs if symbol is not None else ()


def _outputs(block: Block) -> Sequence[Any]:
    symbol = load().get(block.symbol)
    return symbol.outputs if symbol is not None else ()
