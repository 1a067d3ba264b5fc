"""The main window: puts pages, docks and actions together, and lets all of them follow one document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QToolBar, QVBoxLayout, QWidget

from app.editor.actions.action_set import ActionSet
from app.editor.canvas.page_state.finder import find_blocks
from app.editor.context import EditorContext
from app.editor.controllers.diagnostics_presenter import DiagnosticsPresenter
from app.editor.controllers.edit import ArrangeController, EditController, PageController
from app.editor.controllers.file import FileController
from app.editor.controllers.help import HelpController
from app.editor.controllers.monitors import MonitorController
from app.editor.controllers.recovery import Recovery
from app.editor.controllers.run import RunController
from app.editor.controllers.snapshots import SnapshotController
from app.editor.controllers.view import ViewController, version_of
from app.editor.panels.history import HistoryPanel
from app.editor.panels.log import LogPanel
from app.editor.panels.manual import ManualPanel
from app.editor.panels.outline import Outline
from app.editor.panels.palette import Palette
from app.editor.panels.problems import ProblemsPanel
from app.editor.panels.results import ResultsPanel
from app.editor.panels.snapshots import SnapshotsPanel
from app.editor.panels.step_times import TimesPanel
from app.editor.properties.panel import Properties
from app.editor.results.imported_state import remove_store
from app.editor.results.store import ResultStore
from app.editor.runs.runner import Runner
from app.editor.widgets import dialogs
from app.editor.widgets.icons import program_icon
from app.editor.widgets.theme import Theme
from app.editor.window.banner import Banner
from app.editor.window.docks import Docks
from app.editor.window.find_bar import FindBar
from app.editor.window.page_tabs import PageTabs
from app.editor.window.run_bar import RunBar
from app.editor.window.start_page import StartPage
from app.editor.window.status_line import StatusLine

if TYPE_CHECKING:
    from app.document.editing.base import Change
    from app.document.editing.document import Document
    from app.editor.application.application import Application
    from app.editor.canvas.page_canvas import PageCanvas

# Changes that leave the results and problems of a page as they are.
_OUTWARD = frozenset(
    {"block-moved", "note-added", "note-removed", "note-moved", "note-changed", "monitor-added"}
    | {
        "monitor-removed",
        "monitor-moved",
        "monitor-changed",
        "saved",
        "history",
        "page-moved",
        "page-renamed",
    }
)


def _is_setting(change: Change) -> bool:
    """Whether a change of a page leaves its results as true as they were."""
    return change.kind == "page-changed" and change.old in ("run", "snapshots", "results", "report")


class EditorWindow(QMainWindow):
    """One window with at most one open project."""

    def __init__(self, application: Application) -> None:
        """Build the window with nothing open."""
        super().__init__()
        self.application, self.store = application, application.store
        self.ask, self.tell = dialogs.ask, dialogs.tell  # tests answer in their place
        self.document: Document | None = None
        self.is_foreign = False  # opened from a file that this user has not made or agreed to
        self._unsubscribe: Callable[[], None] | None = None
        self._selected: list[str] = []  # the blocks that the panels show as selected
        self._renamed: list[str] = []  # the selection, where one of its blocks bears a new id
        self.setWindowIcon(program_icon())
        self.setAcceptDrops(True)
        self.resize(1320, 840)
        self.context = EditorContext(self)
        self.results = ResultStore(self)
        self.runner = (
            Runner(application.make_engine, self) if application.make_engine else Runner(parent=self)
        )
        self.diagnostics = DiagnosticsPresenter(self)
        self.recovery = Recovery(self)
        self._build_center()
        self._build_panels()
        self._build_actions()
        self._connect()
        self._pending = QTimer(self)
        self._pending.setSingleShot(True)
        self._pending.setInterval(0)
        self._pending.timeout.connect(self._refresh)
        self.restore_layout()
        self.show_start()
        self.refresh_actions()
        self.refresh_title()
        QTimer.singleShot(0, self, self._fill_late)  # not where it has closed at once

    # --- building
    def _build_center(self) -> None:
        self.start_page = StartPage(self)
        self.banner = Banner(self)
        self.find_bar = FindBar(self._find, self)
        self.tabs = PageTabs(self.context, self._make_canvas, self)
        pages = QWidget(self)
        layout = QVBoxLayout(pages)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.banner, self.find_bar, self.tabs):
            layout.addWidget(part)
        self._center = QStackedWidget(self)
        self._center.addWidget(self.start_page)
        self._center.addWidget(pages)
        self.setCentralWidget(self._center)

    def _build_panels(self) -> None:
        self.palette_panel = Palette(self.store, self)
        self.outline = Outline(self)
        self.properties = Properties(self.context, self)
        self.problems_panel = ProblemsPanel(self)
        self.results_panel = ResultsPanel(self.results, self)
        self.log = LogPanel(self)
        self.history_panel = HistoryPanel(self)
        self.snapshots = SnapshotController(self)
        self.snapshots_panel = SnapshotsPanel(self.snapshots, self)
        self.times_panel = TimesPanel(self)
        self.manual_panel = ManualPanel(self)
        contents: dict[str, QWidget] = {
            "palette": self.palette_panel, "outline": self.outline, "properties": self.properties,
            "problems": self.problems_panel, "results": self.results_panel, "log": self.log,
            "history": self.history_panel, "snapshots": self.snapshots_panel, "times": self.times_panel,
            "manual": self.manual_panel,
        }  # fmt: skip
        self.docks = Docks(self, contents)
        self.status = StatusLine(self)
        self.setStatusBar(self.status)
        version = version_of("tensorflow", "tensorflow-cpu")
        self.status.tensorflow.setText(f"TensorFlow {version}" if version else "no TensorFlow")

    def _build_actions(self) -> None:
        self.files = FileController(self)
        self.editing = EditController(self)
        self.pages = PageController(self)
        self.arrange = ArrangeController(self)
        self.view = ViewController(self)
        self.help = HelpController(self)
        self.run = RunController(self)
        self.monitors = MonitorController(self)
        self.action_set = ActionSet(self, self._handler)
        self.action_set.fill_menus(self, {"&View": self.docks.fill_menu})
        bar = QToolBar("Toolbar", self)
        bar.setObjectName("toolbar")
        bar.setMovable(False)
        self.action_set.fill_toolbar(bar)
        self.run_bar = RunBar(self.context, self)
        bar.addWidget(self.run_bar)
        self.addToolBar(bar)
        self.addActions(self.action_set.all())
        for name, on in (
            ("view.grid", self.store.values.grid),
            ("view.snap", self.store.values.snap),
            ("view.minimap", self.store.values.minimap),
            ("view.texts", self.store.values.texts),
            ("view.types_on_wires", self.store.values.types_on_wires),
            ("view.colour_by_dtype", self.store.values.colour_by_dtype),
            ("view.light", not self.application.theme.dark),
        ):
            self.action_set.set_checked(name, on)

    def _handler(self, call: str) -> Callable[..., Any]:
        part, _, method = call.partition(".")
        return getattr(getattr(self, part), method)

    def _connect(self) -> None:
        self.start_page.open_file.connect(lambda path: self.application.open_path(path, self))
        self.start_page.open_sample.connect(lambda path: self.application.open_copy(path, self))
        for source in (self.start_page, self.tabs, self.properties):
            source.command.connect(lambda name: self.action_set[name].trigger())
        self.palette_panel.placed.connect(self.place_symbol)
        self.outline.chosen.connect(self.go_to)
        self.context.go.connect(lambda block, pin: self.go_to(self.context.page_name or "", block, pin))
        self.context.refused.connect(self.show_refusal)
        self.context.open_table.connect(self.run.open_table)
        self.problems_panel.chosen.connect(self._go_to_problem)
        self.problems_panel.fix_wanted.connect(lambda fix: self.diagnostics.apply_fix(fix))
        self.problems_panel.counted.connect(self.status.show_problems)
        self.results_panel.opened.connect(self.run.open_table)
        self.results_panel.chosen.connect(
            lambda key: self.go_to(self.context.page_name or "", key.partition(".")[0])
        )
        self.history_panel.wanted.connect(self.editing.go_to)
        self.times_panel.switched.connect(self.action_set["run.times"].setChecked)
        self.times_panel.chosen.connect(
            lambda block: self.go_to(self.context.page_name or "", block, keep_focus=True)
        )
        self.find_bar.found.connect(
            lambda block: self.go_to(self.context.page_name or "", block, keep_focus=True)
        )
        self.find_bar.closed.connect(lambda: self.center_focus().setFocus())
        self.tabs.shown.connect(self._on_page_shown)

    def _fill_late(self) -> None:
        """Fill what the first picture does not need; the worker imports TensorFlow meanwhile."""
        from blocks.catalog import load

        self.palette_panel.fill(load())
        self.runner.warm_up()

    # --- the document
    @property
    def is_vacant(self) -> bool:
        """Return whether another project may take this window: none open, or a new one without a change."""
        document = self.document
        return document is None or (
            document.path is None and not document.is_modified and not document.history.names()
        )

    def set_document(self, document: Document | None) -> None:
        """Let everything follow another document; the one before is let go without a question."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        self.run.forget_document()
        self.results.forget()
        self.diagnostics.forget()
        self.banner.clear()
        self.recovery.follow(document)
        self.tabs.set_document(None)
        if self.document is not None and self.document is not document:
            remove_store(self.document)
        self.document = self.context.document = document
        self.context.page_name = None
        self._unsubscribe = document.subscribe(self._on_changes) if document is not None else None
        path = document.path if document is not None else None
        self.is_foreign = path is not None and not self.store.is_trusted(path)
        self.files.watch(path)
        self.tabs.set_document(document)
        if document is None:
            self.show_start()
        else:
            self.show_pages()
        self._refresh()

    def commit(self) -> None:
        """Take the texts that are being typed, in the properties and on the page."""
        self.properties.commit()
        self.run_bar.commit()
        canvas = self.tabs.current_canvas()
        if canvas is not None:
            canvas.items.boxes.commit_notes()

    def _on_changes(self, changes: list[Change]) -> None:
        """Follow a step of the document: names at once, panels once the step is over."""
        for change in changes:
            if change.kind == "page-renamed" and isinstance(change.old, str):
                self._follow_page_name(change.old, change.page)
            elif change.kind == "block-renamed" and change.page == self.context.page_name:
                self._follow_block_name(str(change.old), str(change.id))
        self.tabs.follow(changes)
        for page in {c.page for c in changes if c.kind not in _OUTWARD and c.page}:
            if not all(_is_setting(c) for c in changes if c.page == page and c.kind not in _OUTWARD):
                self.results.mark_stale(page)
                self.run.problems.pop(page, None)
            self.run.follow_page(page)
            if page == self.context.page_name:
                self.diagnostics.check_page()
        self._pending.start()

    def _follow_page_name(self, old: str, new: str) -> None:
        if self.context.page_name == old:
            self.context.page_name = new
        self.results.rename(old, new)
        self.run.follow_page_name(old, new)
        self.diagnostics.check_page()

    def _follow_block_name(self, old: str, new: str) -> None:
        """Keep a renamed block selected once its canvas has heard of the new name."""
        if old in self._selected:
            self._selected = self._renamed = [new if b == old else b for b in self._selected]

    def _refresh(self) -> None:
        """Bring the panels up to date with the document and the selection."""
        canvas = self.tabs.current_canvas()
        if self._renamed and canvas is not None:
            canvas.selection.choose_ids(self._renamed)
        self._renamed = []
        project = self.document.project if self.document is not None else None
        self.outline.show_project(project, self.context.page_name)
        self.refresh_selection()
        self.properties.refresh()
        self.run_bar.refresh()
        self.history_panel.show_history(self.document)
        self.refresh_snapshots()
        self.refresh_actions()
        self.refresh_title()

    def refresh_snapshots(self) -> None:
        """Show the page's snapshots and what its present state is."""
        page = self.context.page
        folder = self.document.folder if self.document is not None else Path()
        state = self.runner.state_of(page.name) if page is not None else None
        self.snapshots_panel.show_page(page, state, folder, not self.runner.running)

    def refresh_title(self) -> None:
        """Name the file in the title, with a mark while it is not saved."""
        document = self.document
        if document is None:
            self.setWindowTitle("TensorBlocks")
            self.setWindowModified(False)
            return
        name = document.path.name if document.path is not None else document.title or "untitled"
        only = " (read only)" if document.read_only else ""
        self.setWindowTitle(f"{name}{only}[*] — TensorBlocks")
        self.setWindowModified(document.is_modified)

    def refresh_actions(self) -> None:
        """Enable the actions that the present state allows."""
        document, canvas = self.document, self.tabs.current_canvas()
        states = self.run.action_states()
        if document is not None:
            states |= {"document"} | ({"editable"} if not document.read_only else set())
            states |= {"undo"} if document.can_undo else set()
            states |= {"redo"} if document.can_redo else set()
            states |= {"saved"} if document.path is not None else set()
        if canvas is not None and self._center.currentIndex() == 1:
            blocks = canvas.selection.ordered_blocks()
            states.add("page")
            states |= {"blocks", "selection"} if blocks else set()
            states |= {"several"} if len(blocks) > 1 else set()
            states |= {"wires"} if canvas.selection.ordered_wires() else set()
            if canvas.selection:
                states.add("selection")
        self.action_set.set_states(states)

    # --- pages and selection
    def _make_canvas(self, page: str) -> PageCanvas:
        from app.editor.canvas.page_canvas import PageCanvas  # late: NodeGraphQt comes with the first page
        from app.editor.monitors.factory import MonitorMaker
        from blocks.catalog import load

        assert self.document is not None
        canvas = PageCanvas(self.document, page, load(), self.application.theme, self.tabs)
        canvas.set_monitor_factory(MonitorMaker(self.results, page, self.document))
        canvas.monitor_requested.connect(self.monitors.drop)
        canvas.set_grid(self.store.values.grid)
        canvas.snap = self.store.values.snap
        canvas.minimap.set_shown(self.store.values.minimap)
        canvas.set_show_texts(self.store.values.texts)
        canvas.feedback.set_types_on_wires(self.store.values.types_on_wires)
        canvas.feedback.set_colour_by_dtype(self.store.values.colour_by_dtype)
        canvas.selection_changed.connect(self._pending.start)
        canvas.block_activated.connect(self.run.open_block)
        canvas.pin_activated.connect(self.run.open_pin)
        canvas.status_text.connect(lambda text: self.status.showMessage(text, 6000))
        canvas.context_menu_requested.connect(self._context_menu)
        canvas.zoom_changed.connect(self.status.show_zoom)
        QTimer.singleShot(0, canvas, canvas.viewport.fit)  # once the layout has given it its size
        return canvas

    def _on_page_shown(self, name: str) -> None:
        if name != self.context.page_name:  # else the form's old texts would undo a change from elsewhere
            self.properties.commit()
        self.context.page_name = name or None
        self.status.page.setText(name)
        self.results_panel.show_page(name)
        self.run.times.show()
        self.diagnostics.show_page()
        self.diagnostics.check_page(at_once=True)
        self._pending.start()

    def refresh_selection(self) -> None:
        """Show the selection in the properties, the outline and the status line."""
        canvas = self.tabs.current_canvas()
        if canvas is None:
            self.properties.show_selection((), (), ())
            self.status.show_selection(0, 0, 0)
            return
        blocks, notes = canvas.selection.ordered_blocks(), canvas.selection.ordered_notes()
        wires, monitors = canvas.selection.ordered_wires(), canvas.selection.ordered_monitors()
        self._selected = blocks
        self.properties.show_selection(blocks, notes, [*wires, *monitors])
        self.outline.show_place(self.context.page_name, blocks[0] if len(blocks) == 1 else None)
        self.status.show_selection(len(blocks), len(wires), len(notes) + len(monitors))

    def place_symbol(self, symbol: str) -> None:
        """Put a block of that symbol at the middle of the view."""
        canvas = self.tabs.current_canvas()
        if canvas is None or not self.context.editable:
            self.status.showMessage("Open a project first: File > New project", 5000)
            return
        block = canvas.placer.add_symbol(symbol)
        if block:
            self.palette_panel.note_use(symbol)
            canvas.selection.choose_ids([block])

    def go_to(self, page: str, block: str = "", pin: str = "", keep_focus: bool = False) -> None:
        """Show a page, and a block or pin on it, selected in the middle of the view."""
        self.show_pages()
        self.tabs.show_page(page)
        canvas = self.tabs.current_canvas()
        if canvas is None:
            return
        if block:
            canvas.selection.choose_ids([block])
            canvas.viewport.center_on(block, pin or None)
        if not keep_focus:
            canvas.setFocus()

    def _go_to_problem(self, problem: Any) -> None:
        if problem is not None and problem.block:
            self.go_to(self.context.page_name or "", problem.block, problem.pin or "", keep_focus=True)
            if problem.pin:
                self.refresh_selection()
                self.properties.show_pin(problem.pin)

    def _find(self, text: str) -> list[str]:
        canvas = self.tabs.current_canvas()
        return find_blocks(canvas.items.page, text) if canvas is not None else []

    def _context_menu(self, at: QPoint, kind: str, item: str) -> None:
        self.refresh_selection()
        self.refresh_actions()
        menu = self.action_set.context_menu(kind, self)
        self.diagnostics.head_menu(menu, kind, item)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def show_refusal(self, text: str) -> None:
        """Say why an edit was refused."""
        self.status.showMessage(text, 8000)
        self.log.add(text, "warning")

    # --- the window itself
    def show_start(self) -> None:
        """Show the start page."""
        self.start_page.show_recent(self.store.values.recent_files)
        self._center.setCurrentIndex(0)
        self.refresh_actions()

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
        self.action_set.set_checked("view.light", not theme.dark)
        for canvas in self.tabs.canvases():
            canvas.set_theme(theme)
        self.start_page.show_recent(self.store.values.recent_files)
        self.properties.rebuild()

    def restore_layout(self) -> None:
        """Take size, place and docks from the settings."""
        values = self.store.values
        if values.geometry:
            self.restoreGeometry(QByteArray.fromBase64(values.geometry.encode("ascii", "replace")))
        self.docks.restore(values.layout)

    def flush_journal(self) -> None:
        """Write what the recovery journal has not written yet."""
        self.recovery.flush()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if any(u.isLocalFile() for u in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the files dropped."""
        paths = [u.toLocalFile() for u in event.mimeData().urls() if u.isLocalFile()]
        event.acceptProposedAction()
        self.application.open_paths(paths, self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work, remember the layout, end the worker."""
        if not self.files.may_leave():
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        self.store.change(geometry=geometry, layout=self.docks.state())
        self.set_document(None)
        self.diagnostics.close()
        self.runner.close()
        self.snapshots.close()
        self.application.closed(self)
        super().closeEvent(event)
        self.deleteLater()
