"""The wire to the worker: values arrive bit for bit, ends are noticed; the board survives its writer."""

from __future__ import annotations

import socket
import tempfile
import threading

import ml_dtypes
import numpy as np
import pytest

from app.engine.ipc.channel import Channel
from app.engine.ipc.messages import Request, Sample, Stop
from app.engine.ipc.packing import pack, unpack
from app.engine.ipc.progress_board import ProgressBoard
from app.engine.ipc.watchdog import Pulse, WaitClock
from app.engine.values.results import ListValue, NoValue, TensorValue, Value, tensor_of


@pytest.fixture
def channels() -> tuple[Channel, Channel]:
    """Return both ends of a channel; the test closes them."""
    one, two = socket.socketpair()
    ends = Channel.over(one), Channel.over(two)
    one.close()
    two.close()
    return ends


RESULTS: dict[str, Value] = {
    "scalar": tensor_of(np.float32(0.1)),
    "matrix": tensor_of(np.arange(6, dtype=np.int64).reshape(2, 3).T),
    "empty": tensor_of(np.empty((0, 3), np.float64)),
    "half": tensor_of(np.array([1.5, -2], ml_dtypes.bfloat16)),
    "eighth": tensor_of(np.array([1.5, np.nan], ml_dtypes.float8_e5m2)),
    "quantised": TensorValue("qint32", np.array([-5], np.int32)),
    "complex": tensor_of(np.array(1 + 2j)),
    "flags": tensor_of(np.array([True, False])),
    "texts": tensor_of(np.array([[b"", b"\x00\xff", "ä".encode()]], object)),
    "list": ListValue((tensor_of(np.uint8(255)), NoValue("float32", "dead"), tensor_of("x"))),
    "nothing": NoValue("resource", "handle"),
}


def same(one: Value, two: Value) -> bool:
    """Compare bit for bit."""
    if isinstance(one, ListValue) and isinstance(two, ListValue):
        return len(one.items) == len(two.items) and all(map(same, one.items, two.items))
    if isinstance(one, TensorValue) and isinstance(two, TensorValue):
        alike = (one.dtype, one.shape, one.array.dtype) == (two.dtype, two.shape, two.array.dtype)
        return alike and (
            one.array.tolist() == two.array.tolist()
            if one.dtype == "string"
            else one.array.tobytes() == two.array.tobytes()
        )
    return one == two


def test_every_kind_of_value_arrives_bit_for_bit(channels: tuple[Channel, Channel]) -> None:
    one, two = channels
    buffers: list[np.ndarray] = []
    one.send(Sample(3, pack(RESULTS, buffers)), buffers)
    message, received = two.receive()
    assert isinstance(message, Sample)
    back = unpack(message.results, received)
    assert list(back) == list(RESULTS)
    assert [key for key in RESULTS if not same(back[key], RESULTS[key])] == []
    one.close()
    two.close()


def test_frames_from_two_threads_do_not_mix(channels: tuple[Channel, Channel]) -> None:
    one, two = channels
    big = np.arange(100_000, dtype=np.int64)

    def send(value: int) -> None:
        for _ in range(20):
            buffers: list[np.ndarray] = []
            one.send(Sample(value, pack({"a": tensor_of(big + value)}, buffers)), buffers)

    threads = [threading.Thread(target=send, args=(value,)) for value in (1, 2)]
    for thread in threads:
        thread.start()
    for _ in range(40):
        message, buffers = two.receive()
        assert isinstance(message, Sample)
        value = unpack(message.results, buffers)["a"]
        assert isinstance(value, TensorValue)
        assert np.array_equal(value.array, big + message.step)
    for thread in threads:
        thread.join()
    one.close()
    two.close()


def test_the_end_of_the_other_side_is_noticed_between_and_within_frames(
    channels: tuple[Channel, Channel],
) -> None:
    one, two = channels
    one.send(Stop())
    one.send(Request("module:function", b"x"))
    one.close()
    assert two.receive() == (Stop(), [])
    assert two.receive()[0] == Request("module:function", b"x")
    with pytest.raises(EOFError):
        two.receive()
    two.close()


def test_the_board_shows_steps_and_running_blocks_to_another_mapping() -> None:
    with tempfile.TemporaryFile() as file:
        writer = ProgressBoard(file.fileno())
        reader = ProgressBoard(file.fileno())
    writer.begin_step()
    for block, edge in [
        ("b", "begin"),
        ("a", "begin"),
        ("c", "begin"),
        ("a", "end"),
        ("b", "end"),
        ("b", "begin"),
    ]:
        writer.mark(block, edge)
    writer.beat(1.25)
    assert (reader.begun, reader.done, reader.cpu, reader.beats) == (1, 0, 1.25, 1)
    assert reader.running() == ["c", "b"]
    writer.end_step()
    assert (reader.begun, reader.done) == (1, 1)
    writer.clear()
    assert (reader.begun, reader.done, reader.running()) == (0, 0, [])
    writer.mark("d", "begin")
    assert reader.running() == ["d"]
    writer.close()
    reader.close()


def test_a_board_that_is_full_goes_on_with_the_marks_that_it_has() -> None:
    with tempfile.TemporaryFile() as file:
        progress = ProgressBoard(file.fileno())
    for number in range(20_000):
        progress.mark(f"block-with-a-rather-long-name-{number:040}", "begin")
        progress.mark(f"block-with-a-rather-long-name-{number:040}", "end")
    progress.mark("block-with-a-rather-long-name-" + "0" * 40, "begin")
    assert progress.running() == ["block-with-a-rather-long-name-" + "0" * 40]
    progress.close()


def test_a_step_without_cpu_time_waits_and_one_with_it_does_not() -> None:
    clock = WaitClock(window=1.0)
    assert clock.waiting(100.0, 1, 5.0) == 0
    assert clock.waiting(103.0, 1, 5.001) == 3.0
    assert clock.waiting(104.0, 1, 5.9) == 0  # it computed
    assert clock.waiting(106.0, 1, 5.9) == 2.0
    assert clock.waiting(106.5, 2, 5.9) == 0  # a new step
    assert clock.waiting(110.0, None, 5.9) == 0  # between steps
    assert clock.waiting(120.0, 3, 5.9) == 0


def test_a_process_that_says_nothing_for_some_time_counts_as_stopped() -> None:
    pulse = Pulse(3.0)
    assert pulse.beats(100.0, 7)
    assert pulse.beats(102.0, 7)
    assert not pulse.beats(103.5, 7)
    assert pulse.beats(104.0, 8)
    assert pulse.beats(200.0, 900)  # nobody has asked for a while


def test_sending_after_the_close_is_the_error_of_a_lost_peer(channels: tuple[Channel, Channel]) -> None:
    one, two = channels
    one.close()
    with pytest.raises(OSError, match="closed"):
        one.send(Stop())
    two.close()
