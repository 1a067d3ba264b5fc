"""Pages that stand as blocks, on the command line: addresses in all its options, and which pages are run."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.model.diagram import Monitor, Page, RunSettings
from app.document.storage.writer import dumps
from tests.cli.conftest import Cli
from tests.support.function_pages import named, project

CONST = ("Const", {"val": "{1.0f,2.0f}"})


def layer() -> Page:
    """Return a page that adds half of x to a Variable, which begins with {1, 2}."""
    blocks = {
        "x": "Argument", "w": ("Variable", {"initvalues": "{1.0f,2.0f}"}), "k": ("Const", {"val": "0.5f"}),
        "m": "Multiply", "a": "AssignAdd", "y": "Result",
    }  # fmt: skip
    wires = "x.output -> m.x\nk.output -> m.y\nw.ref -> a.ref\nm.z -> a.value\na.output_ref -> y.input"
    return named("layer", blocks, wires)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    outer = named(
        "outer", {"x": "Argument", "l": "page:layer", "y": "Result"}, "x.output -> l.x\nl.y -> y.input"
    )
    main = named("main", {"c": CONST, "u": "page:outer", "v": "page:outer", "s": "ClientSession"},
                 "c.output -> u.x\nu.y -> v.x\nv.y -> s.fetch_outputs")  # fmt: skip
    path = tmp_path / "deep.tblocks"
    path.write_bytes(dumps(project(main, layer(), outer)))
    return path


def results(cli: Cli, file: Path, *options: str) -> dict[str, list[float]]:
    outcome = cli("run", file, "--json", *options)
    assert outcome.status == 0, outcome.err
    (page,) = outcome.json["pages"].values()
    return {key: value["values"] for key, value in page["results"].items()}


def test_the_page_that_is_no_block_is_run_and_shows_its_uses(cli: Cli, file: Path) -> None:
    assert results(cli, file) == {"c.output": [1, 2], "u.y": [1.5, 3], "v.y": [1.75, 3.5]}
    assert results(cli, file, "--all-pages") == results(cli, file, "--page", "main")


@pytest.mark.parametrize(
    ("fetch", "keys"),
    [
        ("u.y", ["u.y"]),
        ("u/l/m.z", ["u/l/m.z"]),
        ("u/*", ["u/x.output", "u/l.y"]),
        ("v/l/*", ["v/l/x.output", "v/l/w.ref", "v/l/k.output", "v/l/m.z", "v/l/a.output_ref"]),
    ],
)
def test_outputs_within_uses_are_fetched_by_their_addresses(
    cli: Cli, file: Path, fetch: str, keys: list[str]
) -> None:
    assert list(results(cli, file, "--fetch", fetch)) == keys


def test_two_stars_fetch_all_levels(cli: Cli, file: Path) -> None:
    found = results(cli, file, "--fetch", "**")
    assert found["v/l/m.z"] == [0.75, 1.5]
    assert {"c.output", "u.y", "u/l.y", "u/l/k.output", "v/l/w.ref"} <= found.keys()


def test_a_star_of_what_is_no_use_is_refused(cli: Cli, file: Path) -> None:
    outcome = cli("run", file, "--fetch", "c/*")
    assert (outcome.status, "has no use 'c'" in outcome.err) == (2, True)


def test_a_text_is_set_within_one_use_only(cli: Cli, file: Path) -> None:
    options = (
        "--set",
        "u/l/k.val=10f",
        "--set",
        "u/l/w.initvalues={0f,0f}",
        "--fetch",
        "u/l.y",
        "--fetch",
        "v/l/m.z",
    )
    assert results(cli, file, *options) == {"u/l.y": [10, 20], "v/l/m.z": [5, 10]}


@pytest.mark.parametrize("address", ["u/q.val", "c/k.val", "u/l/k/z.val"])
def test_a_text_for_what_is_not_there_is_refused(cli: Cli, file: Path, address: str) -> None:
    outcome = cli("run", file, "--set", f"{address}=1")
    assert (outcome.status, f"--set {address}" in outcome.err) == (2, True)


def test_conditions_watches_and_guards_take_addresses(cli: Cli, file: Path, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    options = (
        "--until",
        "u/l.y[0] >= 2.5",
        "--watch",
        "v/l/w.ref[1]",
        "--guard",
        "u/l/m.z",
        "--log",
        str(log),
    )
    assert cli("run", file, *options).status == 0
    assert log.read_text().splitlines()[-1].split(",")[1:] == ["8.0"]


def test_a_snapshot_is_filed_under_addresses(cli: Cli, file: Path) -> None:
    assert cli("run", file, "--steps", "3", "--save-snapshot", "three").status == 0
    assert results(cli, file, "--start", "three")["u.y"] == [3, 6]


def test_addresses_of_the_page_are_checked(cli: Cli, tmp_path: Path) -> None:
    main = named("main", {"c": CONST, "u": "page:layer"}, "c.output -> u.x")
    main.run = RunSettings(until="u/m.z[0] > 1", guard=("u/q.z",))
    main.monitors = {"a": Monitor(id="a", kind="number", pins=("u/m.z[0]", "u/m.q"))}
    path = tmp_path / "p.tblocks"
    path.write_bytes(dumps(project(main, layer())))
    problems = cli("check", path, "--json").json["pages"]["main"]["problems"]
    assert [(p["code"], p["actual"] or p["related"]) for p in problems] == [
        ("unknown-block", "u/q.z"),
        ("unknown-pin", ["u/m.q"]),
    ]


def test_types_list_inner_pins(cli: Cli, file: Path) -> None:
    types = cli("check", file, "--types", "--json").json["pages"]["main"]["types"]
    assert types["v/l/m.z"] == {"dtype": "float32", "shape": [2]}
