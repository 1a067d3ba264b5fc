"""What the output pins of lowered blocks give: tensors, ops, values of the client."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from app.engine.compiler.elements import Element, Given
from app.engine.compiler.held_dtypes import Held
from app.engine.compiler.plan import Constant, PlanNode

NO_REFERENCES: frozenset[str] = frozenset()


class Endpoint(msgspec.Struct, frozen=True, gc=False):
    """What an output pin gives: the tensors' names and dtypes, or the names of ops (no dtypes)."""

    refs: tuple[str, ...]
    dtypes: tuple[str, ...] = ()
    is_ref: bool = False
    is_list: bool = False
    is_operation: bool = False
    client: Constant | None = None  # a client-side value (Tensor, Input_Initializer)
    feed: tuple[str, Constant] | None = None  # FeedType: the tensor and its value
    element: Element | None = (
        None  # what the elements of a dataset or iterator are, or the tensors of such an element
    )
    held: Held = ()  # the dtypes of what a handle holds, by name
    is_passed: bool = False  # by a Result: no output of its own
    has_rounds: bool = (
        False  # of an output inside of a loop: one value for each round, along the first dimension
    )
    references: frozenset[str] = NO_REFERENCES  # of a list with values those that are references

    @property
    def has_value(self) -> bool:
        """Return whether it is an output of the page, with a value to show."""
        return not self.is_operation and self.feed is None and not self.is_passed

    @property
    def is_plain(self) -> bool:
        """Return whether its value is shown as it comes, if it is of no handle."""
        return not (self.is_operation or self.has_rounds or self.is_passed) and self.feed is None

    def is_reference(self, ref: str) -> bool:
        """Return whether one of its tensors is the reference of a Variable."""
        return self.is_ref or ref in self.references


def given_by(end: Endpoint, nodes: Mapping[str, PlanNode]) -> list[Given]:
    """Return what is known of each tensor of an endpoint; ``nodes`` are those that were lowered."""
    found = []
    parts = end.element if end.is_list and len(end.element or ()) == len(end.refs) else None
    for i, (ref, dtype) in enumerate(zip(end.refs, end.dtypes, strict=False)):
        node = nodes.get(ref.removesuffix(":0"))
        value = None if node is None or node.op != "Const" else node.value
        is_ref = end.is_reference(ref)
        if parts is not None:
            found.append(Given(dtype, parts[i].shape, None, parts[i].element, is_ref))
        else:
            found.append(Given(dtype, None if value is None else value.shape, value, end.element, is_ref))
    return found
