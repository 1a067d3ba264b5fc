"""Looks at inputs inside functions that would end the process: the look fails in the place of the op behind it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from msgspec.structs import replace
from tensorflow.core.framework import types_pb2

from app.document.model.page_symbol import symbol_of_text
from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan, PlanFunction, PlanNode
from app.engine.compiler.value_guards import RANK_CHECK
from app.engine.diagnostics.failed_op import Array
from app.engine.diagnostics.origins import Origins
from app.engine.tf.graph_builder import build_what_can
from app.engine.tf.input_guards import Look, Looking, inputs_before_checks, look_at
from blocks.op_facts.fatal_inputs import GUARDED


class FunctionGuards:
    """The looks of a plan's functions. ``plan`` is the plan with them."""

    def __init__(self, plan: Plan, folder: Path, *, can_call: bool = True) -> None:
        """Put a look before each op in a function that needs one; none where the ops ``can_call`` no Python."""
        self._refused: list[Problem] = []
        self._graph = tf.Graph()  # TensorFlow forgets what looks with the last graph that calls it
        guarded = [any(n.op in GUARDED for n in f.nodes) for f in plan.functions]
        self.plan = plan
        if can_call and any(guarded):
            functions = [
                self._with_looks(plan, f, folder) if needs else f
                for f, needs in zip(plan.functions, guarded, strict=True)
            ]
            self.plan = replace(plan, functions=tuple(functions))

    def take_refused(self) -> list[Problem]:
        """Return the problems of what was refused since the last time, at the addresses of the blocks."""
        refused, self._refused = self._refused, []
        return refused

    def _with_looks(self, plan: Plan, function: PlanFunction, folder: Path) -> PlanFunction:
        inner = inner_plan(function, plan.functions)
        graph, _ = build_what_can(inner, folder)
        built = {op.name for op in graph.get_operations()}
        origins = Origins(inner)
        found: list[PlanNode] = []
        for node in function.nodes:
            plain = next((n for n in inner.nodes if f"{function.place}/{n.name}" == node.name), None)
            if plain is not None and plain.op in GUARDED and plain.name in built:
                look = look_at(graph, plain)
                inputs = inputs_before_checks(graph, plain)
                if look is not None and not any(t.dtype.base_dtype == tf.resource for t in inputs):
                    looking = Looking(inner, look, inputs, origins, plan)
                    looks = self._looks(function, node, look, looking, inputs)
                    node = replace(node, inputs=[*node.inputs, f"^{looks[-1].name}"])
                    found += looks
            found.append(node)
        return replace(function, nodes=tuple(found))

    def _looks(
        self, function: PlanFunction, node: PlanNode, look: Look, looking: Looking, inputs: list[tf.Tensor]
    ) -> list[PlanNode]:
        """Return the node that looks at inputs of another one, behind those that give it their shapes."""
        nodes = {n.name: n for n in function.nodes}
        refs, dtypes, shapes = list[str](), list[str](), list[PlanNode]()
        for i in (*look.values, *look.shapes):
            ref = node.inputs[i]
            check = nodes.get(ref.removesuffix(":0"))
            if check is not None and check.name.endswith(f"/{RANK_CHECK}"):
                ref = check.inputs[0]
            dtype = types_pb2.DataType.Name(inputs[i].dtype.base_dtype.as_datatype_enum)
            if i in look.shapes:
                attrs = {"T": dtype, "out_type": "DT_INT32"}
                shapes.append(PlanNode(f"{node.name}/guard/shape_{i}", "Shape", node.block, [ref], attrs))
                ref, dtype = f"{shapes[-1].name}:0", "DT_INT32"
            refs.append(ref)
            dtypes.append(dtype)
        with self._graph.as_default():
            made = tf.numpy_function(partial(self._allows, function, looking), [], [tf.bool])[0]
        attrs = {"token": made.op.get_attr("token"), "Tin": dtypes, "Tout": ["DT_BOOL"]}
        return [*shapes, PlanNode(f"{node.name}/guard/look", "PyFunc", node.block, refs, attrs)]

    def _allows(self, function: PlanFunction, looking: Looking, *seen: Array) -> Any:
        """Return True where an op may run with what is seen of its inputs; raise ValueError where not."""
        refused = looking.refused(seen)
        if refused is None:
            return np.bool_(True)
        problem = refused.problem
        related = (*problem.related, symbol_of_text(function.page))
        self._refused.append(replace(problem, block=f"{function.block}/{problem.block}", related=related))
        raise ValueError("an input would end the process")


def inner_plan(function: PlanFunction, functions: tuple[PlanFunction, ...] = ()) -> Plan:
    """Return a function as if its page stood by itself, with placeholders for its arguments."""
    prefix, block = f"{function.place}/", len(function.block) + 1
    args = [
        PlanNode(
            pin.name.removeprefix(prefix),
            "Placeholder",
            pin.name.removeprefix(prefix),
            [],
            {"dtype": pin.dtype},
        )
        for pin in function.args
    ]
    nodes = [
        replace(
            n,
            name=n.name.removeprefix(prefix),
            block=n.block[block:],
            inputs=[ref.replace(prefix, "", 1) for ref in n.inputs],
        )
        for n in function.nodes
    ]
    return Plan(page=function.page, nodes=(*args, *nodes), symbols=function.symbols, functions=functions)
