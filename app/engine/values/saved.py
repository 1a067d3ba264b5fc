"""Reads the results that lie beside a project (``Page.results``): a cache, so it is small or it is not read."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Mapping

from app.engine.values.results import ListValue, TensorValue, Value
from app.engine.values.snapshots import read_snapshot

_ELEMENT = re.compile(r"(.+)\[(\d+)\]\Z")
_MOST_BYTES = 1 << 30  # of all arrays, unpacked; beyond that nothing is read just for showing


def read_results(path: str | os.PathLike[str]) -> Mapping[str, Value]:
    """Return the values by ``block.pin``, elements of a list joined; raises SnapshotError."""
    return _joined(read_snapshot(path, _MOST_BYTES))


def _joined(found: Mapping[str, TensorValue]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    lists: dict[str, dict[int, TensorValue]] = defaultdict(dict)
    for key, value in found.items():
        element = _ELEMENT.match(key)
        if element is None:
            values[key] = value
        else:
            lists[element[1]][int(element[2])] = value
    for key, items in lists.items():
        values[key] = ListValue(tuple(items[i] for i in sorted(items)))
    return values
