"""Gives single blocks one wrong input or attr each, runs them as pages, and lists what is said badly of them.

``python -m tests.trials.wrong_inputs --seed 1 [--computed wrong|all] [--ops OP...] [--from OP] [--to OP] [--each N]
[--json FILE]``. A row has the block, what was made wrong, and what was said of it. With ``--computed`` the wrong input,
or each, comes by a wire from a block of which neither shape nor value is known before the run. Nothing is run that may
touch anything outside.
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
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from msgspec import convert
from msgspec.structs import replace

from app.document.fixes import fixed_page
from app.document.formats.registry import open_project
from app.document.literals.values import format_value
from app.document.model.diagram import Project
from app.document.model.fix import Fix, FixChange, WritePin
from app.document.model.sentence import quote
from app.document.storage.project_file import save_project
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.symbol import Op, Symbol
from tests.support.op_trials import OpTrials
from tests.trials.fuzz_ops import Runner, ops_to_try
from tests.trials.op_cases import Case, Filled, argument_names, tame
from tests.trials.wrong_words import faults

Page = dict[str, Any]
Said = Mapping[str, Any]
Fixed = tuple[str, Said]  # the title of a fix, and what is said after it
Computed = Literal["none", "wrong", "all"]

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


def page_of(trial: Trial, name: str, computed: Computed = "none") -> Page | None:
    """Return a trial as a page; None where a text cannot say it, or where nothing that is wrong can be computed."""
    catalog = load()
    symbol = catalog.get(trial.symbol)
    op = catalog.op(symbol.op or "") if symbol is not None else None
    assert symbol is not None
    assert op is not None
    texts: dict[str, list[str]] = {}
    pins: dict[str, str] = {}
    blocks: list[dict[str, Any]] = []
    wires: list[list[str]] = []
    if computed == "wrong" and trial.wrong not in {a.name for a in op.inputs}:
        return None
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
        elif computed == "all" or (computed == "wrong" and arg.name == trial.wrong):
            source = f"w{len(blocks)}"
            blocks += _late(source, dtype, text)
            wires.append([f"{source}c.output", f"{source}.input"])
            wires.append([f"{source}.output", f"c.{by_arg[arg.name]}"])
        else:
            texts.setdefault(by_arg[arg.name], []).append(text)
    pins.update({pin: ",".join(several) for pin, several in texts.items()})
    pins.update(_attr_pins(op, symbol, trial.case.attrs))
    blocks.append({"id": "c", "symbol": trial.symbol, "at": [200, 0], "pins": pins})
    return {"name": name, "blocks": blocks, "wires": wires}


def _late(name: str, dtype: str, text: str) -> list[dict[str, Any]]:
    """Return two blocks whose output is a value of which nothing is known before the run."""
    return [
        {"id": f"{name}c", "symbol": "Const_ex", "at": [0, 0], "pins": {"val": text, "dtype": dtype}},
        {"id": name, "symbol": "PlaceholderWithDefault", "at": [100, 0], "pins": {"shape": "<unknown>"}},
    ]


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


def run_pages(trials: list[Trial], computed: Computed) -> Iterator[tuple[Trial, Page, Said, list[Fixed]]]:
    """Run trials as pages of projects; give each with what ``run --json`` says of it, and of it after each fix."""
    for at in range(0, len(trials), _PAGES):
        group = {f"p{i}": trial for i, trial in enumerate(trials[at : at + _PAGES])}
        pages = {name: page for name, trial in group.items() if (page := page_of(trial, name, computed))}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "page.tblocks"
            tree = {"format": "tensorblocks", "version": 1, "pages": list(pages.values())}
            file.write_text(json.dumps(tree), encoding="utf-8")
            said = _run(file)
            fixed = _after_fixes(file, said)
        for name in said:
            yield group[name], pages[name], said[name], fixed.get(name, [])


def _sound(bases: list[Trial], computed: Computed) -> list[Trial]:
    """Return the trials that run as pages, with nothing wrong in them."""
    answers = run_pages(bases, "all" if computed == "all" else "none")
    return [base for base, _, said, _ in answers if all(p["severity"] != "error" for p in said["problems"])]


def _run(file: Path) -> dict[str, Said]:
    """Return what is said of each page of a project; nothing where there is no answer."""
    command = [sys.executable, "-m", "app", "run", str(file), "--all-pages", "--json", "--timeout", "5"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
    try:
        answer: dict[str, Said] = json.loads(done.stdout)["pages"]
    except ValueError:
        print("no answer:", done.stderr[-500:], flush=True)
        return {}
    return answer


def _after_fixes(file: Path, said: Mapping[str, Said]) -> dict[str, list[Fixed]]:
    """Do each fix that is offered for the first error of a page on a copy, and run the copies."""
    pages = {page.name: page for page in open_project(file).project.pages} if said else {}
    titles: list[tuple[str, str]] = []
    copies = []
    for name, answer in said.items():
        first = next((p for p in answer["problems"] if p["severity"] == "error"), None)
        for fix in first["fixes"] if first is not None else ():
            changes = tuple(
                replace(c, block=first["block"]) if isinstance(c, WritePin) and not c.block else c
                for c in convert(fix["changes"], tuple[FixChange, ...])
            )
            copy = fixed_page(pages[name], Fix(quote(fix["title"]), changes))
            copy.name = f"f{len(copies)}"
            copies.append(copy)
            titles.append((name, fix["title"]))
    if not copies:
        return {}
    changed = file.with_name("fixed.tblocks")
    save_project(Project(pages=copies), changed)
    after = _run(changed)
    found: dict[str, list[Fixed]] = {}
    for number, (name, title) in enumerate(titles):
        if f"f{number}" in after:
            found.setdefault(name, []).append((title, after[f"f{number}"]))
    return found


def _row(trial: Trial, page: Page, said: Said, fixed: list[Fixed]) -> dict[str, Any] | None:
    """Return what is said of a wrong page as data; None where it ran."""
    first = next((p for p in said["problems"] if p["severity"] == "error"), None)
    if first is None:
        return None
    symbol = load().get(trial.symbol)
    assert symbol is not None
    bad = faults(symbol, trial.wrong, said, fixed)
    return {
        "symbol": trial.symbol,
        "wrong": trial.wrong,
        "how": trial.how,
        "bad": bad,
        **first,
        "page": page,
    }


def main() -> None:
    """Print what is said badly, and how much was tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.wrong_inputs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=3, help="wrong values of each input")
    parser.add_argument("--ops", nargs="*", default=[])
    parser.add_argument("--from", dest="first", default="", help="the op to begin with")
    parser.add_argument("--to", dest="last", default="~", help="the op to end before")
    parser.add_argument(
        "--computed", choices=("none", "wrong", "all"), default="none", help="inputs by wires"
    )
    parser.add_argument("--json", type=Path, help="also write what is said of each there")
    options = parser.parse_args()
    os.nice(10)
    catalog, trials = load(), OpTrials()
    symbols = {s.op: s for name in catalog.names() if (s := catalog.get(name)) is not None and s.op}
    ops = {o.name: o for o in ops_to_try(options.ops) if options.first <= o.name < options.last}
    cases = {name: taken_case(op, options.seed, trials) for name, op in ops.items()}
    bases = {name: Trial(symbols[name].name, case) for name, case in cases.items() if case is not None}
    sound = {base.symbol for base in _sound(list(bases.values()), options.computed)}
    bases = {name: base for name, base in bases.items() if base.symbol in sound}
    print(f"{len(bases)} of {len(ops)} ops have a page that runs", flush=True)
    wrongs = [w for n, base in bases.items() for w in wrong_trials(ops[n], base, options.seed, options.each)]
    rows = []
    for answer in run_pages(wrongs, options.computed):
        row = _row(*answer)
        if row is None:
            continue
        rows.append(row)
        if row["bad"]:
            print(f"{row['symbol']}.{row['wrong']} {row['how']}: {', '.join(row['bad'])}", flush=True)
            print(f"    {row['code']} {row['pin']}: {row['message']}", flush=True)
            print(f"    takes: {row['wanted']} | got: {row['actual']} | {row.get('detail')}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))
    flags = Counter(" ".join(flag.split(" ")[:2]) for row in rows for flag in row["bad"])
    print(", ".join(f"{flag}: {count}" for flag, count in flags.most_common()))
    badly = sum(bool(r["bad"]) for r in rows)
    print(f"{len(wrongs)} wrong pages, {len(rows)} refused, {badly} of these said badly")


if __name__ == "__main__":
    sys.exit(main())
