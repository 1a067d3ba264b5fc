"""The seeds of random blocks: what a page with a seed gives to those that have none of their own."""

from __future__ import annotations

from zlib import crc32


def second_seed(address: str) -> int:
    """Return the second seed of a random block: of its address alone, so that no other block changes its numbers."""
    return crc32(address.encode()) or 1
