"""Looks an HDF5 file through before Keras reads it: no values from elsewhere, no filters of others, no objects.

HDF5's own code reads the file's structure here, so this runs in the worker, behind its walls.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import h5py

from app.document.model.sentence import say
from app.engine.exchange.graph import GraphFault, ModelRefused
from app.engine.exchange.keras_archive import MOST_UNPACKED

_MOST_MEMBERS = 1_000_000
_UNTESTED = 1 << 20  # bytes of values that may stand in a file without being written
_TIGHTEST = 200  # beyond that: how many bytes one may stand for
_FILTERS = frozenset((1, 2, 3))  # deflate, shuffle, fletcher32: h5py's own; others load libraries
_MOST_ATTRIBUTE = 64 << 20  # bytes
_MOST_ATTRIBUTES = 5_000  # of one group; to look each of them up takes longer the more there are


class _Member(NamedTuple):
    group: Any  # h5py.Group
    name: str
    path: str


def check_hdf5(path: str) -> None:
    """Raise GraphFault for a file that Keras is not to be given."""
    with explained(), h5py.File(path, "r") as opened:
        size = opened.id.get_filesize()
        total = 0
        _check_attributes(opened, "/")
        for member in _members(opened):
            item = member.group[member.name]
            _check_attributes(item, member.path)
            if isinstance(item, h5py.Dataset):
                total += _check_values(item, member.path, size)
            elif not isinstance(item, h5py.Group):
                raise ModelRefused(say("hdf5.objects", name=member.path))
            if total > MOST_UNPACKED:
                raise GraphFault(say("keras.too-large", size=total >> 20, most=MOST_UNPACKED >> 20))


@contextmanager
def explained() -> Iterator[None]:
    """Put into words what HDF5 and h5py say of a file that is broken; they have many names for it."""
    try:
        yield
    except GraphFault:
        raise
    except MemoryError:
        raise GraphFault(say("keras.beyond-memory")) from None
    except Exception as fault:
        raise GraphFault(say("keras.damaged")) from fault


def _members(opened: Any) -> Iterator[_Member]:
    """Return all that a file holds, each once: a group may be held by several, and by itself."""
    rest, seen, count = [(opened, "")], {_place(opened)}, 0
    while rest:
        group, path = rest.pop()
        for name in group:
            count += 1
            if count > _MOST_MEMBERS:
                raise GraphFault(say("keras.too-many-members", count=count, most=_MOST_MEMBERS))
            named = f"{path}/{name}"
            _check_link(group.get(name, getlink=True), named[:200])
            item = group[name]
            if _place(item) in seen:
                continue
            seen.add(_place(item))
            yield _Member(group, name, named)
            if isinstance(item, h5py.Group):
                rest.append((item, named))


def _check_link(link: Any, path: str) -> None:
    """Raise ModelRefused for what stands elsewhere, in this file or in another."""
    if isinstance(link, h5py.SoftLink):
        raise ModelRefused(say("hdf5.soft-link", name=path, target=link.path[:200]))
    if isinstance(link, h5py.ExternalLink):
        raise ModelRefused(say("hdf5.external-link", name=path, target=str(link.filename)[:200]))


def _place(item: Any) -> int:
    return int(h5py.h5o.get_info(item.id).addr)


def _check_values(values: Any, path: str, size: int) -> int:
    """Return the bytes of an array; raises GraphFault where they are not plain values in the file itself."""
    if values.external:
        raise ModelRefused(say("hdf5.external", name=path, target=str(values.external[0][0])[:200]))
    if values.is_virtual:
        raise ModelRefused(say("hdf5.virtual", name=path))
    if not _is_plain(values.id.get_type()):
        raise ModelRefused(say("hdf5.objects", name=path))
    made = values.id.get_create_plist()
    for number in range(made.get_nfilters()):
        if made.get_filter(number)[0] not in _FILTERS:
            raise ModelRefused(say("hdf5.filter", name=path))
    if values.shape is None:
        return 0
    declared = int(values.nbytes)
    stored = int(values.id.get_storage_size())
    if stored > size or (declared > _UNTESTED and declared > _TIGHTEST * stored):
        raise ModelRefused(say("keras.too-tight", name=path, size=declared >> 20))
    return declared


def _check_attributes(item: Any, path: str) -> None:
    count = h5py.h5a.get_num_attrs(item.id)
    if count > _MOST_ATTRIBUTES:
        raise GraphFault(say("keras.too-many-members", count=count, most=_MOST_ATTRIBUTES))
    for name in item.attrs:
        attribute = item.attrs.get_id(name)
        if not _is_plain(attribute.get_type()):
            raise ModelRefused(say("hdf5.objects", name=f"{path}@{name}"))
        size = attribute.get_space().get_simple_extent_npoints() * attribute.get_type().get_size()
        if size > _MOST_ATTRIBUTE:
            raise GraphFault(say("keras.too-large", size=size >> 20, most=_MOST_ATTRIBUTE >> 20))


def _is_plain(kind: Any) -> bool:
    """Return whether values are numbers or texts: no references, no opaque bytes, no arrays of any length."""
    plain = (h5py.h5t.INTEGER, h5py.h5t.FLOAT, h5py.h5t.STRING, h5py.h5t.ENUM)
    return kind.get_class() in plain
