"""From a Project to the canonical bytes of its file: one line per block, wire, note and monitor."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from json.encoder import encode_basestring as _quoted  # the C function behind json.dumps(ensure_ascii=False)
from typing import Any

from app.document.model.diagram import ArrayRef, Block, Monitor, Note, Page, Project, RunSettings, Wire
from app.document.model.function_page import ARGUMENT, RESULT, SESSION
from app.document.model.own_symbol import is_own
from app.document.model.sentence import say, why_of
from app.document.model.view import BlockView, NoteView, PageView, View, members_of
from app.document.storage.errors import FileProblem
from app.document.storage.reader import FORMAT, VERSION

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_USUAL_PAGE, _USUAL_BLOCK, _USUAL_NOTE = PageView(), BlockView(), NoteView()


def dumps(project: Project, name: str = "") -> bytes:
    """Return the file's content: UTF-8, ``\\n`` line ends, two-space indentation, members in a fixed order.

    Raises:
        FileProblem: a value cannot be written (no JSON type, not finite, half a character); names the entry.
    """
    text = "\n".join(_project_lines(project, name)) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError as fault:
        line = text.count("\n", 0, fault.start) + 1
        start = text.rfind("\n", 0, fault.start) + 1
        entry = text[start : start + 60].strip().encode(errors="replace").decode()
        raise FileProblem(say("save.half-character", line=line, entry=entry), file=name) from None


def file_version(project: Project) -> int:
    """Return the version that the project's file bears: the first one that has all that the project holds."""
    if project.version > VERSION:
        return project.version
    blocks = (block for page in project.pages for block in page.blocks.values())
    if project.libraries or any(page.seeds for page in project.pages):
        return 2
    return 2 if any(map(_is_of_version_2, blocks)) or _holds_unread(project) else 1


def _is_of_version_2(block: Block) -> bool:
    """Return whether no reader of version 1 would run a block as it is meant."""
    if block.device or is_own(block.symbol) or block.symbol in (ARGUMENT, RESULT):
        return True
    return block.symbol == SESSION and "once" in block.pins


def _holds_unread(project: Project) -> bool:
    """Return whether a file of version 2 has keys that this program hands through: they may be what makes it one."""
    if project.version == 1:
        return False
    return bool(project.extra) or any(
        page.extra or any(block.extra for block in page.blocks.values()) for page in project.pages
    )


def number(value: float) -> str:
    """Return a number's shortest spelling; a whole one without point (60.0 is ``60``)."""
    if type(value) is int:
        return str(value)
    exact = float(value)
    if exact.is_integer() and abs(exact) < 1e16:
        return str(int(exact))
    return _ENCODER.encode(exact)


def _project_lines(project: Project, name: str) -> Iterator[str]:
    yield "{"
    yield f'  "format": "{FORMAT}",'
    yield f'  "version": {file_version(project)},'
    if project.libraries:
        yield f'  "libraries": {_value(project.libraries, name, "libraries")},'
    head = '  "pages": ['
    tail = [f"  {_quoted(k)}: {_value(v, name, k)}" for k, v in project.extra.items()]
    after = "," if tail else ""
    if not project.pages:
        yield head + "]" + after
    else:
        yield head
        last = len(project.pages) - 1
        for i, page in enumerate(project.pages):
            yield "    {"
            yield ",\n".join(_page_members(page, name))
            yield "    }" if i == last else "    },"
        yield "  ]" + after
    if tail:
        yield ",\n".join(tail)
    yield "}"


def _page_members(page: Page, name: str) -> list[str]:
    """Return the members' texts, without the commas between them."""
    where = f'page "{page.name}"'
    scope = {"device": page.scope.device, "seed": page.scope.seed, **page.scope.extra}
    members = [
        f'      "name": {_quoted(page.name)}',
        f'      "scope": {_value(scope, name, where)}',
        f'      "run": {_value(_run(page.run), name, where)}',
    ]
    if page.view != _USUAL_PAGE:
        members.append(f'      "view": {_value(members_of(page.view), name, where)}')
    if page.seeds:
        members.append(f'      "seeds": {_value(page.seeds, name, where)}')
    members.append(_section(page, "blocks", _lines(page.blocks.values(), _block, where, name)))
    members.append(_section(page, "wires", _lines(page.wires, _wire, where, name)))
    notes = _lines(page.notes.values(), _note, where, name)
    monitors = _lines(page.monitors.values(), _monitor, where, name)
    report = _lines(page.report, _quoted, where, name)
    for key, lines in (("notes", notes), ("monitors", monitors)):
        if lines or any(entry.section == key for entry in page.unread):
            members.append(_section(page, key, lines))
    if page.snapshots:
        members.append(f'      "snapshots": {_value(page.snapshots, name, where)}')
    if page.results is not None:
        members.append(f'      "results": {_value(page.results, name, where)}')
    if report:
        members.append(_section(page, "report", report))
    members += [f"      {_quoted(k)}: {_value(v, name, where)}" for k, v in page.extra.items()]
    return members


