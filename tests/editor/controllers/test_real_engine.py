"""What only the real engine can show: stops, deaths, and steps that go on bit by bit as in one straight run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.document.editing.document import Document
from app.document.editing.edits import AddPage, SetPin, SetRun
from app.document.model.diagram import Block, Page, PinRef, Project, RunSettings, Scope, Wire
from tests.support.function_pages import named


def _page(name: str, blocks: list[Block], *wires: tuple[str, str]) -> Page:
    made = [Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in wires]
    return Page(name=name, blocks={b.id: b for b in blocks}, wires=made)


_WAITS = _page(
    "waits",
    [
        Block(id="queue", symbol="FIFOQueue", pins={"component_types": "DT_FLOAT"}),
        Block(id="take", symbol="QueueDequeue", at=(200, 0), pins={"component_types": "DT_FLOAT"}),
        Block(id="session", symbol="ClientSession", at=(400, 0)),
    ],
    ("queue.handle", "take.handle"),
    ("take.components", "session.fetch_outputs"),
)
_DIES = _page(
    "dies",
    [
        Block(id="one", symbol="Const", pins={"val": "1.0f"}),
        Block(id="end", symbol="Abort", at=(200, 100), pins={"attrs": "error_msg_ = over;"}),
        Block(id="session", symbol="ClientSession", at=(400, 0)),
    ],
    ("one.output", "session.fetch_outputs"),
    ("end.operation", "session.run_outputs"),
)
_WELL = _page(
    "well",
    [
        Block(id="one", symbol="Const", pins={"val": "{1.5f,2.5f}"}),
        Block(id="session", symbol="ClientSession"),
    ],
    ("one.output", "session.fetch_outputs"),
)

# A Variable that adds up random numbers, which also go into a queue: state that only a session holds.
_STATES = _page(
    "states",
    [
        Block(
            id="w", symbol="Variable", pins={"dtype": "DT_FLOAT", "shape": "{3}", "initvalues": "{0f,0f,0f}"}
        ),
        Block(id="dice", symbol="RandomUniform", pins={"shape": "{3}", "dtype": "DT_FLOAT"}),
        Block(id="queue", symbol="FIFOQueue", pins={"component_types": "DT_FLOAT"}),
        Block(id="put", symbol="QueueEnqueue"),
        Block(id="size", symbol="QueueSize"),
        Block(id="add", symbol="AssignAdd"),
        Block(id="session", symbol="ClientSession"),
    ],
    ("w.ref", "add.ref"),
    ("dice.output", "add.value"),
    ("queue.handle", "put.handle"),
    ("dice.output", "put.components"),
    ("queue.handle", "size.handle"),
    ("add.output_ref", "session.fetch_outputs"),
    ("dice.output", "session.fetch_outputs"),
    ("size.size", "session.fetch_outputs"),
    ("put.operation", "session.run_outputs"),
)
# A weight that shrinks by a tenth in each step: all state is in the Variable.
_LEARNS = _page(
    "learns",
    [
        Block(
            id="w",
            symbol="Variable",
            pins={"dtype": "DT_FLOAT", "shape": "{2}", "initvalues": "{1.1f,-3.7f}"},
        ),
        Block(id="rate", symbol="Const", pins={"val": "0.1f"}),
        Block(id="train", symbol="ApplyGradientDescent"),
        Block(id="session", symbol="ClientSession"),
    ],
    ("w.ref", "train.var"),
    ("w.ref", "train.delta"),
    ("rate.output", "train.alpha"),
    ("train.out", "session.fetch_outputs"),
)


@pytest.fixture
def real(qapp: Any, qtbot: Any, home: Any) -> Iterator[Any]:
    from app.editor.application.application import Application
    from app.editor.settings import SettingsStore
    from app.engine.host.engine import Engine

    application = Application(qapp, SettingsStore(), lambda: Engine(beside=home))
    window = application.new_window()
    window.context.set_document(Document(Project(pages=[_WAITS])))
    for page in (_DIES, _WELL):
        window.document.apply(AddPage(page))
    yield window
    window.context.ask = lambda *_: "discard"
    window.close()


def test_a_waiting_page_is_stopped_a_dying_one_named_and_the_next_run_is_well(real: Any, qtbot: Any) -> None:
    real.tabs.show_page("waits")
    with qtbot.waitSignal(real.runner.begun, timeout=60_000):
        real.controllers.run.run()
    with qtbot.waitSignal(real.runner.ended, timeout=5_000):
        real.controllers.run.stop()
    qtbot.waitUntil(lambda: "stopped" in real.status.run.text())
    real.tabs.show_page("dies")
    with qtbot.waitSignal(real.runner.ended, timeout=60_000):
        real.controllers.run.run()
    qtbot.waitUntil(lambda: "dies" in real.context.outcomes.problems)
    died = next(p for p in real.context.outcomes.problems["dies"] if p.code == "aborted")
    assert died.block == "end"
    real.tabs.show_page("well")
    with qtbot.waitSignal(real.runner.ended, timeout=60_000):
        real.controllers.run.run()
    qtbot.waitUntil(lambda: "one.output" in real.results.page("well").values)
    assert real.results.page("well").values["one.output"].array.tolist() == [1.5, 2.5]


@pytest.fixture
def trained(qapp: Any, qtbot: Any, home: Any, tmp_path: Any) -> Iterator[Any]:
    """A window with a saved project of the two pages that have a state."""
    from app.editor.application.application import Application
    from app.editor.settings import SettingsStore
    from app.engine.host.engine import Engine

    _STATES.scope = Scope(seed=7)
    application = Application(qapp, SettingsStore(), lambda: Engine(beside=home))
    window = application.new_window()
    document = Document(Project(pages=[_STATES, _LEARNS]))
    document.save(tmp_path / "states.tblocks")
    window.context.set_document(document)
    yield window
    window.context.ask = lambda *_: "discard"
    window.close()


def _rests(window: Any, qtbot: Any, action: str) -> None:
    with qtbot.waitSignal(window.runner.ended, timeout=60_000):
        window.action_set[action].trigger()


def _set(window: Any, qtbot: Any, page: str, **run: Any) -> None:
    window.tabs.show_page(page)
    window.document.apply(SetRun(page, RunSettings(**run)))
    qtbot.waitUntil(lambda: window.action_set["run.run"].isEnabled())


def _bits(window: Any, page: str) -> dict[str, bytes]:
    return {k: v.array.tobytes() for k, v in window.results.page(page).values.items() if hasattr(v, "array")}


def test_steps_pauses_and_goings_on_give_the_bits_of_one_straight_run(trained: Any, qtbot: Any) -> None:
    _set(trained, qtbot, "states", steps=40)
    _rests(trained, qtbot, "run.run")
    straight = _bits(trained, "states")
    assert int.from_bytes(straight["size.size"], "little") in (39, 40)
    _set(trained, qtbot, "states", steps=40, pace=0.02)
    with qtbot.waitSignal(trained.runner.stepped, timeout=60_000):
        trained.action_set["run.run"].trigger()
    _rests(trained, qtbot, "run.pause")
    paused_at = trained.runner.steps_done("states")
    assert 0 < paused_at < 38
    for _ in range(2):
        _rests(trained, qtbot, "run.step")
    assert trained.runner.steps_done("states") == paused_at + 2
    trained.run_bar.paces[None].trigger()
    _rests(trained, qtbot, "run.go")
    assert trained.runner.steps_done("states") == 40
    assert _bits(trained, "states") == straight


def test_a_state_restored_from_a_snapshot_gives_the_bits_of_one_straight_run(
    trained: Any, qtbot: Any
) -> None:
    _set(trained, qtbot, "learns", steps=10)
    _rests(trained, qtbot, "run.run")
    straight = _bits(trained, "learns")
    _set(trained, qtbot, "learns", steps=4)
    _rests(trained, qtbot, "run.run")
    trained.controllers.snapshots.store("four")
    qtbot.waitUntil(lambda: "four" in trained.context.page.snapshots)
    trained.controllers.run.reset()
    _set(trained, qtbot, "learns", steps=10)
    trained.controllers.snapshots.go_back("four")
    qtbot.waitUntil(lambda: trained.runner.steps_done("learns") == 4)
    _rests(trained, qtbot, "run.go")
    assert trained.runner.steps_done("learns") == 10
    assert _bits(trained, "learns") == straight


def test_a_checkpoint_of_the_state_comes_back_as_a_snapshot(trained: Any, qtbot: Any, tmp_path: Any) -> None:
    _set(trained, qtbot, "learns", steps=3)
    _rests(trained, qtbot, "run.run")
    state = trained.runner.state_of("learns").values["w"].array
    trained.controllers.snapshots.save_checkpoint("present state", str(tmp_path / "net.index"))
    qtbot.waitUntil(lambda: (tmp_path / "net.index").exists(), timeout=60_000)
    trained.controllers.snapshots.load_checkpoint(str(tmp_path / "net.index"))
    qtbot.waitUntil(lambda: "net" in trained.context.page.snapshots, timeout=60_000)
    trained.controllers.run.reset()
    trained.controllers.snapshots.go_back("net")
    qtbot.waitUntil(lambda: trained.runner.state_of("learns") is not None)
    assert trained.runner.state_of("learns").values["w"].array.tobytes() == state.tobytes()


def test_the_time_of_each_block_is_measured_and_shown(trained: Any, qtbot: Any) -> None:
    _set(trained, qtbot, "learns", steps=None)
    trained.action_set["run.times"].trigger()
    trained.action_set["run.run"].trigger()
    qtbot.waitUntil(lambda: "train" in [row[0] for row in trained.panels.times.rows()], timeout=60_000)
    canvas = trained.tabs.current_canvas()
    assert canvas.block_marks.times["train"][0].endswith("%")
    trained.action_set["run.times"].trigger()
    assert canvas.block_marks.times == {}
    _rests(trained, qtbot, "run.stop")
    assert trained.runner.state_of("learns") is not None


def test_the_first_value_that_is_not_finite_holds_the_run_with_its_values(trained: Any, qtbot: Any) -> None:
    trained.document.apply(SetPin("learns", "rate", "val", "-1e30f"))
    _set(trained, qtbot, "learns", steps=100, guard=True)
    _rests(trained, qtbot, "run.run")
    assert trained.runner.holds("learns")
    assert [p.code for p in trained.context.outcomes.problems["learns"]] == ["not-finite"]
    assert trained.tabs.current_canvas().block_marks.status_of("train") == "failed"
    assert trained.runner.steps_done("learns") == 2  # 1.1 and -3.7, times 1e30, times 1e30 again
    assert "train.out" in trained.results.page("learns").values


def _run_here(window: Any, qtbot: Any, block: str) -> None:
    window.tabs.current_canvas().selection.choose_ids([block])
    qtbot.waitUntil(window.action_set["run.here"].isEnabled)
    before = window.results.page(window.context.page_name)
    window.action_set["run.here"].trigger()
    qtbot.waitUntil(lambda: window.results.page(window.context.page_name) is not before, timeout=60_000)


def test_a_run_to_one_block_leaves_the_session_at_rest_as_it_was(trained: Any, qtbot: Any) -> None:
    _set(trained, qtbot, "states", steps=40)
    _rests(trained, qtbot, "run.run")
    straight = _bits(trained, "states")
    _set(trained, qtbot, "states", steps=20)
    _rests(trained, qtbot, "run.run")
    _run_here(trained, qtbot, "dice")
    assert (trained.runner.state, trained.runner.steps_done("states")) == ("held", 20)
    _rests(trained, qtbot, "run.go")
    assert trained.runner.steps_done("states") == 40
    assert _bits(trained, "states") == straight


def test_a_run_to_one_block_begins_with_the_variables_as_they_are(trained: Any, qtbot: Any) -> None:
    trained.document.apply(SetPin("learns", "rate", "val", "0.1f"))  # whatever another test has left
    _set(trained, qtbot, "learns", steps=5)
    _rests(trained, qtbot, "run.run")
    _run_here(trained, qtbot, "w")
    (value,) = [v for k, v in trained.results.page("learns").values.items() if k.startswith("w.")]
    assert value.array.tolist() == pytest.approx([1.1 * 0.9**5, -3.7 * 0.9**5], rel=1e-6)


def test_a_page_is_written_as_a_model_beside_the_window(
    real: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real.tabs.show_page("well")

    def answer(*_: Any) -> tuple[str, str]:
        return str(tmp_path / "well.py"), "SavedModel, a folder (*)"  # the name that was offered

    monkeypatch.setattr("app.editor.controllers.exports.QFileDialog.getSaveFileName", answer)
    with qtbot.waitSignal(real.controllers.exports.models.ended, timeout=60_000) as ended:
        real.action_set["file.export_page"].trigger()
    assert ended.args == [True]
    assert (tmp_path / "well" / "saved_model.pb").is_file()


def test_a_page_that_stands_as_a_block_is_a_model_of_its_arguments(
    real: Any, qtbot: Any, tmp_path: Path
) -> None:
    """An Argument needs no default for that."""
    typed = {"x": ("Argument", {"dtype": "DT_FLOAT", "shape": "{2}"}), "neg": "Neg", "y": "Result"}
    real.document.apply(AddPage(named("negated", typed, "x.output -> neg.x\nneg.y -> y.input")))
    real.tabs.show_page("negated")
    with qtbot.waitSignal(real.controllers.exports.models.ended, timeout=60_000) as ended:
        real.controllers.exports.write(tmp_path / "negated")
    assert ended.args == [True]
    assert (tmp_path / "negated" / "saved_model.pb").is_file()


def test_the_export_of_a_model_ends_at_a_click(real: Any, qtbot: Any, tmp_path: Path) -> None:
    real.tabs.show_page("well")
    models = real.controllers.exports.models
    with qtbot.waitSignal(models.ended, timeout=60_000) as ended:
        real.controllers.exports.write(tmp_path / "well.tflite")
        models.task.dialog.canceled.emit()
    assert ended.args == [False]
    qtbot.waitUntil(lambda: not models.task.thread_of_work.is_alive(), timeout=60_000)
    assert not (tmp_path / "well.tflite").exists()
