"""From JSON values to a Project: known members by hand, unknown ones kept, faults named by JSON path."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from app.document.file_problem import FileProblem
from app.document.file_text import check_plain, parse_json
from app.document.model import (
    ID,
    ArrayRef,
    Block,
    Kept,
    Monitor,
    Note,
    Page,
    PinRef,
    PinText,
    Project,
    RunSettings,
    Scope,
    Wire,
)
from app.document.problems import Problem, error, warning

VERSION = 1
FORMAT = "tensorblocks"
MAX_COORDINATE = 1e9  # scene units; beyond, drawing loses whole pixels

_PROJECT_KEYS = frozenset({"format", "version", "pages"})
_PAGE_KEYS = frozenset(
    "name scope run blocks wires notes monitors snapshots results report".split(),
)
_SCOPE_KEYS = frozenset({"device", "seed"})
_RUN_KEYS = frozenset({"steps"})
_BLOCK_KEYS = frozenset({"id", "symbol", "at", "pins", "label", "off"})
_WIRE_KEYS = frozenset({"route", "hidden"})
_NOTE_KEYS = frozenset({"id", "kind", "at", "size", "text", "style"})
_MONITOR_KEYS = frozenset({"id", "kind", "pins", "at", "size", "options"})

Entry = TypeVar("Entry", Block, Note, Monitor)


class LoadedProject(msgspec.Struct, kw_only=True):
    """A project as read. ``problems`` are by page name; the key "" holds those of the file as a whole."""

    project: Project
    problems: dict[str, list[Problem]] = {}
    read_only: bool = False
    is_project_file: bool = True  # False: converted from another format; a save must not go to the source


class _Wrong(Exception):
    """A member has a wrong type. ``path`` grows on the way out."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message

    def inside(self, outer: str) -> _Wrong:
        """Return the same fault seen from the object that holds it."""
        joint = "." if self.path and not self.path.startswith("[") else ""
        return _Wrong(outer + joint + self.path, self.message)


def loads(data: bytes | str, name: str = "") -> LoadedProject:
    """Return the project that a file's content describes; ``name`` is the file's name for messages.

    Raises:
        FileProblem: the content is no JSON, no project, or a member has a wrong type.
    """
    value = parse_json(data, name)
    try:
        return _project(value)
    except _Wrong as fault:
        raise FileProblem(fault.message, file=name, where=fault.path) from None


def _project(raw: Any) -> LoadedProject:
    if type(raw) is not dict or raw.get("format") != FORMAT:
        raise _Wrong(
            "format" if type(raw) is dict else "",
            f'this is no TensorBlocks project ("format": "{FORMAT}" is missing)',
        )
    if "version" not in raw:
        raise _Wrong("version", f'the version is missing; write "version": {VERSION}')
    version = _whole(raw, "version", VERSION)
    if version < 1:
        raise _Wrong("version", f"there is no version {version}; write {VERSION}")
    loaded = LoadedProject(project=Project(version=version, extra=_extra(raw, _PROJECT_KEYS)))
    of_file: list[Problem] = []
    if version > VERSION:
        loaded.read_only = True
        message = f"the file has version {version}, this program knows {VERSION}: it opens read-only"
        of_file.append(warning("newer-version", message, hint="open it with a later TensorBlocks to edit it"))
    of_file += _unknown(loaded.project.extra, "the file")
    if "pages" not in raw:
        raise _Wrong("pages", "the list of pages is missing")
    taken: set[str] = set()
    for i, raw_page in enumerate(_list(raw, "pages")):
        try:
            page, problems = _PageReader(tolerant=loaded.read_only).read(raw_page)
        except _Wrong as fault:
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


def _rename_twin(page: Page, taken: set[str]) -> Problem:
    old, count = page.name, 2
    while f"{old} ({count})" in taken:
        count += 1
    page.name = f"{old} ({count})"
    return warning(
        "duplicate-page", f'a second page "{old}" opens as "{page.name}"; a save keeps the new name'
    )


