"""The command line on pages of enuSpace: they run, check and convert, and give the values saved in them."""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from app.document.formats.enuspace import Array, read_page
from app.document.model.diagram import ArrayRef
from app.document.storage.project_file import load_project, save_project

HEAD = '<svg enuspace-version="3.0.2.0" xmlns:xlink="http://www.w3.org/1999/xlink">'
PRODUCT = """
<use id="a" type="tensorflow" xlink:href="#Const"><pg-set-pin variable="#val[2][2]" shape="[2][2]" var-type="double"
  value="3.000000;2.000000;-1.000000;0.000000"/></use>
<use id="v" type="tensorflow" xlink:href="#Variable"><pg-set-pin variable="#initvalues[2][150]" shape="[2][150]"
  var-type="double" save-type="binary" binary-pos="0"/><pg-set-pin variable="#dtype" value=""/>
  <pg-set-pin variable="#result_ref" shape="[2][150]" var-type="double" save-type="binary" binary-pos="2400"/></use>
<use id="m" type="tensorflow" xlink:href="#MatMul"/>
<use id="s" type="tensorflow" xlink:href="#ClientSession"/>
<polyline points="0,0 1,1"><pg-link from-id="a" param-from="output" to-id="m" param-to="a"/></polyline>
<polyline points="0,0 1,1"><pg-link from-id="v" param-from="ref" to-id="m" param-to="b"/></polyline>
<polyline points="0,0 1,1"><pg-link from-id="m" param-from="product" to-id="s" param-to="fetch_outputs"/></polyline>
<script type="text/lua">function _ontask()
end</script>
"""
FACTOR = np.array([[3.0, 2.0], [-1.0, 0.0]])
START = np.arange(300, dtype=np.float64).reshape(2, 150) / 7


@pytest.fixture
def product(tmp_path: Path) -> Path:
    """A page whose Variable has more values than a project holds as text."""
    path = tmp_path / "product.svg"
    path.write_text('<?xml version="1.0" encoding="UTF-16"?>' + HEAD + PRODUCT + "</svg>", encoding="utf-16")
    path.with_suffix(".dat").write_bytes(START.tobytes() + (START + 1).tobytes())
    return path


def values(outcome, page: str, key: str) -> np.ndarray:
    """A result of ``run --json`` as an array."""
    found = outcome.json["pages"][page]["results"][key]
    return np.array(found["values"]).reshape(found["shape"])


def test_a_page_runs_without_conversion(cli, product):
    done = cli("run", product, "--json")
    assert done.status == 0, done.err
    np.testing.assert_allclose(values(done, "product", "m.product"), FACTOR @ START, rtol=1e-15)
    assert {p.name for p in product.parent.iterdir()} == {"product.svg", "product.dat"}


def test_check_reads_a_page(cli, product):
    done = cli("check", product)
    assert (done.status, done.err.strip()) == (0, f"{product}: 1 problem")
    assert (
        done.out
        == "info: page: kept: a Lua script, which is never run: 2 lines are kept in the page's report\n"
    )


def test_convert_writes_arrays_and_saved_state_beside_the_project_and_a_report(cli, product, tmp_path):
    target = tmp_path / "out" / "project.tblocks"
    target.parent.mkdir()
    done = cli("convert", product, target)
    assert (done.status, done.err) == (0, "")
    assert "product: 4 blocks, 3 wires" in done.out
    assert "a Lua script, which is never run: (2 lines, kept in the project's report)" in done.out
    page = load_project(target).project.pages[0]
    np.testing.assert_array_equal(np.load(target.parent / page.snapshots["as saved"]["npz"])["v"], START + 1)
    os.remove(product)
    again = cli("run", target, "--json")
    np.testing.assert_allclose(values(again, "product", "m.product"), FACTOR @ START, rtol=1e-15)


def test_a_damaged_page_is_wrong_usage_and_writes_nothing(cli, product, tmp_path):
    product.write_text(HEAD + "<use", encoding="utf-8")
    for done in (cli("run", product), cli("convert", product, tmp_path / "new.tblocks")):
        assert done.status == 2
        assert "no complete XML" in done.err
    assert not (tmp_path / "new.tblocks").exists()


def test_a_page_is_never_overwritten_by_its_own_conversion(cli, product):
    before = product.read_bytes()
    assert cli("convert", product, product).status == 2
    assert product.read_bytes() == before


