"""Pages with loops that are drawn with Enter, Merge, Switch, NextIteration and Exit."""

from __future__ import annotations

from app.document.model.diagram import Page
from tests.support.pages import page


def counting(least: str = "10") -> Page:
    """Return a loop that counts from 0 up to a number."""
    return page(
        {
            "enter": ("Enter", {"data": "0", "frame_name": "count"}), "merge": "Merge", "less": ("Less", {"y": least}),
            "cond": "LoopCond", "switch": "Switch", "add": ("Add", {"y": "1"}), "next": "NextIteration",
            "exit": "Exit", "s": "ClientSession",
        },
        """
        enter.output -> merge.inputs
        next.output -> merge.inputs
        merge.output -> less.x
        less.z -> cond.input
        merge.output -> switch.data
        cond.output -> switch.pred
        switch.output_true -> add.x
        add.z -> next.data
        switch.output_false -> exit.data
        exit.output -> s.fetch_outputs
        """,
    )  # fmt: skip


# Roots by Newton's way: two values that go from round to round, and one that stays.
NEWTON = page(
    {
        "x0": ("Const", {"val": "{1f,2f}"}), "a": ("Const", {"val": "{2f,9f}"}),
        "ex": ("Enter", {"frame_name": "newton"}), "ei": ("Enter", {"data": "0", "frame_name": "newton"}),
        "ea": ("Enter", {"frame_name": "newton", "attrs": "is_constant_ = true;"}), "x": "Merge", "i": "Merge",
        "less": ("Less", {"y": "6"}), "cond": "LoopCond", "sx": "Switch", "si": "Switch", "quot": "Div", "sum": "Add",
        "half": ("Multiply", {"y": "0.5f"}), "more": ("Add", {"y": "1"}), "nx": "NextIteration",
        "ni": "NextIteration", "root": "Exit", "count": "Exit", "twice": ("Multiply", {"y": "2f"}),
        "s": "ClientSession",
    },
    """
    x0.output -> ex.data
    a.output -> ea.data
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
    ea.output -> quot.x
    sx.output_true -> quot.y
    quot.z -> sum.x
    sx.output_true -> sum.y
    sum.z -> half.x
    half.z -> nx.data
    si.output_true -> more.x
    more.z -> ni.data
    sx.output_false -> root.data
    si.output_false -> count.data
    root.output -> twice.x
    twice.z -> s.fetch_outputs
    count.output -> s.fetch_outputs
    """,
)  # fmt: skip
# A loop that draws in each round: the order of the rounds is seen in what it gives.
DRAWING = page(
    {
        "ex": ("Enter", {"data": "{0f,0f}", "frame_name": "draws"}),
        "ei": ("Enter", {"data": "0", "frame_name": "draws"}),
        "x": "Merge", "i": "Merge", "less": ("Less", {"y": "6"}), "cond": "LoopCond", "sx": "Switch", "si": "Switch",
        "size": "Shape",
        "noise": ("RandomUniform", {"dtype": "DT_FLOAT"}), "double": ("Multiply", {"y": "2f"}), "sum": "Add",
        "more": ("Add", {"y": "1"}), "nx": "NextIteration", "ni": "NextIteration", "drawn": "Exit",
        "s": "ClientSession",
    },
    """
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
    sx.output_true -> size.input
    size.output -> noise.shape
    sx.output_true -> double.x
    double.z -> sum.x
    noise.output -> sum.y
    sum.z -> nx.data
    si.output_true -> more.x
    more.z -> ni.data
    sx.output_false -> drawn.data
    drawn.output -> s.fetch_outputs
    """,
    seed=7,
)  # fmt: skip
# A loop in the rounds of a loop.
NESTED = page(
    {
        "e": ("Enter", {"data": "0", "frame_name": "rows"}), "et": ("Enter", {"data": "0f", "frame_name": "rows"}),
        "i": "Merge", "t": "Merge", "less": ("Less", {"y": "3"}), "c": "LoopCond", "si": "Switch", "st": "Switch",
        "fi": ("Cast", {"DstT": "DT_FLOAT"}), "e2": ("Enter", {"frame_name": "columns"}),
        "ef": ("Enter", {"frame_name": "columns", "attrs": "is_constant_ = true;"}),
        "e2t": ("Enter", {"frame_name": "columns"}), "j": "Merge", "u": "Merge", "less2": ("Less", {"y": "2"}),
        "c2": "LoopCond", "sj": "Switch", "su": "Switch", "plus": "Add", "jm": ("Add", {"y": "1"}),
        "nj": "NextIteration", "nu": "NextIteration", "xj": "Exit", "xu": "Exit", "im": ("Add", {"y": "1"}),
        "ni": "NextIteration", "nt": "NextIteration", "out": "Exit", "s": "ClientSession",
    },
    """
    e.output -> i.inputs
    ni.output -> i.inputs
    et.output -> t.inputs
    nt.output -> t.inputs
    i.output -> less.x
    less.z -> c.input
    i.output -> si.data
    c.output -> si.pred
    t.output -> st.data
    c.output -> st.pred
    si.output_true -> fi.x
    si.output_true -> e2.data
    fi.y -> ef.data
    st.output_true -> e2t.data
    e2.output -> j.inputs
    nj.output -> j.inputs
    e2t.output -> u.inputs
    nu.output -> u.inputs
    j.output -> less2.x
    less2.z -> c2.input
    j.output -> sj.data
    c2.output -> sj.pred
    u.output -> su.data
    c2.output -> su.pred
    su.output_true -> plus.x
    ef.output -> plus.y
    plus.z -> nu.data
    sj.output_true -> jm.x
    jm.z -> nj.data
    su.output_false -> xu.data
    sj.output_false -> xj.data
    xu.output -> nt.data
    si.output_true -> im.x
    im.z -> ni.data
    st.output_false -> out.data
    out.output -> s.fetch_outputs
    """,
)  # fmt: skip
# A value whose shape changes from round to round; two steps.
GROWING = page(
    {
        "x0": ("Const", {"val": "{1f}"}), "ex": ("Enter", {"frame_name": "grow"}),
        "ei": ("Enter", {"data": "0", "frame_name": "grow"}), "x": "Merge", "i": "Merge",
        "less": ("Less", {"y": "3"}), "cond": "LoopCond", "sx": "Switch", "si": "Switch",
        "twice": ("Multiply", {"y": "2f"}), "cat": ("ConcatV2", {"axis": "0"}), "more": ("Add", {"y": "1"}),
        "nx": "NextIteration", "ni": "NextIteration", "root": "Exit", "s": "ClientSession",
    },
    """
    x0.output -> ex.data
    ex.output -> x.inputs
    nx.output -> x.inputs
    ni.output -> i.inputs
    ei.output -> i.inputs
    i.output -> less.x
    less.z -> cond.input
    x.output -> sx.data
    i.output -> si.data
    cond.output -> sx.pred
    cond.output -> si.pred
    sx.output_true -> twice.x
    sx.output_true -> cat.values
    twice.z -> cat.values
    cat.output -> nx.data
    si.output_true -> more.x
    more.z -> ni.data
    sx.output_false -> root.data
    root.output -> s.fetch_outputs
    """,
    steps=2,
)  # fmt: skip
# A Variable that is written in each round, by a reference that enters the loop.
WRITING_PARTS: tuple[dict[str, str | tuple[str, dict[str, str]]], str] = (
    {
        "n": ("Variable", {"initvalues": "0"}),
        "enter": ("Enter", {"data": "0", "frame_name": "rounds"}),
        "ref": ("RefEnter", {"frame_name": "rounds", "attrs": "is_constant_ = true;"}),
        "round": "Merge", "more": ("Less", {"y": "3"}), "cond": "LoopCond", "switch": "Switch",
        "next": ("Add", {"y": "1"}), "again": "NextIteration", "exit": "Exit",
        "add": "AssignAdd", "s": "ClientSession",
    },
    """
    enter.output -> round.inputs
    again.output -> round.inputs
    round.output -> more.x
    more.z -> cond.input
    cond.output -> switch.pred
    round.output -> switch.data
    switch.output_true -> next.x
    next.z -> again.data
    switch.output_false -> exit.data
    n.ref -> ref.data
    ref.output -> add.ref
    switch.output_true -> add.value
    add.output_ref -> s.run_outputs
    exit.output -> s.run_outputs
    """,
)  # fmt: skip
WRITING = page(*WRITING_PARTS, steps=2)
