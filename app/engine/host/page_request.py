"""What the worker is sent to run a plan: the request of whoever runs it, on the wire."""

from __future__ import annotations

import os

from app.document.resources.grants import Bounds
from app.engine.compiler.name_guards import with_name_checks
from app.engine.compiler.plan import Plan
from app.engine.host.interface import RunRequest
from app.engine.ipc.channel import encode
from app.engine.ipc.packing import Buffer, pack
from app.engine.ipc.requests import RunPageRequest


def page_request(
    plan: Plan,
    folder: str | os.PathLike[str],
    request: RunRequest,
    bounds: Bounds,
    session: str,
    memory_limit: int | None,
) -> RunPageRequest:
    """Return what the worker is sent to run a plan; ``session`` names the page session's class."""
    parts: list[Buffer] = []
    packed = pack(request.start, parts)
    return RunPageRequest(
        plan=encode(with_name_checks(plan)),
        session=session,
        folder=os.fspath(folder),
        steps=request.steps,
        sample_rate=request.sample_rate,
        memory_limit=memory_limit,
        trace=len(plan.may_wait) > 1,
        trace_blocks=plan.may_wait,
        variables=request.variables,
        watch=request.watch,
        until=request.until,
        start=packed,
        start_parts=tuple(part.tobytes() for part in parts),
        unshown=plan.unshown,
        hold=request.hold,
        pace=request.pace,
        guard=plan.guard if request.guard is None else request.guard,
        hand_over_every=request.hand_over_every,
        times=request.times,
        ground=bounds.ground,
        grants=bounds.grants,
    )
