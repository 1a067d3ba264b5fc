"""SHA-256 of contents. What computes it brings OpenSSL along, and is loaded with the first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash


def sha256(data: bytes = b"") -> _Hash:
    """Return the hash of some bytes, which takes more."""
    import hashlib

    return hashlib.sha256(data)
