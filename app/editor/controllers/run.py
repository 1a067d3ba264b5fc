"""The actions of the Run menu: orders to the runner, the question before files are written, tables of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.document.model.problems import Problem
from app.document.resources.side_effects import Writer, writers
from app.editor.controllers.run_presenter import RunPresenter
from app.editor.inspector.window import InspectorWindow
from app.editor.panels.step_times import Times
from app.editor.runs.state import State, steps_left
from app.editor.widgets import dialogs

if TYPE_CHECKING:
    from app.editor.window.main_window import EditorWindow


class RunController(QObject):
    """The Run menu of one window: orders to the runner. What it tells is shown by ``RunPresenter``."""

    def __init__(self, window: EditorWindow) -> None:
        """Follow the window's runner."""
        super().__init__(window)
        self.window = window
        self.problems: dict[str, list[Problem]] = {}  # of the last run, by page
        self.states: dict[str, dict[str, str]] = {}  # block -> waiting, running, done, failed; by page
        self.tables: dict[tuple[str, str], InspectorWindow] = {}
        self.report = RunPresenter(window, self)
        self.times = Times(window)
        window.runner.changed.connect(self._on_state)
        window.runner.kept.connect(lambda *_: window.refresh_snapshots())

    def action_states(self) -> set[str]:
        """Return which of the states the run gives that actions may need (see ``action_table``)."""
        runner, here = self.window.runner, self.window.context.page_name
        found = {"running"} if runner.running else {"idle"}
        if runner.running or runner.rests in ("paused", "guard"):
            found.add("stoppable")
        if runner.state in ("starting", "running"):
            found.add("pausable")
        if runner.state == "stopping":
            found.add("idle")  # the next run begins once this one has ended
        can_wait = runner.state == "pausing" and runner.page == here
        if can_wait or (not runner.running and here is not None and runner.state_of(here) is not None):
            found.add("continuable")
        return found

    def _on_state(self) -> None:
        self.window.refresh_actions()
        self.window.refresh_snapshots()

    # --- actions
    def run(self) -> None:
        """Run the page's own number of steps from the initial values."""
        self.window.commit()
        self._start()

    def restart(self) -> None:
        """Run from the initial values, also in the middle of a run."""
        self.run()

    def step(self) -> None:
        """Make one step more; it goes on exactly where the last step of the page ended."""
        self._go_on(1)

    def go(self) -> None:
        """Go on with the run that was paused, or make as many steps more as a run has."""
        page = self.window.context.page
        if page is not None:
            self._go_on(steps_left(page.run.steps, self.window.runner.steps_done(page.name)))

    def pause(self) -> None:
        """Bring the run to rest after its current step."""
        self.window.runner.pause()

    def stop(self) -> None:
        """End the run; the Variables of its last step are kept, or those that were handed over last."""
        self.window.runner.stop()

    def run_from(self, start: State, name: str) -> None:
        """Run the page with its Variables starting from a snapshot of this name."""
        self.window.commit()
        self._start(start, name)

    def measure_times(self, on: bool) -> None:
        """Measure the time per block in runs, or no longer."""
        self.window.times_panel.on.setChecked(on)
        self.times.switch(on)
        if on:
            self.window.docks.reveal("times")

    def reset(self) -> None:
        """Forget the page's results and state."""
        page = self.window.context.page_name
        if page is not None:
            self.window.runner.forget_state(page)
            self.states.pop(page, None)
            self.problems.pop(page, None)
            self.window.results.forget(page)
            self.window.diagnostics.show_page()
            self.report.forget(page)
            self.window.refresh_actions()

    def table(self) -> None:
        """Show the first output of each selected block as a table."""
        canvas = self.window.tabs.current_canvas()
        for block in canvas.selection.ordered_blocks()[:8] if canvas is not None else ():
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
        block = self.window.context.block(block_id)
        symbol = self.window.context.symbol(block.symbol) if block is not None else None
        keys = [f"{block_id}.{p.name}" for p in symbol.outputs] if symbol is not None else []
        known = self.window.results.page(self.window.context.page_name or "").values
        return next((key for key in keys if key in known), keys[0] if keys else None)

    def open_pin(self, block_id: str, pin: str) -> None:
        """Show the output that a pin stands for (a result pin shows its output)."""
        self.open_table(f"{block_id}.{pin.removeprefix('result_')}")

    def open_table(self, key: str) -> None:
        """Show ``block.pin`` of the page as a table; one that is open already comes to the front."""
        page = self.window.context.page_name
        if page is None:
            return
        table = self.tables.get((page, key))
        if table is None:
            table = InspectorWindow(self.window.results, page, key, self.window)
            table.pin_requested.connect(self.pin_table)
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
        page = self.window.context.page_name
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
        self.report.follow_page_name(old, new)

    def close_tables(self) -> None:
        """Close every table, as the document goes."""
        for table in list(self.tables.values()):
            table.close()

    def next_problem(self) -> None:
        """Go to the next problem."""
        self._turn(1)

    def fix(self) -> None:
        """Offer the fixes of the selected block's first problem."""
        self.window.diagnostics.open_fixes()

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
        self.states.clear()
        self.window.runner.forget_all()
        self.window.snapshots.close_comparisons()
        self.report.forget()

    def follow_page(self, name: str) -> None:
        """Hear that a page was changed in a way that runs can feel."""
        document = self.window.document
        page = document.project.page(name) if document is not None else None
        if page is not None and document is not None:
            self.window.runner.follow_page(page, document.folder)
            self.window.runner.set_pace(name, page.run.pace)

    # --- starting
    def _start(self, start: State | None = None, name: str = "") -> None:
        """Run the page from its initial values, or from those of a snapshot."""
        window = self.window
        page, document = window.context.page, window.document
        if page is None or document is None or not self._agreed():
            return
        self._prepare(page.name, anew=True)
        steps = page.run.steps
        many = "run until stopped" if steps is None else "run" if steps == 1 else f"run, {steps} steps"
        window.log.add(f"{page.name}: {many}" + (f" from {name}" if name else ""))
        self.report.expect(page.name, steps)
        window.runner.run(page, document.folder, steps, start)

    def _go_on(self, steps: int | None) -> None:
        window = self.window
        window.commit()
        page, document = window.context.page, window.document
        if page is None or document is None or not self._agreed():
            return
        runner = window.runner
        if runner.state == "pausing":  # the run goes on as if nothing had been
            runner.go_on(page, document.folder, steps)
            return
        done = runner.steps_done(page.name)
        self._prepare(page.name, anew=runner.state_of(page.name) is None)
        many = "until stopped" if steps is None else "step" if steps == 1 else f"{steps} steps"
        window.log.add(f"{page.name}: " + (many if steps == 1 else f"goes on, {many}"))
        self.report.expect(page.name, None if steps is None else done + steps)
        runner.go_on(page, document.folder, steps)

    def _prepare(self, page: str, anew: bool) -> None:
        self.problems.pop(page, None)
        self.states[page] = {}
        if anew:
            self.window.results.restart(page)
        self.window.diagnostics.show_page()

    def _agreed(self) -> bool:
        """Ask once before a project from elsewhere writes files."""
        window = self.window
        document = window.document
        if document is None or document.path is None or window.application.store.is_trusted(document.path):
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
        window.application.store.trust(document.path)
        return True

    def _op_of(self, symbol: str) -> str | None:
        found = self.window.context.symbol(symbol)
        return found.op if found is not None else None

    def _forget_table(self, table: object) -> None:
        for key, known in list(self.tables.items()):
            if known is table:
                del self.tables[key]
