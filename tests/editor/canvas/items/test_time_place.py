"""The time that a block takes stands on its lower edge and leaves the result pins free."""

from __future__ import annotations

import pytest

from app.editor.canvas.items.painting import time_place
from app.editor.layout.block_geometry import PIN_RADIUS, shape_of
from blocks.catalog import load


@pytest.mark.parametrize(
    "symbol", ["Const", "Add", "Unique", "SparseSoftmaxCrossEntropyWithLogits", "FusedBatchNorm"]
)
def test_a_time_covers_no_result_pin(symbol: str) -> None:
    found = load().get(symbol)
    assert found is not None
    shape = shape_of(found)
    place = time_place(shape, width=58.0, height=14.0)
    results = [pin for pin in shape.pins if pin.role == "result"]
    assert results
    assert all(pin.x + PIN_RADIUS <= place.left() for pin in results)
    assert place.top() < shape.height < place.bottom()
