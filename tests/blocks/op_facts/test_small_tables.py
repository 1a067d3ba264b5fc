"""The smaller tables of facts about ops: every name stands in the registry, and what TensorFlow says of it agrees."""

from __future__ import annotations

import pytest

from blocks.catalog import load
from blocks.op_facts import (
    conversions,
    delimiters,
    dtype_pins,
    encodings,
    fatal_inputs,
    file_readers,
    fillers,
    filter_orders,
    index_arguments,
    input_shapes,
    output_sizes,
    passed_strings,
    shape_functions,
    siblings,
    traits,
    window_sizes,
)
from blocks.symbol import Op
from tests.support.op_trials import OF_THE_CATALOG

pytestmark = OF_THE_CATALOG

_OPS_BY_TABLE = {
    "DRAWING_WHOLE_NUMBERS": {*siblings.DRAWING_WHOLE_NUMBERS, *siblings.DRAWING_WHOLE_NUMBERS.values()},
    "TAKING_CLASS_NUMBERS": {*siblings.TAKING_CLASS_NUMBERS, *siblings.TAKING_CLASS_NUMBERS.values()},
    "TAKING_UNSORTED_SEGMENTS": {
        *siblings.TAKING_UNSORTED_SEGMENTS,
        *siblings.TAKING_UNSORTED_SEGMENTS.values(),
    },
    "WAITING": traits.WAITING,
    "PASSING_REF": traits.PASSING_REF,
    "LOOKING_AT_REF": traits.LOOKING_AT_REF,
    "SWITCHES": traits.SWITCHES,
    "BACK_EDGES": traits.BACK_EDGES,
    "FRAMES": traits.FRAMES,
    "MERGES": traits.MERGES,
    "EXITS": traits.EXITS,
    "MAKES_REF": traits.MAKES_REF,
    "PLACEHOLDERS": traits.PLACEHOLDERS,
    "QUEUES": traits.QUEUES,
    "LOOKING_AT_HANDLE": traits.LOOKING_AT_HANDLE,
    "RUNS_AGAIN_UNCHANGED": traits.RUNS_AGAIN_UNCHANGED,
    "LINE_READERS": file_readers.LINE_READERS,
    "ENQUEUES": passed_strings.ENQUEUES,
    "DEQUEUES": passed_strings.DEQUEUES,
    "COUNTS_COLUMNS": index_arguments.COUNTS_COLUMNS,
    "NEVER_RUN_FOR_SHAPES": shape_functions.NEVER_RUN_FOR_SHAPES,
}
_ARGUMENTS_BY_TABLE = {
    "AXES": {pair: [other] for pair, (other, _) in index_arguments.AXES.items()},
    "INDICES": {(op, one): [other or one] for op, (one, other) in index_arguments.INDICES.items()},
    "SIZES_OUTPUT": {pair: [] for pair in output_sizes.SIZES_OUTPUT.items()},
    "SIZES_ABOVE_0": {pair: [] for pair in output_sizes.SIZES_ABOVE_0},
    "PASSING": {pair: [] for pair in passed_strings.PASSING.items()},
    "PERMUTATIONS": {pair: [] for pair in index_arguments.PERMUTATIONS.items()},
    "DECODES": {(op, "contents"): [] for op in encodings.DECODES},
    "FATAL_VALUES": {pair: [] for pair in fatal_inputs.FATAL_VALUES},
    "JOINING": {pair: [] for pair in passed_strings.JOINING.items()},
    "FATAL_RANKS": {pair: [] for pair in fatal_inputs.FATAL_RANKS},
}


def _op(name: str) -> Op:
    """Return TensorFlow's own signature of the op, public or not; fails where there is none."""
    from app.engine.tf.op_registry import read_op

    return read_op(name)


@pytest.mark.parametrize("table", _OPS_BY_TABLE)
def test_every_op_stands_in_the_registry(table: str) -> None:
    for name in _OPS_BY_TABLE[table]:
        assert _op(name).name == name


