"""The panels of one window: made, connected with the controllers, brought up to date with document and selection."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

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
from app.editor.widgets.slices import LARGE, Once

if TYPE_CHECKING:
    from app.document.model.problems import Problem
    from app.editor.context import EditorContext
    from app.editor.controllers.assembly import Controllers


class Panels:
    """The contents of all docks."""

    def __init__(self, context: EditorContext, controllers: Controllers, parent: QWidget) -> None:
        """Make them, empty."""
        self._context = context
        self._selected: list[str] = []  # the blocks that are shown as selected
        self._names_due = False  # the outline's
        self._outline_due = Once(self._show_outline, parent)
        self._renamed: list[str] = []  # the selection, where one of its blocks bears a new id
        self.palette = Palette(context.store, parent)
        self.outline = Outline(parent)
        self.properties = Properties(context, parent)
        self.problems = ProblemsPanel(parent)
        self.results = ResultsPanel(context.results, parent)
        self.log = LogPanel(context.theme, parent)
        self.history = HistoryPanel(parent)
        self.snapshots = SnapshotsPanel(parent)
        self.times = TimesPanel(parent)
        self.manual = ManualPanel(parent)
        self._connect(controllers)
        self._connect_snapshots(controllers)

    def _connect(self, controllers: Controllers) -> None:
        context, diagnostics, times = self._context, controllers.diagnostics, controllers.times
        context.logged.connect(self.log.add)
        context.block_renamed.connect(self._follow_block_name)
        self.outline.chosen.connect(lambda page, block: context.go_to(block, page=page))
        self.problems.chosen.connect(self._go_to_problem)
        self.problems.fix_requested.connect(diagnostics.apply_fix)
        self.problems.may_allow = controllers.may_allow
        self.problems.allow_requested.connect(controllers.allow_problem)
        diagnostics.problems_shown.connect(self._show_problems)
        diagnostics.types_shown.connect(lambda *known: self.properties.show_types(*known))
        diagnostics.stale_shown.connect(self.problems.set_stale)
        diagnostics.awaited_shown.connect(self.problems.set_awaited)
        diagnostics.stale_shown.connect(self.properties.set_stale)
        self.results.opened.connect(context.open_inspector)
        self.results.chosen.connect(lambda key: context.go_to(key.partition(".")[0]))
        self.history.chosen.connect(controllers.editing.go_to)
        self.times.chosen.connect(lambda block: context.go_to(block, keep_focus=True))
        times.switched.connect(self.times.on.setChecked)
        times.shown.connect(lambda steps, blocks: self.times.show_times(steps, blocks))

    def _connect_snapshots(self, controllers: Controllers) -> None:
        panel, snapshots = self.snapshots, controllers.snapshots
        panel.store_requested.connect(lambda: snapshots.store())
        panel.back_requested.connect(snapshots.go_back)
        panel.run_requested.connect(snapshots.run_from)
        panel.comparison_requested.connect(snapshots.compare)
        panel.rename_requested.connect(snapshots.rename)
        panel.delete_requested.connect(snapshots.delete)
        panel.save_checkpoint_requested.connect(snapshots.save_checkpoint_dialog)
        panel.load_checkpoint_requested.connect(snapshots.load_checkpoint_dialog)
        snapshots.stored.connect(self._name_snapshot)
        self._context.runner.changed.connect(self.refresh_snapshots)
        controllers.companions.known.connect(self.refresh_snapshots)
        self._context.runner.handed_over.connect(lambda *_: self.refresh_snapshots())

    def contents(self) -> dict[str, QWidget]:
        """Return the panels by the names of their docks."""
        return {
            "palette": self.palette, "outline": self.outline, "properties": self.properties,
            "problems": self.problems, "results": self.results, "log": self.log, "history": self.history,
            "snapshots": self.snapshots, "times": self.times, "manual": self.manual,
        }  # fmt: skip

    def refresh(self) -> None:
        """Show the document as it is now."""
        document, canvas = self._context.document, self._context.canvas
        if self._renamed and canvas is not None:
            canvas.selection.choose_ids(self._renamed)
        self._renamed = []
        self._names_due = True
        before = self.properties.form
        self.refresh_selection()
        if self.properties.form is before:  # one made anew shows what there is
            self.properties.refresh()
        self.history.show_history(document)
        self.refresh_snapshots()

    def refresh_selection(self) -> None:
        """Show what is selected on the page, in the properties and the outline."""
        canvas = self._context.canvas
        if canvas is None:
            self.properties.show_selection((), (), ())
            self._follow_outline()
            return
        blocks = self._selected = canvas.selection.ordered_blocks()
        others = [*canvas.selection.wires, *canvas.selection.ordered_monitors()]
        self.properties.show_selection(blocks, canvas.selection.ordered_notes(), others)
        self._follow_outline()

    def _follow_outline(self) -> None:
        """Bring the outline up to date; that of a large page in a turn of the event loop of its own."""
        document = self._context.document
        pages = document.project.pages if document is not None else ()
        if sum(len(page.blocks) for page in pages) > LARGE:
            self._outline_due.start()
        else:
            self._show_outline()

    def _show_outline(self) -> None:
        document, page, blocks = self._context.document, self._context.page_name, self._selected
        if self._names_due:
            self._names_due = False
            self.outline.show_project(document.project if document is not None else None, page)
        if self._context.canvas is not None:
            self.outline.show_place(page, blocks[0] if len(blocks) == 1 else None)

    def refresh_snapshots(self) -> None:
        """Show the page's snapshots and what its present state is."""
        page, document, runner = self._context.page, self._context.document, self._context.runner
        folder = document.folder if document is not None else Path()
        companions = runner.plans.files.at(folder)
        state = runner.state_of(page.name) if page is not None else None
        self.snapshots.show_page(page, state, companions, not runner.running)

    def _follow_block_name(self, old: str, new: str) -> None:
        """Hold a renamed block selected once its canvas follows the new name."""
        if old in self._selected:
            self._selected = self._renamed = [new if b == old else b for b in self._selected]

    def _show_problems(self, problems: Any, inputs: Any) -> None:
        self.problems.set_problems(problems, inputs)
        self.properties.show_problems(problems)

    def _go_to_problem(self, problem: Problem) -> None:
        """Show the block or pin that a problem is at, and its row in the properties."""
        if problem.block:
            self._context.go_to(problem.block, problem.pin or "", keep_focus=True)
            if problem.pin:
                self.refresh_selection()
                self.properties.show_pin(problem.pin)

    def _name_snapshot(self, name: str) -> None:
        self.refresh_snapshots()
        self.snapshots.begin_naming(name)
