"""The files beside a project that go with it, or with blocks of it, to another folder: arrays, and what texts name."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from app.document.editing.block_edits import SetPin
from app.document.editing.document import Document
from app.document.editing.page_edits import SetResults, SetSnapshots
from app.document.model.diagram import ArrayRef, Block, Page, PinText, Project
from app.document.model.python_symbol import python_symbol
from app.document.model.stored_values import npz_of
from app.document.model.symbols import Symbols
from app.document.resources.companion_files import imported_folder
from app.document.resources.function_pages import FunctionPages
from app.document.resources.inlining import inlined
from app.document.resources.libraries import SHIPPED
from app.document.resources.lookup import file_beside, is_share, leads_outside
from app.document.resources.python_blocks import sources_of
from app.document.resources.python_source import PythonFault
from app.document.resources.references import FileTexts
from app.document.resources.search_path import is_sought

_Brought = Callable[[Page, str], str | None]  # the new name of a page's npz file; None: it stays


class Move(msgspec.Struct):
    """What a project's files are when it goes from one folder to another."""

    # that lie within the old folder and would not be found
    names: list[str] = []
    # of these, what the new folder holds with other content
    replaced: list[str] = []
    # named by a way out of the folder: these cannot go along
    outside: list[str] = []


def move_of(project: Project, catalog: Symbols, old: Path, new: Path) -> Move:
    """Return the files that relative names of a project lead to in ``old`` and that ``new`` does not have."""
    move = Move()
    if os.path.realpath(old) == os.path.realpath(new):
        return move
    for name in dict.fromkeys((*_relative_names(project, catalog), *_python_files(project, old))):
        here, there = old / name, new / name
        if is_share(name) or not _is_file(here) or (_is_file(there) and _same(here, there)):
            continue
        if leads_outside(name):
            move.outside.append(name)
            continue
        move.names.append(name)
        if there.exists():
            move.replaced.append(name)
    return move


def relocate(move: Move, old: Path, new: Path) -> None:
    """Copy the files; raises OSError."""
    for name in move.names:
        target = new / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(old / name, target)


def move_of_blocks(fragment: Page, catalog: Symbols, old: Path, new: Path) -> Move:
    """Return the files that blocks copied from a project in ``old`` need in ``new``, imported arrays by their path."""
    move = move_of(Project(pages=[Page(name="", blocks=fragment.blocks)]), catalog, old, new)
    arrays = dict.fromkeys(ref.npz for block in fragment.blocks.values() for ref in _arrays(block))
    move.names += [name for name in arrays if _is_imported(name) and _is_file(Path(name))]
    move.replaced = [name for name in move.replaced if name not in arrays]  # these take another name
    return move


def bring_along(fragment: Page, move: Move, old: Path, new: Path) -> Page:
    """Copy the files of a fragment's blocks; return the fragment that names them as they are named there.

    A file of another content is never overwritten: an array is copied under a name that is free, and what a text names
    stays as it is there (``replaced``). Raises OSError.
    """
    arrays = {ref.npz for block in fragment.blocks.values() for ref in _arrays(block)}
    names: dict[str, str] = {}
    for name in move.names:
        if name in arrays:
            names[name] = _copy(old / name, new, Path(name).name if _is_imported(name) else name)
        elif name not in move.replaced:
            _copy_new(old / name, new / name)
    blocks = {
        key: replace(block, pins={pin: _renamed(text, names) for pin, text in block.pins.items()})
        for key, block in fragment.blocks.items()
    }
    return replace(fragment, blocks=blocks)


def _arrays(block: Block) -> Iterator[ArrayRef]:
    return (text for text in block.pins.values() if isinstance(text, ArrayRef))


def _is_imported(name: str) -> bool:
    """Return whether a file is one that the program keeps of an imported page until it is saved."""
    return os.path.isabs(name) and Path(os.path.normpath(name)).is_relative_to(imported_folder())


