"""What ``tensorblocks blocks`` says of a symbol, as data and as text."""

from __future__ import annotations

import json

from blocks.catalog import load
from blocks.describe import describe, describe_text


def test_the_json_form_has_the_documented_keys_for_every_block() -> None:
    catalog = load()
    for name in catalog.names():
        described = describe(catalog.get(name), catalog)
        assert json.loads(json.dumps(described)) == described
        assert {
            "symbol",
            "category",
            "title",
            "op",
            "pins",
            "attrs",
            "help",
            "unavailable",
        } <= described.keys()
        for pin in described["pins"]:
            documented = {"name", "direction", "kind", "dtype", "default", "example", "required", "aliases"}
            assert documented <= pin.keys()
        for attr in described["attrs"]:
            assert {"name", "kind", "default", "allowed"} <= attr.keys()


def test_a_misnamed_pin_bears_its_right_name_and_the_drawn_one_as_alias() -> None:
    catalog = load()
    pins = {pin["name"]: pin for pin in describe(catalog.get("LinSpace"), catalog)["pins"]}
    assert pins["stop"]["aliases"] == ["Input"]
    assert pins["stop"]["op_arg"] == "stop"


def test_the_text_form_has_pins_attrs_and_help() -> None:
    catalog = load()
    text = describe_text(catalog.get("CropAndResizeGradImage"), catalog)
    assert text.startswith("CropAndResizeGradImage  (image_ops")
    assert "T           type; one of DT_FLOAT, DT_HALF, DT_DOUBLE; default DT_DOUBLE" in text
    assert "method_  string; default bilinear; one of bilinear, nearest" in text
    assert "Computes the gradient of the crop_and_resize op wrt the input image tensor." in text


def test_the_text_form_says_why_a_block_cannot_run() -> None:
    catalog = load()
    assert "Not available: TensorFlow no longer reads LMDB" in describe_text(
        catalog.get("LMDBReader"), catalog
    )


def test_what_a_block_may_touch_is_said_for_each() -> None:
    catalog = load()
    assert describe(catalog.get("WriteFile"), catalog)["touches"] == ["write"]
    assert describe(catalog.get("MatMul"), catalog)["touches"] == []
    assert describe(catalog.get("DatasetFromGraph"), catalog)["touches"] == [
        "read", "write", "net", "process", "python",
    ]  # fmt: skip
    assert "It may read files." in describe_text(catalog.get("ReadFile"), catalog)
    assert "It may" not in describe_text(catalog.get("MatMul"), catalog)
