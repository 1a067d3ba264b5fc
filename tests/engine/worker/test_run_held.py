"""Held runs: they pause, go on, keep a pace and their state, and end when they are asked to."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.document.model.sentence import say
from app.engine.host.engine import Engine
from app.engine.host.events import (
    Event,
    Going,
    HandedOver,
    Held,
    Log,
    Pausing,
    Sampled,
    Started,
    Stepped,
    Timed,
)
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult, TensorValue
from tests.support.fake_session import FAKE_SESSION, FakePlan
from tests.support.patience import with_time_enough
from tests.support.words import holds

ENDLESS = FakePlan(acts={-2: ("breathe",)})


def count(results: dict[str, Any]) -> int:
    """Return the value of the only pin: the number of the step."""
    return int(results["count.output"].array)


class Player:
    """Takes a run's events and, at each Held, plays the next of its moves; with none left it stops the run."""

    def __init__(self, engine: Engine, *moves: Callable[[], object]) -> None:
        self.engine = engine
        self.moves = list(moves)
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Held):
            (self.moves.pop(0) if self.moves else self.engine.stop)()

    def of(self, kind: type) -> list[Any]:
        """Return the events of a kind."""
        return [e for e in self.events if isinstance(e, kind)]

    def run(self, plan: FakePlan, folder: Path, **options: Any) -> PageResult:
        """Run and hold."""
        return self.engine.run(plan, folder, RunRequest(hold=True, **options), on_event=self)


def test_a_held_run_goes_on_and_ends_well(fake_engine: Engine, tmp_path: Path) -> None:
    player = Player(fake_engine, lambda: fake_engine.go(1), lambda: fake_engine.go(4))
    result = player.run(FakePlan(), tmp_path, steps=3)
    held = player.of(Held)
    assert [(h.step, h.why, count(h.results), int(h.variables["count"].array)) for h in held] == [
        (3, "done", 3, 3),
        (4, "done", 4, 4),
        (8, "done", 8, 8),
    ]
    assert [g.step for g in player.of(Going)] == [3, 4]
    assert (result.ok, result.interrupted, result.steps, result.problems) == (True, False, 8, [])
    assert (count(result.results), int(result.variables["count"].array), result.variables_step) == (
        8,
        8,
        None,
    )


def test_two_requests_to_go_are_both_done(fake_engine: Engine, tmp_path: Path) -> None:
    player = Player(fake_engine, lambda: (fake_engine.go(2), fake_engine.go(3)), lambda: None)
    assert player.run(FakePlan(), tmp_path).steps == 6
    assert [h.step for h in player.of(Held)] == [1, 3, 6]


def test_a_pause_holds_after_a_whole_step_and_a_go_goes_on_from_there(
    fake_engine: Engine, tmp_path: Path
) -> None:
    player = Player(fake_engine, lambda: fake_engine.go(5))

    def on_event(event: Event) -> None:
        if isinstance(event, Stepped) and not player.of(Held):
            fake_engine.pause()
        player(event)

    result = fake_engine.run(ENDLESS, tmp_path, RunRequest(steps=None, hold=True), on_event=on_event)
    paused, done = player.of(Held)
    assert (paused.why, done.why, done.step) == ("paused", "done", paused.step + 5)
    assert paused.step == count(paused.results) == int(paused.variables["count"].array) > 0
    assert (result.ok, result.steps) == (True, done.step)


def test_a_pause_of_a_held_run_changes_nothing(fake_engine: Engine, tmp_path: Path) -> None:
    player = Player(fake_engine, lambda: (fake_engine.pause(), fake_engine.go(2)))
    assert player.run(FakePlan(), tmp_path).steps == 3
    assert [(h.step, h.why) for h in player.of(Held)] == [(1, "done"), (3, "done")]


def test_a_pause_takes_back_a_go_that_has_not_done_a_step(fake_engine: Engine, tmp_path: Path) -> None:
    player = Player(fake_engine, lambda: (fake_engine.go(), fake_engine.pause()))
    player.run(ENDLESS, tmp_path)
    assert [h.why for h in player.of(Held)] == ["done", "paused"]


def test_a_step_that_holds_up_a_pause_is_reported_with_its_block(fake_engine: Engine, tmp_path: Path) -> None:
    """Then a stop kills it; the Variables of the last time that the run was held are there."""
    player = Player(fake_engine, fake_engine.go)

    def on_event(event: Event) -> None:
        player(event)
        if isinstance(event, Log):  # the third step has begun
            fake_engine.pause()
        if isinstance(event, Pausing):
            fake_engine.stop()

    plan = FakePlan(acts={3: ("print", "hang q")}, may_wait=("q",))
    result = fake_engine.run(plan, tmp_path, RunRequest(steps=2, hold=True), on_event=on_event)
    assert player.of(Pausing) == [Pausing(3, ("q",))]
    assert (result.ok, result.interrupted, result.steps, result.variables_step) == (False, True, 2, 2)
    assert int(result.variables["count"].array) == 2
    assert holds(result.problems[0].sentence, say("run.variables-held", step=2))


