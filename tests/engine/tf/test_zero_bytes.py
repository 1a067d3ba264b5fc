"""A text that ends in a zero byte is shown whole, whatever stands beside it on the page."""

from __future__ import annotations

from app.engine.host.engine import Engine
from tests.support.pages import page, run


def test_texts_are_whole_beside_a_variable_and_behind_a_switch(engine: Engine) -> None:
    blocks = {
        "text": ("DecodeBase64", {"input": '"YQA"'}),  # an a and a zero byte
        "choose": ("Switch", {"pred": "true"}),
        "count": ("Variable", {"initvalues": "0"}),
        "more": ("AssignAdd", {"value": "1"}),
    }
    wires = "text.output -> choose.data\ncount.ref -> more.ref"
    result = run(engine, page(blocks, wires, steps=2))
    assert result.ok
    assert result.results["text.output"].array.item() == b"a\0"
    assert result.results["choose.output_true"].array.item() == b"a\0"
