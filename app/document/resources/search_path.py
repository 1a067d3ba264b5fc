"""Finds the files that texts name, beside the project and in the data folders, and which are missing."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from app.document.model.diagram import Block, Page
from app.document.model.fix import Fix, WritePin
from app.document.model.problems import Problem, warning
from app.document.model.sentence import Sentence, say
from app.document.model.spelling import nearest
from app.document.model.symbols import Symbols
from app.document.resources.lookup import NamedFiles, base_name, is_of_windows, is_path, is_share
from app.document.resources.references import FileText, FileTexts
from blocks.requirement import Actual

_MOST_PLACES = 6  # folders that a message lists
_LIKE = 0.8  # so alike is a name that may stand for another: images.png for image.png, not for labels.png
_MOST_FILES = 5_000  # of a folder among which one of like name is looked for
_user_folders: tuple[Path, ...] = ()


def user_folders() -> tuple[Path, ...]:
    """Return the user's data folders, for all projects that this process opens."""
    return _user_folders


def set_user_folders(folders: Sequence[str | Path]) -> None:
    """Say in which folders files are looked for that are not beside a project (the editor's setting)."""
    global _user_folders
    _user_folders = tuple(Path(folder) for folder in folders)


class Located(NamedTuple):
    """A page whose names of files lead to where these lie, and its texts that name files."""

    page: Page
    texts: list[FileText]


def located(page: Page, catalog: Symbols, folder: Path, data: Sequence[Path] = ()) -> Located:
    """Return the page with the names of files that lie elsewhere led there; the page itself is not changed.

    A name that fits as it stands stays. Else the file is looked for by its base name in ``folder`` (the
    project's), then in the ``data`` folders. Names of files that are written stay.
    """
    texts = list(FileTexts(page, catalog).all())
    found = located_blocks(page, texts, folder, data)
    if not found:
        return Located(page, texts)
    led = replace(page, blocks={**page.blocks, **found})
    return Located(led, list(FileTexts(led, catalog).all()))


def located_blocks(
    page: Page, texts_of_files: Sequence[FileText], folder: Path, data: Sequence[Path]
) -> dict[str, Block]:
    """Return the blocks of which texts are led to where the files lie."""
    if not texts_of_files:
        return {}
    files, written = NamedFiles(folder, data), written_names(texts_of_files)
    texts: dict[str, dict[str, str]] = {}
    for text in texts_of_files:
        names = [name if name in written else _led(name, text, files) for name in text.names]
        if tuple(names) != text.names:
            texts.setdefault(text.block, {})[text.pin] = text.with_names(names)
    blocks = page.blocks
    return {name: replace(blocks[name], pins={**blocks[name].pins, **pins}) for name, pins in texts.items()}


def _led(name: str, text: FileText, files: NamedFiles) -> str:
    if not is_sought(name, text):
        return name
    checkpoint = text.purpose == "checkpoint"
    if files.is_there(name, checkpoint=checkpoint):
        return name
    return files.found(name, checkpoint=checkpoint) or name


def is_sought(name: str, text: FileText) -> bool:
    """Return whether a string names a file that is to be read, as far as that is known without running."""
    if text.purpose == "write" or not name.strip() or "://" in name or "\n" in name:
        return False
    if os.name == "nt" and is_share(name):
        return False  # a look at it would contact another machine
    if any(sign in name for sign in "*?[") and not is_of_windows(name):
        return False  # a pattern
    return text.purpose != "other" or (is_path(name) and is_of_windows(name))


def missing_files(page: Page, catalog: Symbols, folder: Path, data: Sequence[Path] = ()) -> list[Problem]:
    """Return a warning for each name of a file that is in none of the folders, at the pin that it is typed into."""
    return missing_among(list(FileTexts(page, catalog).all()), folder, data)


def written_names(texts: Iterable[FileText]) -> frozenset[str]:
    """Return the names of files that a page writes: what reads them there reads what the run has written."""
    return frozenset(name for text in texts if text.purpose == "write" for name in text.names)


def missing_among(texts: Sequence[FileText], folder: Path, data: Sequence[Path]) -> list[Problem]:
    """Return such warnings for some of a page's texts."""
    if not texts:
        return []
    files, written = NamedFiles(folder, data), written_names(texts)
    found = []
    for text in texts:
        checkpoint = text.purpose == "checkpoint"
        for name in dict.fromkeys(text.names):
            if name in written or not is_sought(name, text) or files.is_there(name, checkpoint=checkpoint):
                continue
            if files.found(name, checkpoint=checkpoint) is None:
                found.append(_missing(text, name, files))
    return found


def _missing(text: FileText, name: str, files: NamedFiles) -> Problem:
    base = base_name(name)
    sentence = say(
        "file.sought",
        what=say("file.the-checkpoint") if text.purpose == "checkpoint" else say("file.the-file"),
        name=name,
        here=None if base == name else say("file.named-here", name=base),
        folders=_sought(files.folders),
    )
    return warning(
        "missing-file",
        sentence,
        text.block,
        text.pin,
        actual=Actual(name=name),
        related=tuple(str(user) for user in text.users),
        fixes=tuple(_reading(text, name, like) for like in _like_files(base, name, files.folders[:1])),
        hint=say("hint.put-file-there", file=base),
    )


def _sought(folders: Sequence[str]) -> Sentence:
    """Return where a file was looked for, the first few folders by name."""
    more = len(folders) - _MOST_PLACES
    shown = tuple(folders[:_MOST_PLACES])
    return say("list.more", shown=shown, count=more) if more > 0 else say("file.folders", folders=shown)


def _reading(text: FileText, name: str, like: str) -> Fix:
    """Return the fix that names a file of like name in the place of one that is missing."""
    new = text.with_names([like if n == name else n for n in text.names])
    return Fix(say("fix.read", file=like), (WritePin(text.block, text.pin, new),), by_hand=True)


def _like_files(base: str, name: str, folders: Sequence[str]) -> list[str]:
    """Return the names of up to two files that are named nearly so, beside where the file was to be."""
    found: dict[str, None] = {}
    for place in dict.fromkeys([Path(name).parent, Path()]):
        for folder in folders:
            try:
                with os.scandir(Path(folder) / place) as entries:
                    names = [e.name for e in itertools.islice(entries, _MOST_FILES) if e.is_file()]
            except (OSError, ValueError):  # no such folder, or a name that none can have
                continue
            found.update(dict.fromkeys((place / like).as_posix() for like in nearest(base, names, 2, _LIKE)))
    return list(found)[:2]
