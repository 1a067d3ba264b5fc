"""The types of a page after an edit: against building the whole page anew, and of a large page against a small one.

Both sides begin with the same bytes, as the worker does, and end with the same types; run by itself
(``python -m tests.benchmarks.engine_infer``) it prints medians and worst cases by kind of edit.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import msgspec

from app.document.model.diagram import Page, PinRef
from app.document.resources.archives import SentArchives
from app.engine.compiler.make_plan import make_plan
from app.engine.host.followed_types import FollowedTypes
from app.engine.inference.result import Inference
from app.engine.ipc.requests import InferRequest
from app.engine.tf.infer import answer, infer_anew, tidy
from tests.benchmarks.bench import Comparison, Row
from tests.benchmarks.edits import Edit, states, with_other_text, with_other_wire
from tests.benchmarks.pages import large_page

_SIZE = 1000
_EDITS = 40  # of each kind
_FOLDER = Path("/")
_KINDS = ("literal", "shape", "wire", "dtype")

Times = dict[str, list[tuple[float, float]]]  # kind of edit -> seconds of both sides


def _edits(page: Page, draws: random.Random) -> Iterator[str]:
    """Change one thing at a random place, and after the measurement change it back; gives what was changed."""
    consts = [b for b in page.blocks.values() if b.symbol == "Const"]
    for kind in _KINDS * _EDITS:
        if kind == "wire":
            at = draws.randrange(len(page.wires))
            wire = page.wires[at]
            target = wire.target.block
            if target == "session":
                continue
            number = int(target[1:])
            earlier = [b for b in consts if int(b.id[1:]) < number]
            page.wires[at] = msgspec.structs.replace(wire, source=PinRef(draws.choice(earlier).id, "output"))
            yield kind
            page.wires[at] = wire
        else:
            block = draws.choice(consts)
            text = block.pins["val"]
            assert isinstance(text, str)
            changed = {
                "literal": text.replace(".25f", f".{draws.randrange(10, 99)}f"),
                "shape": "{{1.0f,2.0f,3.0f,4.0f},{1.0f,2.0f,3.0f,4.0f}}",
                "dtype": text.replace("f", ""),
            }[kind]
            block.pins["val"] = changed
            yield kind
            block.pins["val"] = text
        yield "back"


def measure() -> Times:
    """Make the edits; each side answers after each of them."""
    page = large_page(_SIZE)
    times: Times = {kind: [] for kind in (*_KINDS, "back")}
    answer(_body(page), _mark)
    for kind in _edits(page, random.Random(1)):
        body = _body(page)
        ours, found = _timed(lambda b=body: answer(b, _mark))  # type: ignore[misc]
        tidy()
        theirs, rebuilt = _timed(lambda b=body: _rebuild(b))  # type: ignore[misc]
        assert found.types == rebuilt.types
        times[kind].append((ours, theirs))
    return times


def _body(page: Page) -> bytes:
    return msgspec.msgpack.encode(InferRequest(None, str(_FOLDER), page))


def _rebuild(body: bytes) -> Inference:
    """Answer the order by building the whole page."""
    order = msgspec.msgpack.decode(body, type=InferRequest)
    assert order.page is not None
    return infer_anew(make_plan(order.page, _FOLDER, everything=True), _FOLDER)


def _timed(work: Callable[[], Inference]) -> tuple[float, Inference]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def _mark(block: str, what: str) -> None:
    """Take a mark that nobody reads."""


_TAKEN: list[Times] = []  # measured once for both rows


def _row(choose: Callable[[list[float]], float]) -> Comparison:
    if not _TAKEN:
        _TAKEN.append(measure())
    pairs = [pair for kind in _TAKEN[0].values() for pair in kind]
    ours, theirs = choose([a for a, _ in pairs]), choose([b for _, b in pairs])
    return Comparison(ours, theirs, ours / theirs, ours - theirs)


def _after_edits(size: int, edit: Edit) -> float:
    """Return the median time in which the worker answers after an edit, from the request's bytes to the reply's.

    The window makes the requests in a process of its own: here it would drive the worker's memory out of the caches.
    """
    bodies = _requests(size, edit)
    times = []
    for body in bodies:
        started = time.perf_counter()
        msgspec.msgpack.encode(answer(body, _mark))
        times.append(time.perf_counter() - started)
    return statistics.median(times[2:])  # after the whole page, and the first edit of it


def _requests(size: int, edit: Edit) -> list[bytes]:
    """Return what the window asks after one edit after another, the whole page first."""
    types, none, bodies = FollowedTypes(), SentArchives(), []
    for page in islice(states(large_page(size), edit), _FOLLOWED + 2):
        request = types.next_request(page, _FOLDER, none) or types.request(page, _FOLDER, none)
        bodies.append(msgspec.msgpack.encode(request))
        reply = msgspec.msgpack.encode(answer(bodies[-1], _mark))
        types.take(page, request, msgspec.msgpack.decode(reply, type=Inference))
    return bodies


def _large_against_small(edit: Edit) -> Comparison:
    small, large = _after_edits(_SIZE, edit), _after_edits(10 * _SIZE, edit)
    return Comparison(large, small, large / small, large - small)


_FOLLOWED = 60  # edits
ROWS = [
    *(
        Row(
            f"types after an edit of one {what}, 10,000 blocks",
            "the same at 1,000 blocks",
            2.0,
            lambda edit=edit: _large_against_small(edit),  # type: ignore[misc]
        )
        for what, edit in (("text", with_other_text), ("wire", with_other_wire))
    ),
    Row(
        "types after an edit of 1,000 blocks, median",
        "the whole page built anew",
        0.5,
        lambda: _row(statistics.median),
    ),
    Row("types after an edit of 1,000 blocks, worst", "the whole page built anew", 1.0, lambda: _row(max)),
]


def main() -> None:
    """Print medians and worst cases of both sides by kind of edit, in milliseconds."""
    print(f"{'edit':10}{'number':>8}{'median':>10}{'worst':>10}{'anew':>10}{'worst':>10}{'ratio':>8}")
    for kind, pairs in measure().items():
        ours, theirs = [1e3 * a for a, _ in pairs], [1e3 * b for _, b in pairs]
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        print(
            f"{kind:10}{len(pairs):8}{statistics.median(ours):10.1f}{max(ours):10.1f}"
            f"{statistics.median(theirs):10.1f}{max(theirs):10.1f}{ratio:8.2f}"
        )


if __name__ == "__main__":
    main()
