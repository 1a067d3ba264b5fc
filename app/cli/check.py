"""``tensorblocks check``: what is wrong with every page of a file, without running it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import msgspec

from app.cli.exits import DONE, PROBLEMS
from app.cli.opening import Opened, open_file
from app.cli.planning import analysed_page
from app.cli.printing import print_problems
from app.cli.touched import touches_json, walls_json
from app.document.formats.registry import is_model
from app.document.model.diagram import Page
from app.document.model.problems import Problem, errors_in
from app.document.resources.weights import weight_of
from app.engine.analysis.page_analysis import PageAnalysis
from app.messages import problem_json

if TYPE_CHECKING:
    from app.engine.host.engine import Engine
    from app.engine.host.interface import EngineInterface


def check(options: argparse.Namespace) -> int:
    """Check every page of ``options.file``; return 3 where a problem is an error (that no fix has cured)."""
    needs_engine = options.fix or options.types or is_model(options.file)
    fixed: dict[str, list[str]] | None = None
    with _engine() if needs_engine else nullcontext() as engine:
        opened = open_file(options.file, options.data, engine)

        def analyse_page(page: Page) -> PageAnalysis:
            return analysed_page(page, opened, engine)

        if options.fix:
            opened, fixed = _fix(opened, engine)
        pages = [analyse_page(page).with_proven_fixes(analyse_page) for page in opened.project.pages]
    whole = opened.problems.get("", [])
    if options.json:
        print(_json_text(opened, whole, pages, fixed, options.types))
    else:
        _print_fixed(fixed or {}, len(pages) > 1)
        _print_lines(opened, whole, pages, options.types, not options.fix)
    return PROBLEMS if errors_in(whole) or any(page.has_errors for page in pages) else DONE


def _engine() -> Engine:
    from app.engine.host.engine import Engine  # late: a plain check needs none

    return Engine()


def _fix(opened: Opened, engine: EngineInterface | None) -> tuple[Opened, dict[str, list[str]]]:
    """Cure what can be cured, and save the file; return what it is then, and the titles of the fixes by page."""
    from app.cli.fixing import fix_file

    return fix_file(opened, lambda page, now: analysed_page(page, now, engine).with_fixes())


def _json_text(
    opened: Opened,
    whole: Sequence[Problem],
    pages: Sequence[PageAnalysis],
    fixed: Mapping[str, list[str]] | None,
    with_types: bool,
) -> str:
    """Return the command's one JSON object."""
    from app.engine.host.wall_trial import try_walls  # late: text needs none

    members: dict[str, Any] = {}
    for one in pages:
        problems = [problem_json(p) for p in one.problems]
        members[one.page.name] = {"ok": not one.has_errors, "problems": problems}
        if with_types:
            members[one.page.name].update(_types_json(opened, one))
    tree: dict[str, Any] = {"file": opened.name, "pages": members}
    tree["touches"] = {one.page.name: touches_json(opened, one) for one in pages}
    tree["walls"] = walls_json(try_walls())
    if fixed is not None:
        tree["fixed"] = fixed
    if whole:
        tree["problems"] = [problem_json(p) for p in whole]
    return json.dumps(tree, ensure_ascii=False)


def _types_json(opened: Opened, one: PageAnalysis) -> dict[str, Any]:
    """Return a page's types, and what it holds by them; null where they are not known."""
    if one.inferred is None:
        return {"types": None, "weight": None}
    weight = weight_of(one.page.blocks.values(), opened.own_blocks([one.page]).pages, one.inferred)
    return {"types": msgspec.to_builtins(one.inferred), "weight": weight._asdict()}


def _print_fixed(fixed: Mapping[str, list[str]], several: bool) -> None:
    """Print one line per fix that was done."""
    for name, titles in fixed.items():
        for title in titles:
            print(f"{name}: fixed: {title}" if several else f"fixed: {title}")


def _print_lines(
    opened: Opened,
    whole: Sequence[Problem],
    pages: Sequence[PageAnalysis],
    with_types: bool,
    advise: bool,
) -> None:
    """Print one line per problem and one per typed output; say on stderr how many problems there are.

    ``advise``: also how many of them ``--fix`` could cure.
    """
    print_problems(whole, sys.stdout)
    for one in pages:
        name = one.page.name if len(pages) > 1 else None
        print_problems(one.problems, sys.stdout, name)
        for key, spec in (one.inferred or {}).items() if with_types else ():
            print((f"{name}: " if name else "") + f"{key}  {spec}")
    count = len(whole) + sum(len(one.problems) for one in pages)
    counted = {0: "no problems", 1: "1 problem"}.get(count, f"{count} problems")
    errors = [p for one in pages for p in one.problems if p.severity == "error"]
    fixable = sum(1 for p in errors if any(not fix.by_hand for fix in p.fixes))
    advice = f"; a plain change cures {fixable}: try --fix, or the editor" if fixable and advise else ""
    print(f"{opened.name}: {counted}{advice}", file=sys.stderr)
