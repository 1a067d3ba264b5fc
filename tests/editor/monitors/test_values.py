"""What monitors read: elements that pins name, and histories that outlive the curves that show them."""

import numpy as np
import pytest

from app.editor.monitors.element import look_up, split_pin
from app.editor.monitors.history import Histories
from app.editor.results.store import ResultStore
from app.engine.values.results import ListValue, NoValue, TensorValue


def _tensor(values: object, dtype: str = "float32") -> TensorValue:
    return TensorValue(dtype, np.asarray(values, dtype=dtype))


@pytest.fixture
def store() -> ResultStore:
    made = ResultStore()
    texts = np.array([b"a", "é".encode()], dtype=object)
    values = {
        "x.output": _tensor([[1, 2], [3, 4]]),
        "n.output": _tensor(7, "int64"),
        "s.output": TensorValue("string", texts),
        "list.outputs": ListValue((_tensor([5, 6]), NoValue("float32", "dead"))),
        "dead.output": NoValue("float32", "dead"),
    }
    made.put("page", values, 1)
    return made


@pytest.mark.parametrize(
    ("pin", "number"),
    [
        ("x.output[0][1]", 2.0),
        ("x.output[1][0]", 3.0),
        ("n.output", 7.0),
        ("list.outputs[0][1]", 6.0),
        ("x.output", None),
        ("x.output[1]", None),
        ("s.output[0]", None),
    ],
)
def test_a_pin_names_an_element_by_its_indices(store: ResultStore, pin: str, number: float | None) -> None:
    assert look_up(store, "page", pin).number() == number


def test_fewer_indices_name_a_part_of_the_tensor(store: ResultStore) -> None:
    found = look_up(store, "page", "x.output[1]")
    assert found.array is not None
    assert found.array.tolist() == [3.0, 4.0]
    assert found.dtype == "float32"


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("x.output[2][0]", "shape [2, 2]"),
        ("x.output[0][0][0]", "shape [2, 2]"),
        ("dead.output", "not taken"),
        ("list.outputs", "a list of 2 tensors: name one, as list.outputs[0]"),
        ("list.outputs[1]", "not taken"),
        ("list.outputs[5]", "no element list.outputs[5]"),
        ("y.output", "run the page"),
        ("x.output[a]", "is not block.pin"),
    ],
)
def test_a_pin_without_a_value_says_why(store: ResultStore, pin: str, why: str) -> None:
    found = look_up(store, "page", pin)
    assert found.array is None
    assert why in found.why


def test_pins_are_split() -> None:
    assert split_pin("a.b") == ("a.b", ())
    assert split_pin("a.b[10][2]") == ("a.b", (10, 2))


def test_a_history_grows_by_steps_and_starts_anew_with_the_run() -> None:
    store = ResultStore()
    histories = Histories(store, "page")
    series = histories.follow("a.output[1]")
    for step in (1, 5, 9):
        store.put("page", {"a.output": _tensor([0, step])}, step)
        store.put("other", {"a.output": _tensor([0, -1])}, step)
    store.mark_old("page")  # announces a change, but brings no new value
    assert series.points == [(1, 1.0), (5, 5.0), (9, 9.0)]
    assert histories.follow("a.output[1]") is series
    assert histories.follow("a.output[0]").points == [(9, 0.0)]
    store.restart("page")
    assert series.points == []
    store.put("page", {"a.output": _tensor([0, 3])}, 1)
    assert series.points == [(1, 3.0)]


def test_a_history_follows_the_pages_name() -> None:
    store = ResultStore()
    histories = Histories(store, "page")
    series = histories.follow("a.output")
    store.rename("page", "new")
    store.put("new", {"a.output": _tensor(4)}, 2)
    assert series.points == [(2, 4.0)]


def test_rows_of_watched_pins_fill_a_history_and_samples_add_nothing_to_it() -> None:
    store = ResultStore()
    histories = Histories(store, "page")
    series, other = histories.follow("a.output[0]"), histories.follow("b.output")
    histories.add_rows(["a.output[0]", "unknown"], 1, [(0.5, 1.0), (0.25, 2.0), (None, 3.0), (0.125, 4.0)])
    store.put("page", {"a.output": _tensor([9]), "b.output": _tensor(7)}, 3)
    assert series.points == [(1, 0.5), (2, 0.25), (4, 0.125)]
    assert other.points == [(3, 7.0)]
    store.restart("page")
    store.put("page", {"a.output": _tensor([9]), "b.output": _tensor(7)}, 1)
    assert series.points == [(1, 9.0)]
