"""The sizes of the weights of recurrent cells, which follow from those of the inputs and of the cell.

TensorFlow's shape functions do not look at them; its kernels refuse all others.
"""

from __future__ import annotations

from collections.abc import Mapping

from blocks.tensor_spec import Shape

# A size: how often the number of inputs, and how often that of cells, goes into it.
_Size = tuple[int, int]

_LSTM: dict[str, tuple[_Size, ...]] = {"w": ((1, 1), (0, 4)), "b": ((0, 4),)}
_GRU: dict[str, tuple[_Size, ...]] = {
    "w_ru": ((1, 1), (0, 2)),
    "w_c": ((1, 1), (0, 1)),
    "b_ru": ((0, 2),),
    "b_c": ((0, 1),),
}
_CELLS = {"LSTMBlockCell": _LSTM, "BlockLSTM": _LSTM, "BlockLSTMV2": _LSTM, "GRUBlockCell": _GRU}

RECURRENT = frozenset(_CELLS)
INPUTS, STATE = "x", "h_prev"  # the arguments whose last sizes are the numbers of inputs and of cells


def weight_sizes(op: str, shapes: Mapping[str, Shape | None]) -> dict[str, tuple[int, ...]]:
    """Return which shape each weight of a cell must have; none where the inputs' or the cell's size is not known."""
    x, state = shapes.get(INPUTS), shapes.get(STATE)
    inputs, cells = (x[-1] if x else None), (state[-1] if state else None)
    if inputs is None or cells is None:
        return {}
    return {
        argument: tuple(a * inputs + b * cells for a, b in sizes) for argument, sizes in _CELLS[op].items()
    }
