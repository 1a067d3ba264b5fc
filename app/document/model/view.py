"""How pages, blocks and notes are shown: what the file's ``view`` keys hold. No value of a run depends on any of it."""

from __future__ import annotations

from typing import Any

import msgspec


class PageView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a page shows of its blocks, unless a block says otherwise.

    ``compact`` leaves out the rows that are not used, ``chips`` shows the typed texts in the rows, ``results`` what
    the last run gave. ``wide`` gives the blocks the width that their texts need; else it is that of their symbol.
    ``color`` and ``icon`` are those of the blocks that stand for the page, unless one has its own.
    """

    compact: bool = False
    chips: bool = True
    results: bool = False
    wide: bool = False
    color: str | None = None
    icon: str | None = None
    extra: dict[str, Any] = {}


class BlockView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How one block is shown. None leaves it to the page, to the kind of block.

    ``collapsed`` shows its title only. ``rows`` is "all" or "used", ``result`` whether the last run's value is shown,
    ``wide`` as the page's, ``color`` its header's (``#rrggbb``), ``icon`` the name of a picture in it.
    """

    collapsed: bool = False
    rows: str | None = None
    result: bool | None = None
    wide: bool | None = None
    color: str | None = None
    icon: str | None = None
    extra: dict[str, Any] = {}


class NoteView(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a frame or note is shown: ``collapsed`` to its title, in a ``color`` of its own (``#rrggbb``)."""

    collapsed: bool = False
    color: str | None = None
    extra: dict[str, Any] = {}


View = PageView | BlockView | NoteView
ALL_ROWS, USED_ROWS = "all", "used"  # what ``rows`` of a block's view says


def members_of(view: View) -> dict[str, Any]:
    """Return what the file holds of a view: the members that differ from their defaults, unknown ones after them."""
    usual = type(view)()
    own = {
        name: getattr(view, name)
        for name in view.__struct_fields__
        if name != "extra" and getattr(view, name) != getattr(usual, name)
    }
    return own | view.extra
