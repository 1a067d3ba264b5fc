"""What is known of a block's attrs while it is resolved, and which pin said so; who says otherwise is at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.document.model.sentence import Sentence, say
from blocks.dtypes import label
from blocks.op_facts.siblings import TAKING_CLASS_NUMBERS
from blocks.requirement import Actual, Requirement, exactly
from blocks.symbol import Op, OpArg, Pin


class KnownAttrs:
    """The attrs of a block's op as its texts, wires and literals make them known, one after the other."""

    def __init__(self, op: Op, fixed: Mapping[str, Any], fault: Callable[..., None]) -> None:
        """Begin with what the symbol fixes; ``fault`` takes the members of a PinFault."""
        self._op, self._fault = op, fault
        self.values: dict[str, Any] = dict(fixed)
        self.said_by: dict[str, str] = {}  # attr -> the pin that fixed it

    def note(self, attr: str, value: Any, pin: str) -> None:
        """Take a pin's word for an attr, whatever was known before."""
        self.values[attr] = value
        self.said_by[attr] = pin

    def take(self, arg: OpArg, pin: Pin, dtypes: Sequence[str]) -> None:
        """Learn from the dtypes of the tensors that a pin brings, or find what contradicts them."""
        if arg.type_list_attr:
            self.set_list(arg, pin, list(dtypes))
            return
        if arg.number_attr:
            self.set_count(arg.number_attr, pin, len(dtypes))
        elif len(dtypes) != 1:
            self._fault(
                "bad-count", pin.name, say("pin.one-tensor", pin=pin.name, count=len(dtypes)),
                requirement=exactly(1), actual=Actual(count=len(dtypes)), hint=say("hint.wire-one-element"),
            )  # fmt: skip
            return
        for dtype in dtypes:
            if arg.type_attr:
                self._set_type(arg.type_attr, pin, dtype)
            elif arg.dtype and dtype != arg.dtype:
                why = say("dtype.only", op=self._op.name, dtype=label(arg.dtype))
                self._conflict(pin, arg.dtype, dtype, why)

    def _set_type(self, attr: str, pin: Pin, dtype: str) -> None:
        known = self.values.get(attr)
        if known is None:
            self.values[attr] = dtype
            self.said_by[attr] = pin.name
        elif known != dtype:
            other = self.said_by.get(attr)
            why = say("dtype.both", other=other or attr, dtype=label(known))
            self._conflict(pin, known, dtype, why, other)

    def _conflict(self, pin: Pin, needed: str, there: str, why: Sentence, other: str | None = None) -> None:
        needs, actual = Requirement(dtypes=labels([needed])), Actual(dtype=label(there))
        self._fault(
            "dtype-conflict", pin.name, say("dtype.conflict", pin=pin.name, actual=actual, needs=needs, why=why),
            requirement=needs, actual=actual, hint=self._instead(pin, there) or say("hint.cast-between"),
            related=(other,) if other and other != pin.name else (),
        )  # fmt: skip

    def _instead(self, pin: Pin, there: str) -> Sentence | None:
        """Return the hint to the op that takes whole numbers where this one takes a probability for each class."""
        sibling = TAKING_CLASS_NUMBERS.get(self._op.name) if pin.arg == "labels" and "INT" in there else None
        return say("hint.class-numbers", block=sibling) if sibling else None

    def set_count(self, attr: str, pin: Pin, count: int) -> None:
        """Learn that a pin has so many tensors."""
        known = self.values.get(attr)
        if known is not None and known != count:
            other = self.said_by.get(attr, attr)
            self._fault(
                "bad-count", pin.name, say("pin.tensor-count", pin=pin.name, count=count, other=other, says=known),
                requirement=exactly(known), actual=Actual(count=count),
            )  # fmt: skip
            return
        self.values[attr] = count
        self.said_by.setdefault(attr, pin.name)

    def set_list(self, arg: OpArg, pin: Pin, dtypes: list[str]) -> None:
        """Learn the dtypes of the tensors of a pin, each of its own."""
        attr = arg.type_list_attr or ""
        known = self.values.get(attr)
        if known is not None and list(known) != dtypes and self.said_by.get(attr) not in (None, pin.name):
            needs = Requirement(dtypes=labels(known), in_order=True)
            actual, other = Actual(dtypes=labels(dtypes)), self.said_by[attr]
            self._fault(
                "dtype-conflict", pin.name,
                say("dtype.list-conflict", pin=pin.name, actual=actual, other=other, needs=needs),
                requirement=needs, actual=actual,
            )  # fmt: skip
            return
        self.values[attr] = dtypes
        self.said_by.setdefault(attr, pin.name)


def labels(dtypes: Iterable[str]) -> tuple[str, ...]:
    """Return NumPy's names of dtypes."""
    return tuple(label(dtype) or dtype for dtype in dtypes)
