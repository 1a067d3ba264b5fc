"""Keras files in the place of a project: they run to the bits of Keras, and a hostile one is refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.keras_models import filled, inputs_of, outputs_of, save_as_keras_2
from tests.support.keras_texts import layer, of_config, sequential

pytestmark = [pytest.mark.timeout(120), pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def _save(model: Any, path: Path, form: str) -> Path:
    if form == "old h5":
        return save_as_keras_2(model, path.with_suffix(".h5"))
    model.save(path.with_suffix(f".{form}"))
    return path.with_suffix(f".{form}")


def _typed(array: Any) -> str:
    """Return an array as a text that reads as the same bits."""
    if array.ndim == 0:
        return f"{float(array)!r}f"
    return "{" + ",".join(_typed(part) for part in array) + "}"


@pytest.mark.parametrize(("name", "form"), [("two", "keras"), ("lstm", "old h5")])
def test_it_runs_to_the_bits_of_keras(cli: Any, tmp_path: Path, name: str, form: str) -> None:
    model = filled(name)
    given = inputs_of(model)
    path = _save(model, tmp_path / "m", form)
    inputs = _inputs(cli("convert", path, tmp_path / "p.tblocks").out)
    texts = [f"{block}={_typed(array)}" for block, array in zip(inputs, given, strict=True)]
    asked = [part for text in texts for part in ("--set", text)]
    results = cli("run", path, *asked, "--fetch", "**", "--json").json["pages"]["serving_default"]["results"]
    for number, of_keras in enumerate(outputs_of(model, given)):
        found = results[f"output_{number}.output"]
        assert found["shape"] == list(of_keras.shape)
        assert np.array(found["values"], np.float32).tobytes() == of_keras.tobytes()


def _inputs(report: str) -> list[str]:
    """Return the pins that hold the examples of a model's inputs, as its report names them."""
    return [line.split("--set ")[1].split("=")[0] for line in report.splitlines() if "--set " in line]


def test_a_lambda_is_refused_in_one_line(cli: Any, tmp_path: Path) -> None:
    path = of_config(tmp_path / "m.keras", sequential(layer("evil", "Lambda")))
    for command in (("run", path), ("check", path), ("convert", path, tmp_path / "p.tblocks")):
        done = cli(*command)
        assert done.status == 2
        assert done.err.count("\n") == 1
        assert "m.keras: the layer 'evil' is a Lambda" in done.err
    assert not (tmp_path / "p.tblocks").exists()
