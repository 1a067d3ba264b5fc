"""What is read of TensorFlow's messages: the reason, not where our program made the node."""

from __future__ import annotations

import pytest

pytest.importorskip("tensorflow")

from app.engine.tf.error_messages import one_line

FULL_DISK = (
    "Graph execution error:\n\nDetected at node 'SaveV2' defined at (most recent call last):\n"
    "    File \"<stdin>\", line 3, in <module>\nNode: 'SaveV2'\n"
    "/disk/m.tempstate1; No space left on device\n\t [[{{node SaveV2}}]]\nHint: If you want to see a list"
)


def test_a_full_disk_has_its_file_and_its_reason() -> None:
    assert one_line(FULL_DISK) == "/disk/m.tempstate1; No space left on device"
