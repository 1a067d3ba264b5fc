"""What ops may touch outside the page's graph: files, the network, the process, Python; and which texts say where.

The table was written by TensorFlow's documentation and kernels, one op at a time. An op that is not in it touches
nothing of its own, if `harmless_ops` knows why; one that neither knows counts as doing anything. An op that calls a
function (`If`, `MapDataset`, ...) does what the function's ops do.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Literal, NamedTuple

from blocks.op_facts.harmless_ops import HARMLESS_STATEFUL, is_no_place
from blocks.symbol import Op, Pin, Symbol


class Effect(enum.Flag):
    """What an op may do beside giving its outputs."""

    NONE = 0
    READS_FILES = enum.auto()  # or lists folders
    WRITES_FILES = enum.auto()  # or makes, renames, deletes them
    NETWORK = enum.auto()
    PROCESS = enum.auto()  # ends the process, or sets what holds for all of it
    PYTHON = enum.auto()
    ANYTHING = READS_FILES | WRITES_FILES | NETWORK | PROCESS | PYTHON


# What a text or value says of where.
PlaceKind = Literal[
    "path",  # a file
    "folder",  # a folder, and all that is below it
    "pattern",  # files by * ? [
    "prefix",  # files whose names begin so
    "checkpoint",  # files of a checkpoint, by what their names have in common or by a pattern
    "part",  # put before or behind the op's other place
    "queue",  # a queue, of which the elements are paths
    "url",  # file://... or grpc://...
    "address",  # host:port
    "device",  # a TensorFlow device, perhaps of another machine
    "opaque",  # a serialized graph, state or query, which says for itself what is touched
]
_PATHS = frozenset({"path", "folder", "pattern", "prefix", "checkpoint"})
_LOCAL_SCHEMES = frozenset({"", "file", "ram"})


class Place(NamedTuple):
    """An input or attr of an op whose text or value says where.

    ``but``: texts, or their beginnings, with which the op touches nothing.
    """

    argument: str
    kind: PlaceKind
    effect: Effect
    but: tuple[str, ...] = ()

    def pin_of(self, symbol: Symbol) -> Pin | None:
        """Return the input pin of the op's symbol that holds the text; None for a key of its attrs text."""
        return next((p for p in symbol.inputs if self.argument in (p.arg, p.attr)), None)

    def effect_of(self, text: str) -> Effect:
        """Return what the op does with such a text: another scheme than file:// goes to the network."""
        if text in self.but or any(b and text.startswith(b) for b in self.but):
            return Effect.NONE
        scheme = text.partition("://")[0].lower() if "://" in text else ""
        if self.kind == "url":
            return {"file": self.effect & ~Effect.NETWORK, "grpc": Effect.NETWORK}.get(scheme, Effect.NONE)
        if self.kind in _PATHS and scheme not in _LOCAL_SCHEMES:
            return self.effect | Effect.NETWORK
        return self.effect


class OpEffects(NamedTuple):
    """What one op may do, and where it is said; no place means that no text says it."""

    effect: Effect
    places: tuple[Place, ...] = ()


NOTHING = OpEffects(Effect.NONE)
_READS, _WRITES, _NETWORK = Effect.READS_FILES, Effect.WRITES_FILES, Effect.NETWORK
_UNKNOWN = OpEffects(Effect.ANYTHING, ())


def effects_of(op: Op) -> OpEffects:
    """Return what an op may do; an op that nothing is known of may do anything."""
    known = EFFECTS.get(op.name)
    if known is not None:
        return known
    texts = [a.name for a in op.inputs if a.dtype == "DT_STRING"]
    texts += [a.name for a in op.attrs if a.type in ("string", "list(string)") and not a.allowed]
    is_known = all(is_no_place(op.name, t) for t in texts) and (
        not op.stateful or op.name in HARMLESS_STATEFUL
    )
    return NOTHING if is_known else _UNKNOWN


def place_at(symbol: Symbol, pin: Pin) -> Place | None:
    """Return what the text or value at an input pin says of where the symbol's op reads or writes."""
    places = EFFECTS.get(symbol.op or "", NOTHING).places
    return next((p for p in places if p.argument in (pin.arg, pin.attr)), None)


def _places(
    kind: PlaceKind, effect: Effect, arguments: Iterable[str], but: tuple[str, ...] = ()
) -> OpEffects:
    return OpEffects(effect, tuple(Place(name, kind, effect, but) for name in arguments))


