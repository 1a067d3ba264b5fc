"""What ops may touch: the table against the installed TensorFlow, and some of its ops at work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blocks.catalog import load
from blocks.op_facts.harmless_ops import HARMLESS_STATEFUL, is_no_place
from blocks.op_facts.side_effects import EFFECTS, Effect, Place, effects_of, place_at
from blocks.symbol import Op, OpArg, OpAttr, Symbol
from tests.support.op_trials import OF_THE_CATALOG, OpTrials

pytestmark = OF_THE_CATALOG

# Names of inputs and attrs that would rather be a place: where one is none, the reason stands in harmless_ops.
_LIKE_A_PLACE = re.compile(
    r"file|path|prefix|pattern|dir|ur[li]|address|target|host|container|device|ckpt|checkpoint|vocab|source|graph"
)
# Texts of the ops in the table that say nothing of where, besides what no op takes for a place.
_NAMES_BESIDE = """
    communication_hint compression cross_trainer_cache_options data_transfer_protocol dataset_id device_name driver_name
    element_spec embedding_config end error_msg event experiment_name field_names io_of_node job_name key message_format
    message_type mode old_tensor_name op_name processing_mode protocol recv_device request requested_dataset_id run_name
    scheme send_device shape_and_slice shape_and_slices shapes_and_slices summary_metadata target_workers tensor
    tensor_names tfdbg_context_id tfdbg_run_id token tpu_embedding_config user_name value
