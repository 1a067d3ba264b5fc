"""Keras files become SavedModels of the same bits, named by their layers; what leads elsewhere in HDF5 is refused."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from app.engine.exchange.graph import GraphFault, ModelRefused
from app.engine.tf.models.keras_files import export_keras
from app.messages import error_text
from tests.support.keras_models import MODELS, filled, inputs_of, outputs_of, save_as_keras_2
from tests.support.keras_texts import archive, dense, layer, sequential

pytestmark = [pytest.mark.timeout(120), pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """Return each model's files by their form."""
    folder = tmp_path_factory.mktemp("models")
    found: dict[str, dict[str, Path]] = {}
    for name in MODELS:
        model = filled(name)
        paths = {"keras": folder / f"{name}.keras", "h5": folder / f"{name}.h5"}
        for path in paths.values():
            model.save(path)
        old = save_as_keras_2(model, folder / f"{name}.old.h5")
        found[name] = {**paths, "old h5": old}
    return found


def _exported(path: Path, folder: Path) -> Path:
    folder.mkdir()
    return export_keras(path, folder)


def _computed(path: Path, given: list[np.ndarray[Any, Any]], names: list[str]) -> list[np.ndarray[Any, Any]]:
    """Return what a SavedModel computes by its signature, in the order of the Keras model's outputs."""
    serve = tf.saved_model.load(str(path)).signatures["serving_default"]
    takes = names if len(names) > 1 else list(serve.structured_input_signature[1])
    found = serve(**{name: tf.constant(value) for name, value in zip(takes, given, strict=True)})
    return [found[name].numpy() for name in sorted(found)]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("cnn", "keras"), ("cnn", "h5"), ("cnn", "old h5"), ("two", "keras"), ("lstm", "old h5"), ("nested", "h5"),
        ("nested", "old h5"),
    ],
)  # fmt: skip
def test_it_gives_the_bits_of_keras(saved: Any, tmp_path: Path, name: str, form: str) -> None:
    model = filled(name)
    given = inputs_of(model)
    exported = _exported(saved[name][form], tmp_path / "to")
    found = _computed(exported, given, [of.name for of in model.inputs])
    for ours, of_keras in zip(found, outputs_of(model, given), strict=True):
        assert ours.tobytes() == of_keras.tobytes()


def _message(folder: Path) -> Any:
    model = saved_model_pb2.SavedModel()
    model.ParseFromString((folder / "saved_model.pb").read_bytes())
    return model.meta_graphs[0]


def _scopes(folder: Path) -> set[str]:
    """Return the name scopes of the nodes that a SavedModel's call has."""
    functions = _message(folder).graph_def.library.function
    names = {node.name for one in functions if "traced" not in one.signature.name for node in one.node_def}
    return {name.rpartition("/")[0] for name in names}


def test_nodes_stand_below_the_names_of_their_layers(saved: Any, tmp_path: Path) -> None:
    exported = _exported(saved["nested"]["keras"], tmp_path / "to")
    scopes = _scopes(exported)
    assert {"nested/inner/turn", "nested/inner_1/turn", "nested/last"} <= scopes
    assert {scope.split("/")[0] for scope in scopes} == {"", "nested"}


def test_the_model_has_one_signature(saved: Any, tmp_path: Path) -> None:
    """Keras writes the same one under two names."""
    signatures = _message(_exported(saved["two"]["h5"], tmp_path / "to")).signature_def
    assert set(signatures) - {"__saved_model_init_op"} == {"serving_default"}


def test_the_file_may_have_any_name(saved: Any, tmp_path: Path) -> None:
    for form in ("keras", "h5"):
        shutil.copy(saved["two"][form], tmp_path / "keras.bin")
        assert (_exported(tmp_path / "keras.bin", tmp_path / form) / "saved_model.pb").is_file()


# --- HDF5 that leads elsewhere -------------------------------------------------------------------------------------