@pytest.mark.parametrize("table", _ARGUMENTS_BY_TABLE)
def test_every_argument_is_an_input_of_its_op(table: str) -> None:
    for (name, argument), others in _ARGUMENTS_BY_TABLE[table].items():
        assert {argument, *others} <= {arg.name for arg in _op(name).inputs}, name


def test_inputs_whose_values_shapes_depend_on_are_there() -> None:
    for name, read in shape_functions.VALUES_READ.items():
        count = len(_op(name).inputs)
        assert all(-count <= position < count for position in read), name


def test_orders_of_filters_are_of_sizes_that_filters_have() -> None:
    filters = [
        texts["filter"].replace("~", "").split()
        for texts in input_shapes.INPUT_SHAPES.values()
        if "filter" in texts
    ]
    for (first, last), order in filter_orders.ORDER_OF_PYTORCH.items():
        assert (first, last, len(order)) in {(sizes[0], sizes[-1], len(sizes)) for sizes in filters}
        assert sorted(order) == list(range(len(order)))


def test_types_that_follow_others_are_attrs_with_a_default() -> None:
    for (name, attr), (other, types) in fatal_inputs.FOLLOWING_TYPES.items():
        follower, followed = _op(name).attr(attr), _op(name).attr(other)
        assert follower is not None, name
        assert followed is not None, name
        assert follower.has_default
        assert set(types) <= set(followed.allowed or types)
        assert set(types.values()) <= set(follower.allowed or ())


def test_ops_that_only_look_at_a_handle_take_one() -> None:
    for name in traits.LOOKING_AT_HANDLE:
        handle = _op(name).inputs[0]
        assert handle.dtype in ("DT_RESOURCE", "DT_STRING"), name


def test_an_op_that_looks_is_one_whose_name_says_so() -> None:
    """The ops on handles that close, count or say whether are all in the table, whatever their version."""
    endings = ("Close", "Size", "IsClosed", "NumRecordsProduced", "NumWorkUnitsCompleted", "SerializeState")
    found = set()
    for name in load().names():
        symbol = load().get(name)
        op = load().op(symbol.op) if symbol is not None and symbol.op else None
        if op is not None and op.inputs and op.inputs[0].name.endswith("handle"):
            is_handle = op.inputs[0].dtype == "DT_RESOURCE" or op.inputs[0].is_ref
            found |= {op.name} if is_handle and op.name.rstrip("V23").endswith(endings) else set()
    assert found == traits.LOOKING_AT_HANDLE


def test_references_pass_only_through_ops_that_take_one() -> None:
    for name in traits.PASSING_REF | traits.LOOKING_AT_REF:
        assert any(arg.is_ref for arg in _op(name).inputs), name


def test_makers_of_references_give_one() -> None:
    for name in traits.MAKES_REF:
        assert [arg.is_ref for arg in _op(name).outputs] == [True]


def test_vectors_of_names_are_inputs_of_strings() -> None:
    inputs = {arg.name: arg for name in load().names() if (op := load().op(name)) for arg in op.inputs}
    assert {inputs[name].dtype for name in traits.VECTORS_OF_NAMES} == {"DT_STRING"}


def test_pins_that_say_a_dtype_are_pins_of_types() -> None:
    pins = [(symbol, pin) for (symbol, _), pin in dtype_pins.DTYPE_OF_TEXT.items()]
    for name, says in (*pins, *dtype_pins.DTYPE_OF_OUTPUT.items()):
        symbol = load().get(name)
        assert symbol is not None
        pin = symbol.pin(says, "in")
        assert pin is not None, name
        assert pin.kind == "type"
    for name, text in (*dtype_pins.DTYPE_OF_TEXT, *dtype_pins.OWN_TENSORS):
        symbol = load().get(name)
        assert symbol is not None
        assert symbol.pin(text, "in") is not None, name


