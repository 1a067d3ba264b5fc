"""``--out``: the results as NumPy archives, one file for all or a folder with a file for each page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from app.cli.exits import FAILED, Refused
from app.cli.opening import check_writable
from app.engine.values.npz import write_npz
from app.engine.values.results import Value

_Results = Mapping[str, Mapping[str, Value]]  # by page, then by block.pin

_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # what some file system does not take in a name


class Out:
    """Where results go; made before the run, so that a place that cannot be written costs no run."""

    def __init__(self, name: str | None, several: bool) -> None:
        """``several``: keys bear their page's name. Raises Refused where nothing can be written there."""
        self._path = None if name is None else Path(name)
        self._several = several
        if self._path is not None:
            self._check(self._path)

    @property
    def _is_file(self) -> bool:
        return self._path is not None and self._path.suffix.lower() == ".npz"

    def _check(self, path: Path) -> None:
        if self._is_file:
            check_writable(path, "--out")
        elif path.exists() and not path.is_dir():
            raise Refused(f"--out {path}: name a file that ends in .npz, or a folder")
        elif not path.exists():
            check_writable(path, "--out")

    def write(self, pages: _Results) -> None:
        """Write the results of the pages that ran to their end; nothing where none did."""
        if self._path is None or not pages:
            return
        try:
            if self._is_file:
                write_npz(self._path, self._keyed(pages))
            else:
                self._write_folder(self._path, pages)
        except OSError as fault:
            raise Refused(f"--out {self._path}: {fault.strerror or fault}", FAILED) from fault

    def _keyed(self, pages: _Results) -> dict[str, Value]:
        return {
            f"{page}/{key}" if self._several else key: value
            for page, results in pages.items()
            for key, value in results.items()
        }

    def _write_folder(self, folder: Path, pages: _Results) -> None:
        folder.mkdir(exist_ok=True)
        taken: set[str] = set()
        for page, results in pages.items():
            name = base = _UNFIT.sub("_", page).strip(" .") or "page"
            number = 1
            while name.lower() in taken:
                number += 1
                name = f"{base} ({number})"
            taken.add(name.lower())
            write_npz(folder / f"{name}.npz", results)