_KERNEL = "model_weights/first/first/kernel"


def _kernel_as(make: Callable[[Any, str, Path], None]) -> Callable[[Path], None]:
    """Return what puts something else in the place of a weight."""

    def change(path: Path) -> None:
        with h5py.File(path, "r+") as opened:
            del opened[_KERNEL]
            group, _, name = _KERNEL.rpartition("/")
            make(opened[group], name, path.parent)

    return change


def _external_link(group: Any, name: str, folder: Path) -> None:
    group[name] = h5py.ExternalLink(str(folder / "secret.h5"), "/secret")


def _soft_link(group: Any, name: str, folder: Path) -> None:
    group[name] = h5py.SoftLink("/model_weights/second/second/kernel")


def _external_storage(group: Any, name: str, folder: Path) -> None:
    group.create_dataset(name, (10, 2), "f4", external=[(str(folder / "secret.bin"), 0, 80)])


def _virtual(group: Any, name: str, folder: Path) -> None:
    layout = h5py.VirtualLayout((10, 2), "f4")
    layout[:] = h5py.VirtualSource(str(folder / "secret.h5"), "secret", (10, 2))
    group.create_virtual_dataset(name, layout)


def _huge(group: Any, name: str, folder: Path) -> None:
    group.create_dataset(name, (1 << 20, 1 << 20), "f4", chunks=(1, 1024), compression="gzip")


def _objects(group: Any, name: str, folder: Path) -> None:
    group.create_dataset(name, (10, 2), h5py.ref_dtype)


def _opaque(group: Any, name: str, folder: Path) -> None:
    group.create_dataset(name, data=np.zeros((10, 2), "V8"))


def _lzf(group: Any, name: str, folder: Path) -> None:
    group.create_dataset(name, data=np.zeros((10, 2), "f4"), compression="lzf")


HOSTILE = {
    "an external link": (_external_link, "hdf5.external-link"),
    "a soft link": (_soft_link, "hdf5.soft-link"),
    "values in another file": (_external_storage, "hdf5.external"),
    "a virtual dataset": (_virtual, "hdf5.virtual"),
    "a size that no memory has": (_huge, "keras.too-tight"),
    "references": (_objects, "hdf5.objects"),
    "opaque bytes": (_opaque, "hdf5.objects"),
    "a filter of its own": (_lzf, "hdf5.filter"),
}


