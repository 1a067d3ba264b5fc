"""``tensorblocks blocks``: searches the catalog, or describes one block."""

from __future__ import annotations

import argparse
import json
import sys

from app.cli.exits import DONE
from app.document.model.spelling import nearest
from blocks.catalog import Catalog, load
from blocks.describe import describe, describe_text, first_sentence

_WITH_HELP = 60  # up to so many found blocks are listed with the first sentence of their help
_SENTENCE = 70  # characters
_NAME = 32  # characters; longer names push the rest of their line to the right


def blocks(options: argparse.Namespace) -> int:
    """Print the blocks that ``options.words`` find; one exact name prints all that is known of it."""
    catalog = load()
    words = " ".join(options.words)
    exact = catalog.get(words) if words else None
    names = [exact.name] if exact else catalog.search(words)
    if options.json:
        found = [symbol for name in names if (symbol := catalog.get(name)) is not None]
        print(json.dumps({"blocks": [describe(symbol, catalog) for symbol in found]}, ensure_ascii=False))
    elif exact:
        print(describe_text(exact, catalog), end="")
    else:
        _print_list(names, catalog)
    if not names:
        near = nearest(words, catalog.names(), 3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        print(f"no block fits {words!r}{hint}", file=sys.stderr)
    return DONE


def _print_list(names: list[str], catalog: Catalog) -> None:
    """Print one line per block, those that no page can run last; a short list says what each does."""
    symbols = [symbol for name in names if (symbol := catalog.get(name)) is not None]
    wide = min(_NAME, max((len(symbol.name) for symbol in symbols), default=0))
    for symbol in sorted(symbols, key=lambda s: s.unavailable is not None):
        line = f"{symbol.name.ljust(wide)}  {symbol.category.ljust(16)}"
        if symbol.unavailable:
            line += "  (not available)"
        elif len(symbols) <= _WITH_HELP:
            line += f"  {first_sentence(catalog.help(symbol.name), _SENTENCE)}"
        print(line.rstrip())
