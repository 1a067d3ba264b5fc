"""Flat pages folded along the scopes of the model that they were made from."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.document.model.diagram import ArrayRef, Page, PinRef, Wire
from app.document.model.function_page import arguments_of, results_of
from app.document.model.page_symbol import PREFIX
from app.document.model.topology import topological_order
from app.engine.exchange.folding import Folder, fold
from blocks.catalog import load
from tests.support.flat_model import Model
from tests.support.folding import differences

MOST = 60


def uses_of(page: Page) -> dict[str, str]:
    """Return the names of the pages that stand on a page, by use."""
    return {b.id: b.symbol.removeprefix(PREFIX) for b in page.blocks.values() if b.symbol.startswith(PREFIX)}


def assert_readable(pages: list[Page]) -> None:
    """Check that no page is too large and that no use needs itself."""
    for page in pages:
        assert len(page.blocks) < MOST, page.name
        assert topological_order(page).cycles == []
    assert len({page.name for page in pages}) == len(pages)


def test_repeated_layers_share_a_page() -> None:
    """Each use gives the layer's initial values."""
    model = Model()
    out = model.add("Placeholder", "x", dtype="float") + ".output"
    for number in range(20):
        out = model.dense(f"model/layer_{number}", out, units=4 + number)
    pages = model.folded(out)
    assert_readable(pages)
    assert [page.name for page in pages] == ["main", "layer"]
    assert uses_of(pages[0]) == {f"layer_{i}": "layer" for i in range(20)}
    assert [b.id for b in arguments_of(pages[1])] == ["input", "kernel", "bias"]
    assert [b.id for b in results_of(pages[1])] == ["output"]
    assert pages[0].blocks["layer_7"].pins == {
        "kernel": ArrayRef("w.npz", "model_layer_7_k"),
        "bias": ArrayRef("w.npz", "model_layer_7_b"),
    }


def test_layers_are_put_together_by_the_words_of_their_names() -> None:
    """Keras names the layers of a block alike, without a scope around them."""
    model = Model()
    out = model.add("Placeholder", "x", dtype="float") + ".output"
    out = model.dense("net/stem", out)
    for number in range(1, 17):
        start = out
        for layer in ("expand", "depthwise", "project"):
            out = model.dense(f"net/block_{number}_{layer}", out)
        out = model.add("Add", f"net/block_{number}_add/add", (start, "x"), (out, "y")) + ".z"
    pages = model.folded(model.dense("net/head", out))
    assert_readable(pages)
    assert list(uses_of(pages[0])) == ["stem", *(f"block_{i}" for i in range(1, 17)), "head"]
    assert {uses_of(pages[0])[f"block_{i}"] for i in range(1, 17)} == {"block"}


def test_a_scope_that_is_left_and_entered_again_is_taken_apart() -> None:
    """Two scopes that need each other cannot be one block each."""
    model = Model()
    out = model.add("Placeholder", "x", dtype="float") + ".output"
    for number in range(8):
        for scope in ("a", "b"):
            for layer in range(3):
                out = model.dense(f"{scope}/step_{number}_{layer}", out)
    pages = model.folded(out)
    assert_readable(pages)


def test_a_page_without_scopes_is_cut_where_few_wires_are() -> None:
    """Every tenth block takes all that is known: a piece ends there."""
    model = Model()
    out = model.add("Placeholder", "x", dtype="float") + ".output"
    for _ in range(60):
        first = out
        for _ in range(8):
            out = model.add("Add", "", (out, "x"), (first, "y")) + ".z"
    pages = model.folded(out)
    assert_readable(pages)
    assert all(len(arguments_of(page)) == len(results_of(page)) == 1 for page in pages[1:])


def test_pieces_are_called_after_the_scopes_in_them() -> None:
    """A chain of many layers is cut into runs of them."""
    model = Model()
    out = model.add("Placeholder", "x", dtype="float") + ".output"
    for number in range(100):
        out = model.dense(f"net/layer_{number}", out)
    pages = model.folded(out)
    assert_readable(pages)
    ends = [use.split("_to_") for use in uses_of(pages[0])]
    assert (ends[0][0], ends[-1][-1]) == ("layer_0", "layer_99")
    assert [int(first.split("_")[1]) for first, _ in ends[1:]] == [
        int(end.split("_")[1]) + 1 for _, end in ends[:-1]
    ]


def test_a_loop_stays_on_one_page_and_its_body_is_folded() -> None:
    """What begins and what closes the rounds stand beside each other."""
    model = Model()
    start = model.add("Placeholder", "x", dtype="float")
    enter = model.add("Enter", "rnn/while/Enter", (f"{start}.output", "data"), attrs="frame_name_ = w;")
    merge = model.add("Merge", "rnn/while/Merge", (f"{enter}.output", "inputs"))
    less = model.add("Less", "rnn/while/Less", (f"{merge}.output", "x"), y="100.0f")
    goes_on = model.add("LoopCond", "rnn/while/LoopCond", (f"{less}.z", "input"))
    switch = model.add(
        "Switch", "rnn/while/Switch", (f"{merge}.output", "data"), (f"{goes_on}.output", "pred")
    )
    out = f"{switch}.output_true"
    for number in range(20):
        out = model.dense(f"rnn/while/body/layer_{number}", out)
    closing = model.add("NextIteration", "rnn/while/NextIteration", (out, "data"))
    model.wires.append(Wire(source=PinRef(closing, "output"), target=PinRef(merge, "inputs")))
    leave = model.add("Exit", "rnn/while/Exit", (f"{switch}.output_false", "data"))
    pages = model.folded(f"{leave}.output")
    assert_readable(pages)
    holding = [page for page in pages if any(b.symbol == "Merge" for b in page.blocks.values())]
    assert [sum(b.symbol == "NextIteration" for b in page.blocks.values()) for page in holding] == [1]


