"""What of a page cannot run on a cluster: devices that it does not have, and blocks that need Python."""

from __future__ import annotations

from collections.abc import Iterator

from app.document.model.diagram import Page
from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.cluster.cluster import Cluster, is_at_home
from app.engine.compiler.cross_checks import remote_device
from app.engine.compiler.plan import Plan
from app.engine.compiler.round_tokens import TOKENS
from blocks.op_facts.side_effects import PYTHON_OPS
from blocks.requirement import Actual


def misfits_of(plan: Plan, cluster: Cluster) -> list[Problem]:
    """Return the errors of a plan that is to run on a cluster, at the blocks where they stand."""
    return [*_absent(plan, cluster), *_in_python(plan)]


def strangers_of(plan: Plan) -> list[Problem]:
    """Return the errors of a plan that is to run on this machine alone, and names tasks of a cluster."""
    return [
        error("bad-attr-value", remote_device(device, block), block, actual=Actual(name=device))
        for block, device in _settings(plan)
        if not is_at_home(device)
    ]


def absent_from(page: Page, cluster: Cluster) -> list[Problem]:
    """Return the errors of a drawn page whose devices name tasks that its cluster's file does not have."""
    named: dict[str | None, str] = {b.id: b.device for b in page.blocks.values() if not b.off}
    named[None] = page.scope.device
    return [absent_task(d, cluster.names, block) for block, d in named.items() if not cluster.has(d)]


def absent_task(device: str, there: tuple[str, ...], block: str | None) -> Problem:
    """Return the problem of a device that a cluster does not have; ``there`` is what it has."""
    sentence = say("cluster.absent-device", device=device)
    if block is not None:
        sentence = say("cluster.absent-block-device", device=device)
    hint = say("hint.present-devices", devices=there)
    return error("bad-attr-value", sentence, block, actual=Actual(name=device), hint=hint)


def _absent(plan: Plan, cluster: Cluster) -> Iterator[Problem]:
    for block, device in _settings(plan):
        if not cluster.has(device):
            yield absent_task(device, cluster.names, block)


def _settings(plan: Plan) -> Iterator[tuple[str | None, str]]:
    """Give the device of the page, and those of its blocks that run, where they are set."""
    yield None, plan.device
    symbols = plan.all_symbols
    yield from ((block, device) for block, device in plan.device_settings.items() if block in symbols)


def _in_python(plan: Plan) -> Iterator[Problem]:
    """Report blocks of Python, and what is watched within loops, which takes Python as well."""
    found: dict[str, None] = {}
    for node in plan.all_nodes:
        if node.op not in PYTHON_OPS or node.block in found:
            continue
        found[node.block] = None
        sentence = say("cluster.python")
        if node.attrs.get("token") in TOKENS:
            sentence = say("cluster.rounds")
        yield error("bad-cluster", sentence, node.block)
