"""How an entry of the tables and an op's signature become a block, and which entries are refused."""

from __future__ import annotations

import msgspec
import pytest

from blocks.declare import Row
from blocks.derive import BadEntry, declared_symbol, generated_symbol, split_title
from blocks.symbol import Op, OpArg, OpAttr

OP = Op(
    name="Blend",
    inputs=(
        OpArg(name="x", type_attr="T"),
        OpArg(name="parts", type_attr="T", number_attr="N"),
        OpArg(name="size", dtype="DT_INT32"),
    ),
    outputs=(OpArg(name="y", type_attr="T"),),
    attrs=(
        OpAttr(name="T", type="type"),
        OpAttr(name="N", type="int", minimum=1),
        OpAttr(name="mode", type="string", allowed=("a", "b")),
        OpAttr(name="rate", type="float", default=0.5, has_default=True),
    ),
)
ROW = Row(ins=("scope", "x", "parts", "size", "mode", "attrs"), outs=("y",))


def row(**changes: object) -> Row:
    return msgspec.structs.replace(ROW, **changes)


def test_what_the_op_says_need_not_be_typed() -> None:
    symbol = declared_symbol("Blend", "math", ROW, OP)
    pins = {pin.name: pin for pin in symbol.pins}
    assert pins["parts"].kind == "list(tensor)"
    assert pins["parts"].many
    assert pins["size"].dtype == "DT_INT32"
    assert pins["x"].required
    assert (pins["mode"].kind, pins["mode"].wire, pins["mode"].required) == ("string", False, True)
    assert [attr.name for attr in symbol.attrs] == ["rate_"]
    assert [pin.name for pin in symbol.pins][-2:] == ["y", "result_y"]


def test_a_default_makes_a_value_pin_optional() -> None:
    symbol = declared_symbol("Blend", "math", row(default={"mode": "a"}), OP)
    assert symbol.pin("mode").required is False


def test_other_names_lead_to_tensorflows() -> None:
    entry = row(ins=("scope", "left", "parts", "size", "mode", "attrs"), arg={"left": "x"})
    symbol = declared_symbol("Blend", "math", entry, OP)
    assert symbol.pin("left").arg == "x"
    assert symbol.pin("x", "in").name == "left"


def test_optional_attrs_can_be_given_where_no_attrs_pin_is_drawn() -> None:
    symbol = declared_symbol("Blend", "math", row(ins=ROW.ins[:-1]), OP)
    assert symbol.pin("attrs").hidden
    assert declared_symbol("Blend", "math", ROW, OP).pin("attrs").hidden is False


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ins": ("scope", "x", "parts", "mode", "attrs")}, "input size"),
        ({"ins": ("scope", "x", "parts", "size", "attrs")}, "attr mode"),
        ({"ins": (*ROW.ins, "sise")}, "sise"),
        ({"outs": ("z",)}, "z"),
        ({"default": {"mod": "a"}}, "default.mod"),
    ],
)
def test_an_entry_that_does_not_fit_the_op_is_refused(changes: dict[str, object], named: str) -> None:
    with pytest.raises(BadEntry, match=named):
        declared_symbol("Blend", "math", row(**changes), OP)


def test_a_generated_block_shows_what_must_be_given() -> None:
    symbol = generated_symbol("Blend", "math", Row(), OP)
    assert [pin.name for pin in symbol.inputs] == ["scope", "x", "parts", "size", "mode", "attrs"]
    assert not symbol.original


def test_an_op_without_outputs_gives_its_operation() -> None:
    symbol = generated_symbol("Do", "math", Row(), Op(name="Do"))
    assert [(pin.name, pin.kind) for pin in symbol.outputs] == [("operation", "operation")]


def test_a_misspelt_key_of_the_tables_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="defualt"):
        msgspec.convert({"defualt": {"mode": "a"}}, Row)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Sum", ("Sum",)),
        ("MatrixInverse", ("MatrixInverse",)),
        ("ResourceApplyAdagradV2", ("ResourceApply", "AdagradV2")),
        ("QuantizedConv2DWithBiasAndReluAndRequantize", 3),
    ],
)
def test_titles_break_between_words(name: str, lines: tuple[str, ...] | int) -> None:
    found = split_title(name)
    assert "".join(found) == name
    assert found == lines if isinstance(lines, tuple) else len(found) == lines
