"""Offers to recover what programs that died have left unsaved."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from app.document.editing.journal import recoverable
from app.document.storage.errors import FileProblem
from app.editor.results.imported_state import store_of
from app.editor.settings import journals_folder
from app.editor.widgets import dialogs
from app.messages import error_text, message_of

if TYPE_CHECKING:
    from app.document.editing.document import Document
    from app.document.editing.journal import Recovery
    from app.editor.context import EditorContext

Show = Callable[["Document"], "EditorContext"]


def offer_leftovers(context: EditorContext, show: Show) -> None:
    """Ask about each journal that a dead program has left; after a clean exit there is none.

    ``context`` is of the window that asks. ``show`` opens a recovered document in a window, writes its new journal,
    and returns that window's context.
    """
    for left in recoverable(journals_folder()):
        if left.problem is not None:
            context.log(message_of(left.problem), "warning")
        else:
            _offer(left, context, show)


def _offer(left: Recovery, context: EditorContext, show: Show) -> None:
    name = left.document_path.name if left.document_path is not None else "a new project"
    when = datetime.fromtimestamp(left.time).strftime("%d %B %Y, %H:%M")
    text = f"TensorBlocks ended without saving it. Its last state is of {when}."
    choices = [
        dialogs.Choice("recover", "Recover"),
        dialogs.Choice("discard", "Discard", dialogs.DISCARD.role),
        dialogs.Choice("later", "Ask later", dialogs.CANCEL.role),
    ]
    answer = context.ask(f"Recover {name}?", text, choices)
    if answer == "recover":
        _recover(left, context, show)
    elif answer == "discard":
        _discard(left)


def _recover(left: Recovery, context: EditorContext, show: Show) -> None:
    try:
        document = left.open()
    except FileProblem as fault:
        context.log(error_text(fault), "error")
        return
    document.store = store_of(document)
    shown_in = show(document)
    _discard(left)
    shown_in.log("recovered what was not saved; save it to keep it", "good")


def _discard(left: Recovery) -> None:
    with contextlib.suppress(OSError):  # it is offered again next time
        left.discard()
