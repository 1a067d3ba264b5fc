"""The types of a page with uses follow edits: they are those of looking at all of the page."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.document.editing.document import Document
from app.document.editing.edits import ReplaceWire, SetPin
from app.document.editing.shared_copies import SharedCopies
from app.document.model.diagram import PinRef, Wire
from app.document.resources.archives import StoredArchives, archives_of
from app.document.resources.companion_files import Companions
from app.document.resources.function_pages import FunctionPages
from app.document.resources.inlining import inlined
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.host.followed_types import FollowedTypes
from app.engine.inference.blocked_blocks import blocked_blocks
from app.engine.inference.input_types import required_types
from app.engine.inference.result import Inference
from app.engine.ipc.requests import InferRequest
from app.engine.tf.infer import FollowedPages, infer
from app.engine.tf.op_cache import OpCache
from tests.support.function_pages import project
from tests.support.used_pages import OTHERS, edit, main

encode = msgspec.msgpack.encode


class Followed:
    """A document whose types are asked after each edit, as the window asks a worker."""

    def __init__(self, folder: Path, session: bool) -> None:
        self.document, self.folder = Document(project(main(session), *OTHERS)), folder
        self.copies, self.types = SharedCopies(), FollowedTypes()
        self.document.subscribe(self.copies.note)
        self.worker, self.cache = FollowedPages(OpCache()), OpCache()

    def ask(self) -> tuple[Inference, bool]:
        """Return the types now, and whether only what has changed was sent."""
        copy = self.copies.of(self.document.project.pages[0])
        archives = archives_of(copy, StoredArchives(Companions.of(self.folder)))
        functions = FunctionPages.of([copy, *OTHERS])
        request = self.types.next_request(copy, self.folder, archives, functions)
        if request is None:
            self.types.forget()
            request = self.types.request(copy, self.folder, archives, functions)
        received = msgspec.msgpack.decode(encode(request), type=InferRequest)
        answer = msgspec.msgpack.decode(encode(self.worker.answer(received)), type=Inference)
        return self.types.take(copy, request, answer), answer.gone is not None

    def check(self, what: object = "") -> bool:
        """Compare with the types of all of the page; return whether only what has changed was sent."""
        ours, follows = self.ask()
        drawn = self.document.project.pages[0]
        own = OwnBlocks.on([drawn], self.folder, OTHERS)
        plan, flat = make_plan(drawn, self.folder, everything=True, own=own), inlined(drawn, own.pages).page
        theirs = infer(plan, self.folder, self.cache)
        theirs.plan_problems, theirs.dtypes = list(plan.problems), plan.types
        theirs.required = required_types(flat, plan, theirs.types, own.catalog())
        theirs.blocked = blocked_blocks(flat, plan.problems, plan.unbuilt, theirs.problems, theirs.types)
        for member in ("types", "required", "dtypes", "blocked"):
            assert getattr(ours, member) == getattr(theirs, member), (what, member)
        for member in ("problems", "plan_problems"):
            given, expected = (sorted(map(encode, getattr(one, member))) for one in (ours, theirs))
            assert given == expected, (what, member)
        return follows


@pytest.mark.parametrize("seed", range(4))
def test_types_after_random_edits_are_those_of_the_page_anew(tmp_path: Path, seed: int) -> None:
    chosen = random.Random(seed)

    def choose(things: Any) -> Any:
        return chosen.choice(list(things))

    followed = Followed(tmp_path, choose((True, False)))
    followed.check()
    for _ in range(6):
        followed.check(edit(followed.document, choose))


def test_a_text_and_a_wire_are_answered_by_what_has_changed(tmp_path: Path) -> None:
    followed = Followed(tmp_path, session=True)
    assert not followed.check("the whole page comes first")
    for block, pin, text in (("s", "by", "{1.0,2.0}"), ("one", "b", "4.0"), ("c", "val", "{1f,2f}")):
        followed.document.apply(SetPin("main", block, pin, text))
        assert followed.check(text)
    (old,) = [w for w in followed.document.project.pages[0].wires if str(w.target) == "two.x"]
    new = Wire(source=PinRef.parse("one.raw"), target=old.target)
    followed.document.apply(ReplaceWire("main", old, new))
    assert followed.check(new)
