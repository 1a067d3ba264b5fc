"""Python blocks: the program imports the file and calls the function as the page does."""

from __future__ import annotations

from app.engine.compiler.plan import PlanNode, PythonCall
from app.engine.exchange.python_writer.literals import quoted
from app.engine.exchange.python_writer.module import Module
from app.engine.exchange.python_writer.names import Names
from app.engine.exchange.python_writer.scope import Scope, Special
from app.engine.exchange.python_writer.text import call, listing, statement
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
    return module.names.of(f"call {found.block}")


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
    return module.names.of(f"function {found.file}:{found.function}", like=found.function)


def wrapper_of(module: Module, found: PythonCall) -> list[str]:
    """Return the function that gives the file's own what it takes, and TensorFlow what it gives."""
    names = Names()
    plain, by_name = [], []
    for parameter in found.parameters:
        name = names.of(parameter.name)
        is_text = parameter.spec.dtype == "string"  # a single one comes as bytes
        value = f"np.asarray({name}, object)" if is_text else name
        if parameter.scalar is not None:
            value += ".item()"
        if parameter.scalar == "str":
            value += '.decode("utf-8", "surrogateescape")'
        elif parameter.scalar == "float":
            value = f"float({value})"
        by_name.append(f"{parameter.name}={value}") if parameter.by_name else plain.append(value)
    arguments = [names.of(p.name) for p in found.parameters]
    made = call(function_name(module, found), *plain, *by_name)
    lines = [
        *statement("def ", call(wrapper_name(module, found), *arguments), ":"),
        f'    """Call {found.function} of {found.file} with arrays."""',
    ]
    if not found.results:
        return [*lines, *statement("", made, level=1), "    return []"]
    lines += statement("found = ", made, level=1)
    parts = ["found"] if not found.named else [f"found[{quoted(r.name)}]" for r in found.results]
    given = [
        call("np.asarray", part, _numpy(r.spec.dtype)) for part, r in zip(parts, found.results, strict=True)
    ]
    return [*lines, *statement("return ", listing(given), level=1)]


def _numpy(dtype: str) -> str:
    return {"string": "object", "bool": "np.bool_"}.get(dtype, f"np.{dtype}")
