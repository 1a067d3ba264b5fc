"""What inference finds of a page: dtype and static shape of every output pin, and the faults that they show."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from app.document.model.problems import Problem
from blocks.tensor_spec import TensorSpec

_Value = TypeVar("_Value")


class Gone(msgspec.Struct, frozen=True, omit_defaults=True):
    """Keys of an `Inference` that are no longer there, where only what has changed is sent."""

    types: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    dtypes: tuple[str, ...] = ()


class Inference(msgspec.Struct, kw_only=True):
    """The answer to a request for inference: types by ``block.pin`` (``block.pin[i]`` in lists), and problems.

    ``seconds``: the worker's pure work, from the request's bytes to the answer. Only where a page was asked about,
    not a plan: ``required``, what inputs accept (see `input_types.required_types`); ``blocked``, see
    `blocked_blocks.blocked_blocks`; ``plan_problems``, and ``dtypes`` of the plan, as DT_ names.

    ``gone``: types, required types and dtypes are only those that have changed since the state before.
    """

    types: dict[str, TensorSpec]
    problems: list[Problem]
    seconds: float = 0.0
    required: dict[str, TensorSpec] = {}
    plan_problems: list[Problem] | None = None
    dtypes: dict[str, str] = {}
    blocked: dict[str, str] = {}  # block that is not built -> the block at fault before it
    gone: Gone | None = None
    is_unknown: bool = False  # the state that a change was named from is not known: nothing else is answered

    def since(self, before: Inference) -> Inference:
        """Return the whole of an answer that has only what has changed since the one ``before``."""
        gone = self.gone
        if gone is None:
            return self
        return msgspec.structs.replace(
            self,
            types=_changed(before.types, gone.types, self.types),
            required=_changed(before.required, gone.required, self.required),
            dtypes=_changed(before.dtypes, gone.dtypes, self.dtypes),
            gone=None,
        )


def _changed(before: dict[str, _Value], gone: tuple[str, ...], now: dict[str, _Value]) -> dict[str, _Value]:
    if not gone and not now:
        return before  # an answer never changes afterwards
    whole = dict(before)
    for key in gone:
        whole.pop(key, None)
    whole.update(now)
    return whole
