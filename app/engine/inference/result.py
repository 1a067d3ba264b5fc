"""What inference finds of a page: dtype and static shape of every output pin, and the faults that they show."""

from __future__ import annotations

import msgspec

from app.document.model.problems import Problem
from blocks.tensor_spec import TensorSpec


class Inference(msgspec.Struct, kw_only=True):
    """The answer to a request for inference: types by ``block.pin`` (``block.pin[i]`` in lists), and problems.

    ``seconds``: the worker's pure work, from the request's bytes to the answer. Only where a page was asked about,
    not a plan: ``required``, what inputs accept (see `input_types.required_types`); ``blocked``, see
    `blocked_blocks.blocked_blocks`; ``plan_problems``, and ``dtypes`` of the plan, as DT_ names.
    """

    types: dict[str, TensorSpec]
    problems: list[Problem]
    seconds: float = 0.0
    required: dict[str, TensorSpec] = {}
    plan_problems: list[Problem] | None = None
    dtypes: dict[str, str] = {}
    blocked: dict[str, str] = {}  # block that is not built -> the block at fault before it