def test_a_step_that_fails_ends_a_held_run_and_leaves_the_variables_last_handed_over(
    fake_engine: Engine, tmp_path: Path
) -> None:
    player = Player(fake_engine, fake_engine.go)
    result = player.run(FakePlan(acts={4: ("fault",)}), tmp_path, steps=2)
    assert (result.ok, result.steps, result.problems[0].block) == (False, 3, "a")
    assert (int(result.variables["count"].array), result.variables_step) == (2, 2)


def test_variables_are_handed_over_in_mid_run(fake_engine: Engine, tmp_path: Path) -> None:
    """Without being held; what a kill leaves is the last hand-over."""
    player = Player(fake_engine)
    plan = FakePlan(acts={-2: ("breathe",), 600: ("hang q",)})
    result = fake_engine.run(
        plan, tmp_path, RunRequest(steps=None, hand_over_every=0.01, timeout=3), on_event=player
    )
    handed_over = player.of(HandedOver)
    assert len(handed_over) > 1
    assert [int(k.variables["count"].array) for k in handed_over] == [k.step for k in handed_over]
    assert (result.timed_out, result.variables_step) == (True, handed_over[-1].step)
    assert int(result.variables["count"].array) == handed_over[-1].step


def test_held_time_counts_for_no_limit(fake_engine: Engine, tmp_path: Path) -> None:
    """Held for longer than the time limit, the run goes on."""

    def held_beyond(limit: float) -> tuple[float, PageResult]:
        player = Player(fake_engine, lambda: threading.Timer(limit + 0.1, fake_engine.go, [1]).start())
        return limit, player.run(FakePlan(), tmp_path, timeout=limit)

    limit, result = with_time_enough(held_beyond, lambda found: found[1].ok, (0.4, 2.0, 8.0))
    assert (result.ok, result.steps) == (True, 2)
    assert result.seconds < limit


def test_a_pace_is_held_and_can_be_changed(fake_engine: Engine, tmp_path: Path) -> None:
    """With a step an hour the second step comes only when the pace is lifted."""
    player = Player(fake_engine)

    def on_event(event: Event) -> None:
        player(event)
        if isinstance(event, Stepped) and event.step == 1:
            fake_engine.set_pace(None)

    result = fake_engine.run(
        FakePlan(), tmp_path, RunRequest(steps=3, hold=True, pace=3600.0), on_event=on_event
    )
    assert (result.ok, result.steps) == (True, 3)
    assert player.of(Stepped)[0].step == 1


def test_a_paced_run_pauses_and_stops_between_two_steps(fake_engine: Engine, tmp_path: Path) -> None:
    player = Player(fake_engine, fake_engine.go)

    def on_event(event: Event) -> None:
        player(event)
        if isinstance(event, Stepped) and event.step == 1:
            fake_engine.pause()
        if isinstance(event, Going):
            fake_engine.stop()

    result = fake_engine.run(
        FakePlan(), tmp_path, RunRequest(steps=9, hold=True, pace=3600.0), on_event=on_event
    )
    assert [(h.step, h.why) for h in player.of(Held)] == [(1, "paused")]
    assert (result.interrupted, result.steps, count(result.results)) == (True, 1, 1)


def test_close_ends_a_held_run(importable_fakes: None, tmp_path: Path) -> None:
    engine = Engine(factory=FAKE_SESSION, preload=())
    closing = threading.Thread(target=engine.close)
    player = Player(engine, closing.start)
    result = player.run(FakePlan(), tmp_path, steps=2)
    closing.join()
    assert (result.interrupted, result.variables_step, count(result.results)) == (True, 2, 2)


def test_the_next_run_is_not_stopped_by_requests_to_the_last_one(fake_engine: Engine, tmp_path: Path) -> None:
    player = Player(fake_engine, lambda: (fake_engine.stop(), fake_engine.pause(), fake_engine.go()))
    player.run(FakePlan(), tmp_path)
    result = fake_engine.run(FakePlan(), tmp_path, RunRequest(steps=5))
    assert (result.ok, result.steps) == (True, 5)


def test_samples_come_before_the_run_is_held(fake_engine: Engine, tmp_path: Path) -> None:
    player = Player(fake_engine)
    player.run(ENDLESS, tmp_path, steps=50, sample_rate=1000.0)
    order = [type(e) for e in player.events if isinstance(e, (Sampled, Held))]
    assert order[-1] is Held
    assert Started is type(player.events[0])


