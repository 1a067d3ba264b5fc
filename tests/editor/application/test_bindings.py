"""The Qt bindings count their references: those that lose some of None's end Python 3.10 and 3.11 after a while."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal

_CALLS = 2000
_MOST_LOST = 200  # others hold and let go of them meanwhile


class _Sender(QObject):
    sent = Signal(int)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal there")
def test_calls_and_signals_lose_no_reference(qapp: Any) -> None:
    sender, seen = _Sender(), list[int]()
    before = sys.getrefcount(None), sys.getrefcount(True)
    for number in range(_CALLS):
        sender.setObjectName("name")
        qapp.processEvents()
        connection = sender.sent.connect(seen.append)
        sender.sent.emit(number)
        sender.sent.disconnect(connection)
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert seen == list(range(_CALLS))
    assert [old - new < _MOST_LOST for old, new in zip(before, after, strict=True)] == [True, True]
