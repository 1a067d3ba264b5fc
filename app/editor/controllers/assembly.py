"""Makes the controllers of one window and connects them with each other and with the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.document.checks.wire_types import writes_to_source
from app.editor.controllers.companions import CompanionController
from app.editor.controllers.consent import ConsentController
from app.editor.controllers.data_files import DataFiles
from app.editor.controllers.diagnostics_presenter import DiagnosticsPresenter
from app.editor.controllers.edit import ArrangeController, EditController, PageController
from app.editor.controllers.exports import ExportController
from app.editor.controllers.file import FileController
from app.editor.controllers.import_reports import ImportReports
from app.editor.controllers.inspectors import InspectorController
from app.editor.controllers.live_runs import LiveRuns
from app.editor.controllers.models import ModelController
from app.editor.controllers.monitors import MonitorController
from app.editor.controllers.notes import NoteController
from app.editor.controllers.page_view import PageViewController
from app.editor.controllers.part_runs import PartController
from app.editor.controllers.pictures import PictureController
from app.editor.controllers.preferences import PreferencesController
from app.editor.controllers.python_blocks import PythonBlockController
from app.editor.controllers.recovery import Recovery
from app.editor.controllers.run import RunController
from app.editor.controllers.run_presenter import RunPresenter
from app.editor.controllers.saved_results import SavedResults
from app.editor.controllers.snapshots import SnapshotController
from app.editor.controllers.step_times import StepTimes
from app.editor.controllers.sweeps import SweepController
from app.editor.controllers.uses import UseController
from app.editor.controllers.view import ViewController

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.document.model.problems import Problem
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext


class Controllers:
    """All controllers of a window. ``over`` is the widget that new tables lie over."""

    def __init__(self, context: EditorContext, over: QWidget) -> None:
        """Make them; what follows the same signal is connected in the order in which it is to follow."""
        self._context = context
        self.consent = ConsentController(context)  # knows what a run asks for before its problems are shown
        self.companions = CompanionController(context, self.consent)
        self.diagnostics = DiagnosticsPresenter(context)
        self.recovery = Recovery(context)
        self.files = FileController(context)
        self.models = ModelController(context)
        self.saved_results = SavedResults(context)
        self.editing = EditController(context)
        self.arrange = ArrangeController(context)
        self.pages = PageController(context)
        self.uses = UseController(context)
        self.pictures = PictureController(context)
        self.exports = ExportController(context)
        self.notes = NoteController(context)
        self.view = ViewController(context)
        self.reports = ImportReports(context)
        self.preferences = PreferencesController(context)
        self.page_view = PageViewController(context)
        self.monitors = MonitorController(context)
        self.inspectors = InspectorController(context, self.monitors, over)
        self.snapshots = SnapshotController(context, self.files, self.companions)
        self.times = StepTimes(context)
        self.run_presenter = RunPresenter(context, self.diagnostics)
        self.python_blocks = PythonBlockController(context)
        self.run = RunController(context, self.run_presenter, self.diagnostics, self.times, self.consent)
        self.parts = PartController(context, self.diagnostics, self.consent, self._writes)
        self.live = LiveRuns(context, self.run, self.diagnostics, self.consent)
        self.sweeps = SweepController(context, self.consent)
        self.data_files = DataFiles(context)
        self._connect()

    def _connect(self) -> None:
        context = self._context
        for forget in (
            self.inspectors.close_all, self.run.forget_document, self.snapshots.close_comparisons,
            self.saved_results.forget, self.python_blocks.forget, self.consent.forget,
            self.parts.forget, self.sweeps.forget, self.live.forget, context.results.forget,
            self.data_files.forget, self.diagnostics.forget,
        ):  # fmt: skip
            context.document_closing.connect(forget)
        context.document_opened.connect(self.companions.follow_document)
        context.document_opened.connect(self.recovery.follow_document)
        context.document_opened.connect(self.files.follow_document)
        context.document_opened.connect(self.python_blocks.look)
        context.changed.connect(self.python_blocks.follow)
        self.files.saved.connect(self.python_blocks.look)
        self.files.brought.connect(self.companions.allow_made)
        self.files.saved.connect(self.companions.follow_save)
        self.snapshots.made.connect(self.companions.allow_made)
        for follow in (
            context.results.rename, self.data_files.follow_page_name, self.inspectors.follow_page_name,
            self.run.follow_page_name, lambda *_: self.diagnostics.check_page(),
        ):  # fmt: skip
            context.page_renamed.connect(follow)
        context.changed.connect(self._follow_block_names)
        context.page_edited.connect(self._on_page_edited)
        context.inspector_requested.connect(self.inspectors.open)
        context.within_changed.connect(self._look_there)
        self.uses.other_activated.connect(self.inspectors.open_block)
        self.files.opened.connect(self.diagnostics.show_page)
        self.files.opened.connect(self.companions.look)
        self.companions.known.connect(self.saved_results.read)
        self.companions.changed.connect(self.diagnostics.check_page)
        self.companions.changed.connect(self.python_blocks.look)
        self.saved_results.shown.connect(self.diagnostics.show_results)
        self.saved_results.problem_found.connect(self.diagnostics.show_problems)
        self.parts.files_read.connect(self.data_files.follow_part)
        self.data_files.rewritten.connect(self._on_rewritten)
        self.consent.refused.connect(self.run_presenter.show_refused)
        self.snapshots.run_requested.connect(self.run.run_from)
        self.snapshots.state_changed.connect(self.run_presenter.show_state)

    def _follow_block_names(self, changes: Any) -> None:
        """Let states and results follow the blocks of every page."""
        for change in changes:
            if change.kind == "block-renamed":
                names = change.page, str(change.old), str(change.id)
                self._context.runner.follow_block_name(*names)
                self._context.results.rename_block(*names)
                self.data_files.follow_block_name(*names)

    def _look_there(self) -> None:
        """Show what is known at the place where the page shown is looked at; runs show what lies there from now on."""
        context = self._context
        if context.within is not None:
            context.runner.plans.show_within(context.within.root, (f"{context.prefix}*",))
            context.results.look_inside(context.page_name or "", context.within.root, context.prefix)
        else:
            context.results.leave()
        self.diagnostics.show_page()
        self.diagnostics.check_page(at_once=True)
        context.refresh_actions()

    def _on_page_edited(self, page: str, results_are_stale: bool) -> None:
        edited = self._context.page_named(page)
        if results_are_stale and edited is not None:
            self._context.results.follow(edited, self._writes, self._context.pages_of)
        self.run.follow_page(page, results_are_stale)
        if page == self._context.run_page:
            self.diagnostics.check_page()

    def _on_rewritten(self, page: str, blocks: Any) -> None:
        """Follow files that are others than when some blocks of a page have read them."""
        context, drawn = self._context, self._context.page_named(page)
        if drawn is not None:
            context.results.follow_files(drawn, blocks, self._writes, context.pages_of)
            if page == context.run_page:
                self.diagnostics.check_page()

    @staticmethod
    def _writes(symbol: str, pin: str) -> bool:
        from blocks.catalog import load  # late: the window shows before the catalog is read

        return writes_to_source(load(), symbol, pin)

    def may_close(self) -> bool:
        """Ask about what the window's end would lose; returns whether it may close."""
        return self.files.may_leave() and self.run.may_close() and self.sweeps.may_close()

    def may_allow(self, problem: Problem) -> bool:
        """Return whether a problem is a refusal that the user can lift."""
        return self.consent.may_allow(problem) or self.companions.may_allow(problem)

    def allow_problem(self, problem: Problem) -> None:
        """Ask about what a problem says was refused."""
        if self.companions.may_allow(problem):
            self.companions.allow()
        else:
            self.consent.allow_problem(problem)

    def actions(self) -> Handlers:
        """Return what every action calls."""
        parts = (
            self.files, self.editing, self.pages, self.uses, self.arrange, self.view, self.page_view, self.run,
            self.inspectors, self.snapshots, self.monitors, self.python_blocks, self.consent, self.reports,
            self.pictures, self.exports, self.parts, self.sweeps, self.live, self.preferences,
        )  # fmt: skip
        return {action: handler for part in parts for action, handler in part.actions().items()}

    def close(self) -> None:
        """End all threads, and the runner with its workers."""
        self.diagnostics.close()
        self.python_blocks.close()
        self.recovery.close()
        self.saved_results.close()
        self.companions.close()
        self.parts.close()
        self.models.close()
        self.exports.models.close()
        self.sweeps.close()
        self.data_files.close()
        self._context.runner.close()
        self.snapshots.close()
