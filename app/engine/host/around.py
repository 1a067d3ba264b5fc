"""What surrounds a request: the walls, and what of the project's files comes through them; a run that is done again."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from app.document.model.diagram import ArrayRef, Page
from app.document.resources.archives import SentArchives, StoredArchives, archives_of
from app.document.resources.companion_files import Companions
from app.document.resources.function_pages import FunctionPages
from app.document.resources.inlining import inlined
from app.engine.compiler.plan import Plan
from app.engine.host.companion_arrays import arrays_of, read_arrays
from app.engine.host.supervisor import Ended
from app.engine.inference.array_values import arrays_for_types, counts_for_types
from app.engine.ipc.arrays import SentArray
from app.engine.ipc.packing import Buffer
from app.engine.ipc.requests import RunPageRequest
from app.engine.ipc.walls import Walls


class Around(NamedTuple):
    """What surrounds a request: the walls, and what of the project's files comes with it through them."""

    walls: Walls
    arrays: tuple[SentArray, ...] = ()
    buffers: Sequence[Buffer] = ()

    def with_arrays(self, refs: Iterable[ArrayRef]) -> Around:
        """Return the same with arrays read from files that lie beside the project, by their whole paths."""
        buffers: list[Buffer] = []
        return Around(self.walls, read_arrays(refs, buffers), buffers)

    def with_plan(self, plan: Plan) -> Around:
        """Return the same with the arrays that a plan names."""
        return self.with_arrays(c.array for c in arrays_of(plan) if c.array is not None)


def for_types(
    subject: Plan | Page, companions: Companions, functions: FunctionPages
) -> tuple[SentArchives, Around]:
    """Return what is found in the arrays beside a page, and what surrounds the worker that infers its types.

    It reads which files there are, and none of them.
    """
    around = Around(Walls(lists=(os.path.realpath(companions.folder),)))
    if isinstance(subject, Page):
        archives = archives_of(inlined(subject, functions).page, StoredArchives(companions))
        return archives, around.with_arrays(arrays_for_types(archives))
    constants = [c for c in arrays_of(subject) if counts_for_types(c.shape)]
    return SentArchives(), around.with_arrays(c.array for c in constants if c.array is not None)


def traced(request: RunPageRequest, ended: Ended) -> RunPageRequest:
    """Return the request to repeat a run up to the step in which it ended, with marks around each block."""
    return msgspec.structs.replace(
        request,
        steps=max(1, ended.step),
        sample_rate=None,
        variables=False,
        trace=True,
        trace_blocks=None,
        hold=False,
        pace=None,
        hand_over_every=None,
        times=False,
    )
