"""Holds the values of watched outputs in loops while a step runs: the Python behind the nodes of `compiler.rounds`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import tensorflow as tf

from app.engine.compiler.round_tokens import BEGIN, GIVE, NOTE
from app.engine.tf.protos import numpy_type
from blocks.dtypes import BY_LABEL

_MOST = 1 << 26  # bytes of one output: the last rounds stay

Array = np.ndarray[Any, Any]


class _Values:
    """The values of one output in the step that runs: those of the last rounds that have one shape."""

    def __init__(self) -> None:
        self.rounds: deque[Array] = deque()
        self._bytes = 0

    def add(self, value: Array) -> None:
        """Note the value of a round."""
        if self.rounds and self.rounds[-1].shape != value.shape:
            self.rounds.clear()
            self._bytes = 0
        self.rounds.append(value)
        self._bytes += value.nbytes
        while self._bytes > _MOST and len(self.rounds) > 1:
            self._bytes -= self.rounds.popleft().nbytes


_values: dict[str, _Values] = {}  # by result key and dtype
_holding: list[tf.Graph] = []  # TensorFlow forgets a function with the last graph that calls it


def _begin(key: Any) -> None:
    _values[_text(key)] = _Values()


def _note(key: Any, value: Any) -> None:
    _values.setdefault(_text(key), _Values()).add(np.array(value))


def _give(key: Any) -> Array:
    text = _text(key)
    found = _values.get(text)
    if found is None or not found.rounds:
        return np.zeros(0, numpy_type(BY_LABEL[text.rpartition(" ")[2]].name))
    return np.stack(list(found.rounds))


def _text(key: Any) -> str:
    plain = key.item() if isinstance(key, np.ndarray) else key
    return plain.decode() if isinstance(plain, bytes) else str(plain)


_CALLED: dict[str, Callable[..., Any]] = {BEGIN: _begin, NOTE: _note, GIVE: _give}


@cache
def token_of(token: str) -> str:
    """Return the token by which TensorFlow finds what a plan calls by a token, in this process."""
    graph = tf.Graph()
    with graph.as_default():
        tf.numpy_function(_CALLED[token], [tf.constant("")], [])
    _holding.append(graph)
    return next(op.get_attr("token").decode() for op in graph.get_operations() if op.type == "PyFunc")