# --- pages of the original, against the values that it left in them ---------------------------------------------

FACTS = Path(os.environ.get("TENSORBLOCKS_FACTS", "none")) / "pages"
facts = pytest.mark.skipif(not FACTS.is_dir(), reason="TENSORBLOCKS_FACTS is not set")
PRINTED = 0.5000001e-6  # six decimals


def saved_array(saved: Array) -> np.ndarray:
    """A saved result as an array."""
    return np.array(list(saved.values)).reshape(saved.shape)


def differences(done, name: str) -> dict[str, float]:
    """The largest difference to the saved value of each output that has one."""
    saved = read_page(FACTS / f"{name}.svg").saved()
    results = done.json["pages"][name]["results"]
    assert saved.keys() <= results.keys()
    return {
        k: float(np.abs(values(done, name, k).ravel() - saved_array(v).ravel()).max())
        for k, v in saved.items()
    }


@facts
@pytest.mark.facts
@pytest.mark.parametrize("name", ["basic", "one_hot"])
def test_pages_without_state_give_exactly_what_is_saved_in_them(cli, name):
    done = cli("run", FACTS / f"{name}.svg", "--json")
    assert done.status == 0
    assert not done.json["pages"][name]["problems"]
    assert set(differences(done, name).values()) == {0.0}


@facts
@pytest.mark.facts
def test_gradient_descent_gives_all_saved_values_after_28_steps_and_not_before(cli):
    name = "gradient_descent_xw_sub"
    assert (
        max(differences(cli("run", FACTS / f"{name}.svg", "--steps", 28, "--json"), name).values()) < PRINTED
    )
    assert (
        max(differences(cli("run", FACTS / f"{name}.svg", "--steps", 27, "--json"), name).values()) > PRINTED
    )


@facts
@pytest.mark.facts
def test_xor_learns_its_truth_table(cli):
    done = cli("run", FACTS / "Xor.svg", "--steps", 5000, "--json")
    assert [round(v) for v in values(done, "Xor", "ID_HY_SIGMOID.y").ravel()] == [0, 1, 1, 0]


def from_saved_state(project: Path) -> Path:
    """The project with every Variable that has a saved value starting from it."""
    loaded = load_project(project).project
    page = loaded.pages[0]
    npz = page.snapshots["as saved"]["npz"]
    with np.load(project.parent / npz) as state:
        known = set(state.files)
    for block in known:
        page.blocks[block].pins["initvalues"] = ArrayRef(npz, block)
    page.wires = [w for w in page.wires if w.target.block not in known or w.target.pin != "initvalues"]
    save_project(loaded, project)
    return project


def copied(name: str, folder: Path) -> Path:
    """The page and its arrays in a folder of their own."""
    for ending in (".svg", ".dat"):
        (folder / f"{name}{ending}").write_bytes((FACTS / f"{name}{ending}").read_bytes())
    return folder / f"{name}.svg"


def write_digits(folder: Path, labels: Sequence[int]) -> np.ndarray:
    """Write MNIST files of as many pictures as labels; return the pictures, one per row."""
    count = len(labels)
    pixels = (np.arange(784 * count) % 251).astype(np.uint8).reshape(count, 784)
    (folder / "train-labels.idx1-ubyte").write_bytes(struct.pack(">2i", 2049, count) + bytes(labels))
    head = struct.pack(">4i", 2051, count, 28, 28)
    (folder / "train-images.idx3-ubyte").write_bytes(head + pixels.tobytes())
    return pixels


@facts
@pytest.mark.facts
def test_one_step_of_xor_from_the_saved_state_agrees_with_what_is_saved(cli, tmp_path):
    target = tmp_path / "Xor.tblocks"
    assert cli("convert", FACTS / "Xor.svg", target).status == 0
    done = cli("run", from_saved_state(target), "--json")
    assert done.status == 0, done.err
    assert max(differences(done, "Xor").values()) < 2e-6  # saved with six decimals, computed in float32


@facts
@pytest.mark.facts
def test_a_page_itself_starts_from_its_saved_state_without_conversion(cli):
    done = cli("run", FACTS / "Xor.svg", "--start", "as saved", "--json")
    assert (done.status, done.err) == (0, "")
    assert max(differences(done, "Xor").values()) < 2e-6


