"""What an exported program says in words: the page's notes, the labels of blocks, how the run ends."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from app.document.model.diagram import Note, Page
from app.engine.compiler.make_plan import make_plan
from app.engine.exchange.python_writer.program import python_program
from tests.support.pages import page


def _text(made: Page) -> str:
    folder = Path(".")
    return python_program(make_plan(made, folder), made, folder, {}, "v2", folder / "x.py").text


def test_blocks_of_one_scope_stand_under_its_name() -> None:
    """The labels of an imported model are names of nodes, whose last parts the ids have already."""
    made = page(
        {"x": ("Const", {"val": "2f"}), "dense_Relu": "Relu", "dense_Neg": "Neg", "low": "Abs"},
        "x.output -> dense_Relu.features\ndense_Relu.activations -> dense_Neg.x\ndense_Neg.y -> low.x",
    )
    for block, label in (
        ("dense_Relu", "model/dense/Relu"),
        ("dense_Neg", "model/dense/Neg"),
        ("low", "the end"),
    ):
        made.blocks[block].label = label
    lines = [line.strip() for line in _text(made).splitlines()]
    start = lines.index("# model/dense")
    assert [line.partition(" =")[0] for line in lines[start : start + 5]] == [
        "# model/dense", "dense_Relu", "dense_Neg", "# the end", "low",
    ]  # fmt: skip


def test_many_captions_stand_in_one_paragraph_behind_the_sentences() -> None:
    """Each is said once; a few stay as they are."""
    made = page({"x": ("Const", {"val": "2f"})}, "")
    texts = ["Weights\n[2] = w", "A net learns.", "Bias", "Bias", "Cost", "y"]
    for i, text in enumerate(texts):
        made.notes[f"n{i}"] = Note(id=f"n{i}", kind="text", at=(0, 0), size=(10, 10), text=text)
    assert "\n\nA net learns.\n\nCaptions: Weights [2] = w; Bias; Cost; y.\n" in _text(made)


def test_a_long_sentence_on_the_end_of_a_run_stands_by_itself() -> None:
    """The first line of a docstring is one line that is not too long."""
    made = page(
        {"mean_cost": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}"}), "s": "ClientSession"},
        "mean_cost.ref -> s.fetch_outputs",
        steps=2000,
    )
    made.run = replace(made.run, until="mean_cost.ref < 0.000001")
    words = ["Run steps and print the last results.", "Until mean_cost.ref < 1e-06, at most 2,000 steps."]
    assert f'    """{words[0]}\n\n    {words[1]}\n    """\n' in _text(made)
