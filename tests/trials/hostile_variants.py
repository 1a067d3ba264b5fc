"""Variants of the samples as a stranger might send them: mutated, damaged, and beside files that are traps."""

from __future__ import annotations

import copy
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from blocks.assets import asset
from tests.support.broken_archives import BROKEN, sound

_COMPANION = "companion.npz"
TEXTS = (
    "", " ", "\0", "\n", "a\nb", "<img src='/dev/zero'>", "<b>x</b>", "&lt;x", "&", "%s{0}{x!r}", "{",
    "{{{{", "}", '"', "\\", "\\\\",
    "é", "\u202egnp.exe", "\U0001f600" * 50, "a" * 999, "a" * 5000, "w " * 30000, "1" * 100_000, "{" * 5000,
    "{1," * 3000,
    "nan", "inf", "-inf", "1e400", "-1", "0", "9" * 400, "0x10", "1e-400", "true", "null", "DT_FLOAT",
    "DT_STRING", "DT_RESOURCE",
    "[-1]", "[99999999999]", "[1][2][3]", "?", "channels_ = ;", "=;=;", ";" * 500, "a=1;" * 500,
    "../../etc/passwd", "/dev/zero",
    "\\\\server\\share\\x", "C:\\x", "file:///etc/passwd", "gs://x/y", "con", "a/" * 3000, "input",
    "a.output", "a.output[0]",
    "a.output < 1", "a.output <", "Const", "Variable", "ClientSession", "page:x", "library:a/b",
    "python:a.py:f", "[*]", "__init__",
)  # fmt: skip
NUMBERS: tuple[Any, ...] = (
    0, -1, 1, 2**31, 2**53, 2**63, 2**64, -(2**63) - 1, 10**26, -(10**30), 1e9, -1e9, 1e308, -1e308,
    1e-308, 0.5, 1e6, -1e6, 99999,
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[]],
    [None],
    {"": None},
    [[[[1]]]],
    {"npz": "x.npz", "key": "w"},
)
NAMES = (
    "/dev/zero", "/dev/stdin", "../w.npz", "\\\\server\\share\\w.npz", "C:\\w.npz", "", "\0", "a" * 300,
    "a/" * 2000, ".", "..",
    "pipe.npz", "zero.npz", "folder.npz", "away.npz", "missing.npz", "sub/../" + _COMPANION, "~/x.npz",
    "file:///x.npz", _COMPANION,
)  # fmt: skip

Spot = tuple[Any, Any]  # a dict or list, and the key or index in it


def samples() -> list[dict[str, Any]]:
    """Return the samples that ship, as JSON, each with notes, monitors, snapshots and results to mutate."""
    found = []
    for path in sorted(asset("samples").glob("*.tblocks")):
        raw = json.loads(path.read_text(encoding="utf-8"))
        for page in raw["pages"]:
            first = page["blocks"][0]["id"]
            note = {"id": "zz1", "kind": "shape", "at": [0, 0], "text": "t", "style": {"size": 12}}
            page.setdefault("notes", []).append(note)
            kinds = ("number", "table", "curve", "picture", "histogram", "text", "control")
            page.setdefault("monitors", []).extend(
                {
                    "id": f"zz{kind}",
                    "kind": kind,
                    "pins": [f"{first}.output"],
                    "at": [0, 99],
                    "options": {"title": "t"},
                }
                for kind in kinds
            )
            page.setdefault("snapshots", {})["s"] = {"npz": _COMPANION, "step": 3}
            page.setdefault("results", {"npz": _COMPANION})
        found.append(raw)
    return found


def spots(value: Any) -> Iterator[Spot]:
    """Yield every place within a JSON value."""
    todo = [value]
    while todo:
        inside = todo.pop()
        members = list(inside.items() if isinstance(inside, dict) else enumerate(inside))
        for key, member in members:
            yield inside, key
            if isinstance(member, (dict, list)):
                todo.append(member)