@facts
@pytest.mark.facts
def test_one_step_of_softmax_training_from_the_saved_state_agrees_with_what_is_saved(cli, tmp_path):
    name, target = "mnistTrain_softmax10", tmp_path / "softmax.tblocks"
    page = copied(name, tmp_path)
    write_digits(tmp_path, range(10))  # read in this step, used in the next
    assert cli("convert", page, target).status == 0
    done = cli("run", from_saved_state(target), "--json")
    assert done.status == 0, done.err
    saved = read_page(page).saved()
    trained = {"W": "ID_1eHkzO1436.out", "B": "ID_1eHkzO1483.out", "cost": "ID_1eJ8aC61.output"}
    gradients = {
        "W gradient": "ID_1eHkzO1466.product",
        "gradient": "ID_1eMrux35.backprop",
        "y": "ID_1eHkzO1461.z",
    }
    for key in (trained | gradients).values():
        found, expected = values(done, name, key).ravel(), saved_array(saved[key]).ravel()
        np.testing.assert_allclose(found, expected, atol=3e-6, rtol=1e-6, err_msg=key)


@facts
@pytest.mark.facts
def test_the_reader_page_shows_what_is_saved_in_it_after_34_steps(cli, tmp_path):
    """In the training set of MNIST the ten saved labels are the 331st to the 340th; other records are zeros here."""
    name = "queueenqueue_mnist_reader"
    page = copied(name, tmp_path)
    saved = {key: saved_array(found) for key, found in read_page(page).saved().items()}
    assert saved["ID_IND.y"].ravel().tolist() == [3, 6, 5, 8, 9, 5, 4, 7, 4, 2]
    labels, pixels = np.zeros(400, np.uint8), np.zeros((400, 784), np.uint8)
    labels[330:340] = saved["ID_IND.y"].ravel()
    pixels[330:340] = saved["ID_1eXNRF249.output"]
    (tmp_path / "train-labels.idx1-ubyte").write_bytes(struct.pack(">2i", 2049, 400) + labels.tobytes())
    head = struct.pack(">4i", 2051, 400, 28, 28)
    (tmp_path / "train-images.idx3-ubyte").write_bytes(head + pixels.tobytes())
    done = cli("run", page, "--steps", 34, "--json")
    assert done.status == 0, done.err
    for key in ("ID_1eXIeg613.output", "ID_IND.y", "ID_1eXNRF249.output"):
        np.testing.assert_array_equal(values(done, name, key), saved[key])
    np.testing.assert_allclose(values(done, name, "ID_1eXNRF259.z"), saved["ID_1eXNRF259.z"], atol=5e-7)


@facts
@pytest.mark.facts
def test_the_reader_page_reads_its_labels_and_pictures_from_files_beside_it(cli, tmp_path):
    name = "queueenqueue_mnist_reader"
    page = copied(name, tmp_path)
    saved = read_page(page).saved()["ID_IND.y"]
    pixels = write_digits(tmp_path, saved.values)
    done = cli("run", page, "--json")
    assert done.status == 0, done.err
    np.testing.assert_array_equal(values(done, name, "ID_IND.y"), saved_array(saved))
    np.testing.assert_allclose(values(done, name, "ID_1eXNRF259.z"), pixels / 255, rtol=1e-6)


def test_a_page_of_version_4_runs_converts_and_shows_its_saved_results(cli, tmp_path):
    page = tmp_path / "sum.svg"
    text = PRODUCT.replace("var-type=", "type=").replace('type="tensorflow"', 'type="enu_tensorflow2_0"')
    page.write_text(HEAD + text + "</svg>", encoding="utf-8")
    page.with_suffix(".dat").write_bytes(START.tobytes() + (START + 1).tobytes())
    ran = cli("run", page, "--json")
    assert ran.status == 0, ran.err
    np.testing.assert_allclose(values(ran, "sum", "m.product"), FACTOR @ START, rtol=1e-15)
    done = cli("convert", page, tmp_path / "sum.tblocks")
    assert (done.status, done.err) == (0, "")
    assert "sum: 4 blocks, 3 wires" in done.out
    again = cli("run", tmp_path / "sum.tblocks", "--json")
    np.testing.assert_allclose(values(again, "sum", "m.product"), FACTOR @ START, rtol=1e-15)
