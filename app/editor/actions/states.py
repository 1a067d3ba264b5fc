"""The states of a window that its actions need: what is open, what is selected, how the run stands."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from app.document.model.page_symbol import names_page

if TYPE_CHECKING:
    from app.editor.canvas.page_canvas import PageCanvas
    from app.editor.context import EditorContext
    from app.editor.runs.runner import Runner

STATES = frozenset(
    {
        "document", "editable", "saved", "undo", "redo",
        "page", "selection", "blocks", "collapsible", "several", "wires", "use", "inside",
        "idle", "running", "stoppable", "pausable", "continuable",
    }
)  # fmt: skip

# What to do for a state that does not hold, the first that is missing first.
_REMEDIES = {
    "document": "open a project first",
    "page": "show a page first",
    "editable": "the project is open for reading only",
    "saved": "save the project first",
    "blocks": "select a block first",
    "collapsible": "select a block or a frame first",
    "several": "select several blocks first",
    "wires": "select a wire first",
    "selection": "select something first",
    "use": "select a block that stands for a page first",
    "inside": "go inside a block that stands for a page first",
    "undo": "nothing to undo",
    "redo": "nothing to redo",
    "idle": "wait for the end of the run",
    "running": "nothing runs",
    "stoppable": "nothing runs",
    "pausable": "nothing runs",
    "continuable": "nothing to continue",
}


def remedy(missing: Collection[str]) -> str:
    """Return what a user can do so that an action with these missing states can be used; "" where none is missing."""
    return next((text for state, text in _REMEDIES.items() if state in missing), "")


def action_states(context: EditorContext, pages_in_front: bool) -> set[str]:
    """Return the states that hold now; see ``Action`` for what each means."""
    states = _run_states(context.runner, context.run_page) | _document_states(context)
    if context.canvas is not None and pages_in_front:
        states |= _page_states(context.canvas)
    if context.within is not None:
        states.add("inside")
    return states


def _document_states(context: EditorContext) -> set[str]:
    document = context.document
    if document is None:
        return set()
    held = {
        "document": True,
        "editable": not document.read_only,
        "saved": document.path is not None,
        "undo": document.can_undo,
        "redo": document.can_redo,
    }
    return {state for state, holds in held.items() if holds}


def _page_states(canvas: PageCanvas) -> set[str]:
    chosen, page = canvas.selection, canvas.items.page
    held = {
        "page": True,
        "blocks": bool(chosen.blocks),
        "collapsible": bool(chosen.blocks) or any(canvas.items.notes[n].is_frame for n in chosen.notes),
        "several": len(chosen.blocks) > 1,
        "wires": bool(chosen.wires),
        "use": any(b in page.blocks and names_page(page.blocks[b].symbol) for b in chosen.blocks),
        "selection": bool(chosen),
    }
    return {state for state, holds in held.items() if holds}


def _run_states(runner: Runner, page: str | None) -> set[str]:
    can_wait = runner.state == "pausing" and runner.page == page
    held = {
        "running": runner.running,
        "idle": not runner.running
        or runner.state == "stopping",  # the next run begins once this one has ended
        "stoppable": runner.running or runner.rests in ("paused", "guard"),
        "pausable": runner.state in ("starting", "running"),
        "continuable": can_wait
        or (not runner.running and page is not None and runner.state_of(page) is not None),
    }
    return {state for state, holds in held.items() if holds}
