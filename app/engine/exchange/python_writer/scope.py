"""What the tensors of one function, or of one graph, are called there."""

from __future__ import annotations

from typing import NamedTuple

from app.engine.compiler.plan import PlanNode
from app.engine.exchange.python_writer.calls import Operand
from app.engine.exchange.python_writer.graph import Nodes
from app.engine.exchange.python_writer.module import Module
from app.engine.exchange.python_writer.names import Names
from app.engine.exchange.python_writer.text import Expression


class Special(NamedTuple):
    """The expression of a node that is no plain call of its op, and how its outputs are called."""

    expression: Expression
    outputs: tuple[str, ...] = ("",)
    is_value: bool = True
    is_ranked: bool = False


class Scope:
    """The nodes of a graph; ``values`` says how each tensor is called."""

    def __init__(self, module: Module, nodes: Nodes, names: Names, place: str = "") -> None:
        """Belong to a module. ``place`` stands before the names of a function's nodes."""
        self.module, self.nodes, self.names = module, nodes, names
        self.place = place
        self.values: dict[str, Operand] = {}
        self.handles: dict[
            str, PlanNode | None
        ] = {}  # by what passes the handle of a Variable on: this one's node
        self.made: dict[str, str] = {}  # by node: the name of what its call gave
        self.fed: set[str] = set()  # nodes that sessions feed, which must have names

    def operand(self, ref: str) -> Operand:
        """Return a tensor as an operand of a call."""
        ref = self.nodes.behind(ref)
        key = ref if ":" in ref else f"{ref}:0"
        if key not in self.values and key in self.module.known:
            return Operand(self.module.known[key], is_ranked=True)
        return self.values[key]

    def tensor(self, ref: str) -> Expression:
        """Return the expression of a tensor."""
        return self.operand(ref).expression

    def handle_behind(self, name: str) -> PlanNode | None:
        """Return the node of the Variable whose handle a node gives, if it gives one."""
        node = self.handles[name] if name in self.handles else self.nodes.nodes.get(name)
        return node if node is not None and node.op == "VarHandleOp" else None

    def name_of(self, thing: str) -> str:
        """Return the name of what a node gives."""
        return self.names.of(thing.removeprefix(self.place))
