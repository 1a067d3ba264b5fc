"""A plan that follows edits is the plan that planning anew gives, whatever the page and the edits."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.editing.document import Document
from app.document.editing.edits import RemoveWires, ReplaceWire, SetPin
from app.document.editing.shared_copies import SharedCopies
from app.document.model.diagram import Block, PinRef, Project, Wire
from app.engine.compiler.following import Planner
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from tests.support.edited_pages import PARTS, SESSIONS, drawn_document, edit, fitting
from tests.support.pages import page

FUNCTION = 'def twice(x: "float32 [?]") -> "float32 [?]": return 2 * x\n'


class Followed:
    """A document whose page is planned after each edit, with all nodes and without."""

    def __init__(self, document, folder):
        self.document, self.folder = document, folder
        self.copies = SharedCopies()
        document.subscribe(self.copies.note)
        self.planners = {everything: Planner(everything) for everything in (False, True)}

    @property
    def page(self):
        return self.document.project.pages[0]

    def check(self, what=""):
        copied = self.copies.of(self.page)
        assert copied == self.page
        for everything, planner in self.planners.items():
            ours = planner.plan(copied, self.folder, ())
            theirs = make_plan(copied, self.folder, everything=everything, data=())
            for member in Plan.__struct_fields__:  # their order in dicts as well
                given, expected = getattr(ours, member), getattr(theirs, member)
                assert msgspec.msgpack.encode(given) == msgspec.msgpack.encode(expected), (what, member)


@given(st.data())
@settings(max_examples=25)
def test_plan_after_random_edits_is_that_of_planning_anew(tmp_path_factory, data):
    def choose(things):
        return data.draw(st.sampled_from(things))

    folder = tmp_path_factory.mktemp("project")
    (folder / "own.py").write_text(FUNCTION)
    followed = Followed(drawn_document(choose), folder)
    followed.check()
    for _ in range(data.draw(st.integers(3, 12))):
        what = edit(followed.document, choose)
        if choose((False, False, False, True)):  # files come and go without an edit
            name, text = choose(
                (("a.txt", "1"), ("own.py", FUNCTION), ("own.py", FUNCTION.replace("?", "2")))
            )
            place = folder / name
            place.unlink() if place.exists() else place.write_text(text)
        followed.check(what)


def one_page(*parts, sessions="one"):
    """Return a page of some parts, with the wires that fit."""
    blocks, lines = {}, ""
    for more, wires in (*(PARTS[name] for name in parts), SESSIONS[sessions]):
        blocks |= more
        lines += wires + "\n"
    return page(blocks, fitting(lines, blocks))


FOLLOWED = [("plain",), ("plain", "training"), ("plain", "queue"), ("plain", "training", "writers")]


@pytest.fixture
def nothing_anew(monkeypatch):
    """Let nothing be planned anew, nor assembled anew of lowered blocks, once a page is known."""

    def forbid():
        def refuse(*_, **__):
            raise AssertionError("planned anew")

        for name in ("lowered", "assemble"):
            monkeypatch.setattr(f"app.engine.compiler.following.{name}", refuse)

    return forbid


def rewired(page, target, source):
    """Return the edit that leads another output to an input."""
    (old,) = [w for w in page.wires if str(w.target) == target]
    return ReplaceWire(page.name, old, Wire(source=PinRef.parse(source), target=old.target))


@pytest.mark.parametrize("parts", FOLLOWED)
def test_text_is_followed_without_planning_the_page_anew(tmp_path, nothing_anew, parts):
    followed = Followed(Document(Project(pages=[one_page(*parts)])), tmp_path)
    followed.check()
    nothing_anew()
    for text in ("5.0f", "{1.0f,2.0f}", "not a number", "2.0f"):
        followed.document.apply(SetPin("page", "twice", "y", text))
        anew = make_plan(followed.page, tmp_path, data=())
        ours = followed.planners[False].plan(followed.copies.of(followed.page), tmp_path, ())
        assert ours == anew


@pytest.mark.parametrize("parts", FOLLOWED)
def test_wire_is_followed_without_planning_the_page_anew(tmp_path, nothing_anew, parts):
    followed = Followed(Document(Project(pages=[one_page(*parts)])), tmp_path)
    followed.check()
    nothing_anew()
    steps = [("root.x", "sum.z"), ("sum.y", "a.output"), ("root.x", "twice.z")]
    if "training" in parts:
        steps += [("net.a", "a.output"), ("cost.x", "net.product")]
    for target, source in steps:
        followed.document.apply(rewired(followed.page, target, source))
        anew = make_plan(followed.page, tmp_path, data=())
        ours = followed.planners[False].plan(followed.copies.of(followed.page), tmp_path, ())
        assert ours == anew, (target, source)


def test_what_is_fed_again_after_a_fault_is_in_the_plan_again(tmp_path):
    followed = Followed(Document(Project(pages=[one_page("plain", "feed")])), tmp_path)
    followed.check()
    followed.document.apply(SetPin("page", "x", "attrs", "nonsense_ = 1;"))
    followed.check()
    assert not followed.planners[True].plan(followed.copies.of(followed.page), tmp_path, ()).sessions[0].feeds
    followed.document.undo()
    followed.check()
    assert followed.planners[True].plan(followed.copies.of(followed.page), tmp_path, ()).sessions[0].feeds


def test_blocks_of_a_loop_that_nothing_needs_any_more_do_not_run(tmp_path):
    made = one_page("loop", sessions="none")
    made.blocks["enter"].pins["data"] = "not a number"  # so that no node of the loop is built
    made.blocks["s"] = Block(id="s", symbol="ClientSession")
    made.wires.append(Wire(source=PinRef("cond", "output"), target=PinRef("s", "fetch_outputs")))
    followed = Followed(Document(Project(pages=[made])), tmp_path)
    followed.check()
    followed.document.apply(RemoveWires("page", [made.wires[-1]]))
    followed.check()


def test_reader_of_what_closes_a_loop_has_its_dtype_wherever_it_stands_in_the_file(tmp_path):
    blocks = {
        "direct": "ReadFile",
        "s": "ClientSession",
        "next": "NextIteration",
        "merge": "Merge",
        "enter": ("Enter", {"data": "0", "frame_name": "count"}),
        "add": ("Add", {"y": "1"}),
    }
    wires = """
        enter.output -> merge.inputs
        next.output -> merge.inputs
        next.output -> direct.filename
        merge.output -> add.x
        add.z -> next.data
        direct.contents -> s.fetch_outputs
    """
    followed = Followed(Document(Project(pages=[page(blocks, wires)])), tmp_path)
    followed.check()
    plan = make_plan(followed.page, tmp_path, data=())
    assert [(p.code, p.block, p.pin) for p in plan.problems] == [("dtype-conflict", "direct", "filename")]
    followed.document.apply(SetPin("page", "s", "scope", "other"))
    followed.check()


def test_what_runs_once_is_followed_in_what_is_said_of_tables_and_iterators(tmp_path):
    """Of a page that looks up before it fills, and one that begins its data in every step."""
    made = page(
        {
            "t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}),
            "i": ("InitializeTableV2", {"keys": '{"a"}', "values": "{1}"}),
            "f": ("LookupTableFindV2", {"keys": '{"a"}', "default_value": "-1"}),
            "d": ("RangeDataset", {"start": "0", "stop": "5", "step": "1"}),
            "e": "IteratorV2",
            "m": "MakeIterator",
            "n": "IteratorGetNext",
            "a": "ClientSession",
            "b": "ClientSession",
            "z": "ClientSession",
        },
        """
        t.table_handle -> i.table_handle
        t.table_handle -> f.table_handle
        f.values -> b.fetch_outputs
        i.operation -> z.run_outputs
        d.handle -> m.dataset
        e.handle -> m.iterator
        m.operation -> a.run_outputs
        e.handle -> n.iterator
        n.components[0] -> b.fetch_outputs
        """,
        steps=4,
    )
    document = Document(Project(pages=[made]))
    followed = Followed(document, tmp_path)
    followed.check()
    for session, text in (("z", "true"), ("a", "true"), ("z", None), ("b", "true"), ("a", None)):
        document.apply(SetPin("page", session, "once", text))
        followed.check((session, text))
