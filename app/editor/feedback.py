"""What the program knows of a page (problems, types, states, results), shown on canvas and panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.editor.checker import Checked, PageChecker
from app.editor.type_finder import TypeFinder
from blocks.dtypes import label

if TYPE_CHECKING:
    from app.editor.window import EditorWindow
    from app.engine.infer_types import Inference


class Feedback(QObject):
    """Collects what checks and runs find, by page, and shows it for the page that is current."""

    def __init__(self, window: EditorWindow) -> None:
        """Begin with nothing known."""
        super().__init__(window)
        self._window = window
        self._checked: dict[str, Checked] = {}
        self._inferred: dict[str, Inference] = {}
        self._checker = PageChecker(self)
        self._checker.checked.connect(self._on_checked)
        self._types = TypeFinder(window.runner, self)
        self._types.found.connect(self._on_types)

    def check_page(self, at_once: bool = False) -> None:
        """Check the page shown, in the background."""
        page, document = self._window.access.page, self._window.document
        if page is not None and document is not None:
            self._types.drop()
            self._checker.ask(page, document.folder, at_once)

    def forget(self) -> None:
        """Drop everything: another document comes."""
        self._checker.drop()
        self._types.drop()
        self._checked.clear()
        self._inferred.clear()

    def close(self) -> None:
        """End the threads."""
        self._checker.close()
        self._types.close()

    def _on_checked(self, page: str, found: Any) -> None:
        self._checked[page] = found
        if page == self._window.access.page_name:
            self._inferred.pop(page, None)  # of the page before its last change
            self.show_problems(page)
            self.show_types(page)
            shown, document = self._window.access.page, self._window.document
            if shown is not None and document is not None:
                self._types.ask(shown, document.folder)

    def _on_types(self, page: str, inference: Any) -> None:
        self._inferred[page] = inference
        if page == self._window.access.page_name:
            self.show_problems(page)
            self.show_types(page)

    def show_page(self) -> None:
        """Show states, results, problems and types of the page that is current."""
        window = self._window
        page, canvas = window.access.page_name, window.tabs.current_canvas()
        if page is None or canvas is None:
            window.problems_panel.set_problems([])
            return
        canvas.set_status(window.run.states.get(page, {}))
        self.show_results(page)
        self.show_problems(page)

    def show_results(self, page: str) -> None:
        """Give a page's results to its canvas, and to the properties where it is current."""
        canvas = self._window.tabs.canvas(page)
        if canvas is not None:
            canvas.set_results(self._window.results.page(page).values)
        if page == self._window.access.page_name:
            self.show_types(page)

    def show_types(self, page: str) -> None:
        """Show the outputs' types: as TensorFlow infers them, until then the dtypes that the plan knows."""
        checked = self._checked.get(page)
        types = {k: label(t) or t for k, t in checked.types.items()} if checked is not None else {}
        inferred = self._inferred.get(page)
        if inferred is not None:
            types.update({k: str(t) for k, t in inferred.types.items()})
        canvas = self._window.tabs.canvas(page)
        if canvas is not None:
            canvas.set_types(types)
        self._window.properties.show_types(types, self._window.results.page(page).values)

    def show_problems(self, page: str) -> None:
        """Show the problems of a page: those of its file, the check, TensorFlow's types, and the last run."""
        window = self._window
        if page != window.access.page_name or window.document is None:
            return
        checked = self._checked.get(page)
        found = [*window.document.load_problems.get(page, ())]
        drawn = window.document.project.page(page)
        if (
            checked is not None and drawn is not None and drawn.blocks
        ):  # an empty page is a beginning, not a fault
            found += checked.problems
        inferred = self._inferred.get(page)
        known = {(p.code, p.block, p.pin) for p in found}
        if inferred is not None:  # faults without a block are of the engine, not of the page
            found += [p for p in inferred.problems if p.block and (p.code, p.block, p.pin) not in known]
        found += [p for p in window.run.problems.get(page, ()) if p not in found]
        window.problems_panel.set_problems(found)
        window.properties.show_problems(found)
        canvas = window.tabs.current_canvas()
        if canvas is not None:
            canvas.set_problems(found)
