"""Gives single blocks one wrong input or attr each, runs them as pages, and lists what is said badly of them.

``python -m tests.trials.wrong_inputs --seed 1 [--ops OP...] [--from OP] [--to OP] [--each N] [--json FILE]``. A row has
the block, what was made wrong, and what was said of it. Nothing is run that may touch anything outside.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from app.document.literals.values import format_value
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.symbol import Op, Symbol
from tests.support.op_trials import OpTrials
from tests.trials.fuzz_ops import Runner, ops_to_try
from tests.trials.op_cases import Case, Filled, argument_names, tame

_DTYPES = (
    "DT_FLOAT",
    "DT_INT32",
    "DT_INT64",
    "DT_STRING",
    "DT_BOOL",
    "DT_COMPLEX64",
    "DT_QUINT8",
    "DT_DOUBLE",
)
_TRIES = 12  # tame pages of an op, of which the first that runs is made wrong
_PAGES = 150  # of one project
_SECONDS = 570.0  # of one project


class Trial(NamedTuple):
    """A page of one block: the symbol, the case that its pins hold, and which argument or attr is wrong, and how."""

    symbol: str
    case: Case
    wrong: str = ""
    how: str = ""


def taken_case(op: Op, seed: int, trials: OpTrials) -> Case | None:
    """Return a case that the op takes, found in a process of its own; None where no tame one is taken."""
    cases = []
    for index in range(_TRIES):
        rng = random.Random(f"{seed}:{op.name}:{index}")
        allowed = {
            a.name: [d for d in _DTYPES if d in (a.allowed or _DTYPES)][: 1 + index // 4] for a in op.attrs
        }
        cases.append(tame(op, allowed, rng))
    pid = os.fork()
    if pid == 0:
        signal.alarm(20)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        runner = Runner(trials, op)
        os._exit(next((1 + i for i, case in enumerate(cases) if runner.takes(case)), 0))
    _, status = os.waitpid(pid, 0)
    number = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0
    return cases[number - 1] if number else None


def wrong_trials(op: Op, base: Trial, seed: int, each: int) -> Iterator[Trial]:
    """Give pages with one argument or attr made wrong, several for each."""
    rng = random.Random(f"{seed}:{op.name}:wrong")
    case = base.case
    for at, ((arg, _), one) in enumerate(zip(argument_names(op, case.attrs), case.inputs, strict=False)):
        ways = list(_wrong_values(one))
        for how, value in rng.sample(ways, min(each, len(ways))):
            inputs = (*case.inputs[:at], one._replace(value=value), *case.inputs[at + 1 :])
            yield base._replace(case=case._replace(inputs=inputs), wrong=arg.name, how=how)
    typed = {name for a in op.inputs for name in (a.type_attr, a.type_list_attr, a.number_attr)}
    for attr in op.attrs:
        if attr.name in typed:
            continue
        for how, value in _wrong_attrs(attr.type, case.attrs.get(attr.name, attr.default)):
            attrs = {**case.attrs, attr.name: value}
            yield base._replace(case=case._replace(attrs=attrs), wrong=attr.name, how=how)


def _wrong_values(one: Filled) -> Iterator[tuple[str, Any]]:
    value = one.value
    if value is None:
        return
    yield "a dimension more", value[None]
    if value.ndim:
        yield "a dimension less", value[0] if len(value) else value.reshape(-1)
        yield "a row more", np.concatenate([value, value[:1]])
    if value.size and value.dtype.kind in "if":
        for number in (-1, 0, 99):
            changed = value.copy()
            changed.reshape(-1)[-1] = number
            yield f"holds {number}", changed
        if value.size > 1:
            yield "reversed", value.reshape(-1)[::-1].reshape(value.shape)
    if value.dtype.kind == "O":
        changed = value.copy()
        changed[...] = b"odd(text"
        yield "another text", changed


def _wrong_attrs(kind: str, value: Any) -> Iterator[tuple[str, Any]]:
    if kind == "int":
        yield from ((f"= {n}", n) for n in (-1, 0, 99))
    if kind == "float":
        yield from ((f"= {n}", n) for n in (-1.5, 99.0))
    if kind == "string":
        yield "= odd", "odd"
    if kind == "list(int)" and value:
        yield "one more", [*value, 1]
        yield "99 at its end", [*value[:-1], 99]
        yield "0 at its end", [*value[:-1], 0]


def page_of(trial: Trial, name: str) -> dict[str, Any] | None:
    """Return a trial as a page; None where a text cannot say it."""
    catalog = load()
    symbol = catalog.get(trial.symbol)
    op = catalog.op(symbol.op or "") if symbol is not None else None
    assert symbol is not None
    assert op is not None
    texts: dict[str, list[str]] = {}
    pins: dict[str, str] = {}
    blocks: list[dict[str, Any]] = []
    wires: list[list[str]] = []
    by_arg = {p.arg: p.name for p in symbol.inputs if p.arg}
    for (arg, dtype), one in zip(argument_names(op, trial.case.attrs), trial.case.inputs, strict=False):
        if one.value is None or arg.name not in by_arg:
            return None
        text = _text(dtype, one.value)
        if text is None:
            return None
        if one.is_ref:
            blocks.append(
                {"id": f"v{len(blocks)}", "symbol": "Variable", "at": [0, 0], "pins": {"initvalues": text}}
            )
            wires.append([f"v{len(blocks) - 1}.ref", f"c.{by_arg[arg.name]}"])
        else:
            texts.setdefault(by_arg[arg.name], []).append(text)
    pins.update({pin: ",".join(several) for pin, several in texts.items()})
    pins.update(_attr_pins(op, symbol, trial.case.attrs))
    blocks.append({"id": "c", "symbol": trial.symbol, "at": [200, 0], "pins": pins})
    return {"name": name, "blocks": blocks, "wires": wires}


def _attr_pins(op: Op, symbol: Symbol, attrs: Mapping[str, Any]) -> dict[str, str]:
    by_attr = {p.attr: p for p in symbol.inputs if p.attr}
    pins: dict[str, str] = {}
    others = []
    typed = {name for a in op.inputs for name in (a.type_attr, a.type_list_attr, a.number_attr)}
    for attr in op.attrs:
        value = attrs.get(attr.name)
        if value is None or (attr.name in typed and attr.name not in by_attr):
            continue
        kind: Any = attr.type
        if attr.type == "list(shape)":
            value = [tuple(one) for one in value]
        if attr.name in by_attr:
            pins[by_attr[attr.name].name] = format_value(by_attr[attr.name].kind, value)
        elif value != attr.default:
            others.append(f"{attr.name}_={format_value(kind, value)};")
    return {**pins, "attrs": "".join(others)} if others else pins


def _text(dtype: str, value: Any) -> str | None:
    kind = DTYPES[dtype].kind
    if np.ndim(value):
        if 0 in value.shape and value.shape != (0,):
            return None
        rows = [_text(dtype, row) for row in value]
        return None if None in rows else "{" + ",".join(str(row) for row in rows) + "}"
    one = value.item() if hasattr(value, "item") else value
    if kind == "string":
        return '"' + one.decode() + '"'
    if kind == "bool":
        return "true" if one else "false"
    if kind == "complex":
        return f"{one.real:g}{one.imag:+g}j"
    if dtype == "DT_FLOAT":
        return f"{one!r}f"
    return repr(one)


def run_pages(trials: list[Trial]) -> Iterator[tuple[Trial, dict[str, Any]]]:
    """Run trials as pages of projects; give each with what ``run --json`` says of it."""
    for at in range(0, len(trials), _PAGES):
        group = {f"p{i}": trial for i, trial in enumerate(trials[at : at + _PAGES])}
        pages = [page for name, trial in group.items() if (page := page_of(trial, name)) is not None]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "page.tblocks"
            file.write_text(
                json.dumps({"format": "tensorblocks", "version": 1, "pages": pages}), encoding="utf-8"
            )
            command = [
                sys.executable,
                "-m",
                "app",
                "run",
                str(file),
                "--all-pages",
                "--json",
                "--timeout",
                "5",
            ]
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
        try:
            said = json.loads(done.stdout)["pages"]
        except ValueError:
            print("no answer:", done.stderr[-500:], flush=True)
            continue
        for page in pages:
            yield group[page["name"]], said[page["name"]]


def faults(trial: Trial, op: Op, said: Mapping[str, Any]) -> list[str]:
    """Return what is bad about what is said of a wrong page; empty where nothing is, or where it ran."""
    first = next((p for p in said["problems"] if p["severity"] == "error"), None)
    if first is None:
        return []
    found = []
    if first["block"] != "c":
        found.append("block")
    if first["pin"] is None:
        found.append("no pin")
    if first["wanted"] is None:
        found.append("takes nothing")
    elif first["wanted"] == "another value":
        found.append("another value")
    if first["actual"] is None:
        found.append("got nothing")
    symbol = load().get(trial.symbol)
    assert symbol is not None
    own = next((p.name for p in symbol.inputs if trial.wrong in (p.arg, p.attr)), "attrs")
    if first["pin"] is not None and first["pin"] != own:
        found.append(f"pin {first['pin']}")
    return found


def _row(trial: Trial, op: Op, said: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is said of a wrong page as data; None where it ran."""
    first = next((p for p in said["problems"] if p["severity"] == "error"), None)
    if first is None:
        return None
    named = {"symbol": trial.symbol, "wrong": trial.wrong, "how": trial.how, "bad": faults(trial, op, said)}
    return {**named, **first, "page": page_of(trial, "p")}