"""
_BESIDE = frozenset(_NAMES_BESIDE.split())


def _ops() -> Iterator[Op]:
    for name in load().names():
        symbol = load().get(name)
        op = load().op(symbol.op) if symbol is not None and symbol.op else None
        if op is not None:
            yield op


def _texts(op: Op) -> set[str]:
    """Return the inputs and attrs of an op that hold free texts."""
    found = {a.name for a in op.inputs if a.dtype == "DT_STRING"}
    return found | {a.name for a in op.attrs if a.type in ("string", "list(string)") and not a.allowed}


def test_every_op_and_argument_of_the_table_stands_in_the_registry(trials: OpTrials) -> None:
    from tensorflow.python.framework import op_def_registry

    for name, effects in EFFECTS.items():
        definition = op_def_registry.get(name)
        assert definition is not None, name
        arguments = {a.name for a in (*definition.input_arg, *definition.attr)}
        assert {place.argument for place in effects.places} <= arguments, name


def test_every_op_of_the_catalog_is_looked_at() -> None:
    """An op that keeps a state or takes a text is in the table, or it is known why it touches nothing."""
    for op in _ops():
        is_known = op.name in EFFECTS or not effects_of(op).effect
        assert is_known, f"{op.name}: nothing is known of it"
        if op.name not in EFFECTS:
            assert all(is_no_place(op.name, text) for text in _texts(op)), op.name


def test_every_text_of_an_op_in_the_table_is_looked_at() -> None:
    for name, effects in EFFECTS.items():
        op = load().op(name)
        assert op is not None
        places = {place.argument for place in effects.places}
        others = {text for text in _texts(op) - places if not is_no_place(name, text)}
        assert others <= _BESIDE, name


def test_texts_with_names_of_places_are_places_or_have_a_reason() -> None:
    for op in _ops():
        places = {place.argument for place in EFFECTS[op.name].places} if op.name in EFFECTS else set()
        for text in _texts(op) - places:
            if _LIKE_A_PLACE.search(text):
                assert is_no_place(op.name, text) or text in _BESIDE, (op.name, text)


def test_reasons_are_given_for_ops_with_a_state_and_for_no_others() -> None:
    stateful = {op.name for op in _ops() if op.stateful}
    assert HARMLESS_STATEFUL | (EFFECTS.keys() & stateful) == stateful
    assert not HARMLESS_STATEFUL & EFFECTS.keys()


def test_effects_of_an_op_are_those_of_its_places_or_more() -> None:
    for name, effects in EFFECTS.items():
        assert effects.effect, name
        for place in effects.places:
            assert place.effect is not Effect.NONE, name
            assert place.effect in effects.effect, name


def test_symbols_have_a_pin_or_a_key_of_attrs_for_every_place() -> None:
    for name in load().names():
        symbol = load().get(name)
        assert symbol is not None
        for place in EFFECTS[symbol.op].places if symbol.op in EFFECTS else ():
            pin = place.pin_of(symbol)
            keys = {attr.attr for attr in symbol.attrs}
            assert (place.argument in keys) if pin is None else place_at(symbol, pin) == place, (name, place)


def test_ops_that_were_seen_to_touch_something_are_in_the_table() -> None:
    expected: dict[Effect, str] = {
        Effect.READS_FILES: """
            ReadFile MatchingFiles ReaderRead ReaderReadV2 ReaderReadUpTo Restore RestoreSlice RestoreV2 RecordInput
            InitializeTableFromTextFile InitializeTableFromTextFileV2 GenerateVocabRemapping TextLineDataset
            TFRecordDataset FixedLengthRecordDataset CSVDataset SqlDataset MatchingFilesDataset SnapshotDatasetReader
            ListSnapshotChunksDataset SnapshotChunkDataset LoadDataset LMDBDataset FixedUnigramCandidateSampler
            LoadAndRemapMatrix ImmutableConst DecodeProtoV2 EncodeProto
        """,
        Effect.WRITES_FILES: """
            WriteFile Save SaveSlices SaveV2 MergeV2Checkpoints PrintV2 WriteSummary WriteScalarSummary
            WriteAudioSummary CreateSummaryFileWriter CreateSummaryDbWriter CacheDataset CacheDatasetV2
            SnapshotDataset SnapshotDatasetV2
            DatasetToTFRecord DistributedSave SaveDataset DebugIdentity DebugIdentityV2 DebugIdentityV3 DebugNanCount
            DebugNumericSummary ImportEvent StatsAggregatorSetSummaryWriter FlushSummaryWriter DatasetFromGraph
        """,
        Effect.NETWORK: """
            DataServiceDataset DataServiceDatasetV2 RegisterDataset RegisterDatasetV2 Send Recv CollectiveBcastSend
            CollectiveBcastRecv CollectiveReduceV2 RemoteCall DebugIdentity DatasetFromGraph ConfigureDistributedTPU
        """,
        Effect.PROCESS: "Abort DatasetFromGraph",
        Effect.PYTHON: "PyFunc EagerPyFunc PyFuncStateless DatasetFromGraph",
    }
    for effect, names in expected.items():
        for name in names.split():
            op = load().op(name)
            assert op is not None
            assert effect in effects_of(op).effect, name


def test_an_op_that_nobody_looked_at_may_do_anything() -> None:
    assert effects_of(Op(name="NewOp")).effect is Effect.NONE
    assert effects_of(Op(name="NewOp", stateful=True)).effect is Effect.ANYTHING
    named = Op(name="NewOp", inputs=(OpArg(name="filename", dtype="DT_STRING"),))
    assert effects_of(named).effect is Effect.ANYTHING
    chosen = Op(name="NewOp", attrs=(OpAttr(name="mode", type="string", allowed=("a",)),))
    assert effects_of(chosen).effect is Effect.NONE


@pytest.mark.parametrize(
    ("op", "argument", "text", "effect"),
    [
        ("ReadFile", "filename", "a.png", Effect.READS_FILES),
        ("ReadFile", "filename", "file:///etc/passwd", Effect.READS_FILES),
        ("ReadFile", "filename", "gs://bucket/a.png", Effect.READS_FILES | Effect.NETWORK),
        ("PrintV2", "output_stream", "stderr", Effect.NONE),
        ("PrintV2", "output_stream", "FILE:///tmp/x", Effect.WRITES_FILES),
        ("DebugIdentity", "debug_urls", "grpc://host:1", Effect.NETWORK),
        ("DebugIdentity", "debug_urls", "file:///tmp/x", Effect.WRITES_FILES),
        ("DebugIdentity", "debug_urls", "memcbk:///x", Effect.NONE),
        ("CacheDataset", "filename", "", Effect.NONE),  # in memory
        ("CacheDataset", "filename", "cache", Effect.READS_FILES | Effect.WRITES_FILES),
        ("DecodeProtoV2", "descriptor_source", "local://", Effect.NONE),
        ("DecodeProtoV2", "descriptor_source", "bytes://abc", Effect.NONE),
        ("DecodeProtoV2", "descriptor_source", "set.pb", Effect.READS_FILES),
    ],
)
def test_what_a_text_makes_an_op_touch(op: str, argument: str, text: str, effect: Effect) -> None:
    assert _place(op, argument).effect_of(text) is effect


def _place(op: str, argument: str) -> Place:
    return next(place for place in EFFECTS[op].places if place.argument == argument)


# --- at work ----------------------------------------------------------------------------------------------------


def _written_by(trials: OpTrials, folder: Path, make: Any) -> list[str]:
    """Run what ``make`` builds and return the new files below the folder."""
    tf = trials.tf
    config = tf.compat.v1.ConfigProto()
    config.graph_options.optimizer_options.opt_level = -1  # else constants are made of datasets, which fails
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    with tf.Graph().as_default(), tf.compat.v1.Session(config=config) as session:
        session.run(make(tf.raw_ops))
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_suffix_of_an_event_file_leads_out_of_its_folder(trials: OpTrials, tmp_path: Path) -> None:
    def make(ops: Any) -> Any:
        tf, writer = trials.tf, ops.SummaryWriter()
        logdir = str(tmp_path / "log")
        suffix = {"max_queue": 1, "flush_millis": 10, "filename_suffix": "/../../escaped"}
        made = ops.CreateSummaryFileWriter(writer=writer, logdir=logdir, **suffix)
        with tf.control_dependencies([made]):
            written = ops.WriteScalarSummary(writer=writer, step=tf.constant(1, tf.int64), tag="a", value=1.0)
        with tf.control_dependencies([written]):
            return ops.FlushSummaryWriter(writer=writer)

    assert _written_by(trials, tmp_path, make) == ["escaped"]
    assert _place("CreateSummaryFileWriter", "filename_suffix").kind == "part"


def test_the_name_of_a_debugged_tensor_leads_out_of_its_folder(trials: OpTrials, tmp_path: Path) -> None:
    def make(ops: Any) -> Any:
        url = f"FILE://{tmp_path}/log"
        return ops.DebugNanCount(input=1.0, device_name="", tensor_name="../../escaped:0", debug_urls=[url])

    (written,) = _written_by(trials, tmp_path, make)
    assert written.startswith("escaped_0_DebugNanCount")
    assert _place("DebugNanCount", "tensor_name").kind == "part"


def test_a_dataset_of_a_graph_runs_whatever_stands_in_it(trials: OpTrials, tmp_path: Path) -> None:
    def make(ops: Any) -> Any:
        tf = trials.tf
        with tf.Graph().as_default() as inner:
            with tf.control_dependencies([ops.WriteFile(filename=str(tmp_path / "hidden"), contents="x")]):
                one = tf.identity(tf.constant([1]))
            dataset = ops.TensorDataset(components=[one], output_shapes=[[1]])
            tf.identity(dataset, name="dataset")
        graph = inner.as_graph_def()
        given = graph.node.add(name="given", op="_Retval", input=["dataset"])
        given.attr["T"].type = dataset.dtype.as_datatype_enum
        given.attr["index"].i = 0
        made = ops.DatasetFromGraph(graph_def=graph.SerializeToString())
        return ops.DatasetToSingleElement(dataset=made, output_types=[tf.int32], output_shapes=[[1]])

    assert _written_by(trials, tmp_path, make) == ["hidden"]


def test_symbols_without_an_op_touch_nothing() -> None:
    without = [s for s in map(load().get, load().names()) if isinstance(s, Symbol) and s.op is None]
    assert len(without) == 16
    assert {s.name for s in without} >= {"Const", "Output", "ClientSession", "Scope"}
