"""One mistake that a user makes on a page, and what must be said of it; and how to find what is said."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from app.document.model.problems import Problem
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult
from app.messages import actual_text, message_of, requirement_text
from tests.support.pages import page


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A page with one mistake in it.

    ``pins`` is the pin to blame, or the pair (``pin`` must be one of them and ``related`` name the others, as
    ``block.pin``); empty where no pin is to blame. ``words`` must be in the message, ``requirement`` and ``actual``
    in the words for these.
    """

    name: str
    blocks: dict[str, Any]
    wires: str = ""
    block: str | None
    pins: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    requirement: str | None = None
    actual: str | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    steps: int = 1
    device: str = ""


def const(**texts: str) -> dict[str, Any]:
    """Return Const blocks by id."""
    return {name: ("Const", {"val": text}) for name, text in texts.items()}


def drawn(mistake: Mistake, folder: Path) -> Any:
    """Return the mistake's page, its files laid beside it; a session runs every block named in its wires."""
    for name, content in mistake.files.items():
        (folder / name).write_bytes(content)
    made = page(mistake.blocks, mistake.wires, steps=mistake.steps)
    made.scope = replace(made.scope, device=mistake.device)
    return made


def planned(mistake: Mistake, folder: Path) -> list[Problem]:
    """Return the errors that are found without TensorFlow."""
    return errors(make_plan(drawn(mistake, folder), folder, data=()).problems)


def inferred(mistake: Mistake, folder: Path, engine: Engine) -> list[Problem]:
    """Return the errors that TensorFlow's inference finds on a page whose plan has none."""
    plan = make_plan(drawn(mistake, folder), folder, data=(), everything=True)
    assert not errors(plan.problems), [message_of(p) for p in plan.problems]
    return errors(engine.infer(plan, folder).problems)


def ran(mistake: Mistake, folder: Path, engine: Engine, **options: Any) -> PageResult:
    """Run a page whose plan and whose types have no fault."""
    plan = make_plan(drawn(mistake, folder), folder, data=(), everything=True)
    assert not errors(plan.problems), [message_of(p) for p in plan.problems]
    assert not errors(engine.infer(plan, folder).problems)
    plan = make_plan(drawn(mistake, folder), folder, data=())
    return engine.run(plan, folder, RunRequest(steps=mistake.steps, **options))


def errors(problems: list[Problem]) -> list[Problem]:
    """Return the problems that are errors."""
    return [p for p in problems if p.severity == "error"]


def missed(mistake: Mistake, problems: list[Problem]) -> list[str]:
    """Return what is not said as it should be; empty where all is."""
    if not problems:
        return ["no problem"]
    first = problems[0]
    faults = []
    if first.block != mistake.block:
        faults.append(f"block {first.block}, not {mistake.block}")
    if mistake.pins:
        to_blame = {p if "." in p else f"{mistake.block}.{p}" for p in mistake.pins}
        named = {f"{first.block}.{first.pin}"} | set(first.related)
        if f"{first.block}.{first.pin}" not in to_blame or not to_blame <= named:
            faults.append(f"pins {sorted(named)}, not {sorted(to_blame)}")
    faults += [f"no {word!r} in the message" for word in mistake.words if word not in message_of(first)]
    said = (
        (mistake.requirement, requirement_text(first), "requirement"),
        (mistake.actual, actual_text(first), "actual"),
    )
    for sought, found, what in said:
        if sought is not None and (found is None or sought not in found):
            faults.append(f"{what} is {found!r}, not {sought!r}")
    if any(p.block != mistake.block for p in problems):
        faults.append(f"blocks that are not to blame: {sorted({str(p.block) for p in problems})}")
    if re.search(r"\{\{node|Traceback|\n", message_of(first)):
        faults.append("TensorFlow's own form in the message")
    return [*faults, f"message: {message_of(first)}"] if faults else []
