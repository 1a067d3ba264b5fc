"""The shipped catalog against the installed TensorFlow: its registry, its Python signatures, its graphs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

tf = pytest.importorskip("tensorflow")
from tensorflow.core.framework import graph_pb2, types_pb2  # noqa: E402
from tensorflow.python.framework import op_def_registry  # noqa: E402

from app.engine.tf import op_registry  # noqa: E402
from blocks.assets import asset  # noqa: E402
from blocks.catalog import load  # noqa: E402
from blocks.symbol import Symbol  # noqa: E402

# The Python wrapper's default is not the op's. The op's counts: pages become graphs without the wrappers.
WRAPPER_DIFFERS = {("SdcaOptimizer", "adaptative_"), ("SdcaOptimizerV2", "adaptive_")}

pytestmark = pytest.mark.skipif(
    tf.__version__ != load().tensorflow, reason=f"the snapshot was made from TensorFlow {load().tensorflow}"
)


def op_symbols() -> Iterator[tuple[Symbol, Any]]:
    """Yield each symbol that has an op, with TensorFlow's definition of the op."""
    catalog = load()
    for name in catalog.names():
        symbol = catalog.get(name)
        if symbol and symbol.op:
            yield symbol, op_def_registry.get(symbol.op)


def test_the_shipped_snapshot_is_what_the_generator_writes() -> None:
    assert op_registry.stale_files(asset("catalog"), op_registry.snapshot()) == []


def test_every_public_op_has_a_block() -> None:
    public = {name for name in dir(tf.raw_ops) if not name.startswith("_")}
    assert len(public) > 1400
    assert public - {symbol.op for symbol, _ in op_symbols()} == set()


def test_all_names_stand_in_the_registry_and_every_input_has_a_pin() -> None:
    for symbol, definition in op_symbols():
        inputs, outputs = ({a.name for a in args} for args in (definition.input_arg, definition.output_arg))
        attrs = {a.name for a in definition.attr}
        assert {pin.arg for pin in symbol.inputs if pin.arg} == inputs, symbol.name
        assert {pin.arg for pin in symbol.outputs if pin.arg} == outputs, symbol.name
        assert {pin.attr for pin in symbol.pins if pin.attr} <= attrs, symbol.name
        assert {attr.attr for attr in symbol.attrs if attr.attr} <= attrs, symbol.name


def test_every_parameter_of_raw_ops_can_be_given() -> None:
    for symbol, _ in op_symbols():
        parameters = set(inspect.signature(getattr(tf.raw_ops, symbol.op)).parameters) - {"name"}
        pins = {name for pin in symbol.inputs for name in (pin.name, pin.arg, pin.attr, *pin.aliases)}
        keys = {key.removesuffix("_") for attr in symbol.attrs for key in (attr.name, *attr.aliases)}
        assert parameters - pins - keys == set(), symbol.name


def test_defaults_and_allowed_values_are_tensorflows() -> None:
    """Where TensorFlow's Python signature gives a plain default, it is the catalog's too."""
    compared = 0
    for symbol, _ in op_symbols():
        parameters = inspect.signature(getattr(tf.raw_ops, symbol.op)).parameters
        for attr in symbol.attrs:
            default = parameters[attr.attr].default if attr.attr in parameters else None
            if (symbol.name, attr.name) in WRAPPER_DIFFERS:
                continue
            if isinstance(default, (bool, int, str)):
                assert attr.default == default, (symbol.name, attr.name)
                compared += 1
            elif isinstance(default, float):
                assert float(attr.default) == pytest.approx(default), (symbol.name, attr.name)
                compared += 1
            elif isinstance(default, tf.DType):
                assert types_pb2.DataType.Value(attr.default) == default.as_datatype_enum
                compared += 1
    assert compared > 1000


def test_tensorflow_takes_every_block_that_is_said_to_run() -> None:
    """Each op is put into a graph once; a wrong shape or text is no fault here, but an op that is gone is."""
    gone = {}
    for symbol, definition in op_symbols():
        if symbol.unavailable is None:
            message = import_alone(definition)
            if "not available" in message or "not registered" in message:
                gone[symbol.name] = message
    assert gone == {}


def test_an_op_without_kernel_that_is_said_to_run_runs() -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        total = tf.raw_ops.AccumulateNV2(inputs=[tf.constant([1.0]), tf.constant([2.0])], shape=[1])
        assert session.run(total).tolist() == [3.0]


def test_ops_that_the_catalog_says_tensorflow_has_dropped_are_refused() -> None:
    dropped = [s for s, _ in op_symbols() if "no longer takes" in (s.unavailable or "")]
    assert len(dropped) > 40
    for symbol in dropped:
        assert "not available" in import_alone(op_def_registry.get(symbol.op)), symbol.name


def import_alone(definition: Any) -> str:
    """Put the op, fed by placeholders, into a graph; return TensorFlow's message ("" = it was taken)."""
    graph = graph_pb2.GraphDef()
    graph.versions.producer = tf.version.GRAPH_DEF_VERSION
    values = {attr.name: attr_value(attr) for attr in definition.attr}
    inputs = []
    for arg in definition.input_arg:
        for dtype in argument_types(arg, values):
            feed = graph.node.add(name=f"in{len(inputs)}", op="VariableV2" if arg.is_ref else "Placeholder")
            feed.attr["dtype"].type = dtype
            if arg.is_ref:
                feed.attr["shape"].shape.unknown_rank = True
            inputs.append(feed.name)
    node = graph.node.add(name="op", op=definition.name, input=inputs)
    for name, value in values.items():
        node.attr[name].CopyFrom(value)
    try:
        with tf.Graph().as_default():
            tf.import_graph_def(graph, name="")
    except (ValueError, tf.errors.OpError) as error:
        return str(error)
    return ""


def argument_types(arg: Any, values: dict[str, Any]) -> list[int]:
    if arg.type_list_attr:
        return list(values[arg.type_list_attr].list.type)
    return [arg.type or values[arg.type_attr].type] * (values[arg.number_attr].i if arg.number_attr else 1)


def attr_value(attr: Any) -> Any:
    """Return TensorFlow's default, or some value that the attr's type and allowed values admit."""
    value = tf.compat.v1.AttrValue()
    if attr.HasField("default_value"):
        value.CopyFrom(attr.default_value)
        return value
    allowed = attr.allowed_values.list
    dtype = allowed.type[0] if allowed.type else types_pb2.DT_FLOAT
    count = max(1, attr.minimum)
    if attr.type == "type":
        value.type = dtype
    elif attr.type == "list(type)":
        value.list.type.extend([dtype] * count)
    elif attr.type == "int":
        value.i = count
    elif attr.type == "list(int)":
        value.list.i.extend([1] * count)
    elif attr.type == "float":
        value.f = 1.0
    elif attr.type == "list(float)":
        value.list.f.extend([1.0] * count)
    elif attr.type == "bool":
        value.b = False
    elif attr.type == "string":
        value.s = allowed.s[0] if allowed.s else b"x"
    elif attr.type == "list(string)":
        value.list.s.extend([b"x"] * count)
    elif attr.type == "shape":
        value.shape.unknown_rank = True
    elif attr.type == "list(shape)":
        value.list.shape.add(unknown_rank=True)
    elif attr.type == "tensor":
        value.tensor.CopyFrom(tf.make_tensor_proto(1.0))
    else:
        value.func.name = "f"
    return value
