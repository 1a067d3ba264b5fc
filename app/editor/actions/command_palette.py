"""The command palette: type a few letters of any action and press Enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QIcon, QKeyEvent, QKeySequence, QPalette, QPixmap
from PySide6.QtWidgets import QFrame, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.editor.widgets.plain_text import plain_tip
from app.editor.widgets.style_rules import forget_style_rules

_LEAST_ROW = 16  # pixels
_ACTION = int(Qt.ItemDataRole.UserRole)


class CommandPalette(QFrame):
    """A popup over the window with every action, best fit first; pale ones say what is missing."""

    def __init__(self, actions: Sequence[QAction], remedies: Mapping[str, str], parent: QWidget) -> None:
        """Make the list; ``open_over`` shows it. ``remedies`` say what to do for an action that is off, by its id."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("commandPalette")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self._remedies = remedies
        self._most = 420  # pixels of height
        self.line = QLineEdit(self)
        self.line.setPlaceholderText("Type a command")
        self.line.setAccessibleName("Command")
        self.line.installEventFilter(self)
        self.list = QTreeWidget(self)
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.line)
        layout.addWidget(self.list)
        self.line.textChanged.connect(self._fill)
        self.list.itemClicked.connect(self._run)
        self._fill("")
        forget_style_rules(self)

    def open_over(self, window: QWidget) -> None:
        """Show the palette at the top middle of the window."""
        width, self._most = min(620, window.width() - 40), min(420, window.height() - 80)
        self.resize(width, self._most)
        self._fit()
        self.list.setColumnWidth(0, width - 250)
        self.move(window.mapToGlobal(window.rect().topLeft()).x() + (window.width() - width) // 2,
                  window.mapToGlobal(window.rect().topLeft()).y() + 60)  # fmt: skip
        self.show()
        self.line.setFocus()

    def _fill(self, text: str) -> None:
        words = text.lower().split()
        self.list.clear()
        for action in sorted(self._actions, key=lambda a: _rank(a, words)):
            name = plain(action)
            if all(w in name.lower() or w in action.objectName() for w in words):
                self.list.addTopLevelItem(self._item(action, name))
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)
        self._fit()

    def _fit(self) -> None:
        """Be as high as the rows that were found, as far as there is room."""
        rows = max(1, self.list.topLevelItemCount()) * max(self.list.sizeHintForRow(0), _LEAST_ROW)
        around = self.sizeHint().height() - self.list.sizeHint().height() + 2 * self.list.frameWidth()
        self.resize(self.width(), min(self._most, rows + around))

    def _item(self, action: QAction, name: str) -> QTreeWidgetItem:
        """Return the row of one action: name and keys, or why it cannot be used now."""
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        item = QTreeWidgetItem(
            [name, keys if action.isEnabled() else self._remedies.get(action.objectName(), "")]
        )
        item.setIcon(0, _blank() if action.icon().isNull() else action.icon())
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setToolTip(0, plain_tip(action.statusTip()))
        item.setData(0, _ACTION, action)
        if not action.isEnabled():
            pale = self.palette().brush(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
            item.setForeground(0, pale)
            item.setForeground(1, pale)
        return item

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while the line keeps the keyboard; Enter runs."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentItem())
                return True
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                self.list.keyPressEvent(event)
                return True
        return super().eventFilter(watched, event)

    def _run(self, item: QTreeWidgetItem | None) -> None:
        action = item.data(0, _ACTION) if item is not None else None
        if action is not None and not action.isEnabled():
            return  # its row says what is missing
        self.close()
        if action is not None:
            action.trigger()


def _blank() -> QIcon:
    """Return an icon without ink, which holds the names in one column."""
    room = QPixmap(16, 16)
    room.fill(Qt.GlobalColor.transparent)
    return QIcon(room)


def plain(action: QAction) -> str:
    """Return an action's text without the mnemonic, with its menu before it."""
    return action.text().replace("&", "").rstrip("…")


def _rank(action: QAction, words: list[str]) -> tuple[bool, bool]:
    """Return the place among others: what can be used first, then what begins with the first word."""
    begins = bool(words) and plain(action).lower().startswith(words[0])
    return (not action.isEnabled(), not begins)
