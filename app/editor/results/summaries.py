"""Values of runs in a few words: dtype, shape and first values."""

from __future__ import annotations

from blocks.tensor_spec import shape_text


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
