"""The whole program: what a good engineer would write by hand for the page that a plan was made of."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from app.document.model.diagram import Page
from app.document.model.problems import Problem, error, errors_in
from app.document.model.sentence import say
from app.document.resources.companion_files import CompanionFault
from app.document.resources.npz_archive import NpzArchive, open_archive
from app.engine.compiler.places import touching
from app.engine.compiler.plan import Constant, Plan
from app.engine.compiler.plan_problems import unfed_arguments
from app.engine.compiler.resource_form import called_by, resource_form, takes_handles
from app.engine.compiler.start_runs import start_runs, without_starts
from app.engine.exchange.python_writer import graph_mode, python_calls, sessions
from app.engine.exchange.python_writer.branches import without_sure_ones
from app.engine.exchange.python_writer.drawn_loops import WithLoops, with_loops
from app.engine.exchange.python_writer.functions import functions_text
from app.engine.exchange.python_writer.literals import Array, Arrays, quoted
from app.engine.exchange.python_writer.module import Module, Parts, Style
from app.engine.exchange.python_writer.names import Names, Words
from app.engine.exchange.python_writer.notes import docstring
from app.engine.exchange.python_writer.text import below, call, statement
from app.engine.values.npz import stored_array, write_npz
from app.engine.values.results import ListValue, TensorValue, Value, tensor_of
from blocks.op_facts.functions import CALLS

# Names of the program's own.
_OWN = """
    ARRAYS FOLDER GUARDED UNSHOWN WITHOUT_VALUE begun config first_taken graph main note_branch note_round odd
    odd_results results run run_step session show step taken text_of
"""
_TAKEN = frozenset(_OWN.split())
_MOST_IN_SNIPPETS = 5_000  # values of one array
_IN_MAIN = frozenset({"name", "value"})  # of the function in which a graph's tensors are fed


@dataclass
class Program:
    """The text of a program, the arrays that stand in the file beside it, and what cannot be exported."""

    text: str = ""
    arrays: dict[str, Array] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def write(self, out: Path) -> None:
        """Write the program, and its arrays beside it; raises OSError."""
        if self.arrays:
            write_npz(out.with_suffix(".npz"), {k: tensor_of(a) for k, a in self.arrays.items()})
        out.write_text(self.text, encoding="utf-8", newline="\n")


def python_program(
    plan: Plan, page: Page, folder: Path, start: Mapping[str, TensorValue], style: Style, out: Path
) -> Program:
    """Return the program of a page that does its run and prints what it shows, as a file ``out``.

    ``start`` has the values that Variables begin with in place of the page's own. Where there are problems, the text
    is not to be used.
    """
    return _program(plan, page, folder, start, style, out, {}, Arrays())


def python_snippet(
    plan: Plan,
    page: Page,
    folder: Path,
    blocks: Collection[str],
    values: Mapping[str, Value],
    start: Mapping[str, TensorValue],
) -> Program:
    """Return a program of some blocks that stands in one text: what other blocks gave them stands in it as constants.

    ``values`` are results by ``block.pin``; what has none is computed. Arrays are there that were too large for it.
    """
    given: dict[str, TensorValue] = {}
    for key, value in values.items():
        fetch = plan.outputs.get(key)
        items = value.items if isinstance(value, ListValue) else (value,)
        whole = [item for item in items if isinstance(item, TensorValue)]
        if fetch is not None and key.split(".", 1)[0] not in blocks and len(whole) == len(fetch.refs):
            given.update(zip(fetch.refs, whole, strict=True))
    sessions = [
        replace(s, fetches=tuple([f for f in s.fetches if f.key.split(".", 1)[0] in blocks]))
        for s in plan.sessions
    ]
    cut = replace(plan, sessions=tuple(sessions))
    return _program(cut, page, folder, start, "v2", None, given, Arrays(_MOST_IN_SNIPPETS))


def _program(
    plan: Plan,
    page: Page,
    folder: Path,
    start: Mapping[str, TensorValue],
    style: Style,
    out: Path | None,
    given: Mapping[str, TensorValue],
    arrays: Arrays,
) -> Program:
    problems = unfed_arguments(plan)
    if errors_in(problems):
        return Program(problems=problems)
    starts, shown = start_runs(plan), _keys(plan)
    plan = without_starts(plan, starts)
    if style == "v2":
        plan, problems = _in_resource_form(plan)
        if problems:
            return Program(problems=problems)
    elif takes_handles(plan):
        return Program(problems=_without_order(plan))
    drawn = with_loops(plan) if style == "v2" else WithLoops(plan)
    if drawn.problems:
        return Program(problems=list(drawn.problems))
    plan = without_sure_ones(drawn.plan, drawn.noted)
    taken = _TAKEN | _IN_MAIN if style == "v1" else _TAKEN
    writer = sessions if style == "v2" else graph_mode
    with ExitStack() as stack:
        array_at = _Archives(stack).array
        names = Names(taken, Words((b.id, b.symbol) for b in page.blocks.values()))
        module = Module(plan, page, folder, style, start, array_at, names, out is not None, given, arrays)
        module.loops, module.noted = drawn.loops, drawn.noted
        module.starts = starts
        if shown != [*module.begun_keys, *_keys(plan)]:
            module.order = tuple(shown)
        try:
            functions = functions_text(module)
            parts = writer.parts(module)
        except CompanionFault as fault:  # the header of the array was read, the rest is damaged
            return Program(problems=[error("missing-array", fault.sentence)])
    text = _assembled(module, functions, parts, out)
    return Program(text, module.arrays.stored, module.problems)


def _keys(plan: Plan) -> list[str]:
    return [fetch.key for session in plan.sessions for fetch in session.fetches]


def _in_resource_form(plan: Plan) -> tuple[Plan, list[Problem]]:
    form = resource_form(plan)
    return form.plan, list(form.problems)


def _without_order(plan: Plan) -> list[Problem]:
    """Return what is wrong with a plan in graph mode: nothing there waits for what a called page writes."""
    functions = {function.name: function for function in plan.functions}
    found = []
    for node in (node for node in plan.nodes if node.op in CALLS):
        function = called_by(node, functions)
        if function is not None and any(arg.variable for arg in function.args):
            sentence = say("export.no-graph-mode", block=node.block, page=function.page)
            found.append(error("no-export", sentence, node.block, hint=say("hint.export-functions")))
    return found


class _Archives:
    """The files with arrays that a plan names, each opened once, until the stack is closed."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._open: dict[str, NpzArchive] = {}

    def array(self, constant: Constant) -> Array:
        """Return the values of a constant that stands in a file; raises CompanionFault."""
        assert constant.array is not None
        npz, key = constant.array.npz, constant.array.key
        name = Path(npz).name
        if npz not in self._open:
            self._open[npz] = self._stack.enter_context(open_archive(Path(npz), name))
        return stored_array(self._open[npz], name, key).array


