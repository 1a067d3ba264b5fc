"""The pages as tabs. A page's canvas is made when it is first shown, so that large projects open at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QTabWidget, QToolButton, QVBoxLayout, QWidget

from app.editor.layout.block_geometry import shortened
from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import plain_tip, unmarked
from app.editor.widgets.style_rules import discard

if TYPE_CHECKING:
    from app.document.editing.base import Change
    from app.editor.canvas.page_canvas import PageCanvas


_MOST_NAME, _MOST_TIP = 60, 1000  # letters of a page's name on its tab, and in the tip


class _Holder(QWidget):
    """One tab: empty until it is shown, then the page's canvas."""

    def __init__(self) -> None:
        super().__init__()
        self.canvas: PageCanvas | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)


class PageTabs(QTabWidget):
    """Follows the document's pages. ``shown`` carries the page that is current now ("" = none)."""

    shown = Signal(str)
    dragged = Signal(str, int)  # a page, and the place that its tab was dragged to
    command = Signal(str)  # an action's id
    emptied = Signal()  # nothing is left of the pages that were dropped

    def __init__(self, make_canvas: Callable[[str], PageCanvas], parent: QWidget) -> None:
        """``make_canvas`` returns the canvas of a page by its name."""
        super().__init__(parent)
        self._make_canvas = make_canvas
        self._holders: dict[str, _Holder] = {}
        self._leaving: list[_Holder] = []  # pages that were dropped and are being cleared
        self._following = False
        self.setDocumentMode(True)
        self.setMovable(True)
        self.tabBar().setExpanding(False)
        self.tabBar().setAccessibleName("Pages")
        self.tabBar().setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tabBar().customContextMenuRequested.connect(self._menu)
        self.tabBar().tabMoved.connect(self._on_moved)
        self.tabBarDoubleClicked.connect(
            lambda at: self.command.emit("page.rename" if at >= 0 else "page.add")
        )
        add = QToolButton(self)
        add.setIcon(icon("plus"))
        add.setAutoRaise(True)
        add.setToolTip("Add a page")
        add.setAccessibleName("Add a page")
        add.clicked.connect(lambda: self.command.emit("page.add"))
        self.setCornerWidget(add, Qt.Corner.TopRightCorner)
        self.currentChanged.connect(self._on_current)

    # --- what is shown
    def current_page(self) -> str | None:
        """Return the name of the page shown, or None."""
        at = self.currentIndex()
        return next((name for name, holder in self._holders.items() if holder is self.widget(at)), None)

    def current_canvas(self) -> PageCanvas | None:
        """Return the canvas of the page shown, or None."""
        holder = self.currentWidget()
        return holder.canvas if isinstance(holder, _Holder) else None

    def canvas(self, page: str) -> PageCanvas | None:
        """Return a page's canvas where it has been made."""
        holder = self._holders.get(page)
        return holder.canvas if holder is not None else None

    def canvases(self) -> list[PageCanvas]:
        """Return all canvases made so far."""
        return [h.canvas for h in self._holders.values() if h.canvas is not None]

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        holder = self._holders.get(name)
        if holder is not None:
            self.setCurrentWidget(holder)

    @property
    def is_leaving(self) -> bool:
        """Return whether something is left of pages that were dropped."""
        return bool(self._leaving)

    # --- following the document
    def clear_pages(self) -> None:
        """Drop all pages: their document goes."""
        self._following = True
        for name in list(self._holders):
            self._drop(name)
        self._following = False

    def follow(self, changes: Sequence[Change], pages: Sequence[str]) -> None:
        """Follow changes of pages; ``pages`` are the document's now."""
        if not any(c.kind.startswith("page-") or c.kind == "reset" for c in changes):
            return
        for change in changes:
            if change.kind == "page-renamed" and change.old in self._holders:
                at = self.indexOf(self._holders[change.old])
                self._holders = {(change.page if n == change.old else n): h for n, h in self._holders.items()}
                self._name_tab(at, change.page)
        self.set_pages(pages, show=next((c.page for c in changes if c.kind == "page-added"), None))

    def set_pages(self, names: Sequence[str], show: str | None = None) -> None:
        """Have a tab for each of these pages, in their order; those known keep theirs. ``show`` comes to the front."""
        self._following = True
        for name in [n for n in self._holders if n not in names]:
            self._drop(name)
        for at, name in enumerate(names):
            if name not in self._holders:
                self._holders[name] = _Holder()
                self.insertTab(at, self._holders[name], "")
                self._name_tab(at, name)
            elif self.indexOf(self._holders[name]) != at:
                self.tabBar().moveTab(self.indexOf(self._holders[name]), at)
        self._following = False
        if show is not None:
            self.show_page(show)
        self._on_current(self.currentIndex())

    def _name_tab(self, at: int, name: str) -> None:
        self.setTabText(at, unmarked(shortened(name, _MOST_NAME)))
        self.setTabToolTip(at, plain_tip(shortened(name, _MOST_TIP)))

    def _drop(self, name: str) -> None:
        holder = self._holders.pop(name)
        self.removeTab(self.indexOf(holder))
        if holder.canvas is None:
            discard(holder)
            return
        holder.hide()
        self._leaving.append(holder)
        holder.canvas.dispose(lambda: self._let_go(holder))

    def _let_go(self, holder: _Holder) -> None:
        self._leaving.remove(holder)
        discard(holder)
        if not self._leaving:
            self.emptied.emit()

    def _on_current(self, at: int) -> None:
        if self._following:
            return
        name = self.current_page()
        holder = self._holders.get(name) if name is not None else None
        if name is not None and holder is not None and holder.canvas is None:
            holder.canvas = self._make_canvas(name)
            layout = holder.layout()
            assert layout is not None
            layout.addWidget(holder.canvas)
            holder.setFocusProxy(holder.canvas)
        self.shown.emit(name or "")

    def _on_moved(self, start: int, end: int) -> None:
        """A tab was dragged: the document's pages are to take the same order."""
        if self._following:
            return
        name = next((n for n, h in self._holders.items() if h is self.widget(end)), None)
        if name is not None:
            self.dragged.emit(name, end)

    def _menu(self, at: QPoint) -> None:
        tab = self.tabBar().tabAt(at)
        if tab < 0:
            return
        self.setCurrentIndex(tab)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, command in (
            ("Rename…", "page.rename"),
            ("Move left", "page.left"),
            ("Move right", "page.right"),
            ("Add a page", "page.add"),
            ("Remove", "page.remove"),
        ):
            menu.addAction(text, partial(self.command.emit, command))
        menu.popup(self.tabBar().mapToGlobal(at))
