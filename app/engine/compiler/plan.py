"""The plan of a page: what is built and run, in plain data that travels to the worker (no TensorFlow, no NumPy)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from app.document.model.conditions import Condition
from app.document.model.diagram import ArrayRef
from app.document.model.problems import Problem
from app.document.resources.python_blocks import PythonSource
from app.document.resources.python_source import Parameter, Result
from blocks.tensor_spec import TensorSpec


class Constant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A tensor packed for the journey: ``<d`` floats, ``<q`` integers (``<Q`` unsigned), bytes of 0 and 1, or strings.

    Complex numbers are pairs of floats. ``array`` stands for a file beside the project that the worker reads.
    """

    dtype: str  # DT_ name
    shape: tuple[int, ...]
    packed: bytes = b""
    strings: tuple[bytes, ...] = ()
    array: ArrayRef | None = None


class PlanNode(msgspec.Struct, omit_defaults=True, gc=False):
    """One TensorFlow node. ``inputs`` are GraphDef texts: ``node:0``, ``^node`` for a control input."""

    name: str
    op: str
    block: str
    inputs: list[str] = []
    attrs: dict[str, Any] = {}  # by OpDef attr name, in the plain form of blocks.symbol.OpAttr
    value: Constant | None = None  # the value attr of a Const


class FunctionPin(msgspec.Struct, frozen=True, omit_defaults=True):
    """An argument of a function, or a result: ``ref`` is the tensor that it takes."""

    name: str
    dtype: str
    ref: str = ""
    variable: str = ""  # of the handle of a Variable: the dtype of that


class PlanFunction(msgspec.Struct, frozen=True, kw_only=True):
    """A page as the function that a block calls. Its nodes take the arguments as if these were nodes."""

    name: str
    page: str
    block: str  # the address of the block that calls it; the blocks of its nodes have theirs below
    place: str  # that and the pin: what stands before the names of its nodes
    args: tuple[FunctionPin, ...]
    results: tuple[FunctionPin, ...]
    nodes: tuple[PlanNode, ...]
    symbols: dict[str, str]  # of the page's blocks
    device: str = ""  # of the block that calls it, where TensorFlow puts the nodes beside it
    devices: dict[str, str] = {}  # of the blocks of its nodes that have their own


class Gradients(msgspec.Struct, frozen=True, kw_only=True):
    """tf.gradients(ys, xs): element i is the node ``BLOCK/i``. Takes part in the order of nodes as one of them."""

    name: str  # the block's id
    ys: tuple[str, ...]
    xs: tuple[str, ...]


class PythonCall(msgspec.Struct, frozen=True, kw_only=True):
    """The function behind the PyFunc node of a block, which takes its parameters in their order."""

    block: str
    file: str
    function: str
    parameters: tuple[Parameter, ...]
    results: tuple[Result, ...]
    named: bool  # it returns its results as a dict by their names
    has_state: bool = False  # its file holds values that calls may change


class DeclaredShape(msgspec.Struct, frozen=True, kw_only=True):
    """The shape that an Argument of a page declares of what a use brings; the output ``key`` has the use's."""

    key: str
    use: str
    pin: str
    shape: tuple[int, ...]  # -1: any size


class PlanVariable(msgspec.Struct, frozen=True, kw_only=True):
    """How a Variable starts: from a value, from zeros, from a wired tensor, or not at all."""

    block: str
    dtype: str
    shape: tuple[int, ...] | None  # None: unknown; -1: unknown size
    start: Literal["value", "zeros", "wired", "none"]
    value: Constant | None = None
    source: str | None = None  # the tensor of a wired start


class Fetch(msgspec.Struct, frozen=True, gc=False):
    """One output pin that a step shows. Several refs where the output is a list."""

    key: str  # "block.pin"
    refs: tuple[str, ...]
    dtypes: tuple[str, ...]
    is_list: bool = False
    dead: bool = False  # may have no value in a step (behind a Switch)
    handle: bool = False  # a resource or reference handle: nothing to show
    has_rounds: bool = False  # of an output inside of a loop: one value a round, along the first dimension
    unset: str | None = None  # the Variable block that may still be uninitialised when this is read
    element: tuple[TensorSpec, ...] | None = None  # what the elements of a dataset or iterator are


class PlanSession(msgspec.Struct, frozen=True, kw_only=True):
    """One ClientSession: one Run per step, or with ``once`` one Run before those of the first step."""

    block: str
    targets: tuple[str, ...]  # nodes that run even when nothing is shown
    fetches: tuple[Fetch, ...]
    feeds: tuple[tuple[str, Constant], ...] = ()
    closed_gates: tuple[str, ...] = ()  # gates that it feeds: order edges from nodes that it does not run
    shown_gates: tuple[tuple[str, str], ...] = ()  # (gate, Variable or ""): fed in steps that do not show it
    once: bool = False
    takes_data: bool = False  # it takes elements of a dataset, whose end ends the run


