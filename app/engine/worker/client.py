"""The program as the handler of a request sees it inside the worker: what it asks meanwhile, and the way to answer."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence

import msgspec

from app.engine.ipc.channel import Channel, encode
from app.engine.ipc.messages import Go, LogText, Message, MoreSamples, Pace, Pause, Reply, Stop, Times
from app.engine.ipc.packing import Buffer
from app.engine.ipc.progress_board import ProgressBoard
from app.engine.worker.sampling import Sampler


class Client:
    """The program that has sent a request. ``on_message`` is called by the listening thread, all else by the handler.

    ``stopped`` and ``pausing`` are plain attributes, as they are looked at before every step.
    """

    def __init__(self, channel: Channel, progress: ProgressBoard) -> None:
        """Speak over ``channel`` and write progress on the progress board."""
        self.progress = progress
        self.replied = False
        self._channel = channel
        self.sampler = Sampler(channel.send)
        self._news = threading.Condition()
        self.renew()

    def renew(self) -> None:
        """Get ready for a request (from the listening thread: what comes from now on belongs to it)."""
        with self._news:
            self.stopped = self.replied = False
            self.pausing = False  # a pause waits to be taken
            self.pace: float | None = None
            self.times = False
            self._controls: deque[Go | Pause] = deque()
            self._changed: set[type] = set()  # the settings that the program has changed
        self.sampler.renew()

    def begin(self, pace: float | None, times: bool) -> None:
        """Take the request's own settings, unless the program has changed them already."""
        with self._news:
            if Pace not in self._changed:
                self.pace = pace
            if Times not in self._changed:
                self.times = times

    def reply(self, body: msgspec.Struct, buffers: Sequence[Buffer] = ()) -> None:
        """Answer the request; to be called once. Clearing up may follow."""
        self.replied = True
        self._channel.send(Reply(encode(body)), buffers)

    def send(self, message: Message, buffers: Sequence[Buffer] = ()) -> None:
        """Report something in the middle of the request."""
        self._channel.send(message, buffers)

    def log(self, text: str) -> None:
        """Send words to the program's log."""
        self._channel.send(LogText(text))

    def on_message(self, message: object) -> None:
        """Take a message that concerns the request that runs."""
        if isinstance(message, MoreSamples):
            self.sampler.viewer_is_free = True
            return
        with self._news:
            if isinstance(message, Stop):
                self.stopped = True
            elif isinstance(message, (Go, Pause)):
                self._controls.append(message)
                self._look_for_pauses()
            elif isinstance(message, Pace):
                self.pace = message.seconds
            elif isinstance(message, Times):
                self.times = message.on
            self._changed.add(type(message))
            self._news.notify_all()

    def take_pause(self) -> None:
        """Begin to hold: the oldest pause is done, and what was to go on before it is not done any more."""
        with self._news:
            while not isinstance(self._controls.popleft(), Pause):
                continue
            self._look_for_pauses()

    def wait_to_go(self) -> Go | None:
        """Wait, while the run is held, for the request to go on; None when it is to end. Pauses change nothing."""
        with self._news:
            while not self.stopped:
                while self._controls:
                    request = self._controls.popleft()
                    self._look_for_pauses()
                    if isinstance(request, Go):
                        return request
                self._news.wait()
        return None

    def wait_for_news(self, seconds: float) -> None:
        """Wait between two steps until the program asks for something, or so long."""
        with self._news:
            if not (self.stopped or self.pausing):
                self._news.wait(seconds)

    def _look_for_pauses(self) -> None:
        pausing = any(isinstance(request, Pause) for request in self._controls)
        if pausing != self.pausing:
            self.progress.set_pausing(pausing, time.process_time())
        self.pausing = pausing
