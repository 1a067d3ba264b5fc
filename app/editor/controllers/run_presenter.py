"""Shows what a run reports: states on the blocks, results, problems, the status line, the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.model.topology import behind
from app.editor.runs.state import RunEnd, Speed, rate_text
from app.editor.within import values_within
from app.messages import text_of

if TYPE_CHECKING:
    from app.editor.context import EditorContext
    from app.editor.controllers.diagnostics_presenter import DiagnosticsPresenter

_SHOW_MS = 60  # tool tips and types follow a run that streams at most so often
_STATE_OF = {
    "done": "done",
    "reached": "done",
    "ended": "done",
    "paused": "idle",
    "stopped": "idle",
    "asks": "idle",
}  # others: failed


class RunPresenter(QObject):
    """Follows the runner's signals, which come in the window's thread and only from the newest run."""

    run_shown = Signal(str, str)  # state (idle, running, done or failed), text for the status line
    finished = Signal(str, bool)  # page; whether it came out well. A pause or stop is neither

    def __init__(self, context: EditorContext, diagnostics: DiagnosticsPresenter) -> None:
        """Follow the context's runner; ``diagnostics`` shows the results and problems that it brings."""
        super().__init__(context)
        self._context, self._diagnostics = context, diagnostics
        self._speed = Speed()
        self._goal: int | None = None
        self._place = ""  # where it runs, if not on this machine
        self._step = 0
        self._page = ""
        self._said = ("idle", "")
        self._sampled_page = ""
        self._show_soon = QTimer(self)  # samples come faster than anyone could read them
        self._show_soon.setSingleShot(True)
        self._show_soon.setInterval(_SHOW_MS)
        self._show_soon.timeout.connect(self._show_sample)
        runner = context.runner
        runner.planned.connect(self._on_planned)
        runner.begun.connect(self._on_begun)
        runner.going.connect(self._on_going)
        runner.stepped.connect(self._on_stepped)
        runner.sampled.connect(self._on_sampled)
        runner.pausing.connect(self._on_pausing)
        runner.cluster_waits.connect(self._on_cluster_waits)
        runner.went_back.connect(self._on_went_back)
        runner.logged.connect(lambda text: context.log(text.rstrip()))
        runner.ended.connect(self._on_ended)
        runner.released.connect(self._on_released)
        runner.changed.connect(self._on_changed)
        context.results.changed.connect(self._on_results_changed)

    def begin(self, page: str, goal: int | None) -> None:
        """Show that a page is to run up to a step (None: until stopped)."""
        self._page, self._goal = page, goal
        drawn = self._context.page_named(page)
        self._place = f"on {drawn.run.cluster}" if drawn is not None and drawn.run.cluster else ""
        self._step = self._context.runner.steps_done(page)
        self._speed.clear()
        self._say("running", "starting…")

    def show_refused(self, page: str) -> None:
        """Show that a page was not run, as the user did not allow what it asks for."""
        self._say("failed", "not run")
        self._diagnostics.show_problems(page)
        self.finished.emit(page, False)

    def forget(self, page: str | None = None) -> None:
        """Say nothing any more about a page, or about any."""
        if page in (None, self._page):
            self._say("idle", "")

    def show_state(self, page: str, words: str) -> None:
        """Say what the present state of a page is, where no run has made it."""
        self._page = page
        self._say("idle", words)

    def follow_page_name(self, old: str, new: str) -> None:
        """Speak of a page under its new name."""
        if self._page == old:
            self._page = new

    # --- while it runs
    def _on_changed(self) -> None:
        state = self._context.runner.state
        if state == "pausing":
            self._say("running", "pausing…")
        elif state == "stopping":
            self._say("running", "stopping…")

    def _on_planned(self, page: str, used: Any) -> None:
        self._set_states(page, dict.fromkeys(used, "waiting"))

    def _on_begun(self, page: str) -> None:
        self._run_on(page)

    def _on_going(self, page: str, step: int) -> None:
        self._step = step
        self._run_on(page)

    def _run_on(self, page: str) -> None:
        self._speed.clear()
        self._set_states(page, dict.fromkeys(self._context.outcomes.states.get(page, {}), "running"))
        if self._context.runner.state == "running":
            self._say_running()

    def _on_stepped(self, page: str, step: int, seconds: float) -> None:
        self._step = step
        self._speed.add(step, seconds)
        if self._context.runner.state == "running":
            self._say_running()

    def _say_running(self) -> None:
        of = "" if self._goal is None else f" of {self._goal:,}"
        words = ("running", self._place, f"step {self._step:,}{of}", rate_text(self._speed.rate))
        self._say("running", _joined(*words))

    def _on_pausing(self, page: str, step: int, blocks: Any) -> None:
        named = ", ".join(blocks[:3]) + (", …" if len(blocks) > 3 else "")
        self._say("running", f"pausing: step {step:,} still runs" + (f": {named}" if named else ""))

    def _on_cluster_waits(self, page: str, words: str) -> None:
        self._context.log(f"{page}: {words}", "warning")
        self._say("running", "waiting for the cluster…")

    def _on_went_back(self, page: str, step: int) -> None:
        self._context.log(f"{page}: goes on from step {step:,}")
        self._on_going(page, step)

    def _on_sampled(self, page: str, step: int, results: Any) -> None:
        self._context.results.put(page, results, step)
        self._sampled_page = page
        if not self._show_soon.isActive():
            self._show_soon.start()

    def _show_sample(self) -> None:
        self._diagnostics.show_results(self._sampled_page)

    # --- at its end
    def _on_ended(self, page: str, end: RunEnd) -> None:
        context = self._context
        if end.fault:
            context.log(f"{page}: the run ended by a fault of the program", "error")
            context.fault_found.emit(end.fault)
        result = end.result
        context.outcomes.problems[page] = list(result.problems) if result is not None else []
        if result is None:
            self._set_states(page, {})
        else:
            if result.results or result.inputs:
                # Stopped before its first step, nothing has failed: there is nothing to show.
                is_empty = end.why == "stopped" and not result.steps
                context.results.put(page, {} if is_empty else result.results, end.step, result.inputs)
            bad = {p.block for p in result.problems if p.severity == "error"}
            done = "done" if result.steps else "waiting"
            # What the guard has found ends a run after a whole step, in which every block ran.
            waiting = self._behind(page, bad) if bad and end.why != "guard" else set()
            states = {b: "failed" if b in bad else "waiting" if b in waiting else done for b in end.used}
            self._set_states(page, states)
            self._diagnostics.show_results(page)
        self._show_end(page, end)
        self._diagnostics.show_problems(page)
        context.refresh_actions()

    def _behind(self, page: str, failed: set[str | None]) -> set[str]:
        """Return the blocks that got nothing, for a block before them failed."""
        drawn = self._context.page_named(page)
        return behind(drawn, [b for b in failed if b]) if drawn is not None else set()

    def _show_end(self, page: str, end: RunEnd) -> None:
        log, result = self._context.log, end.result
        found = [*end.problems, *(result.problems if result is not None else ())]
        for problem in found:
            log(text_of(problem, page), "error" if problem.severity == "error" else "warning")
        text = self._end_text(end)
        self._say(_STATE_OF.get(end.why, "failed"), text)
        if end.why in ("done", "reached", "ended"):
            log(f"{page}: {text}", "good")
            self.finished.emit(page, True)
            return
        if end.why in ("paused", "stopped"):
            log(f"{page}: {text}")
            return
        if end.why == "asks":
            return  # the question follows
        if end.why == "problems":
            log(f"{page}: not run, the page has problems", "error")
        self.finished.emit(page, False)

    def _end_text(self, end: RunEnd) -> str:
        step, result = f"step {end.step:,}", end.result
        if end.why in ("done", "reached", "ended"):
            seconds = "" if result is None else f"{result.seconds:.2f} s"
            words = {"done": "done", "ended": "the data ended"}.get(end.why) or f"reached {self._condition()}"
            return _joined(words, self._place, step, seconds, rate_text(self._speed.rate))
        if end.why == "paused":
            return _joined("paused", step)
        if end.why == "asks":
            return "asks before it runs"
        if end.why == "guard":
            return _joined("not finite", step)
        words = "stopped" if end.why == "stopped" else "failed"
        if end.variables_step is not None and end.variables_step != end.step:
            return _joined(words, f"state kept from step {end.variables_step:,}")
        return _joined(words, step if end.step else "")

    def _condition(self) -> str:
        page = self._context.page_named(self._page)
        return (page.run.until or "") if page is not None else ""

    def _on_released(self, page: str, anew: Any) -> None:
        """Say what a session that was at rest has taken with it: what no Variable holds."""
        if not anew:
            return
        named = ", ".join(anew[:4]) + (", …" if len(anew) > 4 else "")
        step = self._context.runner.steps_done(page)
        words = f"the next step goes on from the Variables of step {step:,}; {named} begin anew"
        if len(anew) == 1:
            words = words.replace("begin anew", "begins anew")
        self._context.log(f"{page}: {words} (queues, readers and random numbers)", "warning")
        self._context.show_status(f"{page}: {words}", 8000)

    # --- what is shown
    def _say(self, state: str, text: str) -> None:
        self._said = state, text
        self._show_said()

    def _show_said(self) -> None:
        """Show what was said last; of a run that has ended also whether the page was changed since."""
        state, text = self._said
        if state != "running" and text and self._context.results.page(self._page).changed:
            state, text = "idle", _joined(text, "changed since the run")
        several = len(self._context.pages) > 1
        self.run_shown.emit(state, f"{self._page}: {text}" if several and text else text)

    def _on_results_changed(self, page: str) -> None:
        """Follow an edit that made results stale, or current again."""
        results = self._context.results.page(page)
        for canvas, prefix in self._diagnostics.canvases_of(page):
            stale = results.within(prefix).stale_blocks
            if stale != canvas.block_marks.stale:
                canvas.block_marks.set_stale(stale)
                canvas.events.renew_tip()
        if page == self._page and self._said[0] != "running":
            self._show_said()

    def _set_states(self, page: str, states: dict[str, str]) -> None:
        self._context.outcomes.states[page] = states
        for canvas, prefix in self._diagnostics.canvases_of(page):
            canvas.block_marks.set_status(values_within(states, prefix))


def _joined(*parts: str) -> str:
    return "   ".join(part for part in parts if part)