def _reads(argument: str, kind: PlaceKind = "path", but: tuple[str, ...] = ()) -> OpEffects:
    return _places(kind, _READS, [argument], but)


def _writes(argument: str, kind: PlaceKind = "path") -> OpEffects:
    return _places(kind, _WRITES, [argument])


_EVENTS = OpEffects(_WRITES, ())  # where the writer's maker said
_QUEUED = _reads("queue_handle", "queue")
_CACHE = OpEffects(_READS | _WRITES, (Place("filename", "prefix", _READS | _WRITES, ("",)),))
_URLS = Place("debug_urls", "url", _WRITES | _NETWORK)
_DEBUGGED = Place("tensor_name", "part", _WRITES)  # the files bear it
_DEBUG = OpEffects(_URLS.effect, (_URLS, _DEBUGGED))
_SERVICE = _places("address", _NETWORK, ["address"])
_QUERY = Place("query", "opaque", _READS)  # it may ATTACH another file
_SQL = OpEffects(_READS, (Place("data_source_name", "path", _READS), _QUERY))
_PROTO = _reads("descriptor_source", but=("local://", "bytes://"))
_PYTHON = OpEffects(Effect.PYTHON)
PYTHON_OPS = frozenset(
    {"PyFunc", "PyFuncStateless", "EagerPyFunc"}
)  # they call what this process has registered
_TPU = OpEffects(_NETWORK | Effect.PROCESS)  # sets up or ends the TPUs of a cluster

