"""Which wires are taken: the original's rules, and the ones that plainly make sense beyond them."""

from __future__ import annotations

import pytest

from app.document.checks.wires import refusal_sentence
from app.messages import sentence_text
from blocks.catalog import load
from blocks.symbol import Pin
from blocks.wiring import refusal


def pin(text: str, direction: str) -> Pin:
    name, pin_name = text.split(".")
    found = load().get(name).pin(pin_name, direction)
    assert found is not None
    return found


def said(source: Pin, target: Pin, *, element: bool = False) -> str:
    """Return why there can be no such wire, as a user reads it."""
    why = refusal(source, target, element=element)
    assert why is not None
    return sentence_text(refusal_sentence(why))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Const.output", "Add.x"),  # Output -> Input
        ("Const.output", "Output.output_op"),  # Output -> Output
        ("Const.output", "InputList.outputlist"),  # Output -> OutputList
        ("Const.output", "Operation.operation"),  # Output -> Operation
        ("Const.output", "ClientSession.fetch_outputs"),
        ("DynamicPartition.outputs", "AddN.inputs"),  # OutputList -> InputList
        ("DynamicPartition.outputs", "InputList.outputlist"),
        ("DynamicPartition.outputs", "ClientSession.fetch_outputs"),
        ("InputList.output", "ClientSession.fetch_outputs"),
        ("InputList.output", "AddN.inputs"),
        ("Input.input", "Add.x"),
        ("NoOp.operation", "ClientSession.run_outputs"),
        ("NoOp.operation", "ClientSession.fetch_outputs"),
        ("Operation.output", "Output.output_op"),
        ("Tensor.output", "Input_Initializer.t"),
        ("Tensor.output", "Add.x"),
        ("Input_Initializer.output", "FeedType.initializer"),
        ("FeedType.output", "ClientSession.inputs"),
        ("ClientSession.status", "Status.status"),
        # beyond the original
        ("Const.output", "AddN.inputs"),
        ("Assign.output_ref", "ClientSession.run_outputs"),
        ("InputList.output", "InputList.outputlist"),
    ],
)
def test_taken(source: str, target: str) -> None:
    assert refusal(pin(source, "out"), pin(target, "in")) is None


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("NoOp.operation", "Add.x", "operation without a value"),
        ("NoOp.operation", "AddN.inputs", "operation without a value"),
        ("DynamicPartition.outputs", "Add.x", "outputs[0]"),
        ("Const.output", "ClientSession.inputs", "FeedType"),
        ("Const.output", "FeedType.initializer", "Input_Initializer"),
        ("Const.output", "Add.scope", "scope"),
        ("Const.output", "Conv2D.strides", "text"),
        ("Const.output", "Conv2D.attrs", "text"),
        ("FeedType.output", "Add.x", "feed"),
    ],
)
def test_refused_in_words(source: str, target: str, words: str) -> None:
    assert words in said(pin(source, "out"), pin(target, "in"))


def test_an_element_of_a_list_is_a_tensor() -> None:
    gradients, x = pin("AddSymbolicGradients.grad_outputs", "out"), pin("Add.x", "in")
    assert refusal(gradients, x) is not None
    assert refusal(gradients, x, element=True) is None
    assert "no list" in said(pin("Const.output", "out"), x, element=True)


def test_a_wire_runs_from_an_output_to_an_input() -> None:
    output, x = pin("Add.z", "out"), pin("Add.x", "in")
    assert "no output" in said(x, x)
    assert "no input" in said(output, output)
