"""Random pages that use each other three deep, with Variables, loops and branches, give TensorFlow's own bits."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pytest
import tensorflow as tf

from app.document.model.diagram import Page
from app.engine.host.engine import Engine
from app.engine.values.results import ListValue, TensorValue
from tests.support.function_pages import named, run_of

# By symbol: its inputs, its output, and the same of TensorFlow called directly.
OPS: dict[str, tuple[tuple[str, ...], str, Callable[..., Any]]] = {
    "AddV2": (("x", "y"), "z", lambda x, y: tf.raw_ops.AddV2(x=x, y=y)),
    "Mul": (("x", "y"), "z", lambda x, y: tf.raw_ops.Mul(x=x, y=y)),
    "Sub": (("x", "y"), "z", lambda x, y: tf.raw_ops.Sub(x=x, y=y)),
    "Tanh": (("x",), "y", lambda x: tf.raw_ops.Tanh(x=x)),
    "Sigmoid": (("x",), "y", lambda x: tf.raw_ops.Sigmoid(x=x)),
    "Square": (("x",), "y", lambda x: tf.raw_ops.Square(x=x)),
}
START = (0.5, -1.25, 2.0)
ROUNDS, STEPS = 3, 4

State = dict[str, Any]  # the Variables, by address


class Made(NamedTuple):
    """A page of two Arguments and one Result, and what it computes: of where it stands, its inputs, the Variables."""

    page: Page
    compute: Callable[[str, Any, Any, State], Any]


@dataclass
class Maker:
    """Draws pages; ``pages`` are all of them."""

    dice: random.Random
    pages: list[Page] = field(default_factory=list)

    def page(self, name: str, inner: list[Made], has_state: bool) -> Made:
        """Return a page that uses each of the inner ones at least once, between ops drawn at random."""
        blocks: dict[str, Any] = {"a": "Argument", "b": "Argument", "out": "Result"}
        wires: list[str] = []
        made = ["a.output", "b.output"]  # what can be wired, in the order of the values
        acts: list[Callable[[str, list[Any], State], Any]] = []
        if has_state:
            blocks |= {"v": ("Variable", {"initvalues": "0.25f"}), "grow": ("AssignAdd", {"value": "0.5f"})}
            wires.append("v.ref -> grow.ref")
            made.append("grow.output_ref")
            acts.append(lambda at, _, state: _grown(state, f"{at}v"))
        todo: list[Made | str] = [*inner, *self.dice.choices(list(OPS), k=5)]
        self.dice.shuffle(todo)
        for number, one in enumerate(todo):
            block = f"n{number}"
            if isinstance(one, str):
                pins, gives, direct = OPS[one]
                blocks[block] = one
            else:
                pins, gives, direct = ("a", "b"), "out", one.compute
                blocks[block] = f"page:{one.page.name}"
            places = [self.dice.randrange(len(made)) for _ in pins]
            wires += [f"{made[at]} -> {block}.{pin}" for at, pin in zip(places, pins, strict=True)]
            acts.append(_act(block, places, direct, is_use=not isinstance(one, str)))
            made.append(f"{block}.{gives}")
        wires.append(f"{made[-1]} -> out.input")
        page = named(name, blocks, "\n".join(wires))
        self.pages.append(page)

        def compute(at: str, a: Any, b: Any, state: State) -> Any:
            values = [a, b]
            for act in acts:
                values.append(act(at, values, state))
            return values[-1]

        return Made(page, compute)


def _act(block: str, places: list[int], direct: Any, is_use: bool) -> Callable[[str, list[Any], State], Any]:
    def act(at: str, values: list[Any], state: State) -> Any:
        given = [values[place] for place in places]
        return direct(f"{at}{block}/", *given, state) if is_use else direct(*given)

    return act


def _grown(state: State, variable: str) -> Any:
    state[variable] = state.get(variable, tf.constant(0.25)) + tf.constant(0.5)
    return state[variable]


@pytest.mark.parametrize("seed", range(10))
def test_random_pages_within_pages(engine: Engine, seed: int) -> None:
    maker = Maker(random.Random(seed))
    leaf = maker.page("leaf", [], has_state=False)
    counting = maker.page("counting", [], has_state=True)
    plain = maker.page("plain", [leaf, leaf], has_state=False)
    middle = maker.page("middle", [counting, leaf, counting], has_state=True)
    whole = maker.page("whole", [middle, plain, middle], has_state=True)
    body = named(
        "body",
        {**dict.fromkeys(("i", "a", "b"), "Argument"), **dict.fromkeys(("i2", "a2", "b2"), "Result"),
         "next": ("AddV2", {"y": "1"}), "round": "page:plain", "calm": "Tanh"},
        """i.output -> next.x \n next.z -> i2.input \n a.output -> round.a \n b.output -> round.b
        round.out -> calm.x \n calm.y -> a2.input \n b.output -> b2.input""",
    )  # fmt: skip
    below = {**dict.fromkeys(("i", "a", "b"), "Argument"), "l": ("Less", {"y": str(ROUNDS)}), "y": "Result"}
    cond = named("below", below, "i.output -> l.x \n l.z -> y.input")
    blocks = {
        "x": ("Const", {"val": "{0.5f,-1.25f,2.0f}"}),
        "one": "page:whole",
        "two": "page:whole",
        "i": ("Const", {"val": "0"}),
        "loop": ("While", {"cond": "below", "body": "body"}),
        "branch": ("If", {"cond": str(seed % 2 == 0).lower(), "then_branch": "plain", "else_branch": "leaf"}),
        "s": "ClientSession",
    }
    wires = """x.output -> one.a \n x.output -> one.b \n one.out -> two.a \n x.output -> two.b
        i.output -> loop.input \n two.out -> loop.input \n x.output -> loop.input
        one.out -> branch.input \n x.output -> branch.input
        loop.output[1] -> s.fetch_outputs \n branch.output[0] -> s.fetch_outputs \n two.out -> s.fetch_outputs"""
    result = run_of(engine, named("main", blocks, wires), *maker.pages, body, cond, steps=STEPS)
    assert result.ok, result.problems
    state: State = {}
    x = tf.constant(START)
    for _ in range(STEPS):
        one = whole.compute("one/", x, x, state)
        two = whole.compute("two/", one, x, state)
        looped = two
        for _ in range(ROUNDS):
            looped = tf.raw_ops.Tanh(x=plain.compute("", looped, x, state))
        branched = (plain if seed % 2 == 0 else leaf).compute("", one, x, state)
    ours = {key: result.results[key] for key in ("two.out", "loop.output", "branch.output")}
    for key, theirs, item in (
        ("two.out", two, 0),
        ("loop.output", looped, 1),
        ("branch.output", branched, 0),
    ):
        value = ours[key]
        found = value.items[item] if isinstance(value, ListValue) else value
        assert isinstance(found, TensorValue)
        assert found.array.tobytes() == np.asarray(theirs).tobytes(), key
