"""What a channel does whose other side is gone."""

from __future__ import annotations

import io

import pytest

from app.engine.ipc.channel import Channel
from app.engine.ipc.messages import Stop


class _ClosedMeanwhile(io.BytesIO):
    """A writer that the listener closes, as the other process has died, while a message is written."""

    def write(self, data: object) -> int:
        self.close()
        raise ValueError("write to closed file")


def test_a_channel_that_is_closed_while_it_sends_says_that_the_other_side_is_gone() -> None:
    """Senders expect no other error of a death: it would end all that the process was one part of."""
    with pytest.raises(OSError, match="closed"):
        Channel(io.BytesIO(), _ClosedMeanwhile()).send(Stop())
