"""Lowers a Python block: one PyFunc node, and what the worker must know to call the function behind it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.document.model.diagram import Block
from app.document.model.python_symbol import python_symbol
from app.document.model.sentence import say
from app.document.resources.python_blocks import PythonBlocks, PythonSource, sources_of
from app.document.resources.python_source import Parameter, PythonFault, fits
from app.engine.compiler.errors import PinFault
from app.engine.compiler.lowering import Lowering, Rewrite
from app.engine.compiler.plan import PlanNode, PythonCall
from blocks.dtypes import BY_LABEL
from blocks.requirement import Actual, Requirement, ShapeOf

PYTHON_OP = "PyFunc"


def python_rewrites(python: PythonBlocks) -> dict[str, Rewrite]:
    """Return how the nodes of Python blocks are made, by the ops of their own."""
    return {name: _Rewriting(python) for name in python.functions}


class _Rewriting:
    """Makes a PyFunc node of one that stands for a Python block."""

    def __init__(self, python: PythonBlocks) -> None:
        self._python = python

    def __call__(self, low: Lowering, block: Block, node: PlanNode) -> PlanNode:
        symbol, function = python_symbol(block.symbol), self._python.functions[block.symbol]
        assert symbol is not None
        low.python_calls[block.id] = PythonCall(
            block=block.id,
            file=symbol.file,
            function=symbol.function,
            parameters=function.parameters,
            results=function.results,
            named=function.named,
            has_state=function.has_state,
        )
        for parameter, ref in zip(function.parameters, node.inputs, strict=True):
            _check_literal(low, block, parameter, ref)
        gives = [BY_LABEL[r.spec.dtype].name for r in function.results]
        takes = [node.attrs.get(f"T_{p.name}", BY_LABEL[p.spec.dtype].name) for p in function.parameters]
        attrs = {"token": block.symbol, "Tin": takes, "Tout": gives}
        return PlanNode(node.name, PYTHON_OP, node.block, node.inputs, attrs)


def _check_literal(low: Lowering, block: Block, parameter: Parameter, ref: str) -> None:
    """Report a text whose shape is not the declared one."""
    value = low.nodes[ref.partition(":")[0]].value if ref.partition(":")[0] in low.nodes else None
    if value is None or fits(value.shape, parameter.spec.shape) or ref != f"{block.id}/{parameter.name}:0":
        return
    sizes = parameter.spec.shape
    assert sizes is not None
    sentence = say("python.input-shape", pin=parameter.name, spec=str(parameter.spec), shape=value.shape)
    needs, there = Requirement(shape=ShapeOf(sizes)), Actual(shape=value.shape)
    low.fault(block.id, PinFault("bad-shape", parameter.name, sentence, needs, there))


def sources_for(calls: Iterable[PythonCall], folder: Path) -> tuple[PythonSource, ...]:
    """Return the texts of the files that the calls need; those that have just gone are left out."""
    found: dict[str, PythonSource] = {}
    for file in dict.fromkeys(call.file for call in calls):
        try:
            found.update({source.file: source for source in sources_of(file, folder)})
        except PythonFault:
            continue
    return tuple(found.values())
