"""Random blocks draw the same numbers wherever folding and unpacking lead them: in uses, functions, on every page."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.document.editing.base import EditRefused
from app.document.editing.document import Document
from app.document.editing.edits import RemoveItems, RenameBlock
from app.document.editing.page_making import PageMaking
from app.document.editing.page_unpacking import PageUnpacking
from app.document.model.diagram import Block, Page, PinRef, Project, Scope, Wire
from app.document.model.ids import free_id
from app.document.resources.own_blocks import OwnBlocks
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import PlanNode


def _page(
    name: str, blocks: list[Block], wires: Sequence[tuple[str, str]] = (), seed: int | None = None
) -> Page:
    return Page(
        name=name,
        scope=Scope(seed=seed),
        blocks={b.id: b for b in blocks},
        wires=[Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in wires],
    )


def _drawing(name: str, tag: int) -> Block:
    """Return a random block that is known by its shape wherever it goes."""
    return Block(id=name, symbol="RandomUniform", pins={"shape": f"{{{tag}}}", "dtype": "DT_FLOAT"})


def _use(name: str, page: str) -> Block:
    return Block(id=name, symbol=f"page:{page}")


def _argument(name: str) -> Block:
    return Block(id=name, symbol="Argument", pins={"dtype": "DT_FLOAT"})


def _result(name: str) -> Block:
    return Block(id=name, symbol="Result")


def _project() -> Project:
    """Return pages three deep, each with random blocks of its own, and a loop whose body draws; three pages run."""
    noise = [_drawing("r", 2), _result("y")]
    layer = [
        _drawing("r", 3),
        _use("a", "noise"),
        _use("b", "noise"),
        Block(id="sum", symbol="AddN"),
        _result("y"),
    ]
    below = [_argument("x"), Block(id="below", symbol="Less", pins={"y": "5.0f"}), _result("y")]
    total = Block(id="sum", symbol="Sum", pins={"axis": "0"})
    more = [_argument("x"), _drawing("r", 1), total, Block(id="add", symbol="Add"), _result("y")]
    loop = Block(id="loop", symbol="While", pins={"input": "0.0f", "cond": "below", "body": "more"})
    middle = [_use("deep", "layer"), _drawing("r", 4), loop, _result("y"), _result("z")]
    summed = [("r.output", "sum.input"), ("x.output", "add.x"), ("sum.output", "add.y"), ("add.z", "y.input")]
    return Project(pages=[
        _page("main", [_use("l1", "layer"), _use("l2", "layer"), _use("m", "middle"), _drawing("r", 5)], seed=7),
        _page("other", [_use("m1", "middle"), _use("m2", "middle")], seed=8),
        _page("noise", noise, [("r.output", "y.input")]),
        _page("layer", layer, [("a.y", "sum.inputs"), ("b.y", "sum.inputs"), ("sum.sum", "y.input")]),
        _page("below", below, [("x.output", "below.x"), ("below.z", "y.input")]),
        _page("more", more, summed),
        _page("middle", middle, [("deep.y", "y.input"), ("r.output", "z.input")], seed=9),
    ])  # fmt: skip


def _document() -> Document:
    return Document(loads(dumps(_project())).project)


def _nodes(project: Project, page: Page) -> Iterator[PlanNode]:
    own = OwnBlocks.on([page], Path(), project.pages)
    plan = make_plan(page, Path(), own=own, everything=True)
    assert not plan.stops, plan.problems
    yield from plan.nodes
    for function in plan.functions:
        yield from function.nodes


def _drawn(project: Project, page: Page) -> Counter[Any]:
    """Return the seeds of the random blocks of a page and of all within it, each with its tag."""
    nodes = {node.name: node for node in _nodes(project, page)}
    found = Counter[Any]()
    for node in nodes.values():
        if node.op == "RandomUniform":
            shape = nodes[node.inputs[0].partition(":")[0]].value
            found[str(shape), node.attrs["seed"], node.attrs["seed2"]] += 1
    return found


def _all_drawn(document: Document, seeded: tuple[str, ...]) -> dict[str, Counter[Any]]:
    project = document.project
    pages = [page for page in project.pages if page.name in seeded]
    return {page.name: _drawn(project, page) for page in pages}


def _fold(document: Document, page: str, chosen: list[str], name: str) -> str:
    making = PageMaking(document.project, page, chosen, name, document.catalog)
    document.apply(making.edit())
    return making.use


def _uses(project: Project) -> list[tuple[str, str]]:
    return [(p.name, b.id) for p in project.pages for b in p.blocks.values() if b.symbol.startswith("page:")]


@pytest.mark.parametrize("seed", range(8))
def test_folding_and_unpacking_at_random_lets_all_draw_on(seed: int) -> None:
    document, dice = _document(), random.Random(seed)
    seeded = ("main", "other")  # pages that others run as parts of themselves have a seed, too: middle
    begun, expected = dumps(document.project), _all_drawn(document, seeded)
    assert all(sum(drawn.values()) > 5 for drawn in expected.values())
    for step in range(14):
        page = dice.choice(document.project.pages)
        try:
            if dice.random() < 0.5:
                chosen = dice.sample(list(page.blocks), min(len(page.blocks), dice.randint(1, 3)))
                _fold(document, page.name, chosen, f"part {step}")
            elif uses := _uses(document.project):
                where, use = dice.choice(uses)
                document.apply(PageUnpacking(document.project, where, use, document.catalog).edit())
        except EditRefused:
            continue
        text = dumps(document.project)
        assert dumps(loads(text).project) == text
        assert _all_drawn(document, seeded) == expected, step
    end = dumps(document.project)
    while document.undo():
        pass
    assert dumps(document.project) == begun
    while document.redo():
        pass
    assert dumps(document.project) == end


def test_a_page_alone_draws_on_where_no_other_page_with_a_seed_has_it() -> None:
    document = _document()
    project = document.project
    main, middle = project.pages[0], project.pages[-1]
    for page in project.pages[:2]:
        page.scope = Scope()
    expected = _drawn(project, middle)
    use = _fold(document, "middle", ["deep", "r", "loop"], "inside")
    assert _drawn(project, middle) == expected
    assert middle.seeds == {f"{use}/deep": "deep", f"{use}/loop": "loop"}
    document.apply(PageUnpacking(project, "middle", use, document.catalog).edit())
    assert _drawn(project, middle) == expected
    assert middle.seeds == {}
    assert main.seeds == {}


def test_a_second_use_of_the_new_page_draws_numbers_of_its_own() -> None:
    document = _document()
    project, main = document.project, document.project.pages[0]
    use = _fold(document, "main", ["l1"], "net")
    before = _drawn(project, main)
    main.blocks["again"] = Block(id="again", symbol=main.blocks[use].symbol)
    now = _drawn(project, main)
    assert before <= now
    new = now - before
    assert sum(new.values()) == 3
    assert new.keys().isdisjoint(before)


def test_the_seeds_follow_new_ids_and_go_with_the_block() -> None:
    document = _document()
    project, main = document.project, document.project.pages[0]
    expected, use = _drawn(project, main), _fold(document, "main", ["l1", "m"], "net")
    document.apply(RenameBlock("main", use, "other_net"))
    document.apply(RenameBlock("net", "l1", "first"))
    assert main.seeds == {"other_net/first": "l1", "other_net/m": "m"}
    assert _drawn(project, main) == expected
    before = dumps(project)
    document.apply(RemoveItems("main", ["other_net"]))
    assert main.seeds == {}
    document.undo()
    assert dumps(project) == before


def test_a_new_block_does_not_get_the_address_by_which_another_draws() -> None:
    document = _document()
    main = document.project.pages[0]
    main.blocks["layer"] = _use("layer", "layer")
    _fold(document, "main", ["layer"], "net")
    assert free_id(main, "page:layer") == "layer_2"
