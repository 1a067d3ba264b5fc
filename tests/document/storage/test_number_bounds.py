"""Numbers and names of a file have bounds: what is beyond is a problem at its place, and stays in the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.document.checks.page import check_page
from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from app.document.storage.errors import FileProblem
from app.document.storage.reader import LoadedProject, loads
from app.document.storage.writer import dumps
from app.engine.compiler.make_plan import make_plan
from app.engine.ipc.requests import InferRequest, planned_part
from blocks.catalog import load
from tests.support.words import holds, is_like

HUGE = 10**26
BLOCKS = [{"id": "a", "symbol": "Const", "pins": {"val": "1"}}, {"id": "s", "symbol": "ClientSession"}]
WIRES = [["a.output", "s.fetch_outputs"]]


def read(**page: Any) -> LoadedProject:
    made = {"name": "p", "blocks": BLOCKS, "wires": WIRES, **page}
    return loads(json.dumps({"format": "tensorblocks", "version": 1, "pages": [made]}).encode())


def only(loaded: LoadedProject) -> Problem:
    """Return the file's one problem."""
    (problem,) = loaded.problems["p"]
    return problem


@pytest.mark.parametrize(
    ("section", "entry", "path", "severity"),
    [
        ("blocks", {"id": "b", "symbol": "Add", "at": [0, 2e9]}, "blocks[0].at", "error"),
        ("blocks", {"id": "b", "symbol": "Add", "at": [0, HUGE]}, "blocks[0].at", "error"),
        ("blocks", {"id": "b" * 2000, "symbol": "Add"}, "blocks[0].id", "error"),
        ("blocks", {"id": "b", "symbol": "Add" * 2000}, "blocks[0].symbol", "error"),
        ("blocks", {"id": "b", "symbol": "Add", "pins": {"x" * 2000: "1"}}, "blocks[0].pins", "error"),
        ("notes", {"id": "n", "at": [0, 0], "size": [1e9, 1]}, "notes[0].size", "warning"),
        ("notes", {"id": "n", "at": [-1e300, 0]}, "notes[0].at", "warning"),
        (
            "monitors",
            {"id": "m", "kind": "number", "pins": [], "size": [1e9, 1e9]},
            "monitors[0].size",
            "warning",
        ),
        ("monitors", {"id": "m", "kind": "number", "pins": ["x" * 2000]}, "monitors[0].pins[0]", "warning"),
    ],
)
def test_an_entry_beyond_the_bounds_is_set_aside_and_written_back(
    section: str, entry: dict[str, Any], path: str, severity: str
) -> None:
    others = BLOCKS if section == "blocks" else []
    loaded = read(**{section: [entry, *others]})
    assert only(loaded).severity == severity
    assert is_like(only(loaded).sentence, say("json.kept-entry", path=path))
    again = json.loads(dumps(loaded.project))
    assert again["pages"][0][section][0] == entry


@pytest.mark.parametrize(
    ("page", "sentence"),
    [
        ({"run": {"steps": HUGE}}, say("setting.too-many-steps", steps=HUGE, most=4611686018427387903)),
        ({"run": {"steps": -HUGE}}, say("setting.steps", steps=-HUGE)),
        ({"run": {"pace": 1e308}}, say("setting.slow-pace", seconds=1e308)),
        ({"run": {"keep_every": 1e308}}, say("setting.rare-hand-over", seconds=1e308)),
    ],
)
def test_a_setting_beyond_the_bounds_is_a_problem_of_the_check(
    page: dict[str, Any], sentence: Sentence
) -> None:
    loaded = read(**page)
    (problem,) = check_page(loaded.project.pages[0], load())
    assert (problem.severity, problem.code) == ("error", "bad-attr-value")
    assert is_like(problem.sentence, sentence)
    assert json.loads(dumps(loaded.project))["pages"][0]["run"] == {"steps": 1, **page["run"]}


@pytest.mark.parametrize("seed", [HUGE, -HUGE, 2**63])
def test_a_seed_beyond_64_bits_is_a_problem(seed: int) -> None:
    page = read(scope={"seed": seed}).project.pages[0]
    said = [p.sentence for p in make_plan(page, Path()).problems]
    assert said == [say("setting.seed", seed=seed)]
    assert any(holds(p.sentence, say("setting.seed")) for p in make_plan(planned_part(page), Path()).problems)


@pytest.mark.parametrize("index", ["9" * 30, "9" * 5000])
def test_a_wire_from_an_element_that_no_list_can_have_does_not_read(index: str) -> None:
    loaded = read(wires=[*WIRES, [f"a.output[{index}]", "s.run_outputs"]])
    assert only(loaded).severity == "error"
    assert holds(only(loaded).sentence, say("address.unreadable"))


def test_a_page_reaches_the_worker_whatever_its_numbers_are() -> None:
    free = {"x": HUGE, "y": [HUGE]}
    page = read(
        scope={"seed": HUGE, "z": HUGE},
        run={"steps": HUGE, "z": HUGE, "until": f"a.output < {HUGE}"},
        view={"z": HUGE},
        blocks=[{**BLOCKS[0], "z": HUGE, "view": {"z": HUGE}}, BLOCKS[1]],
        wires=[["a.output", "s.fetch_outputs", {"z": HUGE}], [HUGE]],
        notes=[{"id": "n", "style": free}],
        monitors=[{"id": "m", "kind": "number", "pins": ["a.output"], "options": free, "z": HUGE}],
        snapshots={"s": {"npz": "s.npz", "step": HUGE}},
        results=free,
        z=HUGE,
    ).project.pages[0]
    sent = msgspec.msgpack.encode(InferRequest(None, ".", planned_part(page)))
    arrived = msgspec.msgpack.decode(sent, type=InferRequest).page
    assert arrived is not None
    assert list(arrived.blocks) == ["a", "s"]
    plan = make_plan(page, Path())
    msgspec.msgpack.encode(plan)


def test_what_a_plan_is_made_of_reaches_the_worker() -> None:
    page = read(run={"until": "a.output < 1", "guard": ["a.output"]}, scope={"device": "/cpu:0", "seed": 5})
    whole = page.project.pages[0]
    assert make_plan(planned_part(whole), Path()) == make_plan(whole, Path())


def test_a_page_of_a_long_name_opens_under_a_shorter_one() -> None:
    loaded = read(name="n" * 10**6)
    (page,) = loaded.project.pages
    assert len(page.name) == 1000
    assert holds(loaded.problems[page.name][0].sentence, say("json.long-page-name", count=1000000))


PLACES = ['"run": {"pace": %s}', '"x": %s', '"blocks": [{"id": "a", "symbol": "A", "at": [%s, 0]}]']


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity", "9" * 5000])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_number_is_refused_by_its_place(number: str, place: str) -> None:
    text = f'{{"format": "tensorblocks", "version": 1, "pages": [{{"name": "p", {place % number}}}]}}'
    with pytest.raises(FileProblem) as caught:
        loads(text)
    assert caught.value.sentence["places"]


def test_the_page_of_the_model_has_no_part_that_is_forgotten_on_the_way() -> None:
    """A new part of a page must be thought of in ``planned_part``."""
    assert set(Page.__struct_fields__) == {
        "name", "scope", "run", "view", "seeds", "blocks", "wires", "notes", "monitors", "snapshots", "results",
        "report", "extra", "unread",
    }  # fmt: skip
