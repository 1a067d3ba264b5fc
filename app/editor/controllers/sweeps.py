"""Run > Sweep: opens the window of a sweep over the page, runs it, and makes pages of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from app.document.editing.page_edits import AddPage
from app.document.model.diagram import Page, copy_page
from app.editor.runs.sweep_run import SweepEnd, SweepRun, SweepSettings, SweptProject
from app.editor.widgets import dialogs
from app.messages import sentence_text, text_of

if TYPE_CHECKING:
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext
    from app.editor.controllers.consent import ConsentController
    from app.editor.sweeps.window import SweepWindow

_MOST_CHOSEN = 4  # pins that are varied at first
_NOT_VARIED = ("attrs", "scope")


class SweepController(QObject):
    """One sweep at a time, in one window."""

    def __init__(self, context: EditorContext, consents: ConsentController) -> None:
        """``consents`` knows what the project may touch."""
        super().__init__(context)
        self._context, self._consents = context, consents
        self._run = SweepRun(context.runner, self)
        self._run.planned.connect(self._on_planned)
        self._run.came.connect(self._on_rows)
        self._run.ended.connect(self._on_ended)
        self.window: SweepWindow | None = None

    def actions(self) -> Handlers:
        """Return what the action calls."""
        return {"run.sweep": self.open}

    def may_close(self) -> bool:
        """Ask before a sweep ends with its window; returns whether it may."""
        if not self._run.running or self.window is None:
            return True
        text = "The sweep ends with its window. Its table is lost where it was not stored."
        choices = [dialogs.CANCEL, dialogs.STOP]  # Return does no harm
        title = f"A sweep of {self.window.page} is running. Stop it?"
        return self._context.ask(title, text, choices) != dialogs.CANCEL.key

    def close(self) -> None:
        """End what runs."""
        self._run.close()

    def forget(self) -> None:
        """Close the window: another document comes."""
        if self.window is not None:
            self.window.close()

    def open(self) -> None:
        """Show the window for the page shown, with the pins of the selected blocks."""
        self._context.commit()
        page, canvas = self._context.page, self._context.canvas
        if page is None or canvas is None:
            return
        if self._context.within is not None:
            self._context.show_status("Inside a page that stands as a block nothing is run by itself")
            return
        if self.window is not None and self.window.page == page.name:
            self.window.raise_()
            self.window.activateWindow()
            return
        self.forget()
        from app.editor.sweeps.window import SweepWindow  # late: its library comes with the first plot

        pins = self._pins(page)
        selected = canvas.selection.ordered_blocks()
        chosen = [pin for pin in pins if pin.partition(".")[0] in selected][:_MOST_CHOSEN]
        window = self.window = SweepWindow(page.name, pins, chosen, self._context.dialog_parent)
        window.run_requested.connect(self._start)
        window.stop_requested.connect(self._run.stop)
        window.page_requested.connect(self._make_page)
        window.closed.connect(self._on_closed)
        window.show()

    def _pins(self, page: Page) -> dict[str, str]:
        """Return the pins of a page that hold a text and no wire, by address."""
        wired = {(wire.target.block, wire.target.pin) for wire in page.wires}
        found = {}
        for block in page.blocks.values():
            symbol = self._context.symbol(block.symbol)
            for pin in symbol.inputs if symbol is not None and not block.off else ():
                text = block.pins.get(pin.name)
                if (
                    isinstance(text, str)
                    and pin.name not in _NOT_VARIED
                    and (block.id, pin.name) not in wired
                ):
                    found[f"{block.id}.{pin.name}"] = text
        return found

    def _start(self, settings: SweepSettings) -> None:
        context = self._context
        context.commit()
        page, document, window = self._page(), context.document, self.window
        if page is None or document is None or window is None or self._run.running:
            return
        plans = context.runner.plans
        copies = [plans.copy(one) for one in document.project.pages]
        own = next(copy for copy in copies if copy.name == page.name)
        swept = SweptProject(
            project=msgspec.structs.replace(document.project, pages=copies),
            page=own,
            folder=document.folder,
            companions=plans.files.at(document.folder),
            permits=self._consents.permits(document),
        )
        window.set_running(True, "Planning…")
        self._run.start(swept, settings)

    def _page(self) -> Page | None:
        return self._context.page_named(self.window.page) if self.window is not None else None

    # --- following the sweep
    def _on_planned(self, pins: object, keys: object, count: int) -> None:
        if self.window is not None:
            self.window.begin(list(pins), list(keys), count)  # type: ignore[call-overload]
            self.window.set_running(True, f"{count:,} {'run' if count == 1 else 'runs'}")

    def _on_rows(self) -> None:
        rows = self._run.take_rows()
        if self.window is not None:
            self.window.add(rows)

    def _on_ended(self, end: SweepEnd) -> None:
        self._on_rows()
        if end.fault:
            self._context.fault_found.emit(end.fault)
        window = self.window
        if window is None:
            return
        rows = window.table_rows()
        bad = sum(row.status != "done" for row in rows)
        words = f"{len(rows):,} {'run' if len(rows) == 1 else 'runs'}" + (f", {bad} not well" if bad else "")
        if end.how == "refused":
            words = "Not run: run the page first, which asks what it may touch"
            if end.problems:
                words = f"Not run: {text_of(end.problems[0])}"
        elif end.how == "problems":
            said = sentence_text(end.sentence) if end.sentence is not None else ""
            words = f"Not run: {said or text_of(next(p for p in end.problems if p.severity == 'error'))}"
        elif end.how == "endless":
            words = "The page runs until it is stopped; give it steps or a condition first"
        elif end.how == "stopped":
            words = f"Stopped after {words}"
        window.set_running(False, words)

    def _on_closed(self, window: object) -> None:
        if self.window is window:
            self.window = None
        self._run.stop()

    # --- a row
    def _make_page(self, number: int, texts: object, seed: object) -> None:
        """Add a page with the values of a run, as one edit, and show it."""
        page, window = self._page(), self.window
        if page is None or window is None or not isinstance(texts, dict):
            return
        made = copy_page(page)
        made.name = self._free_name(f"{page.name} run {number}")
        for address, text in texts.items():
            block_id, _, pin = address.partition(".")
            block = made.blocks.get(block_id)
            if block is None:
                window.set_running(self._run.running, f"The page has no block {block_id} any more")
                return
            block.pins = {**block.pins, pin: text}
        if isinstance(seed, int):
            made.scope = msgspec.structs.replace(made.scope, seed=seed)
        made.snapshots, made.results = {}, None
        if self._context.apply(AddPage(made)):
            self._context.go_to(page=made.name)

    def _free_name(self, name: str) -> str:
        taken, number, found = self._context.pages, 2, name
        while found in taken:
            found, number = f"{name} ({number})", number + 1
        return found
