"""In which order the context menus show the actions whose rows name a place there, and which stand in a submenu."""

from __future__ import annotations

from typing import NamedTuple


class Group(NamedTuple):
    """Actions between two separators; with a ``title`` in a submenu of that name."""

    actions: tuple[str, ...]
    title: str = ""


VALUES = (
    "monitor.table", "monitor.number", "monitor.picture", "monitor.curve", "monitor.histogram", "monitor.text",
    "monitor.control", "view.result",
)  # fmt: skip
# For every place the same; a menu shows of it the actions that name the place. Others come before the last group.
ORDER = (
    Group(("run.table", "run.here")),
    Group(VALUES, "Show &on the page"),
    Group(("edit.add_block", "edit.add_note", "edit.add_frame", "edit.add_shape")),
    Group(("edit.rename", "edit.replace", "edit.insert", "view.properties")),
    Group(("page.enter", "page.make", "page.unpack")),
    Group(("edit.cut", "edit.copy", "edit.copy_python", "edit.paste", "edit.duplicate", "edit.delete")),
    Group(("edit.select_all", "edit.select_kind", "edit.copy_picture")),
    Group(("edit.wire", "edit.switch", "view.collapse", "view.rows")),
    Group(("edit.add_bend", "edit.straighten", "edit.hide_wires")),
    Group(("monitor.log", "arrange.layout", "view.fit")),
    Group(("help.block",)),
)


def groups_of(named: list[str]) -> list[Group]:
    """Return a menu of actions in order; those that the order does not know stand before the last group."""
    known = {action for group in ORDER for action in group.actions}
    others = Group(tuple(action for action in named if action not in known))
    shown = [Group(tuple(a for a in group.actions if a in named), group.title) for group in ORDER]
    return [group for group in (*shown[:-1], others, shown[-1]) if group.actions]
