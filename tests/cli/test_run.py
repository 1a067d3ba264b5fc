"""``tensorblocks run``: what it prints, writes and returns."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from blocks.assets import asset

PRODUCT = asset("samples", "matrix_product.tblocks")
SWITCH = asset("samples", "switch_and_merge.tblocks")

ONE = (
    "one",
    {"a": ("Const", {"val": "1.0f"}), "out": ("ClientSession", {})},
    ["a.output > out.fetch_outputs"],
)
TWO = (
    "two",
    {"b": ("Const", {"val": "{2,3}"}), "out": ("ClientSession", {})},
    ["b.output > out.fetch_outputs"],
)
# x / 0 with integers fails while it runs, and only then
FAILING = (
    "failing",
    {"x": ("Const", {"val": "1"}), "div": ("Div", {"y": "0"}), "out": ("ClientSession", {})},
    ["x.output > div.x", "div.z > out.fetch_outputs"],
)
# MatMul.b is neither wired nor typed
BROKEN = (
    "broken",
    {"a": ("Const", {"val": "{{1.0f}}"}), "m": ("MatMul", {}), "out": ("ClientSession", {})},
    ["a.output > m.a", "m.product > out.fetch_outputs"],
)
# takes from a queue that nothing fills
WAITING = (
    "waiting",
    {
        "queue": ("FIFOQueue", {"component_types": "DT_FLOAT"}),
        "take": ("QueueDequeue", {"component_types": "DT_FLOAT"}),
        "out": ("ClientSession", {}),
    },
    ["queue.handle > take.handle", "take.components[0] > out.fetch_outputs"],
)


def test_prints_name_dtype_shape_and_values(cli) -> None:
    """Each result as NumPy prints it, on stdout; nothing on stderr."""
    done = cli("run", PRODUCT)
    assert (done.status, done.err) == (0, "")
    assert "product.product  float32 [2, 2]\n[[19. 22.]\n [43. 50.]]\n" in done.out


def test_json_is_one_object_with_exact_values(cli) -> None:
    """File, page, steps, flat values; problems is there and empty."""
    done = cli("run", PRODUCT, "--json")
    tree = done.json
    assert tree["file"] == str(PRODUCT)
    page = tree["pages"]["matrix product"]
    assert (page["ok"], page["steps"], page["problems"]) == (True, 1, [])
    assert page["results"]["product.product"] == {
        "dtype": "float32",
        "shape": [2, 2],
        "values": [19, 22, 43, 50],
    }
    assert page["seconds"] > 0
    assert done.out.count("\n") == 1


def test_a_dead_branch_says_why_it_has_no_value(cli) -> None:
    """The branch that is not taken has neither shape nor values."""
    results = cli("run", SWITCH, "--json").json["pages"]["switch and merge"]["results"]
    assert results["small.y"] == {"dtype": "float32", "shape": None, "values": None, "reason": "dead"}


def test_steps_come_from_the_page_or_the_option(cli, write) -> None:
    """A counter counts the page's own steps, or those of --steps."""
    counter = (
        "counter",
        {
            "n": ("Variable", {"dtype": "DT_INT32", "shape": "{}", "initvalues": "0"}),
            "more": ("AssignAdd", {"value": "1"}),
            "out": ("ClientSession", {}),
        },
        ["n.ref > more.ref", "more.output_ref > out.fetch_outputs"],
    )
    path = write(counter, steps=4)
    for option, steps in ((), 4), (("--steps", 7), 7):
        page = cli("run", path, "--json", *option).json["pages"]["counter"]
        assert page["steps"] == steps
        assert page["results"]["more.output_ref"]["values"] == [steps]


def test_set_types_into_an_unwired_pin(cli) -> None:
    """The text is for this run only; the file stays as it is."""
    before = PRODUCT.read_bytes()
    done = cli("run", PRODUCT, "--json", "--set", "b.val={{1.0f,0.0f},{0.0f,1.0f}}")
    assert done.json["pages"]["matrix product"]["results"]["product.product"]["values"] == [1, 2, 3, 4]
    assert PRODUCT.read_bytes() == before


@pytest.mark.parametrize(
    ("assignment", "complaint"),
    [
        ("prodct.a={{1.0f}}", "did you mean 'product'"),
        ("product.c=1", "MatMul has no input pin 'c'; it has a, b, attrs"),
        ("product.product=1", "no input pin 'product'"),
        ("product.a={{1.0f}}", "the pin is wired"),
        ("product.scope=x", "no input pin 'scope'"),
        ("product", "is not BLOCK.PIN=TEXT"),
    ],
)
def test_set_refuses_what_it_cannot_type(cli_without_worker, assignment: str, complaint: str) -> None:
    """An unknown block or pin, a wired pin, no assignment at all: exit 2 and the reason."""
    done = cli_without_worker("run", PRODUCT, "--set", assignment)
    assert (done.status, done.out) == (2, "")
    assert complaint in done.err


