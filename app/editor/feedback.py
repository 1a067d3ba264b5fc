"""What the program knows of a page (problems, types, states, results), shown on canvas and panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.editor.checker import Checked, PageChecker

if TYPE_CHECKING:
    from app.editor.window import EditorWindow


class Feedback(QObject):
    """Collects what checks and runs find, by page, and shows it for the page that is current."""

    def __init__(self, window: EditorWindow) -> None:
        """Begin with nothing known."""
        super().__init__(window)
        self._window = window
        self._checked: dict[str, Checked] = {}
        self._checker = PageChecker(self)
        self._checker.checked.connect(self._on_checked)

    def check_page(self, at_once: bool = False) -> None:
        """Check the page shown, in the background."""
        page, document = self._window.access.page, self._window.document
        if page is not None and document is not None:
            self._checker.ask(page, document.folder, at_once)

    def forget(self) -> None:
        """Drop everything: another document comes."""
        self._checker.drop()
        self._checked.clear()

    def close(self) -> None:
        """End the check's thread."""
        self._checker.close()

    def _on_checked(self, page: str, found: Any) -> None:
        self._checked[page] = found
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
        """Show the outputs' types: of the last results where there are any, else the known dtypes."""
        checked = self._checked.get(page)
        types = dict(checked.types) if checked is not None else {}
        canvas = self._window.tabs.canvas(page)
        if canvas is not None:
            canvas.set_types(types)
        self._window.properties.show_types(types, self._window.results.page(page).values)

    def show_problems(self, page: str) -> None:
        """Show the problems of a page: those of its file, of the check, and of the last run."""
        window = self._window
        if page != window.access.page_name or window.document is None:
            return
        checked = self._checked.get(page)
        found = [*window.document.load_problems.get(page, ())]
        found += checked.problems if checked is not None else []
        found += [p for p in window.run.problems.get(page, ()) if p not in found]
        window.problems_panel.set_problems(found)
        window.properties.show_problems(found)
        canvas = window.tabs.current_canvas()
        if canvas is not None:
            canvas.set_problems(found)
