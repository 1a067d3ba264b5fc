"""The docks around the pages: made once, named for the layout's memory, shown again from the View menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QTabBar,
    QToolButton,
    QWidget,
)

from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel

_AREAS = Qt.DockWidgetArea
_WIDTHS = {"palette": 230, "properties": 330}
_BOTTOM_HEIGHT = 190  # pixels, without the tabs
_LOW_SCREEN = 780  # pixels of height; on such a one palette and outline are tabs
_FOLDED = 40  # pixels of height of a dock's content that shows nothing
_LAYOUT_VERSION = 2


class Place(NamedTuple):
    """One dock: its name in the layout's memory, title, icon and home, and whether it is open from the start."""

    name: str
    title: str
    icon: str
    area: Qt.DockWidgetArea
    is_open: bool = True


PLACES = (
    Place("palette", "Blocks", "palette", _AREAS.LeftDockWidgetArea),
    Place("outline", "Pages", "page", _AREAS.LeftDockWidgetArea),
    Place("properties", "Properties", "properties", _AREAS.RightDockWidgetArea),
    Place("manual", "Manual", "help", _AREAS.RightDockWidgetArea, is_open=False),
    Place("problems", "Problems", "problem", _AREAS.BottomDockWidgetArea),
    Place("results", "Results", "result", _AREAS.BottomDockWidgetArea),
    Place("log", "Log", "log", _AREAS.BottomDockWidgetArea),
    Place("history", "History", "history", _AREAS.BottomDockWidgetArea),
    Place("snapshots", "Snapshots", "snapshot", _AREAS.BottomDockWidgetArea),
    Place("times", "Time per block", "clock", _AREAS.BottomDockWidgetArea),
)


class _DockTitle(QWidget):
    """The title of a dock, with buttons in the theme's look. Dragging it moves the dock, as with Qt's own."""

    def __init__(self, dock: QDockWidget, place: Place) -> None:
        super().__init__(dock)
        self.setObjectName("dockTitle")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 4, 2)
        row.setSpacing(2)
        row.addWidget(PlainLabel(place.title, self))
        row.addStretch(1)
        for icon_name, tip, act in (
            ("float", f"Float {place.title} or dock it", lambda: dock.setFloating(not dock.isFloating())),
            ("close", f"Close {place.title}", dock.close),
        ):
            button = QToolButton(self)
            button.setObjectName("small")
            button.setIcon(icon(icon_name))
            button.setIconSize(QSize(12, 12))
            button.setAutoRaise(True)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(act)
            row.addWidget(button)


_TABS_BELOW = ("results", "log", "history", "snapshots", "times")  # beside the tab of the problems


