"""Checks that the files which a page's texts name are there, without reading them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.document.literals.types import Literal
from app.document.model.diagram import ArrayRef
from app.document.model.fix import by_hand, write
from app.document.model.problems import Problem, error, warning
from app.document.model.sentence import Sentence, say
from app.document.model.spelling import nearest
from app.document.resources.archives import Archives
from app.document.resources.companion_files import CompanionFault, is_refusal
from app.document.resources.near_files import near_files
from blocks.op_facts.side_effects import EFFECTS, Effect, place_at
from blocks.requirement import Actual, Requirement
from blocks.symbol import Pin, Symbol

_MOST_NAMED = 10  # arrays of a file that a problem names
_MOST_FILES = 5_000  # of a folder among which one of like name is looked for


class FileCheck:
    """Looks each file up once. Without a folder (an unsaved project) nothing is checked."""

    def __init__(self, folder: Path | None, archives: Archives) -> None:
        """Resolve relative names against the project's folder; ``archives`` knows the arrays."""
        self.folder = folder
        self._arrays = archives
        self._there: dict[str, bool] = {}
        self._keys: dict[str, frozenset[str] | Sentence] = {}

    @staticmethod
    def named_in(symbol: Symbol, pin: Pin, value: Literal) -> tuple[str, ...]:
        """Return the files that a literal names: the texts of a pin from which the op reads files."""
        place = place_at(symbol, pin)
        if place is None or place.kind != "path" or place.effect is not Effect.READS_FILES:
            return ()
        return tuple(v.decode("utf-8", "surrogateescape") for v in value.values if isinstance(v, bytes))

    @staticmethod
    def named_in_attrs(symbol: Symbol, values: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the files that the values of a symbol's attrs name, from which the op reads."""
        places = EFFECTS[symbol.op].places if symbol.op in EFFECTS else ()
        given = [(p, values.get(p.argument)) for p in places if p.kind == "path"]
        return tuple(v for p, v in given if isinstance(v, str) and p.effect_of(v) is Effect.READS_FILES)

    def file(self, block: str, pin: str, name: str) -> list[Problem]:
        """Return a warning if the file is missing; names with a scheme (``gs://``) are not looked up."""
        if self.folder is None or not name or "://" in name or self._exists(name):
            return []
        near = near_files(name, self.folder)
        hint = say("hint.relative-names", folder=str(self.folder))
        if near:
            hint = say("hint.did-you-mean", names=near)
        sentence = say("file.missing", file=name)
        return [warning("missing-file", sentence, block, pin, actual=Actual(name=name), hint=hint)]

    def array(self, block: str, pin: str, ref: ArrayRef) -> list[Problem]:
        """Return an error if the npz file or the array in it is missing."""
        if self.folder is None:
            return []
        keys = self._keys.get(ref.npz)
        if keys is None:
            keys = self._keys[ref.npz] = self._read_keys(ref.npz)
        if isinstance(keys, Sentence):
            is_refused = is_refusal(keys)
            code = "refused-read" if is_refused else "missing-array"
            hint = say("hint.companion-inside") if is_refused else say("hint.array-beside")
            files = self._archives() if keys.key == "file.missing" else ()
            likes = [ArrayRef(name, ref.key) for name in nearest(ref.npz, files, 2)]
            fixes = tuple(
                by_hand(write(pin, like, say("fix.take-from", file=like.npz), block)) for like in likes
            )
            return [error(code, keys, block, pin, actual=Actual(name=ref.npz), hint=hint, fixes=fixes)]
        if ref.key in keys:
            return []
        return [
            error(
                "missing-array",
                say("array.unknown", file=ref.npz, name=ref.key),
                block,
                pin,
                requirement=Requirement(names=tuple(sorted(keys)[:_MOST_NAMED])),
                actual=Actual(name=ref.key),
                hint=say("hint.name-array"),
                fixes=tuple(
                    by_hand(write(pin, ArrayRef(ref.npz, name), say("fix.take", name=name), block))
                    for name in nearest(ref.key, keys, 2)
                ),
            )
        ]

    def _archives(self) -> Iterator[str]:
        assert self.folder is not None
        return (file.name for file in itertools.islice(self.folder.glob("*.npz"), _MOST_FILES))

    def _exists(self, name: str) -> bool:
        there = self._there.get(name)
        if there is None:
            assert self.folder is not None
            try:
                there = (self.folder / name).exists()
            except (OSError, ValueError):  # a name that no file can have, as one with a NUL or too long
                there = False
            self._there[name] = there
        return there

    def _read_keys(self, npz: str) -> frozenset[str] | Sentence:
        """Return the names of the arrays in a file, or why there are none."""
        try:
            return self._arrays.keys(npz)
        except CompanionFault as fault:
            return fault.sentence
