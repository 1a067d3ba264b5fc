"""What inference tells of a page: dtype and static shape of every output pin, and the faults that they show."""

from __future__ import annotations

import msgspec

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan
from blocks.tensor_spec import TensorSpec


class InferOrder(msgspec.Struct):
    """A request for inference: a plan (with everything in it) or a page to be planned, and the project's folder.

    ``trace``: mark each block that is built, to find the one that ends the process.
    """

    plan: Plan | None
    folder: str
    page: Page | None = None
    trace: bool = False


class Inference(msgspec.Struct, kw_only=True):
    """The answer to a request for inference: types by ``block.pin`` (``block.pin[i]`` in lists), and problems.

    ``seconds``: the worker's pure work, from the order's bytes to the answer. ``wanted``: what inputs want, see
    ``wanted.wanted_types``; only where a page was asked about, not a plan, as are ``planned`` (the problems of its
    plan) and ``dtypes`` (the plan's, as DT_ names).
    """

    types: dict[str, TensorSpec]
    problems: list[Problem]
    seconds: float = 0.0
    wanted: dict[str, TensorSpec] = {}
    planned: list[Problem] | None = None
    dtypes: dict[str, str] = {}
    waiting: dict[str, str] = {}  # block that is not built -> the block at fault before it
