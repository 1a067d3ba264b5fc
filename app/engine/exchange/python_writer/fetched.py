"""How the tensors of a result are called."""

from __future__ import annotations

from app.engine.compiler.plan import Fetch


def keys_of(fetch: Fetch) -> list[str]:
    """Return the name of each tensor of a result."""
    return [f"{fetch.key}[{i}]" for i in range(len(fetch.refs))] if fetch.is_list else [fetch.key]
