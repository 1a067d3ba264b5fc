"""Which blocks of a flat page become pages of their own, from the outside to the inside.

What is on a page is divided as long as it is too much for one. No part needs itself by way of another one: where
scopes do, they are taken apart.
"""

from __future__ import annotations

from app.engine.exchange.flat_page import FlatPage
from app.engine.exchange.levels import Level, Places
from app.engine.exchange.parts import MOST_BLOCKS, MOST_VALUES, Part, lines_of, mark_of
from app.engine.exchange.scopes import Scopes, scopes_of

_READABLE = 40  # blocks of a page that is not divided where it could be


def parted(flat: FlatPage, names: list[str]) -> Part:
    """Return the page as a part, divided, with all parts within."""
    scopes = Scopes()
    scope, tied = scopes_of(flat, names, scopes)
    places = Places(flat, scopes, scope, tied)
    root = Part(flat.page.name, "", list(range(len(flat.blocks))))
    todo = [root]
    while todo:
        part = todo.pop()
        if not part.items:
            taken = 0 if part is root else _taken(flat, part.nodes)
            room, fits = MOST_BLOCKS - taken, len(part.nodes) + taken <= _READABLE
            items = list(part.nodes) if fits else Level(places, part).items(room)
            part.items = sorted(items, key=lambda item: flat.reading[mark_of(item)])
        todo += [item for item in part.items if isinstance(item, Part)]
    return root


def _taken(flat: FlatPage, nodes: list[int]) -> int:
    """Return how many blocks of a page its Arguments and Results may be."""
    values = sum(flat.blocks[node].symbol == "Variable" for node in nodes)
    return sum(map(len, lines_of(flat, nodes))) + (values if values <= MOST_VALUES else 0)