class _PageReader:
    """Reads one page and collects its problems."""

    def __init__(self, tolerant: bool) -> None:
        """``tolerant``: keep entries of unknown form (a later version's) instead of refusing the file."""
        self.tolerant = tolerant
        self.problems: list[Problem] = []
        self.ids: set[str] = set()
        self.kept: list[Kept] = []

    def read(self, raw: Any) -> tuple[Page, list[Problem]]:
        """Return the page and its problems; raises _Wrong."""
        _object(raw)
        name = _text(raw, "name", None)
        page = Page(
            name=name,
            scope=_inside("scope", _scope, raw.get("scope", {})),
            run=_inside("run", _run, raw.get("run", {})),
            snapshots=_plain_object(raw, "snapshots"),
            results=None if raw.get("results") is None else _plain_object(raw, "results"),
            report=_texts(raw, "report"),
            extra=_extra(raw, _PAGE_KEYS),
        )
        self.problems += _unknown(page.extra, f'page "{name}"')
        self.problems += _unknown(page.scope.extra, "scope") + _unknown(page.run.extra, "run")
        page.blocks = self._entries(raw, "blocks", self._block)
        page.wires = self._wires(raw)
        page.notes = self._entries(raw, "notes", self._note)
        page.monitors = self._entries(raw, "monitors", self._monitor)
        page.kept = self.kept
        return page, self.problems

    def _entries(self, raw: dict[str, Any], section: str, read: Callable[[Any], Entry]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        ids = self.ids
        for i, raw_entry in enumerate(_list(raw, section)):
            try:
                entry = read(raw_entry)
            except _Wrong as fault:
                placed = fault.inside(f"{section}[{i}]")
                if not self.tolerant:
                    raise placed from None
                self._keep(
                    section,
                    len(found),
                    raw_entry,
                    warning("bad-file", f"{placed.path}: {placed.message}; kept"),
                )
                continue
            if entry.id in ids:
                message = f'a second entry of {section} bears the id "{entry.id}"; it is kept in the file but not shown'
                fault_of_id = error(
                    "duplicate-id", message, entry.id, hint="give it an id of its own in the file"
                )
                self._keep(section, len(found), raw_entry, fault_of_id)
                continue
            ids.add(entry.id)
            found[entry.id] = entry
            if entry.extra:
                self.problems += _unknown(entry.extra, section, entry.id)
        return found

    def _keep(self, section: str, index: int, raw: Any, problem: Problem) -> None:
        wrong = check_plain(raw)
        if wrong:
            raise _Wrong(section, wrong)
        self.kept.append(Kept(section, index, raw))
        self.problems.append(problem)

    def _wires(self, raw: dict[str, Any]) -> list[Wire]:
        found: list[Wire] = []
        for raw_wire in _list(raw, "wires"):
            try:
                wire = _wire(raw_wire)
            except (ValueError, _Wrong) as fault:
                message = f"the wire {json.dumps(raw_wire, ensure_ascii=False)[:120]} does not read: {fault}; it is kept"
                hint = 'write ["block.pin", "block.pin"]'
                self._keep("wires", len(found), raw_wire, error("bad-wire", message, hint=hint))
                continue
            found.append(wire)
            if wire.extra:
                self.problems += _unknown(
                    wire.extra, f"wire {wire.source} to {wire.target}", wire.target.block
                )
        return found

    def _block(self, raw: Any) -> Block:
        _object(raw)
        name = _text(raw, "id", None)
        pins = raw.get("pins", {})
        if type(pins) is not dict:
            raise _Wrong("pins", f"expected an object, found {_kind(pins)}")
        for pin, text in pins.items():
            if type(text) is not str:
                pins[pin] = self._pin(name, pin, text)
        block = Block(
            id=name,
            symbol=_text(raw, "symbol", None),
            at=_point(raw, "at", (0, 0)),
            pins=pins,
            label=None if raw.get("label") is None else _text(raw, "label", None),
            off=_flag(raw, "off"),
            extra=_extra(raw, _BLOCK_KEYS),
        )
        if not ID.match(name) and name not in self.ids:
            hint = "use letters, digits, _ and -, beginning with a letter or digit"
            self.problems.append(error("bad-id", f'"{name}" cannot be the id of a block', name, hint=hint))
        return block

    def _pin(self, block: str, pin: str, value: Any) -> PinText:
        """Return what stands for a pin's text that is no text in the file."""
        if type(value) is dict and value.keys() == {"npz", "key"}:
            npz, key = value["npz"], value["key"]
            if type(npz) is str and type(key) is str:
                return ArrayRef(npz, key)
        if type(value) in (bool, int) or (type(value) is float and math.isfinite(value)):
            text = json.dumps(value)
            message = f'{block}.{pin} is no text in the file; it is read as "{text}"'
            self.problems.append(warning("bad-literal", message, block, pin, hint="put it in quotes"))
            return text
        what = f'block "{block}", pin "{pin}": expected a text in quotes or {{"npz": FILE, "key": NAME}}'
        raise _Wrong(f"pins.{pin}", f"{what}, found {_kind(value)}")

    def _note(self, raw: Any) -> Note:
        _object(raw)
        return Note(
            id=_text(raw, "id", None),
            kind=_text(raw, "kind", "text"),
            at=_point(raw, "at", (0, 0)),
            size=_point(raw, "size", (160, 60)),
            text=_text(raw, "text", ""),
            style=_plain_object(raw, "style"),
            extra=_extra(raw, _NOTE_KEYS),
        )

    def _monitor(self, raw: Any) -> Monitor:
        _object(raw)
        return Monitor(
            id=_text(raw, "id", None),
            kind=_text(raw, "kind", None),
            pins=tuple(_texts(raw, "pins")),
            at=_point(raw, "at", (0, 0)),
            size=_point(raw, "size", (240, 160)),
            options=_plain_object(raw, "options"),
            extra=_extra(raw, _MONITOR_KEYS),
        )


def _wire(raw: Any) -> Wire:
    """Return the wire; raises ValueError or _Wrong for anything that does not read as one."""
    if type(raw) is not list or not 2 <= len(raw) <= 3 or type(raw[0]) is not str or type(raw[1]) is not str:
        raise ValueError("it is no pair of texts")
    source, target = PinRef.parse(raw[0]), PinRef.parse(raw[1])
    if len(raw) == 2:
        return Wire(source=source, target=target)
    options = raw[2]
    if type(options) is not dict:
        raise ValueError("its third member is no object")
    points = _list(options, "route")
    route = tuple(_point({"route": p}, "route", (0, 0)) for p in points)
    hidden, extra = _flag(options, "hidden"), _extra(options, _WIRE_KEYS)
    return Wire(source=source, target=target, route=route, hidden=hidden, extra=extra)


def _scope(raw: Any) -> Scope:
    _object(raw)
    seed = None if raw.get("seed") is None else _whole(raw, "seed", 0)
    return Scope(device=_text(raw, "device", ""), seed=seed, extra=_extra(raw, _SCOPE_KEYS))


def _run(raw: Any) -> RunSettings:
    _object(raw)
    return RunSettings(steps=_whole(raw, "steps", 1), extra=_extra(raw, _RUN_KEYS))


Value = TypeVar("Value")


def _inside(path: str, read: Callable[[Any], Value], raw: Any) -> Value:
    try:
        return read(raw)
    except _Wrong as fault:
        raise fault.inside(path) from None


def _object(raw: Any) -> None:
    if type(raw) is not dict:
        raise _Wrong("", f"expected an object, found {_kind(raw)}")


def _text(raw: dict[str, Any], key: str, default: str | None) -> str:
    value = raw.get(key, default)
    if type(value) is str:
        return value
    if value is None and key not in raw:
        raise _Wrong(key, f"{key} is missing")
    raise _Wrong(key, f"expected a text, found {_kind(value)}")


def _texts(raw: dict[str, Any], key: str) -> list[str]:
    values = _list(raw, key)
    for i, value in enumerate(values):
        if type(value) is not str:
            raise _Wrong(f"{key}[{i}]", f"expected a text, found {_kind(value)}")
    return values


def _flag(raw: dict[str, Any], key: str) -> bool:
    value = raw.get(key, False)
    if type(value) is not bool:
        raise _Wrong(key, f"expected true or false, found {_kind(value)}")
    return value


def _whole(raw: dict[str, Any], key: str, default: int) -> int:
    value = raw.get(key, default)
    if type(value) is not int:
        raise _Wrong(key, f"expected a whole number, found {_kind(value)}")
    return value


def _list(raw: dict[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    if type(value) is list:
        return value
    if value is None and key not in raw:
        return []
    raise _Wrong(key, f"expected a list, found {_kind(value)}")


def _point(raw: dict[str, Any], key: str, default: tuple[float, float]) -> tuple[float, float]:
    """Return two numbers (scene units)."""
    value = raw.get(key, default)
    if value is default:
        return default
    if type(value) is not list or len(value) != 2 or not all(type(v) in (int, float) for v in value):
        raise _Wrong(key, f"expected two numbers, found {_kind(value)}")
    if not all(-MAX_COORDINATE <= v <= MAX_COORDINATE for v in value):
        raise _Wrong(key, f"the numbers must lie between {-MAX_COORDINATE:g} and {MAX_COORDINATE:g}")
    return value[0], value[1]


def _plain_object(raw: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object whose members are the reader's own business."""
    value = raw.get(key, {})
    if type(value) is not dict:
        raise _Wrong(key, f"expected an object, found {_kind(value)}")
    wrong = check_plain(value) if value else None
    if wrong:
        raise _Wrong(key, wrong)
    return value


def _extra(raw: dict[str, Any], known: frozenset[str]) -> dict[str, Any]:
    """Return the members that the format does not know, in file order."""
    if raw.keys() <= known:
        return {}
    extra = {k: v for k, v in raw.items() if k not in known}
    wrong = check_plain(extra)
    if wrong:
        raise _Wrong("", wrong)
    return extra


def _unknown(extra: dict[str, Any], owner: str, block: str | None = None) -> list[Problem]:
    """Return one problem per unknown key."""
    who = f'{owner}, "{block}"' if block else owner
    return [warning("unknown-key", f'{who}: the key "{k}" is not known; it is kept', block) for k in extra]


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    names = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)
