"""Opens the file that a command names, and finds the pages that it asks for."""

from __future__ import annotations

import atexit
import functools
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.exits import Refused
from app.document.formats.registry import is_model, open_project
from app.document.model.diagram import Page, Project, copy_page
from app.document.model.function_page import is_function_page
from app.document.model.page_symbol import PageSymbol, page_symbol
from app.document.model.problems import Problem
from app.document.model.spelling import nearest
from app.document.resources.companion_files import Companions, imported_folder
from app.document.resources.function_pages import FunctionPages
from app.document.resources.own_blocks import OwnBlocks, functions_of
from app.document.storage.errors import FileProblem
from app.document.storage.reader import LoadedProject
from app.engine.compiler.collector import without_collector
from app.messages import error_text, report_lines

if TYPE_CHECKING:
    from app.document.formats.enuspace import ReadPage
    from app.engine.host.interface import EngineInterface
    from blocks.catalog import Catalog
    from blocks.symbol import Pin


@dataclass(frozen=True)
class Opened:
    """A file that reads: its project, the faults of the file itself, and the folder of its relative paths."""

    name: str  # as the user wrote it
    project: Project
    problems: dict[str, list[Problem]]  # by page name; "" = the file as a whole
    folder: Path
    data: tuple[Path, ...] = ()  # where else to look for files that texts name
    imported: Mapping[str, ReadPage] = field(default_factory=dict)  # enuSpace pages as read, by page name

    @functools.cached_property
    def _functions(self) -> dict[Companions, FunctionPages]:
        return {}

    def own_blocks(self, pages: Iterable[Page], companions: Companions | None = None) -> OwnBlocks:
        """Return what is known of the blocks on these pages that are the project's own.

        Which pages can stand as blocks is looked up when this is asked first: once texts are typed. ``companions``
        are the files beside the project that may be read (None: those of its folders).
        """
        companions = companions or Companions.of(self.folder, self.data)
        known = self._functions.get(companions)
        if known is None:
            known = self._functions[companions] = functions_of(self.project, companions)
        return OwnBlocks.known(pages, self.folder, known)


def open_file(name: str, data: Sequence[str] = (), engine: EngineInterface | None = None) -> Opened:
    """Read a project, an enuSpace page, a folder of such pages, or a model; raises Refused where it does not read.

    A model is read by ``engine``, or by one of its own.
    """
    path, folders = Path(name), data_folders(data)
    try:
        with without_collector():
            loaded = _open_model(path, engine) if is_model(path) else open_project(path, folders)
    except FileProblem as fault:
        raise Refused(error_text(fault)) from fault
    real = path.resolve()  # the file itself, where the name is a symbolic link
    folder = real if real.is_dir() else real.parent
    return Opened(name, loaded.project, loaded.problems, folder, folders, loaded.imported)


def _open_model(path: Path, engine: EngineInterface | None) -> LoadedProject:
    """Read a model; its arrays lie in a folder of the program's own until this process ends."""
    from app.engine.host.engine import Engine  # late, both: most files are projects
    from app.engine.host.models import open_model

    store = imported_folder() / f"{os.getpid()}-{secrets.token_hex(6)}"
    atexit.register(shutil.rmtree, store, ignore_errors=True)
    try:
        with nullcontext(engine) if engine is not None else Engine() as reader:
            opened = open_model(reader, path, store)
    except OSError as fault:
        raise Refused(f"{path}: {fault.strerror or fault}") from fault
    for page in opened.loaded.project.pages:
        page.report = report_lines(opened.reports[page.name])
    return opened.loaded


def data_folders(names: Iterable[str]) -> tuple[Path, ...]:
    """Return the folders of ``--data``, absolute; raises Refused for one that is not there."""
    for name in names:
        if not name or not Path(name).is_dir():
            raise Refused(f"--data {name}: there is no such folder")
    return tuple(Path(name).resolve() for name in names)


