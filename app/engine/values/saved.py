"""Reads the results that lie beside a project (``Page.results``): a cache, so it is small or it is not read."""

from __future__ import annotations

import os
import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping

from app.document.model.sentence import say
from app.engine.values.results import ListValue, TensorValue, Value
from app.engine.values.snapshots import SnapshotError, read_snapshot

_ELEMENT = re.compile(r"(.+)\[(\d+)\]\Z")
_MOST_BYTES = 1 << 30  # of all arrays, unpacked


def read_results(path: str | os.PathLike[str]) -> Mapping[str, Value]:
    """Return the values by ``block.pin``, elements of a list joined; raises SnapshotError."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (OSError, ValueError, zipfile.BadZipFile) as fault:
        raise SnapshotError(say("snapshot.unopenable", file=str(path), why=str(fault))) from fault
    if size > _MOST_BYTES:
        raise SnapshotError(say("snapshot.too-large", file=str(path), size=size >> 20))
    try:
        return _joined(read_snapshot(path))
    except MemoryError:
        raise SnapshotError(say("snapshot.beyond-memory", file=str(path))) from None


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
