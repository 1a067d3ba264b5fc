"""The model of a project: pages, blocks, wires, notes, monitors. Plain data; only edits change it."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import msgspec

from app.document.model.address import parse_address
from app.document.model.sentence import Unreadable, say
from app.document.model.view import BlockView, NoteView, PageView

# gc=False below: what holds only texts, numbers and JSON values never takes part in a reference cycle, so
# garbage collection need not visit the thousands of them that a large page has.


class ArrayRef(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A large array beside the project, in a pin's place: ``{"npz": "weights.npz", "key": "W"}``."""

    npz: str
    key: str


PinText = str | ArrayRef


class PinRef(msgspec.Struct, frozen=True, gc=False):
    """One end of a wire. ``index`` is the element of an output list (``grad.grad_outputs[3]``)."""

    block: str
    pin: str
    index: int | None = None

    def __str__(self) -> str:
        """Return the file's spelling."""
        return f"{self.block}.{self.pin}" + ("" if self.index is None else f"[{self.index}]")

    @classmethod
    def parse(cls, text: str) -> PinRef:
        """Read ``block.pin`` or ``block.pin[3]``; raises Unreadable."""
        end = parse_address(text)
        if end.uses or len(end.index) > 1:  # wires stay on their page, and none leads to a single element
            raise Unreadable(say("address.unreadable", text=text))
        return cls(end.block, end.pin, end.index[0] if end.index else None)

    @classmethod
    def parse_among(cls, text: str, blocks: Container[str]) -> PinRef:
        """Read the same, sooner where it names one of ``blocks`` whole: an id of a foreign file need not be one."""
        block, _, pin = text.partition(".")
        return cls(block, pin) if block in blocks and pin.isidentifier() else cls.parse(text)


class Wire(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A wire from an output to an input pin. Immutable: edits replace it."""

    source: PinRef
    target: PinRef
    route: tuple[tuple[float, float], ...] = ()
    hidden: bool = False
    extra: dict[str, Any] = {}


class Block(msgspec.Struct, kw_only=True, gc=False):
    """A placed symbol. ``pins`` holds texts exactly as typed."""

    id: str
    symbol: str
    at: tuple[float, float] = (0, 0)
    pins: dict[str, PinText] = {}
    label: str | None = None
    off: bool = False  # switched off: it stays in the file, left out of runs
    device: str = (
        ""  # TensorFlow's text for where it runs ("": the page's); of a use for the blocks within, too
    )
    view: BlockView = BlockView()
    extra: dict[str, Any] = {}


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The page's automatic scope: device ("" = TensorFlow's choice) and seed (None = not fixed)."""

    device: str = ""
    seed: int | None = None
    extra: dict[str, Any] = {}


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the page runs unless the command line says otherwise: so many steps, fewer where ``until`` holds.

    ``steps`` None runs until it is stopped. ``until`` is a condition on a pin's element: ``cost.output < 0.01``
    (see ``conditions.py``). ``pace`` is the least time from a step's begin to the next one's, ``keep_every``
    the time between two hand-overs of the Variables, in seconds. ``guard`` ends the run with the first step
    in which an output is NaN or infinite: one of these (``block.pin``), or any of a float dtype (True).
    ``cluster`` is where it runs: a cluster's file, seen from the project's folder, or a task's ``HOST:PORT``.
    """

    steps: int | None = 1
    until: str | None = None
    pace: float | None = None
    guard: bool | tuple[str, ...] = False
    keep_every: float = 5.0
    cluster: str | None = None  # None: in a process of this machine
    extra: dict[str, Any] = {}


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A text, frame or shape drawn on the page. ``style`` is free (colours, font size)."""

    id: str
    kind: str = "text"  # "text", "frame", "shape"
    at: tuple[float, float] = (0, 0)
    size: tuple[float, float] = (160, 60)
    text: str = ""
    style: dict[str, Any] = {}
    view: NoteView = NoteView()
    extra: dict[str, Any] = {}


class Monitor(msgspec.Struct, frozen=True, kw_only=True):
    """A view of pins' values, drawn on the page. Pins may address elements: ``cost.output[0][1]``."""

    id: str
    kind: str  # "number", "table", "curve", "picture", "histogram", "text", "control"
    pins: tuple[str, ...] = ()
    at: tuple[float, float] = (0, 0)
    size: tuple[float, float] = (240, 160)
    options: dict[str, Any] = {}
    extra: dict[str, Any] = {}


class UnreadEntry(msgspec.Struct, frozen=True):
    """An entry of a page's lists that does not read (a second block of an id, a bad wire), written back.

    ``index`` counts the entries before it in the list that do read.
    """

    section: str  # "blocks", "wires", "notes", "monitors"
    index: int
    raw: Any


class Page(msgspec.Struct, kw_only=True):
    """One diagram. Blocks, notes and monitors are in file order, by id; ids are unique over all three."""

    name: str
    scope: Scope = Scope()
    run: RunSettings = RunSettings()
    view: PageView = PageView()
    seeds: dict[str, str] = {}  # by paths of blocks, the addresses by which they draw; see ``seeds.py``
    blocks: dict[str, Block] = {}
    wires: list[Wire] = []
    notes: dict[str, Note] = {}
    monitors: dict[str, Monitor] = {}
    snapshots: dict[str, Any] = {}
    results: dict[str, Any] | None = None
    report: list[str] = []
    extra: dict[str, Any] = {}
    unread: list[UnreadEntry] = []

    def wires_to(self, block: str, pin: str | None = None) -> list[Wire]:
        """Return the wires that end at the block (at the pin), in file order."""
        return [w for w in self.wires if w.target.block == block and pin in (None, w.target.pin)]

    def wires_from(self, block: str, pin: str | None = None) -> list[Wire]:
        """Return the wires that start at the block (at the pin), in file order."""
        return [w for w in self.wires if w.source.block == block and pin in (None, w.source.pin)]


def copy_block(block: Block) -> Block:
    """Return a block that shares nothing changeable with the given one."""
    return msgspec.structs.replace(block, pins=dict(block.pins))


def copy_page(page: Page) -> Page:
    """Return a page of which blocks, wires, notes and monitors can change without the given one, and the other way."""
    return msgspec.structs.replace(
        page,
        blocks={name: copy_block(block) for name, block in page.blocks.items()},
        wires=list(page.wires),
        notes=dict(page.notes),
        monitors=dict(page.monitors),
        unread=list(page.unread),
    )


class Project(msgspec.Struct, kw_only=True):
    """One file's content. Page names are unique; order is the order of the tabs."""

    pages: list[Page] = []
    libraries: dict[str, str] = {}  # other projects' files by alias, whose pages can stand as blocks here
    version: int = 1
    extra: dict[str, Any] = {}

    def page(self, name: str) -> Page | None:
        """Return the page of that name, or None."""
        return next((p for p in self.pages if p.name == name), None)
