"""The command line on pages of enuSpace: data folders, several pages, the saved state, files that are missing."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from app.document.storage.project_file import load_project
from tests.support.enuspace_pages import link, pin, use, write_page

READ = [
    use("r", "ReadFile", pin("filename", "C:\\\\Users\\\\x\\\\words.txt")),
    use("s", "ClientSession"),
    link("r.contents", "s.fetch_outputs"),
]
STATE = pin("result_ref", "41", "", "int")
COUNT = [
    use("v", "Variable", pin("dtype", "DT_INT32"), pin("shape", "{}"), pin("initvalues", "0"), STATE),
    use("a", "AssignAdd", pin("value", "1")),
    use("s", "ClientSession"),
    link("v.ref", "a.ref"),
    link("a.output_ref", "s.fetch_outputs"),
]  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the file that the page names."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "Words.txt").write_text("hello")
    return folder


def one(outcome, key: str):
    """The values of a result of the only page."""
    (page,) = outcome.json["pages"].values()
    return page["results"][key]["values"]


def test_run_check_and_convert_look_in_data_folders(cli, tmp_path, data):
    (tmp_path / "in").mkdir()
    page = write_page(tmp_path / "in", READ)
    without = cli("run", page, "--json")
    assert without.status == 1
    assert f"words.txt); looked for in {tmp_path / 'in'}" in without.err
    assert "r.filename" in without.err
    assert one(cli("run", page, "--data", data, "--json"), "r.contents") == ["hello"]
    checked = cli("check", page, "--data", data)
    assert (checked.status, checked.out.count("info: r: replaced"), checked.out.count("missing")) == (0, 1, 0)
    target = tmp_path / "out.tblocks"
    done = cli("convert", page, target, "--data", data)
    assert done.err == ""
    assert "r: replaced: filename: C:\\Users\\x\\words.txt by data/Words.txt, which was found" in done.out
    assert one(cli("run", target, "--json"), "r.contents") == ["hello"]


def test_a_project_runs_with_data_folders_and_keeps_its_texts(cli, tmp_path, data, write):
    project = write(
        (
            "p",
            {"r": ("ReadFile", {"filename": "words.txt"}), "s": ("ClientSession", {})},
            ["r.contents > s.fetch_outputs"],
        )
    )
    before = project.read_bytes()
    assert one(cli("run", project, "--data", tmp_path, "--data", data, "--json"), "r.contents") == ["hello"]
    assert project.read_bytes() == before


def test_a_data_folder_that_is_not_there_is_wrong_usage(cli, tmp_path):
    page = write_page(tmp_path, READ)
    assert cli("run", page, "--data", tmp_path / "none").status == 2


def test_a_missing_file_is_no_problem_once_another_is_typed_into_the_pin(cli, tmp_path, data):
    page = write_page(tmp_path, READ)
    done = cli("run", page, "--set", "r.filename=data/Words.txt", "--json")
    assert (done.status, done.err) == (0, "")
    assert one(done, "r.contents") == ["hello"]


def test_several_pages_and_folders_become_one_project_with_a_report_on_each(cli, tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_page(tmp_path / name, COUNT, name="count")
    (tmp_path / "broken.svg").write_text("<svg")
    target = tmp_path / "all.tblocks"
    done = cli("convert", tmp_path / "one" / "count.svg", tmp_path / "two", target)
    assert done.status == 0
    assert [line for line in done.out.splitlines() if not line.startswith(" ")] == [
        "count: 3 blocks, 2 wires",
        "count (2): 3 blocks, 2 wires",
    ]
    pages = load_project(target).project.pages
    assert [page.name for page in pages] == ["count", "count (2)"]
    assert pages[1].snapshots == {"as saved": {"npz": "all.count_2_.saved.npz"}}
    again = cli("run", target, "--all-pages", "--json")
    assert list(again.json["pages"]) == ["count", "count (2)"]
    assert cli("convert", tmp_path / "broken.svg", tmp_path / "one", target).status == 2
    assert len(load_project(target).project.pages) == 1


def test_a_run_starts_from_the_state_in_which_a_page_was_saved(cli, tmp_path):
    page = write_page(tmp_path, COUNT)
    assert one(cli("run", page, "--start", "as saved", "--json"), "a.output_ref") == [42]
    target = tmp_path / "count.tblocks"
    cli("convert", page, target)
    assert one(cli("run", target, "--start", "as saved", "--json"), "a.output_ref") == [42]
    assert one(cli("run", target, "--json"), "a.output_ref") == [1]
    wrong = cli("run", page, "--start", "other")
    assert "it has 'as saved'" in wrong.err


def test_a_checkpoint_that_was_saved_here_is_restored_from_the_path_of_another_machine(cli, tmp_path, write):
    values = "{{1.5f,2.5f},{3.5f,4.5f}}"
    save = write(
        (
            "p",
            {"v": ("Variable", {"initvalues": values}), "s": ("ClientSession", {})},
            ["v.ref > s.fetch_outputs"],
        )
    )
    assert cli("run", save, "--checkpoint", tmp_path / "net.ckpt").status == 0
    for symbol, names in (
        ("RestoreV2", ("prefix", "tensor_names")),
        ("Restore", ("file_pattern", "tensor_name")),
    ):
        more = (
            [pin("shape_and_slices", '""'), pin("dtypes", "DT_FLOAT")]
            if symbol == "RestoreV2"
            else [pin("dt", "DT_FLOAT")]
        )
        output = "tensors" if symbol == "RestoreV2" else "tensor"
        elements = [
            use("r", symbol, pin(names[0], "C:\\\\Users\\\\x\\\\net.ckpt"), pin(names[1], "v"), *more),
            use("s", "ClientSession"),
            link(f"r.{output}" + ("[0]" if symbol == "RestoreV2" else ""), "s.fetch_outputs"),
        ]
        done = cli("run", write_page(tmp_path, elements, name=symbol), "--json")
        assert done.status == 0, done.err
        (result,) = done.json["pages"][symbol]["results"].values()
        assert (result["list"][0] if "list" in result else result)["values"] == [1.5, 2.5, 3.5, 4.5]


# --- the queue and reader page of the original, with the real labels --------------------------------------------

FACTS = Path(os.environ.get("TENSORBLOCKS_FACTS", "none")) / "pages"


@pytest.mark.facts
@pytest.mark.skipif(not FACTS.is_dir(), reason="TENSORBLOCKS_FACTS is not set")
@pytest.mark.parametrize("steps", [1, 2, 37])
def test_each_step_of_the_reader_page_reads_the_next_ten_labels_and_pictures(cli, tmp_path, steps):
    labels = (FACTS / "t10k-labels.idx1-ubyte").read_bytes()
    data = tmp_path / "data"
    data.mkdir()
    (data / "train-labels.idx1-ubyte").write_bytes(labels)
    pixels = (np.arange(784 * 500) % 251).astype(np.uint8).reshape(500, 784)
    (data / "train-images.idx3-ubyte").write_bytes(struct.pack(">4i", 2051, 500, 28, 28) + pixels.tobytes())
    page = FACTS / "queueenqueue_mnist_reader.svg"
    done = cli("run", page, "--data", data, "--steps", steps, "--json")
    assert done.status == 0, done.err
    (found,) = done.json["pages"].values()
    assert found["results"]["ID_IND.y"]["values"] == list(labels[8:][10 * steps - 10 : 10 * steps])
    pictures = np.array(found["results"]["ID_1eXNRF259.z"]["values"]).reshape(10, 784)
    np.testing.assert_allclose(pictures, pixels[10 * steps - 10 : 10 * steps] / 255, rtol=1e-6)


def test_the_report_of_a_page_is_in_its_project(cli, tmp_path):
    cli("convert", write_page(tmp_path, READ), tmp_path / "x.tblocks")
    report = json.loads((tmp_path / "x.tblocks").read_text())["pages"][0]["report"]
    assert any(line.startswith("r: missing: filename: the file words.txt") for line in report)
