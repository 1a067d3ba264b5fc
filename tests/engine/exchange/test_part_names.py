"""A page that several parts of a model share bears a name that speaks for all of them."""

from __future__ import annotations

import pytest

from app.engine.exchange.part_names import common_name


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["dense", "dense_1", "dense_2"], "dense"),
        (["b0_bn", "b1_bn", "b2_bn"], "bn"),
        (["stem", "b0_conv", "b1_conv", "b2_conv"], "conv"),
        (["stem", "block1_Conv", "block2_conv"], "block_Conv"),
        (["query", "key", "value"], "key, query, value"),
        (["left", "right", "up", "down"], "left"),
    ],
)
def test_a_shared_page_is_called_what_most_of_its_parts_are_called(names: list[str], expected: str) -> None:
    assert common_name(names) == expected
