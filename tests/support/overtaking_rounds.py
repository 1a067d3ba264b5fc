"""Loops whose rounds could overtake each other: they draw or write after work that takes the first ones longest."""

from __future__ import annotations

from app.document.model.diagram import Page
from tests.support.function_pages import named
from tests.support.pages import page

# What a round takes its time for, the first ones most, before it has the shape of what it draws.
UNEVEN: dict[str, tuple[str, dict[str, str]]] = {
    "left": ("Sub", {"x": "20"}), "size": ("Mul", {"y": "{40000}"}), "fill": ("Fill", {"value": "0"}),
    "total": ("Sum", {"axis": "0", "attrs": "keep_dims_ = true;"}), "three": ("AddV2", {"y": "{3}"}),
}  # fmt: skip
UNEVEN_WIRES = """
    left.z -> size.x
    size.z -> fill.dims
    fill.output -> total.input
    total.output -> three.x
    """
# Twenty rounds that each draw, and set a Variable to their number and three.
DRAWN = page(
    {
        "ex": ("Enter", {"data": "{0f,0f,0f}", "frame_name": "draws"}),
        "ei": ("Enter", {"data": "0", "frame_name": "draws"}),
        "x": "Merge", "i": "Merge", "less": ("Less", {"y": "20"}), "cond": "LoopCond", "sx": "Switch", "si": "Switch",
        "more": ("Add", {"y": "1"}), "nx": "NextIteration", "ni": "NextIteration", "drawn": "Exit", "count": "Exit",
        **UNEVEN,
        "noise": ("RandomUniform", {"dtype": "DT_FLOAT"}), "double": ("Multiply", {"y": "2f"}), "sum": "Add",
        "last": ("Variable", {"initvalues": "{0}"}),
        "ref": ("RefEnter", {"frame_name": "draws", "attrs": "is_constant_ = true;"}),
        "number": "Add", "set": "Assign", "s": "ClientSession",
    },
    UNEVEN_WIRES + """
    ex.output -> x.inputs
    nx.output -> x.inputs
    ei.output -> i.inputs
    ni.output -> i.inputs
    i.output -> less.x
    less.z -> cond.input
    x.output -> sx.data
    i.output -> si.data
    cond.output -> sx.pred
    cond.output -> si.pred
    si.output_true -> left.y
    si.output_true -> more.x
    more.z -> ni.data
    three.z -> noise.shape
    sx.output_true -> double.x
    double.z -> sum.x
    noise.output -> sum.y
    sum.z -> nx.data
    sx.output_false -> drawn.data
    si.output_false -> count.data
    last.ref -> ref.data
    ref.output -> set.ref
    si.output_true -> number.x
    three.z -> number.y
    number.z -> set.value
    set.output_ref -> s.run_outputs
    drawn.output -> s.run_outputs
    count.output -> s.run_outputs
    """,
    seed=7,
)  # fmt: skip
# The same as a loop over a page, which draws.
BELOW = named(
    "below twenty",
    {**dict.fromkeys(("i", "x"), "Argument"), "less": ("Less", {"y": "20"}), "y": "Result"},
    "i.output -> less.x \n less.z -> y.input",
)
ROUND = named(
    "round",
    {
        **dict.fromkeys(("i", "x"), "Argument"), "more": ("AddV2", {"y": "1"}), **UNEVEN,
        "noise": ("RandomUniform", {"dtype": "DT_FLOAT"}), "double": ("Mul", {"y": "2f"}), "sum": "AddV2",
        **dict.fromkeys(("i2", "x2"), "Result"),
    },
    UNEVEN_WIRES + """
    i.output -> left.y
    three.z -> noise.shape
    i.output -> more.x
    more.z -> i2.input
    x.output -> double.x
    double.z -> sum.x
    noise.output -> sum.y
    sum.z -> x2.input
    """,
)  # fmt: skip
# A condition that adds 1 to a Variable after its work; each round reads the Variable.
COUNTING = named(
    "below twenty",
    {
        **dict.fromkeys(("i", "x", "v"), "Argument"), **UNEVEN, "less": ("Less", {"y": "20"}),
        "two": ("Sub", {"y": "{2}"}), "add": "AssignAdd", "y": "Result",
    },
    UNEVEN_WIRES + """
    i.output -> left.y
    three.z -> two.x
    two.z -> add.value
    v.output -> add.ref
    i.output -> less.x
    less.z -> y.input
    """,
)  # fmt: skip
SUMMING = named(
    "round",
    {
        **dict.fromkeys(("i", "x", "v"), "Argument"), "more": ("AddV2", {"y": "1"}), "sum": "AddV2",
        **dict.fromkeys(("i2", "x2", "v2"), "Result"),
    },
    """
    i.output -> more.x
    more.z -> i2.input
    x.output -> sum.x
    v.output -> sum.y
    sum.z -> x2.input
    v.output -> v2.input
    """,
)  # fmt: skip


def looping(attrs: str = "") -> Page:
    """Return a page with a loop over the pages BELOW and ROUND."""
    return named(
        "main",
        {
            "i": ("Const", {"val": "0"}), "x": ("Const", {"val": "{0f,0f,0f}"}),
            "loop": ("While", {"cond": "below twenty", "body": "round", "attrs": attrs}), "session": "ClientSession",
        },
        "i.output -> loop.input \n x.output -> loop.input \n loop.output[1] -> session.fetch_outputs",
        seed=7,
    )  # fmt: skip


def counting() -> Page:
    """Return a page with a loop over the pages COUNTING and SUMMING."""
    return named(
        "main",
        {
            "i": ("Const", {"val": "0"}), "x": ("Const", {"val": "{0}"}), "v": ("Variable", {"initvalues": "{0}"}),
            "loop": ("While", {"cond": "below twenty", "body": "round"}), "session": "ClientSession",
        },
        """
        i.output -> loop.input
        x.output -> loop.input
        v.ref -> loop.input
        loop.output[1] -> session.fetch_outputs
        loop.output[2] -> session.fetch_outputs
        """,
    )  # fmt: skip
