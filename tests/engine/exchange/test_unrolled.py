"""A recurrent network that is written out step by step folds into cells with names, which stand clear of each other."""

from __future__ import annotations

import pytest
import tensorflow as tf

from app.document.model.diagram import Page
from app.engine.exchange.conversion import Converted
from tests.support.made_models import numbers
from tests.support.model_runs import converted

_STEPS = 30
_PIN = 13  # page units that a block takes in its width for each output


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """Return a network of 30 steps in one scope."""
    folder = tmp_path_factory.mktemp("unrolled")
    with tf.Graph().as_default() as graph:
        x = tf.compat.v1.placeholder(tf.float32, [None, _STEPS, 4], "x")
        with tf.name_scope("net"):
            kernel, bias = tf.constant(numbers(9, 5), name="kernel"), tf.constant(numbers(5), name="bias")
            rows = tf.unstack(x, _STEPS, 1, name="rows")
            state = tf.zeros([tf.shape(x)[0], 5])
            for row in rows:
                with tf.name_scope("rnn/cell/"):
                    joined = tf.concat([row, state], 1)
                    gate = tf.sigmoid(tf.matmul(joined, kernel) + bias)
                    state = gate * tf.tanh(tf.matmul(joined, kernel) + bias) + (1.0 - gate) * state
        tf.identity(state, name="y")
        (folder / "rnn.pb").write_bytes(graph.as_graph_def().SerializeToString())
    return converted(folder / "rnn.pb", folder)


def test_pages_and_pins_bear_the_names_of_the_model(made: Converted) -> None:
    """The cell is called by its scope; weights that are the same at all uses give their pins their names."""
    names = [one.page.name for one in made.pages]
    assert not [name for name in names if name.startswith("part")]
    cell = next(one.page for one in made.pages if one.page.name == "cell")
    assert "kernel" in {b.id for b in cell.blocks.values() if b.symbol == "Argument"}


def _outputs(page: Page, block: str) -> int:
    return len({wire.source.pin for wire in page.wires if wire.source.block == block})


def test_a_block_of_many_outputs_has_the_room_that_it_takes(made: Converted) -> None:
    """Nothing stands where it is as wide as its row of pins below."""
    widest = 0
    for page in (one.page for one in made.pages):
        uses = [b for b in page.blocks.values() if b.symbol.startswith("page:")]
        for use in uses:
            count = _outputs(page, use.id)
            widest = max(widest, count)
            for other in page.blocks.values():
                right = use.at[0] < other.at[0] < use.at[0] + _PIN * count
                assert not (right and use.at[1] < other.at[1] < use.at[1] + _PIN * count), (use.id, other.id)
    assert widest > 8
