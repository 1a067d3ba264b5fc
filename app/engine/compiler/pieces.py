"""What each block of a page was lowered to, apart from the others, so that one can be lowered again by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.document.model.problems import Problem
from app.engine.compiler.endpoints import Endpoint
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.op_lowering import OpLowering
from app.engine.compiler.plan import Gradients, PlanNode, PlanVariable, PythonCall
from blocks.op_facts.traits import SWITCHES


class Piece(NamedTuple):
    """What one block was lowered to."""

    nodes: tuple[PlanNode, ...] = ()  # sources first
    outs: tuple[tuple[str, Endpoint], ...] = ()  # by pin
    gradient: Gradients | None = None
    variable: PlanVariable | None = None
    problems: tuple[Problem, ...] = ()
    waits: bool = False  # it cannot be built
    ref_uses: tuple[tuple[str, str], ...] = ()
    reads: tuple[tuple[str, int, str], ...] = ()
    call: PythonCall | None = None

    @property
    def has_references(self) -> bool:
        """Return whether the block uses, reads or gives a reference."""
        return bool(self.ref_uses or self.reads) or any(end.is_ref for _, end in self.outs)

    @property
    def gives(self) -> tuple[tuple[str, Endpoint], ...]:
        """Return the outputs that have values to show: no operations, nothing that is fed."""
        return tuple([(pin, end) for pin, end in self.outs if end.has_value])


NOTHING = Piece()


class _Parts:
    """The parts of one piece while they are gathered."""

    __slots__ = ("nodes", "outs", "problems", "reads", "ref_uses")

    def __init__(self) -> None:
        self.nodes: list[PlanNode] = []
        self.outs: list[tuple[str, Endpoint]] = []
        self.problems: list[Problem] = []
        self.ref_uses: list[tuple[str, str]] = []
        self.reads: list[tuple[str, int, str]] = []


def pieces_of(low: Lowering) -> dict[str, Piece]:
    """Return the pieces of all blocks that were lowered to anything or have problems; to be asked right afterwards."""
    parts: dict[str, _Parts] = {}

    def of(block: str) -> _Parts:
        found = parts.get(block)
        if found is None:
            found = parts[block] = _Parts()
        return found

    for node in low.nodes.values():
        of(node.block).nodes.append(node)
    for (block, pin), end in low.outs.items():
        of(block).outs.append((pin, end))
    for problem in low.problems:
        argument = f"{problem.block}/{problem.pin}"  # of a use, which says it at its pin
        of(argument if argument in low.pins else problem.block or "").problems.append(problem)
    for use in low.ref_uses:
        of(low.nodes[use[0]].block).ref_uses.append(use)
    for read in low.reads:
        of(_block_of(low, read[0])).reads.append(read)
    for block in (*low.gradients, *low.waiting):
        of(block)
    return {
        block: Piece(
            tuple(p.nodes), tuple(p.outs), low.gradients.get(block), low.variables.get(block), tuple(p.problems),
            block in low.waiting, tuple(p.ref_uses), tuple(p.reads), low.python_calls.get(block),
        )
        for block, p in parts.items()
    }  # fmt: skip


def _block_of(low: Lowering, name: str) -> str:
    node = low.nodes.get(name)
    return name if node is None else node.block


def lowered_again(low: OpLowering, block: str) -> Piece:
    """Return what a block is lowered to now, in the light of all others; these stay as they are."""
    nodes: dict[str, PlanNode] = {}
    outs: dict[tuple[str, str], Endpoint] = {}
    apart = low.apart(nodes, outs)
    apart.lower(low.page.blocks[block])
    return Piece(
        tuple(nodes.values()),
        tuple([(pin, end) for (_, pin), end in outs.items()]),
        apart.gradients.get(block),
        apart.variables.get(block),
        tuple(apart.problems),
        block in apart.waiting,
        tuple(apart.ref_uses),
        tuple(apart.reads),
        apart.python_calls.get(block),
    )


def put_piece(low: Lowering, block: str, old: Piece, new: Piece) -> None:
    """Put what a block is lowered to in the place of what it was; where names come, they come last."""
    if [n.name for n in old.nodes] != [n.name for n in new.nodes]:
        for node in old.nodes:
            del low.nodes[node.name]
    for node in new.nodes:
        low.nodes[node.name] = node
    if [pin for pin, _ in old.outs] != [pin for pin, _ in new.outs]:
        for pin, _ in old.outs:
            del low.outs[block, pin]
    for pin, end in new.outs:
        low.outs[block, pin] = end
    if new.gradient is not None:
        low.gradients[block] = new.gradient
    elif old.gradient is not None:
        del low.gradients[block]
    if new.variable is not None:
        low.variables[block] = new.variable
    elif old.variable is not None:
        del low.variables[block]
    if new.call is not None:
        low.python_calls[block] = new.call
    elif old.call is not None:
        del low.python_calls[block]
    (low.waiting.add if new.waits else low.waiting.discard)(block)


def put_in_order(low: Lowering, order: Sequence[str], pieces: Mapping[str, Piece]) -> None:
    """Bring a lowering into the state in which lowering all blocks anew would have left it."""
    those = [(block, pieces[block]) for block in order if block in pieces]
    low.nodes = {node.name: node for _, piece in those for node in piece.nodes}
    low.outs = {(block, pin): end for block, piece in those for pin, end in piece.outs}
    low.sequence = [
        name
        for block, piece in those
        for name in ([block] if piece.gradient is not None else [n.name for n in piece.nodes])
    ]
    low.gradients = {block: p.gradient for block, p in those if p.gradient is not None}
    low.variables = {block: p.variable for block, p in those if p.variable is not None}
    low.python_calls = {block: p.call for block, p in those if p.call is not None}
    low.problems = [problem for _, piece in those for problem in piece.problems]
    low.waiting = {block for block, piece in those if piece.waits}
    low.ref_uses = [use for _, piece in those for use in piece.ref_uses]
    low.reads = [read for _, piece in those for read in piece.reads]
    if low.pins:
        low.place = {block: i for i, block in enumerate(order)}
        low.declared.sort(key=lambda one: low.place[one.key.rpartition(".")[0]])
    low.switches = any(node.op in SWITCHES for node in low.nodes.values())
