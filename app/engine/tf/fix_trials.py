"""Tries fixes on copies of a page, in the worker: plans and infers each, and compares the problems."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.document.fixes import works
from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.engine.analysis.page_analysis import Checked, analyse
from app.engine.compiler.make_plan import make_plan
from app.engine.ipc.handlers import TRY_FIXES
from app.engine.ipc.requests import TrialReply
from app.engine.tf.infer import infer
from app.engine.worker.client import Client


def run_trials(body: bytes, client: Client) -> None:
    """Answer a TrialRequest with a TrialReply (the worker's handler TRY_FIXES)."""
    request = TRY_FIXES.read_request(body)
    folder = Path(request.folder)

    def look(page: Page) -> Sequence[Problem]:
        plan = make_plan(page, folder, everything=True, own=request.own, archives=request.archives)
        return analyse(page, Checked.of(plan), infer(plan, folder)).problems

    verdicts = [
        works(request.page, request.problem, fix, request.before, request.types, look)
        for fix in request.problem.fixes
    ]
    client.reply(TrialReply(verdicts))
