"""A read of a TensorArray is led behind the block that writes what it reads."""

from __future__ import annotations

import pytest

from app.document.fixes import fixed_page, offer
from app.document.fixes.awaiting import with_writers
from app.engine.compiler.make_plan import make_plan
from app.engine.host.interface import RunRequest
from app.messages import fix_title, hint_text
from blocks.catalog import load
from tests.support.pages import page

BLOCKS = {
    "ta": ("TensorArray", {"size": "2", "dtype": "DT_FLOAT"}),
    "w0": ("TensorArrayWrite", {"index": "0", "value": "1.5f"}),
    "w1": ("TensorArrayWrite", {"index": "1", "value": "2.5f"}),
    "s": "ClientSession",
}
HANDLES = "ta.handle -> w0.handle\nta.handle -> w1.handle\nta.handle -> r.handle\nta.flow -> w0.flow_in\n"
READS = "w0.flow_out -> r.flow_in\nr.value -> s.fetch_outputs\n"
READ = ("TensorArrayRead", {"index": "1", "dtype": "DT_FLOAT"})
GATHER = ("TensorArrayGather", {"indices": "{0,1}", "dtype": "DT_FLOAT"})


@pytest.mark.parametrize("reader", [READ, GATHER], ids=["read", "gather"])
@pytest.mark.parametrize(
    ("flow", "title"),
    [
        ("w0.flow_out -> w1.flow_in", "Wire w1.flow_out to r.flow_in"),
        ("ta.flow -> w1.flow_in", "Wire w0.flow_out to w1.flow_in and wire w1.flow_out to r.flow_in"),
    ],
    ids=["behind", "beside"],
)
def test_a_read_waits_for_the_block_that_writes_its_element(engine, tmp_path, reader, flow, title) -> None:
    made = page({**BLOCKS, "r": reader}, HANDLES + READS + flow)
    failed = engine.run(make_plan(made, tmp_path), str(tmp_path), RunRequest(steps=1))
    (problem,) = offer(made, load(), failed.problems, {})
    hint = "w1 writes into it too, and r does not wait for it: wire w1.flow_out to r.flow_in"
    assert (problem.related, hint_text(problem)) == (("w1.flow_out",), hint)
    assert [fix_title(fix).lower() for fix in problem.fixes] == [title.lower()]
    plan = make_plan(fixed_page(made, problem.fixes[0]), tmp_path)
    assert engine.run(plan, str(tmp_path), RunRequest(steps=1)).ok


def test_an_element_that_no_block_writes_has_no_fix(engine, tmp_path) -> None:
    blocks = {name: block for name, block in {**BLOCKS, "r": READ}.items() if name != "w1"}
    made = page(blocks, HANDLES.replace("ta.handle -> w1.handle\n", "") + READS)
    failed = engine.run(make_plan(made, tmp_path), str(tmp_path), RunRequest(steps=1))
    (problem,) = offer(made, load(), failed.problems, {})
    assert problem.fixes == ()


def test_several_blocks_that_write_besides_are_named(engine, tmp_path) -> None:
    more = ("TensorArrayWrite", {"index": "2", "value": "3.5f"})
    array = ("TensorArray", {"size": "3", "dtype": "DT_FLOAT"})
    wires = HANDLES + READS + "ta.flow -> w1.flow_in\nta.handle -> w2.handle\nta.flow -> w2.flow_in"
    made = page({**BLOCKS, "ta": array, "r": READ, "w2": more}, wires)
    failed = engine.run(make_plan(made, tmp_path), str(tmp_path), RunRequest(steps=1))
    (problem,) = with_writers(made, load(), failed.problems)
    assert problem.related == ("w1.flow_out", "w2.flow_out")
    assert hint_text(problem) == (
        "w1 and w2 write into it too, and r does not wait for them: wire flow_out of each to flow_in of the next, "
        "and that of the last to r.flow_in"
    )
