"""Which fixes there are for the problems of a page."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from app.document.fixes import awaiting, dtypes, pages, shapes, swapping, values, wiring
from app.document.fixes.scene import Scene
from app.document.model.diagram import Page
from app.document.model.fix import Fix
from app.document.model.problems import Problem
from app.document.model.symbols import Symbols
from blocks.tensor_spec import TensorSpec

_MOST_PROBLEMS = 500  # of a page for which fixes are looked for
_SECONDS = 10.0  # that the search may take
_MOST_CHANGES = 500  # of a fix: a larger one is no plain change
_Maker = Callable[[Scene, Problem], list[Fix]]

# What looks for the fixes of each code, in this order. A code that is not here has the fixes that the check
# gave it, if any.
_MAKERS: dict[str, tuple[_Maker, ...]] = {
    "bad-attr-value": (pages.settings, values.wrong_word, values.wrong_length, values.disordered),
    "bad-condition": (pages.condition,),
    "bad-count": (values.wrong_length, values.too_few, values.wrong_word),
    "bad-dtype": (swapping.swapped_dtypes, dtypes.refused),
    "bad-id": (pages.bad_id,),
    "bad-literal": (dtypes.misread,),
    "bad-shape": (values.disordered, shapes.refused, swapping.swapped_shapes),
    "bad-stride": (values.too_small,),
    "bad-watch": (pages.guard, pages.element),
    "build-failed": (pages.replacement,),
    "cycle": (wiring.circle,),
    "dtype-conflict": (wiring.reference, swapping.swapped_dtypes, dtypes.conflict),
    "feed": (dtypes.fed, pages.unfed),
    "missing-attr": (values.missing,),
    "not-scalar": (shapes.refused,),
    "not-vector": (shapes.refused,),
    "nothing-to-run": (pages.session,),
    "run-failed": (
        awaiting.last_writer,
        dtypes.without_kernel,
        values.disordered,
        values.element_shapes,
        values.stored_dtype,
        shapes.refused,
    ),
    "too-many-wires": (wiring.crowded,),
    "unavailable": (pages.replacement,),
    "unknown-block": (pages.monitor, pages.condition, pages.guard, wiring.lost_end),
    "unknown-dtype": (dtypes.unknown,),
    "unknown-pin": (pages.monitor, pages.condition, pages.guard, wiring.lost_end, wiring.idle_text),
    "unknown-symbol": (pages.unknown_symbol,),
    "unwired-input": (values.missing, wiring.empty),
    "wire-index": (values.index_of_output, wiring.wrong_element),
    "wire-kind": (wiring.wrong_kind,),
}


def offer(
    page: Page,
    catalog: Symbols,
    problems: Sequence[Problem],
    types: Mapping[str, TensorSpec],
    required: Mapping[str, TensorSpec] | None = None,
) -> list[Problem]:
    """Return the problems with the fixes filled in where there is a plain one, the best first.

    On a page with very many problems the first ones only have fixes. ``types`` holds the outputs' types by
    ``block.pin`` as far as they are known, ``required`` those that inputs require.
    """
    scene = Scene(page, catalog, types, required or {})
    until = time.monotonic() + _SECONDS
    found: list[Problem] = []
    for problem in awaiting.with_writers(page, catalog, problems):
        is_late = len(found) >= _MOST_PROBLEMS or time.monotonic() > until
        found.append(problem if is_late else _with_fixes(scene, problem))
    return found


def _with_fixes(scene: Scene, problem: Problem) -> Problem:
    given = problem.fixes
    if problem.code == "bad-literal":
        given = tuple(fix for fix in given if dtypes.agrees(scene, problem, fix))
    found = {fix.changes: fix for fix in given}
    for maker in _MAKERS.get(problem.code, ()):
        if found and maker is swapping.swapped_shapes:
            break  # what keeps the wires is likelier
        made = maker(scene, problem)
        found.update({fix.changes: fix for fix in made if fix.changes not in found})
        if made and maker is swapping.swapped_dtypes:
            break  # the values are right as they are, in each other's place
    fixes = tuple(found.values())
    fixes = tuple(fix for fix in fixes if len(fix.changes) <= _MOST_CHANGES)
    return problem if fixes == problem.fixes else replace(problem, fixes=fixes)