class Docks:
    """All docks of a window."""

    def __init__(self, window: QMainWindow, contents: dict[str, QWidget]) -> None:
        """Put the contents, keyed by the names in ``PLACES``, into docks at their homes."""
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._height = _BOTTOM_HEIGHT  # that the docks below the pages are given when they are unfolded
        window.setDockNestingEnabled(True)
        window.setTabPosition(_AREAS.AllDockWidgetAreas, window.tabPosition(_AREAS.TopDockWidgetArea))
        window.setCorner(Qt.Corner.BottomRightCorner, _AREAS.RightDockWidgetArea)
        for place in PLACES:
            dock = QDockWidget(place.title, window)
            dock.setObjectName(place.name)
            dock.setAccessibleName(place.title)
            dock.setWindowIcon(icon(place.icon))
            dock.setTitleBarWidget(_DockTitle(dock, place))
            dock.setWidget(contents[place.name])
            if place.area == _AREAS.BottomDockWidgetArea:
                contents[place.name].setMinimumHeight(1)  # else its titles and fields forbid to fold it
            dock.toggleViewAction().setText(place.title)
            self._docks[place.name] = dock
        self.reset()

    def __getitem__(self, name: str) -> QDockWidget:
        """Return a dock by name."""
        return self._docks[name]

    def names(self) -> list[str]:
        """Return the names of all docks."""
        return list(self._docks)

    def reset(self) -> None:
        """Put every dock back to its home, open or closed as from the start."""
        window, docks, size = self._window, self._docks, self._window.size()
        for place in PLACES:
            dock = docks[place.name]
            dock.setFloating(False)
            window.addDockWidget(place.area, dock)
            if (
                place.name in _TABS_BELOW
            ):  # at once: side by side they are wider than a screen, and widen the window
                window.tabifyDockWidget(docks["problems"], dock)
            dock.setVisible(place.is_open)
        if window.screen().availableGeometry().height() < _LOW_SCREEN:
            window.tabifyDockWidget(docks["palette"], docks["outline"])
            docks["palette"].raise_()
        else:
            window.splitDockWidget(docks["palette"], docks["outline"], Qt.Orientation.Vertical)
        window.tabifyDockWidget(docks["properties"], docks["manual"])
        docks["problems"].raise_()
        window.resizeDocks(
            [docks["palette"], docks["properties"]],
            [_WIDTHS["palette"], _WIDTHS["properties"]],
            Qt.Orientation.Horizontal,
        )
        window.resizeDocks([docks["palette"], docks["outline"]], [420, 240], Qt.Orientation.Vertical)
        self._set_bottom_height(1)
        if window.size() != size:  # on their way docks may stand side by side, wider than the window
            window.resize(size)

    # --- the docks below the pages
    def _set_bottom_height(self, height: int) -> None:
        front = self._front_below()
        self._window.resizeDocks([front], [height + self._tabs_height(front)], Qt.Orientation.Vertical)

    def _tabs_height(self, dock: QDockWidget) -> int:
        """Return the height of the tabs that a dock is one of: Qt counts it as the dock's where that is resized."""
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for bar in self._window.findChildren(QTabBar, options=direct):
            if bar.isVisible() and dock.windowTitle() in map(bar.tabText, range(bar.count())):
                return bar.height()
        return 0

    def _front_below(self) -> QDockWidget:
        """Return that of the tabs below the pages which is in front."""
        below = [d for d in self._below() if _in_front(d)]
        return below[0] if below else self._docks["problems"]

    def _below(self) -> list[QDockWidget]:
        window = self._window
        return [
            d
            for d in self._docks.values()
            if not d.isFloating() and window.dockWidgetArea(d) == _AREAS.BottomDockWidgetArea
        ]

    def fold_below(self) -> None:
        """Let the docks below the pages show their titles alone, until they have something to say."""
        height = self._front_below().height()
        if self._front_below().widget().height() >= _FOLDED:
            self._height = height
            self._set_bottom_height(1)

    def unfold_below(self) -> None:
        """Give the docks below the pages a height, where they show their titles alone.

        They have something to say, or a tab of theirs was clicked.
        """
        front = self._front_below()
        if front.isVisible() and front.widget().height() < _FOLDED:
            self._set_bottom_height(self._height)

    def in_front(self, name: str) -> bool:
        """Return whether a dock is shown and not behind another."""
        return _in_front(self._docks[name])

    def reveal(self, name: str, focus: bool = False) -> None:
        """Show a dock in front of its neighbours, and give it the keyboard if asked to."""
        dock = self._docks[name]
        dock.show()
        dock.raise_()
        if dock in self._below():
            self.unfold_below()
        if focus:
            dock.widget().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_count(self, name: str, count: int) -> None:
        """Say on a dock's tab how many things it holds; 0 says nothing."""
        title = next(place.title for place in PLACES if place.name == name)
        self._docks[name].setWindowTitle(f"{title} ({count:,})" if count else title)

    def widen(self, name: str, width: int) -> None:
        """Give a dock at the window's side at least so many pixels."""
        dock = self._docks[name]
        if not dock.isFloating() and dock.width() < width:
            self._window.resizeDocks([dock], [width], Qt.Orientation.Horizontal)

    def focused(self) -> str | None:
        """Return the name of the dock that has the keyboard, or None."""
        at = _holding_focus([dock.widget() for dock in self._docks.values()])
        return self.names()[at] if at is not None else None

    def fill_menu(self, menu: QMenu) -> None:
        """Add a submenu with a tick per dock."""
        panels = menu.addMenu("Panels")
        for place in PLACES:
            panels.addAction(self._docks[place.name].toggleViewAction())

    def cycle(self, by: int, center: QWidget | None) -> None:
        """Move the keyboard to the next (+1) or previous (-1) visible panel; the page is one of them."""
        stops = [d.widget() for d in self._docks.values() if _in_front(d)]
        if center is not None:
            stops.insert(0, center)
        if not stops:
            return
        at = _holding_focus(stops)
        start = at if at is not None else -by
        for step in range(1, len(stops) + 1):  # a panel that shows only a word takes no keyboard
            target = stops[(start + by * step) % len(stops)]
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
            if _holding_focus([target]) is not None:
                return

    @property
    def height_below(self) -> int:
        """The height that the docks below the pages have, or are given when they are unfolded."""
        front = self._front_below()
        return front.height() if front.widget().height() >= _FOLDED else self._height

    def state(self) -> str:
        """Return the layout as base64 for the settings."""
        return bytes(self._window.saveState(_LAYOUT_VERSION).toBase64().data()).decode("ascii")

    def restore(self, state: str, height_below: int = 0) -> bool:
        """Take a layout from the settings; one of another version is left alone. ``height_below``: 0 if not known."""
        self._height = height_below or self._height
        raw = QByteArray.fromBase64(state.encode("ascii", "replace"))
        return bool(state) and self._window.restoreState(raw, _LAYOUT_VERSION)


def _in_front(dock: QDockWidget) -> bool:
    """Return whether the dock is shown and not hidden behind another tab."""
    return dock.isVisible() and not dock.visibleRegion().isEmpty()


def _holding_focus(widgets: Sequence[QWidget]) -> int | None:
    focus = QApplication.focusWidget()
    for number, widget in enumerate(widgets):
        if focus is not None and (focus is widget or widget.isAncestorOf(focus)):
            return number
    return None