def test_constants_that_differ_are_given_at_the_uses() -> None:
    """Those that are the same everywhere stay on the page."""
    model = Model()
    out = model.add("Placeholder", "x", dtype="float") + ".output"
    for number in range(30):
        scale = model.add("Const", f"layer_{number}/scale", val=f"{number}.5f")
        out = model.add("Mul", f"layer_{number}/mul", (out, "x"), (f"{scale}.output", "y")) + ".z"
        out = model.add("Add", f"layer_{number}/add", (out, "x"), y="2.0f") + ".z"
        out = model.add("Pow", f"layer_{number}/pow", (out, "x"), y=f"{number}.0f") + ".z"
    pages = model.folded(out)
    assert_readable(pages)
    assert pages[0].blocks["layer_3"].pins == {"scale": "3.5f", "pow_y": "3.0f"}
    (add,) = (b for b in pages[1].blocks.values() if b.symbol == "Add")
    assert add.pins == {"y": "2.0f"}


def test_pages_of_one_project_share_what_stands_for_the_same() -> None:
    """So the signatures of a model do, which differ in the names of what they take."""
    folder, found = Folder(load()), []
    for name in ("serve", "predict"):
        model = Model()
        out = model.add("Placeholder", name, dtype="float") + ".output"
        for number in range(16):
            out = model.dense(f"net/layer_{number}", out)
        flat = replace(model.page(out), name=name)
        pages = folder.fold(flat, model.names, [page.name for page in found])
        found += pages
        assert differences(flat, [pages[0], *(page for page in found if page.name == "layer")]) == []
    assert [page.name for page in found] == ["serve", "layer", "predict"]


def test_a_small_page_stays_as_it_is() -> None:
    """It is read best without pages within."""
    model = Model()
    out = model.add("Placeholder", "x", dtype="float") + ".output"
    flat = (model.dense("layer", out), model.page())[1]
    assert fold(flat, model.names) == [flat]


def random_model(dice: random.Random) -> tuple[Model, list[str]]:
    """Return a model of random wires and scopes, and what is fetched of it."""
    model = Model()
    outs = [model.add("Placeholder", "x", dtype="float") + ".output"]
    scopes = [
        dice.choice(["", "a", "a/b", "a/b/c", "d_1", "d_2", "d_2/e"]) for _ in range(dice.randint(1, 9))
    ]
    reach, turn = dice.randint(1, 30), dice.randint(1, 40)
    for i in range(dice.randint(70, 260)):
        scope, what = scopes[i // turn % len(scopes)], dice.randrange(7)
        one, other = dice.choice(outs[-reach:]), dice.choice(outs[-reach:])
        name = f"{scope}/op_{i}" if scope else f"op_{i}"
        if what == 0:
            start = ArrayRef("w.npz", str(dice.randrange(5)))
            outs.append(model.add("Variable", name, dtype="float", initvalues=start) + ".ref")
        elif what == 1:
            outs.append(model.add("Mul", name, (one, "x"), y=f"{dice.randrange(50)}.0f") + ".z")
        else:
            outs.append(model.add("Add", name, (one, "x"), (other, "y")) + ".z")
    return model, [outs[-1], outs[len(outs) // 2]]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_folded_pages_stand_for_the_same_graph(seed: int) -> None:
    """Whatever the wires and scopes are, no use needs itself."""
    model, fetched = random_model(random.Random(seed))
    pages = model.folded(*fetched)
    assert all(topological_order(page).cycles == [] for page in pages)
    assert len({page.name for page in pages}) == len(pages)


def test_a_large_page_that_is_called_takes_and_gives_in_its_order() -> None:
    """What needs an Argument first does not change which input of the block it is; nor does that of the Results."""
    model = Model()
    arguments = [model.add("Argument", f"argument_{i}") for i in range(5)]
    ends = []
    for number, argument in enumerate(reversed(arguments)):
        end = f"{argument}.output"
        for layer in range(4):
            end = model.dense(f"part_{number}/layer_{layer}", end)
        ends.append(end)
    results = [model.add("Result", f"result_{i}", (end, "input")) for i, end in enumerate(ends)]
    flat = Page(name="main", blocks=model.blocks, wires=model.wires)
    pages = fold(flat, model.names)
    assert len(pages) > 1
    assert [block.id for block in arguments_of(pages[0])] == arguments
    assert [block.id for block in results_of(pages[0])] == results
