"""Carries out a fix as one undoable edit of a document, or on a copy of a page."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from app.document.editing.base import Edit, page_of, refuse
from app.document.editing.document import Document
from app.document.editing.edits import (
    AddBlocks,
    AddWire,
    ChangeMonitor,
    ChangeSymbol,
    RemoveItems,
    RemoveWires,
    RenameBlock,
    ReplaceWire,
    SetPin,
    SetRun,
    SetScope,
)
from app.document.fixes.place import place_between
from app.document.model.diagram import Block, Page, PinRef, Project, Wire, copy_page
from app.document.model.fix import (
    AddBlock,
    ChangeKind,
    Connect,
    Disconnect,
    Fix,
    FixChange,
    Reconnect,
    Rename,
    SetMonitor,
    SetPage,
    WritePin,
)
from app.document.model.ids import free_id
from app.document.model.sentence import Unreadable, say


def apply_fix(document: Document, page_name: str, fix: Fix, title: str) -> None:
    """Do a fix as one entry of the document's history, which bears the fix's title in the user's language.

    Raises EditRefused where the fix does not fit the page (any more); then nothing has changed.
    """
    page = page_of(document.project, page_name)
    given: dict[str, str] = {}  # the fix's names of new blocks -> their ids on the page
    with document.group(title):
        for position, change in enumerate(fix.changes):
            document.apply(_edit(page, change, fix.changes[position + 1 :], given))


def fixed_page(page: Page, fix: Fix) -> Page:
    """Return a copy of the page with the fix done; raises EditRefused where it does not fit."""
    copy = copy_page(page)
    apply_fix(Document(Project(pages=[copy])), page.name, fix, "")
    return copy


def _edit(page: Page, change: FixChange, later: Sequence[FixChange], given: dict[str, str]) -> Edit:
    if isinstance(change, WritePin):
        return SetPin(page.name, given.get(change.block, change.block), change.pin, change.text)
    if isinstance(change, AddBlock):
        given[change.id] = free_id(page, change.symbol)
        at = place_between(page, change.symbol, _neighbours(change.id, later, given))
        return AddBlocks(page.name, [Block(id=given[change.id], symbol=change.symbol, at=at)])
    if isinstance(change, ChangeKind):
        return ChangeSymbol(page.name, change.block, change.symbol)
    if isinstance(change, Rename):
        return RenameBlock(page.name, change.block, change.new)
    if isinstance(change, (Connect, Disconnect, Reconnect)):
        return _wire_edit(page, change, given)
    if isinstance(change, SetMonitor):
        return _monitor_edit(page, change)
    return _page_edit(page, change)


def _wire_edit(page: Page, change: Connect | Disconnect | Reconnect, given: dict[str, str]) -> Edit:
    source, target = (_end(page, end, given) for end in (change.source, change.target))
    if isinstance(change, Connect):
        return AddWire(page.name, Wire(source=source, target=target))
    found = [w for w in page.wires if (w.source, w.target) == (source, target)]
    nth = change.nth if isinstance(change, Disconnect) else 0
    if nth >= len(found):
        raise refuse(
            "bad-edit", say("edit.no-wire-any-more", source=str(source), target=str(target)), target.block
        )
    if isinstance(change, Disconnect):
        return RemoveWires(page.name, [found[nth]])
    ends = {
        "source": _end(page, change.new_source, given),
        "target": _end(page, change.new_target, given),
    }
    stays = (ends["source"].block, ends["target"].block) == (source.block, target.block)
    old = found[0]
    return ReplaceWire(page.name, old, msgspec.structs.replace(old, **ends, route=old.route if stays else ()))


def _monitor_edit(page: Page, change: SetMonitor) -> Edit:
    monitor = page.monitors.get(change.monitor)
    if monitor is None:
        raise refuse("bad-edit", say("edit.no-monitor-any-more", monitor=change.monitor))
    if not change.pins:
        return RemoveItems(page.name, monitors=[change.monitor])
    return ChangeMonitor(page.name, msgspec.structs.replace(monitor, pins=change.pins))


def _page_edit(page: Page, change: SetPage) -> Edit:
    if change.section == "run":
        return SetRun(page.name, msgspec.structs.replace(page.run, **{change.member: change.value}))
    return SetScope(page.name, msgspec.structs.replace(page.scope, **{change.member: change.value}))


def _end(page: Page, text: str, given: dict[str, str]) -> PinRef:
    """Read an end of a wire; a new block's name becomes its id."""
    try:
        end = PinRef.parse_among(text, page.blocks)
    except Unreadable as fault:
        raise refuse("bad-wire", fault.sentence) from None
    return PinRef(given.get(end.block, end.block), end.pin, end.index)


def _neighbours(name: str, later: Sequence[FixChange], given: dict[str, str]) -> tuple[list[str], list[str]]:
    """Return the blocks that the rest of the fix wires before and behind a new block."""
    before: list[str] = []
    behind: list[str] = []
    for change in later:
        if isinstance(change, Connect):
            ends = (change.source, change.target)
        elif isinstance(change, Reconnect):
            ends = (change.new_source, change.new_target)
        else:
            continue
        source, target = (end.partition(".")[0] for end in ends)
        if target == name:
            before.append(given.get(source, source))
        elif source == name:
            behind.append(given.get(target, target))
    return before, behind
