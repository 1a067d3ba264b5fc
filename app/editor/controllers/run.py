"""The actions of the Run menu: what is asked of the runner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.editor.runs.state import State, steps_left
from app.editor.widgets import dialogs

if TYPE_CHECKING:
    from app.document.model.diagram import Page
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext
    from app.editor.controllers.consent import ConsentController
    from app.editor.controllers.diagnostics_presenter import DiagnosticsPresenter
    from app.editor.controllers.run_presenter import RunPresenter
    from app.editor.controllers.step_times import StepTimes


class RunController(QObject):
    """The Run menu of one window. What a run reports is shown by ``RunPresenter``."""

    problem_requested = Signal(int)  # go so many problems on

    def __init__(
        self,
        context: EditorContext,
        presenter: RunPresenter,
        diagnostics: DiagnosticsPresenter,
        times: StepTimes,
        consents: ConsentController,
    ) -> None:
        """Steer the context's runner; ``consents`` asks before a run leaves the project's folder."""
        super().__init__(context)
        self._context = context
        self._presenter, self._diagnostics, self._times = presenter, diagnostics, times
        self._consents = consents

    def actions(self) -> Handlers:
        """Return what each action about runs and problems calls."""
        return {
            "run.run": self.run, "run.step": self.step, "run.pause": self.pause, "run.go": self.go,
            "run.stop": self.stop, "run.restart": self.restart, "run.reset": self.reset,
            "run.times": self.measure_times, "run.fix": self._diagnostics.open_fixes,
            "run.next_problem": lambda: self.problem_requested.emit(1),
            "run.previous_problem": lambda: self.problem_requested.emit(-1),
        }  # fmt: skip

    # --- actions
    def run(self) -> None:
        """Run the page's own number of steps from the initial values."""
        self._context.commit()
        self._start()

    def run_anew(self) -> None:
        """Run the page again after an edit; what is being typed goes on being typed."""
        self._start()

    def restart(self) -> None:
        """Run from the initial values, also in the middle of a run."""
        self.run()

    def step(self) -> None:
        """Make one step more; it goes on exactly where the last step of the page ended."""
        self._go_on(1)

    def go(self) -> None:
        """Go on with the run that was paused, or make as many steps more as a run has."""
        page = self._context.page_to_run
        if page is not None:
            self._go_on(steps_left(page.run.steps, self._context.runner.steps_done(page.name)))

    def pause(self) -> None:
        """Bring the run to rest after its current step."""
        self._context.runner.pause()

    def stop(self) -> None:
        """End the run; the Variables of its last step stay, or those that were handed over last."""
        self._context.runner.stop()

    def run_from(self, start: State, name: str) -> None:
        """Run the page with its Variables starting from a snapshot of this name."""
        self._context.commit()
        self._start(start, name)

    def measure_times(self, on: bool) -> None:
        """Measure the time per block in runs, or no longer."""
        self._times.switch(on)
        if on:
            self._context.show_panel("times")

    def reset(self) -> None:
        """Forget the page's results and state."""
        page = self._context.run_page
        if page is not None:
            self._context.runner.forget_state(page)
            self._context.outcomes.forget(page)
            self._context.results.forget(page)
            self._diagnostics.show_page()
            self._presenter.forget(page)
            self._context.refresh_actions()

    def may_close(self) -> bool:
        """Ask before a run of many steps ends with its window; returns whether it may."""
        runner = self._context.runner
        page = self._context.page_named(runner.page) if runner.running else None
        if page is None or page.run.steps == 1:
            return True
        text = "The run ends with its window. What its Variables hold is lost where no snapshot has it."
        choices = [dialogs.CANCEL, dialogs.STOP]  # Return does no harm
        return self._context.ask(f"{page.name} is running. Stop it?", text, choices) != dialogs.CANCEL.key

    # --- following the document
    def forget_document(self) -> None:
        """Drop everything that belongs to the document that is closed."""
        self._context.outcomes.forget()
        self._context.runner.forget_all()
        self._presenter.forget()

    def follow_page_name(self, old: str, new: str) -> None:
        """Follow a page that has another name now."""
        self._context.outcomes.rename(old, new)
        self._context.runner.follow_page_name(old, new)
        self._presenter.follow_page_name(old, new)

    def follow_page(self, name: str, results_are_stale: bool) -> None:
        """Follow a change of a page that runs can feel."""
        if results_are_stale:
            self._context.outcomes.problems.pop(name, None)
        page, document = self._context.page_named(name), self._context.document
        if page is not None and document is not None:
            self._context.runner.follow_page(page, document.folder)
            self._context.runner.set_pace(name, page.run.pace)

    # --- starting
    def _start(self, start: State | None = None, name: str = "") -> None:
        """Run the page from its initial values, or from those of a snapshot."""
        page, document = self._context.page_to_run, self._context.document
        if page is None or document is None:
            return
        self._consents.begin(page.name, lambda: self._start(start, name))
        self._prepare(page, anew=True)
        steps = page.run.steps
        many = "run until stopped" if steps is None else "run" if steps == 1 else f"run, {steps} steps"
        self._context.log(f"{page.name}: {many}" + (f" from {name}" if name else ""))
        self._presenter.begin(page.name, steps)
        self._context.runner.run(page, document.folder, steps, start)

    def _go_on(self, steps: int | None) -> None:
        self._context.commit()
        page, document = self._context.page_to_run, self._context.document
        if page is None or document is None:
            return
        self._consents.begin(page.name, lambda: self._go_on(steps))
        runner = self._context.runner
        if runner.state == "pausing":  # the run goes on as if nothing had been
            runner.go_on(page, document.folder, steps)
            return
        done = runner.steps_done(page.name)
        self._prepare(page, anew=runner.state_of(page.name) is None)
        many = "until stopped" if steps is None else "step" if steps == 1 else f"{steps} steps"
        self._context.log(f"{page.name}: " + (many if steps == 1 else f"goes on, {many}"))
        self._presenter.begin(page.name, None if steps is None else done + steps)
        runner.go_on(page, document.folder, steps)

    def _prepare(self, page: Page, anew: bool) -> None:
        self._diagnostics.demand_values(page.name)
        self._context.outcomes.begin(page.name)
        self._context.results.begin(page, self._context.pages_of)
        if anew:
            self._context.results.restart(page.name)
        self._diagnostics.show_page()
