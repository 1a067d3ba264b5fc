"""SavedModels whose account of objects is damaged read as far as they go, or are refused in words."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path
from typing import Any

import pytest
from tensorflow.core.protobuf import saved_model_pb2

from app.engine.exchange.conversion import convert
from app.engine.exchange.graph import GraphFault
from app.engine.tf.models.read import read_graph
from blocks.catalog import load
from tests.support import function_models

_EACH = 40  # damaged files of each seed
_NUMBERS = (0, -1, 1, 2, 5, 10**6)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """Return the folder of a model with functions, and its message."""
    folder = tmp_path_factory.mktemp("damaged")
    function_models.functions(folder / "model", folder)
    return folder / "model", saved_model_pb2.SavedModel.FromString(
        (folder / "model" / "saved_model.pb").read_bytes()
    )


def _damage(saved: Any, rng: random.Random) -> None:
    objects, library = saved.meta_graphs[0].object_graph_def, saved.meta_graphs[0].graph_def.library
    node = rng.choice(objects.nodes)
    function = objects.concrete_functions[rng.choice(sorted(objects.concrete_functions))]
    kind = rng.randrange(8)
    if kind == 0 and node.children:
        rng.choice(node.children).node_id = rng.choice(_NUMBERS)
    elif kind == 1:
        del objects.nodes[rng.randrange(1, len(objects.nodes)) :]
    elif kind == 2:
        function.bound_inputs.append(rng.choice(_NUMBERS))
    elif kind == 3:
        field = rng.choice(["output_signature", "canonicalized_input_signature", "bound_inputs"])
        function.ClearField(field)
    elif kind == 4:
        node.Clear()
    elif kind == 5:
        node.variable.dtype, node.variable.name = rng.choice((0, 7, 20, 200)), "../x"
    elif kind == 6:
        node.CopyFrom(rng.choice(objects.nodes))
    elif library.function:
        library.function.remove(rng.choice(library.function))


@pytest.mark.parametrize("seed", range(5))
def test_damage_is_said_or_passed_over(seed: int, model: tuple[Path, Any]) -> None:
    """No other fault than one with a sentence leaves the reader."""
    folder, whole = model
    rng = random.Random(seed)
    for _ in range(_EACH):
        saved = saved_model_pb2.SavedModel()
        saved.CopyFrom(whole)
        for _ in range(rng.randint(1, 3)):
            _damage(saved, rng)
        (folder / "saved_model.pb").write_bytes(saved.SerializeToString())
        with contextlib.suppress(GraphFault):
            convert(read_graph(folder, "assets/"), load(), name="model", npz="model.npz")
