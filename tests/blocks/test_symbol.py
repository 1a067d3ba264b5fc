"""Pins by name and alias: one rule for files, wires and the engine."""

from __future__ import annotations

from blocks.catalog import load
from blocks.symbol import Pin, Symbol, pins_by_name


def _symbol(*pins: Pin) -> Symbol:
    return Symbol(name="Mine", category="test", title=("Mine",), pins=pins)


def _in(name: str, *aliases: str) -> Pin:
    return Pin(name=name, direction="in", kind="tensor", aliases=aliases)


def test_own_names_win_over_aliases_whatever_the_order() -> None:
    for pins in ((_in("a", "b"), _in("b")), (_in("b"), _in("a", "b"))):
        symbol = _symbol(*pins)
        assert pins_by_name(symbol, "in")["b"].name == "b"
        assert symbol.pin("b") == symbol.pin("b", "in") == _in("b")


def test_of_an_alias_that_two_pins_bear_the_first_pins_holds() -> None:
    symbol = _symbol(_in("a", "old"), _in("b", "old"))
    assert pins_by_name(symbol, "in")["old"].name == "a"
    assert symbol.pin("old") == symbol.pin("old", "in") == _in("a", "old")


def test_an_alias_holds_within_its_direction() -> None:
    """Output's input answers to ``output`` as the end of a wire; an address of that name is the output."""
    output = load().get("Output")
    assert output is not None
    assert pins_by_name(output, "in")["output"].name == "output_op"
    assert pins_by_name(output, "out")["output"].name == "output"
    assert output.pin("output") == output.pin("output", "out")


def test_symbols_of_one_name_are_not_mixed_up() -> None:
    one, other = _symbol(_in("a")), _symbol(_in("b"))
    assert list(pins_by_name(one, "in")) == ["a"]
    assert list(pins_by_name(other, "in")) == ["b"]
    assert list(pins_by_name(one, "in")) == ["a"]


def test_no_two_pins_of_the_catalog_share_a_name_or_an_alias() -> None:
    for name in load().names():
        symbol = load().get(name)
        assert symbol is not None
        for direction in ("in", "out", "result"):
            words = [w for p in symbol.pins if p.direction == direction for w in {p.name, *p.aliases}]
            assert len(words) == len(set(words)), (name, direction)
