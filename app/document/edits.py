"""All edits in one place; every change of a document is one of these."""

from __future__ import annotations

from app.document.edit import Change, Edit, EditRefused
from app.document.edits_blocks import ChangeSymbol, RenameBlock, SetLabel, SetPin, SwitchBlocks
from app.document.edits_items import AddBlocks, MoveItems, RemoveItems, RemoveWires
from app.document.edits_notes import AddMonitor, AddNote, ChangeMonitor, ChangeNote
from app.document.edits_pages import (
    AddPage,
    MovePage,
    RemovePage,
    RenamePage,
    SetReport,
    SetResults,
    SetRun,
    SetScope,
    SetSnapshots,
)
from app.document.edits_wires import AddWire, OrderWires, ReplaceWire
from app.document.ids import free_id

__all__ = [
    "AddBlocks",
    "AddMonitor",
    "AddNote",
    "AddPage",
    "AddWire",
    "Change",
    "ChangeMonitor",
    "ChangeNote",
    "ChangeSymbol",
    "Edit",
    "EditRefused",
    "MoveItems",
    "MovePage",
    "OrderWires",
    "RemoveItems",
    "RemovePage",
    "RemoveWires",
    "RenameBlock",
    "RenamePage",
    "ReplaceWire",
    "SetLabel",
    "SetPin",
    "SetReport",
    "SetResults",
    "SetRun",
    "SetScope",
    "SetSnapshots",
    "SwitchBlocks",
    "free_id",
]