@pytest.mark.parametrize("form", ["h5", "keras"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_weight_that_is(saved: Any, tmp_path: Path, name: str, form: str) -> None:
    make, key = HOSTILE[name]
    with h5py.File(tmp_path / "secret.h5", "w") as secret:
        secret["secret"] = np.full((10, 2), 42, "f4")
    (tmp_path / "secret.bin").write_bytes(b"\x2a" * 80)
    path = tmp_path / "m.h5"
    shutil.copy(saved["two"]["h5"], path)
    _kernel_as(make)(path)
    if form == "keras":  # its weights are looked through in the same way
        path = archive(tmp_path / "m.keras", {"model.weights.h5": path.read_bytes()})
    with pytest.raises(GraphFault) as fault:
        _exported(path, tmp_path / "to")
    assert fault.value.sentence.key == key
    assert fault.value.code == "refused-model"
    assert "kernel" in error_text(fault.value)


def test_groups_that_hold_each_other_end(saved: Any, tmp_path: Path) -> None:
    shutil.copy(saved["two"]["h5"], tmp_path / "m.h5")
    with h5py.File(tmp_path / "m.h5", "r+") as opened:
        opened["model_weights/again"] = opened["model_weights"]
    assert (_exported(tmp_path / "m.h5", tmp_path / "to") / "saved_model.pb").is_file()


def test_a_chain_of_layers_is_built_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not once for each of them, which would take minutes for thousands; a chain within counts for itself."""
    inner = keras.Sequential([keras.Input((4,)), *(keras.layers.Dense(4) for _ in range(20))])
    model = keras.Sequential([keras.Input((4,)), *(keras.layers.Dense(4) for _ in range(20)), inner])
    model.save(tmp_path / "chain.keras")
    given = np.ones((2, 4), np.float32)
    expected = model(given).numpy()
    built: list[int] = []
    build = keras.Sequential.build
    monkeypatch.setattr(
        keras.Sequential, "build", lambda one, *given: (built.append(len(one.layers)), build(one, *given))[1]
    )
    path = _exported(tmp_path / "chain.keras", tmp_path / "made")
    assert sorted(set(built)) == [20, 21]
    assert len(built) <= 4
    (found,) = _computed(path, [given], ["x"])
    assert found.tobytes() == expected.tobytes()


def _with_config(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    with h5py.File(path, "r+") as opened:
        config = json.loads(opened.attrs["model_config"])
        change(config)
        opened.attrs["model_config"] = json.dumps(config)


def test_a_lambda_in_hdf5_runs_nothing(tmp_path: Path) -> None:
    """Keras before 3.11.3 runs it, whatever its safe mode says."""
    canary = tmp_path / "canary"
    place = str(canary)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = keras.Sequential(
            [keras.Input((2,)), keras.layers.Lambda(lambda x: open(place, "w").close() or x, name="evil")]
        )
        canary.unlink()
        model.save(tmp_path / "m.h5")
    with pytest.raises(ModelRefused) as refused:
        _exported(tmp_path / "m.h5", tmp_path / "to")
    assert "'evil'" in error_text(refused.value)
    assert not canary.exists()


def test_a_layer_of_the_users_own_is_named(saved: Any, tmp_path: Path) -> None:
    shutil.copy(saved["two"]["h5"], tmp_path / "m.h5")
    _with_config(tmp_path / "m.h5", lambda config: config["config"]["layers"][2].update(class_name="Mine"))
    with pytest.raises(ModelRefused) as refused:
        _exported(tmp_path / "m.h5", tmp_path / "to")
    assert refused.value.sentence.key == "keras.custom"
    assert "Mine" in error_text(refused.value)


def test_weights_alone_are_no_model(tmp_path: Path) -> None:
    filled("two").save_weights(tmp_path / "m.weights.h5")
    with pytest.raises(GraphFault) as fault:
        _exported(tmp_path / "m.weights.h5", tmp_path / "to")
    assert fault.value.sentence.key == "keras.only-weights"


def test_an_hdf5_file_may_end_anywhere(saved: Any, tmp_path: Path) -> None:
    whole = saved["two"]["h5"].read_bytes()
    for part, length in enumerate((0, 7, 8, 100, len(whole) // 2, len(whole) - 1)):
        path = tmp_path / "cut.h5"
        path.write_bytes(whole[:length])
        with pytest.raises(GraphFault) as fault:
            _exported(path, tmp_path / f"to{part}")
        assert fault.value.sentence.key == "keras.damaged"


def test_a_model_without_a_shape_is_said(tmp_path: Path) -> None:
    config = sequential(dense())
    del config["config"]["layers"][0]
    with h5py.File(tmp_path / "w.h5", "w"):
        pass
    path = archive(
        tmp_path / "m.keras",
        {"config.json": json.dumps(config).encode(), "model.weights.h5": (tmp_path / "w.h5").read_bytes()},
    )
    with pytest.raises(GraphFault) as fault:
        _exported(path, tmp_path / "to")
    assert fault.value.sentence.key in ("keras.no-shape", "keras.refused")


def test_what_keras_says_is_one_line(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "m.h5", "w") as opened:
        opened.attrs["model_config"] = json.dumps(sequential(layer("odd", "Dense", units=-1)))
    with pytest.raises(GraphFault) as fault:
        _exported(tmp_path / "m.h5", tmp_path / "to")
    words = error_text(fault.value)
    assert words.startswith("Keras does not load it: ")
    assert "\n" not in words
