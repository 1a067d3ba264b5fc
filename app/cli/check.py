"""``tensorblocks check``: what is wrong with every page of a file, without running it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from app.cli.exits import DONE, PROBLEMS
from app.cli.opening import Opened, open_file
from app.cli.planning import Planned, plan_page
from app.document.pin_type import PinType
from app.document.problems import Problem, problem_json, text_of

_INFERENCE = 60.0  # seconds for a page's types; a page that needs more is reported as such

_Types = Mapping[str, Mapping[str, PinType]]  # by page, then by block.pin
_Pages = Sequence[Planned]


def check(options: argparse.Namespace) -> int:
    """Check every page of ``options.file``; return 3 where a problem is an error."""
    opened = open_file(options.file, options.data)
    pages = [plan_page(page, opened, everything=options.types) for page in opened.project.pages]
    types: _Types | None = None
    if options.types:
        pages, types = _infer(pages, opened)
    whole = opened.problems.get("", [])
    if options.json:
        print(_json_text(opened, whole, pages, types))
    else:
        _print_lines(opened, whole, pages, types or {})
    return PROBLEMS if _has_errors(whole) or any(page.has_errors for page in pages) else DONE


def _infer(pages: _Pages, opened: Opened) -> tuple[list[Planned], _Types]:
    """Let TensorFlow infer every page's types; return the pages with the problems that this shows."""
    from app.engine.process import Engine

    checked: list[Planned] = []
    types: dict[str, Mapping[str, PinType]] = {}
    with Engine() as engine:
        for planned in pages:
            inferred = engine.infer(planned.plan, opened.folder, timeout=_INFERENCE)
            new = [p for p in inferred.problems if p not in planned.problems]
            checked.append(replace(planned, problems=[*planned.problems, *new]))
            types[planned.page.name] = inferred.types
    return checked, types


def _has_errors(problems: Sequence[Problem]) -> bool:
    return any(p.severity == "error" for p in problems)


def _json_text(opened: Opened, whole: Sequence[Problem], pages: _Pages, types: _Types | None) -> str:
    """Return the command's one JSON object."""
    members: dict[str, Any] = {}
    for planned in pages:
        name = planned.page.name
        members[name] = {
            "ok": not planned.has_errors,
            "problems": [problem_json(p) for p in planned.problems],
        }
        if types is not None:
            members[name]["types"] = msgspec.to_builtins(types[name])
    tree: dict[str, Any] = {"file": opened.name, "pages": members}
    if whole:
        tree["problems"] = [problem_json(p) for p in whole]
    return json.dumps(tree, ensure_ascii=False)


def _print_lines(opened: Opened, whole: Sequence[Problem], pages: _Pages, types: _Types) -> None:
    """Print one line per problem and one per typed output; say on stderr how many problems there are."""
    for problem in whole:
        print(text_of(problem))
    for planned in pages:
        name = planned.page.name if len(pages) > 1 else None
        for problem in planned.problems:
            print(text_of(problem, name))
        for key, pin_type in types.get(planned.page.name, {}).items():
            print((f"{name}: " if name else "") + f"{key}  {pin_type}")
    count = len(whole) + sum(len(planned.problems) for planned in pages)
    counted = {0: "no problems", 1: "1 problem"}.get(count, f"{count} problems")
    print(f"{opened.name}: {counted}", file=sys.stderr)
