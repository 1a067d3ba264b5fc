"""What Variables begin with and what constants are, as a window shows it before any run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.document.model.diagram import ArrayRef, Page
from app.document.resources.companion_files import Companions
from app.document.resources.function_pages import FunctionPages
from app.editor.results.initial_values import initial_value
from tests.support.function_pages import named


def pages() -> tuple[Page, list[Page]]:
    """Return a page of layers whose kernels lie beside the project, and the pages that stand on it."""
    layer = named(
        "layer",
        {"x": "Argument", "kernel": "Argument", "w": "Variable", "mul": "MatMul", "y": "Result"},
        "kernel.output -> w.initvalues\nx.output -> mul.a\nw.ref -> mul.b\nmul.product -> y.input",
    )
    two = named(
        "two",
        {"x": "Argument", "first": "Argument", "a": "page:layer", "b": ("page:layer", {"kernel": "{{2.0f}}"}),
         "y": "Result"},
        "x.output -> a.x\nfirst.output -> a.kernel\na.y -> b.x\nb.y -> y.input",
    )  # fmt: skip
    blocks = {
        "u": ("page:two", {"first": ArrayRef("w.npz", "k")}),
        "c": ("Const", {"val": "{1,2,3}"}),
        "filled": ("Variable", {"dtype": "float", "shape": "{2,2}", "initvalues": "0.5f"}),
        "zeros": ("Variable", {"dtype": "DT_INT64", "shape": "{3}"}),
        "typed": ("Variable", {"initvalues": "{1.5f,2.5f}"}),
        "sum": "Add",
        "computed": "Variable",
        "open": ("Variable", {"initvalues": ""}),
    }
    return named("main", blocks, "c.output -> sum.x\nsum.z -> computed.initvalues"), [layer, two]


@pytest.mark.parametrize(
    ("key", "dtype", "values"),
    [
        ("u/a/w.ref", "float32", [[0.25, 0.5], [0.75, 1.0]]),
        ("u/b/w.ref", "float32", [[2.0]]),
        ("u/first.output", "float32", [[0.25, 0.5], [0.75, 1.0]]),
        ("c.output", "int32", [1, 2, 3]),
        ("filled.ref", "float32", [[0.5, 0.5], [0.5, 0.5]]),
        ("zeros.ref", "int64", [0, 0, 0]),
        ("typed.ref", "float32", [1.5, 2.5]),
    ],
)
def test_the_diagram_says_what_an_output_begins_with(
    tmp_path: Path, key: str, dtype: str, values: list[object]
) -> None:
    """Also within uses, whose Arguments bring it from an array beside the project."""
    np.savez(tmp_path / "w.npz", k=np.array([[0.25, 0.5], [0.75, 1.0]], np.float32))
    main, others = pages()
    found = initial_value(main, FunctionPages.of(others), Companions.of(tmp_path), key)
    assert found is not None
    assert (found.dtype, found.array.tolist()) == (dtype, values)


@pytest.mark.parametrize(
    "key",
    ["page:a.output", "computed.ref", "open.ref", "sum.z", "u/b/mul.product", "u.y", "no.ref", "u/a/w.ref"],
)
def test_what_only_a_run_says_is_not_known_before(tmp_path: Path, key: str) -> None:
    """So is an array whose file is missing."""
    main, others = pages()
    assert initial_value(main, FunctionPages.of(others), Companions.of(tmp_path), key) is None
