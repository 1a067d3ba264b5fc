"""Writes the catalog snapshot from the tables and the op registry of the installed TensorFlow.

Run by hand after a change of the tables or of TensorFlow: ``python -m app.engine.tf.op_registry [--check]``.
"""

from __future__ import annotations

import argparse
import base64
import inspect
import math
import os
import re
import sys
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf
from tensorflow.core.framework import types_pb2
from tensorflow.python.framework import kernels, op_def_registry

from blocks import declare
from blocks.assets import asset
from blocks.catalog import IndexEntry
from blocks.derive import declared_symbol, generated_symbol
from blocks.op_facts.functions import CALLS
from blocks.symbol import Op, OpArg, OpAttr, Symbol

_SCALARS = {"i": "int", "b": "bool", "type": "type", "f": "float", "s": "string", "shape": "shape"}


def main(argv: list[str] | None = None) -> int:
    """Write the snapshot; with ``--check`` only compare. Exit status 1: the snapshot is out of date."""
    parser = argparse.ArgumentParser(prog="python -m app.engine.tf.op_registry", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    arguments = parser.parse_args(argv)
    folder = asset("catalog")
    files = snapshot()
    stale = stale_files(folder, files)
    if arguments.check:
        for name in stale:
            print(f"out of date: {folder / name}", file=sys.stderr)
        return 1 if stale else 0
    write(folder, files)
    print(f"{len(stale)} of {len(files)} files changed in {folder}", file=sys.stderr)
    return 0


def stale_files(folder: Path, files: dict[str, bytes]) -> list[str]:
    """Return the names of files that differ from, are missing in or are too many in the folder."""
    there = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.json")}
    return sorted(name for name in {*files, *there} if files.get(name) != there.get(name))


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files and remove those that the snapshot no longer has."""
    for name in stale_files(folder, files):
        path = folder / name
        if name not in files:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name])


def snapshot() -> dict[str, bytes]:
    """Return the snapshot's files by name: index, ops, and for each category its symbols and help texts."""
    ops = {name: read_op(name) for name in public_ops()}
    symbols, texts = all_symbols(ops)
    categories: dict[str, list[Symbol]] = {}
    for symbol in symbols:
        categories.setdefault(symbol.category, []).append(symbol)
    index = {category: [_index_entry(s) for s in members] for category, members in categories.items()}
    files = {
        "index.json": _table({"tensorflow": tf.__version__, "categories": index}),
        "ops.json": _table({"tensorflow": tf.__version__, "ops": ops}),
    }
    for category, members in categories.items():
        files[f"symbols/{category}.json"] = _table({"symbols": {s.name: s for s in members}})
        files[f"help/{category}.json"] = _table({"help": {s.name: texts[s.name] for s in members}})
    return files


def _index_entry(symbol: Symbol) -> IndexEntry:
    return IndexEntry(symbol.name, "".join(symbol.title), symbol.op, symbol.unavailable is None)


def _table(parts: dict[str, Any]) -> bytes:
    """Encode as JSON with one line per entry of the last part, so that a change changes few lines."""
    *heads, (key, entries) = parts.items()
    lines = [f"{_json(k)}:{_json(v)}," for k, v in heads]
    body = ",\n".join(f"{_json(k)}:{_json(v)}" for k, v in entries.items())
    return ("{\n" + "\n".join([*lines, f"{_json(key)}:{{"]) + "\n" + body + "\n}}\n").encode()


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


# ---------------------------------------------------------------- symbols


def all_symbols(ops: dict[str, Op]) -> tuple[list[Symbol], dict[str, str]]:
    """Return the symbols in the palette's order and their help texts by name."""
    tables, generated = declare.rows(), declare.generated()
    symbols, texts = [], {}
    for category, rows in tables.items():
        for name, row in rows.items():
            op = None if row.pins is not None else ops.get(row.op or name)
            symbols.append(_judged(declared_symbol(name, category, row, op), row, op))
            texts[name] = (row.help or "").strip()
    covered = {s.op for s in symbols}
    taken = {s.name for s in symbols}
    for op in ops.values():
        if op.name in covered:
            continue
        name = f"raw.{op.name}" if op.name in taken else op.name
        library = op_library(op.name)
        category = generated.libraries.get(library, library)
        row = generated.blocks.get(op.name, declare.Row())
        symbols.append(_judged(generated_symbol(name, category, row, op), row, op))
    for s in symbols:
        texts[s.name] = "\n\n".join(filter(None, [texts.get(s.name) or op_help(s.op), s.note]))
    rank = {category: i for i, category in enumerate(generated.order)}
    symbols.sort(key=lambda s: (rank.get(s.category, len(rank)), s.category))
    return symbols, texts


def _judged(symbol: Symbol, row: declare.Row, op: Op | None) -> Symbol:
    """Say why no page can run the symbol, where that is so and the table does not say it."""
    reason = None if op is None or symbol.unavailable or row.runs else unavailable(op)
    return msgspec.structs.replace(symbol, unavailable=reason) if reason else symbol


def unavailable(op: Op) -> str | None:
    """Return the reason why no page can run the op, or None."""
    version = ".".join(tf.__version__.split(".")[:2])
    if op.removed:
        why = op_def_registry.get(op.name).deprecation.explanation.rstrip(".")
        return f"TensorFlow no longer takes {op.name} in new graphs. {why}."
    functions = [a.name for a in op.attrs if "func" in a.type and not a.has_default]
    if functions and op.name not in CALLS:
        return f"{op.name} needs a function ({', '.join(functions)}) of a kind that no page is."
    if not op.cpu:
        return f"TensorFlow {version} has no CPU kernel for {op.name}."
    return None


# ---------------------------------------------------------------- the registry


def public_ops() -> list[str]:
    """Return the names of all public ops, sorted."""
    return sorted(name for name in dir(tf.raw_ops) if not name.startswith("_") and op_def_registry.get(name))


def op_library(name: str) -> str:
    """Return the op library that defines the op: ``image_ops`` for ``gen_image_ops.py``."""
    module = inspect.unwrap(getattr(tf.raw_ops, name)).__module__
    return module.rsplit(".", 1)[-1].removeprefix("gen_")


def op_help(name: str | None) -> str:
    """Return TensorFlow's help text of the op, without the line about ``name``."""
    text = inspect.unwrap(getattr(tf.raw_ops, name)).__doc__ if name else None
    lines = inspect.cleandoc(text or "").splitlines()
    useful = [
        line for line in lines if not re.match(r"\s*name: A name for the operation \(optional\)\.", line)
    ]
    return textwrap.dedent("\n".join(useful)).strip()


def read_op(name: str) -> Op:
    """Read one op's signature from the registry."""
    definition = op_def_registry.get(name)
    devices = {k.device_type for k in kernels.get_registered_kernels_for_op(name).kernel}
    return Op(
        name=name,
        # "or ()": before Python 3.11 an emptied generator gives a tuple that is not the default one, and is written
        inputs=tuple(_arg(a) for a in definition.input_arg) or (),
        outputs=tuple(_arg(a) for a in definition.output_arg) or (),
        attrs=tuple(_attr(a) for a in definition.attr) or (),
        stateful=definition.is_stateful,
        cpu=not devices.isdisjoint({"CPU", "DEFAULT"}),
        removed=0 < definition.deprecation.version <= tf.version.GRAPH_DEF_VERSION,
    )


def _arg(arg: Any) -> OpArg:
    return OpArg(
        name=arg.name,
        dtype=_type_name(arg.type) if arg.type else None,
        type_attr=arg.type_attr or None,
        number_attr=arg.number_attr or None,
        type_list_attr=arg.type_list_attr or None,
        is_ref=arg.is_ref,
    )


def _attr(attr: Any) -> OpAttr:
    allowed = attr.allowed_values.list
    names = [_type_name(t) for t in allowed.type] or [s.decode() for s in allowed.s]
    has_default = attr.HasField("default_value")
    return OpAttr(
        name=attr.name,
        type=attr.type,
        default=_value(attr.default_value) if has_default else None,
        has_default=has_default,
        allowed=tuple(names) or None,
        minimum=attr.minimum if attr.has_minimum else None,
    )


def _value(value: Any) -> Any:
    """Return an AttrValue as plain JSON: names of types, lists of sizes, shortest decimals of floats."""
    field = value.WhichOneof("value")
    if field == "list":
        return _list(value.list)
    if field == "func":
        return {"func": value.func.name}
    if field == "tensor":
        return {"dtype": _type_name(value.tensor.dtype), "values": tf.make_ndarray(value.tensor).tolist()}
    return _scalar(field, getattr(value, field)) if field else None


def _list(values: Any) -> list[Any]:
    for field in _SCALARS:
        elements: Iterable[Any] = getattr(values, field)
        if len(getattr(values, field)):
            return [_scalar(field, element) for element in elements]
    return []


def _scalar(field: str, value: Any) -> Any:
    if field == "type":
        return _type_name(value)
    if field == "shape":
        return None if value.unknown_rank else [d.size for d in value.dim]
    if field == "f":
        short = float(f"{value:.7g}")  # a float32: 0.1, not 0.10000000149011612
        return short if math.isfinite(short) else str(short)  # JSON has no infinity: "-inf"
    if field == "s":
        try:
            return value.decode()
        except UnicodeDecodeError:
            return {"bytes": base64.b64encode(value).decode()}
    return value


def _type_name(number: int) -> str:
    return types_pb2.DataType.Name(number)


if __name__ == "__main__":
    sys.exit(main())
