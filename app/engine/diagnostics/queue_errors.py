"""Explains failures at queues and barriers that were closed: what is put in then, or asked for, is not there."""

from __future__ import annotations

import re

from app.document.model.sentence import Sentence, say
from app.engine.diagnostics.failed_op import Explanation, Failure, Given
from blocks.requirement import Actual


def drained(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """More is asked for than a closed queue still holds."""
    chief = _handle(failure)
    asked, there = int(found["asked"]), int(found["there"])
    sentence = say("queue.drained", store=_store(chief), asked=asked, there=there)
    needs = say("needs.queue-elements", count=asked)
    return Explanation(chief, sentence, needs, Actual(count=there), hint=say("hint.queue-drained"))


def closed(failure: Failure, found: re.Match[str]) -> Explanation | None:
    """Something is put into what was closed before."""
    chief = _handle(failure)
    sentence = say("queue.closed", store=_store(chief))
    there = say("actual.closed-queue")
    return Explanation(chief, sentence, say("needs.open-queue"), there, hint=say("hint.close-later"))


def _handle(failure: Failure) -> Given | None:
    return failure.arg("queue_handle", "handle")


def _store(chief: Given | None) -> Sentence | str:
    source = chief.source if chief is not None else None
    return say("queue.of-block", block=source.partition(".")[0]) if source else say("queue.some")
