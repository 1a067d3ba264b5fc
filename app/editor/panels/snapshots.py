"""The Snapshots dock: the page's stored states, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.document.model.stored_values import npz_of
from app.document.resources.companion_files import CompanionFault, Companions
from app.editor.runs.state import PRESENT
from app.editor.values.formats import bytes_text
from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel, plain_tip

if TYPE_CHECKING:
    from app.document.model.diagram import Page
    from app.editor.runs.state import State

_ROW = 28  # pixels: room for the field in which a name is typed
_NAME, _STEP, _DATE, _SIZE = range(4)


class SnapshotsPanel(QWidget):
    """A row for each snapshot; double-click goes back to it, F2 renames it, Del deletes it.

    The signals carry names of snapshots; ``PRESENT`` stands for the present state.
    """

    store_requested = Signal()
    back_requested = Signal(str)  # make it the present state
    run_requested = Signal(str)  # run from it
    comparison_requested = Signal(str, str)
    rename_requested = Signal(str, str)  # old name, new name
    delete_requested = Signal(str)
    save_checkpoint_requested = Signal(str)
    load_checkpoint_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Make an empty list."""
        super().__init__(parent)
        self._naming = False
        self._items: list[QTreeWidgetItem] = []
        self.present = PlainLabel(parent=self)
        self.present.setObjectName("faint")
        self.list = QTreeWidget(self)
        self.list.setAccessibleName("Snapshots")
        self.list.setHeaderLabels(["Name", "Step", "Stored", "Size"])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.list.header()
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        for column in (_STEP, _DATE, _SIZE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.buttons: dict[str, QToolButton] = {}
        top = QHBoxLayout()
        top.setContentsMargins(6, 3, 6, 3)
        top.setSpacing(2)
        for words, icon_name, tip, act in (
            ("Store", "snapshot", "Store the present values of the Variables", self.store_requested.emit),
            ("Go back", "undo", "Make the selected snapshot the present state", self._go_back),
            ("Run from", "run", "Run with the Variables starting from the selected snapshot", self._run_from),
            (
                "Compare",
                "table",
                "Compare two selected snapshots, or one with the present state",
                self._compare,
            ),
        ):
            top.addWidget(self._button(words, icon_name, tip, act))
        more = self._button("More", "down", "Rename, delete, TensorFlow checkpoints", lambda: None)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(self._menu())
        top.addWidget(more)
        top.addSpacing(8)
        top.addWidget(self.present, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.list)
        self.setFocusProxy(self.list)
        self.list.itemDoubleClicked.connect(lambda item, _: self.back_requested.emit(item.text(_NAME)))
        self.list.itemSelectionChanged.connect(self._on_selection)
        self.list.itemChanged.connect(self._on_item_changed)
        self.list.customContextMenuRequested.connect(self._popup)
        self.show_page(None, None, Companions(""), False)

    def _button(self, words: str, icon_name: str, tip: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setIcon(icon(icon_name))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(plain_tip(tip))
        button.setAutoRaise(True)
        button.clicked.connect(lambda: act())
        self.buttons[words] = button
        return button

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        self.actions_by_name = {}
        for words, key, act in (
            ("Rename", "F2", self._rename),
            ("Delete…", "Del", self._delete),
            ("Save as a TensorFlow checkpoint…", "", self._save_checkpoint),
            ("Load a TensorFlow checkpoint…", "", self.load_checkpoint_requested.emit),
        ):
            action = menu.addAction(words)
            action.triggered.connect(lambda _=False, a=act: a())
            if key:
                action.setShortcut(key)
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                self.list.addAction(action)
            self.actions_by_name[words.rstrip("…")] = action
        return menu

    # --- what is shown
    def show_page(self, page: Page | None, state: State | None, companions: Companions, idle: bool) -> None:
        """Show a page's snapshots, which lie beside the project, and what the present state is.

        ``idle``: no run is under way.
        """
        self._idle = idle
        self._has_page, self._has_state = page is not None, state is not None and bool(state.values)
        if state is None:
            self.present.setText("No state yet: the page starts from its initial values")
        else:
            count = len(state.values)
            named = f"{count} Variable" + ("" if count == 1 else "s")
            size = bytes_text(sum(v.array.nbytes for v in state.values.values()))
            self.present.setText(
                f"Present state: step {state.step:,}, {named}" + (f", {size}" if count else "")
            )
        rows = [
            _row(name, known, companions)
            for name, known in (page.snapshots if page is not None else {}).items()
        ]
        if rows != [_texts(item) for item in self._items]:
            self._fill(rows)
        self._on_selection()

    def names(self) -> list[str]:
        """Return the names in the order of the rows."""
        return [_texts(item)[_NAME] for item in self._items]

    def select(self, *names: str) -> None:
        """Select the rows of these names."""
        for item in self._items:
            item.setSelected(_texts(item)[_NAME] in names)

    def begin_naming(self, name: str) -> None:
        """Select a new row and let its name be typed, if the list is on the screen."""
        for item in self._items:
            if _texts(item)[_NAME] == name:
                self.list.clearSelection()
                self.list.setCurrentItem(item)
                if self.isVisible() and not self.visibleRegion().isEmpty():
                    self._rename()

    def _fill(self, rows: list[list[str]]) -> None:
        chosen = self._selected()
        self._naming = True
        self.list.clear()
        self._items = []
        for row in rows:
            item = QTreeWidgetItem(row)
            item.setData(_NAME, Qt.ItemDataRole.UserRole, row[_NAME])
            item.setSizeHint(_NAME, QSize(0, _ROW))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            for column in (_STEP, _SIZE):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
            self._items.append(item)
            item.setSelected(row[_NAME] in chosen)
        self._naming = False

    # --- what is done
    def _selected(self) -> list[str]:
        return [_texts(item)[_NAME] for item in self._items if item.isSelected()]

    def _on_selection(self) -> None:
        count = len(self._selected())
        enabled = {
            "Store": self._has_state,
            "Go back": count == 1 and self._idle,
            "Run from": count == 1 and self._idle,
            "Compare": count == 2 or (count == 1 and self._has_state),
            "More": self._has_page,
        }
        for words, on in enabled.items():
            self.buttons[words].setEnabled(on)
        self.actions_by_name["Rename"].setEnabled(count == 1)
        self.actions_by_name["Delete"].setEnabled(count > 0)
        self.actions_by_name["Save as a TensorFlow checkpoint"].setEnabled(count == 1 or self._has_state)

    def _go_back(self) -> None:
        for name in self._selected()[:1]:
            self.back_requested.emit(name)

    def _run_from(self) -> None:
        for name in self._selected()[:1]:
            self.run_requested.emit(name)

    def _compare(self) -> None:
        chosen = self._selected()
        if len(chosen) == 1:
            chosen.append(PRESENT)
        if len(chosen) == 2:
            self.comparison_requested.emit(*chosen)

    def _rename(self) -> None:
        items = self.list.selectedItems()
        if len(items) == 1:
            self.list.editItem(items[0], _NAME)

    def _delete(self) -> None:
        for name in self._selected():
            self.delete_requested.emit(name)

    def _save_checkpoint(self) -> None:
        chosen = self._selected()
        self.save_checkpoint_requested.emit(chosen[0] if len(chosen) == 1 else PRESENT)

    def _on_item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if self._naming or column != _NAME:
            return
        old, new = str(item.data(_NAME, Qt.ItemDataRole.UserRole)), item.text(_NAME)
        self._naming = True
        item.setText(_NAME, old)  # until the document brings the new name, if it takes it
        self._naming = False
        self.rename_requested.emit(old, new)

    def _popup(self, at: QPoint) -> None:
        menu = self.buttons["More"].menu()
        if menu is not None:
            menu.popup(self.list.viewport().mapToGlobal(at))


def _texts(item: QTreeWidgetItem) -> list[str]:
    """Return a row's texts; its name is the document's, whatever is being typed."""
    return [str(item.data(_NAME, Qt.ItemDataRole.UserRole)), *(item.text(c) for c in (_STEP, _DATE, _SIZE))]


def _row(name: str, known: Any, companions: Companions) -> list[str]:
    """Return a row's texts; the file's own date stands for one that the entry lacks."""
    entry = known if isinstance(known, dict) else {}
    step, date = entry.get("step"), entry.get("date")
    size = ""
    try:
        found = companions.path(npz_of(known) or "").stat()
        size = bytes_text(found.st_size)
        date = date or datetime.fromtimestamp(found.st_mtime).isoformat()
    except CompanionFault as fault:
        size = "not allowed" if fault.sentence.key == "companion.not-own" else "not in the folder"
    except OSError:
        size = "file missing"
    return [name, f"{step:,}" if isinstance(step, int) else "", _date(date), size]


def _date(text: Any) -> str:
    try:
        return datetime.fromisoformat(str(text)).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return ""
