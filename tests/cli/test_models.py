"""Models where a command takes a diagram: run, checked, converted; damaged ones are explained."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from app.cli import main
from app.document.storage.project_file import load_project
from tests.support.graph_texts import total, write_net

_FEED = ["--set", "x_value.t={{2.0f,-1.0f}}"]


def test_a_model_runs_as_it_lies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its inputs are fed with what --set types, and nothing is left beside it."""
    model = write_net(tmp_path)
    assert main(["run", str(model), *_FEED, "--fetch", "total.output", "--json"]) == 0
    page = json.loads(capsys.readouterr().out)["pages"]["net"]
    assert np.float32(page["results"]["total.output"]["values"][0]) == total((2.0, -1.0))
    assert [p.name for p in tmp_path.iterdir()] == ["net.pbtxt"]


def test_a_model_becomes_a_project_with_its_arrays_beside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report is printed and stays in the project, which gives the same as the model."""
    model, project = write_net(tmp_path), tmp_path / "mine.tblocks"
    assert main(["convert", str(model), str(project)]) == 0
    assert "nothing of it was run" in capsys.readouterr().out
    (page,) = load_project(project).project.pages
    assert page.blocks["layer_w"].label == "layer/w"
    assert any("nothing of it was run" in line for line in page.report)
    with np.load(tmp_path / "mine.arrays.npz") as arrays:
        assert arrays["net.layer_w"].shape == (2, 150)
    model.unlink()
    assert main(["run", str(project), *_FEED, "--fetch", "total.output", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["pages"]["net"]["results"]
    assert np.float32(found["total.output"]["values"][0]) == total((2.0, -1.0))


def test_a_meta_graph_goes_on_from_its_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The worker that reads it may open its files, and not list the folder where they lie."""
    from tests.support.made_models import training

    losses = training(tmp_path / "model")
    arguments = ["--page", "model", "--steps", "3", "--fetch", "loss.output", "--json"]
    assert main(["run", str(tmp_path / "model.meta"), *arguments]) == 0
    found = json.loads(capsys.readouterr().out)["pages"]["model"]["results"]
    assert np.float32(found["loss.output"]["values"][0]) == losses[-1]


def test_what_is_no_model_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A damaged file, a signature that is not there, a fix of a model, several models."""
    model, cut = write_net(tmp_path), tmp_path / "cut.pb"
    cut.write_bytes(b"\x0a\x7fno graph")
    target = str(tmp_path / "out.tblocks")
    for arguments, words in [
        (["run", str(cut)], "cut.pb: is no model of TensorFlow, or is damaged"),
        (["convert", str(model), target, "--signature", "predict"], "no signature 'predict'"),
        (["check", "--fix", str(model)], "convert it first"),
        (["convert", str(model), str(cut), target], "a model is converted alone"),
    ]:
        assert main(arguments) == 2
        assert words in capsys.readouterr().err
    assert not Path(target).exists()