EFFECTS: dict[str, OpEffects] = {
    # files
    "ReadFile": _reads("filename"),
    "WriteFile": _writes("filename"),
    "MatchingFiles": _reads("pattern", "pattern"),
    "ImmutableConst": _reads("memory_region_name"),
    "RecordInput": _reads("file_pattern", "pattern"),
    "ReaderRead": _QUEUED,
    "ReaderReadV2": _QUEUED,
    "ReaderReadUpTo": _QUEUED,
    "ReaderReadUpToV2": _QUEUED,
    "InitializeTableFromTextFile": _reads("filename"),
    "InitializeTableFromTextFileV2": _reads("filename"),
    "GenerateVocabRemapping": _places("path", _READS, ["new_vocab_file", "old_vocab_file"]),
    "FixedUnigramCandidateSampler": _reads("vocab_file", but=("",)),
    "DecodeProtoV2": _PROTO,
    "EncodeProto": _PROTO,
    "PrintV2": OpEffects(_WRITES, (Place("output_stream", "url", _WRITES),)),
    # checkpoints
    "Save": _writes("filename"),
    "SaveSlices": _writes("filename"),
    "SaveV2": _writes("prefix", "checkpoint"),
    "Restore": _reads("file_pattern", "checkpoint"),
    "RestoreSlice": _reads("file_pattern", "checkpoint"),
    "RestoreV2": _reads("prefix", "checkpoint"),
    "LoadAndRemapMatrix": _reads("ckpt_path", "checkpoint"),
    "MergeV2Checkpoints": OpEffects(
        _READS | _WRITES,
        (
            Place("destination_prefix", "checkpoint", _WRITES),
            Place("checkpoint_prefixes", "checkpoint", _READS | _WRITES),  # deletes them afterwards
        ),
    ),
    # summaries
    "CreateSummaryFileWriter": OpEffects(
        _WRITES, (Place("logdir", "folder", _WRITES), Place("filename_suffix", "part", _WRITES))
    ),
    "CreateSummaryDbWriter": _writes("db_uri"),
    "WriteSummary": _EVENTS,
    "WriteScalarSummary": _EVENTS,
    "WriteHistogramSummary": _EVENTS,
    "WriteImageSummary": _EVENTS,
    "WriteAudioSummary": _EVENTS,
    "WriteGraphSummary": _EVENTS,
    "WriteRawProtoSummary": _EVENTS,
    "ImportEvent": _EVENTS,
    "FlushSummaryWriter": _EVENTS,
    "CloseSummaryWriter": _EVENTS,
    "StatsAggregatorSetSummaryWriter": _EVENTS,
    # datasets
    "TextLineDataset": _reads("filenames"),
    "FixedLengthRecordDataset": _reads("filenames"),
    "FixedLengthRecordDatasetV2": _reads("filenames"),
    "TFRecordDataset": _reads("filenames"),
    "TFRecordDatasetV2": _reads("filenames"),
    "CSVDataset": _reads("filenames"),
    "CSVDatasetV2": _reads("filenames"),
    "ExperimentalCSVDataset": _reads("filenames"),
    "LMDBDataset": _reads("filenames"),
    "ExperimentalLMDBDataset": _reads("filenames"),
    "SqlDataset": _SQL,
    "ExperimentalSqlDataset": _SQL,
    "MatchingFilesDataset": _reads("patterns", "pattern"),
    "ExperimentalMatchingFilesDataset": _reads("patterns", "pattern"),
    "CacheDataset": _CACHE,
    "CacheDatasetV2": _CACHE,
    "LoadDataset": _reads("path", "folder"),
    "SaveDataset": _writes("path", "folder"),
    "SaveDatasetV2": _writes("path", "folder"),
    "DatasetToTFRecord": _writes("filename"),
    "ExperimentalDatasetToTFRecord": _writes("filename"),
    "SnapshotDataset": OpEffects(
        _READS | _WRITES,
        (
            Place("path", "folder", _READS | _WRITES),
            Place("reader_path_prefix", "part", _READS, ("",)),
            Place("writer_path_prefix", "part", _WRITES, ("",)),
            Place("snapshot_name", "part", _READS | _WRITES, ("",)),
        ),
    ),
    "SnapshotDatasetV2": OpEffects(
        _READS | _WRITES,
        (
            Place("path", "folder", _READS | _WRITES),
            Place("reader_prefix", "part", _READS, ("",)),
            Place("writer_prefix", "part", _WRITES, ("",)),
        ),
    ),
    "SnapshotDatasetReader": _reads("shard_dir", "folder"),
    "SnapshotChunkDataset": _reads("chunk_file"),
    "ListSnapshotChunksDataset": _reads("snapshot_path", "folder"),
    "DeserializeIterator": OpEffects(_READS | _WRITES, (Place("serialized", "opaque", _READS | _WRITES),)),
    "DatasetFromGraph": OpEffects(
        Effect.ANYTHING, (Place("graph_def", "opaque", Effect.ANYTHING),)
    ),  # any op may stand in the graph
    # the network
    "DataServiceDataset": _SERVICE,
    "DataServiceDatasetV2": _SERVICE,
    "DataServiceDatasetV3": _SERVICE,
    "DataServiceDatasetV4": _SERVICE,
    "RegisterDataset": _SERVICE,
    "RegisterDatasetV2": _SERVICE,
    "DistributedSave": OpEffects(
        _WRITES | _NETWORK,
        (Place("directory", "folder", _WRITES), Place("address", "address", _NETWORK)),
    ),
    "RemoteCall": _places("device", _NETWORK, ["target"]),
    "Send": _places("device", _NETWORK, ["recv_device"]),
    "Recv": _places("device", _NETWORK, ["send_device"]),
    **dict.fromkeys(
        (
            "CollectiveAllToAllV2", "CollectiveAllToAllV3", "CollectiveAssignGroupV2", "CollectiveBcastRecv",
            "CollectiveBcastRecvV2", "CollectiveBcastSend", "CollectiveBcastSendV2", "CollectiveGather",
            "CollectiveGatherV2", "CollectiveInitializeCommunicator", "CollectivePermute", "CollectiveReduce",
            "CollectiveReduceScatterV2", "CollectiveReduceV2", "CollectiveReduceV3",
        ),
        OpEffects(_NETWORK),  # with the members of a group, of which a cluster holds the addresses
    ),
    # what watches tensors
    "DebugIdentity": _DEBUG,
    "DebugIdentityV2": OpEffects(_URLS.effect, (_URLS,)),
    "DebugIdentityV3": _DEBUG,
    "DebugNanCount": _DEBUG,
    "DebugNumericSummary": _DEBUG,
    # the process, Python
    "Abort": OpEffects(Effect.PROCESS),
    "FileSystemSetConfiguration": OpEffects(Effect.PROCESS),  # of a file system, for all ops
    "ConfigureDistributedTPU": _TPU,
    "ShutdownDistributedTPU": _TPU,
    "WorkerHeartbeat": _TPU,
    **dict.fromkeys(PYTHON_OPS, _PYTHON),
}  # fmt: skip

# The arguments that name files, whatever op they are of: so a pin without its symbol is known for one.
PATH_ARGUMENTS = frozenset(p.argument for e in EFFECTS.values() for p in e.places if p.kind in _PATHS)
