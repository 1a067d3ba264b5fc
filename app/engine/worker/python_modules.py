"""The modules of Python blocks: made of the texts that came with the plan, so that what runs is what was allowed."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType

from app.document.resources.python_blocks import PythonSource


class SameName(Exception):
    """Two files would be modules of one name."""

    def __init__(self, module: str, files: tuple[str, str]) -> None:
        """Name the module and both files."""
        super().__init__(module)
        self.module, self.files = module, files


class _File(importlib.abc.InspectLoader):
    """Loads one file's text as a module."""

    def __init__(self, source: PythonSource, path: str) -> None:
        self._text, self.path = source.text, path
        self._is_package = source.file.rpartition("/")[2] == "__init__.py"

    def get_source(self, fullname: str) -> str:
        return importlib.util.decode_source(self._text)

    def is_package(self, fullname: str) -> bool:
        return self._is_package

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._text, self.path)


class PythonModules(importlib.abc.MetaPathFinder):
    """Lets Python find the files that Python blocks need, behind all that is installed, until it is closed."""

    def __init__(self, sources: Sequence[PythonSource], files: Sequence[str], folder: Path) -> None:
        """Take the texts, and which ``files`` among them hold blocks; raises SameName."""
        self._loaders: dict[str, _File] = {}
        self._names: dict[str, str] = {}  # of the files' modules
        self._folder = folder
        owners: dict[str, str] = {}
        for source in sources:
            for top in sorted({file.rpartition("/")[0] for file in files}):
                name = _module_name(source.file, top)
                if name is None or owners.get(name) == source.file:
                    continue
                if name in owners:
                    raise SameName(name, (owners[name], source.file))
                owners[name] = source.file
                path = os.path.join(folder, *source.file.split("/"))
                self._loaders[name] = _File(source, path)
        for file in files:
            own = _module_name(file, file.rpartition("/")[0])
            assert own is not None
            self._names[file] = own if _is_free(own) else self._renamed(own)
        sys.meta_path.append(self)

    def _renamed(self, name: str) -> str:
        """Let the module of a block's file whose name an installed one has be found under another name."""
        other = f"{name}__block"
        self._loaders[other] = self._loaders.pop(name)
        return other

    def module(self, file: str) -> ModuleType:
        """Import a block's file and return its module; raises what the file raises."""
        return importlib.import_module(self._names[file])

    def name_of(self, path: str) -> str | None:
        """Return the name of one of the files as symbols spell it, by its path; None for any other file."""
        if not any(loader.path == path for loader in self._loaders.values()):
            return None
        return os.path.relpath(path, self._folder).replace(os.sep, "/")

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how a module of these is loaded; None for any other."""
        loader = self._loaders.get(fullname)
        if loader is None:
            return None
        return importlib.util.spec_from_file_location(
            fullname,
            loader.path,
            loader=loader,
            submodule_search_locations=[] if loader.is_package(fullname) else None,
        )

    def close(self) -> None:
        """Forget the modules: the next run begins with new ones."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for name in self._loaders:
            sys.modules.pop(name, None)


def _module_name(file: str, top: str) -> str | None:
    """Return the dotted name of a file's module as seen from a folder; None where it is not below that."""
    inside = file.removeprefix(f"{top}/") if top else file
    if top and inside == file:
        return None
    return inside.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _is_free(name: str) -> bool:
    """Return whether no module of this name is loaded or installed."""
    try:
        return name not in sys.modules and importlib.util.find_spec(name) is None
    except (ImportError, ValueError):
        return False
