"""The NaN guard of a page: the program looks at results after each step, and ends with the first that is not finite."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.compiler.plan import Fetch, Plan
from app.engine.exchange.python_writer.literals import quoted
from app.engine.exchange.python_writer.text import listing, statement
from blocks.dtypes import DTYPES

GUARD = "odd_results"
UNSHOWN = "UNSHOWN"  # the results that are there for the guard only
_FLOATS = ("float", "complex")


def guard_text(plan: Plan, begun: Sequence[Fetch]) -> list[str]:
    """Return the function that finds results that are not finite; nothing where the page has no guard.

    ``begun`` is what is shown of start values.
    """
    if not plan.guard:
        return []
    fetches = [*begun, *(f for session in plan.sessions for f in session.fetches)]
    guarded = [fetch.key for fetch in fetches if _is_guarded(fetch, plan.guard)]
    lines = statement("GUARDED = ", listing(map(quoted, guarded)))
    if plan.unshown:
        lines += statement(f"{UNSHOWN} = ", listing(map(quoted, plan.unshown)))
    return [
        *lines,
        "",
        "",
        f"def {GUARD}(results):",
        '    """Return the names of results that hold a NaN or an infinity."""',
        "    odd = []",
        "    for name in GUARDED:",
        "        parts = tf.nest.flatten(results.get(name))",
        "        if not all(part is None or np.isfinite(part).all() for part in parts):",
        "            odd.append(name)",
        "    return odd",
    ]


def guard_lines(plan: Plan, is_repeated: bool) -> list[str]:
    """Return the statements that end the run, behind those of a step."""
    if not plan.guard:
        return []
    return [
        f"odd = {GUARD}(results)",
        "if odd:",
        '    print("NaN or infinite:", ", ".join(odd), file=sys.stderr)',
        *(["    break"] if is_repeated else []),
    ]


def show_lines(plan: Plan) -> list[str]:
    """Return the statements that show each result."""
    lines = ["for name, value in results.items():"]
    if plan.guard and plan.unshown:
        return [*lines, f"    if name not in {UNSHOWN}:", "        show(name, value)"]
    return [*lines, "    show(name, value)"]


def _is_guarded(fetch: Fetch, guard: bool | tuple[str, ...]) -> bool:
    is_float = bool(fetch.dtypes) and DTYPES[fetch.dtypes[0]].kind in _FLOATS and not fetch.handle
    return is_float and (guard is True or (isinstance(guard, tuple) and fetch.key in guard))
