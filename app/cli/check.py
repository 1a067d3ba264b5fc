"""``tensorblocks check``: what is wrong with every page of a file, without running it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from app.cli.exits import DONE, PROBLEMS
from app.cli.opening import Opened, open_file
from app.cli.planning import Planned, plan_page
from app.cli.printing import print_problems
from app.document.model.diagram import Page
from app.document.model.problems import Problem, joined
from app.messages import problem_json
from blocks.catalog import load
from blocks.dtypes import label
from blocks.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from app.engine.host.interface import EngineInterface

_INFERENCE = 60.0  # seconds for a page's types; a page that needs more is reported as such

_Types = Mapping[str, Mapping[str, TensorSpec]]  # by page, then by block.pin
_Pages = Sequence[Planned]


def check(options: argparse.Namespace) -> int:
    """Check every page of ``options.file``; return 3 where a problem is an error (that no fix has cured)."""
    opened = open_file(options.file, options.data)
    fixed: dict[str, list[str]] | None = None
    if options.fix:
        from app.engine.host.engine import Engine

        with Engine() as engine:
            fixed = _fix(opened, engine)
            pages, types = _infer(opened, engine)
    elif options.types:
        from app.engine.host.engine import Engine

        with Engine() as engine:
            pages, types = _infer(opened, engine)
    else:
        pages, types = _look(opened), {}
    whole = opened.problems.get("", [])
    shown = types if options.types else None
    if options.json:
        print(_json_text(opened, whole, pages, shown, fixed))
    else:
        _print_fixed(fixed or {}, len(pages) > 1)
        _print_lines(opened, whole, pages, shown or {}, not options.fix)
    return PROBLEMS if _has_errors(whole) or any(page.has_errors for page in pages) else DONE


def _fix(opened: Opened, engine: EngineInterface) -> dict[str, list[str]]:
    """Cure what can be cured, and save the file; return the titles of the fixes done, by page."""
    from app.cli.curing import Look, fix_file

    def look(name: str) -> Look:
        page = opened.project.page(name)
        assert page is not None
        planned, types = _inferred(page, opened, engine)
        return Look(_with_fixes(planned, types).problems, types)

    return fix_file(opened, Path(opened.name), look)


def _look(opened: Opened) -> list[Planned]:
    """Plan every page; return them with the fixes that are plain without TensorFlow."""
    checked = []
    for page in opened.project.pages:
        planned = plan_page(page, opened)
        types = {key: TensorSpec(label(dtype) or dtype, None) for key, dtype in planned.plan.types.items()}
        checked.append(_proven(_with_fixes(planned, types), types, lambda p: plan_page(p, opened)))
    return checked


def _infer(opened: Opened, engine: EngineInterface) -> tuple[list[Planned], _Types]:
    """Let TensorFlow infer every page's types; return the pages with the problems that this shows."""
    checked: list[Planned] = []
    types: dict[str, Mapping[str, TensorSpec]] = {}

    def look(page: Page) -> Planned:
        return _inferred(page, opened, engine)[0]

    for page in opened.project.pages:
        planned, found = _inferred(page, opened, engine)
        checked.append(_proven(_with_fixes(planned, found), found, look))
        types[page.name] = found
    return checked, types


def _inferred(
    page: Page, opened: Opened, engine: EngineInterface
) -> tuple[Planned, Mapping[str, TensorSpec]]:
    """Return a page with the problems that inference shows, and its types."""
    planned = plan_page(page, opened, everything=True)
    found = engine.infer(planned.plan, opened.folder, timeout=_INFERENCE)
    return replace(planned, problems=joined(planned.problems, found.problems)), found.types


def _with_fixes(planned: Planned, types: Mapping[str, TensorSpec]) -> Planned:
    if not planned.problems:
        return planned
    from app.document.fixes import offer
    from app.engine.inference.input_types import wanted_types

    wanted = wanted_types(planned.page, planned.plan, types)
    return replace(planned, problems=offer(planned.page, load(), planned.problems, types, wanted))


def _proven(planned: Planned, types: Mapping[str, TensorSpec], look: Callable[[Page], Planned]) -> Planned:
    """Keep the fixes that cure their problem."""
    if not any(p.fixes for p in planned.problems):
        return planned
    from app.document.fixes import proven

    return replace(
        planned, problems=proven(planned.page, planned.problems, types, lambda p: look(p).problems)
    )


def _has_errors(problems: Sequence[Problem]) -> bool:
    return any(p.severity == "error" for p in problems)


def _json_text(
    opened: Opened,
    whole: Sequence[Problem],
    pages: _Pages,
    types: _Types | None,
    fixed: Mapping[str, list[str]] | None,
) -> str:
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
    if fixed is not None:
        tree["fixed"] = fixed
    if whole:
        tree["problems"] = [problem_json(p) for p in whole]
    return json.dumps(tree, ensure_ascii=False)


def _print_fixed(fixed: Mapping[str, list[str]], several: bool) -> None:
    """Print one line per fix that was done."""
    for name, titles in fixed.items():
        for title in titles:
            print(f"{name}: fixed: {title}" if several else f"fixed: {title}")


def _print_lines(
    opened: Opened, whole: Sequence[Problem], pages: _Pages, types: _Types, advise: bool
) -> None:
    """Print one line per problem and one per typed output; say on stderr how many problems there are.

    ``advise``: also how many of them ``--fix`` could cure.
    """
    print_problems(whole, sys.stdout)
    for planned in pages:
        name = planned.page.name if len(pages) > 1 else None
        print_problems(planned.problems, sys.stdout, name)
        for key, spec in types.get(planned.page.name, {}).items():
            print((f"{name}: " if name else "") + f"{key}  {spec}")
    count = len(whole) + sum(len(planned.problems) for planned in pages)
    counted = {0: "no problems", 1: "1 problem"}.get(count, f"{count} problems")
    fixable = sum(1 for page in pages for p in page.problems if p.fixes and p.severity == "error")
    advice = f"; a plain change cures {fixable}: try --fix, or the editor" if fixable and advise else ""
    print(f"{opened.name}: {counted}{advice}", file=sys.stderr)
