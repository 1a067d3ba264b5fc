"""``tensorblocks check``, ``blocks`` and ``convert``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.document.formats.registry import open_project
from blocks.assets import asset

SAMPLES = sorted(asset("samples").glob("*.tblocks"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_samples_have_no_problems(cli, path: Path) -> None:
    """Exit 0, nothing on stdout."""
    done = cli("check", path)
    assert (done.status, done.out) == (0, "")
    assert done.err.endswith("no problems\n")


@pytest.mark.parametrize(
    ("device", "says"),
    [
        ("gpu", "which is no name of a device"),
        ("cpu:0", "which is no name of a device"),
        ("/cpu:0/gpu:1", "which is no name of a device"),
        ("/cpu:x", "which is no name of a device"),
        ("/job:worker/task:0", "is one of another machine or task"),
        ("/task:1/gpu:0", "is one of another machine or task"),
        ("/replica:1", "is one of another machine or task"),
        ("/job:localhost/replica:0/task:0/device:CPU:0", None),
        ("/job:*/device:*:*", None),
        ("/gpu:7", None),  # whether it is there, only a run can know
        ("", None),
    ],
)
def test_a_device_that_no_run_could_use_is_an_error(cli, write, device: str, says: str | None) -> None:
    """Known without TensorFlow: a name that is none, and one of another machine."""
    path = write(MIXED[1])
    tree = json.loads(path.read_text())
    tree["pages"][0]["scope"] = {"device": device, "seed": None}
    path.write_text(json.dumps(tree))
    done = cli("check", path)
    assert (done.status, says is None or says in done.out) == (0 if says is None else 3, True)
    assert not (says is None and done.out)


@pytest.mark.parametrize(
    ("device", "says"),
    [
        ("gpu", "error: c: gpu is no name of a device"),
        ("/job:ps/task:0", "error: c: the device /job:ps/task:0 is one of another machine or task"),
    ],
)
def test_a_blocks_device_is_said_to_be_the_blocks(cli, write, device: str, says: str) -> None:
    """What cures a page's device is no cure for it, and is not offered."""
    path = write(("p", {"c": ("Const", {"val": "1"})}, []))
    tree = json.loads(path.read_text())
    tree["pages"][0]["blocks"][0]["device"] = device
    path.write_text(json.dumps(tree))
    done = cli("check", path, "--json")
    (problem,) = done.json["pages"]["p"]["problems"]
    assert problem["fixes"] == []
    assert says in cli("check", path).out


MIXED = [
    (
        "wrong",
        {"m": ("MatMul", {"a": "{{1.0f}}", "b": "{{1.0f},{2.0f}"}), "out": ("ClientSession", {})},
        ["m.product > out.fetch_outputs"],
    ),
    ("right", {"c": ("Const", {"val": "1"})}, []),
]


def test_problems_are_lines(cli, write) -> None:
    """One line per problem with page, severity, block and pin; exit 3 for an error."""
    done = cli("check", write(*MIXED))
    assert done.status == 3
    (line,) = done.out.splitlines()
    assert line.startswith("wrong: error: m.b: ")


def test_problems_as_json(cli, write) -> None:
    """Every page is there, with all members of each problem."""
    path = write(*MIXED)
    tree = cli("check", path, "--json").json
    assert tree["file"] == str(path)
    assert tree["pages"]["right"] == {"ok": True, "problems": []}
    (problem,) = tree["pages"]["wrong"]["problems"]
    assert not tree["pages"]["wrong"]["ok"]
    assert (problem["severity"], problem["code"], problem["block"], problem["pin"]) == (
        "error",
        "bad-literal",
        "m",
        "b",
    )
    assert list(problem) == (
        ["severity", "code", "block", "pin", "related", "message", "wanted", "actual", "hint", "fixes"]
    )


def test_an_unknown_symbol_is_shown_and_stays(cli, write) -> None:
    """A symbol of a later catalog is a problem, not an unreadable file."""
    done = cli(
        "check", write(("p", {"x": ("Flux", {}), "o": ("ClientSession", {})}, ["x.out > o.fetch_outputs"]))
    )
    assert done.status == 3
    assert "Flux" in done.out


