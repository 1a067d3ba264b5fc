"""The kinds of monitors: their sizes, their options, and which one fits a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from app.engine.values.results import Value
    from blocks.tensor_spec import TensorSpec

SIZES: dict[str, tuple[float, float]] = {
    "picture": (210.0, 230.0), "number": (190.0, 84.0), "curve": (340.0, 210.0), "table": (300.0, 240.0),
    "text": (280.0, 150.0), "histogram": (300.0, 210.0), "control": (220.0, 70.0),
}  # fmt: skip
TITLES = {
    "number": "Number", "curve": "Curve", "table": "Table", "picture": "Picture or heat map",
    "histogram": "Histogram", "text": "Text", "control": "Control",
}  # fmt: skip
_TABLE_CELLS = 100  # a larger matrix is a heat map
_PICTURE_SIDE = 8  # a tensor with fewer pixels is hardly an image


class Option(NamedTuple):
    """One option: its name in the file, its words, its kind, what it is where the file names none.

    ``choices`` are (value, words); the first one is the default.
    """

    name: str
    title: str
    kind: Literal["flag", "number", "whole", "text", "texts", "choice"]
    default: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    tip: str = ""


_SLICE = Option(
    "slice", "Part", "text", tip="As in Python: [0, :, :, 2] shows two axes at indices of the others"
)
_ENDS = (
    Option("min", "From", "number", tip="The low end; empty: the least value"),
    Option("max", "To", "number", tip="The high end; empty: the greatest value"),
)
_GRID = Option("grid", "Grid", "flag", True)
_FORMAT = (
    Option(
        "format", "Numbers", "choice",
        choices=(("auto", "All digits"), ("fixed", "Fixed digits"), ("scientific", "Scientific"),
                 ("hex", "Hexadecimal")),
    ),
    Option("digits", "Digits", "whole", tip="After the point, for fixed and scientific numbers"),
)  # fmt: skip
OPTIONS: dict[str, tuple[Option, ...]] = {
    "number": (*_FORMAT, Option("unit", "Unit", "text")),
    "curve": (
        Option("names", "Names", "texts", tip="One a line, in the order of the pins"),
        Option("log", "Logarithmic values", "flag"),
        Option("log_x", "Logarithmic steps", "flag"),
        *_ENDS,
        Option("last", "Last steps only", "whole", tip="So many; empty: the whole run"),
        _GRID,
        Option("legend", "Legend", "flag", True),
    ),
    "table": (
        Option("layout", "Layout", "choice", choices=(("list", "List of elements"), ("grid", "Grid of two axes"))),
        _SLICE,
        *_FORMAT,
        Option("colours", "Colour by value", "flag"),
    ),
    "picture": (
        _SLICE,
        Option("transpose", "Swap rows and columns", "flag"),
        Option(
            "colours", "Colours", "choice",
            choices=(("auto", "As the tensor says"), ("heat", "Heat map"), ("grey", "Grey")),
        ),
        *_ENDS,
        Option("legend", "Colour scale", "flag", True),
    ),
    "histogram": (
        _SLICE,
        Option("bins", "Bars", "whole"),
        *_ENDS,
        Option("log", "Logarithmic counts", "flag"),
        _GRID,
    ),
    "text": (_SLICE, Option("wrap", "Wrap long lines", "flag", True)),
    "control": (
        Option(
            "control", "Kind of control", "choice",
            choices=(("auto", "As the text says"), ("slider", "Slider"), ("number", "Number field"),
                     ("switch", "Switch"), ("text", "Text field")),
        ),
        *_ENDS,
        Option("step", "Step", "number"),
    ),
}  # fmt: skip


def fitting_kind(value: Value | None, known: TensorSpec | str = "", many_steps: bool = False) -> str:
    """Return the kind of monitor that fits a value, or where there is none yet a type (a dtype's label).

    A scalar is a curve where the page runs many steps, else a number.
    """
    from app.engine.values.results import ListValue, TensorValue  # late: it needs NumPy

    if isinstance(value, ListValue) and value.items:
        value = value.items[0]
    if isinstance(value, TensorValue):
        return _kind_of(value.dtype, tuple(value.shape), many_steps)
    if isinstance(known, str) or known.shape is None:
        dtype = known if isinstance(known, str) else known.dtype
        return "text" if dtype == "string" else "table"
    return _kind_of(known.dtype or "", known.shape, many_steps)


def _kind_of(dtype: str, shape: tuple[int | None, ...], many_steps: bool) -> str:
    if dtype == "string":
        return "text"
    sizes = [1 if n is None else n for n in shape]
    total = 1
    for n in sizes:
        total *= n
    if total == 1 and None not in shape:
        return "curve" if many_steps and dtype != "bool" else "number"
    if dtype.startswith("complex"):
        return "table"
    if len(shape) in (3, 4) and _is_image(shape):
        return "picture"
    if len(shape) == 2 and (total > _TABLE_CELLS or (None in shape and max(sizes) > _PICTURE_SIDE)):
        return "picture"
    return "table"


def _is_image(shape: tuple[int | None, ...]) -> bool:
    """Return whether a shape is that of images: [h, w, c], [n, h, w] or [n, h, w, c]."""
    if shape[-1] in (1, 3, 4):
        height, width = shape[-3], shape[-2]
    elif len(shape) == 3:
        height, width = shape[1], shape[2]
    else:
        return False
    return all(n is None or n >= _PICTURE_SIDE for n in (height, width))
