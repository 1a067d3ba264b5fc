"""Opens one page, several or a whole folder of them as one project, each page under a name of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.document.formats.enuspace.reader import NoBlocks, ReadPage, read_page
from app.document.model.diagram import Project
from app.document.model.problems import Problem, error, warning
from app.document.model.sentence import say, why_of
from app.document.resources.lookup import file_beside
from app.document.storage.errors import FileProblem
from app.document.storage.reader import LoadedProject

_MOST_ENTRIES = 20_000  # of a folder and all below it
_MOST_PAGES = 500
_DEEPEST = 16

PageReader = Callable[[Path, str], ReadPage]  # of a file, with the name that the page will bear


@dataclass
class ReadPages:
    """Pages as read, in order, and what is wrong with the files as a whole."""

    pages: list[ReadPage] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread: int = 0  # files that were named and do not read

    def loaded(self) -> LoadedProject:
        """Return them as one project that lies in no file yet."""
        project = Project(pages=[read.page for read in self.pages])
        of_pages = {read.page.name: [*read.problems, *read.notes] for read in self.pages}
        problems = {name: found for name, found in of_pages.items() if found}
        if self.problems:
            problems[""] = self.problems
        imported = {read.page.name: read for read in self.pages}
        return LoadedProject(project=project, problems=problems, is_project_file=False, imported=imported)


def read_project(
    paths: Sequence[Path], data: Sequence[Path] = (), store: Path | None = None
) -> LoadedProject:
    """Return pages, and all in folders, as one project to run or edit without conversion.

    Names of files will be relative to the first page's folder, or to the first of ``paths`` where that is a
    folder. With ``store``, larger arrays become references to ``PAGE.arrays.npz`` in that folder, which the
    caller writes. Raises FileProblem where none of them reads.
    """
    first = paths[0].resolve()
    home = first if first.is_dir() else first.parent

    def read(path: Path, name: str) -> ReadPage:
        npz = None if store is None else str(store / file_beside(name, "arrays"))
        return read_page(path, folder=home, npz=npz, data=data)

    return read_pages(pages_in(paths), read).loaded()


@dataclass
class PageFiles:
    """The files that were named or found in folders, in order."""

    found: list[Path] = field(default_factory=list)
    named: set[Path] = field(default_factory=set)  # those that must read
    problems: list[Problem] = field(default_factory=list)


def pages_in(paths: Iterable[Path]) -> PageFiles:
    """Return the files named, and for each folder the ``.svg`` files in it and below; no symbolic link is followed.

    Raises FileProblem where there is none.
    """
    files = PageFiles()
    for path in paths:
        if path.is_dir():
            inside = _svg_files(path, files.problems)
            if not inside:
                raise FileProblem(say("enuspace.no-page-in"), file=os.fspath(path))
            files.found += inside
        else:
            files.found.append(path)
            files.named.add(path)
    files.found = list(dict.fromkeys(files.found))
    if len(files.found) > _MOST_PAGES:
        sentence = say("enuspace.too-many-pages", count=len(files.found), most=_MOST_PAGES)
        files.problems.append(warning("bad-file", sentence))
        del files.found[_MOST_PAGES:]
    return files


def read_pages(files: PageFiles, read: PageReader) -> ReadPages:
    """Read each file under a unique name. Pictures that a folder holds beside its pages are passed over.

    Raises FileProblem where none reads: the fault of the first.
    """
    result = ReadPages(problems=list(files.problems))
    names: set[str] = set()
    first: FileProblem | None = None
    for path in files.found:
        name = unique_name(path.stem or "page", names)
        try:
            page = read(path, name)
        except FileProblem as fault:
            first = first or fault
            if path in files.named or not isinstance(fault, NoBlocks):
                result.unread += 1
                sentence = say("enuspace.not-among-pages", file=str(path), why=fault.reason)
                result.problems.append(error("bad-file", sentence))
            continue
        page.page.name = name
        names.add(_as_file(name))
        result.pages.append(page)
    if not result.pages:
        raise first or FileProblem(say("enuspace.no-page"))
    return result


def unique_name(name: str, taken: set[str]) -> str:
    """Return the name, with a number where one is taken that would be the same as the name of a file."""
    found, number = name, 1
    while _as_file(found) in taken:
        number += 1
        found = f"{name} ({number})"
    return found


def _as_file(name: str) -> str:
    return file_beside(name, "").casefold()  # some systems take capitals for small letters


def _svg_files(folder: Path, problems: list[Problem]) -> list[Path]:
    """Return a folder's ``.svg`` files, those of a folder before those below it, by name."""
    found: list[Path] = []
    waiting, seen = [(folder, 0)], 0
    while waiting:
        here, depth = waiting.pop(0)
        try:
            with os.scandir(here) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as fault:
            sentence = say("enuspace.bad-folder", folder=str(here), why=why_of(fault))
            problems.append(warning("bad-file", sentence))
            continue
        for entry in entries:
            seen += 1
            if seen > _MOST_ENTRIES:
                sentence = say("enuspace.too-many-files", folder=str(folder), most=_MOST_ENTRIES)
                problems.append(warning("bad-file", sentence))
                return found
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False) and depth < _DEEPEST:
                waiting.append((Path(entry.path), depth + 1))
            elif entry.name.lower().endswith(".svg") and entry.is_file():
                found.append(Path(entry.path))
    return found
