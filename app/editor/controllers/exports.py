"""Pages as programs for others: the page shown into a file, the selected blocks as Python onto the clipboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from app.document.model.diagram import PinRef
from app.document.model.part import part_for
from app.document.model.problems import errors_in
from app.editor.controllers.model_exports import ModelExports
from app.messages import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.document.model.problems import Problem
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext

# What a dialog offers, with the ending of each.
_FORMATS = {
    "Python program (*.py)": ".py",
    "SavedModel, a folder (*)": "",
    "Frozen graph (*.pb)": ".pb",
    "TensorFlow Lite (*.tflite)": ".tflite",
    "ONNX (*.onnx)": ".onnx",
}
_TENSORS = ("tensor", "list(tensor)")


class ExportController(QObject):
    """Writes programs of the page shown."""

    def __init__(self, context: EditorContext) -> None:
        """Write of the context's page."""
        super().__init__(context)
        self._context = context
        self.models = ModelExports(context)

    def actions(self) -> Handlers:
        """Return what each action calls."""
        return {"file.export_page": self.export, "edit.copy_python": self.copy}

    def export(self) -> None:
        """Ask for a name and write the page there."""
        context = self._context
        page = context.page
        if page is None:
            return
        start = Path(context.store.values.last_folder or ".") / f"{_file_name(page.name)}.py"
        path, chosen = QFileDialog.getSaveFileName(
            context.dialog_parent, "Export the page", str(start), ";;".join(_FORMATS)
        )
        if path:
            self.write(_with_ending(Path(path), _FORMATS.get(chosen, ".py")))

    def write(self, out: Path) -> bool:
        """Write the page shown as the ending says; return whether it is there. What stands against it is shown.

        A model is there later, when `models` has ended.
        """
        from app.engine.exchange.python_writer.program import python_program  # late: few ask for a program

        context = self._context
        context.commit()
        page, document = context.page, context.document
        if page is None or document is None:
            return False
        whole = context.runner.plans.copy(page)
        plan = context.runner.plans.plan(whole, document.folder)
        if plan.stops:
            self._refuse("The page is not exported", [p for p in plan.problems if p.severity == "error"])
            return False
        if out.suffix.lower() != ".py":
            self.models.write(plan, whole, document.folder, out)
            return False
        program = python_program(plan, whole, document.folder, {}, "v2", out)
        if errors_in(program.problems):
            program = python_program(plan, whole, document.folder, {}, "v1", out)
        if errors_in(program.problems):
            self._refuse("The page is not exported", program.problems)
            return False
        try:
            program.write(out)
        except OSError as fault:
            context.show_message(
                "The page is not exported", f"{out.name} is not written: {fault.strerror or fault}"
            )
            return False
        context.store.change(last_folder=str(out.resolve().parent))
        context.log(f"wrote {out}", "good")
        context.show_status(f"Wrote {out}")
        return True

    def copy(self) -> None:
        """Put a program of the selected blocks on the clipboard, with what others have given them in the last run."""
        from app.engine.exchange.python_writer.program import python_snippet
        from app.engine.values.snapshots import fitting

        context = self._context
        context.commit()
        page, document, canvas = context.page, context.document, context.canvas
        if page is None or document is None or canvas is None:
            return
        blocks = canvas.selection.ordered_blocks()
        outputs, operations = self._ends(blocks)
        if not (outputs or operations):
            context.show_refusal("What is selected has no output that a program could show")
            return
        plans = context.runner.plans
        whole = plans.copy(page)
        plan = plans.plan_part(part_for(whole, outputs, operations), document.folder, plans.functions(whole))
        if plan.stops:
            self._refuse("Not copied", [p for p in plan.problems if p.severity == "error"])
            return
        state = context.runner.state_of(page.name)
        start = fitting(plan, state.values, "the state")[0] if state is not None else {}
        values = context.results.page(page.name).values
        program = python_snippet(plan, whole, document.folder, blocks, values, start)
        if errors_in(program.problems):
            self._refuse("Not copied", program.problems)
            return
        if program.arrays:
            name = next(iter(program.arrays))
            context.show_refusal(f"Not copied: the array {name} is too large for the clipboard")
            return
        QGuiApplication.clipboard().setText(program.text)
        count = "the block" if len(blocks) == 1 else f"{len(blocks)} blocks"
        context.show_status(f"A program of {count} is on the clipboard")

    def _ends(self, blocks: Sequence[str]) -> tuple[list[PinRef], list[PinRef]]:
        """Return the outputs of blocks, tensors and operations."""
        outputs: list[PinRef] = []
        operations: list[PinRef] = []
        for name in blocks:
            block = self._context.block(name)
            symbol = self._context.symbol(block.symbol) if block is not None else None
            for pin in symbol.outputs if symbol is not None else ():
                if pin.kind in _TENSORS:
                    outputs.append(PinRef(name, pin.name))
                elif pin.kind == "operation":
                    operations.append(PinRef(name, pin.name))
        return outputs, operations

    def _refuse(self, title: str, problems: Sequence[Problem]) -> None:
        """Show what stands against it, block by block."""
        texts = list(dict.fromkeys(text_of(problem) for problem in problems))
        for text in texts:
            self._context.log(text, "error")
        self._context.show_message(title, "\n".join(texts[:_MOST_SHOWN]))


_MOST_SHOWN = 10  # problems in a message; the log has all


def _with_ending(out: Path, ending: str) -> Path:
    """Return a name with the ending that was chosen, unless it has one that says something itself."""
    known = out.suffix.lower()
    if ending == "" and known == ".py":  # the name that was offered
        return out.with_suffix("")
    return out if known and known in _FORMATS.values() else out.with_name(f"{out.name}{ending}")


def _file_name(page: str) -> str:
    """Return a page's name as a module can bear it."""
    return re.sub(r"\W+", "_", page).strip("_") or "page"