def test_set_replaces_a_text_that_is_filed_under_an_alias(cli, write) -> None:
    """The pin has one text, whatever name the file gave it."""
    page = (
        "alias",
        {
            "c": ("Const", {"val": "{{4,5}}"}),
            "stop": ("LinSpace", {"start": "0.0f", "Input": "8.0f", "num": "3"}),
        },
        [],
    )
    done = cli("run", write(page), "--json", "--set", "stop.stop=4.0f", "--fetch", "stop.output")
    assert done.json["pages"]["alias"]["results"]["stop.output"]["values"] == [0, 2, 4]


def test_fetch_shows_only_what_is_named(cli) -> None:
    """One output in the results, and no other."""
    done = cli("run", PRODUCT, "--json", "--fetch", "a.output")
    assert list(done.json["pages"]["matrix product"]["results"]) == ["a.output"]


@pytest.mark.parametrize("name", ["nobody.output", "a.nothing", "a"])
def test_fetch_refuses_an_unknown_pin(cli_without_worker, name: str) -> None:
    """Exit 2, the name in the message, nothing on stdout."""
    done = cli_without_worker("run", PRODUCT, "--fetch", name)
    assert (done.status, done.out) == (2, "")
    assert name in done.err


def test_several_pages_need_a_choice(cli_without_worker, write) -> None:
    """Without --page exit 2 and the names."""
    path = write(ONE, TWO)
    done = cli_without_worker("run", path)
    assert done.status == 2
    assert done.err.splitlines()[1:] == ["  one", "  two"]
    unknown = cli_without_worker("run", path, "--page", "three")
    assert unknown.status == 2
    assert "no page 'three'" in unknown.err


def test_only_the_page_that_is_chosen_runs(cli, write) -> None:
    assert list(cli("run", write(ONE, TWO), "--page", "two", "--json").json["pages"]) == ["two"]


def test_all_pages_go_on_after_a_failed_one(cli, write) -> None:
    """Every page has its own end; problems before a run outrank a failed run."""
    path = write(FAILING, ONE, BROKEN, TWO)
    done = cli("run", path, "--all-pages", "--json")
    pages = done.json["pages"]
    assert {name: page["ok"] for name, page in pages.items()} == {
        "failing": False,
        "one": True,
        "broken": False,
        "two": True,
    }
    assert done.status == 3
    assert cli("run", write(FAILING, ONE), "--all-pages").status == 1


def test_a_failure_names_the_block(cli, write) -> None:
    """Exit 1; the problem says which block failed, the results say that they have no value."""
    done = cli("run", write(FAILING), "--json")
    page = done.json["pages"]["failing"]
    assert done.status == 1
    assert page["problems"][0]["block"] == "div"
    assert page["steps"] == 0
    assert page["results"]["div.z"]["reason"] == "failed"
    assert "Traceback" not in done.err


def test_problems_stop_a_page_before_it_runs(cli_without_worker, write) -> None:
    """Exit 3, the block and the pin on stderr, no results."""
    done = cli_without_worker("run", write(BROKEN))
    assert (done.status, done.out) == (3, "")
    assert "error: m.b: " in done.err


def test_timeout_ends_a_page_that_waits(cli, write) -> None:
    """Exit 124, a problem of code timeout, and no value."""
    done = cli("run", write(WAITING), "--timeout", "1", "--json")
    assert done.status == 124
    page = done.json["pages"]["waiting"]
    assert (page["ok"], page["problems"][-1]["code"]) == (False, "timeout")


def test_the_same_seed_gives_the_same_numbers(cli, write) -> None:
    """--seed fixes what a random block draws; another seed draws something else."""
    page = (
        "random",
        {"dice": ("RandomUniform", {"shape": "{8}", "dtype": "DT_FLOAT"}), "out": ("ClientSession", {})},
        ["dice.output > out.fetch_outputs"],
    )
    path = write(page)

    def draw(seed: int) -> list[float]:
        return cli("run", path, "--seed", seed, "--json").json["pages"]["random"]["results"]["dice.output"][
            "values"
        ]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_out_writes_an_archive(cli, tmp_path: Path) -> None:
    """The keys are block.pin, the arrays have the dtype of the run."""
    target = tmp_path / "results.npz"
    assert cli("run", PRODUCT, "--out", target).status == 0
    with np.load(target) as archive:
        assert set(archive) == {"a.output", "b.output", "product.product"}
        assert archive["product.product"].tolist() == [[19, 22], [43, 50]]
        assert archive["product.product"].dtype == np.float32


def test_out_for_all_pages(cli, write, tmp_path: Path) -> None:
    """One archive with page/block.pin, or a folder with an archive for each page that ran to its end."""
    path = write(ONE, TWO, FAILING)
    target, folder = tmp_path / "all.npz", tmp_path / "results"
    cli("run", path, "--all-pages", "--out", target)
    cli("run", path, "--all-pages", "--out", folder)
    with np.load(target) as archive:
        assert set(archive) == {"one/a.output", "two/b.output"}
    assert sorted(p.name for p in folder.iterdir()) == ["one.npz", "two.npz"]
    with np.load(folder / "two.npz") as archive:
        assert archive["b.output"].tolist() == [2, 3]