def _run(run: RunSettings) -> dict[str, Any]:
    """Return the members; those that have their defaults are left out, the steps stand in any case."""
    usual = RunSettings()
    keys = ("steps", "until", "pace", "guard", "keep_every", "cluster")
    members = {key: getattr(run, key) for key in keys}
    return {k: v for k, v in members.items() if k == "steps" or v != getattr(usual, k)} | run.extra


def _section(page: Page, key: str, lines: list[str]) -> str:
    """Return ``"key": [...]`` with one line per entry; entries that did not read go back to their places."""
    for shift, entry in enumerate(e for e in page.unread if e.section == key):
        lines.insert(entry.index + shift, _ENCODER.encode(entry.raw))
    if not lines:
        return f'      "{key}": []'
    return f'      "{key}": [\n        ' + ",\n        ".join(lines) + "\n      ]"


def _lines(entries: Iterable[Any], write: Any, where: str, name: str) -> list[str]:
    lines = []
    for entry in entries:
        try:
            lines.append(write(entry))
        except (TypeError, ValueError, OverflowError, RecursionError, AttributeError) as fault:
            who = (
                f"{entry.source} to {entry.target}"
                if isinstance(entry, Wire)
                else getattr(entry, "id", entry)
            )
            reason = say("save.bad-value-of", where=where, item=str(who), why=why_of(fault))
            raise FileProblem(reason, file=name) from None
    return lines


def _block(block: Block) -> str:
    x, y = block.at
    line = f'{{"id": {_quoted(block.id)}, "symbol": {_quoted(block.symbol)}, "at": [{number(x)}, {number(y)}]'
    if block.pins:
        pins = [f"{_quoted(k)}: {_quoted(v) if type(v) is str else _array(v)}" for k, v in block.pins.items()]
        line += f', "pins": {{{", ".join(pins)}}}'
    if block.label is not None:
        line += f', "label": {_quoted(block.label)}'
    if block.off:
        line += ', "off": true'
    if block.device:
        line += f', "device": {_quoted(block.device)}'
    if block.view != _USUAL_BLOCK:
        line += _view(block.view)
    return line + (_more(block.extra) if block.extra else "") + "}"


def _array(value: Any) -> str:
    if not isinstance(value, ArrayRef):
        raise TypeError(f"{value!r} is neither a text nor an array's place")
    return f'{{"npz": {_quoted(value.npz)}, "key": {_quoted(value.key)}}}'


def _wire(wire: Wire) -> str:
    line = f"[{_quoted(str(wire.source))}, {_quoted(str(wire.target))}"
    if not (wire.route or wire.hidden or wire.extra):
        return line + "]"
    options = []
    if wire.route:
        points = ", ".join(f"[{number(x)}, {number(y)}]" for x, y in wire.route)
        options.append(f'"route": [{points}]')
    if wire.hidden:
        options.append('"hidden": true')
    options += [f"{_quoted(k)}: {_ENCODER.encode(v)}" for k, v in wire.extra.items()]
    return f"{line}, {{{', '.join(options)}}}]"


def _note(note: Note) -> str:
    line = f'{{"id": {_quoted(note.id)}, "kind": {_quoted(note.kind)}, {_place(note)}'
    if note.text:
        line += f', "text": {_quoted(note.text)}'
    if note.style:
        line += f', "style": {_ENCODER.encode(note.style)}'
    if note.view != _USUAL_NOTE:
        line += _view(note.view)
    return line + _more(note.extra) + "}"


def _monitor(monitor: Monitor) -> str:
    pins = ", ".join(map(_quoted, monitor.pins))
    line = (
        f'{{"id": {_quoted(monitor.id)}, "kind": {_quoted(monitor.kind)}, "pins": [{pins}], {_place(monitor)}'
    )
    if monitor.options:
        line += f', "options": {_ENCODER.encode(monitor.options)}'
    return line + _more(monitor.extra) + "}"


def _place(item: Note | Monitor) -> str:
    (x, y), (width, height) = item.at, item.size
    return f'"at": [{number(x)}, {number(y)}], "size": [{number(width)}, {number(height)}]'


def _view(view: View) -> str:
    return f', "view": {_ENCODER.encode(members_of(view))}'


def _more(extra: dict[str, Any]) -> str:
    return "".join(f", {_quoted(k)}: {_ENCODER.encode(v)}" for k, v in extra.items())


def _value(value: Any, name: str, where: str) -> str:
    try:
        return _ENCODER.encode(value)
    except (TypeError, ValueError, RecursionError) as fault:
        raise FileProblem(say("save.bad-value", where=where, why=why_of(fault)), file=name) from None
