"""Fixes keep the meaning: what ``check --fix`` does leaves every tensor its elements in their order, and titles say it.

Random pages with one mistake; what reaches the op after a fix is computed with NumPy.
"""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document.fixes import fixed_page, offer
from app.document.literals.parser import parse_literal
from app.document.model.diagram import Page, PinRef
from app.document.model.fix import Fix
from app.engine.analysis.page_analysis import Checked, analyse
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.messages import fix_title
from blocks.catalog import load
from blocks.dtypes import DTYPES
from tests.support.fix_cases import const
from tests.support.pages import page

# Ops whose inputs must agree in their shapes or have a certain rank, with what they need beside them.
_OPS: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "Add": (("x", "y"), {}),
    "BatchMatMul": (("x", "y"), {}),
    "BiasAdd": (("value", "bias"), {}),
    "Conv2D": (("input", "filter"), {"strides": "{1,1,1,1}", "padding": "SAME"}),
    "MatMul": (("a", "b"), {}),
    "MaxPool": (("input",), {"ksize": "{1,2,2,1}", "strides": "{1,1,1,1}", "padding": "SAME"}),
    "ResizeBilinear": (("images",), {"size": "{4,4}"}),
    "Select": (("t", "e"), {"condition": "{true,false}"}),
    "Cholesky": (("input",), {}),
    "SparseSoftmaxCrossEntropyWithLogits": (("features", "labels"), {}),
}
_SUFFIX = {"float": "f", "double": ".0", "int": ""}


def _literal(shape: tuple[int, ...], suffix: str, dice: random.Random) -> str:
    values = [
        f"{n}.0f" if suffix == "f" else f"{n}{suffix}" for n in dice.sample(range(1, 90), math.prod(shape))
    ]
    for size in reversed(shape):
        values = ["{" + ",".join(values[i : i + size]) + "}" for i in range(0, len(values), size)]
    return values[0]


def _random_page(dice: random.Random) -> tuple[Page, tuple[str, ...]]:
    symbol = dice.choice(list(_OPS))
    pins, more = _OPS[symbol]
    blocks: dict[str, Any] = {}
    for pin in pins:
        shape = tuple(dice.choice((1, 2, 3)) for _ in range(dice.randint(1, 4)))
        suffix = "f" if dice.random() < 0.8 else dice.choice(list(_SUFFIX.values()))
        blocks[f"of_{pin}"] = const(_literal(shape, suffix, dice))
        blocks[f"via_{pin}"] = "Identity"  # so that the block itself is not what is changed
    blocks["op"] = (symbol, more)
    wires = [f"of_{p}.output -> via_{p}.input\nvia_{p}.output -> op.{p}" for p in pins]
    return page(blocks, "\n".join(wires)), pins


def _computed(made: Page, end: PinRef) -> np.ndarray:
    """Return what an output gives; only for the blocks that these pages and their fixes have."""
    block = made.blocks[end.block]
    ways = {w.target.pin: w.source for w in made.wires if w.target.block == block.id}
    if block.symbol == "Const":
        literal = parse_literal(str(block.pins["val"]))
        return np.array(literal.values).reshape(literal.shape)
    into = _computed(made, next(iter(ways.values())))
    if block.symbol == "Transpose":
        return into.transpose(parse_literal(str(block.pins["perm"])).values)
    if block.symbol == "Cast":
        return into.astype(DTYPES[str(block.pins["DstT"])].label)
    if block.symbol == "Reshape":
        return into.reshape(parse_literal(str(block.pins["shape"])).values)
    assert block.symbol in ("Identity", "ExpandDims", "Squeeze"), block.symbol
    return into


def _at_op(made: Page, pins: tuple[str, ...]) -> dict[str, list[float]]:
    ends = {w.target.pin: w.source for w in made.wires if w.target.block == "op"}
    return {pin: [float(v) for v in _computed(made, ends[pin]).ravel()] for pin in pins}


def _fixes(engine: Engine, made: Page, folder: Path) -> list[Fix]:
    plan = make_plan(made, folder, everything=True)
    analysis = analyse(made, Checked.of(plan), engine.infer(plan, folder), plan=plan)
    return [fix for problem in analysis.with_fixes().problems for fix in problem.fixes]


