"""Icons can be seen in either theme, also where Qt keeps the icon that a tab or button was made with."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QTabBar, QToolButton

from app.document.editing.document import Document
from app.editor.widgets.icons import program_icon


def _ink(icon: QIcon) -> int:
    """Return the lightness of the icon's most solid pixel."""
    picture = icon.pixmap(QSize(32, 32), 1.0, QIcon.Mode.Normal).toImage()
    pixels = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
    return max(pixels, key=lambda p: p.alpha()).lightness()


def test_icons_of_tabs_and_buttons_follow_the_theme(window: Any) -> None:
    window.context.set_document(Document.new())
    icons = [bar.tabIcon(i) for bar in window.findChildren(QTabBar) for i in range(bar.count())]
    icons += [b.icon() for b in window.findChildren(QToolButton) if b.objectName() in ("small", "addPage")]
    icons += [window.tabs.cornerWidget().icon()]
    icons = [i for i in icons if not i.isNull()]
    assert len(icons) > 10
    assert {_ink(i) > 128 for i in icons} == {True}
    window.action_set["view.light"].trigger()
    assert {_ink(i) < 128 for i in icons} == {True}


def test_an_icon_without_room_is_empty_and_qt_has_no_complaint(qapp: Any) -> None:
    """As a button asks for one that a narrow window squeezes to nothing."""
    complaints: list[str] = []
    handler = qInstallMessageHandler(lambda _kind, _context, text: complaints.append(text))
    try:
        picture = program_icon().pixmap(QSize(16, 0), 1.0, QIcon.Mode.Normal)
    finally:
        qInstallMessageHandler(handler)
    assert picture.isNull()
    assert complaints == []
