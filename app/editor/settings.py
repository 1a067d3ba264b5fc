"""What the editor remembers between starts: theme, layout, recent files, favourites."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from app.document.storage.bounded_read import read_bytes
from app.document.storage.errors import FileProblem

_LOG = logging.getLogger(__name__)
_RECENT_FILES = 12
_RECENT_SYMBOLS = 10
_MOST_BYTES = 4 << 20


class Settings(msgspec.Struct, kw_only=True):
    """The content of ``settings.json``. A member that does not read has its default; the others stay."""

    theme: str = "dark"  # or "light", "classic", or "system", which follows the system's
    recent_files: list[str] = []
    favourites: list[str] = []
    recent_symbols: list[str] = []
    geometry: str = ""  # base64 of QMainWindow.saveGeometry()
    layout: str = ""  # base64 of QMainWindow.saveState()
    height_below: int = 0  # of the docks below the pages when they are unfolded; 0: as usual
    grid: bool = True
    snap: bool = True
    minimap: bool = False
    texts: bool = True  # typed texts in the rows of their pins
    types_on_wires: bool = True
    colour_by_dtype: bool = True
    grid_size: int = 10  # page units from one line that items snap to, to the next
    wire_style: str = "square"  # the corners of wires: "square", "round"; or "curved"
    font_size: int = 0  # points of the window's texts; 0 is the system's
    keys: dict[str, list[str]] = {}  # of actions by id, where they are not those of the table
    last_folder: str = ""
    data_folders: list[str] = []  # where files are looked for that are not beside their project


def grid_size_of(values: Settings) -> float:
    """Return the size of the grid in page units, within what a page can be drawn with."""
    return float(min(max(values.grid_size, 2), 200))


def config_folder() -> Path:
    """Return the settings' folder: ``TENSORBLOCKS_CONFIG`` where set, else the system's place."""
    given = os.environ.get("TENSORBLOCKS_CONFIG")
    return Path(given) if given else Path(platformdirs.user_config_dir("tensorblocks", appauthor=False))


def journals_folder() -> Path | None:
    """Return the folder of the recovery journals: beside the settings where these lie elsewhere, else None."""
    return config_folder() / "journals" if os.environ.get("TENSORBLOCKS_CONFIG") else None


def _read(path: Path) -> Settings:
    """Read member by member, so that one bad value does not cost the rest."""
    try:
        raw: Any = msgspec.json.decode(read_bytes(path, limit=_MOST_BYTES)) if path.exists() else {}
    except (FileProblem, OSError, msgspec.DecodeError, RecursionError) as fault:
        _LOG.warning("settings %s do not read: %s", path, fault)
        return Settings()
    settings = Settings()
    if not isinstance(raw, dict):
        return settings
    for field in msgspec.structs.fields(Settings):
        if field.name in raw:
            try:
                setattr(settings, field.name, msgspec.convert(raw[field.name], field.type))
            except msgspec.ValidationError as fault:
                _LOG.warning("setting %s ignored: %s", field.name, fault)
    return settings


class SettingsStore:
    """The settings with their file. Every change through a method is written at once, atomically."""

    def __init__(self, folder: Path | None = None) -> None:
        """Read ``settings.json`` from the folder (default: ``config_folder()``)."""
        self.path = (folder or config_folder()) / "settings.json"
        self.values = _read(self.path)

    def save(self) -> None:
        """Write the file; a folder that cannot be written only logs, since no work is lost by it."""
        temporary = self.path.with_suffix(".tmp")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(msgspec.json.format(msgspec.json.encode(self.values), indent=2) + b"\n")
            os.replace(temporary, self.path)
        except OSError as fault:
            _LOG.warning("settings not saved: %s", fault)

    def change(self, **members: Any) -> None:
        """Set members by name and save."""
        for name, value in members.items():
            setattr(self.values, name, value)
        self.save()

    def add_recent_file(self, path: str | Path) -> None:
        """Put a file at the head of the recent ones."""
        self.change(recent_files=_fronted(self.values.recent_files, str(Path(path).resolve()), _RECENT_FILES))

    def forget_recent_file(self, path: str | Path) -> None:
        """Drop a file that is no longer there."""
        gone = str(Path(path).resolve())
        self.change(recent_files=[f for f in self.values.recent_files if f not in (gone, str(path))])

    def add_recent_symbol(self, symbol: str) -> None:
        """Put a symbol at the head of those used lately."""
        self.change(recent_symbols=_fronted(self.values.recent_symbols, symbol, _RECENT_SYMBOLS))

    def toggle_favourite(self, symbol: str) -> bool:
        """Make the symbol a favourite or not; returns whether it is one now."""
        rest = [s for s in self.values.favourites if s != symbol]
        now = len(rest) == len(self.values.favourites)
        self.change(favourites=[*rest, symbol] if now else rest)
        return now


def _fronted(items: list[str], item: str, limit: int) -> list[str]:
    return [item, *(i for i in items if i != item)][:limit]
