"""Parameters and memory of blocks, by the types of their outputs."""

from __future__ import annotations

from msgspec.structs import replace

from app.document.model.diagram import PinRef
from app.document.resources.function_pages import FunctionPages
from app.document.resources.weights import weight_of
from blocks.tensor_spec import TensorSpec
from tests.support.function_pages import named


def spec(dtype: str, *shape: int | None) -> TensorSpec:
    return TensorSpec(dtype, shape)


def test_variables_and_constants_count_and_uses_hold_what_is_within() -> None:
    """An initial value that a use gives is not counted besides its Variable."""
    dense = named(
        "dense",
        {"x": "Argument", "start": "Argument", "scale": "Argument", "w": "Variable", "mul": "MatMul", "add": "Add",
         "y": "Result"},
        "start.output -> w.initvalues\nx.output -> mul.a\nw.ref -> mul.b\nmul.product -> add.x\n"
        "scale.output -> add.y\nadd.z -> y.input",
    )  # fmt: skip
    given = {"start": "{{1.0f,2.0f},{3.0f,4.0f}}", "scale": "{1.0f,2.0f}"}
    main = named(
        "main", {"one": ("page:dense", given), "two": ("page:dense", given), "c": "Const", "n": "Const"}
    )
    types = {"c.output": spec("float64", 3, 5), "n.output": spec("int32", 9)}
    for use in ("one", "two"):
        types[f"{use}/w.ref"] = spec("float32", 2, 2)
        types[f"{use}/start.output"] = spec("float32", 2, 2)
        types[f"{use}/scale.output"] = spec("float32", 2)
    functions = FunctionPages.of([dense])
    assert weight_of([main.blocks["one"]], functions, types) == (6, 24)
    assert weight_of(main.blocks.values(), functions, types) == (2 * 6 + 15, 2 * 24 + 120)


def test_what_is_not_known_does_not_count() -> None:
    """A Variable of open size, or of a type that is not inferred yet, says nothing."""
    page = named("main", {"a": "Variable", "b": "Variable", "h": "Variable"})
    types = {"a.ref": spec("float32", None, 3), "b.ref": "float32", "h.ref": spec("bfloat16", 4)}
    assert weight_of(page.blocks.values(), FunctionPages.of([]), types) == (4, 8)


def test_a_wire_to_a_block_that_is_not_there_leads_nowhere() -> None:
    """A page may come from a damaged file."""
    dense = named("dense", {"start": "Argument", "w": "Variable"}, "start.output -> w.initvalues")
    gone = PinRef.parse("gone.initvalues")
    dense = replace(dense, wires=[replace(wire, target=gone) for wire in dense.wires])
    main = named("main", {"one": ("page:dense", {"start": "{1.0f,2.0f}"})})
    types = {"one/w.ref": spec("float32", 2), "one/start.output": spec("float32", 2)}
    assert weight_of(main.blocks.values(), FunctionPages.of([dense]), types)[0] >= 2
