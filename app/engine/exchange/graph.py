"""What a model file holds, as plain data: nodes, functions, signatures, and the values of its Variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
import numpy as np

from app.document.model.sentence import Explained

Array = np.ndarray[Any, Any]


class Tensor(NamedTuple):
    """A tensor's value. ``dtype`` is a DT_ name; strings are bytes in an array of objects."""

    dtype: str
    array: Array


class Func(NamedTuple):
    """An attr that names a function of the file."""

    name: str


class Node(msgspec.Struct, gc=False):
    """One node as the file has it: inputs as written there, attrs in plain form.

    A type is its DT_ name, a string attr bytes, a shape a tuple (None: of unknown rank), a list a list.
    """

    name: str
    op: str
    inputs: list[str]
    attrs: dict[str, Any]
    device: str = ""


class Function(msgspec.Struct):
    """A function of the file. ``returns`` says by result which inner tensor it gives, ``controls`` what it runs."""

    name: str
    args: list[tuple[str, str]]  # name and dtype
    results: list[tuple[str, str]]
    nodes: dict[str, Node]
    returns: dict[str, str]
    controls: list[str]


class Signature(msgspec.Struct):
    """A way to call the model: tensors of the graph by the names that its maker gave them, and what runs as well."""

    name: str
    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}
    runs: list[str] = []


class ModelGraph(msgspec.Struct):
    """One graph of a model file."""

    nodes: dict[str, Node]
    functions: Mapping[str, Function]
    producer: int = 0  # the version of GraphDef that wrote it
    tensorflow: str = ""  # the version of TensorFlow that wrote it, where the file says so
    signatures: list[Signature] = []
    values: Mapping[str, Tensor] = {}  # of Variables, by node
    tables: dict[str, str] = {}  # that a checkpoint fills: nodes by the entry of their keys
    starts: Mapping[str, str] = {}  # by Variable's node the tensor of its initial value
    assets: Mapping[str, str] = {}  # names of files by the tensor that stands for them
    setup: list[str] = []  # what is run once: tables, iterators
    fills: list[str] = []  # what fills queues, once a step
    trains: list[str] = []  # what a step of training runs
    passed: frozenset[str] = (
        frozenset()
    )  # nodes that save, restore or initialise, which are no ends of the graph
    has_checkpoint: bool = False


class GraphFault(Explained, ValueError):
    """The graph cannot become a page; the sentence says why. ``code`` is that of the problem."""

    code = "bad-file"


class ModelRefused(GraphFault):
    """A model file holds or names what could run code, or leads to another file; no library is given it."""

    code = "refused-model"


def node_of(tensor: str) -> str:
    """Return the node that gives a tensor (``a:1``) or is waited for (``^a``)."""
    return tensor.removeprefix("^").partition(":")[0]
