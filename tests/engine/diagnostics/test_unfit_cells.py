"""Weights of recurrent cells whose shape does not go with their inputs are found before a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.model.problems import Problem
from app.engine.compiler.make_plan import make_plan
from app.engine.diagnostics.origins import arguments
from app.engine.diagnostics.unfit_cells import unfit_weights
from app.messages.texts import actual_text, requirement_text
from blocks.tensor_spec import Shape
from tests.support.pages import page

_LSTM = {"x": (1, 2), "cs_prev": (1, 3), "h_prev": (1, 3), "w": (5, 12), "wci": (3,), "b": (12,)}
_GRU = {"x": (1, 2), "h_prev": (1, 3), "w_ru": (5, 6), "w_c": (5, 3), "b_ru": (6,), "b_c": (3,)}


@pytest.mark.parametrize(
    ("op", "shapes", "pin", "needs", "got"),
    [
        ("LSTMBlockCell", {"w": (4, 12)}, "w", "[5, 12]", "[4, 12]"),
        ("LSTMBlockCell", {"w": (5, 3)}, "w", "[5, 12]", "[5, 3]"),
        ("LSTMBlockCell", {"b": (3,)}, "b", "[12]", "[3]"),
        ("BlockLSTM", {"x": (7, 1, 2), "w": (2, 12)}, "w", "[5, 12]", "[2, 12]"),
        ("GRUBlockCell", {"w_c": (5, 6)}, "w_c", "[5, 3]", "[5, 6]"),
        ("GRUBlockCell", {"b_ru": (3,)}, "b_ru", "[6]", "[3]"),
    ],
)
def test_weights_of_another_shape_are_named_with_the_shape_that_fits(
    op: str, shapes: dict[str, Shape], pin: str, needs: str, got: str
) -> None:
    found = _judged(op, shapes)
    assert found is not None
    assert (found.code, found.block, found.pin) == ("bad-shape", "c", pin)
    assert (requirement_text(found), actual_text(found)) == (needs, got)
    assert found.related == ("c.x", "c.h_prev")


@pytest.mark.parametrize("shapes", [{}, {"w": (None, 12)}, {"w": None}, {"x": None, "w": (1, 1)}])
def test_weights_that_fit_or_are_not_known_are_no_fault(shapes: dict[str, Shape | None]) -> None:
    assert _judged("LSTMBlockCell", shapes) is None


def _judged(op: str, shapes: dict[str, Shape | None]) -> Problem | None:
    fitting = _GRU if op.startswith("GRU") else _LSTM
    every = {**fitting, **shapes}
    blocks = {f"v{name}": ("Placeholder", {"dtype": "DT_FLOAT"}) for name in every}
    wires = [f"v{name}.output -> c.{name}" for name in every]
    texts = {} if op.startswith("GRU") else {"wcf": "{0f}", "wco": "{0f}"}
    texts |= {"seq_len_max": "1"} if op == "BlockLSTM" else {}
    plan = make_plan(page({**blocks, "c": (op, texts)}, "\n".join(wires)), Path(), everything=True)
    node = next(n for n in plan.nodes if n.name == "c")
    return unfit_weights(plan, node, [every.get(argument.name) for argument in arguments(plan, node)])
