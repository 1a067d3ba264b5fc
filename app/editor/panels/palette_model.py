"""The palette's tree: favourites, recently used, then the catalog's categories; filtered by typed words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractItemModel, QByteArray, QMimeData, QModelIndex, Qt
from PySide6.QtGui import QColor

from app.document.model.own_symbol import shown_name
from app.editor.canvas.items.swatches import swatch
from app.editor.widgets.categories import OWN, category_title
from app.editor.widgets.drag_format import SYMBOL_MIME
from app.editor.widgets.icons import icon
from app.editor.widgets.item_index import ROOT, Index
from app.editor.widgets.plain_text import plain_tip
from blocks.describe import first_sentence

if TYPE_CHECKING:
    from blocks.catalog import Catalog


SYMBOL_ROLE = int(Qt.ItemDataRole.UserRole)
HELP_ROLE = SYMBOL_ROLE + 1  # what the block does, in one line
FAVOURITES, RECENT = "Favourites", "Recently used"
_MOST_HELP = 120  # letters
ALWAYS_OPEN = frozenset({FAVOURITES, RECENT, OWN})


class _Section:
    """One top row with the names of its symbols."""

    __slots__ = ("icon", "names", "title")

    def __init__(self, title: str, icon_name: str, names: list[str]) -> None:
        self.title, self.icon, self.names = title, icon_name, names


class PaletteModel(QAbstractItemModel):
    """Two levels: sections and symbols' names. A symbol is read from the catalog when its row is shown."""

    def __init__(self, parent: Any = None) -> None:
        """Make an empty tree."""
        super().__init__(parent)
        self._catalog: Catalog | None = None
        self._sections: list[_Section] = []
        self._personal: list[_Section] = []
        self._shown: list[_Section] = []
        self._text = ""
        self.faint = QColor("#808080")

    def set_catalog(self, catalog: Catalog, favourites: list[str], recent: list[str]) -> None:
        """Fill the tree with the catalog's categories, in its order."""
        self._catalog = catalog
        self._sections = [_Section(category_title(c), "folder", names) for c, names in catalog.categories()]
        self.set_personal(favourites, recent)

    def set_personal(self, favourites: list[str], recent: list[str]) -> None:
        """Show the favourites and the symbols used lately on top of the categories."""
        known = set(self._catalog.names()) if self._catalog is not None else set()
        self._personal = [
            _Section(title, icon_name, [n for n in names if n in known])
            for title, icon_name, names in (
                (FAVOURITES, "star", favourites),
                (RECENT, "clock", recent),
            )
        ]
        self.set_filter(self._text)

    def set_filter(self, text: str) -> None:
        """Show only what fits the words, best first; no words show everything."""
        self.beginResetModel()
        self._text = text.strip()
        if self._text and self._catalog is not None:
            hits = self._catalog.search(self._text)
            self._shown = [_Section(f"Found ({len(hits)})", "find", hits)]
        else:
            self._shown = [s for s in self._personal if s.names] + self._sections
        self.endResetModel()

    def name(self, index: Index) -> str | None:
        """Return the symbol's name of a row, or None for a section."""
        section = index.internalId() - 1 if index.isValid() else -1
        return self._shown[section].names[index.row()] if section >= 0 else None

    # Qt's interface: a section's index has internal id 0, a symbol's the section's number + 1.
    def index(self, row: int, column: int, parent: Index = ROOT) -> QModelIndex:
        """Return the index of a row."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: Index = ROOT) -> QModelIndex:  # type: ignore[override]
        """Return the section of a symbol's row."""
        section = index.internalId() - 1 if index.isValid() else -1
        return self.createIndex(section, 0, 0) if section >= 0 else QModelIndex()

    def rowCount(self, parent: Index = ROOT) -> int:
        """Count sections, or symbols of a section."""
        if not parent.isValid():
            return len(self._shown)
        return len(self._shown[parent.row()].names) if parent.internalId() == 0 else 0

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return 1."""
        return 1

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return text, icon, tooltip; symbols that nothing can run are faint."""
        name = self.name(index)
        if name is None:
            section = self._shown[index.row()]
            if role == Qt.ItemDataRole.DisplayRole:
                return section.title
            return icon(section.icon) if role == Qt.ItemDataRole.DecorationRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return shown_name(name)
        if role == SYMBOL_ROLE:
            return name
        return self._of_symbol(name, role) if self._catalog is not None else None

    def _of_symbol(self, name: str, role: int) -> Any:
        """Return what the catalog says of a symbol."""
        catalog = self._catalog
        assert catalog is not None
        symbol = catalog.get(name)
        if role == Qt.ItemDataRole.DecorationRole:
            return swatch(symbol.category if symbol is not None else "")
        if role == Qt.ItemDataRole.ForegroundRole:
            return self.faint if symbol is not None and symbol.unavailable else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(symbol_tip(catalog, name))
        return first_sentence(catalog.help(name), _MOST_HELP) if role == HELP_ROLE else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let symbols be dragged."""
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return base | Qt.ItemFlag.ItemIsDragEnabled if self.name(index) is not None else base

    def mimeTypes(self) -> list[str]:
        """Name the drag's type, which the canvas takes."""
        return [SYMBOL_MIME]

    def mimeData(self, indexes: Any) -> QMimeData:
        """Carry the symbol's name."""
        data = QMimeData()
        name = next((n for i in indexes if (n := self.name(i)) is not None), None)
        if name is not None:
            data.setData(SYMBOL_MIME, QByteArray(name.encode()))
            data.setText(name)
        return data


def symbol_tip(catalog: Catalog, name: str) -> str:
    """Return what a symbol is in a few lines: inputs, outputs, the first words of its help."""
    symbol = catalog.get(name)
    if symbol is None:
        return name
    takes = ", ".join(p.name for p in symbol.inputs if p.kind not in ("scope", "attrs") and not p.hidden)
    gives = ", ".join(p.name for p in symbol.outputs)
    lines = [f"{shown_name(name)}  ({takes}) → {gives or 'nothing'}"]
    if symbol.unavailable:
        lines.append(f"Cannot run: {symbol.unavailable}")
    first = catalog.help(name).strip().partition("\n\n")[0].replace("\n", " ")
    if first:
        lines.append(first if len(first) < 300 else first[:300] + "…")
    return "\n".join(lines)
