"""Drawn pages of loops and branches that change a Variable of the page that calls them."""

from __future__ import annotations

from typing import Any

from app.document.model.diagram import Page
from tests.support.function_pages import named

BELOW = named(
    "below three",
    {**dict.fromkeys(("i", "v"), "Argument"), "l": ("Less", {"y": "3"}), "y": "Result"},
    "i.output -> l.x \n l.z -> y.input",
)


def body_of(blocks: dict[str, Any], wires: str) -> Page:
    """Return the body of a loop over a counter and a Variable."""
    ends = {**dict.fromkeys(("i", "v"), "Argument"), "next": ("AddV2", {"y": "1"}), **blocks}
    return named(
        "round",
        {**ends, "i2": "Result", "v2": "Result"},
        f"i.output -> next.x \n next.z -> i2.input \n {wires}",
    )


ADDING = body_of(
    {"add": ("AssignAdd", {"value": "1.5f"})}, "v.output -> add.ref \n add.output_ref -> v2.input"
)


def looped(more: dict[str, Any] | None = None, wires: str = "") -> Page:
    """Return a page with a loop that gets a Variable that begins with 2."""
    blocks = {
        "v": ("Variable", {"initvalues": "2f"}),
        "i": ("Const", {"val": "0"}),
        "loop": ("While", {"cond": "below three", "body": "round"}),
        **(more or {}),
        "session": "ClientSession",
    }
    ends = "i.output -> loop.input \n v.ref -> loop.input \n loop.output[1] -> session.fetch_outputs"
    return named("main", blocks, f"{ends} \n {wires}")


def branching(pred: str) -> tuple[Page, ...]:
    """Return a page with a branch that adds to a Variable or leaves it."""
    added = {"v": "Argument", "x": "Argument", "add": "AssignAdd", "y": "Result", "v2": "Result"}
    adds = named(
        "adds",
        {**added, "ten": ("Mul", {"y": "10f"})},
        "v.output -> add.ref \n x.output -> add.value \n add.output_ref -> ten.x \n ten.z -> y.input"
        "\n add.output_ref -> v2.input",
    )
    leaves = named(
        "leaves",
        {"v": "Argument", "x": "Argument", "y": "Result", "v2": "Result"},
        "x.output -> y.input \n v.output -> v2.input",
    )
    main = named(
        "main",
        {
            "v": ("Variable", {"initvalues": "1f"}),
            "x": ("Const", {"val": "4f"}),
            "if": ("If", {"cond": pred, "then_branch": "adds", "else_branch": "leaves"}),
            "after": ("Mul", {"y": "2f"}),
            "later": ("AssignSub", {"value": "0.5f"}),
            "session": "ClientSession",
        },
        """v.ref -> if.input
        x.output -> if.input
        if.output[1] -> after.x
        if.output[1] -> later.ref
        if.output[0] -> session.fetch_outputs
        after.z -> session.fetch_outputs
        later.output_ref -> session.fetch_outputs
        v.ref -> session.fetch_outputs""",
    )
    return main, adds, leaves
