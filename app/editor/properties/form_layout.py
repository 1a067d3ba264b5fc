"""How the forms of the properties are laid out: headings, and labels beside or above their fields."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from app.editor.widgets.plain_text import PlainLabel

_LEAST_FIELD = 120  # pixels


def section(title: str, parent: QWidget) -> QLabel:
    """Return the heading of a section."""
    head = PlainLabel(title, parent)
    head.setObjectName("sectionHead")
    head.setIndent(0)  # else the style sheet's padding moves it off the fields below
    return head


def form() -> QFormLayout:
    """Return the layout that all forms of the properties use."""
    layout = QFormLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setHorizontalSpacing(8)
    layout.setVerticalSpacing(4)
    layout.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
    layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    return layout


def align_labels(*forms: QFormLayout) -> None:
    """Let the fields of forms that stand below one another begin at one edge."""
    items = [f.itemAt(row, QFormLayout.ItemRole.LabelRole) for f in forms for row in range(f.rowCount())]
    words = [widget for item in items if item is not None and (widget := item.widget()) is not None]
    width = max((word.sizeHint().width() for word in words), default=0)
    for word in words:
        word.setMinimumWidth(width)


def wrap_where_narrow(fields: QFormLayout, width: int) -> None:
    """Put the fields of a form below their labels where there is too little room for them beside these."""
    items = [fields.itemAt(row, QFormLayout.ItemRole.LabelRole) for row in range(fields.rowCount())]
    labels = max((item.sizeHint().width() for item in items if item is not None), default=0)
    is_narrow = width - labels - fields.horizontalSpacing() < _LEAST_FIELD
    policy = QFormLayout.RowWrapPolicy.WrapAllRows if is_narrow else QFormLayout.RowWrapPolicy.DontWrapRows
    if fields.rowWrapPolicy() != policy:
        fields.setRowWrapPolicy(policy)
