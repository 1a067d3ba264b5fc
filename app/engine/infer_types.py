"""What inference tells of a page: dtype and static shape of every output pin, and the faults that they show."""

from __future__ import annotations

import msgspec

from app.document.problems import Problem
from app.engine.plan_types import Plan


class PinType(msgspec.Struct, frozen=True):
    """One output pin. ``shape`` is None where the rank is unknown; None in it is an unknown size."""

    dtype: str  # NumPy's name, as float32
    shape: tuple[int | None, ...] | None

    def __str__(self) -> str:
        """Return the text form, as ``float32 [?, 35, 35, 3]``."""
        if self.shape is None:
            return f"{self.dtype} ?"
        return f"{self.dtype} [{', '.join('?' if n is None else str(n) for n in self.shape)}]"


class InferOrder(msgspec.Struct):
    """A request for inference: the plan (with everything in it) and the project's folder.

    ``trace``: mark each block that is built, to find the one that ends the process.
    """

    plan: Plan
    folder: str
    trace: bool = False


class Inference(msgspec.Struct, kw_only=True):
    """The answer to a request for inference: types by ``block.pin`` (``block.pin[i]`` in lists), and problems."""

    types: dict[str, PinType]
    problems: list[Problem]
    seconds: float = 0.0
