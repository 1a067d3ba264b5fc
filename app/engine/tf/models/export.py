"""Writes a page as a model, in the worker: the values of its Variables, its graph, then the file of the format."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import numpy as np

from app.document.model.problems import Problem
from app.document.resources.grants import Bounds
from app.engine.compiler.plan import Plan
from app.engine.exchange.model_plan import ModelPlan
from app.engine.ipc.handlers import EXPORT_MODEL
from app.engine.ipc.packing import unpack
from app.engine.ipc.requests import ExportReply, ExportRequest
from app.engine.tf.graph_builder import build_graph
from app.engine.tf.models.frozen import frozen
from app.engine.tf.models.graph_parts import GraphParts
from app.engine.tf.models.lite import lite_model
from app.engine.tf.models.onnx import onnx_model
from app.engine.tf.models.saved_model import served, write_saved_model
from app.engine.tf.page_session import PageSession
from app.engine.tf.run_context import Array
from app.engine.values.results import TensorValue
from app.engine.values.run_fault import RunFault
from app.engine.worker.bounds_held import hold_bounds
from app.engine.worker.client import Client
from app.engine.worker.main import limit_memory

FILE = "model"  # the file, or the folder of a SavedModel, in the folder that was given for it


def export(body: bytes, client: Client) -> None:
    """Write a model (handler of EXPORT_MODEL); the reply says what stands in the way, or what is to be known."""
    request = EXPORT_MODEL.read_request(body)
    os.chdir(request.folder)
    hold_bounds(Bounds(request.ground, request.grants))
    limit_memory(request.memory_limit)
    try:
        plan = msgspec.msgpack.decode(request.plan, type=Plan)
        problems = _write(request, plan, msgspec.msgpack.decode(request.model, type=ModelPlan))
    except RunFault as fault:
        problems = fault.problems
    client.reply(ExportReply(problems))


def _write(request: ExportRequest, plan: Plan, model: ModelPlan) -> list[Problem]:
    variables = _variables(request, plan)
    page, target = build_graph(model.plan, Path(request.folder)), Path(request.target)
    if request.kind == "saved_model":
        write_saved_model(served(model, page), variables, target / FILE)
        return []
    parts = GraphParts(page)
    one = frozen(parts, parts.add("", model.signatures[0]), variables, model.plan)
    problems: list[Problem] = []
    if request.kind == "frozen":
        data = one.graph.SerializeToString(deterministic=True)
    elif request.kind == "tflite":
        data, problems = lite_model(one, model.plan, target / "saved_model")
    else:
        data = onnx_model(one, model.plan)
    (target / FILE).write_bytes(data)
    return problems


def _variables(request: ExportRequest, plan: Plan) -> dict[str, Array]:
    """Return the values with which the Variables begin, as a run begins them; a snapshot's in their place."""
    if not plan.variables:
        return {}
    session = PageSession(plan, request.folder)
    try:
        session.initialise()
        values = unpack(request.start, [np.frombuffer(part, np.uint8) for part in request.start_parts])
        session.restore({block: v.array for block, v in values.items() if isinstance(v, TensorValue)})
        return session.variables()
    finally:
        session.close()
