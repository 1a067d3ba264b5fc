"""Python blocks: the program imports the file and calls the function as the page does."""

from __future__ import annotations

from app.engine.compiler.plan import PlanNode, PythonCall
from app.engine.exchange.python_writer.module import Module
from app.engine.exchange.python_writer.names import Names
from app.engine.exchange.python_writer.scope import Scope, Special
from app.engine.exchange.python_writer.text import call, listing
from blocks.dtypes import DTYPES


def statement_of(scope: Scope, node: PlanNode) -> Special | None:
    """Return the call of a Python block; None for any other node."""
    found = call_behind(scope.module, node)
    if found is None:
        return None
    data = [scope.tensor(ref) for ref in node.inputs if not ref.startswith("^")]
    types = listing(f"tf.{DTYPES[name].label}" for name in node.attrs["Tout"])
    outputs = tuple(f"[{i}]" for i in range(len(found.results)))
    return Special(
        call("tf.numpy_function", wrapper_name(scope.module, found), listing(data), types), outputs
    )


def call_behind(module: Module, node: PlanNode) -> PythonCall | None:
    """Return the Python block that a node stands for."""
    if node.op != "PyFunc":
        return None
    return next((one for one in module.plan.python_calls if one.block == node.block), None)


def wrapper_name(module: Module, found: PythonCall) -> str:
    """Return the name of the function that stands between TensorFlow and the file's own."""
    return module.names.of(f"call_{found.block}")


def imports_of(module: Module) -> list[str]:
    """Return the lines that import the functions."""
    lines = []
    for found in module.plan.python_calls:
        name = found.file.rpartition("/")[2].removesuffix(".py")
        own = function_name(module, found)
        as_name = "" if own == found.function else f" as {own}"
        line = f"from {name} import {found.function}{as_name}  # {found.file}"
        if line not in lines:
            lines.append(line)
    return sorted(lines)


def function_name(module: Module, found: PythonCall) -> str:
    """Return what a file's function is called in the program."""
    return module.names.of(f"{found.file}:{found.function}".rpartition(":")[2])


def wrapper_of(module: Module, found: PythonCall) -> list[str]:
    """Return the function that gives the file's own what it takes, and TensorFlow what it gives."""
    names = Names()
    plain, by_name = [], []
    for parameter in found.parameters:
        name = names.of(parameter.name)
        value = name if parameter.scalar is None else f"{name}.item()"
        if parameter.scalar == "str":
            value = f'{name}.item().decode("utf-8", "surrogateescape")'
        by_name.append(f"{parameter.name}={value}") if parameter.by_name else plain.append(value)
    arguments = ", ".join(names.of(p.name) for p in found.parameters)
    made = f"{function_name(module, found)}({', '.join([*plain, *by_name])})"
    lines = [
        f"def {wrapper_name(module, found)}({arguments}):",
        f'    """Call {found.function} of {found.file} with arrays."""',
    ]
    if not found.results:
        return [*lines, f"    {made}", "    return []"]
    if not found.named:
        return [*lines, f"    return [np.asarray({made}, {_numpy(found.results[0].spec.dtype)})]"]
    lines.append(f"    found = {made}")
    given = [f'np.asarray(found["{r.name}"], {_numpy(r.spec.dtype)})' for r in found.results]
    return [*lines, "    return [", *[f"        {one}," for one in given], "    ]"]


def _numpy(dtype: str) -> str:
    return {"string": "object", "bool": "np.bool_"}.get(dtype, f"np.{dtype}")
