"""Opens mutated samples as a stranger might send them: nothing may raise, nothing may hold the window for long.

``python -m tests.trials.hostile_openings --seed 1 --count 1000`` prints each fault with the number of its variant, and
the longest holds of the window's event loop. A variant is made of the seed and its number alone: ``--only 17``.
"""

from __future__ import annotations

import argparse
import copy
import json
import logging
import os
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from app.document.checks.page import check_page
from app.document.editing.document import Document
from app.document.formats.registry import open_project
from app.document.model.sentence import Sentence
from app.document.storage.errors import FileProblem
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.engine.compiler.make_plan import make_plan
from app.engine.ipc.requests import planned_part
from app.messages import error_text, text_of
from blocks.assets import asset
from blocks.catalog import load
from tests.support.broken_archives import BROKEN, sound

GOAL_MS = 100.0
_SETTLE_S = 0.05  # of quiet after which a window counts as having shown all
_MOST_S = 3.0  # that it is waited for it
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


@dataclass
class Report:
    """What was seen: how many variants opened, what went wrong, how long the window was held."""

    opened: int = 0
    refused: int = 0
    plain: float = (
        0.0  # the longest hold in milliseconds of a sample as it ships: a busy machine makes all longer
    )
    faults: list[str] = field(default_factory=list)
    holds: list[tuple[float, float, int, str]] = field(
        default_factory=list
    )  # see ``Window.open``, variant, doing what

    @property
    def longest(self) -> float:
        """Return the longest hold in milliseconds of the window's own work, whatever else the machine does."""
        return max((own for own, *_ in self.holds), default=0.0)


# --- variants -----------------------------------------------------------------------------------------------------


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
    raw = copy.deepcopy(rng.choice(_samples()))
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


def _samples() -> list[dict[str, Any]]:
    if "samples" not in _made:
        _made["samples"] = samples()
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


# --- opening ------------------------------------------------------------------------------------------------------


def open_in_layers(path: Path) -> bool:
    """Open, check, plan, save and send a file; return whether it opened. Raises what none of these may raise."""
    try:
        loaded = open_project(path)
    except FileProblem as fault:
        _words(error_text(fault))
        return False
    for page in loaded.project.pages:
        found = [*loaded.problems.get(page.name, ()), *check_page(page, load(), path.parent)]
        plan = make_plan(page, path.parent)
        msgspec.msgpack.encode((planned_part(page), plan))
        for problem in (*found, *plan.problems):
            assert isinstance(problem.sentence, Sentence)
            _words(text_of(problem))
    saved = dumps(loaded.project)
    assert dumps(loads(saved).project) == saved
    return True


def _words(text: str) -> None:
    assert "unexpected" not in text, text
    assert "pickle" not in text, text


class Window:
    """A window without a screen that opens one file after the other, and how long each holds it."""

    def __init__(self, folder: Path) -> None:
        """Make it; settings lie in ``folder``."""
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        os.environ["TENSORBLOCKS_CONFIG"] = str(folder)
        from PySide6.QtWidgets import QApplication

        from app.editor.application.application import Application
        from app.editor.settings import SettingsStore
        from tests.support.fake_engine import FakeEngine

        known = QApplication.instance()
        self.app = known if isinstance(known, QApplication) else QApplication([])
        self.application = Application(self.app, SettingsStore(), FakeEngine)
        self.window = self.application.new_window()
        self.window.context.ask = lambda *_, **__: "discard"  # type: ignore[method-assign]
        self.window.context.show_message = lambda title, text: _words(text)  # type: ignore[method-assign]
        self.raised: list[str] = []
        self._hook = sys.excepthook
        sys.excepthook = lambda *fault: self.raised.append("".join(traceback.format_exception(*fault)))
        self._log = _Errors(self.raised)
        logging.getLogger("app").addHandler(self._log)

    def open(self, path: Path, holds: Callable[[float, float, str], None]) -> None:
        """Open a file and let the window show it; report what held it: its thread's milliseconds, the clock's, what."""
        holds(*self._timed(lambda: self.window.controllers.files.read(str(path)), keep=True), "reading")
        document = self._last
        if not isinstance(document, Document):
            return
        holds(
            *self._timed(lambda: self.window.controllers.files.show(document, str(path), remember=False)),
            "showing",
        )
        from PySide6.QtCore import QEvent

        end, quiet = time.perf_counter() + _MOST_S, time.perf_counter()
        while time.perf_counter() < min(end, quiet + _SETTLE_S):
            own, clock = self._timed(self.app.processEvents)
            holds(own, clock, "events")
            quiet = time.perf_counter() if own > 2.0 else quiet
            time.sleep(0.002)
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as a running event loop does by itself

    def _timed(self, act: Callable[[], Any], keep: bool = False) -> tuple[float, float]:
        began, own = time.perf_counter(), time.thread_time()
        found = act()
        if keep:
            self._last = found
        return 1000 * (time.thread_time() - own), 1000 * (time.perf_counter() - began)

    def close(self) -> None:
        """Close the window and give the process back its hooks."""
        self.window.close()
        sys.excepthook = self._hook
        logging.getLogger("app").removeHandler(self._log)


class _Errors(logging.Handler):
    """Takes what the program logs as its own fault."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        """Take one."""
        self._found.append(record.getMessage() + (self.format(record) if record.exc_info else ""))


def run(seed: int, numbers: Iterable[int], *, in_window: bool = True, most_s: float = 1e9) -> Report:
    """Open the variants of a seed that bear these numbers, for at most so many seconds."""
    report = Report()
    until = time.perf_counter() + most_s
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        lay_traps(folder)
        window = Window(folder) if in_window else None
        if window is not None:  # the first opening imports and draws what all share
            shipped = Report()
            for act in (lambda *_: None, partial(_note, shipped, 0)):
                window.open(asset("samples", "xor.tblocks"), act)
            report.plain = shipped.longest
        for number in numbers:
            if time.perf_counter() > until:
                break
            path = write_variant(folder, seed, number)
            try:
                opened = open_in_layers(path)
                report.opened += opened
                report.refused += not opened
                if window is not None:
                    window.open(path, partial(_note, report, number))
            except Exception:
                report.faults.append(f"variant {number}:\n{traceback.format_exc()}")
            if window is not None and window.raised:
                report.faults.append(f"variant {number}, in the window:\n{window.raised[0]}")
                window.raised.clear()
            path.unlink()
            report.holds = sorted(report.holds, reverse=True)[:20]
        if window is not None:
            window.close()
    return report


def _note(report: Report, number: int, own: float, clock: float, what: str) -> None:
    report.holds.append((own, clock, number, what))


def main() -> int:
    """Run the trial from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--from", dest="first", type=int, default=0)
    options.add_argument("--seconds", type=float, default=1e9)
    options.add_argument("--only", type=int)
    options.add_argument("--no-window", action="store_true")
    given = options.parse_args()
    numbers = range(given.first, given.count) if given.only is None else [given.only]
    report = run(given.seed, numbers, in_window=not given.no_window, most_s=given.seconds)
    for fault in report.faults:
        print(fault)
    print(f"{report.opened} opened, {report.refused} refused, {len(report.faults)} faults")
    if report.holds:
        print(f"  {report.plain:7.1f} ms for a sample as it ships; the longest of the others:")
    for own, clock, number, what in report.holds[:12]:
        print(f"  {own:7.1f} ms ({clock:.1f} by the clock) {what}, variant {number}")
    return 1 if report.faults or report.longest > GOAL_MS else 0


if __name__ == "__main__":
    sys.exit(main())
