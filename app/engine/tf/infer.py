"""Inference inside the worker: dtypes and static shapes of a page's outputs, and the faults that they show.

Nothing runs, and nothing is read from files or devices: outputs of ops that would are placeholders of unknown shape, as
TensorFlow's own shape functions evaluate constant subgraphs, ReadFile among them.
"""

from __future__ import annotations

import gc
import time
from pathlib import Path

from msgspec.structs import replace

from app.document.model.problems import Problem
from app.document.resources.inlining import inlined
from app.engine.compiler.collector import without_collector
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from app.engine.compiler.plan_walk import place_behind
from app.engine.compiler.resource_form import as_built
from app.engine.inference.blocked_blocks import blocked_blocks
from app.engine.inference.input_types import required_types
from app.engine.inference.plan_index import for_types
from app.engine.inference.python_types import undeclared_inputs
from app.engine.inference.result import Inference
from app.engine.inference.watched_types import condition_problems, monitor_problems
from app.engine.ipc.handlers import INFER
from app.engine.ipc.requests import InferRequest
from app.engine.tf.element_shapes import typed
from app.engine.tf.error_messages import weighed
from app.engine.tf.graph_builder import build_graph, build_what_can
from app.engine.tf.graph_import import refuse_impossible_shapes
from app.engine.tf.op_cache import OpCache
from app.engine.tf.static_types import static_type
from app.engine.tf.type_propagation import types_of
from app.engine.tf.typed_page import TypedPage
from app.engine.values.run_fault import RunFault
from app.engine.worker.client import Client
from app.engine.worker.session import Trace

_CACHE = OpCache()


def run_inference(body: bytes, client: Client) -> None:
    """Answer an InferRequest with an Inference (the worker's handler INFER)."""
    client.reply(answer(body, client.progress.mark))
    tidy()


def answer(body: bytes, mark: Trace) -> Inference:
    """Do what an encoded InferRequest asks; ``mark`` is called with each block where the request says so."""
    started = time.perf_counter()
    request = INFER.read_request(body)
    if request.plan is not None:
        plan, folder = request.plan, Path(request.folder)
        found = infer_anew(plan, folder, mark) if request.trace else infer(plan, folder)
    elif request.trace:
        found = _traced(request, mark)
    else:
        found = _FOLLOWED.answer(request)
    return replace(found, seconds=time.perf_counter() - started)


def tidy() -> None:
    """Free what the last answer has replaced, which takes a while on a large page: nobody waits for it any more."""
    _FOLLOWED.replaced = None


def _traced(request: InferRequest, mark: Trace) -> Inference:
    """Infer a page by building it whole, with marks."""
    page, folder = request.page, Path(request.folder)
    assert page is not None
    plan = make_plan(page, folder, everything=True, own=request.own, archives=request.archives)
    found = infer_anew(plan, folder, mark)
    found.plan_problems, found.dtypes = list(plan.problems), plan.types
    whole = inlined(page, request.own.pages).page
    found.required = required_types(whole, plan, found.types, request.own.catalog())
    found.blocked = blocked_blocks(whole, plan.problems, plan.unbuilt, found.problems, found.types)
    return found


class FollowedPages:
    """The page that was asked about last, with its types: who asks about the next state of it names only the change."""

    def __init__(self, cache: OpCache) -> None:
        self._cache = cache
        self._state = ""
        self._typed: TypedPage | None = None
        self.replaced: TypedPage | None = None  # by the last answer

    def answer(self, request: InferRequest) -> Inference:
        """Return the types of a page, or what has changed in them since the state before."""
        typed, self._typed = (
            self._typed,
            None,
        )  # should anything be raised, the next state is asked about anew
        folder, page = Path(request.folder), request.page
        found: Inference | None = None
        if page is None:
            assert request.change is not None
            if typed is None or request.since != self._state:
                return Inference(types={}, problems=[], is_unknown=True)
            found, page = typed.follow(request.change, request.own), typed.page
        if typed is None or found is None:
            gc.unfreeze()
            with without_collector():
                self.replaced = typed
                typed = TypedPage(page, folder, request.own, request.archives, self._cache)
            found = typed.whole
            gc.freeze()  # it stays: the garbage collector need not look through it after each edit
        self._state, self._typed = request.state, typed
        return found


_FOLLOWED = FollowedPages(_CACHE)


def infer(plan: Plan, folder: Path, cache: OpCache = _CACHE) -> Inference:
    """Infer a page that was planned with ``everything``; the problems are TensorFlow's only.

    Uses what ``cache`` knows from pages before, and leaves there what it learns.
    """
    started = time.perf_counter()
    view, walk, inner = typed(plan, folder, cache)
    types = types_of(view.plan.outputs, walk.type_of)
    problems = [
        *walk.problems,
        *inner,
        *undeclared_inputs(plan, types),
        *condition_problems(plan.until, types),
        *monitor_problems(plan.monitored, types),
    ]
    found = weighed(set(plan.used_blocks), problems)
    return Inference(types=types, problems=found, seconds=time.perf_counter() - started)


def infer_anew(plan: Plan, folder: Path, trace: Trace | None = None) -> Inference:
    """Infer a page by building it whole, as for a run; ``trace`` is called with each block, as build_graph says."""
    started = time.perf_counter()
    whole, plan = plan, for_types(as_built(plan, everything=True)).plan
    problems: list[Problem] = []
    try:
        graph = build_graph(plan, folder, trace)
        refuse_impossible_shapes(graph.get_operations())
    except (RunFault, ValueError):
        graph, problems = build_what_can(plan, folder)
    faulty = {p.block for p in problems if p.block is not None}  # some leave nodes in the graph nevertheless
    types = types_of(plan.outputs, lambda ref: None if place_behind(faulty, ref) else static_type(graph, ref))
    problems += [*undeclared_inputs(whole, types), *condition_problems(whole.until, types)]
    problems += monitor_problems(whole.monitored, types)
    found = weighed(set(plan.used_blocks), problems)
    return Inference(types=types, problems=found, seconds=time.perf_counter() - started)
