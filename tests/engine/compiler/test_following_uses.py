"""The plan of a page with uses follows edits of texts and wires: it is the plan that planning anew gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.editing.document import Document
from app.document.editing.edits import ReplaceWire, SetPin
from app.document.editing.shared_copies import SharedCopies
from app.document.model.diagram import Page, PinRef, Wire
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler import following
from app.engine.compiler.following import Planner
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from tests.support.function_pages import project
from tests.support.used_pages import OTHERS, edit, main


class Followed:
    """A document of which the first page is planned after each edit, with all nodes and without."""

    def __init__(self, folder: Path, session: bool, shown: tuple[str, ...] = (), calls: bool = False) -> None:
        self.document, self.folder, self.shown = (
            Document(project(main(session, calls), *OTHERS)),
            folder,
            shown,
        )
        self.copies = SharedCopies()
        self.document.subscribe(self.copies.note)
        self.planners = {everything: Planner(everything) for everything in (False, True)}

    @property
    def page(self) -> Page:
        return self.document.project.pages[0]

    def check(self, what: object = "") -> None:
        copied = self.copies.of(self.page)
        own = OwnBlocks.on([copied], self.folder, OTHERS)
        for everything, planner in self.planners.items():
            ours = planner.plan(copied, self.folder, (), own, shown=self.shown)
            theirs = make_plan(copied, self.folder, everything=everything, data=(), own=own, shown=self.shown)
            for member in Plan.__struct_fields__:  # their order in dicts as well
                given, expected = getattr(ours, member), getattr(theirs, member)
                assert msgspec.msgpack.encode(given) == msgspec.msgpack.encode(expected), (what, member)


@given(st.data())
@settings(max_examples=30)
def test_plan_after_random_edits_is_that_of_planning_anew(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    def choose(things: Any) -> Any:
        return data.draw(st.sampled_from(things))

    folder = tmp_path_factory.mktemp("project")
    shown = choose(((), ("one/*", "two/s/m.z")))
    followed = Followed(folder, choose((True, False)), shown, choose((False, True)))
    followed.check()
    for _ in range(data.draw(st.integers(3, 12))):
        what = edit(followed.document, choose)
        if choose((False, False, False, True)):
            place = folder / "a.txt"
            place.unlink() if place.exists() else place.write_text("1")
        followed.check(what)


@pytest.fixture
def nothing_anew(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let nothing be planned anew, nor assembled anew of lowered blocks, once a page is known."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("planned anew")

    return lambda: [monkeypatch.setattr(following, name, refuse) for name in ("lowered", "assemble")]


@pytest.mark.parametrize(
    ("block", "pin", "text"), [("s", "by", "0.25"), ("one", "b", "4.0"), ("c", "val", "2.5f")]
)
def test_a_text_is_followed_without_planning_anew(
    tmp_path: Path, nothing_anew: Any, block: str, pin: str, text: str
) -> None:
    followed = Followed(tmp_path, session=True)
    followed.check()
    nothing_anew()
    followed.document.apply(SetPin("main", block, pin, text))
    copied, own = followed.copies.of(followed.page), OwnBlocks.on([followed.page], tmp_path, OTHERS)
    ours = followed.planners[False].plan(copied, tmp_path, (), own)
    assert ours == make_plan(copied, tmp_path, data=(), own=own)


@pytest.mark.parametrize(
    ("block", "pin", "text"), [("s", "by", "0.25"), ("one", "b", "4.0"), ("c", "val", "2.5f")]
)
def test_so_it_is_beside_blocks_that_call_pages(
    tmp_path: Path, nothing_anew: Any, block: str, pin: str, text: str
) -> None:
    followed = Followed(tmp_path, session=True, calls=True)
    followed.check()
    nothing_anew()
    followed.document.apply(SetPin("main", block, pin, text))
    copied, own = followed.copies.of(followed.page), OwnBlocks.on([followed.page], tmp_path, OTHERS)
    ours = followed.planners[False].plan(copied, tmp_path, (), own)
    assert ours.functions
    assert ours == make_plan(copied, tmp_path, data=(), own=own)


@pytest.mark.parametrize(
    ("target", "source"), [("two.x", "one.raw"), ("s.x", "one.y"), ("neg.x", "c.output")]
)
def test_a_wire_is_followed_without_planning_anew(
    tmp_path: Path, nothing_anew: Any, target: str, source: str
) -> None:
    followed = Followed(tmp_path, session=True)
    followed.check()
    nothing_anew()
    (old,) = [w for w in followed.page.wires if str(w.target) == target]
    followed.document.apply(ReplaceWire("main", old, Wire(source=PinRef.parse(source), target=old.target)))
    copied, own = followed.copies.of(followed.page), OwnBlocks.on([followed.page], tmp_path, OTHERS)
    ours = followed.planners[False].plan(copied, tmp_path, (), own)
    assert ours == make_plan(copied, tmp_path, data=(), own=own)