def _renamed(text: PinText, names: Mapping[str, str]) -> PinText:
    return ArrayRef(names.get(text.npz, text.npz), text.key) if isinstance(text, ArrayRef) else text


def bring_store(document: Document, target: Path) -> list[Path]:
    """Copy what an imported document holds in its store beside its project, and let the pages refer to that.

    Returns the copies. Undoable as one step. Raises OSError, and EditRefused where the document cannot be changed.
    """
    store = document.store
    if store is None:
        return []
    project = document.project
    several = len(project.pages) > 1
    new_names: dict[str, str] = {}
    users = Counter(
        npz
        for page in project.pages
        for npz in {ref.npz for block in page.blocks.values() for ref in _arrays(block)}
    )

    def brought(page: Page, npz: str) -> str | None:
        if Path(npz).parent != store:
            return None
        if npz not in new_names:
            of_one = several and users[npz] < 2
            stem = f"{target.stem}.{page.name}" if of_one else target.stem
            what = Path(npz).name.split(".")[-2]  # PAGE.arrays.npz
            new_names[npz] = _copy(Path(npz), target.parent, file_beside(stem, what))
        return new_names[npz]

    with document.group("Bring the arrays along"):
        for page in project.pages:
            _refer(document, page, brought)
    return [target.parent / name for name in new_names.values()]


def _refer(document: Document, page: Page, brought: _Brought) -> None:
    for block in page.blocks.values():
        for pin, text in list(block.pins.items()):
            if not isinstance(text, ArrayRef):
                continue
            new = brought(page, text.npz)
            if new is not None:
                document.apply(SetPin(page.name, block.id, pin, ArrayRef(new, text.key)))
    snapshots = {name: _led(page, known, brought) for name, known in page.snapshots.items()}
    document.apply(SetSnapshots(page.name, snapshots))
    document.apply(SetResults(page.name, _led(page, page.results, brought)))


def _led(page: Page, known: Any, brought: _Brought) -> Any:
    npz = npz_of(known)
    new = brought(page, npz) if npz is not None else None
    return known if new is None else {**known, "npz": new}


def _copy(source: Path, folder: Path, name: str) -> str:
    """Copy a file under the name, or under one with a number where that is taken by another content."""
    stem, number, free = name.removesuffix(".npz"), 1, name
    while (folder / free).exists() and not _same(source, folder / free):
        number += 1
        free = f"{stem}.{number}.npz"
    if not (folder / free).exists():
        _copy_new(source, folder / free)
    return free


def _copy_new(source: Path, target: Path) -> None:
    """Copy a file to where none is, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(source, "rb") as original, open(target, "xb") as copy:
        try:
            shutil.copyfileobj(original, copy)
        except BaseException:
            target.unlink(missing_ok=True)
            raise


def _relative_names(project: Project, catalog: Symbols) -> Iterator[str]:
    functions = FunctionPages.of(project.pages)
    yield from (place for place in project.libraries.values() if not place.startswith(SHIPPED))
    for page in project.pages:
        for block in page.blocks.values():
            yield from (text.npz for text in block.pins.values() if isinstance(text, ArrayRef))
        for known in (*page.snapshots.values(), page.results):
            npz = npz_of(known)
            if npz is not None:
                yield npz
        for text in FileTexts(inlined(page, functions).page, catalog).all():
            for name in text.names:
                if is_sought(name, text) and not os.path.isabs(name):
                    yield name
                    if text.purpose == "checkpoint":
                        yield f"{name}.index"
                        yield f"{name}.data-00000-of-00001"


def _python_files(project: Project, folder: Path) -> Iterator[str]:
    """Give the files of Python blocks, and of the local modules that these import."""
    for block in (block for page in project.pages for block in page.blocks.values()):
        symbol = python_symbol(block.symbol)
        if symbol is not None:
            try:
                yield from (source.file for source in sources_of(symbol.file, folder))
            except PythonFault:
                yield symbol.file


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _same(one: Path, other: Path) -> bool:
    try:
        return other.is_file() and filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False
