"""All edits in one place; every change of a document is one of these."""

from __future__ import annotations

from app.document.editing.annotation_edits import AddMonitor, AddNote, ChangeMonitor, ChangeNote
from app.document.editing.block_edits import (
    ChangeSymbol,
    RenameBlock,
    SetBlockViews,
    SetDevice,
    SetLabel,
    SetPin,
    SwitchBlocks,
)
from app.document.editing.item_edits import AddBlocks, MoveItems, RemoveItems, RemoveWires
from app.document.editing.page_edits import (
    AddPage,
    MovePage,
    OrderPins,
    RemovePage,
    RenamePage,
    SetLibraries,
    SetPageView,
    SetResults,
    SetRun,
    SetScope,
    SetSnapshots,
)
from app.document.editing.set_pages import SetPages
from app.document.editing.wire_edits import AddWire, OrderWires, ReplaceWire

__all__ = [
    "AddBlocks",
    "AddMonitor",
    "AddNote",
    "AddPage",
    "AddWire",
    "ChangeMonitor",
    "ChangeNote",
    "ChangeSymbol",
    "MoveItems",
    "MovePage",
    "OrderPins",
    "OrderWires",
    "RemoveItems",
    "RemovePage",
    "RemoveWires",
    "RenameBlock",
    "RenamePage",
    "ReplaceWire",
    "SetBlockViews",
    "SetDevice",
    "SetLabel",
    "SetLibraries",
    "SetPageView",
    "SetPages",
    "SetPin",
    "SetResults",
    "SetRun",
    "SetScope",
    "SetSnapshots",
    "SwitchBlocks",
]
