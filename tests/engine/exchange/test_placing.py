"""Where the blocks of a model's page stand, and what the page shows of them."""

from __future__ import annotations

from app.document.model.diagram import ArrayRef, Block, PinRef, Wire
from app.engine.exchange.placing import placed
from blocks.catalog import load


def wire(source: str, target: str) -> Wire:
    return Wire(source=PinRef(*source.split(".")), target=PinRef(*target.split(".")))


def test_the_example_of_an_input_stands_beside_the_input() -> None:
    """However far the session is that is fed with it."""
    chain = [f"i{k}" for k in range(6)]
    blocks = {
        "x": Block(id="x", symbol="Placeholder", pins={"dtype": "DT_FLOAT"}),
        "x_value": Block(id="x_value", symbol="Input_Initializer", pins={"t": "{1.0f}"}),
        "feed": Block(id="feed", symbol="FeedType"),
        **{name: Block(id=name, symbol="Identity") for name in chain},
        "run": Block(id="run", symbol="ClientSession"),
    }
    wires = [wire("x.output", "feed.input"), wire("x_value.output", "feed.initializer")]
    wires += [wire(f"{a}.output", f"{b}.input") for a, b in zip(["x", *chain], chain, strict=False)]
    wires += [wire("feed.feedtype", "run.feedtype"), wire("i5.output", "run.fetch_outputs")]
    found = placed(blocks, wires, load())
    assert found["x_value"].at[0] == found["x"].at[0]
    assert found["feed"].at[0] == found["i0"].at[0]
    assert found["x"].at[0] < found["i0"].at[0] < found["i5"].at[0]


def test_a_weight_stands_right_before_what_takes_it() -> None:
    blocks = {
        "x": Block(id="x", symbol="Placeholder", pins={"dtype": "DT_FLOAT"}),
        **{f"i{k}": Block(id=f"i{k}", symbol="Identity") for k in range(4)},
        "w": Block(id="w", symbol="Const", pins={"val": ArrayRef("m.npz", "w")}),
        "read": Block(id="read", symbol="Identity"),
        "product": Block(id="product", symbol="MatMul"),
    }
    wires = [
        wire(f"{a}.output", f"{b}.input") for a, b in (("x", "i0"), ("i0", "i1"), ("i1", "i2"), ("i2", "i3"))
    ]
    wires += [
        wire("w.output", "read.input"),
        wire("i3.output", "product.a"),
        wire("read.output", "product.b"),
    ]
    found = placed(blocks, wires, load())
    assert found["read"].at[0] == found["i3"].at[0]
    assert found["w"].at[0] == found["i2"].at[0]
