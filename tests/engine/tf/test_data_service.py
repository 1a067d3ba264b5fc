"""A page reads the elements of a data service; what decodes them is a page, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from app.document.resources.grants import Grants
from app.engine.host.engine import Engine
from app.engine.values.results import ListValue, TensorValue
from tests.support.function_pages import named, run_of


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """Return the address of a dispatcher with one worker, in this process."""
    dispatcher = tf.data.experimental.service.DispatchServer()
    address = dispatcher.target.partition("://")[2]
    worker = tf.data.experimental.service.WorkerServer(
        tf.data.experimental.service.WorkerConfig(dispatcher_address=address)
    )
    yield address
    del worker, dispatcher


@pytest.mark.parametrize(("symbol", "quote"), [("DataServiceDatasetV3", ""), ("DataServiceDatasetV4", '"')])
def test_elements_of_a_service(engine: Engine, service: str, tmp_path: Path, symbol: str, quote: str) -> None:
    squares = tf.data.Dataset.range(4).map(lambda x: x * x)
    number = tf.data.experimental.service.register_dataset(service, squares)
    decoded = named(
        "decoded",
        {"x": ("Argument", {"dtype": "DT_VARIANT"}),
         "u": ("UncompressElement", {"output_types": "DT_INT64", "output_shapes": "{{}}"}), "y": "Result"},
        "x.output -> u.compressed \n u.components -> y.input",
    )  # fmt: skip
    pins = {
        "dataset_id": f"{quote}{number.numpy().decode()}{quote}", "processing_mode": '""', "address": f'"{service}"',
        "protocol": '"grpc"', "job_name": '""', "consumer_index": "-1", "num_consumers": "-1",
        "max_outstanding_requests": "-1", "uncompress_fn": "decoded", "attrs": "uncompress_ = true;",
    }  # fmt: skip
    blocks = {
        "served": (symbol, pins),
        "count": "DummyIterationCounter",
        "iterator": ("IteratorV2", {}),
        "make": "MakeIterator",
        "begin": ("ClientSession", {"once": "true"}),
        "next": "IteratorGetNext",
        "session": "ClientSession",
    }
    wires = """count.handle -> served.iteration_counter \n served.handle -> make.dataset
        iterator.handle -> make.iterator \n make.operation -> begin.run_outputs
        iterator.handle -> next.iterator \n next.components -> session.fetch_outputs"""
    main = named("main", blocks, wires)
    refused = run_of(engine, main, decoded, folder=tmp_path)
    assert [(p.code, p.block, p.pin) for p in refused.problems] == [("refused-net", "served", "address")]
    for steps in (1, 4):
        result = run_of(engine, main, decoded, folder=tmp_path, steps=steps, grants=Grants.of([], net=True))
        assert result.ok, result.problems
        value = result.results["next.components"]
        assert isinstance(value, ListValue)
        (element,) = value.items
        assert isinstance(element, TensorValue)
        np.testing.assert_array_equal(element.array, np.int64((steps - 1) ** 2))
