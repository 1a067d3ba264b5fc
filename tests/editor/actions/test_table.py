"""The table of actions is complete: every action can be called, no key is given twice."""

from collections import Counter
from typing import Any

import pytest
from PySide6.QtWidgets import QMainWindow

from app.editor.actions.action_set import ActionSet
from app.editor.actions.states import STATES
from app.editor.actions.table import ACTIONS, MENUS
from blocks.assets import asset


def test_ids_and_keys_are_given_once() -> None:
    assert [i for i, n in Counter(a.id for a in ACTIONS).items() if n > 1] == []
    keys = Counter(k for a in ACTIONS for k in a.keys)
    assert [k for k, n in keys.items() if n > 1] == []


def test_every_row_has_a_menu_known_states_and_an_icon_that_ships() -> None:
    for action in ACTIONS:
        assert action.menu in MENUS, action.id
        assert action.needs <= STATES, action.id
        assert not action.icon or asset("icons", f"{action.icon}.svg").is_file(), action.id


def test_a_menu_has_no_mnemonic_twice() -> None:
    for menu in MENUS:
        letters = [a.text[a.text.index("&") + 1].lower() for a in ACTIONS if a.menu == menu and "&" in a.text]
        assert [x for x, n in Counter(letters).items() if n > 1] == [], menu


def test_every_action_calls_something_and_nothing_else_is_called(window: Any) -> None:
    handlers = {**window.controllers.actions(), **window.help.actions()}
    assert sorted(handlers) == sorted(action.id for action in ACTIONS)
    assert all(callable(handler) for handler in handlers.values())


@pytest.mark.parametrize("change", [lambda h: h.pop("file.new"), lambda h: h.update({"file.nowhere": print})])
def test_an_action_that_calls_nothing_or_is_not_in_the_table_is_a_fault(qtbot: Any, change: Any) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    handlers = {action.id: print for action in ACTIONS}
    ActionSet(window, handlers)
    change(handlers)
    with pytest.raises(ValueError, match=r"file\.n"):
        ActionSet(window, handlers)
