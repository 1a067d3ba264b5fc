"""What a run asks to be allowed: each thing once, with the digest by which an answer to it is remembered.

Another name, wire or text before a name, or another content of a Python file, has another digest and asks again. A name
that is computed is known only when the run has met it; then what it is computed from stands for it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

import msgspec

from app.document.model.problems import Problem
from app.document.resources.grants import Bounds, Capability, Grants
from app.document.resources.ground import is_broad
from app.document.resources.python_blocks import digest_of as sources_digest
from app.document.storage.digests import sha256
from app.engine.analysis.touches import Need, digest_of, needs_of, touches_of, upstream_of
from app.engine.compiler.plan import Plan

_CODES: dict[str, Capability] = {
    "refused-read": "read",
    "refused-write": "write",
    "refused-net": "net",
    "refused-python": "python",
}


class Ask(msgspec.Struct, frozen=True):
    """One thing that a block of a page asks for. ``where`` is the path, address or Python file; "" where there is none.

    ``grant`` is the path that an answer allows, "" where the capability takes none.
    """

    capability: Capability
    where: str
    grant: str
    block: str
    pin: str
    digest: str

    @property
    def key(self) -> tuple[str, str]:
        """Return what an answer is remembered by, within its project."""
        return self.capability, self.digest


def asks_of(plan: Plan, bounds: Bounds) -> list[Ask]:
    """Return what a plan asks for before it runs."""
    return [_ask(plan, need) for need in needs_of(plan, bounds)]


def computed_asks(plan: Plan) -> list[Ask]:
    """Return what stands for names that are known only in the run; ``where`` and ``grant`` are still empty."""
    nodes = {node.name: node for node in plan.all_nodes}
    found: dict[Ask, None] = {}
    for touch in touches_of(plan):
        if touch.is_judged_in_run:
            source = upstream_of(nodes, nodes[touch.node], touch.position)
            need = Need(touch.block, touch.pin, touch.op, touch.capability, None, "", source)
            found[Ask(touch.capability, "", "", touch.block, touch.pin, digest_of([need]))] = None
    return list(found)


def asks_met(plan: Plan, problems: Iterable[Problem]) -> list[Ask]:
    """Return what the refusals of a run ask for: the folder of the file that a computed name has met."""
    computed = {(ask.block, ask.pin, ask.capability): ask for ask in computed_asks(plan)}
    found = []
    for problem in problems:
        capability = _CODES.get(problem.code)
        ask = computed.get((problem.block or "", problem.pin or "", capability)) if capability else None
        where = getattr(problem.actual, "name", None) or ""
        if ask is not None:
            found.append(msgspec.structs.replace(ask, where=where, grant=_folder_of(where, ask.capability)))
    return found


def grants_for(asks: Iterable[Ask]) -> Grants:
    """Return the grants that allow all of these."""
    made = Grants()
    for ask in asks:
        paths = (ask.grant,) if ask.grant else ()
        made = made.joined(
            Grants(
                read=paths if ask.capability == "read" else (),
                write=paths if ask.capability == "write" else (),
                net=ask.capability == "net",
                python=ask.capability == "python",
                all=ask.capability == "all",
            )
        )
    return made


def _ask(plan: Plan, need: Need) -> Ask:
    digest = digest_of([need])
    if need.capability == "python":
        digest = sha256(digest.encode() + sources_digest(plan.python_sources)).hexdigest()
    return Ask(need.capability, need.path or "", need.grant, need.block, need.pin, digest)


def _folder_of(path: str, capability: Capability) -> str:
    """Return the folder of a file, or the file alone where its folder holds far more."""
    if capability not in ("read", "write"):
        return ""
    folder = os.path.dirname(path)
    return path if not folder or is_broad(folder) else folder
