"""Tries fixes on copies of a page, in the worker: plans and infers each, and compares the problems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app.document.fixes import works
from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.engine.compiler.make_plan import make_plan
from app.engine.host.fix_trials import TrialOrder, Verdicts
from app.engine.tf.infer import infer

if TYPE_CHECKING:
    from app.engine.worker.client import Link


def run_trials(body: bytes, link: Link) -> None:
    """Answer a TrialOrder with Verdicts (a request handler of the worker)."""
    order = msgspec.msgpack.decode(body, type=TrialOrder)
    folder = Path(order.folder)

    def look(page: Page) -> list[Problem]:
        plan = make_plan(page, folder, everything=True)
        return [*plan.problems, *infer(plan, folder).problems]

    link.reply(
        Verdicts(
            [
                works(order.page, order.problem, fix, order.before, order.types, look)
                for fix in order.problem.fixes
            ]
        )
    )
