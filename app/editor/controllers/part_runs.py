"""Run to here: runs what one output or block needs, and shows it as results; the page's own sessions rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.model.diagram import PinRef
from app.document.model.part import needed_for, part_around, part_for
from app.editor.runs.part_run import PartEnd, PartRun
from app.editor.within import values_within
from app.messages import text_of

if TYPE_CHECKING:
    from app.document.model.computation import Writes
    from app.document.model.diagram import Block, Page
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext
    from app.editor.controllers.consent import ConsentController
    from app.editor.controllers.diagnostics_presenter import DiagnosticsPresenter

_TENSORS = ("tensor", "list(tensor)")


class PartController(QObject):
    """Begins such runs and shows what they gave."""

    files_read = Signal(str, object, object)  # page, Mapping[ReadFile, Stamp], frozenset[str]: what it ran

    def __init__(
        self, context: EditorContext, diagnostics: DiagnosticsPresenter, consents: ConsentController, writes: Writes
    ) -> None:  # fmt: skip
        """``writes`` says which pins get access to what their sources hold."""
        super().__init__(context)
        self._context, self._diagnostics, self._consents, self._writes = (
            context,
            diagnostics,
            consents,
            writes,
        )
        self._run = PartRun(context.runner, self)
        self._run.ended.connect(self._on_ended)
        self._asked = ""

    def actions(self) -> Handlers:
        """Return what the action calls."""
        return {"run.here": self.run_here}

    def close(self) -> None:
        """End what runs."""
        self._run.close()

    def forget(self) -> None:
        """End what runs: another document comes."""
        self._run.stop()

    def run_here(self) -> None:
        """Run what the output needs whose menu was asked for, else what the selected blocks need."""
        self._context.commit()
        page, document, canvas = self._context.page, self._context.document, self._context.canvas
        if page is None or document is None or canvas is None:
            return
        within, prefix = self._context.within, self._context.prefix
        root = page if within is None else self._context.page_named(within.root)
        outputs, operations = self._ends()
        if root is None or not (outputs or (operations and within is None)):
            self._context.show_status("What is selected has no output to run to")
            return
        whole = self._context.runner.plans.copy(root)
        if within is None:
            part = part_for(whole, outputs, operations)
            end = PartEnd(whole, part, frozenset(part.blocks.keys() & whole.blocks.keys()))
        else:
            end = self._end_within(whole, page, outputs)
        state = self._context.runner.state_of(root.name)
        self._asked = ", ".join(f"{prefix}{pin}" for pin in (outputs + operations)[:3])
        self._context.show_status(f"Running to {self._asked}…", 60_000)
        permits = self._consents.permits(document)
        self._run.start(end, document.folder, permits, state.values if state is not None else {})

    def _end_within(self, root: Page, inner: Page, outputs: Sequence[PinRef]) -> PartEnd:
        """Return the run to some outputs within the use that is looked into: what the use needs, and of it these."""
        within = self._context.within
        assert within is not None
        names = needed_for(inner, [pin.block for pin in outputs])
        fetch = [f"{within.prefix}{pin}" for name in names for pin in self._tensors_of(inner.blocks[name])]
        blocks = frozenset(within.prefix + name for name in names)
        return PartEnd(root, part_around(root, within.uses[:1]), blocks, tuple(sorted(fetch)))

    def _tensors_of(self, block: Block) -> list[PinRef]:
        symbol = self._context.symbol(block.symbol)
        pins = symbol.outputs if symbol is not None else ()
        return [PinRef(block.id, pin.name) for pin in pins if pin.kind in _TENSORS]

    def _ends(self) -> tuple[list[PinRef], list[PinRef]]:
        """Return the outputs to run to, tensors and operations."""
        canvas = self._context.canvas
        assert canvas is not None
        blocks, pressed = canvas.selection.ordered_blocks(), canvas.events.menu_pin
        chosen = pressed.pin if pressed is not None and blocks == [pressed.block] else None
        outputs: list[PinRef] = []
        operations: list[PinRef] = []
        for name in blocks:
            block = self._context.block(name)
            symbol = self._context.symbol(block.symbol) if block is not None else None
            for pin in symbol.outputs if symbol is not None else ():
                if chosen is None or chosen == pin.name:
                    if pin.kind in _TENSORS:
                        outputs.append(PinRef(name, pin.name))
                    elif pin.kind == "operation":
                        operations.append(PinRef(name, pin.name))
        return outputs, operations

    # --- at the end
    def _on_ended(self, end: PartEnd) -> None:
        context, page = self._context, end.page.name
        if end.fault:
            context.fault_found.emit(end.fault)
        if context.page_named(page) is None:
            return
        if end.asks:
            context.show_refusal(
                f"Not run to {self._asked}: run the page first, which asks what it may touch"
            )
            return
        result = end.result
        found = [p for p in (*(end.problems or ()), *(result.problems if result is not None else ()))
                 if p.block is None or p.block.partition("/")[0] in end.page.blocks]  # fmt: skip
        errors = [p for p in found if p.severity == "error"]
        if result is not None and result.results:
            blocks = end.blocks
            self.files_read.emit(page, end.files, blocks)
            context.results.merge(end.page, result.results, blocks, context.pages_of)
            drawn = context.page_named(page)
            assert drawn is not None
            context.results.follow(drawn, self._writes, context.pages_of)
            self._show_states(page, blocks, {p.block for p in errors})
            self._diagnostics.show_results(page)
        for problem in errors:
            context.log(text_of(problem, page), "error")
        if errors:
            context.outcomes.problems[page] = found
            self._diagnostics.show_problems(page)
            context.show_panel("problems")
            context.show_status(f"Not run to {self._asked}: {text_of(errors[0])}", 8000)
        elif result is not None:
            seconds = f"{result.seconds:.2f} s"
            context.show_status(f"Ran to {self._asked}: {len(end.blocks)} blocks, {seconds}")
            context.show_panel("results")

    def _show_states(self, page: str, blocks: Iterable[str], failed: set[str | None]) -> None:
        states = dict(self._context.outcomes.states.get(page, {}))
        for block in blocks:
            states[block] = "failed" if block in failed else "done"
        self._context.outcomes.states[page] = states
        for canvas, prefix in self._diagnostics.canvases_of(page):
            canvas.block_marks.set_status(values_within(states, prefix))
