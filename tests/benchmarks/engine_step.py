"""One step of the XOR page against the same net by hand, and building a page of 1,000 blocks against raw ops."""

from __future__ import annotations

from time import process_time

import numpy as np
import tensorflow as tf

from app.document.formats.registry import open_project
from app.document.literals.parser import parse_literal
from app.document.model.diagram import Page
from app.engine.compiler.make_plan import make_plan
from app.engine.tf.graph_builder import build_graph
from app.engine.tf.page_session import PageSession
from app.engine.values.results import TensorValue
from blocks.assets import asset
from blocks.catalog import load
from tests.benchmarks import by_hand
from tests.benchmarks.bench import Comparison, Row, side_by_side
from tests.benchmarks.pages import large_page

_STEPS = 400  # per round
_ROUNDS = 15


def xor_step() -> Comparison:
    """Compare steps that fetch every output; both sides must have learned the same after the measurement."""
    path = asset("samples", "xor.tblocks")
    (page,) = open_project(path).project.pages
    plan = make_plan(page, path.parent)
    session = PageSession(plan, str(path.parent))
    session.initialise()
    keys, by_hand_step = by_hand.start([f.key for s in plan.sessions for f in s.fetches])
    last: dict[str, list[np.ndarray]] = {}

    def ours() -> None:
        for _ in range(_STEPS):
            results = session.hold()(None)
        last["ours"] = [value.array for value in results.values() if isinstance(value, TensorValue)]

    def theirs() -> None:
        for _ in range(_STEPS):
            last["theirs"] = by_hand_step()

    compared = side_by_side(ours, theirs, _ROUNDS, process_time)
    for key, mine, other in zip(keys, last["ours"], last["theirs"], strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-5, err_msg=key)
    return compared


def build_1000() -> Comparison:
    """Compare building the graph from a plan with building the same one by tf.raw_ops."""
    page = large_page(1000)
    folder = asset("samples")
    plan = make_plan(page, folder)
    assert len(plan.used_blocks) == 999  # all but the session itself

    def ours() -> None:
        build_graph(plan, folder)

    def theirs() -> None:
        with tf.Graph().as_default():
            _by_raw_ops(page)

    return side_by_side(ours, theirs)


def _by_raw_ops(page: Page) -> None:
    """Build the page's graph op by op, as a person would with a loop."""
    catalog = load()
    outputs: dict[str, tf.Tensor] = {}
    sources: dict[str, dict[str, str]] = {}
    for wire in page.wires:
        sources.setdefault(wire.target.block, {})[wire.target.pin] = wire.source.block
    for block in page.blocks.values():
        if block.symbol == "Const":
            literal = parse_literal(str(block.pins["val"]))
            outputs[block.id] = tf.constant(literal.values, tf.float32, literal.shape, name=block.id)
        elif block.symbol != "ClientSession":
            symbol = catalog.get(block.symbol)
            assert symbol is not None
            assert symbol.op is not None
            inputs: dict[str, object] = {pin: outputs[source] for pin, source in sources[block.id].items()}
            inputs.update({pin: _number(str(text)) for pin, text in block.pins.items()})
            outputs[block.id] = getattr(tf.raw_ops, symbol.op)(**inputs, name=block.id)


def _number(text: str) -> np.float32:
    return np.float32(text.removesuffix("f"))


ROWS = [
    Row("one step of the XOR page, all outputs fetched", "TF v1 by hand with make_callable", 1.1, xor_step),
    Row("build a page of 1,000 blocks", "the same graph through tf.raw_ops", 0.2, build_1000),
]
