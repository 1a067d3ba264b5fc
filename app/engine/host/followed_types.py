"""Asks the worker about the types of one page as it is edited: only what has changed travels, there and back."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import NamedTuple

from app.document.model.diagram import Page
from app.document.model.page_difference import difference
from app.document.resources.archives import SentArchives
from app.document.resources.function_pages import NO_PAGES, FunctionPages
from app.document.resources.own_blocks import OwnBlocks
from app.engine.inference.result import Inference
from app.engine.ipc.requests import InferRequest, planned_blocks, planned_difference, planned_part


class _Known(NamedTuple):
    """The last state that the worker has answered."""

    state: str
    page: Page
    folder: str
    own: OwnBlocks
    functions: FunctionPages  # that the page reaches, as they are in this process
    archives: SentArchives
    inference: Inference


class FollowedTypes:
    """Makes the requests for one worker, and whole answers of what it sends back."""

    def __init__(self) -> None:
        """Begin with no page."""
        self._known: _Known | None = None
        self._functions = NO_PAGES  # that the page of the last whole request reaches

    def request(
        self,
        page: Page,
        folder: str | os.PathLike[str],
        archives: SentArchives,
        functions: FunctionPages = NO_PAGES,
    ) -> InferRequest:
        """Return the request for a page, whole: its state has a name from which `next_request` can go on."""
        self._functions = functions.reached_from(page)
        own = planned_blocks(OwnBlocks.known([page], Path(folder), self._functions))
        state = uuid.uuid4().hex
        return InferRequest(None, os.fspath(folder), planned_part(page), own, archives=archives, state=state)

    def next_request(
        self,
        page: Page,
        folder: str | os.PathLike[str],
        archives: SentArchives,
        functions: FunctionPages = NO_PAGES,
    ) -> InferRequest | None:
        """Return the request that names only the difference to the last state; None where that does not do."""
        known = self._known
        if known is None or functions.reached_from(page) != known.functions:
            return None
        if (known.folder, known.archives) != (os.fspath(folder), archives):
            return None
        change = difference(known.page, page)
        if change is None:
            return None
        own = known.own.again(Path(folder))  # the same symbols stand on the page
        return InferRequest(
            None,
            known.folder,
            None,
            own,
            archives=archives,
            state=uuid.uuid4().hex,
            change=planned_difference(change),
            since=known.state,
        )

    def take(self, page: Page, request: InferRequest, answer: Inference) -> Inference:
        """Return the whole answer to one of these requests, and go on from it. The page never changes afterwards."""
        if self._known is not None:
            answer = answer.since(self._known.inference)
        self._known = _Known(
            request.state, page, request.folder, request.own, self._functions, request.archives, answer
        )
        return answer

    def forget(self) -> None:
        """Let the next request be for a whole page."""
        self._known = None
