"""The address of a pin or of an element: ``[use/...]block.pin[index]...``, read and spelled here only."""

from __future__ import annotations

import re

import msgspec

from app.document.model.sentence import Unreadable, say

_ID = r"[A-Za-z0-9][A-Za-z0-9_-]*"
ID = re.compile(rf"{_ID}\Z")
_ADDRESS = re.compile(
    rf"(?P<uses>(?:{_ID}/)*)(?P<block>{_ID})\.(?P<pin>[^\[\]]+)(?P<index>(?:\[[0-9]{{1,18}}\])*)\Z"
)


class Address(msgspec.Struct, frozen=True):
    """A pin of a block, or an element of its value: ``block.pin``, ``block.pin[0][1]``.

    ``uses`` are the blocks to step into before the block is met, the outermost first; none on the page itself.
    """

    block: str
    pin: str
    index: tuple[int, ...] = ()
    uses: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The address of the block: ``use/block``."""
        return "/".join((*self.uses, self.block)) if self.uses else self.block

    def __str__(self) -> str:
        """Return the spelling that ``parse_address`` reads."""
        return f"{self.place}.{self.pin}" + "".join(f"[{i}]" for i in self.index)


def parse_address(text: str) -> Address:
    """Read ``[use/...]block.pin[index]...``; raises Unreadable."""
    found = _ADDRESS.match(text)
    if not found:
        raise Unreadable(say("address.unreadable", text=text))
    index = tuple(int(i) for i in found["index"].replace("[", "").split("]") if i)
    return Address(found["block"], found["pin"], index, tuple(found["uses"].split("/")[:-1]))


def is_within(block: str) -> bool:
    """Return whether an address is that of a block within a use."""
    return "/" in block


def end_of_use(block: str) -> str:
    """Return the pin of a use that an Argument or Result within it stands for: ``use.x`` of ``use/x``."""
    use, _, pin = block.rpartition("/")
    return f"{use}.{pin}"


def split_address(text: str) -> tuple[str, str, str]:
    """Return the blank space before an address, its block with the uses before it, and the rest from the dot on.

    A text that begins with an address is split in the same way, as a condition (``cost.output < 0.01``) does.
    Together the three parts are the text. The block is "" where the text names none.
    """
    head, dot, rest = text.partition(".")
    if not dot:
        return text, "", ""
    block = head.lstrip()
    return head[: len(head) - len(block)], block, dot + rest
