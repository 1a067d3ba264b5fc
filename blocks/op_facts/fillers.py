"""What fills what: the ops that put in what others take, by queue, stage, barrier, accumulator and table."""

from __future__ import annotations

from typing import NamedTuple

_ENQUEUES = frozenset({"QueueEnqueue", "QueueEnqueueV2", "QueueEnqueueMany", "QueueEnqueueManyV2"})
_QUEUE_CLOSES = frozenset({"QueueClose", "QueueCloseV2"})
_INTO_STAGE = frozenset({"Stage"})
_INTO_MAP = frozenset({"MapStage"})
_INTO_ORDERED = frozenset({"OrderedMapStage"})
MAP_STAGES = _INTO_MAP | _INTO_ORDERED  # their elements have several places, each known by its number


# What takes the element of a key out of a stage: it waits for that very one, whatever else lies there.
KEYED_TAKERS = frozenset({"MapUnstage", "MapPeek", "OrderedMapUnstage", "OrderedMapPeek"})


class Waits(NamedTuple):
    """What an op waits for: the store's kind, what fills it, what ends the wait, and which input names the store."""

    store: str  # a word of the messages: queue, stage, barrier, accumulator
    fillers: frozenset[str]
    closers: frozenset[str] = frozenset()
    handle: int | None = 0  # None: the store is known by a name, shared_name or the op's own


def _queue(handle: int = 0) -> Waits:
    return Waits("queue", _ENQUEUES, _QUEUE_CLOSES, handle)


WAITS_FOR: dict[str, Waits] = {
    **dict.fromkeys(
        (
            "QueueDequeue", "QueueDequeueV2", "QueueDequeueMany", "QueueDequeueManyV2", "QueueDequeueUpTo",
            "QueueDequeueUpToV2",
        ),
        _queue(),
    ),
    **dict.fromkeys(("ReaderRead", "ReaderReadV2", "ReaderReadUpTo", "ReaderReadUpToV2"), _queue(handle=1)),
    "BarrierTakeMany": Waits("barrier", frozenset({"BarrierInsertMany"}), frozenset({"BarrierClose"})),
    "AccumulatorTakeGradient": Waits("accumulator", frozenset({"AccumulatorApplyGradient"})),
    "SparseAccumulatorTakeGradient": Waits("accumulator", frozenset({"SparseAccumulatorApplyGradient"})),
    "ResourceAccumulatorTakeGradient": Waits("accumulator", frozenset({"ResourceAccumulatorApplyGradient"})),
    **dict.fromkeys(("Unstage", "StagePeek"), Waits("stage", _INTO_STAGE, handle=None)),
    **dict.fromkeys(("MapUnstage", "MapUnstageNoKey", "MapPeek"), Waits("stage", _INTO_MAP, handle=None)),
    **dict.fromkeys(
        ("OrderedMapUnstage", "OrderedMapUnstageNoKey", "OrderedMapPeek"),
        Waits("stage", _INTO_ORDERED, handle=None),
    ),
}  # fmt: skip


class LooksUp(NamedTuple):
    """What fills the table that an op looks up, which fails before that."""

    fillers: frozenset[str]
    others: frozenset[str]  # that put entries in as well
    users: frozenset[str]  # all ops that take such a handle; what another op does with it is not known


FILLED_ONCE = frozenset({"HashTable", "HashTableV2"})  # tables that give nothing before they are filled

_TABLES = ("Find", "Export", "Import", "Insert", "Remove", "Size")
_FILL = frozenset({"InitializeTable", "InitializeTableFromTextFile"})
_FILL_V2 = frozenset({"InitializeTableFromDataset", "InitializeTableFromTextFileV2", "InitializeTableV2"})
_OLD = LooksUp(
    _FILL, frozenset({"LookupTableImport"}), frozenset(f"LookupTable{op}" for op in _TABLES) | _FILL
)
_NEW = LooksUp(
    _FILL_V2, frozenset({"LookupTableImportV2"}), frozenset(f"LookupTable{op}V2" for op in _TABLES) | _FILL_V2
)
LOOKS_UP: dict[str, LooksUp] = {
    **dict.fromkeys(("LookupTableFind", "LookupTableExport"), _OLD),
    **dict.fromkeys(("LookupTableFindV2", "LookupTableExportV2"), _NEW),
}
