"""Finds shapes that a plan leaves open: of what functions give, and so of the elements of datasets and of loops.

A plan is made without TensorFlow, so it knows the shape of a tensor only where that is a constant. Here the body of a
function is walked as a page is, with what it takes in place of its arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from app.document.model.page_symbol import symbol_of_text
from app.document.model.problems import Problem
from app.engine.compiler.elements import (
    Element,
    Given,
    GivenInputs,
    common_element,
    element_of,
    has_elements,
    merged_shapes,
    with_stored,
)
from app.engine.compiler.function_bodies import Body
from app.engine.compiler.function_pins import outcome, taken
from app.engine.compiler.plan import Fetch, Plan, PlanFunction, PlanNode
from app.engine.compiler.resource_form import as_built
from app.engine.compiler.value_guards import positions
from app.engine.inference.plan_index import ForTypes, for_types
from app.engine.tf.op_cache import OpCache
from app.engine.tf.shape_clashes import (
    Clashes,
    gives_scalars,
    judged,
    of_branches,
    of_loop,
    of_rows,
    of_scalars,
)
from app.engine.tf.type_propagation import Walk
from blocks.catalog import load
from blocks.dtypes import BY_LABEL
from blocks.op_facts.datasets import BEGINNING_DATA, ITERATORS, OF_SLICES
from blocks.op_facts.functions import BRANCHING, CALLS, COUNTED, HIDDEN
from blocks.op_facts.shape_functions import NEVER_RUN_FOR_SHAPES
from blocks.symbol import Op
from blocks.tensor_spec import Shape, TensorSpec

Types = Mapping[str, TensorSpec]  # by tensor

_BODIES = OpCache()  # of the ops in functions; a walk of a page is never interrupted by them
_ROUNDS = 3  # of a loop, until the shapes of what it passes on no longer change


def has_open_shapes(plan: Plan) -> bool:
    """Return whether shapes may be found of what functions give, or of the elements of iterators."""
    return bool(plan.functions) or any(node.op in ITERATORS for node in plan.nodes)


class WithShapes(NamedTuple):
    """A plan with the shapes that can be found, what is wrong in its functions, and shapes that never agree."""

    plan: Plan
    faults: list[Problem]
    clashes: list[Clashes]


class Typed(NamedTuple):
    """A plan as it is walked for types, and what only looking into its functions shows to be wrong."""

    view: ForTypes
    walk: Walk
    inner: list[Problem]


def with_shapes(plan: Plan, types: Types, folder: Path) -> WithShapes:
    """Return the plan with the shapes that can be found; ``types`` are those found without them."""
    finder = _Finder(plan, types, folder)
    nodes = tuple([finder.node(node) for node in plan.nodes])
    elements = finder.elements
    outputs = {
        key: replace(f, element=elements[f.refs[0]]) if f.element is not None and f.refs[0] in elements else f
        for key, f in plan.outputs.items()
    }
    return WithShapes(replace(plan, nodes=nodes, outputs=outputs), finder.all_faults, finder.clashes)


class _Finder:
    """Goes through the nodes of a page or a function, sources first."""

    def __init__(self, plan: Plan, types: Types, folder: Path) -> None:
        self._plan, self._types, self._folder = plan, types, folder
        self._nodes = {node.name: node for node in plan.nodes}
        self._functions = {function.name: function for function in plan.functions}
        self._begun = {n.inputs[1]: n.inputs[0] for n in plan.nodes if n.op in BEGINNING_DATA}
        self.elements: dict[str, Element] = {}  # by the tensor of a dataset or iterator
        self.faults: dict[str, list[Problem]] = {}  # by function, of its blocks
        self.clashes: list[Clashes] = []

    @property
    def all_faults(self) -> list[Problem]:
        """What is wrong in the functions: warnings, as nothing says that they are called."""
        every = (fault for faults in self.faults.values() for fault in faults)
        return [replace(fault, severity="warning") for fault in every]

    def node(self, node: PlanNode) -> PlanNode:
        """Return a node with the shapes that can be found; what its elements are is noted."""
        op = load().op(node.op)
        if op is None or not (node.op in CALLS or has_elements(op)):
            return node
        given = self._given(op, node)
        if given is None:
            return node
        element: Element | None = None
        if node.op in COUNTED:
            return self._loop(node, given["input"][HIDDEN:])
        if node.op in OF_SLICES:
            self.clashes.append(of_rows(node, given["components"]))
        calls = CALLS.get(node.op)
        if calls is not None and (calls.of or gives_scalars(calls)):
            node, element = self._called(op, node, given)
        element = element_of(op, node.attrs, given) if element is None else element
        shapes = node.attrs.get("output_shapes")
        if element is not None and shapes:
            node = replace(node, attrs={**node.attrs, "output_shapes": merged_shapes(shapes, element)})
        if element is not None:
            self.elements[f"{node.name}:0"] = element
        return node

    def _given(self, op: Op, node: PlanNode) -> GivenInputs | None:
        """Return what a node takes, by the op's argument; None where something of it has no type."""
        found: dict[str, list[Given]] = {arg.name: [] for arg in op.inputs}
        for arg, position in positions(op, node):
            ref = node.inputs[position]
            one = self._one(ref)
            if one is None:
                return None
            found[arg.name].append(one)
        source = self._begun.get(f"{node.name}:0") if node.op in ITERATORS else None
        if source is not None and (one := self._one(source)) is not None:
            found["input_dataset"] = [one]
        return with_stored(op, node.attrs, found)

    def _one(self, ref: str) -> Given | None:
        known = self._types.get(ref)
        if known is None:
            return None
        source = self._nodes.get(ref.removesuffix(":0"))
        value = source.value if source is not None and source.op == "Const" else None
        return Given(BY_LABEL[known.dtype].name, known.shape, value, self.elements.get(ref, known.element))

    def _called(
        self, op: Op, node: PlanNode, given: Mapping[str, Sequence[Given]]
    ) -> tuple[PlanNode, Element | None]:
        """Return the node of a call with the shapes of what it gives, and the elements of a dataset that it gives."""
        calls = CALLS[node.op]
        bodies: dict[str, list[Body]] = {}
        for attr, takes in calls.functions.items():
            names = node.attrs[attr]
            args = taken(op, takes.takes, given, bodies)
            if args is None:
                return node, None
            bodies[attr] = [
                Body(function, tuple(args), tuple(self._results(function, args)))
                for function in map(
                    self._functions.__getitem__, (names,) if isinstance(names, str) else names
                )
            ]
        self.clashes.append(of_scalars(node, calls, bodies))
        if not calls.of:
            return node, None
        found = outcome(op, calls, given, bodies, {})
        if calls.outcome != "outputs" or found.element is None:
            return node, found.element
        if op.attr("output_shapes") is None:
            return node, None
        every = [(attr, body) for attr, those in bodies.items() for body in those]
        branches = [tuple([TensorSpec("", one.shape) for one in body.results]) for _, body in every]
        if node.op in BRANCHING:
            self.clashes.append(of_branches(node, every))
        shapes = [part.shape for part in common_element(branches)]
        if not node.attrs.get("output_shapes"):
            node = replace(node, attrs={**node.attrs, "output_shapes": shapes})
        return node, None

    def _loop(self, node: PlanNode, inputs: Sequence[Given]) -> PlanNode:
        """Return a loop with the shapes that what it passes on has in every round."""
        body, cond = (self._functions[node.attrs[name]] for name in ("body", "cond"))
        inputs = [one._replace(value=None) for one in inputs]
        shapes: list[Shape | None] = [one.shape for one in inputs]
        gives = first = self._results(body, inputs)
        clashes = of_loop(node, body, inputs, first[HIDDEN:])
        self.clashes.append(clashes)
        for _ in range(_ROUNDS):
            before = tuple([TensorSpec("", shape) for shape in shapes])
            after = tuple([TensorSpec("", one.shape) for one in gives[HIDDEN:]])
            now = [part.shape for part in common_element([before, after])]
            if now == shapes:
                break
            shapes = now
            gives = self._results(body, _shaped(inputs, shapes))
        else:
            shapes = [None] * len(shapes)
            self._results(body, _shaped(inputs, shapes))
        if clashes.remarks and not self.faults.get(body.name):  # what only the second round would show
            self._results(body, _shaped(inputs, [one.shape for one in first[HIDDEN:]]))
        self._results(cond, _shaped(inputs, shapes))
        said = node.attrs["output_shapes"]
        known = tuple([TensorSpec("", shape) for shape in ((),) * HIDDEN + tuple(shapes)])
        return replace(node, attrs={**node.attrs, "output_shapes": merged_shapes(said, known)})

    def _results(self, function: PlanFunction, args: Sequence[Given]) -> list[Given]:
        """Return what a function gives for such arguments; the hidden ones of a loop are scalars."""
        hidden = len(function.args) - len(args)
        given = [Given("DT_INT32", ())] * hidden + list(args)
        stand_ins = [
            PlanNode(pin.name, "Placeholder", function.block, [], {"dtype": pin.dtype, "shape": one.shape})
            for pin, one in zip(function.args, given, strict=True)
        ]
        plan = Plan(page=function.page, nodes=(*stand_ins, *function.nodes), functions=self._plan.functions)
        walk, types = _walked(plan, self._folder)
        elements: dict[str, Element] = {}
        for pin, one in zip(function.args, given, strict=True):
            if one.element is not None and f"{pin.name}:0" in types:
                elements[f"{pin.name}:0"] = one.element
        inner = _Finder(plan, types, self._folder)
        inner.elements.update(elements)
        nodes = tuple([inner.node(node) for node in plan.nodes])
        if nodes != plan.nodes:
            walk, types = _walked(replace(plan, nodes=nodes), self._folder)
        symbol = symbol_of_text(function.page)
        self.faults[function.name] = [replace(p, related=(*p.related, symbol)) for p in walk.problems]
        self.faults.update(inner.faults)
        self.clashes += inner.clashes
        found = []
        for result in function.results:
            known = types.get(result.ref)
            shape = None if known is None else known.shape
            found.append(Given(result.dtype, shape, None, inner.elements.get(result.ref)))
        return found


