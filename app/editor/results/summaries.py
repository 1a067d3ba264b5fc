"""Values of runs in a few words: dtype, shape and first values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blocks.tensor_spec import shape_text

if TYPE_CHECKING:
    from app.engine.values.results import Value


def summary(value: object) -> str:
    """Return a result in a few words: dtype, shape and first values on a second line; texts as they are."""
    if isinstance(value, str):
        return value
    from app.editor.values.texts import first_values  # late: both need NumPy
    from app.engine.values.results import ListValue, NoValue, TensorValue

    if isinstance(value, TensorValue):
        return f"{value.dtype} {shape_text(value.shape)}\n{first_values(value.array)}"
    if isinstance(value, ListValue):
        items = "\n".join(summary(item) for item in value.items[:3])
        return f"list of {len(value.items)}\n{items}"
    return f"no value: {value.reason}" if isinstance(value, NoValue) else str(value)


def in_a_line(value: object) -> str:
    """Return a value on one line: ``int32 [3] = [0, 7, 2]``."""
    kind, _, rest = summary(value).partition("\n")
    values = " ".join(rest.split())
    if not values:
        return kind
    return f"{kind} = {values}" if kind.endswith("[]") else f"{kind} = [{values}]"


def summary_cells(value: Value) -> tuple[str, str, str]:
    """Return dtype, shape and first values of a result, as the cells of a row."""
    from app.editor.values.texts import first_values  # late: both need NumPy
    from app.engine.values.results import ListValue, TensorValue

    if isinstance(value, TensorValue):
        return value.dtype, shape_text(value.array.shape), first_values(value.array)
    if isinstance(value, ListValue):
        parts = [summary_cells(item) for item in value.items[:4]]
        more = "; …" if len(value.items) > 4 else ""
        return "list", f"{len(value.items)} tensors", "; ".join(p[2] for p in parts) + more
    return value.dtype, "", f"({value.reason})"
