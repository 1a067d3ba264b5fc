"""The dtype and static shape of a pin, as inference finds them."""

from __future__ import annotations

import msgspec


class PinType(msgspec.Struct, frozen=True):
    """One pin. ``shape`` is None where the rank is unknown; None in it is an unknown size."""

    dtype: str  # NumPy's name, as float32
    shape: tuple[int | None, ...] | None

    def __str__(self) -> str:
        """Return the text form, as ``float32 [?, 35, 35, 3]``."""
        if self.shape is None:
            return f"{self.dtype} ?"
        return f"{self.dtype} [{', '.join('?' if n is None else str(n) for n in self.shape)}]"