def _shaped(inputs: Sequence[Given], shapes: Sequence[Shape | None]) -> list[Given]:
    """Return what a loop's functions get, with other shapes."""
    return [one._replace(shape=shape) for one, shape in zip(inputs, shapes, strict=True)]


def _walked(plan: Plan, folder: Path) -> tuple[Walk, dict[str, TensorSpec]]:
    """Return a walk of some nodes, and the types of all tensors, of what comes from files among them."""
    outputs = {
        f"{node.name}.{i}": Fetch("", (f"{node.name}:{i}",), (arg.dtype,))
        for node in plan.nodes
        if node.op in NEVER_RUN_FOR_SHAPES and (op := load().op(node.op)) is not None
        for i, arg in enumerate(op.outputs)
        if arg.dtype is not None
    }
    view = for_types(replace(plan, outputs=outputs))
    walk = Walk(view.plan, folder, _BODIES)
    walk.go()
    return walk, _types(view, walk)


def _types(view: ForTypes, walk: Walk) -> dict[str, TensorSpec]:
    """Return what a walk has found, by the tensors of the plan itself."""
    types = dict(walk.types())
    types.update({ref: types[other] for ref, other in view.stands_for.items() if other in types})
    return types


def fault_of_page(plan: Plan, folder: Path, block: str, pin: str) -> Problem | None:
    """Return what the shapes of what pages give say is wrong at a pin that names one; None where they say nothing."""
    faults = typed(plan, folder, OpCache()).inner
    return next((p for p in faults if (p.block, p.pin) == (block, pin)), None)


def typed(plan: Plan, folder: Path, cache: OpCache) -> Typed:
    """Walk a plan; where shapes are open that can be found, once more with them."""
    plan = as_built(plan, everything=True)
    view = for_types(plan)
    walk = Walk(view.plan, folder, cache)
    walk.go()
    if not has_open_shapes(plan):
        return Typed(view, walk, [])
    found = with_shapes(plan, _types(view, walk), folder)
    if found.plan != plan:
        view = for_types(found.plan)
        walk = Walk(view.plan, folder, cache)
        walk.go()

    def faults(other: Plan) -> list[Problem]:
        again = Walk(for_types(other).plan, folder, _BODIES)
        again.go()
        return again.problems

    return Typed(view, walk, [*found.faults, *judged(found.clashes, found.plan, faults)])
