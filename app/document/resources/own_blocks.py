"""The blocks that a project brings itself: functions of Python files beside it, and pages that stand as blocks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from app.document.model.diagram import Page, Project
from app.document.resources.companion_files import Companions
from app.document.resources.function_pages import NO_PAGES, FunctionPages
from app.document.resources.libraries import read_libraries
from app.document.resources.python_blocks import NO_PYTHON, PythonBlocks
from app.document.resources.unfit import Unfit
from blocks.catalog import Catalog, load


class OwnBlocks(msgspec.Struct, frozen=True):
    """What is known of the blocks on some pages that are not of the shipped catalog."""

    python: PythonBlocks = NO_PYTHON
    pages: FunctionPages = NO_PAGES

    @classmethod
    def on(cls, pages: Iterable[Page], folder: Path, among: Iterable[Page] = ()) -> OwnBlocks:
        """Return what is known of the blocks on these pages, and on those that they use ``among`` the project's."""
        return cls.known(pages, folder, FunctionPages.of(among))

    @classmethod
    def of(cls, pages: Iterable[Page], project: Project, companions: Companions) -> OwnBlocks:
        """Return what is known of the blocks on pages of a project, which may name pages of its libraries.

        ``companions`` says which files beside the project may be read.
        """
        functions = functions_of(project, companions)
        return cls.known(pages, Path(companions.folder), functions)

    @classmethod
    def known(cls, pages: Iterable[Page], folder: Path, functions: FunctionPages) -> OwnBlocks:
        """Return the same where it is known already which pages can stand as blocks."""
        those = list(pages)
        if len(those) == 1:
            functions = functions.reached_from(those[0])
        python = PythonBlocks.on([*those, *functions.pages.values()], folder)
        return cls(python, functions) if python.names or functions is not NO_PAGES else NO_OWN

    def again(self, folder: Path) -> OwnBlocks:
        """Return what is known now, where the files may have changed."""
        names = self.python.names
        return (
            msgspec.structs.replace(self, python=PythonBlocks.named(sorted(names), folder)) if names else self
        )

    def unfit(self, symbol: str) -> Unfit | None:
        """Return why a symbol is no block, where that is known."""
        return self.python.unfit.get(symbol) or self.pages.unfit.get(symbol)

    def catalog(self) -> Catalog:
        """Return the shipped catalog, with these blocks where there are any."""
        own = {**self.pages.symbols(), **self.python.symbols()}
        return load().with_own(own) if own else load()


NO_OWN = OwnBlocks()


def functions_of(project: Project, companions: Companions) -> FunctionPages:
    """Return the pages that can stand as blocks in a project: its own, and those of its libraries."""
    return FunctionPages.of(project.pages, read_libraries(project.libraries, companions))
