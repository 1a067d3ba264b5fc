"""What the program knows of a page (problems, types, states, results), shown on canvas and panels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from msgspec import structs
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu

from app.document.editing.base import EditRefused
from app.document.model.problems import Problem, joined
from app.editor.analysis.demands import Demands
from app.editor.analysis.fix_search import FixSearch
from app.editor.analysis.page_checker import PageChecker
from app.editor.analysis.type_inference import TypeInference
from app.editor.widgets.fix_menu import add_fixes
from app.editor.widgets.slices import LARGE, Once
from app.editor.within import LastWithin, problems_within, values_within
from app.engine.analysis.page_analysis import Checked, PageAnalysis, analyse
from app.messages import error_text, fix_title, message_of
from blocks.dtypes import label
from blocks.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from app.document.model.diagram import Page
    from app.document.model.fix import Fix
    from app.editor.canvas.page_canvas import PageCanvas
    from app.editor.context import EditorContext
    from app.editor.runs.state import RunEnd
    from app.engine.inference.result import Inference


# What a check and an inference found, and the types by both.
_TypesKnown = tuple[Checked | None, "Inference | None", dict[str, TensorSpec | str]]


class DiagnosticsPresenter(QObject):
    """Collects what checks and runs find, by page, and shows it for the page that is current.

    After a change of the page what was known of it stays, shown as stale, until the new is there. The signals are for
    the panels; canvases are reached through the context.
    """

    problems_shown = Signal(object, object)  # list[Problem]; values at failed blocks' inputs, by "block.pin"
    types_shown = Signal(object, object, object)  # types, values, what inputs require; each by "block.pin"
    stale_shown = Signal(bool)  # whether problems and types are those of before the last change
    awaited_shown = Signal(bool)  # whether TensorFlow is still to say what it finds

    def __init__(self, context: EditorContext) -> None:
        """Begin with nothing known."""
        super().__init__(context)
        self._context = context
        self._shown: Sequence[Problem] = ()  # of the page shown
        self._checked: dict[str, Checked] = {}
        self._inferred: dict[str, Inference] = {}
        self._types_known: _TypesKnown | None = None  # joined last
        self._types_there: LastWithin[TensorSpec | str] = LastWithin()  # where the page shown is looked at
        self._required_there: LastWithin[TensorSpec] = LastWithin()
        self._unchecked: set[str] = set()  # pages changed since their check
        self._stale: set[str] = set()  # pages changed since their inference
        plans = context.runner.plans
        self._checker = PageChecker(plans, self)
        self._checker.checked.connect(self._on_checked)
        self._types = TypeInference(context.runner, self, plans.copy)
        self._types.found.connect(self._on_types)
        self._fixes = FixSearch(self, self._with_cures, plans.copy)
        self._fixes.found.connect(self._on_fixes)
        self._failed_inputs: dict[str, dict[str, Any]] = {}  # of the last run's failed blocks, by page
        self._demands = Demands()
        self._problems_due = Once(lambda: self.show_problems(context.run_page or ""), self)
        self._types_due = Once(lambda: self.show_types(context.run_page or ""), self)
        context.runner.ended.connect(self._on_run_ended)
        context.pin_left_empty.connect(self._on_pin_left_empty)
        context.devices.changed.connect(self._on_devices_changed)

    def check_page(self, at_once: bool = False) -> None:
        """Check the page shown, in the background; one without blocks can wait until it has been painted."""
        page, document = self._context.page_to_run, self._context.document
        if page is not None and document is not None:
            at_once = at_once and bool(page.blocks)
            self._types.ask(page, document.folder, at_once)
            self._fixes.drop()
            self._unchecked.add(page.name)
            self._stale.add(page.name)
            self._show_stale(page.name)
            self._checker.ask(page, document.folder, at_once, patient=self._types.answers)

    def forget(self) -> None:
        """Drop everything: another document comes."""
        self._checker.drop()
        self._types.drop()
        self._fixes.drop()
        self._problems_due.stop()
        self._types_due.stop()
        for known in (self._checked, self._inferred, self._unchecked, self._stale, self._failed_inputs):
            known.clear()
        self._demands.forget()

    def close(self) -> None:
        """End the threads."""
        self._checker.close()
        self._types.close()
        self._fixes.close()

    def _on_checked(self, page: str, found: Checked) -> None:
        self._checked[page] = found
        self._unchecked.discard(page)
        self._show_found(page)

    def _on_types(self, page: str, inference: Inference) -> None:
        self._inferred[page] = inference
        self._stale.discard(page)
        if inference.plan_problems is not None:  # what the check would find as well
            self._checker.drop()
            self._checked[page] = Checked(inference.plan_problems, inference.dtypes)
            self._unchecked.discard(page)
        self._show_found(page)

    def _show_found(self, page: str) -> None:
        """Show what is known now, where blocks and outputs are many each in a turn of the event loop of its own."""
        drawn, checked = self._context.page_named(page), self._checked.get(page, Checked())
        if page != self._context.run_page:
            return
        outputs = len(checked.dtypes)  # those within uses, too
        if drawn is not None and max(len(drawn.blocks), outputs) > LARGE:
            self._types_due.start()
            self._problems_due.start()  # these come first
        else:
            self.show_problems(page)
            self.show_types(page)

    def _on_run_ended(self, page: str, end: RunEnd) -> None:
        self._failed_inputs[page] = end.result.inputs if end.result is not None else {}

    # showing ------------------------------------------------------------------------------------------

    def show_page(self) -> None:
        """Show states, results, problems and types of the page that is current."""
        page, canvas = self._context.run_page, self._context.canvas
        if page is None or canvas is None:
            self._shown = ()
            self.problems_shown.emit([], {})
            return
        states = self._context.outcomes.states.get(page, {})
        canvas.block_marks.set_status(values_within(states, self._context.prefix))
        self.show_results(page)
        self.show_types(page)
        self.show_problems(page)

    def canvases_of(self, page: str) -> Iterator[tuple[PageCanvas, str]]:
        """Give the canvases that show a page's values, with what stands before the ids of their blocks there."""
        context = self._context
        own, shown = context.canvas_of(page), context.canvas
        if own is not None and (own is not shown or context.within is None):
            yield own, ""
        if context.within is not None and page == context.within.root and shown is not None:
            yield shown, context.prefix

    def show_results(self, page: str) -> None:
        """Give a page's results to its canvas, and to the properties where it is current."""
        for canvas, prefix in self.canvases_of(page):
            results = self._context.results.page(page).within(prefix)
            canvas.feedback.set_results(results.values, results.saved)
            canvas.block_marks.set_stale(results.stale_blocks)
            canvas.events.renew_tip()
        if page == self._context.run_page:
            self._show_outputs(page)

    def show_types(self, page: str) -> None:
        """Show the outputs' types: as TensorFlow infers them, until then the dtypes that the plan knows."""
        required = required_by(self._inferred.get(page))
        for canvas, prefix in self.canvases_of(page):
            types = self._types_there.of(self._types_of(page), prefix)
            canvas.feedback.set_types(types, self._required_there.of(required, prefix))
        if page == self._context.run_page:
            self._show_outputs(page)

    def _types_of(self, page: str) -> Mapping[str, TensorSpec | str]:
        checked, inferred = self._checked.get(page), self._inferred.get(page)
        known = self._types_known
        if known is not None and known[0] is checked and known[1] is inferred:
            return known[2]
        types: dict[str, TensorSpec | str] = {}
        if checked is not None:
            labels = {dtype: label(dtype) or dtype for dtype in set(checked.dtypes.values())}
            types.update({key: labels[dtype] for key, dtype in checked.dtypes.items()})
        if inferred is not None:
            types.update(inferred.types)
        self._types_known = (checked, inferred, types)
        return types

    def _show_outputs(self, page: str) -> None:
        prefix, required = self._context.prefix, required_by(self._inferred.get(page))
        values = self._context.results.page(page).within(prefix).values
        types = self._types_there.of(self._types_of(page), prefix)
        self.types_shown.emit(types, values, self._required_there.of(required, prefix))

    def _is_stale(self, page: str) -> bool:
        return page in self._unchecked or (page in self._stale and page in self._inferred)

    def _show_stale(self, page: str) -> None:
        stale = self._is_stale(page)
        for canvas, _ in self.canvases_of(page):
            canvas.feedback.set_stale(stale)
        if page == self._context.run_page:
            self.stale_shown.emit(stale)
            self.awaited_shown.emit(page in self._stale)

    def show_problems(self, page: str) -> None:
        """Show the problems of a page: those of its file, the check, TensorFlow's types, and the last run."""
        drawn = self._context.page_named(page)
        if page != self._context.run_page or drawn is None:
            return
        analysis = self._analyse(drawn)
        self._put(page, analysis.problems)
        if analysis.problems:
            self._fixes.ask(analysis)
        else:
            self._fixes.drop()

    def _with_cures(
        self, page: Page, problem: Problem, problems: Sequence[Problem], types: Mapping[str, TensorSpec]
    ) -> Problem:
        """Let the worker of the types try a problem's fixes (in the thread that looks for them)."""
        document = self._context.document
        if document is None or page.name not in self._inferred:  # before that the worker is not up
            return problem
        from app.engine.host.fix_trials import with_cures

        runner = self._context.runner
        engine, companions = runner.side_engine(), runner.plans.files.at(document.folder)
        functions = runner.plans.functions(page)
        return with_cures(
            engine, page, companions, problem, problems, types, timeout=2.0, functions=functions
        )

    def _on_fixes(self, page: str, problems: Any) -> None:
        if page == self._context.run_page:
            self._put(page, problems)

    def _put(self, page: str, problems: Sequence[Problem]) -> None:
        inputs = self._failed_inputs.get(page, {}) if self._context.outcomes.problems.get(page) else {}
        prefix, inferred = self._context.prefix, self._inferred.get(page)
        inputs = values_within(inputs, prefix)
        self._shown = problems = problems_within(self._demands.softened(page, problems), prefix)
        self.problems_shown.emit(problems, inputs)
        canvas = self._context.canvas
        if canvas is not None:
            canvas.block_marks.set_problems(problems)
            canvas.block_marks.set_waiting(
                values_within(inferred.blocked, prefix) if inferred is not None else {}
            )
            canvas.feedback.failed_inputs = inputs
        self._show_stale(page)

    @property
    def has_errors(self) -> bool:
        """Return whether the page shown has a problem that is an error."""
        return any(problem.severity == "error" for problem in self._shown)

    def demand_values(self, page: str) -> None:
        """Let all required pins of a page that hold nothing be faults: it is to run."""
        drawn = self._context.page_named(page)
        if drawn is not None:
            self._demands.demand_all(page, self._analyse(drawn).problems)
            self.show_problems(page)

    def _on_pin_left_empty(self, block: str, pin: str) -> None:
        page = self._context.run_page
        if page is not None:
            self._demands.demand(page, [(self._context.prefix + block, pin)])
            self.show_problems(page)

    def _analyse(self, page: Page) -> PageAnalysis:
        """Return all that is known of a page, its problems in the order in which they are to be mended."""
        document, checked = self._context.document, self._checked.get(page.name, Checked())
        if not page.blocks:  # an empty page is a beginning, not a fault
            checked = replace(checked, problems=())
        inference = self._inferred.get(page.name)
        if inference is not None:  # a fault without a block is of the engine, not of the page
            of_blocks = [p for p in inference.problems if p.block in page.blocks]
            inference = structs.replace(inference, problems=of_blocks)
        of_file = document.load_problems.get(page.name, ()) if document is not None else ()
        of_run = joined(self._context.outcomes.problems.get(page.name, ()), self._absent_from_cluster(page))
        catalog = self._context.catalog
        analysis = analyse(page, checked, inference, of_file=of_file, of_run=of_run, catalog=catalog)
        return replace(analysis, problems=analysis.first_causes_first)

    def _absent_from_cluster(self, page: Page) -> list[Problem]:
        """Return the problems of devices that the page's cluster does not have, as far as its file is known."""
        document, name = self._context.document, page.run.cluster
        if not name or document is None:
            return []
        from app.engine.analysis.cluster_fit import absent_from

        self._context.devices.look(name, document.folder)
        known = self._context.devices.cluster(name, document.folder)
        return absent_from(page, known) if known is not None else []

    def _on_devices_changed(self) -> None:
        page = self._context.run_page
        if page is not None:
            self.show_problems(page)

    # fixes --------------------------------------------------------------------------------------------

    def head_menu(self, menu: QMenu, kind: str, item: str) -> None:
        """Put the fixes of a block's problems (of the pin's, where the menu is a pin's) at the head of its menu."""
        canvas = self._context.canvas
        if kind != "block" or canvas is None or menu.isEmpty() or not self._context.editable:
            return
        first = menu.actions()[0]
        offered = QMenu(menu)
        pin = canvas.events.pressed_pin
        problems = canvas.block_marks.of_pin(item, pin) if pin else []
        add_fixes(offered, problems or canvas.block_marks.problems_of(item), self.apply_fix)
        for action in offered.actions():
            menu.insertAction(first, action)

    def open_fixes(self) -> None:
        """Open a menu of the fixes of the first selected block that has a problem, else of the first problem."""
        canvas = self._context.canvas
        if canvas is None:
            return
        chosen = set(canvas.selection.ordered_blocks())
        problems = [p for p in self._shown if not chosen or p.block in chosen]
        problem = next((p for p in problems if p.fixes), problems[0] if problems else None)
        if problem is None or not problem.fixes:
            what = "No problem here" if problem is None else f"No fix is known: {message_of(problem)}"
            self._context.show_status(what)
            return
        menu = QMenu(self._context.dialog_parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addSection(message_of(problem)[:80])
        add_fixes(menu, [problem], self.apply_fix)
        menu.popup(canvas.viewport.menu_place(problem.block or "", problem.pin or ""))
        menu.setActiveAction(next(a for a in menu.actions() if not a.isSeparator()))

    def apply_fix(self, fix: Fix) -> None:
        """Do a fix on the page shown, as one undoable edit, and say what was done."""
        from app.document.fixes import apply_fix

        document, page = self._context.document, self._context.page_name
        if document is None or page is None:
            return
        title = fix_title(fix)
        self._context.commit()
        try:
            apply_fix(document, page, fix, title)
        except EditRefused as refused:
            self._context.show_refusal(f"Not done, the page has changed since: {error_text(refused)}")
            return
        self._context.show_status(f"Done: {title} (Undo takes it back)", 8000)


def required_by(inferred: Inference | None) -> dict[str, TensorSpec]:
    """Return what the inputs require, by ``block.pin``, as far as an inference found it."""
    return inferred.required if inferred is not None else {}
