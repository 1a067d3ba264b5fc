"""Writes mistakes as pages of projects, and compares what is said of them with what they expect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.blind_mistakes.row import Mistake


def projects(mistakes: Iterable[Mistake], folder: Path) -> Iterator[tuple[Path, list[Mistake]]]:
    """Write the mistakes as pages of as few projects as their files allow; yield each with its mistakes."""
    groups: list[tuple[dict[str, bytes], list[Mistake]]] = []
    for mistake in mistakes:
        for files, group in groups:
            if all(files.get(name, content) == content for name, content in mistake.files.items()):
                files.update(mistake.files)
                group.append(mistake)
                break
        else:
            groups.append((dict(mistake.files), [mistake]))
    for number, (files, group) in enumerate(groups):
        place = folder / str(number)
        place.mkdir()
        for name, content in files.items():
            (place / name).write_bytes(content)
        functions = {name: page for m in group for name, page in m.beside.items()}
        pages = [_page(m.name, m.blocks, m.wires) | {"run": {"steps": m.steps}} for m in group]
        pages += [_page(name, *page) for name, page in functions.items()]
        tree = {"format": "tensorblocks", "version": 2 if functions else 1, "pages": pages}
        (place / "page.tblocks").write_text(json.dumps(tree), encoding="utf-8")
        yield place / "page.tblocks", group


def _page(name: str, blocks: Mapping[str, Any], wires: str) -> dict[str, Any]:
    listed = []
    for at, (block, what) in enumerate(blocks.items()):
        symbol, pins = (what, {}) if isinstance(what, str) else what
        listed.append({"id": block, "symbol": symbol, "at": [160 * at, 80], "pins": dict(pins)})
    ends = [line.split(" -> ") for line in wires.splitlines() if line]
    return {"name": name, "blocks": listed, "wires": ends}


def missed(mistake: Mistake, problems: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what is not said as it should be: block, pin, what it takes, what it got; empty where all is."""
    first = next((p for p in problems if p["severity"] == "error"), problems[0] if problems else None)
    if first is None:
        return ["no problem"]
    found = []
    here = f"{first['block']}.{first['pin'] or ''}"
    if first["block"] not in {place.split(".")[0] for place in mistake.at}:
        found.append(f"block {first['block']}, not {mistake.at}")
    elif here not in mistake.at:
        found.append(f"pin {here}, not {mistake.at}")
    found += [f"takes {first['wanted']!r}, not {w!r}" for w in mistake.takes if not _says(w, first["wanted"])]
    found += [f"got {first['actual']!r}, not {w!r}" for w in mistake.got if not _says(w, first["actual"])]
    text = f"{first['message']} {first['hint'] or ''}"
    found += [f"says {text!r}, not {w!r}" for w in mistake.hint if not _says(w, text)]
    found += [
        f"names {first['related']}, not {ref!r}" for ref in mistake.related if ref not in first["related"]
    ]
    return [*found, first["message"]] if found else []


def _says(words: str, text: str | None) -> bool:
    """Return whether a text says one of the words between slashes; numbers count as wholes."""
    said = (text or "").lower()
    for word in words.lower().split("/"):
        is_number = re.fullmatch(r"-?\d+(\.\d+)?", word)
        if re.search(rf"(?<![\d.-]){re.escape(word)}(?!\d|\.\d)", said) if is_number else word in said:
            return True
    return False
