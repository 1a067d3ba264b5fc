"""Pages that stand as blocks give the bits of the same net written down for TensorFlow by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from app.document.model.diagram import Page
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.results import TensorValue
from app.messages import message_of
from tests.support.function_pages import named, planned

v1 = tf.compat.v1


def layer() -> Page:
    """Return tanh(x w + b), with the Variables w and b of its own."""
    blocks = {
        "x": "Argument", "start": "Argument", "w": "Variable", "b": ("Variable", {"initvalues": "{0.1f,0.2f}"}),
        "mul": "MatMul", "add": "Add", "act": "Tanh", "y": "Result", "weights": "Result",
    }  # fmt: skip
    wires = """
        start.output -> w.initvalues
        x.output -> mul.a
        w.ref -> mul.b
        mul.product -> add.x
        b.ref -> add.y
        add.z -> act.x
        act.y -> y.input
        w.ref -> weights.input
    """
    return named("layer", blocks, wires)


def net() -> Page:
    """Return two layers."""
    blocks = {
        "x": "Argument", "one": ("page:layer", {"start": "{{0.5f,-0.25f},{0.75f,0.1f}}"}),
        "two": ("page:layer", {"start": "{{0.3f,0.6f},{-0.9f,0.2f}}"}), "y": "Result", "w": "Result",
    }  # fmt: skip
    return named("net", blocks, "x.output -> one.x\none.y -> two.x\ntwo.y -> y.input\none.weights -> w.input")


def trained() -> Page:
    """Return a net with its cost, and a step of gradient descent of the weights of its first layer."""
    blocks = {
        "x": "Argument", "net": "page:net", "cost": "L2Loss", "grad": "AddSymbolicGradients",
        "step": ("ApplyGradientDescent", {"alpha": "0.1f"}), "y": "Result", "done": "Result",
    }  # fmt: skip
    wires = """
        x.output -> net.x
        net.y -> cost.t
        cost.output -> grad.outputs
        net.w -> grad.inputs
        net.w -> step.var
        grad.grad_outputs[0] -> step.delta
        net.y -> y.input
        step.out -> done.input
    """
    return named("trained", blocks, wires)


def by_hand(steps: int) -> tuple[list[np.ndarray], dict[str, np.ndarray]]:
    """Return the outputs of two columns of such nets in the last step, and the Variables after it."""
    with tf.Graph().as_default():
        x = tf.constant([[1.0, 2.0], [0.5, -1.0]])
        variables, outs, trains = {}, [], []
        for column in ("a", "b"):
            value = x
            first = None
            for name, start in (("one", [[0.5, -0.25], [0.75, 0.1]]), ("two", [[0.3, 0.6], [-0.9, 0.2]])):
                w = v1.Variable(np.float32(start), use_resource=False)
                b = v1.Variable(np.float32([0.1, 0.2]), use_resource=False)
                variables[f"{column}/net/{name}/w"], variables[f"{column}/net/{name}/b"] = w, b
                first = first if first is not None else w
                value = tf.raw_ops.Tanh(x=tf.raw_ops.Add(x=tf.raw_ops.MatMul(a=value, b=w), y=b))
            (gradient,) = tf.gradients(tf.raw_ops.L2Loss(t=value), first)
            with tf.control_dependencies([value]):
                trains.append(
                    tf.raw_ops.ApplyGradientDescent(var=first._ref(), alpha=np.float32(0.1), delta=gradient)
                )
            outs.append(value)
        config = v1.ConfigProto()
        config.graph_options.rewrite_options.disable_meta_optimizer = True  # it fuses ops, to other bits
        with v1.Session(config=config) as session:
            session.run(v1.global_variables_initializer())
            for _ in range(steps):
                found, _ = session.run((outs, trains))
            return found, session.run(variables)


def test_nets_three_deep_train_to_the_bits_of_tensorflow_itself(engine: Engine) -> None:
    blocks: dict[str, Any] = {
        "c": ("Const", {"val": "{{1.0f,2.0f},{0.5f,-1.0f}}"}), "a": "page:trained", "b": "page:trained",
        "s": "ClientSession",
    }  # fmt: skip
    wires = "c.output -> a.x\nc.output -> b.x" + "".join(
        f"\n{u}.y -> s.fetch_outputs\n{u}.done -> s.run_outputs" for u in "ab"
    )
    plan = planned(named("main", blocks, wires), trained(), net(), layer())
    assert not plan.problems, [message_of(p) for p in plan.problems]
    result = engine.run(plan, ".", RunRequest(steps=20, variables=True))
    outs, variables = by_hand(20)
    for use, expected in zip("ab", outs, strict=True):
        value = result.results[f"{use}.y"]
        assert isinstance(value, TensorValue)
        assert value.array.tobytes() == expected.tobytes()
    assert {n: v.array.tobytes() for n, v in result.variables.items()} == {
        n: v.tobytes() for n, v in variables.items()
    }


def test_a_hundred_uses_have_a_hundred_states(engine: Engine) -> None:
    blocks: dict[str, Any] = {"v": ("Variable", {"initvalues": "0.0f"}), "by": "Argument", "add": "AssignAdd"}
    count = named("count", {**blocks, "y": "Result"},
                  "v.ref -> add.ref\nby.output -> add.value\nadd.output_ref -> y.input")  # fmt: skip
    main = named("main", {f"u{i}": ("page:count", {"by": f"0.{i:02}"}) for i in range(100)})
    plan = planned(main, count)
    assert not plan.problems
    result = engine.run(plan, ".", RunRequest(steps=7, variables=True))
    for i in range(100):
        expected = np.float32(0)
        for _ in range(7):
            expected += np.float32(f"0.{i:02}")
        assert result.variables[f"u{i}/v"].array.tobytes() == expected.tobytes()
