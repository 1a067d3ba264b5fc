"""Leads a node's inputs back to the page: which pin an input belongs to, and what its wire or text brings there."""

from __future__ import annotations

from typing import NamedTuple

from app.document.literals.formatter import format_literal
from app.document.literals.types import Literal, LiteralError
from app.document.model.sentence import Sentence, say
from app.engine.compiler.constants import values_of
from app.engine.compiler.plan import Constant, Plan, PlanNode
from blocks.catalog import load

_LONGEST = 40  # characters of a constant that a message shows


class Argument(NamedTuple):
    """One input of a node: the OpDef argument, the pin behind it, and its place where the pin takes several."""

    name: str
    pin: str
    place: int | None = None

    def __str__(self) -> str:
        """Return how messages call it."""
        return self.pin if self.place is None else f"{self.pin}[{self.place}]"


def arguments(plan: Plan, node: PlanNode) -> list[Argument]:
    """Return what each input of the node is, control inputs left out."""
    call = next((c for c in plan.python_calls if c.block == node.name), None)
    if call is not None:
        return [Argument(parameter.name, parameter.name) for parameter in call.parameters]
    op = load().op(node.op)
    symbol = load().get(plan.symbols.get(node.block, ""))
    pins = {p.arg: p.name for p in symbol.inputs if p.arg} if symbol is not None else {}
    found: list[Argument] = []
    for arg in op.inputs if op is not None else ():
        pin = pins.get(arg.name, arg.name)
        if arg.type_list_attr or arg.number_attr:
            value = node.attrs.get(arg.type_list_attr or arg.number_attr or "")
            count = len(value or ()) if arg.type_list_attr else int(value or 0)
            found += [Argument(arg.name, pin, i) for i in range(count)]
        else:
            found.append(Argument(arg.name, pin))
    return found


def pin_of_attr(plan: Plan, node: PlanNode, attr: str) -> str | None:
    """Return the pin of a block that holds an attr of its node; None where it stands in the attrs text."""
    symbol = load().get(plan.symbols.get(node.block, ""))
    return None if symbol is None else next((p.name for p in symbol.inputs if p.attr == attr), None)


class Origins:
    """Where the tensors of a plan come from, in the words of the page."""

    def __init__(self, plan: Plan) -> None:
        """Note the output pin of every tensor."""
        self._nodes = {n.name: n for n in plan.nodes}
        self._pins: dict[str, str] = {}
        for key, fetch in plan.outputs.items():
            for i, ref in enumerate(fetch.refs):
                self._pins[ref] = f"{key}[{i}]" if fetch.is_list else key

    def pin(self, ref: str) -> str | None:
        """Return the output ``block.pin`` that a tensor comes from; None where it is a pin's own text."""
        seen = ref if ":" in ref else f"{ref}:0"
        for _ in range(8):  # helper nodes stand between: a read, a check, a gate
            if seen in self._pins:
                return self._pins[seen]
            node = self._nodes.get(seen.split(":", 1)[0])
            if node is None or node.op == "Const" or not node.inputs or node.inputs[0].startswith("^"):
                return None
            seen = node.inputs[0]
        return None

    def constant(self, ref: str) -> Constant | None:
        """Return the constant that a tensor is, typed at its pin or in a Const block."""
        node = self._nodes.get(ref.split(":", 1)[0])
        return node.value if node is not None else None

    def name(self, ref: str) -> Sentence | str:
        """Return how sentences name a tensor's origin: its output pin, or the text typed into the pin."""
        pin = self.pin(ref)
        if pin is not None:
            return pin
        constant = self.constant(ref)
        shown = constant_text(constant) if constant is not None else None
        return say("origin.text", text=shown) if shown is not None else say("origin.some-text")


def constant_text(constant: Constant) -> str | None:
    """Return the text of a short constant; None where it is long or stands in a file."""
    if constant.array is not None or len(constant.packed) > 8 * _LONGEST:
        return None
    try:
        text = format_literal(Literal(constant.dtype, constant.shape, values_of(constant)))
    except LiteralError:
        return None
    return text if len(text) <= _LONGEST else None