def one_page(opened: Opened, name: str | None, option: str = "--page NAME") -> Page:
    """Return the page of that name, or the only one; raises Refused with the names where unclear."""
    pages = pages_to_run(opened.project)
    names = "\n".join(f"  {page.name}" for page in pages)
    if not pages:
        raise Refused(f"{opened.name} has no pages")
    if name is None:
        if len(pages) > 1:
            raise Refused(f"{opened.name} has several pages; choose one with {option}:\n{names}")
        return pages[0]
    page = opened.project.page(name)
    if page is None:
        names = "\n".join(f"  {page.name}" for page in opened.project.pages)
        raise Refused(f"{opened.name} has no page {name!r}; its pages are:\n{names}")
    return page


def pages_to_run(project: Project) -> list[Page]:
    """Return the pages that are run: not those that stand as blocks on others, unless there are no others."""
    return [page for page in project.pages if not is_function_page(page)] or project.pages


def type_texts(
    pages: Sequence[Page],
    assignments: Iterable[tuple[str, str, str]],
    opened: Opened,
    companions: Companions | None = None,
    option: str = "--set",
) -> None:
    """Type texts into unwired pins, on every page that has the block; raises Refused, which names the ``option``.

    A use of which an inner pin is set gets a page of its own, in memory, so that other uses stay as they are.
    """
    assignments = list(assignments)
    if not assignments:
        return
    companions = companions or Companions.of(opened.folder, opened.data)
    functions = functions_of(opened.project, companions)
    for address, pin, text in assignments:
        *uses, block_id = address.split("/")
        having = []
        for page in pages:
            within = _page_within(page, uses, opened.project, functions)
            if within is not None and block_id in within.blocks:
                having.append(within)
        if not having:
            raise Refused(f"{option} {address}.{pin}: there is no block {address!r}{_near(address, pages)}")
        catalog = OwnBlocks.of(opened.project.pages, opened.project, companions).catalog()
        for page in having:
            _type_text(page, block_id, pin, text, catalog, f"{option} {address}.{pin}")


def _page_within(page: Page, uses: Sequence[str], project: Project, functions: FunctionPages) -> Page | None:
    """Return the page that uses lead to, one within the other, which is made one of these uses alone."""
    for use in uses:
        block = page.blocks.get(use)
        named = page_symbol(block.symbol) if block is not None else None
        inner = functions.pages.get(block.symbol) if block is not None else None
        if named is not None and named.library is None:
            inner = project.page(named.page)
        if block is None or inner is None:
            return None
        place = f" ({page.name}/{use})"
        if not inner.name.endswith(place):  # else it has been made already
            inner = copy_page(inner)
            inner.name += place
            project.pages.append(inner)
            block.symbol = str(PageSymbol(inner.name))
        page = inner
    return page


def _near(block_id: str, pages: Sequence[Page]) -> str:
    """Return a proposal for a mistyped block, or nothing."""
    found = nearest(block_id, [name for page in pages for name in page.blocks])
    return f"; did you mean {found[0]!r}?" if found else ""


def _type_text(page: Page, block_id: str, name: str, text: str, catalog: Catalog, where: str) -> None:
    """Type one text; of one under an alias only the new one remains."""
    block = page.blocks[block_id]
    symbol = catalog.get(block.symbol)
    if symbol is None:
        raise Refused(f"{where}: the catalog has no symbol {block.symbol!r}, so its pins are not known")
    pin = symbol.pin(name, "in")
    if pin is None or pin.kind == "scope":
        settable = ", ".join(p.name for p in symbol.inputs if p.kind != "scope")
        raise Refused(f"{where}: {block.symbol} has no input pin {name!r}; it has {settable or 'none'}")
    names = (pin.name, *pin.aliases)
    if any(page.wires_to(block_id, known) for known in names):
        raise Refused(f"{where}: the pin is wired; {where.split()[0]} is for unwired pins")
    others = {key: value for key, value in block.pins.items() if not _same_pin(key, pin)}
    block.pins = {**others, pin.name: text}


def _same_pin(key: str, pin: Pin) -> bool:
    """Return whether a pin's text is filed under the pin's name or one of its aliases."""
    return key == pin.name or key in pin.aliases


def check_writable(path: Path, what: str) -> None:
    """Refuse a file that cannot be written before the work is done that it is to hold."""
    folder = path.parent
    if path.is_dir():
        raise Refused(f"{what} {path}: this is a folder")
    if not folder.is_dir():
        raise Refused(f"{what} {path}: there is no folder {folder}")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise Refused(f"{what} {path}: may not be written")
