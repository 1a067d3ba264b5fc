"""Prints what pages are planned and written to as digests, one a line: to compare processes with each other."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from app.document.model.diagram import Page
from app.document.resources.own_blocks import OwnBlocks
from app.document.storage.reader import loads
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from app.engine.exchange.python_writer.program import python_program
from tests.support.edited_pages import drawn_document, edit

SAMPLES = Path(__file__).parents[2] / "assets/samples"


def drawn_lines(count: int, folder: Path) -> Iterator[str]:
    """Yield the digests of pages that are drawn and edited at random, the same in every process."""
    for seed in range(count):
        draw = random.Random(seed)
        document = drawn_document(draw.choice)
        for _ in range(draw.randint(0, 8)):
            edit(document, draw.choice)
        (page,) = document.project.pages
        yield from digests(f"drawn {seed}", page, folder, OwnBlocks.on([page], folder))


def sample_lines() -> Iterator[str]:
    """Yield the digests of the samples' pages."""
    for path in sorted(SAMPLES.rglob("*.tblocks")):
        pages = loads(path.read_bytes()).project.pages
        for page in pages:
            own = OwnBlocks.on([page], path.parent, pages)
            yield from digests(f"{path.stem} {page.name}", page, path.parent, own)


def digests(name: str, page: Page, folder: Path, own: OwnBlocks) -> Iterator[str]:
    """Yield a line for each member of a page's plan, and one for each program that it is written to."""
    plan = make_plan(page, folder, data=(), own=own)
    for member in Plan.__struct_fields__:
        yield f"{name} {member} {_of(msgspec.msgpack.encode(getattr(plan, member)))}"
    if not plan.stops:
        for style in ("v1", "v2"):
            program = python_program(plan, page, folder, {}, style, folder / "program.py")
            yield f"{name} {style} {_of(program.text.encode())}"


def _of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


if __name__ == "__main__":
    for line in (*drawn_lines(int(sys.argv[1]), Path(sys.argv[2])), *sample_lines()):
        print(line)
