"""The table of actions is complete: every action can be called, no key is given twice."""

from collections import Counter

from app.editor.actions.table import ACTIONS, MENUS
from blocks.assets import asset

STATES = {
    "document",
    "page",
    "editable",
    "selection",
    "blocks",
    "several",
    "wires",
    "saved",
    "undo",
    "redo",
    "idle",
    "running",
    "stoppable",
    "pausable",
    "continuable",
}


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


def test_every_action_names_something_that_can_be_called(window: object) -> None:
    for action in ACTIONS:
        part, method = action.call.split(".")
        assert callable(getattr(getattr(window, part), method)), action.id
