"""The actions of the Run menu: runs, steps, stops; shows states, results and problems; opens tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from app.document.problems import Problem, text_of
from app.editor import dialogs
from app.document.file_writers import Writer, writers
from app.editor.results_window import ResultWindow

if TYPE_CHECKING:
    from app.editor.runner import RunEnd
    from app.editor.window import EditorWindow

_SHOW_MS = 60  # tool tips and types follow a run that streams at most so often


class RunCommands(QObject):
    """Lives in the window's thread, so the runner's signals arrive here queued."""

    def __init__(self, window: EditorWindow) -> None:
        """Follow the window's runner."""
        super().__init__(window)
        self.window = window
        self.problems: dict[str, list[Problem]] = {}  # of the last run, by page
        self.states: dict[str, dict[str, str]] = {}  # block -> waiting, running, done, failed; by page
        self.tables: dict[tuple[str, str], ResultWindow] = {}
        self._sampled_page = ""
        self._show_soon = QTimer(self)  # samples come faster than anyone could read them
        self._show_soon.setSingleShot(True)
        self._show_soon.setInterval(_SHOW_MS)
        self._show_soon.timeout.connect(self._show_sample)
        runner = window.runner
        runner.planned.connect(self._on_planned)
        runner.begun.connect(self._on_begun)
        runner.stepped.connect(self._on_stepped)
        runner.sampled.connect(self._on_sampled)
        runner.logged.connect(self._on_logged)
        runner.ended.connect(self._on_ended)

    # --- actions
    def run(self) -> None:
        """Run the page's own number of steps from the start state."""
        page = self.window.access.page
        if page is not None:
            self.window.commit()
            self._start(page.run.steps, go_on=False)

    def step(self) -> None:
        """Run one step; the Variables go on from where the last run of the page left them."""
        self._start(1, go_on=True)

    def stop(self) -> None:
        """End the run."""
        self.window.runner.stop()
        self.window.status.show_run("running", "stopping…")

    def reset(self) -> None:
        """Forget the page's results and state."""
        page = self.window.access.page_name
        if page is not None:
            self.window.runner.forget_state(page)
            self.states.pop(page, None)
            self.problems.pop(page, None)
            self.window.results.forget(page)
            self.window.feedback.show_page()
            self.window.status.show_run("idle", "")

    def table(self) -> None:
        """Show the first output of each selected block as a table."""
        canvas = self.window.tabs.current_canvas()
        for block in canvas.selected_blocks()[:8] if canvas is not None else ():
            self.open_block(block)

    def open_block(self, block_id: str) -> None:
        """Show a block's first output as a table (its double click)."""
        key = self.output_to_show(block_id)
        if key is None:
            self.window.status.showMessage(f"{block_id} has no output to show", 4000)
        else:
            self.open_table(key)

    def output_to_show(self, block_id: str) -> str | None:
        """Return a block's first output that has a value (``block.pin``), else its first; None without any."""
        block = self.window.access.block(block_id)
        symbol = self.window.access.symbol(block.symbol) if block is not None else None
        keys = [f"{block_id}.{p.name}" for p in symbol.outputs] if symbol is not None else []
        known = self.window.results.page(self.window.access.page_name or "").values
        return next((key for key in keys if key in known), keys[0] if keys else None)

    def open_pin(self, block_id: str, pin: str) -> None:
        """Show the output that a pin stands for (a result pin shows its output)."""
        self.open_table(f"{block_id}.{pin.removeprefix('result_')}")

    def open_table(self, key: str) -> None:
        """Show ``block.pin`` of the page as a table; one that is open already comes to the front."""
        page = self.window.access.page_name
        if page is None:
            return
        table = self.tables.get((page, key))
        if table is None:
            table = ResultWindow(self.window.results, page, key, self.window)
            table.pin_wanted.connect(self.pin_table)
            table.closed.connect(self._forget_table)
            self.tables[page, key] = table
            offset = 24 * (len(self.tables) % 8)
            corner = self.window.tabs.mapToGlobal(self.window.tabs.rect().topLeft())
            table.move(corner.x() + 40 + offset, corner.y() + 60 + offset)
        table.show()
        table.raise_()
        table.activateWindow()

    def pin_table(self, key: str) -> None:
        """Put the table on the page as a monitor, near its block."""
        page = self.window.access.page_name
        if self.window.monitors.add("table", key) and page is not None and (page, key) in self.tables:
            self.tables[page, key].close()

    def follow_page_name(self, old: str, new: str) -> None:
        """Keep states, problems and tables of a page that has another name now."""
        if old in self.states:
            self.states[new] = self.states.pop(old)
        if old in self.problems:
            self.problems[new] = self.problems.pop(old)
        for (page, key), table in list(self.tables.items()):
            if page == old:
                table.table.page = new
                self.tables[new, key] = self.tables.pop((page, key))
        self.window.runner.follow_page_name(old, new)

    def close_tables(self) -> None:
        """Close every table, as the document goes."""
        for table in list(self.tables.values()):
            table.close()

    def next_problem(self) -> None:
        """Go to the next problem."""
        self._turn(1)

    def previous_problem(self) -> None:
        """Go to the previous problem."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        self.window.docks.reveal("problems")
        self.window.problems_panel.move_on(by)

    def forget_document(self) -> None:
        """Drop everything that belongs to the document that is closed."""
        self.close_tables()
        self.problems.clear()
        for page in self.states:
            self.window.runner.forget_state(page)
        self.states.clear()

    # --- starting
    def _start(self, steps: int, go_on: bool) -> None:
        window = self.window
        page, document = window.access.page, window.document
        if page is None or document is None or window.runner.running or not self._agreed():
            return
        self.problems.pop(page.name, None)
        self.states[page.name] = {}
        if not go_on or not window.runner.steps_done(page.name):
            window.results.restart(page.name)
        window.feedback.show_page()
        window.status.show_run("running", "starting…")
        window.log.add(
            f"{page.name}: " + (f"run, {steps} steps" if steps != 1 else "step" if go_on else "run")
        )
        window.runner.run(page, document.folder, steps, go_on=go_on)
        window.refresh_actions()

    def _agreed(self) -> bool:
        """Ask once before a project from elsewhere writes files."""
        window = self.window
        document = window.document
        if document is None or document.path is None or window.program.store.is_trusted(document.path):
            return True
        found: list[Writer] = []
        for page in document.project.pages:
            found += writers(page, self._op_of)
        if not found:
            return True
        lines = [f"{w.block} ({w.symbol}) {w.does}" + (f": {w.where}" if w.where else "") for w in found]
        shown = "\n".join(lines[:12]) + ("\n…" if len(lines) > 12 else "")
        text = (
            f"These blocks write outside the page, in {document.folder} unless they say otherwise:\n\n{shown}"
        )
        choices = [dialogs.Choice("run", "Run"), dialogs.CANCEL]
        if window.ask(window, "This project writes files. Run it?", text, choices) != "run":
            window.log.add("not run: the project writes files", "warning")
            return False
        window.program.store.trust(document.path)
        return True

    def _op_of(self, symbol: str) -> str | None:
        found = self.window.access.symbol(symbol)
        return found.op if found is not None else None

    # --- what the runner tells
    def _on_planned(self, page: str, used: Any) -> None:
        self._set_states(page, dict.fromkeys(used, "waiting"))

    def _on_begun(self, page: str) -> None:
        self._set_states(page, dict.fromkeys(self.states.get(page, {}), "running"))
        self.window.status.show_run("running", "running")

    def _on_stepped(self, page: str, step: int, seconds: float) -> None:
        self.window.status.show_run("running", f"running   step {step}   {seconds:.1f} s")

    def _on_sampled(self, page: str, step: int, results: Any) -> None:
        self.window.results.put(page, results, step)
        self._sampled_page = page
        if not self._show_soon.isActive():
            self._show_soon.start()

    def _show_sample(self) -> None:
        self.window.feedback.show_results(self._sampled_page)

    def _on_logged(self, text: str) -> None:
        self.window.log.add(text.rstrip())

    def _on_ended(self, page: str, end: Any) -> None:
        window = self.window
        if end.fault:
            window.log.add(f"{page}: the run ended by a fault of the program", "error")
            window.program.report(end.fault)
        found = [*end.problems, *(end.result.problems if end.result is not None else ())]
        self.problems[page] = list(end.result.problems) if end.result is not None else []
        if end.result is None:
            self._set_states(page, {})
        else:
            steps = window.runner.steps_done(page) if end.result.ok else end.result.steps
            window.results.put(page, end.result.results, steps)
            bad = {p.block for p in end.result.problems if p.severity == "error"}
            done = "done" if end.result.steps else "waiting"
            self._set_states(page, {b: "failed" if b in bad else done for b in end.used})
            window.feedback.show_results(page)
        self._tell_end(page, end, found)
        window.feedback.show_problems(page)
        window.refresh_actions()

    def _tell_end(self, page: str, end: RunEnd, found: list[Problem]) -> None:
        window = self.window
        for problem in found:
            window.log.add(text_of(problem, page), "error" if problem.severity == "error" else "warning")
        if end.result is not None and end.result.ok:
            steps = window.runner.steps_done(page) or end.result.steps
            text = f"done   step {steps}   {end.result.seconds:.2f} s"
            window.status.show_run("done", text)
            window.log.add(f"{page}: {text}", "good")
            if page == window.access.page_name and window.docks.in_front("problems"):
                window.docks.reveal("results")
            return
        stopped = end.result is not None and end.result.interrupted
        steps = end.result.steps if end.result is not None else 0
        window.status.show_run(
            "idle" if stopped else "failed", f"stopped   step {steps}" if stopped else "failed"
        )
        if end.result is None and not end.fault:
            window.log.add(f"{page}: not run, the page has problems", "error")
        if not stopped:
            window.docks.reveal("problems")

    def _set_states(self, page: str, states: dict[str, str]) -> None:
        self.states[page] = states
        canvas = self.window.tabs.canvas(page)
        if canvas is not None:
            canvas.set_status(states)

    def _forget_table(self, table: object) -> None:
        for key, known in list(self.tables.items()):
            if known is table:
                del self.tables[key]
