"""A field for a whole number."""

from typing import Any

from PySide6.QtCore import Qt


def test_a_number_field_steps_by_keys_and_stays_within_bounds(qtbot: Any) -> None:
    from app.editor.inspector.number_field import NumberField

    field = NumberField(0, 20, 5)
    qtbot.addWidget(field)
    seen: list[int] = []
    field.valueChanged.connect(seen.append)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_PageUp, Qt.Key.Key_Down):
        qtbot.keyClick(field, key)
    assert seen == [6, 16, 20, 19]
    field.selectAll()
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == 7
