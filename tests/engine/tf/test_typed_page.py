"""Types that follow edits are those of inferring the page anew, whatever the page and the edits."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.editing.document import Document
from app.document.editing.edits import ReplaceWire, SetPin
from app.document.editing.shared_copies import SharedCopies
from app.document.model.diagram import PinRef, Project, Wire
from app.document.resources.archives import StoredArchives, archives_of
from app.document.resources.companion_files import Companions
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.followed_types import FollowedTypes
from app.engine.inference.blocked_blocks import blocked_blocks
from app.engine.inference.input_types import required_types
from app.engine.inference.result import Inference
from app.engine.ipc.requests import InferRequest
from app.engine.tf.infer import FollowedPages, infer
from app.engine.tf.op_cache import OpCache
from tests.support.edited_pages import PARTS, drawn_document, edit, fitting
from tests.support.pages import page

encode = msgspec.msgpack.encode


class Followed:
    """A document whose types are asked after each edit, as the window asks a worker."""

    def __init__(self, document: Document, folder: Path) -> None:
        self.document, self.folder = document, folder
        self.copies, self.types = SharedCopies(), FollowedTypes()
        document.subscribe(self.copies.note)
        self.worker, self.cache = FollowedPages(OpCache()), OpCache()

    def ask(self) -> tuple[Inference, bool]:
        """Return the types now, and whether only what has changed was sent."""
        copy = self.copies.of(self.document.project.pages[0])
        archives = archives_of(copy, StoredArchives(Companions.of(self.folder)))
        request = self.types.next_request(copy, self.folder, archives)
        if request is None:
            self.types.forget()
            request = self.types.request(copy, self.folder, archives)
        received = msgspec.msgpack.decode(encode(request), type=InferRequest)
        answer = msgspec.msgpack.decode(encode(self.worker.answer(received)), type=Inference)
        return self.types.take(copy, request, answer), answer.gone is not None

    def anew(self) -> Inference:
        """Return the types of the page by looking at all of it."""
        drawn = self.document.project.pages[0]
        own = OwnBlocks.on([drawn], self.folder)
        plan = make_plan(drawn, self.folder, everything=True, own=own)
        found = infer(plan, self.folder, self.cache)
        found.plan_problems, found.dtypes = list(plan.problems), plan.types
        found.required = required_types(drawn, plan, found.types, own.catalog())
        found.blocked = blocked_blocks(drawn, plan.problems, plan.unbuilt, found.problems, found.types)
        return found

    def check(self, what: str = "") -> bool:
        """Compare both; return whether only what has changed was sent."""
        ours, follows = self.ask()
        theirs = self.anew()
        for member in ("types", "required", "dtypes", "blocked"):
            assert getattr(ours, member) == getattr(theirs, member), (what, member)
        for member in ("problems", "plan_problems"):
            given, expected = (sorted(map(encode, getattr(one, member))) for one in (ours, theirs))
            assert given == expected, (what, member)
        return follows


@given(st.data())
@settings(max_examples=12)
def test_types_after_random_edits_are_those_of_the_page_anew(tmp_path_factory, data):
    def choose(things):
        return data.draw(st.sampled_from(things))

    followed = Followed(drawn_document(choose), tmp_path_factory.mktemp("project"))
    followed.check()
    for _ in range(data.draw(st.integers(2, 8))):
        followed.check(edit(followed.document, choose))


@pytest.fixture
def training(tmp_path):
    """Return a page with a Variable, a gradient and a session."""
    blocks, wires = PARTS["plain"][0] | PARTS["training"][0], PARTS["plain"][1] + PARTS["training"][1]
    session = "apply.out -> s.run_outputs\nroot.y -> s.fetch_outputs"
    blocks = blocks | {"s": "ClientSession"}
    made = page(blocks, fitting(wires + session, blocks))
    return Followed(Document(Project(pages=[made])), tmp_path)


def test_a_text_and_a_wire_are_answered_by_what_has_changed(training):
    assert not training.check("the whole page comes first")
    for block, pin, text in (
        ("a", "val", "{1.0f,2.0f,3.0f,4.0f}"), ("twice", "y", "{{1.0f},{2.0f}}"), ("a", "val", "{1,2}"),
        ("a", "val", "{1.0f,2.0f}"), ("in", "val", "{{1.0f,2.0f,3.0f}}"), ("in", "val", "{{1.0f,2.0f}}"),
    ):  # fmt: skip
        training.document.apply(SetPin("page", block, pin, text))
        assert training.check(text)
    for source, target in (("a.output", "root.x"), ("net.product", "cost.x"), ("act.y", "cost.x")):
        (old,) = [w for w in training.document.project.pages[0].wires if str(w.target) == target]
        new = Wire(source=PinRef.parse(source), target=old.target)
        training.document.apply(ReplaceWire("page", old, new))
        assert training.check(source)


def test_a_worker_that_does_not_know_the_page_is_given_the_whole(tmp_path, engine: Engine):
    made = page({"a": ("Const", {"val": "{1.0f,2.0f}"}), "b": "Square"}, "a.output -> b.x")
    document, copies = Document(Project(pages=[made])), SharedCopies()
    document.subscribe(copies.note)
    shapes = []
    for text in ("{1.0f}", "{1.0f,2.0f,3.0f}", "1.0f"):
        document.apply(SetPin("page", "a", "val", text))
        found = engine.infer(copies.of(made), tmp_path, is_copy=True)
        shapes.append(found.types["b.y"].shape)
        engine.infer(page({"other": ("Const", {"val": "1"})}), tmp_path)  # which the worker knows now instead
    assert shapes == [(1,), (3,), ()]
