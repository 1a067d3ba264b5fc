"""The catalog against the facts about the original: every symbol, pin, text, attr and mapping."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

from blocks.catalog import load
from blocks.symbol import Pin, Symbol

FACTS = os.environ.get("TENSORBLOCKS_FACTS")
pytestmark = [
    pytest.mark.facts,
    pytest.mark.skipif(not FACTS, reason="TENSORBLOCKS_FACTS is not set"),
]

# Literal dtypes of the original that TensorFlow's op would refuse, and what the op takes.
REFUSED_DTYPES = {
    ("EditDistance", "hypothesis_shape"): "DT_INT64",
    ("EditDistance", "truth_shape"): "DT_INT64",
    ("ExpandDims", "axis"): "DT_INT32",
}
INTERFACES = {
    "Operation": "operation",
    "OutputList": "list(tensor)",
    "InputList": "list(tensor)",
    "std::vector<tensorflow::Output>": "list(tensor)",
    "FeedType": "feed",
    "Status": "status",
}


def facts() -> list[dict[str, Any]]:
    if not FACTS:
        return []
    return json.loads((Path(FACTS) / "symbols.json").read_text(encoding="utf-8"))


SYMBOLS = facts()
per_symbol = pytest.mark.parametrize("fact", SYMBOLS, ids=[fact["symbol"] for fact in SYMBOLS])


def symbol_of(fact: dict[str, Any]) -> Symbol:
    symbol = load().get(fact["symbol"])
    assert symbol is not None
    return symbol


def pin_of(fact: dict[str, Any], pin: dict[str, Any]) -> Pin:
    found = symbol_of(fact).pin(pin.get("code_name") or pin["name"], pin["direction"])
    assert found is not None
    return found


def test_the_originals_490_symbols_are_there_and_no_other_claims_to_be_one() -> None:
    catalog = load()
    assert len(SYMBOLS) == 490
    originals = {name for name in catalog.names() if (s := catalog.get(name)) and s.original}
    assert originals == {fact["symbol"] for fact in SYMBOLS}


@per_symbol
def test_category_title_and_op(fact: dict[str, Any]) -> None:
    symbol = symbol_of(fact)
    assert symbol.name == fact["symbol"]
    assert symbol.category == fact["category"]
    assert symbol.op == fact["tf_op"]
    assert "".join(symbol.title) == "".join((fact["title"] or fact["symbol"]).split("\n"))
    assert len(symbol.title) == len((fact["title"] or "x").split("\n"))


@per_symbol
def test_each_pin_is_found_under_its_right_and_its_drawn_name(fact: dict[str, Any]) -> None:
    symbol = symbol_of(fact)
    for pin in fact["pins"]:
        ours = pin_of(fact, pin)
        drawn = "attrs" if pin["literal_kind"] == "attrs" else pin["name"]  # attrs_343 and the like
        assert ours.name == (drawn if fact["symbol"] == "Output" else pin.get("code_name", drawn))
        assert symbol.pin(pin["name"], pin["direction"]) is ours
    for missing in fact["missing_pins"]:
        added = symbol.pin(missing["name"], "in")
        assert added is not None
        assert added.arg == missing["op_arg"]
        assert added.required


@per_symbol
def test_no_pin_is_there_twice_and_only_repairs_are_added(fact: dict[str, Any]) -> None:
    symbol = symbol_of(fact)
    ours = [(pin.direction, pin.name) for pin in symbol.pins]
    assert len(ours) == len(set(ours))
    drawn = {(pin["direction"], pin_of(fact, pin).name) for pin in fact["pins"]}
    own = {("in", "once")} if symbol.name == "ClientSession" else set()  # no page of the original has it
    added = set(ours) - drawn - own - {("in", pin["name"]) for pin in fact["missing_pins"]}
    hidden_attrs = {("in", pin.name) for pin in symbol.pins if pin.kind == "attrs" and pin.hidden}
    results = {("result", f"result_{output.name}") for output in symbol.outputs}
    assert added <= hidden_attrs | results


@per_symbol
def test_pins_keep_the_order_of_the_drawing(fact: dict[str, Any]) -> None:
    drawn = [pin for pin in fact["pins"] if pin["direction"] == "in" and pin["xy"]]
    left = [pin for pin in drawn if pin["xy"][0] < 100 and pin["interface"] != "Scope"]
    expected = [pin_of(fact, pin).name for pin in sorted(left, key=lambda pin: pin["xy"][1])]
    ours = [pin.name for pin in symbol_of(fact).inputs if pin.name in expected]
    assert ours == expected


@per_symbol
def test_pins_map_to_tensorflows_names(fact: dict[str, Any]) -> None:
    for pin in fact["pins"]:
        ours, name = pin_of(fact, pin), pin["name"]
        if not fact["tf_op"] or pin["direction"] == "result":
            continue
        mapping = fact["pin_to_op_arg"] if pin["direction"] == "in" else fact["output_to_op_arg"]
        assert ours.arg == mapping.get(name)
        assert ours.attr == (fact["pin_to_op_attr"].get(name) if pin["direction"] == "in" else None)


@per_symbol
def test_kinds_of_pins(fact: dict[str, Any]) -> None:
    for pin in fact["pins"]:
        ours = pin_of(fact, pin)
        if pin["interface"] == "Scope":
            assert ours.kind == "scope"
        elif pin["direction"] == "result":
            assert not ours.wire
        elif pin["literal_kind"] and "tensor" not in pin["literal_kind"] and fact["tf_op"]:
            assert ours.kind == pin["literal_kind"]
            assert not ours.wire
        elif pin["interface"] in INTERFACES and fact["tf_op"]:
            assert ours.kind == INTERFACES[pin["interface"]]
            assert ours.wire


@per_symbol
def test_library_texts_are_defaults_or_examples(fact: dict[str, Any]) -> None:
    for pin in fact["pins"]:
        text = (pin["default"] or "").strip()
        if pin["direction"] == "in" and text:
            ours = pin_of(fact, pin)
            assert text in (ours.default, ours.example), pin["name"]


@per_symbol
def test_literal_dtypes(fact: dict[str, Any]) -> None:
    for pin in fact["pins"]:
        dtype = pin["literal_dtype"] or ""
        if dtype.startswith("DT_"):
            ours = pin_of(fact, pin)
            assert ours.dtype == REFUSED_DTYPES.get((fact["symbol"], ours.name), dtype)


@per_symbol
def test_attrs(fact: dict[str, Any]) -> None:
    ours = {attr.name: attr for attr in symbol_of(fact).attrs}
    for attr in fact["attrs"]:
        found = ours[attr["name"]]
        assert (found.attr, found.kind) == (attr["op_attr"], attr["kind"])
        assert same(found.default, attr["default"])
        assert list(found.allowed or ()) == (attr["allowed"] or [])


@per_symbol
def test_misspelt_attrs_of_the_library_are_taken(fact: dict[str, Any]) -> None:
    known = {key for attr in symbol_of(fact).attrs for key in (attr.name, *attr.aliases)}
    for pin in fact["pins"]:
        if pin["literal_kind"] == "attrs":
            keys = [part.split("=")[0].strip() for part in (pin["default"] or "").split(";")]
            assert {key for key in keys if key} <= known


@per_symbol
def test_blocks_without_a_cpu_kernel_say_so(fact: dict[str, Any]) -> None:
    if fact["cpu_kernel"] is False:
        assert symbol_of(fact).unavailable


def test_texts_that_tensorflow_refuses_are_no_defaults() -> None:
    catalog = load()
    cases = [
        ("QuantizeV2", "T"),  # DT_DOUBLE is no quantized type
        ("Requantize", "out_type"),
        ("ParseExample", "sparse_types"),
        ("RestoreV2", "dtypes"),  # {}: at least one is needed
        ("DynamicPartition", "num_partitions"),  # 0
        ("StringToHashBucketStrong", "key"),  # 0: two numbers are needed
        ("ConditionalAccumulator", "dtype"),  # double
        ("Variable", "initvalues"),
        ("RandomNormal", "shape"),
    ]
    for name, pin in cases:
        symbol = catalog.get(name)
        found = symbol.pin(pin, "in") if symbol else None
        assert found is not None
        assert found.default is None, (name, pin)
        assert found.example, (name, pin)


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-6)
    if isinstance(theirs, list) and theirs:
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if theirs == {"unknown_rank": True}:
        return ours is None
    return ours == theirs or (ours in (None, [], "") and theirs in (None, [], ""))