def test_conversions_are_such_as_tensorflow_allows() -> None:
    taken, given = _op("AsString").attr("T"), _op("StringToNumber").attr("out_type")
    assert taken is not None
    assert given is not None
    assert set(taken.allowed or ()) >= conversions.AS_STRING_TAKES
    assert set(given.allowed or ()) >= set(conversions.STRING_TO_NUMBER_GIVES)


def test_lists_with_a_number_for_each_dimension_have_that_many() -> None:
    """The default that TensorFlow itself has for such an attr is as long as the table says."""
    checked = 0
    for name in load().names():
        op = load().op(name)
        for attr in op.attrs if op is not None else ():
            length = window_sizes.window_length(op.name, attr.name) if op is not None else None
            if length is not None and isinstance(attr.default, list) and attr.default:
                assert len(attr.default) == length, (name, attr.name)
                checked += 1
    assert checked > 10
    assert window_sizes.window_length("Conv3D", "strides") == 5
    assert window_sizes.window_length("MaxPool", "ksize") == 4
    assert window_sizes.window_length("MatMul", "strides") is None


def test_positive_numbers_are_asked_of_lists_and_strides_only() -> None:
    known = {a.name: a.type for name in load().names() if (op := load().op(name)) for a in op.attrs}
    assert {known[attr] for attr in window_sizes.POSITIVE_ATTRS} <= {"list(int)", "list(float)", "int"}
    assert fatal_inputs.FATAL_UNLESS_POSITIVE <= window_sizes.POSITIVE_ATTRS


@pytest.mark.parametrize(
    ("op", "lost"), [("FIFOQueueV2", True), ("RandomUniform", True), ("VariableV2", False), ("Assert", False)]
)
def test_what_a_new_session_loses(op: str, lost: bool) -> None:
    assert traits.has_session_state(_op(op)) is lost


def test_files_begin_as_the_table_says() -> None:
    import tensorflow as tf

    picture = tf.zeros([1, 2, 2, 3], tf.uint8)
    made = {
        "PNG": tf.io.encode_png(picture[0]),
        "JPEG": tf.io.encode_jpeg(picture[0]),
        "WAV": tf.audio.encode_wav(tf.zeros([4, 1]), 8000),
    }
    for name, data in made.items():
        assert next(form for start, form in encodings.BEGINNINGS if data.numpy().startswith(start)) == name
    assert encodings.format_of(b"RIFF\x24\x00\x00\x00WEBPVP8 ") == "WebP"  # as its container is specified
    known = {form for _, form in encodings.BEGINNINGS} | {"WebP"}
    assert set(encodings.DECODES.values()) == known | {"picture"}


def test_attrs_that_hold_a_delimiter_are_texts() -> None:
    known = {(a.name, a.type) for name in load().names() if (op := load().op(name)) for a in op.attrs}
    for attr in delimiters.DELIMITERS:
        assert (attr, "string") in known


def test_readers_name_the_compression_of_their_files_where_the_table_says() -> None:
    for name, argument in file_readers.FILE_READERS.items():
        op = _op(name)
        texts = {a.name for a in op.inputs if a.dtype == "DT_STRING"} | {
            a.name for a in op.attrs if a.type == "string"
        }
        assert {argument} & texts == ({argument} if argument else set()), name
        if not argument:
            assert not texts & {"compression_type", "encoding"}, name


def test_what_waits_is_filled_by_ops_that_are() -> None:
    """Each op that waits for a store is one of those that may wait, and what fills and closes the store exists."""
    assert set(fillers.WAITS_FOR) <= traits.WAITING
    for name, waits in fillers.WAITS_FOR.items():
        op = load().op(name)
        assert op is not None
        assert waits.handle is not None or "shared_name" in {attr.name for attr in op.attrs}
        assert [n for n in waits.fillers | waits.closers if load().op(n) is None] == []
