"""Judges what is said of a page with one wrong input or attr: where, what it takes and got, raw words, fixes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from blocks.symbol import Symbol

_RAW = re.compile(
    r"\{\{node|Expected .* but got|\[\?\]|\b\d+-th\b|\binput \d\b|In\[\d\]|std::|\bu?int\d+_t\b|tensorflow::|"
    r"Tensor<|\bndims\b|\bdim_size\b|\.dims\(\)|->|!=|\bvs\.|\bFailed to\b|INVALID_ARGUMENT|\bop: "
)
_PHRASE = 5  # words in a row of TensorFlow's message that are passed on


def faults(
    symbol: Symbol, wrong: str, said: Mapping[str, Any], fixed: Iterable[tuple[str, Mapping[str, Any]]] = ()
) -> list[str]:
    """Return what is bad about what is said of a wrong page; empty where nothing is, or where it ran.

    ``wrong`` is the argument or attr at fault; ``fixed`` are the titles of fixes, with what is said after each.
    """
    first = next((p for p in said["problems"] if p["severity"] == "error"), None)
    if first is None:
        return []
    found = []
    if first["block"] != "c":
        found.append("block")
    if first["pin"] is None:
        found.append("no pin")
    if first["wanted"] is None:
        found.append("takes nothing")
    elif first["wanted"] == "another value":
        found.append("another value")
    elif not _says(f"{first['message']} {first['hint']}", first["wanted"]):
        found.append("says not what it takes")
    if first["actual"] is None:
        found.append("got nothing")
    own = next((p.name for p in symbol.inputs if wrong in (p.arg, p.attr)), "attrs")
    if first["pin"] not in (None, own):
        found.append(f"{'other' if _names(first, own, wrong) else 'wrong'} pin {first['pin']}")
    raw = _RAW.search(" | ".join(str(first[k]) for k in ("message", "wanted", "actual")))
    if raw:
        found.append(f"raw {raw[0]!r}")
    if _passed_on(first["message"], first.get("detail") or ""):
        found.append("TensorFlow's words")
    for title, after in fixed:
        left = next((p for p in after["problems"] if p["severity"] == "error"), None)
        if left is not None:
            found.append(f"fix {title!r} leads to {left['pin']}: {left['message']}")
    return found


def _says(text: str, needs: str) -> bool:
    """Return whether a text has what is required: as it is, or half of its words and numbers."""
    words = re.findall(r"\w+", needs)
    return needs in text or 2 * sum(re.search(rf"\b{w}\b", text) is not None for w in words) >= len(words)


def _names(problem: Mapping[str, Any], pin: str, wrong: str) -> bool:
    """Return whether a problem that blames another pin names this one, too."""
    text = f"{problem['message']} {' '.join(problem['related'])}"
    return re.search(rf"(?<!\w)({re.escape(pin)}|{re.escape(wrong)}_?)(?!\w)", text) is not None


def _passed_on(message: str, detail: str) -> bool:
    """Return whether a message has some words in a row of TensorFlow's own."""
    words = re.findall(r"\w+", detail.split("\n\t [[", 1)[0].lower())
    own = " ".join(re.findall(r"\w+", message.lower()))
    rows = (" ".join(words[i : i + _PHRASE]) for i in range(len(words) - _PHRASE + 1))
    return any(row in own and not row.replace(" ", "").isdigit() for row in rows)
