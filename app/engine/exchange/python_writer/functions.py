"""Function pages as functions of the program."""

from __future__ import annotations

from app.engine.compiler.plan import PlanFunction
from app.engine.compiler.plan_walk import node_of
from app.engine.exchange.python_writer.body import Body
from app.engine.exchange.python_writer.calls import Operand
from app.engine.exchange.python_writer.control_flow import (
    BRANCHES,
    CALLS,
    CASES,
    LOOPS,
    is_written,
    results_of,
)
from app.engine.exchange.python_writer.graph import Nodes
from app.engine.exchange.python_writer.module import Module
from app.engine.exchange.python_writer.text import call, listing, statement
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.op_facts.functions import HIDDEN

_WRITTEN = LOOPS | BRANCHES | CASES | CALLS


def functions_text(module: Module) -> list[list[str]]:
    """Return the text of each function, and let the module know how they are called."""
    loops, raw = _uses(module)
    texts = []
    for function in module.plan.functions:
        name = module.names.free(module.names.of(f"page {function.page}").removeprefix("page_"))
        module.functions[function.name] = name
        module.concrete[function.name] = f"{name}.get_concrete_function()"
        texts.append(_function(module, function, name, function.name in loops, function.name in raw))
    return texts


def _uses(module: Module) -> tuple[set[str], set[str]]:
    """Return the functions that loops call, and those that ops call which are written as they are."""
    loops: set[str] = set()
    raw: set[str] = set()
    for node in module.all_nodes:
        op = load().op(node.op)
        for attr in op.attrs if op is not None else ():
            if attr.type not in ("func", "list(func)") or attr.name not in node.attrs:
                continue
            value = node.attrs[attr.name]
            names = [value] if attr.type == "func" else value
            if node.op in LOOPS:
                loops.update(names)
            if not is_written(node):
                raw.update(names)
    return loops, raw


def _function(module: Module, function: PlanFunction, name: str, in_loop: bool, is_raw: bool) -> list[str]:
    """Return the lines of one function."""
    place = f"{function.place}/"
    body = Body(module, Nodes.of(function.nodes), module.names.within(), place)
    args = function.args[HIDDEN:] if in_loop else function.args
    parameters = []
    for pin in args:
        parameter = body.name_of(pin.name)
        parameters.append(parameter)
        body.values[f"{pin.name}:0"] = Operand(parameter)
    results = results_of(function, in_loop)
    given = {pin.name for pin in function.args}
    needed = [node_of(ref) for ref in results if node_of(ref) not in given]
    stateful = [n.name for n in function.nodes if _changes(n.op)]
    body.make(body.nodes.in_order([*needed, *stateful], frozenset(given)))
    tensors = [body.tensor(ref) for ref in results]
    returned = tensors[0] if len(tensors) == 1 else listing(tensors)
    header = [f"def {name}({', '.join(parameters)}):", f'    """Do what the page "{function.page}" does."""']
    if is_raw:
        specs = [call("tf.TensorSpec", "None", f"tf.{DTYPES[pin.dtype].label}") for pin in args]
        signature = statement("@tf.function(input_signature=", listing(specs), ")")
        header = [*signature, *header]
    return [*header, *body.lines(1), *statement("return ", returned, level=1)]


def _changes(op_name: str) -> bool:
    op = load().op(op_name)
    return op is not None and op.stateful