class Watched(msgspec.Struct, frozen=True):
    """An element to read after every step. ``key`` is its pin among the results (``block.pin``)."""

    text: str  # as the user wrote it
    key: str
    index: tuple[int, ...] = ()
    has_rounds: bool = False  # of an output inside of a loop: the index is within each round
    lenient: bool = False  # what is no number is a row without a value, not the end of the run (for monitors)
    condition: str | None = None  # of the page, of which it is the pin


class Monitored(msgspec.Struct, frozen=True):
    """A part of a tensor that a monitor shows; the key is that of the tensor, an element of a list with its place."""

    monitor: str
    text: str  # as the user wrote it
    key: str
    index: tuple[int, ...]


class Until(msgspec.Struct, frozen=True):
    """The condition that ends a run, and where its value is read."""

    watched: Watched
    condition: Condition


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the worker needs to build and run a page, and every problem found on the way.

    The nodes are the compiler's own until the plan is made; nothing changes them afterwards.
    """

    page: str
    nodes: tuple[PlanNode, ...] = ()
    gradients: tuple[Gradients, ...] = ()
    functions: tuple[PlanFunction, ...] = ()  # those that others call first
    variables: tuple[PlanVariable, ...] = ()
    sessions: tuple[PlanSession, ...] = ()
    problems: tuple[Problem, ...] = ()
    stops: bool = False  # an error stands upstream of a session (or nothing is to run): do not run
    outputs: dict[str, Fetch] = {}  # every output pin whose dtype is known, for types and fetches
    may_wait: tuple[str, ...] = ()  # blocks whose op may wait for another one
    looped: tuple[str, ...] = ()  # nodes that run once per round of a loop
    device: str = ""
    devices: dict[
        str, str
    ] = {}  # of blocks that have one of their own, or the one of a use that they stand in
    seed: int | None = None
    used_blocks: tuple[str, ...] = ()  # blocks that a session runs, sources first
    symbols: dict[str, str] = {}  # symbol of each used block; of all with ``everything``
    unfed: tuple[
        str, ...
    ] = ()  # Arguments that a session needs and for which there is no value: no run, but no fault
    unbuilt: tuple[str, ...] = ()  # blocks that no node stands for, for a fault of theirs or one before them
    watched: tuple[Watched, ...] = ()  # elements to read after every step
    until: Until | None = None  # the page's condition to end a run
    monitored: tuple[Monitored, ...] = ()
    unshown: tuple[str, ...] = ()  # results that are fetched for the guard only
    guard: bool | tuple[str, ...] = False  # the page's NaN guard: of these results, or of all floats
    declared: tuple[DeclaredShape, ...] = ()  # of Arguments that say one
    python_calls: tuple[PythonCall, ...] = ()  # of the PyFunc nodes
    python_sources: tuple[
        PythonSource, ...
    ] = ()  # the texts of the functions' files, and of local ones they import
    shared: dict[str, Constant] = {}  # numbers by tensor, fed to all that runs: see ``run_values``

    def device_of(self, block: str) -> str:
        """Return the device on which a block runs, with all that is made of it; "" where TensorFlow chooses."""
        return self.devices.get(block, self.device)

    @property
    def device_settings(self) -> dict[str, str]:
        """Return the devices by the blocks at which they are set: at a use, not at all that lies there by that."""
        found = {**self.devices, **{b: d for f in self.functions for b, d in f.devices.items()}}
        return {b: d for b, d in found.items() if found.get(b.rpartition("/")[0]) != d}

    @property
    def all_nodes(self) -> tuple[PlanNode, ...]:
        """Return the nodes of the page and of the functions that it calls; no two bear one name."""
        if not self.functions:
            return self.nodes
        return (*self.nodes, *[node for function in self.functions for node in function.nodes])

    @property
    def all_symbols(self) -> dict[str, str]:
        """Return the symbols by block, with those of the blocks inside functions by their addresses."""
        if not self.functions:
            return self.symbols
        inner = {f"{f.block}/{name}": symbol for f in self.functions for name, symbol in f.symbols.items()}
        return {**inner, **self.symbols}

    @property
    def types(self) -> dict[str, str]:
        """Return the DT_ name of each single output pin, by ``block.pin``."""
        return {key: f.dtypes[0] for key, f in self.outputs.items() if f.dtypes and not f.is_list}