@pytest.mark.parametrize("name", ["nowhere/results.npz", "nowhere/results", "taken.txt"])
def test_out_refuses_a_place_before_it_runs(cli_without_worker, write, tmp_path: Path, name: str) -> None:
    """Exit 2 and the path in the message; the page has not run."""
    (tmp_path / "taken.txt").write_text("kept", encoding="utf-8")
    done = cli_without_worker("run", write(ONE), "--out", tmp_path / name)
    assert (done.status, done.out) == (2, "")
    assert name in done.err
    assert (tmp_path / "taken.txt").read_text(encoding="utf-8") == "kept"


def test_a_failed_run_leaves_an_earlier_archive(cli, write, tmp_path: Path) -> None:
    """Nothing is written where no page ran to its end."""
    target = tmp_path / "results.npz"
    target.write_bytes(b"earlier")
    cli("run", write(FAILING), "--out", target)
    assert target.read_bytes() == b"earlier"


def test_paths_are_relative_to_the_project(cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project in another folder finds the picture beside it."""
    for name in ("crop_and_resize_grad.tblocks", "stroke.png"):
        shutil.copy(asset("samples", name), tmp_path)
    monkeypatch.chdir(Path(tmp_path).parent)
    page = cli("run", tmp_path / "crop_and_resize_grad.tblocks", "--json").json["pages"][
        "crop and resize gradient"
    ]
    assert page["results"]["grad.output"]["shape"] == [1, 35, 35, 3]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be opened"),
        ("{", "broken.tblocks:1:2: "),
        ('{"format": "other"}', "format"),
        ('{"format": "tensorblocks", "version": 1, "pages": []}', "has no pages"),
    ],
)
def test_a_file_that_does_not_read(
    cli_without_worker, tmp_path: Path, content: str | None, complaint: str
) -> None:
    """Exit 2, one line that names the file and the fault."""
    path = tmp_path / "broken.tblocks"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    done = cli_without_worker("run", path)
    assert (done.status, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert "broken.tblocks" in done.err
    assert complaint in done.err


@pytest.mark.parametrize(
    "options",
    [("--steps", "0"), ("--steps", "x"), ("--timeout", "-1"), ("--timeout", "nan"), ("--seed", "x")],
)
def test_numbers_out_of_range_are_wrong_usage(cli_without_worker, options: tuple[str, str]) -> None:
    """Exit 2 and the option's name."""
    done = cli_without_worker("run", PRODUCT, *options)
    assert done.status == 2
    assert options[0] in done.err


def test_a_bad_wire_of_the_file_stops_the_page(cli_without_worker, write) -> None:
    """A wire that does not read may be any wire: exit 3, and the wire is shown."""
    path = write(ONE)
    path.write_text(path.read_text(encoding="utf-8").replace('"a.output"', '"a output"'), encoding="utf-8")
    done = cli_without_worker("run", path)
    assert done.status == 3
    assert "a output" in done.err


def test_what_blocks_print_goes_to_stderr_and_into_the_json(cli, write) -> None:
    """Print, and PrintV2 on each of its streams; also of a page that fails later."""
    streams = ("stderr", "stdout", "log(info)", "log(warning)")
    prints = {
        f"p{i}": ("PrintV2", {"input": f'"to {stream}"', "attrs": f'output_stream_ = "{stream}";'})
        for i, stream in enumerate(streams)
    }
    blocks = {
        "x": ("Const", {"val": "1"}),
        "p": ("Print", {"data": "{7,8}", "attrs": "message_ = hello;"}),
        "out": ("ClientSession", {}),
        **prints,
    }
    wires = ["x.output > p.input", "p.output > out.fetch_outputs"]
    wires += [f"{name}.operation > out.run_outputs" for name in prints]
    expected = ["hello[7 8]", *(f"to {stream}" for stream in streams)]

    def are_printed(text: str) -> bool:
        """Return whether each stands there once; kernels may write between each other's words and line ends."""
        rest = text
        for words in expected:
            rest = rest.replace(words, "", 1)
        return all(words in text for words in expected) and not rest.strip()

    project = write(("prints", blocks, wires))
    assert are_printed(cli("run", project).err)
    done = cli("run", project, "--json")
    assert are_printed(done.json["pages"]["prints"]["printed"])
    assert are_printed(done.err)
    failing = {**blocks, "div": ("Div", {"y": "0"})}
    done = cli(
        "run", write(("prints", failing, [*wires, "p.output > div.x", "div.z > out.fetch_outputs"])), "--json"
    )
    assert done.status == 1
    assert "hello[7 8]" in done.json["pages"]["prints"]["printed"]