def test_blocks_are_measured_while_that_is_asked_for(fake_engine: Engine, tmp_path: Path) -> None:
    """Switched off after the first message, which holds what was measured until then; nothing without the switch."""
    player = Player(fake_engine, lambda: (fake_engine.set_times(False), fake_engine.go(50)))
    player.run(ENDLESS, tmp_path, steps=200, times=True)
    timed = player.of(Timed)
    assert sum(t.steps for t in timed) > 1
    for reports in timed:
        assert reports.blocks == pytest.approx({"count": reports.steps * 0.001})
    assert player.events.index(timed[-1]) < player.events.index(player.of(Held)[0])
    silent = Player(fake_engine)
    silent.run(ENDLESS, tmp_path, steps=20)
    assert silent.of(Timed) == []


def test_a_guarded_run_is_held_in_the_step_of_the_fault(fake_engine: Engine, tmp_path: Path) -> None:
    player = Player(fake_engine, lambda: fake_engine.go(2))
    result = player.run(FakePlan(), tmp_path, steps=9, guard=True)
    assert [(h.step, h.why) for h in player.of(Held)] == [(5, "guard"), (7, "done")]
    assert [p.code for p in player.of(Held)[0].problems] == ["not-finite"]
    assert (result.ok, result.problems) == (True, [])


def test_a_time_limit_leaves_the_last_whole_step(fake_engine: Engine, tmp_path: Path) -> None:
    result = with_time_enough(
        lambda limit: fake_engine.run(
            ENDLESS, tmp_path, RunRequest(steps=None, timeout=limit, variables=True)
        ),
        lambda result: result.steps > 0,
    )
    assert (result.ok, result.timed_out, result.interrupted) == (False, True, False)
    assert result.steps == count(result.results) == int(result.variables["count"].array) > 0
    assert [p.code for p in result.problems] == ["timeout"]


def test_a_patient_stop_waits_for_a_step_as_long_as_others(fake_engine: Engine, tmp_path: Path) -> None:
    """A step takes more than a second; a stop that is not patient kills it."""
    plan = FakePlan(acts={2: ("doze",), 3: ("print", "doze")})

    def ended(patient: bool) -> tuple[int, bool]:
        def on_event(event: Event) -> None:
            if isinstance(event, Log):
                fake_engine.stop(patient=patient)

        result = fake_engine.run(plan, tmp_path, RunRequest(steps=None), on_event=on_event)
        value = result.results["count.output"]
        return result.steps, isinstance(value, TensorValue) and value.array == result.steps

    assert ended(patient=True) == (3, True)
    assert ended(patient=False)[0] == 2


def test_a_run_that_does_not_hold_takes_no_pause(fake_engine: Engine, tmp_path: Path) -> None:
    player = Player(fake_engine)

    def on_event(event: Event) -> None:
        player(event)
        if isinstance(event, (Started, Log)):
            fake_engine.pause()

    plan = FakePlan(acts={2: ("print", "doze")})
    result = fake_engine.run(plan, tmp_path, RunRequest(steps=3), on_event=on_event)
    assert (result.ok, result.steps, player.of(Pausing), player.of(Held)) == (True, 3, [], [])


@pytest.mark.parametrize("seed", range(20))
def test_requests_in_any_sequence_leave_the_events_in_order(
    fake_engine: Engine, tmp_path: Path, seed: int
) -> None:
    """Held and Going take turns, steps never go back, values belong to their steps, and a stop ends it."""
    draw = random.Random(seed)
    events: list[Event] = []
    requests: list[Callable[[], object]] = [
        fake_engine.pause,
        fake_engine.go,
        lambda: fake_engine.go(draw.randint(1, 5)),
        lambda: fake_engine.set_pace(draw.choice([None, 0.001])),
        lambda: fake_engine.set_times(draw.random() < 0.5),
    ]

    def on_event(event: Event) -> None:
        events.append(event)
        for _ in range(draw.randint(0, 3)):
            draw.choice(requests)()
        if isinstance(event, Held) and draw.random() < 0.6:
            fake_engine.go(draw.randint(1, 9))
        elif isinstance(event, Held) or len(events) > 40:
            fake_engine.stop()

    plan = draw.choice([FakePlan(), ENDLESS])
    steps = draw.randint(1, 9)
    result = fake_engine.run(
        plan,
        tmp_path,
        RunRequest(steps=steps, hold=True, sample_rate=500.0, hand_over_every=0.01, timeout=30),
        on_event=on_event,
    )
    turns = [type(e) for e in events if isinstance(e, (Held, Going))]
    assert turns == [Held, Going] * (len(turns) // 2) + [Held] * (len(turns) % 2)
    reports = [e.step for e in events if isinstance(e, (Stepped, Held, Going))]
    assert reports == sorted(reports)
    for event in events:
        if isinstance(event, Held) and event.step:
            assert count(event.results) == int(event.variables["count"].array) == event.step
        if isinstance(event, HandedOver):
            assert int(event.variables["count"].array) == event.step
    assert not result.timed_out
    assert int(result.variables["count"].array) == result.steps
