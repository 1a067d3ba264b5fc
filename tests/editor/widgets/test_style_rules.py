"""A widget that was let go leaves nothing of what Qt's style sheets knew of it."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QSpinBox, QWidget

from app.editor.widgets.fields import ChoiceField
from app.editor.widgets.style_rules import discard
from app.editor.widgets.theme import DARK, apply_theme

_SIZES = (  # of mallinfo2(3)
    *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
    *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
)
_COUNT = 200
_MOST = 700  # bytes of each that stay: of the pieces that the C library holds ready


class _Heap(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in _SIZES]


def _in_use() -> int:
    """Return the bytes that the C library has given out."""
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Heap
    return int(ask().uordblks)


def _choice() -> QWidget:
    return ChoiceField(["one", "two"])


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc counts what it has given out")
@pytest.mark.parametrize("make", [_choice, QSpinBox, QPlainTextEdit])
def test_fields_that_were_let_go_leave_no_memory(qapp: QApplication, make: Callable[[], QWidget]) -> None:
    if not hasattr(ctypes.CDLL(None), "mallinfo2"):
        pytest.skip("another C library")
    apply_theme(qapp, DARK)

    def come_and_go(count: int) -> None:
        holders = [QWidget() for _ in range(count)]
        for holder in holders:
            make().setParent(holder)
            holder.show()
        QCoreApplication.processEvents()
        for holder in holders:
            discard(holder)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    come_and_go(_COUNT)  # what all share is made, and the tables have their size
    before = _in_use()
    come_and_go(_COUNT)
    assert (_in_use() - before) / _COUNT < _MOST