def main() -> None:
    """Print what is said badly, and how much was tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.wrong_inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=3, help="wrong values of each input")
    parser.add_argument("--ops", nargs="*", default=[])
    parser.add_argument("--from", dest="first", default="", help="the op to begin with")
    parser.add_argument("--to", dest="last", default="~", help="the op to end before")
    parser.add_argument("--json", type=Path, help="also write what is said of each there")
    options = parser.parse_args()
    os.nice(10)
    catalog, trials = load(), OpTrials()
    symbols = {s.op: s for name in catalog.names() if (s := catalog.get(name)) is not None and s.op}
    ops = {o.name: o for o in ops_to_try(options.ops) if options.first <= o.name < options.last}
    cases = {name: taken_case(op, options.seed, trials) for name, op in ops.items()}
    bases = {name: Trial(symbols[name].name, case) for name, case in cases.items() if case is not None}
    print(f"{len(bases)} of {len(ops)} ops have a page that runs", flush=True)
    op_of = {base.symbol: ops[name] for name, base in bases.items()}
    wrongs = [w for n, base in bases.items() for w in wrong_trials(ops[n], base, options.seed, options.each)]
    rows = []
    for trial, said in run_pages(wrongs):
        row = _row(trial, op_of[trial.symbol], said)
        if row is None:
            continue
        rows.append(row)
        if row["bad"]:
            print(f"{trial.symbol}.{trial.wrong} {trial.how}: {', '.join(row['bad'])}", flush=True)
            print(f"    {row['code']} {row['pin']}: {row['message']}", flush=True)
            print(f"    takes: {row['wanted']} | got: {row['actual']} | {row.get('detail')}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))
    print(
        f"{len(wrongs)} wrong pages, {len(rows)} refused, {sum(bool(r['bad']) for r in rows)} of these said badly"
    )


if __name__ == "__main__":
    sys.exit(main())
