"""How a run was cut short, in words: at which pin a block waited, and for what."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.model.problems import Problem
from app.engine.compiler.make_plan import make_plan
from app.engine.host.exit_reasons import stuck, timed_out
from app.messages.texts import actual_text, hint_text, requirement_text
from tests.support.pages import page

_QUEUE = {"q": ("FIFOQueue", {"component_types": "DT_FLOAT"}), "s1": "ClientSession", "s2": "ClientSession"}
_PUT = {"p": ("QueueEnqueue", {"components": "1.5f"})}
_TAKE = {"t": ("QueueDequeue", {"component_types": "DT_FLOAT"})}
_WIRES = "q.handle -> t.handle\nq.handle -> p.handle\n"


@pytest.mark.parametrize("why", ["stuck", "timeout"])
def test_what_waits_for_a_later_session_is_blamed_at_its_handle(why: str) -> None:
    wires = _WIRES + "t.components -> s1.fetch_outputs\np.operation -> s2.run_outputs"
    found = _cut(why, wires, "t")
    assert (found.code, found.block, found.pin, found.severity) == (why, "t", "handle", "error")
    assert "s1" in (requirement_text(found) or "")
    assert "s2" in (actual_text(found) or "")
    assert "wire p.operation to run_outputs of s1" in (hint_text(found) or "")


def test_what_waits_for_room_is_blamed_at_its_handle() -> None:
    wires = _WIRES + "t.components -> s2.fetch_outputs\np.operation -> s1.run_outputs"
    found = _cut("stuck", wires, "p")
    assert (found.block, found.pin) == ("p", "handle")
    assert (requirement_text(found), actual_text(found)) == ("room in the queue q", "no room")


def test_what_waits_for_the_element_of_a_key_is_blamed_at_its_key() -> None:
    named = {"dtypes": "DT_FLOAT", "attrs": "shared_name_ = box;", "indices": "{0}"}
    blocks = {
        "p": ("MapStage", {"key": "1", "values": "5f", **named}),
        "t": ("MapUnstage", {"key": "2", **named}),
        "s": "ClientSession",
    }
    plan = make_plan(page(blocks, "p.operation -> s.run_outputs\nt.values -> s.fetch_outputs"), Path())
    found = stuck(30, 1, ["t"], [], plan)
    assert (found.block, found.pin) == ("t", "key")
    assert requirement_text(found) == "a key under which something lies in the stage box"
    assert actual_text(found) == "a key under which nothing lies"


def _cut(why: str, wires: str, block: str) -> Problem:
    plan = make_plan(page(_QUEUE | _PUT | _TAKE, wires), Path())
    if why == "stuck":
        return stuck(30, 1, [block], [], plan)
    return timed_out(10, 0, begun=1, blocks=[block], waits=True, plan=plan)
