"""What an edit is: its protocol, the change it announces, its refusal, and look-ups that all edits share."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol

import msgspec

from app.document.model.address import ID
from app.document.model.diagram import Block, Monitor, Note, Page, Project, Wire
from app.document.model.limits import MAX_COORDINATE
from app.document.model.problems import Problem, error
from app.document.model.sentence import Explained, Sentence, say
from app.document.storage.errors import FileProblem
from app.document.storage.reader import loads
from app.document.storage.writer import dumps


class Change(msgspec.Struct, frozen=True):
    """One thing that changed, for views to follow.

    Kinds: block-added, -removed, -moved, -changed, -view-changed, -renamed; wire-added, -removed, -changed (order,
    route, hidden); note- and monitor-added, -removed, -moved, -changed; page-added, -removed, -renamed, -moved,
    -changed; symbols (kinds of blocks that the project's pages bring: ``ids`` are those that came, went or have
    other pins); libraries (which ones the project uses); saved; history (the list of edits, or the position in it).

    ``page`` is the page's name after the change. ``ids`` holds all items of a change of many, ``id`` the
    first; so do ``wires`` and ``wire``. ``old`` is the former id or name of a renaming, the former Wire of a
    wire-changed, the pin of a block-changed (None: another property), the member of a page-changed ("scope",
    "run", ...).
    """

    kind: str
    page: str = ""
    id: str | None = None
    ids: tuple[str, ...] = ()
    wire: Wire | None = None
    old: Any = None
    wires: tuple[Wire, ...] = ()


class EditRefused(Explained, ValueError):
    """The edit does not fit the project; nothing was changed. ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        """Carry the problem and its sentence."""
        super().__init__(problem.sentence)
        self.problem = problem


class Edit(Protocol):
    """A change of a project that can be undone exactly. ``do`` raises EditRefused before it changes anything.

    ``do`` returns no changes where everything is already as the edit would make it; such an edit is not recorded.
    """

    @property
    def name(self) -> str:
        """Return the text for the list of edits."""
        ...

    def do(self, project: Project) -> list[Change]:
        """Change the project; also redo."""
        ...

    def undo(self, project: Project) -> list[Change]:
        """Restore what was before ``do``, including positions in lists."""
        ...


def refuse(code: str, sentence: Sentence, block: str | None = None, pin: str | None = None) -> EditRefused:
    """Return the refusal to raise."""
    return EditRefused(error(code, sentence, block, pin))


def check_storable(page: Page) -> None:
    """Refuse items that a file could not hold or would not give back; ``page`` holds the new items only."""
    project = Project(pages=[page])
    try:
        data = dumps(project)
        (again,) = loads(data).project.pages
    except FileProblem as fault:
        raise refuse("bad-edit", say("edit.unsavable", why=fault.reason)) from None
    if again.unread:
        raise refuse("bad-edit", say("edit.unsavable", why=str(again.unread[0].raw)))


def page_of(project: Project, name: str) -> Page:
    """Return the page; raises EditRefused."""
    page = project.page(name)
    if page is None:
        raise refuse("bad-edit", say("edit.no-page", page=name))
    return page


def block_of(page: Page, block: str) -> Block:
    """Return the block; raises EditRefused."""
    found = page.blocks.get(block)
    if found is None:
        raise refuse("unknown-block", say("edit.no-block", page=page.name, block=block), block)
    return found


def check_ends(blocks: Collection[str], wire: Wire) -> None:
    """Refuse a wire with an end on no block."""
    for end in (wire.source, wire.target):
        if end.block not in blocks:
            raise refuse("unknown-block", say("edit.wire-without-block", end=str(end)), end.block)


def check_new_ids(page: Page, ids: Iterable[str]) -> None:
    """Refuse ids that are malformed, taken on the page, or given twice."""
    seen: set[str] = set()
    for new in ids:
        if not ID.match(new):
            raise refuse("bad-id", say("edit.bad-id", id=new), new)
        if new in seen or new in page.blocks or new in page.notes or new in page.monitors:
            raise refuse("duplicate-id", say("edit.id-taken", id=new), new)
        seen.add(new)


def check_text(text: str, block: str | None = None, pin: str | None = None) -> None:
    """Refuse a text that no UTF-8 file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise refuse("bad-literal", say("edit.half-character"), block, pin) from None


def checked_point(point: tuple[float, float], owner: str) -> tuple[float, float]:
    """Return the point as plain numbers; refuses what is not finite."""
    x, y = point
    if not (abs(x) <= MAX_COORDINATE and abs(y) <= MAX_COORDINATE):  # also refuses NaN
        raise refuse("bad-edit", say("edit.no-such-place", item=owner, x=x, y=y), owner)
    return (x if type(x) is int else float(x)), (y if type(y) is int else float(y))


def kinds_of(page: Page) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return the page's keyed sections with the first word of their changes."""
    return ("block", page.blocks), ("note", page.notes), ("monitor", page.monitors)


def item_of(page: Page, item: str) -> tuple[str, Block | Note | Monitor]:
    """Return "block", "note" or "monitor" and the item of that id; raises EditRefused."""
    for kind, section in kinds_of(page):
        if item in section:
            return kind, section[item]
    raise refuse("unknown-block", say("edit.no-item", page=page.name, item=item), item)


def many(count: int, one: str, several: str) -> str:
    """Return ``one``, or the count with ``several``."""
    return one if count == 1 else f"{count} {several}"