def test_what_is_done_unasked_keeps_the_elements_and_their_order(engine: Engine, tmp_path: Path) -> None:
    dice = random.Random(11)
    done = offered = 0
    for _ in range(150):
        made, pins = _random_page(dice)
        before = _at_op(made, pins)
        attrs = made.blocks["op"].pins.get("attrs")
        for fix in _fixes(engine, made, tmp_path):
            after = fixed_page(made, fix)
            offered += 1
            if _at_op(after, pins) == before and after.blocks["op"].pins.get("attrs") == attrs:
                done += not fix.by_hand
                continue
            assert fix.by_hand, (fix_title(fix), before)
            said = (
                "which moves",
                "transpose",
                "adj_",
                "which drops",
                "which rounds",
                "which changes",
                "Swap the",
            )
            assert any(word in fix_title(fix) for word in said), fix_title(fix)
    assert done > 40
    assert offered > done


def _titles(engine: Engine, made: Page, folder: Path) -> dict[str, bool]:
    """Return the titles of the fixes offered, and whether each has to be chosen."""
    return {fix_title(fix): fix.by_hand for fix in _fixes(engine, made, folder)}


def _via(symbol: str, texts: dict[str, str], more: dict[str, str] | None = None) -> Page:
    blocks: dict[str, Any] = {f"of_{pin}": const(text) for pin, text in texts.items()}
    blocks |= {f"via_{pin}": "Identity" for pin in texts}
    wires = [f"of_{p}.output -> via_{p}.input\nvia_{p}.output -> op.{p}" for p in texts]
    return page(blocks | {"op": (symbol, more or {})}, "\n".join(wires))


def test_elements_are_never_cut_anew(engine: Engine, tmp_path: Path) -> None:
    """Three matrices of 3 x 2 are no two of 3 x 3, though they have as many numbers."""
    three = "{{{1.0f,2},{3,4},{5,6}},{{7,8},{9,10},{11,12}},{{13,14},{15,16},{17,18}}}"
    two = "{{{1.0f,2,3},{4,5,6}},{{7,8,9},{10,11,12}}}"
    assert not any(
        "Reshape" in t for t in _titles(engine, _via("BatchMatMul", {"x": two, "y": three}), tmp_path)
    )


def test_flattening_is_offered_by_its_name(engine: Engine, tmp_path: Path) -> None:
    """A matrix of 2 x 3 as the vector of 6 that a bias is."""
    rows, bias = "{{1.0f,2,3,4,5,6}}", "{{1.0f,2,3},{4,5,6}}"
    titles = _titles(engine, _via("BiasAdd", {"value": rows, "bias": bias}), tmp_path)
    assert titles["Insert Reshape to {-1}, which flattens"] is True


@pytest.mark.parametrize(
    ("start", "symbol", "title", "by_hand"),
    [
        ("{1.5f,2.5f}", "BitwiseAnd", "Insert Cast to int32, which drops what is behind the point", True),
        ("{1.5f,2.5f}", "LogicalNot", "Insert Cast to bool, which makes all but 0 true", True),
        ("{1,2}", "Softmax", "Insert Cast to float32", False),
    ],
)
def test_a_cast_that_loses_says_so(engine: Engine, tmp_path: Path, start, symbol, title, by_hand) -> None:
    pins = {"BitwiseAnd": ("x", "y"), "LogicalNot": ("x",), "Softmax": ("logits",)}[symbol]
    titles = _titles(engine, _via(symbol, dict.fromkeys(pins, start)), tmp_path)
    found = {t: h for t, h in titles.items() if title in (t, t.replace("2 times ", ""))}
    assert list(found.values()) == [by_hand], titles


@pytest.mark.parametrize(
    ("blocks", "wires", "title"),
    [
        (
            {"conv1": const("1"), "n": "Negate"},
            "conv2.output -> n.x",
            "Wire conv1.output instead of conv2.output",
        ),
        ({"a": const("1"), "s": ("Subtract", {})}, "a.output -> s.x", "Wire a.output to s.y"),
        (
            {"a": const("1"), "b": const("2"), "n": "Negate"},
            "a.output -> n.x\nb.output -> n.x",
            "Keep the wire",
        ),
    ],
)
def test_what_the_page_does_not_say_is_left_to_a_person(blocks, wires, title, tmp_path: Path) -> None:
    """Which of several, the only one that there is, or one of another number: it is offered, never done unasked."""
    made = page(blocks, wires)
    problems = offer(made, load(), make_plan(made, tmp_path, everything=True).problems, {})
    found = [f.by_hand for p in problems for f in p.fixes if fix_title(f).startswith(title)]
    assert found
    assert all(found)
