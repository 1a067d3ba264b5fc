"""Random projects for hypothesis: everything that the format can hold, unknown members included."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from app.document.model.diagram import (
    ArrayRef,
    Block,
    Monitor,
    Note,
    Page,
    PinRef,
    Project,
    RunSettings,
    Scope,
    Wire,
)
from app.document.model.view import BlockView, NoteView, PageView

# Whole projects take long to draw on a busy machine; that is no fault of what is tested.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,6}", fullmatch=True)
coordinates = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)
points = st.tuples(coordinates, coordinates)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
# "extra" and "unread" are names inside our model, not members of the file.
unknown = st.dictionaries(st.sampled_from(["extra", "unread", "x-colour", "Ω", ""]), plain, max_size=2)
objects = st.dictionaries(texts, plain, max_size=2)
pin_names = st.from_regex(r"[a-z_]{1,6}|[^\[\]\ud800-\udfff]{1,4}", fullmatch=True)
pin_texts = texts | st.builds(ArrayRef, texts, texts)

_shown_texts = st.none() | texts
page_views = st.builds(
    PageView,
    compact=st.booleans(),
    chips=st.booleans(),
    results=st.booleans(),
    wide=st.booleans(),
    extra=unknown,
)
block_views = st.builds(
    BlockView,
    collapsed=st.booleans(),
    rows=st.sampled_from([None, "all", "used", "later"]),
    result=st.sampled_from([None, False, True]),
    wide=st.sampled_from([None, False, True]),
    color=_shown_texts,
    icon=_shown_texts,
    extra=unknown,
)
note_views = st.builds(NoteView, collapsed=st.booleans(), color=_shown_texts, extra=unknown)
# most items have the usual view, which the quick way of reading takes
usual_block = st.just(BlockView())

pages = st.deferred(lambda: _pages())


@st.composite
def _pages(draw):
    names = draw(st.lists(ids, max_size=9, unique=True))
    cut = sorted(draw(st.tuples(st.integers(0, len(names)), st.integers(0, len(names)))))
    of_blocks, of_notes, of_monitors = names[: cut[0]], names[cut[0] : cut[1]], names[cut[1] :]
    ends = st.builds(
        PinRef, st.sampled_from(of_blocks or ["gone"]), pin_names, st.none() | st.integers(0, 99)
    )
    wires = st.builds(
        Wire,
        source=ends,
        target=ends,
        route=st.lists(points, max_size=2).map(tuple),
        hidden=st.booleans(),
        extra=unknown,
    )
    blocks = [
        Block(
            id=i,
            symbol=draw(texts),
            at=draw(points),
            pins=draw(st.dictionaries(texts, pin_texts, max_size=3)),
            label=draw(st.none() | texts),
            off=draw(st.booleans()),
            view=draw(usual_block | block_views),
            extra=draw(unknown),
        )
        for i in of_blocks
    ]
    notes = [
        Note(
            id=i,
            kind=draw(texts),
            at=draw(points),
            size=draw(points),
            text=draw(texts),
            style=draw(objects),
            view=draw(st.just(NoteView()) | note_views),
        )
        for i in of_notes
    ]
    monitors = [
        Monitor(
            id=i,
            kind=draw(texts),
            pins=tuple(draw(st.lists(texts, max_size=2))),
            at=draw(points),
            size=draw(points),
            options=draw(objects),
            extra=draw(unknown),
        )
        for i in of_monitors
    ]
    return Page(
        name=draw(texts),
        scope=Scope(device=draw(texts), seed=draw(st.none() | st.integers()), extra=draw(unknown)),
        run=RunSettings(
            steps=draw(st.none() | st.integers()),
            until=draw(st.none() | texts),
            pace=draw(st.none() | st.floats(allow_nan=False, allow_infinity=False)),
            guard=draw(st.booleans() | st.lists(texts, max_size=2).map(tuple)),
            keep_every=draw(st.floats(allow_nan=False, allow_infinity=False)),
            cluster=draw(st.none() | texts),
            extra=draw(unknown),
        ),
        view=draw(st.just(PageView()) | page_views),
        blocks={b.id: b for b in blocks},
        wires=draw(st.lists(wires, max_size=5)),
        notes={n.id: n for n in notes},
        monitors={m.id: m for m in monitors},
        snapshots=draw(objects),
        results=draw(st.none() | objects),
        report=draw(st.lists(texts, max_size=2)),
        extra=draw(unknown),
    )


projects = st.builds(Project, pages=st.lists(pages, max_size=3, unique_by=lambda p: p.name), extra=unknown)
