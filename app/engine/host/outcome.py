"""Makes the result of a page's run out of the way in which its request ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import structs

from app.document.model.problems import Problem, error
from app.document.model.sentence import quote, say
from app.engine.compiler.plan import Plan
from app.engine.diagnostics.dead_branches import dead_branch_warnings
from app.engine.host import exit_reasons
from app.engine.host.events import Over
from app.engine.host.interface import ManyEnd
from app.engine.host.printed import printed
from app.engine.host.supervisor import Ended, Limits
from app.engine.ipc.channel import encode
from app.engine.ipc.handlers import RUN_MANY, RUN_PAGE
from app.engine.ipc.packing import unpack
from app.engine.ipc.requests import RunPageReply
from app.engine.values.results import PageResult, TensorValue, Value, failed
from blocks.dtypes import label


def page_result(ended: Ended, plan: Plan, limits: Limits) -> PageResult:
    """Return what became of the run. Pins of which the run's end left no value are "failed"."""
    nothing = failed(_expected(plan))
    if ended.how == "replied":
        result = _replied(RUN_PAGE.read_reply(ended.reply), ended, nothing, limits)
        result.problems += dead_branch_warnings(plan, result.results)
        return result
    shown = (
        ended.sample.results if ended.sample is not None and ended.how in ("stopped", "timeout") else nothing
    )
    return PageResult(
        ok=False,
        steps=ended.steps,
        seconds=ended.seconds,
        results=shown,
        problems=[problem_of(ended, limits, plan)],
        timed_out=ended.how in ("timeout", "unstarted"),
        interrupted=ended.how == "stopped",
        printed=printed(ended.log),
        killed=ended.is_killed,
        **_handed_over(ended),
    )


def over_result(over: Over, plan: Plan) -> PageResult:
    """Return what became of one of many runs, which has come to its end by itself."""
    ended = Ended(how="replied", seconds=0.0, reply=over.reply, buffers=over.buffers, log=over.log)
    return page_result(ended, plan, Limits())


def many_end(ended: Ended, plan: Plan, limits: Limits) -> ManyEnd:
    """Return why no more of many runs followed."""
    if ended.how == "replied":
        reply = RUN_MANY.read_reply(ended.reply)
        if reply.last is None:
            return ManyEnd(
                "unbuilt" if reply.end == "unbuilt" else "alone" if reply.end == "failed" else "over"
            )
        result = page_result(structs.replace(ended, reply=encode(reply.last)), plan, limits)
        return ManyEnd("cut" if ended.timed_out else "stopped", result)
    if ended.is_killed:
        return ManyEnd("killed", page_result(ended, plan, limits))
    if ended.how in ("died", "failed"):
        return ManyEnd("alone")
    how = {"stopped": "stopped", "unready": "unready", "unstarted": "unready"}
    return ManyEnd(how.get(ended.how, "cut"), page_result(ended, plan, limits))


def unrun(plan: Plan, problems: list[Problem]) -> PageResult:
    """Return the result of a run that was refused before it began."""
    return PageResult(ok=False, results=failed(_expected(plan)), problems=problems)


def unfinished(running: Iterable[str], plan: Plan) -> tuple[str, ...]:
    """Drop from the blocks marked as running those that a running block takes a value from: they have ended.

    (The mark of an end is a node of its own and may come after the consumer's begin.)
    """
    marked = dict.fromkeys(running)
    nodes = {node.name: node for node in plan.nodes}
    ended: set[str] = set()
    for block in marked:
        todo, seen = [block] if block in nodes else [], {block}
        while todo:  # from the block's own op back through its helper nodes to other blocks
            for text in nodes[todo.pop()].inputs:
                source = nodes.get(_owner(text)) if not text.startswith("^") else None
                if source is not None and source.block != block:
                    ended.add(source.block)
                elif source is not None and source.name not in seen:
                    seen.add(source.name)
                    todo.append(source.name)
    return tuple(block for block in marked if block not in ended)


def _owner(tensor: str) -> str:
    return tensor.partition(":")[0]


def problem_of(ended: Ended, limits: Limits, plan: Plan | None = None) -> Problem:
    """Return the problem of a request that ended without a reply; ``plan`` is that of the run, if it was one."""
    known = ended.handed_over.step if ended.handed_over is not None else None
    if ended.how == "stopped":
        return exit_reasons.stopped(ended.steps, known)
    if ended.how == "timeout":
        cut = ended.step if ended.step > ended.steps or not ended.step else None
        return exit_reasons.timed_out(
            limits.timeout or 0.0,
            ended.steps,
            known,
            begun=cut,
            blocks=ended.holding,
            waits=ended.waits,
            plan=plan,
        )
    if ended.how == "stuck":
        return exit_reasons.stuck(limits.wait_limit, ended.step, ended.running, limits.may_wait, plan)
    if ended.how == "unstarted":
        return exit_reasons.unstarted(ended.seconds)
    if ended.how == "lost" and ended.why is not None:
        said = RUN_PAGE.read_reply(ended.reply).problems if ended.reply else []
        return exit_reasons.lost(ended.why, ended.steps, known, said[0].detail if said else None)
    if ended.why is not None:
        return exit_reasons.no_tensorflow(ended.why, ended.last)
    if ended.failure is not None:
        return error(ended.failure.code, say("run.failed", why=quote(ended.failure.reason)))
    return exit_reasons.died(ended.status, ended.log, ended.running, ended.steps, ended.step)


def _replied(reply: RunPageReply, ended: Ended, nothing: dict[str, Value], limits: Limits) -> PageResult:
    results = unpack(reply.results, ended.buffers)
    variables = unpack(reply.variables, ended.buffers)
    problems = list(reply.problems)
    late = reply.stopped and ended.timed_out
    if late:
        problems.append(exit_reasons.timed_out(limits.timeout or 0.0, reply.steps))
    elif reply.stopped:
        problems.append(exit_reasons.stopped(reply.steps))
    wrong = any(problem.severity == "error" for problem in problems)
    found = {name: value for name, value in variables.items() if isinstance(value, TensorValue)}
    return PageResult(
        ok=not (reply.short or wrong),
        steps=reply.steps,
        seconds=reply.seconds,
        results={**nothing, **results} if wrong or reply.steps == 0 else results,
        problems=problems,
        timed_out=late,
        interrupted=reply.stopped and not late,
        inputs=unpack(reply.inputs, ended.buffers),
        printed=printed(ended.log),
        **({"variables": found} if found else _handed_over(ended)),
    )


def _handed_over(ended: Ended) -> dict[str, Any]:
    """Return the members of a result whose run left no Variables of its own."""
    if ended.handed_over is None:
        return {}
    return {"variables": ended.handed_over.variables, "variables_step": ended.handed_over.step}


def _expected(plan: Plan) -> dict[str, str]:
    """Return the pins that a run of the plan shows: ``block.pin`` -> dtype label ("" where it has none)."""
    fetches = [fetch for session in plan.sessions for fetch in session.fetches]
    fetches = [fetch for fetch in fetches if fetch.key not in plan.unshown]
    return {fetch.key: label(fetch.dtypes[0]) or "" if fetch.dtypes else "" for fetch in fetches}
