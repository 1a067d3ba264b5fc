"""From JSON values to a Project: known members by hand, unknown ones handed through, faults named by JSON path."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from app.document.model.address import ID
from app.document.model.diagram import (
    ArrayRef,
    Block,
    Monitor,
    Note,
    Page,
    PinRef,
    PinText,
    Project,
    RunSettings,
    Scope,
    UnreadEntry,
    Wire,
)
from app.document.model.limits import MAX_COORDINATE, MAX_NAME
from app.document.model.problems import Problem, error, warning
from app.document.model.sentence import Unreadable, say
from app.document.storage.errors import FileProblem
from app.document.storage.json_text import check_plain, parse_json
from app.document.storage.members import (
    OutOfBounds,
    Wrong,
    check_object,
    extra_of,
    flag_of,
    inside,
    kind_name,
    list_of,
    name_of,
    names_of,
    number_of,
    object_of,
    point_of,
    size_of,
    text_of,
    texts_of,
    unknown_keys,
    whole_of,
)
from app.document.storage.views import BLOCK_VIEW_KEYS, block_view, note_view, page_view

VERSION = 2  # of the files that this reads and writes at most
FORMAT = "tensorblocks"

_PROJECT_KEYS = frozenset({"format", "version", "libraries", "pages"})
_PAGE_KEYS = frozenset(
    (
        "name",
        "scope",
        "run",
        "view",
        "seeds",
        "blocks",
        "wires",
        "notes",
        "monitors",
        "snapshots",
        "results",
        "report",
    )
)
_SCOPE_KEYS = frozenset({"device", "seed"})
_RUN_KEYS = frozenset({"steps", "until", "pace", "guard", "keep_every", "cluster"})
_BLOCK_KEYS = frozenset({"id", "symbol", "at", "pins", "label", "off", "device", "view"})
_WIRE_KEYS = frozenset({"route", "hidden"})
_WIRE_STYLE = "style"  # color, width, dash, as a foreign page drew the wire; free, so it stays in ``extra``
_NOTE_KEYS = frozenset({"id", "kind", "at", "size", "text", "style", "view"})
_MONITOR_KEYS = frozenset({"id", "kind", "pins", "at", "size", "options"})

Entry = TypeVar("Entry", Block, Note, Monitor)


class LoadedProject(msgspec.Struct, kw_only=True):
    """A project as read. ``problems`` are by page name; the key "" holds those of the file as a whole."""

    project: Project
    problems: dict[str, list[Problem]] = {}
    read_only: bool = False
    is_project_file: bool = True  # False: converted from another format; a save must not go to the source
    imported: dict[str, Any] = {}  # the ReadPage of each page of another format, by page name


def loads(data: bytes | str, name: str = "") -> LoadedProject:
    """Return the project that a file's content describes; ``name`` is the file's name for messages.

    Raises:
        FileProblem: the content is no JSON, no project, or a member has a wrong type.
    """
    value = parse_json(data, name)
    try:
        return _project(value)
    except Wrong as fault:
        raise FileProblem(fault.sentence, file=name, where=fault.path) from None


def _project(raw: Any) -> LoadedProject:
    if type(raw) is not dict or raw.get("format") != FORMAT:
        where = "format" if type(raw) is dict else ""
        raise Wrong(where, say("json.no-project", format=FORMAT))
    if "version" not in raw:
        raise Wrong("version", say("json.no-version", version=1))
    version = whole_of(raw, "version", VERSION)
    if version < 1:
        raise Wrong("version", say("json.unknown-version", version=version, known=VERSION))
    libraries, extra = _libraries(raw), extra_of(raw, _PROJECT_KEYS)
    loaded = LoadedProject(project=Project(version=version, libraries=libraries, extra=extra))
    of_file: list[Problem] = []
    if version > VERSION:
        loaded.read_only = True
        sentence = say("json.newer-version", version=version, known=VERSION)
        of_file.append(warning("newer-version", sentence, hint=say("hint.later-program")))
    of_file += unknown_keys(loaded.project.extra, say("json.the-file"))
    if "pages" not in raw:
        raise Wrong("pages", say("json.no-pages"))
    taken: set[str] = set()
    for i, raw_page in enumerate(list_of(raw, "pages")):
        try:
            page, problems = _PageReader(tolerant=loaded.read_only).read(raw_page)
        except Wrong as fault:
            raise fault.inside(f"pages[{i}]") from None
        if page.name in taken:
            problems.insert(0, _rename_twin(page, taken))
        taken.add(page.name)
        loaded.project.pages.append(page)
        if problems:
            loaded.problems[page.name] = problems
    if of_file:
        loaded.problems[""] = of_file
    return loaded


def _libraries(raw: dict[str, Any]) -> dict[str, str]:
    """Return the places of libraries by alias, each an id."""
    found = object_of(raw, "libraries")
    for alias, place in found.items():
        if type(place) is not str:
            raise Wrong(f"libraries.{alias}", say("json.expected-text", found=kind_name(place)))
        if not ID.match(alias):
            raise Wrong("libraries", say("id.no-node-name", id=alias))
    return dict(found)


def _seeds(raw: dict[str, Any]) -> dict[str, str]:
    """Return the addresses by which blocks draw, by their paths."""
    found = object_of(raw, "seeds")
    for path, at in found.items():
        if type(at) is not str:
            raise Wrong(f"seeds.{path}", say("json.expected-text", found=kind_name(at)))
    return dict(found)


def _rename_twin(page: Page, taken: set[str]) -> Problem:
    old, count = page.name, 2
    while f"{old} ({count})" in taken:
        count += 1
    page.name = f"{old} ({count})"
    return warning("duplicate-page", say("json.second-page", page=old, name=page.name))


class _PageReader:
    """Reads one page and collects its problems."""

    def __init__(self, tolerant: bool) -> None:
        """``tolerant``: keep entries of unknown form (a later version's) instead of refusing the file."""
        self.tolerant = tolerant
        self.problems: list[Problem] = []
        self.ids: set[str] = set()
        self.unread: list[UnreadEntry] = []

    def read(self, raw: Any) -> tuple[Page, list[Problem]]:
        """Return the page and its problems; raises Wrong."""
        check_object(raw)
        name = text_of(raw, "name", None)
        if len(name) > MAX_NAME:
            sentence = say("json.long-page-name", count=len(name), most=MAX_NAME)
            self.problems.append(warning("bad-file", sentence))
            name = name[: MAX_NAME - 1] + "…"
        page = Page(
            name=name,
            scope=inside("scope", _scope, raw.get("scope", {})),
            run=inside("run", _run, raw.get("run", {})),
            view=page_view(raw),
            seeds=_seeds(raw),
            snapshots=object_of(raw, "snapshots"),
            results=None if raw.get("results") is None else object_of(raw, "results"),
            report=texts_of(raw, "report"),
            extra=extra_of(raw, _PAGE_KEYS),
        )
        self.problems += unknown_keys(page.extra, say("json.of-page", page=name))
        for member, extra in (
            ("scope", page.scope.extra),
            ("run", page.run.extra),
            ("view", page.view.extra),
        ):
            self.problems += unknown_keys(extra, member)
        usual = _usual_blocks(list_of(raw, "blocks"))
        page.blocks = self._blocks(raw) if usual is None else usual
        self.ids.update(page.blocks)
        wires = _usual_wires(list_of(raw, "wires"), usual or {})
        page.wires = self._wires(raw) if wires is None else wires
        page.notes = self._entries(raw, "notes", self._note)
        page.monitors = self._entries(raw, "monitors", self._monitor)
        page.unread = self.unread
        return page, self.problems

    def _blocks(self, raw: dict[str, Any]) -> dict[str, Block]:
        """Return the blocks, each read by hand; report ids that no wire can name."""
        found = self._entries(raw, "blocks", self._block)
        for bad in (b for b in found if not ID.match(b)):
            self.problems.append(
                error("bad-id", say("id.of-no-block", id=bad), bad, hint=say("hint.id-letters"))
            )
        return found

    def _entries(self, raw: dict[str, Any], section: str, read: Callable[[Any], Entry]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        ids = self.ids
        for i, raw_entry in enumerate(list_of(raw, section)):
            try:
                entry = read(raw_entry)
            except Wrong as fault:
                placed = fault.inside(f"{section}[{i}]")
                is_bound = isinstance(fault, OutOfBounds)
                if not self.tolerant and not is_bound:
                    raise placed from None
                _check_plain_entry(raw_entry, f"{section}[{i}]")
                sentence = say("json.kept-entry", path=placed.path, why=placed.sentence)
                make = error if is_bound and section == "blocks" else warning  # a run needs the blocks
                problem = make("bad-file", sentence)
                self._set_aside(section, len(found), raw_entry, problem)
                continue
            if entry.id in ids:
                _check_plain_entry(raw_entry, f"{section}[{i}]")
                sentence = say("json.second-entry", section=section, id=entry.id)
                problem = error("duplicate-id", sentence, entry.id, hint=say("hint.own-id"))
                self._set_aside(section, len(found), raw_entry, problem)
                continue
            ids.add(entry.id)
            found[entry.id] = entry
            if entry.extra:
                self.problems += unknown_keys(entry.extra, section, entry.id)
            if not isinstance(entry, Monitor) and entry.view.extra:
                self.problems += unknown_keys(entry.view.extra, "view", entry.id)
        return found

    def _set_aside(self, section: str, index: int, raw: Any, problem: Problem) -> None:
        self.unread.append(UnreadEntry(section, index, raw))
        self.problems.append(problem)

    def _wires(self, raw: dict[str, Any]) -> list[Wire]:
        found: list[Wire] = []
        for i, raw_wire in enumerate(list_of(raw, "wires")):
            try:
                wire = _wire(raw_wire)
            except (Unreadable, Wrong) as fault:
                _check_plain_entry(raw_wire, f"wires[{i}]")
                text = json.dumps(raw_wire, ensure_ascii=False)[:120]
                sentence = say("json.bad-wire", wire=text, why=fault.sentence)
                problem = error("bad-wire", sentence, hint=say("hint.wire-form"))
                self._set_aside("wires", len(found), raw_wire, problem)
                continue
            found.append(wire)
            if wire.extra:
                owner = say("json.of-wire", source=str(wire.source), target=str(wire.target))
                unknown = {key: value for key, value in wire.extra.items() if key != _WIRE_STYLE}
                self.problems += unknown_keys(unknown, owner, wire.target.block)
        return found

    def _block(self, raw: Any) -> Block:
        check_object(raw)
        name = name_of(raw, "id")
        pins = raw.get("pins", {})
        if type(pins) is not dict:
            raise Wrong("pins", say("json.expected-object", found=kind_name(pins)))
        long_pin = next((pin for pin in pins if len(pin) > MAX_NAME), None)
        if long_pin is not None:
            raise OutOfBounds("pins", say("json.long-name", count=len(long_pin), most=MAX_NAME))
        pins = {pin: text if type(text) is str else self._pin(name, pin, text) for pin, text in pins.items()}
        return Block(
            id=name,
            symbol=name_of(raw, "symbol"),
            at=point_of(raw, "at", (0, 0)),
            pins=pins,
            label=None if raw.get("label") is None else text_of(raw, "label", None),
            off=flag_of(raw, "off"),
            device=name_of(raw, "device", ""),
            view=block_view(raw),
            extra=extra_of(raw, _BLOCK_KEYS),
        )

    def _pin(self, block: str, pin: str, value: Any) -> PinText:
        """Return what stands for a pin's text that is no text in the file."""
        if type(value) is dict and value.keys() == {"npz", "key"}:
            npz, key = value["npz"], value["key"]
            if type(npz) is str and type(key) is str:
                return ArrayRef(npz, key)
        if type(value) in (bool, int) or (type(value) is float and math.isfinite(value)):
            text = json.dumps(value)
            sentence = say("json.pin-no-text", pin=f"{block}.{pin}", text=text)
            hint = say("hint.put-it-in-quotes")
            self.problems.append(warning("bad-literal", sentence, block, pin, hint=hint))
            return text
        raise Wrong(f"pins.{pin}", say("json.expected-pin", block=block, pin=pin, found=kind_name(value)))

    def _note(self, raw: Any) -> Note:
        check_object(raw)
        return Note(
            id=name_of(raw, "id"),
            kind=name_of(raw, "kind", "text"),
            at=point_of(raw, "at", (0, 0)),
            size=size_of(raw, "size", (160, 60)),
            text=text_of(raw, "text", ""),
            style=object_of(raw, "style"),
            view=note_view(raw),
            extra=extra_of(raw, _NOTE_KEYS),
        )

    def _monitor(self, raw: Any) -> Monitor:
        check_object(raw)
        return Monitor(
            id=name_of(raw, "id"),
            kind=name_of(raw, "kind"),
            pins=tuple(names_of(raw, "pins")),
            at=point_of(raw, "at", (0, 0)),
            size=size_of(raw, "size", (240, 160)),
            options=object_of(raw, "options"),
            extra=extra_of(raw, _MONITOR_KEYS),
        )


def _check_plain_entry(raw: Any, where: str) -> None:
    """Refuse an entry that is to be kept but could not be written back."""
    wrong = check_plain(raw)
    if wrong:
        raise Wrong(where, wrong)


def _usual_blocks(raw: list[Any]) -> dict[str, Block] | None:
    """Return the blocks where all are well-formed and hold nothing unknown, else None."""
    try:
        if not all(map(_BLOCK_KEYS.issuperset, raw)):
            return None
        if not all(BLOCK_VIEW_KEYS.issuperset(entry["view"]) for entry in raw if "view" in entry):
            return None
        found = {b.id: b for b in msgspec.convert(raw, list[Block])}
    except (TypeError, msgspec.ValidationError):
        return None
    if len(found) != len(raw) or not all(map(ID.match, found)):
        return None
    if any(max(len(b.symbol), len(b.id), len(b.device)) > MAX_NAME for b in found.values()):
        return None
    if any(len(pin) > MAX_NAME for b in found.values() for pin in b.pins):
        return None
    low, high = -MAX_COORDINATE, MAX_COORDINATE
    if all(low <= b.at[0] <= high and low <= b.at[1] <= high for b in found.values()):
        return found
    return None


def _usual_wires(raw: list[Any], blocks: dict[str, Block]) -> list[Wire] | None:
    """Return the wires where all are plain pairs, else None. Wires share equal ends."""
    found: list[Wire] = []
    ends: dict[str, PinRef] = {}
    if not all(type(pair) is list for pair in raw):
        return None
    try:
        for first, second in raw:
            source = ends.get(first)
            if source is None:
                source = ends[first] = PinRef.parse_among(first, blocks)
            target = ends.get(second)
            if target is None:
                target = ends[second] = PinRef.parse_among(second, blocks)
            found.append(Wire(source=source, target=target))
    except (TypeError, ValueError, AttributeError):  # no two texts, or not block.pin
        return None
    return found


def _wire(raw: Any) -> Wire:
    """Return the wire; raises Unreadable or Wrong for anything that does not read as one."""
    if type(raw) is not list or not 2 <= len(raw) <= 3 or type(raw[0]) is not str or type(raw[1]) is not str:
        raise Unreadable(say("json.no-pair"))
    source, target = PinRef.parse(raw[0]), PinRef.parse(raw[1])
    if len(raw) == 2:
        return Wire(source=source, target=target)
    options = raw[2]
    if type(options) is not dict:
        raise Unreadable(say("json.third-member"))
    points = list_of(options, "route")
    route = tuple(point_of({"route": p}, "route", (0, 0)) for p in points)
    hidden, extra = flag_of(options, "hidden"), extra_of(options, _WIRE_KEYS)
    return Wire(source=source, target=target, route=route, hidden=hidden, extra=extra)


def _scope(raw: Any) -> Scope:
    check_object(raw)
    seed = None if raw.get("seed") is None else whole_of(raw, "seed", 0)
    return Scope(device=name_of(raw, "device", ""), seed=seed, extra=extra_of(raw, _SCOPE_KEYS))


def _run(raw: Any) -> RunSettings:
    check_object(raw)
    no_end = "steps" in raw and raw["steps"] is None
    guard = raw.get("guard", False)
    if type(guard) is not bool and type(guard) is not list:
        raise Wrong("guard", say("json.expected-guard", found=kind_name(guard)))
    return RunSettings(
        steps=None if no_end else whole_of(raw, "steps", 1),
        until=None if raw.get("until") is None else text_of(raw, "until", None),
        pace=None if raw.get("pace") is None else number_of(raw, "pace", 0.0),
        guard=guard if type(guard) is bool else tuple(names_of(raw, "guard")),
        keep_every=number_of(raw, "keep_every", RunSettings().keep_every),
        cluster=None if raw.get("cluster") is None else name_of(raw, "cluster", None),
        extra=extra_of(raw, _RUN_KEYS),
    )
