"""The main window: makes the pages, docks, bars and controllers of one project, and brings them up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QChildEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.document.editing.edits import MovePage
from app.editor.actions.action_set import ActionSet
from app.editor.actions.states import action_states
from app.editor.canvas.page_state.finder import Hit, find_in
from app.editor.context import EditorContext
from app.editor.controllers.assembly import Controllers
from app.editor.controllers.view import version_of
from app.editor.layout.block_geometry import shortened
from app.editor.results.store import ResultStore
from app.editor.runs.runner import Runner
from app.editor.settings import grid_size_of
from app.editor.widgets.icons import program_icon
from app.editor.widgets.plain_text import unstarred
from app.editor.widgets.slices import Once
from app.editor.widgets.style_rules import forget_style_rules
from app.editor.window.banner import Banner
from app.editor.window.canvas_factory import make_canvas
from app.editor.window.docks import Docks
from app.editor.window.file_menus import FileMenus
from app.editor.window.find_bar import FindBar
from app.editor.window.help import HelpController
from app.editor.window.page_tabs import PageTabs
from app.editor.window.panels import Panels
from app.editor.window.run_bar import RunBar
from app.editor.window.screen_place import size_for_screen
from app.editor.window.start_page import StartPage
from app.editor.window.status_line import StatusLine
from app.editor.window.tool_bar import ToolBar
from app.editor.window.way_bar import WayBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.document.editing.document import Document
    from app.editor.canvas.page_canvas import PageCanvas
    from app.editor.settings import SettingsStore
    from app.editor.widgets.theme import Theme
    from app.engine.host.interface import EngineInterface


_MOST_NAME = 60  # letters of a page's name in the status line
_ASIDE_MS = 500  # until what nobody waits for is looked up


class EditorWindow(QMainWindow):
    """One window with at most one open project."""

    closed = Signal()

    def __init__(
        self, store: SettingsStore, theme: Theme, make_engine: Callable[[], EngineInterface] | None = None
    ) -> None:
        """Build the window with nothing open. ``make_engine`` makes its engine (None: the real one)."""
        super().__init__()
        self.setWindowIcon(program_icon())
        self.setAcceptDrops(True)
        size_for_screen(self)
        self._pending = Once(self._refresh, self)  # once a step of the document is over
        self._closes = False  # nothing is shown any more
        self.store = store
        self.results = ResultStore(self)
        self.runner = Runner(make_engine, self)
        self.tabs = PageTabs(self._make_canvas, self)
        self.context = EditorContext(store, theme, self.runner, self.results, self.tabs, self)
        self.controllers = Controllers(self.context, over=self.tabs)
        self._build_center()
        self._build_panels()
        self._build_actions()
        self._connect_document()
        self._connect_context()
        self._connect_parts()
        self.restore_layout()
        self.show_start()
        self.refresh_title()
        QTimer.singleShot(0, self, self._fill_late)  # not where it has closed at once

    # --- building
    def _build_center(self) -> None:
        self.start_page = StartPage(self)
        self.banner = Banner(self)
        self.find_bar = FindBar(self._find, self)
        pages = QWidget(self)
        layout = QVBoxLayout(pages)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.way_bar = WayBar(self)
        for part in (self.banner, self.find_bar, self.way_bar, self.tabs):
            layout.addWidget(part)
        self._center = QStackedWidget(self)
        self._center.addWidget(self.start_page)
        self._center.addWidget(pages)
        self.setCentralWidget(self._center)

    def _build_panels(self) -> None:
        self.panels = Panels(self.context, self.controllers, self)
        self.docks = Docks(self, self.panels.contents())
        self.help = HelpController(self.docks, self.panels)
        self.status = StatusLine(self)
        self.setStatusBar(self.status)

    def _build_actions(self) -> None:
        self.action_set = ActionSet(self, {**self.controllers.actions(), **self.help.actions()})
        self.file_menus = FileMenus(self.context)
        self.action_set.fill_menus(self, {"&File": self.file_menus.fill, "&View": self.docks.fill_menu})
        self.tool_bar = ToolBar(self)
        self.action_set.fill_toolbar(self.tool_bar)
        self.run_bar = RunBar(self.context, self)
        self.tool_bar.addWidget(self.run_bar)
        self.addToolBar(self.tool_bar)
        self.addActions(self.action_set.all())
        self.action_set.set_keys(self.store.values.keys)
        for name, on in {**self.controllers.view.ticks(), **_theme_ticks(self.context.theme)}.items():
            self.action_set.set_checked(name, on)

    def _make_canvas(self, page: str) -> PageCanvas:
        canvas = make_canvas(self.context, page, self.tabs)
        canvas.monitor_requested.connect(self.controllers.monitors.drop)
        canvas.selection_changed.connect(self._pending.start)
        canvas.block_activated.connect(self.controllers.uses.activate)
        canvas.pin_activated.connect(self.controllers.inspectors.open_pin)
        canvas.monitor_activated.connect(self.controllers.inspectors.open_monitor)
        canvas.pin_left_empty.connect(self.context.pin_left_empty)
        canvas.popup.taken.connect(self.panels.palette.note_use)
        canvas.context_menu_requested.connect(self._context_menu)
        canvas.zoom_changed.connect(self.status.show_zoom)
        return canvas

    def _connect_document(self) -> None:
        context = self.context
        context.document_closing.connect(self.banner.clear)
        context.document_closing.connect(self.tabs.clear_pages)
        context.document_opened.connect(
            self._fill_palette
        )  # first, as it asks for a refresh, which the next one is
        context.document_opened.connect(self._show_document)
        self.controllers.python_blocks.found.connect(self._fill_palette)
        self.controllers.python_blocks.place_requested.connect(self.place_symbol)
        context.changed.connect(self._follow)
        context.commit_requested.connect(self._commit)
        self.controllers.files.saved.connect(self.banner.clear)
        self.controllers.files.saved.connect(self.refresh_title)
        self.tabs.shown.connect(self._on_page_shown)
        self.tabs.dragged.connect(self._move_page)

    def _connect_context(self) -> None:
        context, controllers = self.context, self.controllers
        context.place_requested.connect(self.go_to)
        context.panel_requested.connect(self.docks.reveal)
        context.within_changed.connect(self._show_way)
        self.way_bar.chosen.connect(controllers.uses.go_back_to)
        context.status_changed.connect(self.status.showMessage)
        context.actions_changed.connect(self.refresh_actions)
        context.runner.changed.connect(self.refresh_actions)
        context.close_requested.connect(self.close)
        controllers.files.recent_changed.connect(self._show_recent)
        controllers.files.start_requested.connect(self.show_start)
        controllers.files.banner_requested.connect(
            lambda text, choices: self.banner.show_message(text, choices)
        )
        controllers.editing.find_requested.connect(self.find_bar.open_bar)
        controllers.run.problem_requested.connect(self._move_on)
        controllers.run_presenter.run_shown.connect(self.status.show_run)
        controllers.run_presenter.finished.connect(self._show_run_end)
        view = controllers.view
        view.commands_requested.connect(self._open_commands)
        view.panel_focus_requested.connect(self._focus_panel)
        view.panel_cycled.connect(lambda by: self.docks.cycle(by, self.center_focus()))
        view.panels_reset.connect(self.docks.reset)

    def _connect_parts(self) -> None:
        context, panels = self.context, self.panels
        self.start_page.open_file.connect(lambda path: context.open_requested.emit([path]))
        self.start_page.open_sample.connect(context.copy_requested)
        self.start_page.left.connect(self.show_pages)
        for source in (self.start_page, self.tabs, panels.properties):
            source.command.connect(lambda name: self.action_set[name].trigger())
        panels.palette.placed.connect(self.place_symbol)
        panels.problems.counted.connect(self.status.show_problems)
        panels.problems.counted.connect(lambda *counts: self.docks.show_count("problems", sum(counts)))
        panels.results.counted.connect(self._show_result_count)
        panels.times.switched.connect(self.action_set["run.times"].setChecked)
        self.find_bar.found.connect(lambda page, item: context.go_to(item, page=page, keep_focus=True))
        self.find_bar.replace_requested.connect(self.controllers.editing.replace_texts)
        self.find_bar.closed.connect(lambda: self.center_focus().setFocus())

    def _fill_late(self) -> None:
        """Fill what the first picture does not need; the worker imports TensorFlow meanwhile."""
        self.docks.fold_below()  # as high as they were left, they take room until there is something to say
        self._fill_palette()
        self.runner.warm_up()
        QTimer.singleShot(_ASIDE_MS, self, self._show_version)

    def _show_version(self) -> None:
        """Show which TensorFlow there is, which takes a while to find out."""
        version = version_of("tensorflow", "tensorflow-cpu")
        self.status.tensorflow.setText(f"TensorFlow {version}" if version else "no TensorFlow")

    def _fill_palette(self) -> None:
        """Show the blocks that the document may have."""
        if self._closes:
            return
        self.panels.palette.fill(self.context.catalog)
        self._pending.start()

    # --- the document
    @property
    def document(self) -> Document | None:
        """Return the document that is open."""
        return self.context.document

    @property
    def is_vacant(self) -> bool:
        """Return whether another project may take this window: it would lose nothing that took time to make.

        None is open, or a new one or a sample, without a change, without a run, and not of another format.
        """
        document = self.document
        return document is None or not (
            document.path is not None
            or document.is_modified
            or document.history.names()
            or self.results.has_run
            or any(page.report for page in document.project.pages)
        )

    def _show_document(self) -> None:
        """Show the pages of the document that is open now, else the start page."""
        if self._closes:
            self._pending.stop()
            return
        self.tabs.set_pages(self.context.pages)
        if self.document is None:
            self.show_start()
        else:
            self.show_pages()
        self._refresh()

    def _follow(self, changes: Any) -> None:
        """Follow the changes of one step of the document: the tabs at once, the panels once the step is over."""
        self.tabs.follow(changes, self.context.pages)
        self._pending.start()

    def _commit(self) -> None:
        """Take the texts that are being typed, in the properties and on the page."""
        self.panels.properties.commit()
        self.run_bar.commit()
        canvas = self.tabs.current_canvas()
        if canvas is not None:
            canvas.items.boxes.commit_notes()

    def _on_page_shown(self, name: str) -> None:
        if name != self.context.page_name:  # else the form's old texts would undo a change from elsewhere
            self.panels.properties.commit()
            self.context.set_within(None)
        self.context.page_name = name or None
        self.status.page.setText(shortened(name, _MOST_NAME))
        self.panels.results.show_page(name)
        self.controllers.times.show()
        self.controllers.diagnostics.show_page()
        self.controllers.diagnostics.check_page(at_once=True)
        self._pending.start()

    def _show_way(self) -> None:
        """Show the way into the use that is looked at, and the results that lie there."""
        self.way_bar.show_way(self.context.within)
        self.panels.results.show_page(self.context.page_name or "")
        self._pending.start()

    def _move_page(self, page: str, to: int) -> None:
        """Let the document follow a tab that was dragged; refused, the tab goes back."""
        if not self.context.apply(MovePage(page, to)):
            self.tabs.set_pages(self.context.pages)

    # --- what is shown
    def _refresh(self) -> None:
        """Bring panels, bars and actions up to date with the document and the selection."""
        self._pending.stop()
        self.panels.refresh()
        self._count_selection()
        self.run_bar.refresh()
        self.refresh_actions()
        self.refresh_title()
        self.find_bar.look_again()

    def refresh_selection(self) -> None:
        """Show the selection in the panels and the status line."""
        self.panels.refresh_selection()
        self._count_selection()

    def _count_selection(self) -> None:
        canvas = self.tabs.current_canvas()
        if canvas is None:
            self.status.show_selection(0, 0, 0)
        else:
            chosen = canvas.selection
            others = len(chosen.notes) + len(chosen.monitors)
            self.status.show_selection(len(chosen.blocks), len(chosen.wires), others)

    def refresh_title(self) -> None:
        """Name the file in the title, with a mark while it is not saved."""
        document = self.document
        if document is None:
            self.setWindowTitle("TensorBlocks")
            self.setWindowModified(False)
            return
        name = document.path.name if document.path is not None else document.title or "untitled"
        only = " (read only)" if document.read_only else ""
        self.setWindowTitle(f"{unstarred(name)}{only}[*] — TensorBlocks")
        self.setWindowModified(document.is_modified)

    def refresh_actions(self) -> None:
        """Enable the actions that the present state allows."""
        self.action_set.set_states(
            action_states(self.context, pages_in_front=self._center.currentIndex() == 1)
        )
        for name, on in self.controllers.page_view.ticks().items():
            self.action_set.set_checked(name, on)

    def place_symbol(self, symbol: str) -> None:
        """Put a block of that symbol beside the selected one, else in the middle of the view."""
        canvas = self.tabs.current_canvas()
        if canvas is None or not self.context.editable:
            self.context.show_status("Open a project first: File > New project", 5000)
            return
        if canvas.placer.place_beside(symbol):
            self.panels.palette.note_use(symbol)

    def go_to(self, page: str, block: str = "", pin: str = "", keep_focus: bool = False) -> None:
        """Show a page, and a block or pin on it, selected in the middle of the view."""
        self.show_pages()
        self.tabs.show_page(page)
        canvas = self.tabs.current_canvas()
        if canvas is None:
            return
        if block:
            canvas.unfold_around(block)
            canvas.selection.choose_ids([block])
            canvas.viewport.center_on(block, pin or None)
        if not keep_focus:
            canvas.setFocus()

    def _find(self, text: str) -> list[Hit]:
        document = self.document
        return find_in(document.project, text, self.context.page_name) if document is not None else []

    def _context_menu(self, at: QPoint, kind: str, item: str) -> None:
        self.refresh_selection()
        self.refresh_actions()
        menu = self.action_set.context_menu(self._place_of(kind, item), self)
        self.controllers.notes.extend_menu(menu, kind, item)
        self.controllers.diagnostics.head_menu(menu, kind, item)
        self.controllers.consent.head_menu(menu, kind, item)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _place_of(self, kind: str, item: str) -> str:
        """Return the name under which the actions know a place: curves among monitors, frames among notes have one."""
        page = self.context.page
        placed = page.monitors.get(item) or page.notes.get(item) if page is not None else None
        return placed.kind if placed is not None and placed.kind in ("curve", "frame") else kind

    def _open_commands(self) -> None:
        """Open the command palette."""
        from app.editor.actions.command_palette import CommandPalette  # late: with its first opening

        CommandPalette(self.action_set.all(), self.action_set.remedies(), self).open_over(self)

    def _focus_panel(self, name: str) -> None:
        """Put the keyboard into a panel: the palette's filter, the first of the properties."""
        self.docks.reveal(name, focus=True)
        if name == "palette":
            self.panels.palette.filter.selectAll()
        elif name == "properties":
            self.panels.properties.focus_first()

    def _move_on(self, by: int) -> None:
        """Go so many problems on in the list."""
        self.docks.reveal("problems")
        self.panels.problems.move_on(by)

    def _show_result_count(self, count: int) -> None:
        self.docks.show_count("results", count)
        if count and not self.panels.problems.shown() and self.docks.in_front("problems"):
            self.docks.reveal("results")  # a list of no problems says less
        elif count:
            self.docks.unfold_below()

    def _show_run_end(self, page: str, well: bool) -> None:
        """Bring the results of a run to the front where the problems are, or the problems if it has failed."""
        if not well:
            self.docks.reveal("problems")
        elif page == self.context.page_name and self.docks.in_front("problems"):
            self.docks.reveal("results")

    # --- the window itself
    def show_start(self) -> None:
        """Show the start page; an open project stays open behind it."""
        self._show_recent()
        self._center.setCurrentIndex(0)
        self.start_page.setFocus()
        self.refresh_actions()

    def _show_recent(self) -> None:
        document = self.document
        name = (
            "" if document is None else document.path.name if document.path else document.title or "untitled"
        )
        self.start_page.show_recent(self.store.values.recent_files, self.context.theme.name, name)

    def show_pages(self) -> None:
        """Show the project's pages."""
        if self.document is not None and self._center.currentIndex() != 1:
            self._center.setCurrentIndex(1)
            self.center_focus().setFocus()
            self.refresh_actions()

    def center_focus(self) -> QWidget:
        """Return what takes the keyboard in the middle of the window."""
        canvas = self.tabs.current_canvas()
        return canvas if canvas is not None and self._center.currentIndex() == 1 else self._center

    def apply_theme(self, theme: Theme) -> None:
        """Show the theme, which the application has taken already."""
        self.context.theme = theme
        for name, on in _theme_ticks(theme).items():
            self.action_set.set_checked(name, on)
        for canvas in self.tabs.canvases():
            canvas.set_theme(theme)
            canvas.set_grid_size(grid_size_of(self.store.values))
        self.action_set.set_keys(self.store.values.keys)
        self._show_recent()
        self.panels.properties.rebuild()
        self.panels.log.set_theme(theme)
        self.tool_bar.renew_sign()

    def restore_layout(self) -> None:
        """Take size, place and docks from the settings."""
        values = self.store.values
        if values.geometry:
            self.restoreGeometry(QByteArray.fromBase64(values.geometry.encode("ascii", "replace")))
        self.docks.restore(values.layout, values.height_below)

    def childEvent(self, event: QChildEvent) -> None:
        """Let a click on a dock's tab show what it holds; Qt makes the tabs when it needs them."""
        super().childEvent(event)
        if event.polished() and isinstance(tabs := event.child(), QTabBar):
            tabs.tabBarClicked.connect(lambda _: QTimer.singleShot(0, self, self.docks.unfold_below))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(u.isLocalFile() for u in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the files dropped."""
        paths = [u.toLocalFile() for u in event.mimeData().urls() if u.isLocalFile()]
        event.acceptProposedAction()
        self.context.open_requested.emit(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work and runs, remember the layout, end the worker."""
        if not self.controllers.may_close():
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self.store.change(geometry=geometry, layout=self.docks.state(), height_below=self.docks.height_below)
        self._closes = True
        self.context.set_document(None)
        self.controllers.close()
        self.closed.emit()
        super().closeEvent(event)
        if self.tabs.is_leaving:
            self.tabs.emptied.connect(self._go)
        else:
            self._go()

    def _go(self) -> None:
        forget_style_rules(self)
        self.deleteLater()


def _theme_ticks(theme: Theme) -> dict[str, bool]:
    """Return which actions of the View menu have a tick under a theme."""
    return {"view.light": not theme.dark, "view.classic": theme.classic}
