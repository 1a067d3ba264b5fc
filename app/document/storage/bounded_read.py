"""Reads the bytes of a file that may be anything: bounded, with faults that say what a person can do."""

from __future__ import annotations

import os
from pathlib import Path

from app.document.model.sentence import say
from app.document.storage.errors import FileProblem

MAX_BYTES = 64 * 2**20  # a 10,000-block page has 1.5 MB; large arrays lie beside the project


def read_bytes(path: Path, only: int | None = None, limit: int = MAX_BYTES) -> bytes:
    """Return the file's bytes (the first ``only``); raises FileProblem, also for more than ``limit`` bytes."""
    name = os.fspath(path)
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1 if only is None else only)
    except (OSError, ValueError) as fault:
        raise FileProblem(say("file.unopenable", why=reason(fault)), file=name) from fault
    if len(data) > limit:
        hint = say("hint.arrays-beside")
        raise FileProblem(say("file.too-large", size=limit // 2**20), file=name, hint=hint)
    return data


def reason(fault: OSError | ValueError) -> str:
    """Return why the system refused, in its words."""
    return (fault.strerror or str(fault)) if isinstance(fault, OSError) else str(fault)
