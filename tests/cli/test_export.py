"""``tensorblocks export``: what it writes, what it prints, and when it writes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest

from app.document.resources.npz_archive import NpzArchive, open_archive
from tests.cli.conftest import Cli

SAMPLES = Path(__file__).parents[2] / "assets/samples"


def _project(folder: Path, *pages: dict[str, object]) -> str:
    """Write a project; return its name."""
    path = folder / "project.tblocks"
    path.write_text(json.dumps({"format": "tensorblocks", "version": 1, "pages": pages}), encoding="utf-8")
    return str(path)


def _page(name: str, **blocks: tuple[str, Mapping[str, object]]) -> dict[str, object]:
    placed = [{"id": id_, "symbol": symbol, "pins": pins} for id_, (symbol, pins) in blocks.items()]
    return {"name": name, "blocks": placed, "wires": []}


def test_a_page_becomes_a_file_of_python(cli_without_worker: Cli, tmp_path: Path) -> None:
    """The file stands where it is to be; nothing is printed, and TensorFlow is not needed."""
    done = cli_without_worker("export", str(SAMPLES / "xor.tblocks"), "-o", str(tmp_path / "xor.py"))
    assert (done.status, done.out, done.err) == (0, "", "")
    text = (tmp_path / "xor.py").read_text(encoding="utf-8")
    compile(text, "xor.py", "exec")
    assert "import tensorflow as tf" in text


def test_large_arrays_stand_beside_the_program(cli_without_worker: Cli, tmp_path: Path) -> None:
    """A Const of 300 numbers is read from the file of the program's name."""
    numbers = ",".join(f"{i}.5" for i in range(300))
    project = _project(tmp_path, _page("one", many=("Const", {"val": f"{{{numbers}}}"})))
    assert cli_without_worker("export", project, "-o", str(tmp_path / "one.py")).status == 0
    assert 'MANY = tf.constant(ARRAYS["many"])' in (tmp_path / "one.py").read_text()
    stored = np.load(tmp_path / "one.npz")["many"]
    assert stored.dtype == np.float64
    assert stored.tolist() == [i + 0.5 for i in range(300)]


def test_a_file_with_arrays_is_opened_once(
    cli_without_worker: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many of its arrays the page holds: each time its list of members is read whole."""
    np.savez(tmp_path / "weights.npz", **{f"w{i}": np.float32([i, 0.5]) for i in range(4)})
    arrays = {f"w{i}": ("Const", {"val": {"npz": "weights.npz", "key": f"w{i}"}}) for i in range(4)}
    opened: list[Path] = []

    def opening(path: Path, name: str) -> AbstractContextManager[NpzArchive]:
        opened.append(path)
        return open_archive(path, name)

    monkeypatch.setattr("app.engine.exchange.python_writer.program.open_archive", opening)
    project = _project(tmp_path, _page("one", **arrays))
    assert cli_without_worker("export", project, "-o", str(tmp_path / "x.py")).status == 0
    assert "W3 = tf.constant([3.0, 0.5])" in (tmp_path / "x.py").read_text()
    assert opened == [tmp_path / "weights.npz"]


def test_a_damaged_array_is_named(cli_without_worker: Cli, tmp_path: Path) -> None:
    """Status 3 where the head of an array says what it is, and the rest is not what was written."""
    npz = tmp_path / "weights.npz"
    np.savez(npz, w=np.arange(400, dtype=np.float32))
    data = bytearray(npz.read_bytes())
    data[1000] ^= 1
    npz.write_bytes(data)
    page = _page("one", w=("Const", {"val": {"npz": "weights.npz", "key": "w"}}))
    done = cli_without_worker("export", _project(tmp_path, page), "-o", str(tmp_path / "x.py"))
    assert done.status == 3
    assert "weights.npz" in done.err
    assert not (tmp_path / "x.py").exists()


def test_of_several_pages_one_must_be_named(cli_without_worker: Cli, tmp_path: Path) -> None:
    """As for a run: status 2, and the names are listed."""
    project = _project(tmp_path, _page("first"), _page("second", a=("Const", {"val": "1"})))
    done = cli_without_worker("export", project, "-o", str(tmp_path / "x.py"))
    assert done.status == 2
    assert "first" in done.err
    assert "second" in done.err
    named = cli_without_worker("export", project, "--page", "second", "-o", str(tmp_path / "x.py"))
    assert named.status == 0


@pytest.mark.parametrize("name", ["x.txt", "x.pb.txt"])
def test_other_endings_are_refused_with_those_that_there_are(
    cli_without_worker: Cli, tmp_path: Path, name: str
) -> None:
    """Status 2, before anything is read."""
    done = cli_without_worker("export", str(SAMPLES / "xor.tblocks"), "-o", str(tmp_path / name))
    assert done.status == 2
    assert "X.py" in done.err


def test_variables_begin_with_a_snapshot(cli: Cli, tmp_path: Path) -> None:
    """``--start`` takes what a run takes."""
    np.savez(tmp_path / "learned.npz", w=np.float32(2.25))
    sample = str(SAMPLES / "gradient_descent.tblocks")
    done = cli("export", sample, "--start", str(tmp_path / "learned.npz"), "-o", str(tmp_path / "x.py"))
    assert done.status == 0
    assert "w = tf.Variable(2.25)" in (tmp_path / "x.py").read_text()


def test_what_cannot_be_exported_is_said_of_its_block(cli_without_worker: Cli, tmp_path: Path) -> None:
    """A Variable that is read before it has a value: status 3, nothing is written; graph mode can do it."""
    page = _page("one", v=("Variable", {"dtype": "DT_FLOAT", "shape": "{2}", "initvalues": ""}))
    project = _project(tmp_path, page)
    done = cli_without_worker("export", project, "-o", str(tmp_path / "x.py"))
    assert done.status == 3
    assert "v: " in done.err
    assert "--style v1" in done.err
    assert not (tmp_path / "x.py").exists()
    assert cli_without_worker("export", project, "--style", "v1", "-o", str(tmp_path / "x.py")).status == 0


def test_a_page_becomes_a_saved_model_and_its_folder_may_be_replaced(cli: Cli, tmp_path: Path) -> None:
    """A name without an ending is a folder; a second time replaces it, and nothing else stands beside it."""
    for _ in range(2):
        done = cli("export", str(SAMPLES / "gradient_descent.tblocks"), "-o", str(tmp_path / "model"))
        assert (done.status, done.out, done.err) == (0, "", "")
    assert {entry.name for entry in (tmp_path / "model").iterdir()} == {"saved_model.pb", "variables"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["model"]


def test_a_folder_with_anything_else_is_refused(cli_without_worker: Cli, tmp_path: Path) -> None:
    """Status 2, before anything is read."""
    (tmp_path / "letter.txt").write_text("dear")
    done = cli_without_worker("export", str(SAMPLES / "xor.tblocks"), "-o", str(tmp_path))
    assert done.status == 2
    assert "no SavedModel" in done.err


def test_what_a_frozen_graph_cannot_hold_is_said_without_a_worker(
    cli_without_worker: Cli, tmp_path: Path
) -> None:
    """Status 3, with the block that writes a Variable."""
    done = cli_without_worker(
        "export", str(SAMPLES / "gradient_descent.tblocks"), "-o", str(tmp_path / "x.pb")
    )
    assert done.status == 3
    assert "update" in done.err
    assert not list(tmp_path.iterdir())
