"""Lets Qt forget the rules of the style sheet that it found for widgets, once those are gone."""

from __future__ import annotations

from PySide6.QtCore import SIGNAL, QObject
from PySide6.QtWidgets import QWidget

_DESTROYED = SIGNAL("destroyed(QObject*)")


def forget_style_rules(root: QWidget) -> None:
    """Let the rules found for the widgets within ``root`` go when these go; to be called once they are all there.

    Qt stores the rules of each widget by its address and drops them when a widget that it has styled is destroyed.
    Those that it asks for before it styles a widget, and never styles by themselves, stay for good: view ports, the
    line edits of lists and of number fields, popups that were never shown. A window leaves some ten kilobytes of them,
    spread over as many pages of memory. So one more widget, which Qt has styled and which goes last of all, passes on
    that the others are destroyed.
    """
    messenger = QWidget(root)
    messenger.ensurePolished()
    for part in root.findChildren(QWidget):
        if part is not messenger:
            QObject.connect(part, _DESTROYED, messenger, _DESTROYED)


def discard(widget: QWidget) -> None:
    """Hide a widget that is no longer needed, and let it go with the rules found for what is in it."""
    widget.hide()
    forget_style_rules(widget)
    widget.deleteLater()
