"""The history: undo and redo restore the exact bytes, whatever was done in between."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.document.editing.base import EditRefused
from app.document.editing.document import Document
from app.document.editing.edits import (
    AddBlocks,
    AddMonitor,
    AddNote,
    AddPage,
    AddWire,
    ChangeMonitor,
    ChangeNote,
    ChangeSymbol,
    MoveItems,
    MovePage,
    OrderWires,
    RemoveItems,
    RemovePage,
    RenameBlock,
    RenamePage,
    ReplaceWire,
    SetLabel,
    SetPin,
    SetRun,
    SetScope,
    SwitchBlocks,
)
from app.document.editing.held_bytes import held_bytes
from app.document.editing.history import History
from app.document.model.diagram import Block, Monitor, Note, Page, PinRef, Project, RunSettings, Scope, Wire
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from tests.support.random_projects import (
    coordinates,
    ids,
    pages,
    patient,
    pin_names,
    pin_texts,
    plain,
    points,
    texts,
)

names = st.sampled_from(["a", "b", "c", "d", "e1"]) | ids
ends = st.builds(PinRef, names, pin_names, st.none() | st.integers(0, 3))
wires = st.builds(Wire, source=ends, target=ends, route=st.lists(points, max_size=1).map(tuple))
blocks = st.builds(
    Block, id=names, symbol=texts, at=points, pins=st.dictionaries(texts, pin_texts, max_size=2)
)
notes = st.builds(Note, id=names, at=points, size=points, text=texts)
monitors = st.builds(Monitor, id=names, kind=texts, pins=st.lists(texts, max_size=2).map(tuple), at=points)
merges = st.sampled_from([None, "drag", "type"])


def apply_as_one(document, *edits):
    with document.group("as one"):
        for edit in edits:
            document.apply(edit)


class Editing(RuleBasedStateMachine):
    """Applies random edits, undo, redo and failing groups; each position of the history has its bytes."""

    @initialize(
        project=st.builds(Project, pages=st.lists(pages, min_size=1, max_size=2, unique_by=lambda p: p.name))
    )
    def begin(self, project):
        self.document = Document(project)
        self.states = [dumps(project)]

    def apply(self, edit):
        """Apply the edit; keep the bytes of the new position."""
        history, before = self.document.history, dumps(self.document.project)
        position = history.position
        try:
            self.document.apply(edit)
        except EditRefused:
            assert dumps(self.document.project) == before
            return
        if history.position > position:
            del self.states[position + 1 :]
            self.states.append(b"")
        self.states[history.position] = dumps(self.document.project)

    def page(self, data):
        return data.draw(st.sampled_from(self.document.project.pages))

    def some(self, data, of):
        return data.draw(st.lists(st.sampled_from(sorted(of)), unique=True, max_size=4)) if of else []

    def one(self, data, of):
        return data.draw(st.sampled_from(sorted(of))) if of else "none"

    @rule(data=st.data(), new=st.lists(blocks, max_size=3), wired=st.lists(wires, max_size=2))
    def add(self, data, new, wired):
        self.apply(AddBlocks(self.page(data).name, new, wired))

    @rule(data=st.data())
    def remove(self, data):
        page = self.page(data)
        some_wires = data.draw(st.lists(st.sampled_from(page.wires), max_size=2)) if page.wires else []
        chosen = [self.some(data, of) for of in (page.blocks, page.notes, page.monitors)]
        self.apply(RemoveItems(page.name, chosen[0], some_wires, chosen[1], chosen[2]))

    @rule(data=st.data(), merge=merges)
    def move(self, data, merge):
        page = self.page(data)
        items = self.some(data, {**page.blocks, **page.notes, **page.monitors})
        self.apply(MoveItems(page.name, {i: data.draw(points) for i in items}, merge))

    @rule(data=st.data(), text=st.none() | pin_texts, merge=merges)
    def type(self, data, text, merge):
        page = self.page(data)
        block = self.one(data, page.blocks)
        pins = page.blocks[block].pins if block in page.blocks else {}
        self.apply(SetPin(page.name, block, data.draw(st.sampled_from([*pins, "x", "y"])), text, merge))

    @rule(data=st.data(), new=names, text=texts, off=st.booleans())
    def change_block(self, data, new, text, off):
        page = self.page(data)
        block = self.one(data, page.blocks)
        choices = [
            RenameBlock(page.name, block, new),
            SetLabel(page.name, block, text),
            ChangeSymbol(page.name, block, text),
            SwitchBlocks(page.name, self.some(data, page.blocks), off),
        ]
        self.apply(data.draw(st.sampled_from(choices)))

    @rule(data=st.data(), wire=wires, index=st.none() | st.integers(-1, 9))
    def add_wire(self, data, wire, index):
        self.apply(AddWire(self.page(data).name, wire, index))

    @rule(data=st.data(), new=wires)
    def change_wire(self, data, new):
        page = self.page(data)
        if page.wires:
            old = data.draw(st.sampled_from(page.wires))
            self.apply(ReplaceWire(page.name, old, new))
            count = len(page.wires_to(old.target.block, old.target.pin))
            order = data.draw(st.permutations(range(count)))
            self.apply(OrderWires(page.name, old.target.block, old.target.pin, order))

    @rule(data=st.data(), note=notes, monitor=monitors)
    def change_notes(self, data, note, monitor):
        page = self.page(data).name
        edits = [
            AddNote(page, note),
            AddMonitor(page, monitor),
            ChangeNote(page, note),
            ChangeMonitor(page, monitor),
        ]
        self.apply(data.draw(st.sampled_from(edits)))

    @rule(data=st.data(), new=pages, name=texts, index=st.integers(0, 4), steps=st.integers(1, 9))
    def change_pages(self, data, new, name, index, steps):
        page = self.page(data).name
        edits = [
            AddPage(new, index),
            RemovePage(page),
            RenamePage(page, name),
            MovePage(page, index),
            SetRun(page, RunSettings(steps=steps, extra={"budget": name})),
            SetScope(page, Scope(device=name, seed=index)),
        ]
        self.apply(data.draw(st.sampled_from(edits)))

    @rule(data=st.data(), x=coordinates)
    def failing_group(self, data, x):
        page = self.page(data)
        everything = [*page.blocks, *page.notes, *page.monitors]
        before = dumps(self.document.project), self.document.history.position, self.document.is_modified
        edits = [
            MoveItems(page.name, dict.fromkeys(everything, (x, x))),
            RemoveItems(page.name, page.blocks, notes=page.notes),
            RemoveItems(page.name, ["never there"]),
        ]
        with pytest.raises(EditRefused):
            apply_as_one(self.document, *edits)
        assert before == (
            dumps(self.document.project),
            self.document.history.position,
            self.document.is_modified,
        )

    @rule(data=st.data(), value=plain)
    def group(self, data, value):
        page = self.page(data)
        names_of = list(page.blocks)
        position = self.document.history.position
        with self.document.group("two at once"):
            self.document.apply(SetScope(page.name, Scope(extra={"x": value})))
            for block in names_of:
                self.document.apply(SetPin(page.name, block, "grouped", "1"))
        if self.document.history.position > position:
            del self.states[position + 1 :]
            self.states.append(dumps(self.document.project))

    @precondition(lambda self: self.document.can_undo)
    @rule()
    def undo(self):
        assert self.document.undo()

    @precondition(lambda self: self.document.can_redo)
    @rule()
    def redo(self):
        assert self.document.redo()

    @rule(data=st.data())
    def go_to(self, data):
        self.document.history.go_to(data.draw(st.integers(0, len(self.states) - 1)))

    @invariant()
    def the_project_is_what_the_position_says(self):
        history = self.document.history
        assert len(history.names()) == len(self.states) - 1
        assert dumps(self.document.project) == self.states[history.position]

    def teardown(self):
        if not hasattr(self, "document"):
            return
        last = len(self.states) - 1
        self.document.history.go_to(0)
        assert dumps(self.document.project) == self.states[0]
        self.document.history.go_to(last)
        assert dumps(self.document.project) == self.states[last]
        assert dumps(loads(self.states[last]).project) == self.states[last]


Editing.TestCase.settings = settings(patient, max_examples=30, stateful_step_count=25)
TestEditing = Editing.TestCase


@pytest.fixture
def document():
    document = Document.new()
    document.apply(AddBlocks("page 1", [Block(id="a", symbol="Const"), Block(id="b", symbol="Neg")]))
    return document


def block(document, name="a"):
    return document.project.pages[0].blocks[name]


def test_typing_with_one_token_is_one_entry(document):
    for text in ("1", "12", "123"):
        document.apply(SetPin("page 1", "a", "value", text, merge="typing"))
    document.apply(SetPin("page 1", "a", "value", "1234", merge="typing again"))
    assert document.history.names() == ["Add 2 blocks", "Set a.value", "Set a.value"]
    document.undo()
    assert block(document).pins == {"value": "123"}
    document.undo()
    assert block(document).pins == {}
    document.history.go_to(3)
    assert block(document).pins == {"value": "1234"}


def test_a_drag_of_several_kinds_of_edits_with_one_token_is_one_entry(document):
    document.apply(MoveItems("page 1", {"a": (1, 1)}, merge=7))
    document.apply(MoveItems("page 1", {"a": (2, 2), "b": (2, 2)}, merge=7))
    document.apply(MoveItems("page 1", {"a": (3, 3), "b": (3, 3)}, merge=7))
    assert document.history.names() == ["Add 2 blocks", "Move a"]
    document.undo()
    assert (block(document).at, block(document, "b").at) == ((0, 0), (0, 0))
    document.redo()
    assert (block(document).at, block(document, "b").at) == ((3, 3), (3, 3))


def test_a_save_an_undo_and_another_edit_end_the_merging(document, tmp_path):
    def count():
        return len(document.history.names())

    document.apply(SetPin("page 1", "a", "x", "1", merge="t"))
    document.save(tmp_path / "p.tblocks")
    document.apply(SetPin("page 1", "a", "x", "2", merge="t"))
    assert count() == 3
    document.undo()
    document.redo()
    document.apply(SetPin("page 1", "a", "x", "3", merge="t"))
    assert count() == 4
    document.apply(SetLabel("page 1", "a", "l"))
    document.apply(SetPin("page 1", "a", "x", "4", merge="t"))
    assert count() == 6


def test_a_new_edit_forgets_what_was_undone(document):
    document.apply(SetLabel("page 1", "a", "first"))
    document.undo()
    document.apply(SetLabel("page 1", "a", "second"))
    assert document.history.names() == ["Add 2 blocks", "Label a"]
    assert not document.can_redo
    assert not document.redo()


def test_groups_inside_a_group_join_it_and_fail_alone(document):
    with document.group("outer"):
        document.apply(SetLabel("page 1", "a", "kept"))
        with pytest.raises(EditRefused):
            apply_as_one(document, SetLabel("page 1", "b", "lost"), RemoveItems("page 1", ["gone"]))
        document.apply(SetPin("page 1", "b", "x", "1"))
        assert not document.can_undo
    assert (block(document).label, block(document, "b").label) == ("kept", None)
    assert document.history.names() == ["Add 2 blocks", "outer"]
    document.undo()
    assert (block(document).label, block(document, "b").pins) == (None, {})


def test_undo_inside_a_group_is_a_programming_error(document):
    with document.group("g"):
        document.apply(SetLabel("page 1", "a", "x"))
        assert not document.undo()
        with pytest.raises(RuntimeError):
            document.history.go_to(0)


def test_an_empty_group_and_an_edit_without_effect_leave_no_entry(document):
    with document.group("nothing"):
        document.apply(SetLabel("page 1", "a", None))
    document.apply(SetLabel("page 1", "a", None))
    assert document.history.names() == ["Add 2 blocks"]


def test_a_position_outside_the_history_is_an_error(document):
    with pytest.raises(IndexError):
        document.history.go_to(2)


def _document_with(most_bytes):
    document = Document(Project(pages=[Page(name="page 1")]))
    document.history = History(document.project, document._deliver, most_bytes)
    return document


def _add_text(document, number, letters):
    block = Block(id=f"b{number}", symbol="Const", at=(0, 0), pins={"val": "7" * letters})
    document.apply(AddBlocks("page 1", [block]))


def test_many_large_steps_stay_within_the_bytes_that_the_history_may_hold():
    document = _document_with(100_000)
    for number in range(40):
        _add_text(document, number, 10_000)
    held = len(document.history.names())
    assert 5 <= held <= 10
    assert document.history.is_cut
    while document.undo():
        pass
    assert document.history.position == 0
    assert len(document.project.pages[0].blocks) == 40 - held
    while document.redo():
        pass
    assert list(document.project.pages[0].blocks) == [f"b{n}" for n in range(40)]


def test_a_step_larger_than_all_that_may_be_held_can_still_be_undone():
    document = _document_with(1000)
    _add_text(document, 0, 50_000)
    assert document.undo()
    assert not document.project.pages[0].blocks


def test_the_saved_state_is_still_found_after_old_steps_were_dropped():
    document = _document_with(100_000)
    for number in range(20):
        _add_text(document, number, 10_000)
    document.history.mark_saved()
    for number in range(20, 23):
        _add_text(document, number, 10_000)
    assert document.is_modified
    for _ in range(3):
        document.undo()
    assert not document.is_modified


def test_a_saved_state_that_was_dropped_is_never_taken_for_the_present_one():
    document = _document_with(100_000)
    document.history.mark_saved()
    for number in range(40):
        _add_text(document, number, 10_000)
    while document.undo():
        assert document.is_modified
    assert document.is_modified


def test_redone_steps_that_another_edit_forgets_no_longer_count():
    document = _document_with(100_000)
    for round_ in range(30):
        _add_text(document, round_, 40_000)
        document.undo()
    assert not document.history.is_cut


@pytest.mark.parametrize("count", [1, 1000])
def test_a_step_counts_by_what_it_holds(count):
    blocks = [Block(id=f"b{n}", symbol="MatMul", at=(n, 0), pins={"a": "1" * 100}) for n in range(count)]
    wires = [Wire(source=PinRef("b0", "product"), target=PinRef(b.id, "b")) for b in blocks[1:]]
    project = Project(pages=[Page(name="page 1")])
    adding = AddBlocks("page 1", blocks, wires)
    adding.do(project)
    removing = RemoveItems("page 1", [block.id for block in blocks])
    removing.do(project)
    for edit in (adding, removing, RemovePage("page 1")):
        size = held_bytes(edit)
        if isinstance(edit, RemovePage):
            assert size < 1000
        else:
            assert 500 * count <= size <= 2000 * count + 1000


def test_a_page_that_was_removed_counts_with_all_that_is_on_it():
    blocks = {f"b{n}": Block(id=f"b{n}", symbol="MatMul", at=(n, 0)) for n in range(1000)}
    removing = RemovePage("page 1")
    removing.do(Project(pages=[Page(name="page 1", blocks=blocks), Page(name="page 2")]))
    assert held_bytes(removing) > 400 * 1000