def _assembled(module: Module, functions: list[list[str]], parts: Parts, out: Path | None) -> str:
    """Return the text of the module's parts."""
    lines = [*docstring(module), ""]
    before = _before(module, out)
    imports = set(module.imports) | parts.imports
    if module.arrays.stored or before:
        imports.add("from pathlib import Path")
    if any(line.startswith("os.") for line in before):
        imports.add("import os")
    if any(line.startswith("sys.") for line in before):
        imports.add("import sys")
    if module.arrays.stored or module.arrays.uses_numpy or parts.needs_numpy or module.plan.python_calls:
        imports.add("import numpy as np")
    own = sorted(i for i in imports if "numpy" not in i)
    own.sort(key=lambda line: line.startswith("from"))
    others = sorted([i for i in imports if "numpy" in i] + ["import tensorflow as tf"])
    lines += [*own, *([""] if own else []), *others, ""]
    if before:
        lines += [*before, ""]
    if module.plan.python_calls:
        lines += [*(f"{line}" for line in python_calls.imports_of(module)), ""]
    blocks = [parts.settings]
    if module.arrays.stored:
        blocks.append(['ARRAYS = np.load(Path(__file__).with_suffix(".npz"))'])
    blocks += [module.constants, parts.variables, *functions]
    blocks += [python_calls.wrapper_of(module, one) for one in module.plan.python_calls]
    blocks += [*parts.blocks, ['if __name__ == "__main__":', "    main()"]]
    return "\n".join([*lines, *_joined(blocks)]) + "\n"


def _joined(blocks: list[list[str]]) -> list[str]:
    """Return the lines of blocks, two blank ones around each that holds functions, else one."""
    lines: list[str] = []
    was_function = False
    for block in blocks:
        text = "\n".join(block).strip("\n")
        if not text:
            continue
        is_function = any(line.startswith(("def ", "@")) for line in block)
        if lines:
            lines += [""] * (2 if is_function or was_function else 1)
        lines += re.sub(r"\n{4,}", "\n\n\n", text).split("\n")
        was_function = is_function
    return lines


def _before(module: Module, out: Path | None) -> list[str]:
    """Return what lets the files that the page names be found: it names them from the project's folder."""
    touches = bool(touching(module.all_nodes))
    if not touches and not module.plan.python_calls:
        return []
    lines = ["# The page names its files from here."]
    if out is None:
        lines += statement("FOLDER = ", call("Path", quoted(module.folder.resolve().as_posix())))
    else:
        away = Path(os.path.relpath(module.folder, out.resolve().parent)).as_posix()
        lines += below("FOLDER = ", "Path(__file__).resolve().parent", None if away == "." else quoted(away))
    if touches:
        lines.append("os.chdir(FOLDER)")
    folders = {one.file.rpartition("/")[0] for one in module.plan.python_calls}
    for one in sorted(folders):
        path = call("FOLDER.joinpath", quoted(one)) if one else "FOLDER"
        lines += statement("", call("sys.path.insert", "0", call("str", path)))
    return lines