def mutate(raw: dict[str, Any], rng: random.Random) -> None:
    """Change one place."""
    places = list(spots(raw))
    if not places:  # nothing is left of it
        return
    leaves = [spot for spot in places if not isinstance(spot[0][spot[1]], (dict, list))]
    inside, key = rng.choice(
        leaves if leaves and rng.random() < 0.8 else places
    )  # others mostly end the reading
    old = inside[key]
    kind = rng.randrange(8)
    if kind <= 2:  # another value of the same kind, mostly
        inside[key] = _like(old, rng)
    elif kind == 3:
        inside[key] = rng.choice((rng.choice(TEXTS), rng.choice(NUMBERS), copy.deepcopy(rng.choice(VALUES))))
    elif kind == 4 and isinstance(inside, dict):
        inside[rng.choice(TEXTS)[:3000]] = inside.pop(key)
    elif kind == 5:
        del inside[key]
    elif kind == 6 and isinstance(inside, list):
        inside.extend(copy.deepcopy(old) for _ in range(rng.choice((1, 2, 50))))
    elif kind == 7:
        other, name = rng.choice(places)
        with_other = copy.deepcopy(other[name]) if _has(other, name) else None
        if _depth(with_other) < 20:
            inside[key] = with_other


def _like(old: Any, rng: random.Random) -> Any:
    if isinstance(old, bool):
        return not old
    if isinstance(old, (int, float)):
        return rng.choice(NUMBERS)
    if isinstance(old, str):
        text = rng.choice(TEXTS)
        return rng.choice((text, old + text, old[: len(old) // 2], old.upper()))
    return copy.deepcopy(rng.choice(VALUES))


def _has(inside: Any, key: Any) -> bool:
    return key in inside if isinstance(inside, dict) else isinstance(key, int) and key < len(inside)


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            m
            for v in level
            if isinstance(v, (dict, list))
            for m in (v.values() if isinstance(v, dict) else v)
        ]
    return depth


def name_companions(raw: dict[str, Any], rng: random.Random) -> None:
    """Let pins, snapshots and results name files of odd names, and arrays that are there or not."""
    for page in raw.get("pages", ()) if isinstance(raw.get("pages"), list) else ():
        if not isinstance(page, dict):
            continue
        for block in page["blocks"] if isinstance(page.get("blocks"), list) else ():
            pins = block.get("pins") if isinstance(block, dict) else None
            if isinstance(pins, dict) and pins and rng.random() < 0.2:
                key = rng.choice(("w", "v", "", "../w", "w" * 2000))
                pins[rng.choice(list(pins))] = {"npz": rng.choice(NAMES), "key": key}
        page["results"] = {"npz": rng.choice(NAMES)}
        page["snapshots"] = {"s": {"npz": rng.choice(NAMES), "step": rng.choice(NUMBERS)}}


def write_variant(folder: Path, seed: int, number: int) -> Path:
    """Write a variant and what lies beside it; return the file."""
    rng = random.Random(f"{seed}/{number}")
    raw = json.loads(rng.choice(_samples()))
    if rng.random() < 0.4:
        name_companions(raw, rng)
    for _ in range(rng.choice((0, 1, 1, 2, 3, 8))):
        mutate(raw, rng)
    data = json.dumps(raw, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    if rng.random() < 0.15:
        data = _damaged(data, rng)
    path = folder / f"v{number}.tblocks"
    path.write_bytes(data)
    way = rng.choice(list(BROKEN) + ["sound"] * 5)
    (folder / _COMPANION).write_bytes(sound() if way == "sound" else _archive(way))
    return path


def _damaged(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    kind = rng.randrange(4)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + bytes((rng.randrange(256),)) + data[at + 1 :]
    if kind == 2:
        return (
            data[:at]
            + rng.choice((b"\0", b"1e999", b"[" * 500, b'{"a":' * 500, b"\xff\xfe", b"NaN"))
            + data[at:]
        )
    other = rng.randrange(len(data))
    return data[:at] + data[other:]


_made: dict[str, Any] = {}


def _samples() -> list[str]:
    if "samples" not in _made:
        _made["samples"] = [json.dumps(sample) for sample in samples()]
    return _made["samples"]  # type: ignore[no-any-return]


def _archive(way: str) -> bytes:
    if way not in _made:
        _made[way] = BROKEN[way][0]()
    return _made[way]  # type: ignore[no-any-return]


def lay_traps(folder: Path) -> None:
    """Put beside the variants what must never be opened or read."""
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.npz")
        (folder / "zero.npz").symlink_to("/dev/zero")
        (folder / "away.npz").symlink_to("/etc/passwd")
    (folder / "folder.npz").mkdir()
    (folder / "sub").mkdir()
