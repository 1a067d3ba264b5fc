"""The shipped catalog: what it finds, how little it needs, and what each block promises."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from blocks.catalog import Catalog, load
from blocks.symbol import Symbol
from blocks.wiring import TAKES


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def symbols() -> list[Symbol]:
    catalog = load()
    return [symbol for name in catalog.names() if (symbol := catalog.get(name))]


def test_loading_imports_neither_tensorflow_nor_numpy_nor_qt() -> None:
    program = (
        "import sys; from blocks.catalog import load; c = load(); c.get('Conv2D'); c.op('Conv2D');"
        "c.help('Conv2D'); c.search('crop');"
        "print([m for m in ('tensorflow', 'numpy', 'PySide6', 'tomllib', 'tomli') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_crop_and_resize_grad_image_as_the_manual_shows_it(catalog: Catalog) -> None:
    symbol = catalog.get("CropAndResizeGradImage")
    assert symbol is not None
    assert symbol.title == ("CropAndResize", "GradImage")
    assert [pin.name for pin in symbol.inputs] == [
        "scope",
        "grads",
        "boxes",
        "box_ind",
        "image_size",
        "T",
        "attrs",
    ]
    assert [pin.name for pin in symbol.outputs] == ["output"]
    assert symbol.pin("T").default == "DT_DOUBLE"
    assert symbol.pin("boxes").dtype == "DT_FLOAT"
    assert [(attr.name, attr.default, attr.allowed) for attr in symbol.attrs] == [
        ("method_", "bilinear", ("bilinear", "nearest"))
    ]


def test_an_unknown_name_is_none(catalog: Catalog) -> None:
    assert catalog.get("NoSuchBlock") is None
    assert catalog.op("NoSuchOp") is None
    assert catalog.help("NoSuchBlock") == ""


def test_tensorflows_name_finds_the_originals_block(catalog: Catalog) -> None:
    assert catalog.get("ConcatV2") is catalog.get("Concat")
    assert catalog.get("raw.MatMul") is catalog.get("MatMul")
    assert catalog.get("raw.ConcatV2") is catalog.get("Concat") is catalog.get("ConcatV2")


def test_the_originals_names_win_over_ops_of_the_same_name(catalog: Catalog) -> None:
    assert catalog.get("Concat").op == "ConcatV2"
    assert catalog.get("raw.Concat").op == "Concat"
    assert catalog.get("Const").op is None
    assert catalog.get("raw.Const").op == "Const"


def test_each_name_stands_in_one_category(catalog: Catalog) -> None:
    listed = [name for _, names in catalog.categories() for name in names]
    assert listed == catalog.names()
    assert max(Counter(listed).values()) == 1
    assert all(symbol.name in dict(catalog.categories())[symbol.category] for symbol in symbols())


def test_each_block_has_help() -> None:
    catalog = load()
    assert [name for name in catalog.names() if not catalog.help(name)] == []


def test_titles_fit_three_lines() -> None:
    assert [s.name for s in symbols() if not 1 <= len(s.title) <= 3 or not all(s.title)] == []


def test_a_pin_is_found_by_direction_and_name() -> None:
    for symbol in symbols():
        names = [(pin.direction, name) for pin in symbol.pins for name in (pin.name, *pin.aliases)]
        assert len(names) == len(set(names)), symbol.name


def test_a_required_pin_has_no_default_and_a_wired_kind_is_known() -> None:
    for symbol in symbols():
        for pin in symbol.inputs:
            assert not (pin.required and pin.default is not None), (symbol.name, pin.name)
            assert not pin.wire or pin.kind in TAKES, (symbol.name, pin.name)


def test_every_output_has_a_result_that_shows_it() -> None:
    special = {
        "ClientSession",
        "Input_Initializer",
        "Operation",
        "Tensor",
        "FeedType",
        "AddSymbolicGradients",
    }
    for symbol in symbols():
        shown = {symbol.shown_by(pin).name for pin in symbol.pins if pin.direction == "result" and pin.arg}
        if symbol.name not in special:
            assert shown == {pin.name for pin in symbol.outputs}, symbol.name


def test_a_block_that_cannot_run_says_why(catalog: Catalog) -> None:
    assert "no CPU kernel" in catalog.get("QuantizedReluX").unavailable
    assert "function" in catalog.get("TPUPartitionedCall").unavailable
    assert "Use FFT" in catalog.get("BatchFFT").unavailable
    assert "scope" in catalog.get("Scope").unavailable
    assert catalog.get("ResourceApplyMomentum").unavailable is None  # VarHandleOp makes its handles
    assert catalog.get("BatchDataset").unavailable is None  # RangeDataset and others make its input


def test_wired_types_win_over_type_attrs(catalog: Catalog) -> None:
    """A type that follows from an input is neither a pin nor an attr of its block."""
    for name in ("MatMul", "AddV2", "Einsum", "Sum"):
        symbol = catalog.get(name)
        names = {pin.attr for pin in symbol.pins} | {attr.attr for attr in symbol.attrs}
        assert not names & {"T", "N", "Tidx"}


_TOGETHER = """
import sys, threading
sys.setswitchinterval(1e-6)
from blocks.catalog import load
catalog, start = load(), threading.Barrier(6)
def ask(names):
    start.wait()
    for name in names:
        catalog.get(name)
names = ["MatMul", "Const", "Add", "Reshape", "Split", "Square", "Cast"]
threads = [threading.Thread(target=ask, args=(names[first:],)) for first in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_threads_that_ask_for_their_first_symbols_at_once_do_not_end_the_process() -> None:
    ends = [subprocess.run([sys.executable, "-c", _TOGETHER], check=False).returncode for _ in range(20)]
    assert set(ends) == {0}
