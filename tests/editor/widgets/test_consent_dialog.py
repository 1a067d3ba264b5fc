"""The question before a run: plain text, whole names, and no by itself."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.editor.widgets.consent_dialog import AllowedDialog, ConsentDialog, Row, about_run

LONG = "/a/" + "x" * 400 + "/end.txt"
ROWS = [Row("reads", LONG, "r.filename"), Row("writes", "<img src=x>\nb", "w.filename")]


@pytest.fixture
def dialog(qtbot: Any) -> ConsentDialog:
    made = ConsentDialog(about_run("/home/anna/<b>project</b>"), ROWS, True)
    qtbot.addWidget(made)
    made.show()
    return made


def test_enter_and_escape_do_not_run(dialog: ConsentDialog, qtbot: Any) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert (dialog.isVisible(), dialog.answer) == (False, "no")
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert (dialog.isVisible(), dialog.answer) == (False, "no")


@pytest.mark.parametrize(("button", "answer"), [("once", "once"), ("always", "always"), ("no", "no")])
def test_the_buttons(dialog: ConsentDialog, qtbot: Any, button: str, answer: str) -> None:
    qtbot.mouseClick(getattr(dialog, button), Qt.MouseButton.LeftButton)
    assert (dialog.isVisible(), dialog.answer) == (False, answer)


def test_no_part_of_a_name_is_hidden(dialog: ConsentDialog) -> None:
    assert dialog.whole.toPlainText() == f"r.filename reads {LONG}"
    dialog.list.setCurrentItem(dialog.list.topLevelItem(1))
    assert dialog.whole.toPlainText() == "w.filename writes <img src=x>\nb"
    assert dialog.list.topLevelItem(1).text(1) == "<img src=x> b"


def test_an_unsaved_project_has_no_answer_for_ever(qtbot: Any) -> None:
    made = ConsentDialog(about_run("/tmp"), ROWS, False)
    qtbot.addWidget(made)
    assert not made.always.isEnabled()


def test_it_fits_a_small_screen(dialog: ConsentDialog) -> None:
    assert dialog.width() <= 1280
    assert dialog.height() <= 720


def test_several_answers_are_taken_back_at_once(qtbot: Any) -> None:
    gone: list[int] = []
    made = AllowedDialog([Row("reads", str(n), "p") for n in range(3)], gone.extend, "walls")
    qtbot.addWidget(made)
    assert not made.take_back.isEnabled() or made.list.selectedItems()
    made.list.selectAll()
    made.take_back.click()
    assert (gone, made.list.topLevelItemCount(), made.empty.isHidden()) == ([2, 1, 0], 0, False)
