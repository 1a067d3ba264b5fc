"""Which blocks write outside the page, so that the user can be asked first and foreign paths are not followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.document.model.diagram import ArrayRef, Page

# Symbol -> the pin that says where it writes ("" = not by a pin), and what it does.
WRITERS: dict[str, tuple[str, str]] = {
    "WriteFile": ("filename", "writes a file"),
    "Save": ("filename", "writes a checkpoint"),
    "SaveSlices": ("filename", "writes a checkpoint"),
    "SaveV2": ("prefix", "writes a checkpoint"),
    "MergeV2Checkpoints": ("destination_prefix", "merges checkpoints and deletes the old ones"),
    "PrintV2": ("attrs", "writes its text into a file"),
    "DistributedSave": ("directory", "writes a snapshot of a data set"),
    "CreateSummaryDbWriter": ("db_uri", "writes into a database"),
    "CreateSummaryFileWriter": ("logdir", "writes event files"),
    "WriteSummary": ("", "writes event files"),
    "WriteScalarSummary": ("", "writes event files"),
    "WriteHistogramSummary": ("", "writes event files"),
    "WriteImageSummary": ("", "writes event files"),
    "WriteAudioSummary": ("", "writes event files"),
    "WriteGraphSummary": ("", "writes event files"),
    "WriteRawProtoSummary": ("", "writes event files"),
    "SnapshotDataset": ("path", "writes a snapshot of a data set"),
    "SaveDataset": ("path", "writes a data set"),
    "SaveDatasetV2": ("path", "writes a data set"),
    "DatasetToTFRecord": ("filename", "writes a file"),
    "ExperimentalDatasetToTFRecord": ("filename", "writes a file"),
    "CacheDataset": ("filename", "may write a cache file"),
    "CacheDatasetV2": ("filename", "may write a cache file"),
    "DebugIdentity": ("attrs", "writes its values into files"),
    "DebugIdentityV2": ("attrs", "writes its values into files"),
    "DebugIdentityV3": ("attrs", "writes its values into files"),
}


class Writer(NamedTuple):
    """One block that writes: its id, symbol, what it does, and the text that says where."""

    block: str
    symbol: str
    does: str
    where: str


def writers(page: Page, op_of: Callable[[str], str | None]) -> list[Writer]:
    """Return the blocks of a page that write and are switched on; ``op_of`` gives the op of a symbol."""
    found = []
    for block in page.blocks.values():
        known = WRITERS.get(block.symbol.removeprefix("raw.")) or WRITERS.get(op_of(block.symbol) or "")
        if known is None or block.off:
            continue
        pin, does = known
        text = block.pins.get(pin, "") if pin else ""
        wires = page.wires_to(block.id, pin) if pin else []
        where = f"as {wires[0].source} says" if wires else "" if isinstance(text, ArrayRef) else text
        if pin == "attrs" and "file:" not in where:
            continue  # prints to the log only
        found.append(Writer(block.id, block.symbol, does, where))
    return found
