"""Makes menus, toolbar, context menus and the command list from the table of actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolBar

from app.editor.actions.context_menus import groups_of
from app.editor.actions.states import remedy
from app.editor.actions.table import ACTIONS, MENUS, Action
from app.editor.widgets.icons import icon

# By action: what it calls, with the tick's state if it has one.
Handlers = Mapping[str, Callable[..., object]]


class ActionSet:
    """The QActions of one window, made once from the table and enabled by the window's states."""

    def __init__(self, window: QMainWindow, handlers: Handlers) -> None:
        """Make the actions. ``handlers`` names what each of the table calls, and no other; else ValueError."""
        unmet = {row.id for row in ACTIONS} ^ handlers.keys()
        if unmet:
            raise ValueError(f"actions without a handler, or handlers without an action: {sorted(unmet)}")
        self._by_id: dict[str, QAction] = {}
        self._states: frozenset[str] = frozenset()
        for row in ACTIONS:
            self._by_id[row.id] = self._make(window, row, handlers[row.id])

    @staticmethod
    def _make(window: QMainWindow, row: Action, handler: Callable[..., object]) -> QAction:
        action = QAction(row.text, window)
        action.setObjectName(row.id)
        if row.icon:
            action.setIcon(icon(row.icon))
        action.setShortcuts([QKeySequence(k) for k in row.keys])
        action.setToolTip(_tip(row, action))
        action.setStatusTip(row.tip or plain_text(row))
        action.setCheckable(row.checkable)
        action.setIconVisibleInMenu(not row.checkable)  # an icon would stand where the tick belongs
        action.setMenuRole(QAction.MenuRole.NoRole)
        if row.checkable:
            action.toggled.connect(lambda on: handler(on))
        else:
            action.triggered.connect(lambda: handler())
        return action

    def set_keys(self, chosen: Mapping[str, Sequence[str]]) -> None:
        """Give the actions keys: those that the user has chosen, by id, else the table's."""
        for row in ACTIONS:
            keys, action = chosen.get(row.id, row.keys), self._by_id[row.id]
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setToolTip(_tip(row, action))

    def __getitem__(self, action_id: str) -> QAction:
        """Return the QAction of an id."""
        return self._by_id[action_id]

    def all(self) -> list[QAction]:
        """Return every action, in the table's order."""
        return list(self._by_id.values())

    def set_states(self, states: Iterable[str]) -> None:
        """Enable exactly the actions whose needs are met."""
        self._states = frozenset(states)
        for row in ACTIONS:
            self._by_id[row.id].setEnabled(row.needs <= self._states)

    def remedies(self) -> dict[str, str]:
        """Return for each action that cannot be used now what a user can do about it, by id."""
        return {row.id: remedy(row.needs - self._states) for row in ACTIONS if not row.needs <= self._states}

    def set_checked(self, action_id: str, on: bool) -> None:
        """Show a tick without calling the action."""
        action = self._by_id[action_id]
        blocked = action.blockSignals(True)
        action.setChecked(on)
        action.blockSignals(blocked)

    def fill_menus(self, window: QMainWindow, extra: dict[str, Callable[[QMenu], None]]) -> None:
        """Fill the menu bar; ``extra`` may add submenus at the end of a menu, by its title."""
        for title in MENUS:
            menu = window.menuBar().addMenu(title)
            self._fill(menu, [row for row in ACTIONS if row.menu == title])
            if title in extra:
                extra[title](menu)

    def fill_toolbar(self, bar: QToolBar) -> None:
        """Fill the toolbar, with a separator between menus and groups."""
        last: tuple[str, int] | None = None
        for row in ACTIONS:
            if row.toolbar:
                place = (row.menu, row.group)
                if last is not None and place != last:
                    bar.addSeparator()
                last = place
                bar.addAction(self._by_id[row.id])

    def context_menu(self, kind: str, parent: QMainWindow) -> QMenu:
        """Return the context menu of a place on the canvas: ``page``, ``block``, ``wire``, ``note``, ...

        What concerns blocks that stand for pages is left out for others.
        """
        menu = QMenu(parent)
        missing = {"use"} - self._states
        named = [row.id for row in ACTIONS if kind in row.context and not row.needs & missing]
        for group in groups_of(named):
            if group.title:
                shown = menu.addMenu(group.title)
                shown.addActions([self._by_id[name] for name in group.actions])
                continue
            if not menu.isEmpty():
                menu.addSeparator()
            menu.addActions([self._by_id[name] for name in group.actions])
        return menu

    def _fill(self, menu: QMenu, rows: list[Action]) -> None:
        last: tuple[str, int] | None = None
        for row in rows:
            place = (row.menu, row.group)
            if last is not None and place != last:
                menu.addSeparator()
            last = place
            (self._submenu(menu, row.submenu) if row.submenu else menu).addAction(self._by_id[row.id])

    @staticmethod
    def _submenu(menu: QMenu, title: str) -> QMenu:
        """Return the submenu of a title, which is made where it is not there yet."""
        found = (a.menu() for a in menu.actions() if a.text() == title)
        known = next((each for each in found if isinstance(each, QMenu)), None)
        return known if known is not None else menu.addMenu(title)


def plain_text(row: Action) -> str:
    """Return an action's text without the marks of menus."""
    return row.text.replace("&", "").rstrip("…")


def _tip(row: Action, action: QAction) -> str:
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return plain_text(row) + (f" ({keys})" if keys else "") + (f"\n{row.tip}" if row.tip else "")
