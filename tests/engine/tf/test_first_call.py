"""The call of a large page's first step, prepared while the page is looked at: it shows and refuses the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import tensorflow as tf

from app.engine.compiler.make_plan import make_plan
from app.engine.tf import page_session
from app.engine.tf.page_session import PageSession
from app.engine.values.run_fault import RunFault
from app.engine.worker.session import Room
from tests.engine.tf.test_packed_fetch import bits, copies
from tests.support.pages import page

ROOM = Room(op=1 << 32, shown=1 << 30)
SUM = {"x": ("Const", {"val": "{1f,2}"}), "y": ("Fill", {"dims": "{2}", "value": "3f"}), "sum": "Add"}
WIRES = "x.output -> sum.x\ny.output -> sum.y"


@pytest.fixture
def prepared(monkeypatch):
    """Let small pages count as large; return the calls that were prepared so far."""
    monkeypatch.setattr(page_session, "_LARGE", 1)
    calls: list[str] = []
    real = tf.compat.v1.Session._make_callable_from_options

    def noted(session, options):
        calls.append(str(options))
        return real(session, options)

    monkeypatch.setattr(tf.compat.v1.Session, "_make_callable_from_options", noted)
    return calls


def first_step(blocks, wires: str, tmp_path: Path, *, early: bool):
    """Do the only step of a run; return what it shows, or the problems."""
    plan = make_plan(page(blocks, wires), tmp_path)
    try:
        session = PageSession(plan, str(tmp_path), room=ROOM, fetches_all_first=early)
        session.initialise()
        results = session.hold()(None)
    except RunFault as fault:
        return [(p.code, p.block, p.pin) for p in fault.problems], {
            k: bits(v) for k, v in fault.results.items()
        }
    session.close()
    return {key: bits(value) for key, value in results.items()}


def test_step_finds_its_call_prepared(prepared, tmp_path: Path) -> None:
    session = PageSession(
        make_plan(page(SUM, WIRES), tmp_path), str(tmp_path), room=ROOM, fetches_all_first=True
    )
    assert len(prepared) == 1
    session.initialise()
    assert session.hold()(None)["sum.z"].array.tolist() == [4, 5]
    assert len(prepared) == 1


@pytest.mark.parametrize(
    ("blocks", "wires"),
    [
        pytest.param(SUM, WIRES, id="few outputs"),
        pytest.param(*copies(SUM, WIRES, 800)[:2], id="thousands of outputs"),
        pytest.param(
            {"v": ("Variable", {"initvalues": "{1f,2}"}), "neg": "Neg"}, "v.ref -> neg.x", id="Variable"
        ),
        pytest.param(
            {
                "v": ("Variable", {"initvalues": "", "shape": "{}", "dtype": "DT_FLOAT"}),
                "is": "IsVariableInitialized",
            },
            "v.ref -> is.ref",
            id="Variable without a value",
        ),
        pytest.param(
            {"barrier": ("Barrier", {"component_types": "{DT_FLOAT}"}), **SUM},
            WIRES,
            id="kernel that cannot be made",
        ),
        pytest.param(
            {"big": ("Fill", {"dims": "{100000,100000}", "value": "1f"}), **SUM}, WIRES, id="too large"
        ),
    ],
)
def test_early_call_changes_neither_what_is_shown_nor_what_is_refused(
    prepared, tmp_path: Path, blocks, wires: str
) -> None:
    late = first_step(blocks, wires, tmp_path, early=False)
    assert first_step(blocks, wires, tmp_path, early=True) == late