def test_blocks_finds_by_words(cli) -> None:
    """The best fit comes first, one line each."""
    lines = cli("blocks", "crop", "resize").out.splitlines()
    assert {line.split()[0] for line in lines} >= {"CropAndResize", "CropAndResizeGradImage"}
    assert cli("blocks", "matmul").out.startswith("MatMul ")


def test_blocks_describes_one_name(cli) -> None:
    """Pins, attrs and help of an exact name, by the block's or the op's own."""
    text = cli("blocks", "CropAndResizeGradImage").out
    assert all(word in text for word in ("grads", "boxes", "box_ind", "image_size", "method_", "output"))
    (block,) = cli("blocks", "ConcatV2", "--json").json["blocks"]
    assert (block["symbol"], block["op"]) == ("Concat", "ConcatV2")
    assert {"name", "direction", "kind", "dtype", "default", "example", "required", "aliases"} <= set(
        block["pins"][0]
    )


def test_blocks_says_when_nothing_fits(cli) -> None:
    """No lines, exit 0, and a proposal on stderr."""
    done = cli("blocks", "matml")
    assert (done.status, done.out) == (0, "")
    assert "did you mean MatMul" in done.err
    assert cli("blocks", "matml", "--json").json == {"blocks": []}


def test_convert_writes_a_project(cli, write, tmp_path: Path) -> None:
    """What reads becomes a canonical project; the report names the pages."""
    source, target = write(*MIXED), tmp_path / "converted.tblocks"
    done = cli("convert", source, target)
    assert done.status == 0
    assert "wrong: 2 blocks, 1 wires" in done.out
    assert [page.name for page in open_project(target).project.pages] == ["wrong", "right"]


def test_convert_refuses_a_folder_that_is_not_there(cli, write, tmp_path: Path) -> None:
    """Exit 2 before anything is read."""
    assert cli("convert", write(*MIXED), tmp_path / "nowhere" / "x.tblocks").status == 2


def test_types_as_text_and_json(cli) -> None:
    """Every output with its dtype and shape; null and ? for what is known only in a run."""
    path = asset("samples", "crop_and_resize_grad.tblocks")
    lines = cli("check", path, "--types").out.splitlines()
    assert "image.output  uint8 [1, 35, 35, 3]" in lines
    assert "decode.image  uint8 [?, ?, 3]" in lines
    types = cli("check", path, "--types", "--json").json["pages"]["crop and resize gradient"]["types"]
    assert types["grad.output"]["dtype"] == "float32"
    assert types["decode.image"] == {"dtype": "uint8", "shape": [None, None, 3]}
    assert types["size.output"] == {"dtype": "int32", "shape": [4]}


def test_types_come_with_the_weight_of_the_page(cli, write) -> None:
    """A Variable of 2 by 3 float32 holds 6 numbers of 4 bytes; a constant of one number is no parameter."""
    blocks = {"v": ("Variable", {"initvalues": "{{1f,2f,3f},{4f,5f,6f}}"}), "c": ("Const", {"val": "1f"})}
    page = cli("check", write(("p", blocks, [])), "--types", "--json").json["pages"]["p"]
    assert page["weight"] == {"parameters": 6, "bytes": 24}


def test_types_show_shapes_that_do_not_fit(cli, write) -> None:
    """What only TensorFlow's own inference finds is a problem with exit 3."""
    page = (
        "shapes",
        {"m": ("MatMul", {"a": "{{1.0f,2.0f}}", "b": "{{1.0f,2.0f}}"}), "out": ("ClientSession", {})},
        ["m.product > out.fetch_outputs"],
    )
    done = cli("check", write(page), "--types", "--json")
    assert done.status == 3
    assert [p["block"] for p in done.json["pages"]["shapes"]["problems"]] == ["m"]


def test_convert_never_overwrites_its_source(cli, write) -> None:
    """The same file as source and target, by whatever name: exit 2, and the file is as it was."""
    source = write(*MIXED)
    before = source.read_bytes()
    done = cli("convert", source, source.parent / "." / source.name)
    assert done.status == 2
    assert "is the page itself; name another file" in done.err
    assert source.read_bytes() == before
