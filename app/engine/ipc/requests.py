"""What the worker is asked and what it answers: the bodies of requests and replies, by handler (see ``handlers``)."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.document.model.diagram import Block, Page
from app.document.model.page_difference import PageDifference
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence
from app.document.model.view import BlockView, PageView
from app.document.resources.archives import SentArchives
from app.document.resources.grants import Grants
from app.document.resources.ground import Ground
from app.document.resources.own_blocks import NO_OWN, OwnBlocks
from app.engine.compiler.plan import Plan, Until, Watched
from app.engine.compiler.run_values import RunValues
from app.engine.exchange.conversion import ConvertedPage
from app.engine.exchange.model_plan import ModelFormat
from app.engine.ipc.packing import Packed

_USUAL_VIEW = BlockView()


class TaskFacts(msgspec.Struct, frozen=True):
    """What a task of a cluster has said of itself: its name, its TensorFlow, the digest of its ops."""

    name: str
    tensorflow: str
    ops: str


class ClusterSession(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page runs that does not run in the worker itself.

    ``target`` is the master's address by number, ``port`` the one that the walls let through. What the page holds in
    the tasks bears the name ``container``. No call may take longer than ``step_limit`` seconds.
    """

    target: str
    port: int
    container: str
    step_limit: float
    tasks: tuple[TaskFacts, ...]


class RunPageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Build a page and run its steps: a ``host.interface.RunRequest`` on the wire, with plan and folder."""

    plan: bytes  # encoded, of the type that the session's class names
    session: str  # ``module:class`` of the page session
    folder: str
    steps: int | None  # up to which it runs; None: until stopped
    done: int = 0  # steps that the start values have behind them, in a run that goes on in another process
    sample_rate: float | None = None  # samples a second
    memory_limit: int | None = None  # bytes beyond what the worker holds at its start
    is_room_watched: bool = False  # any number may be reserved, but who uses more than that ends, with words
    trace: bool = False  # mark the begin and end of blocks on the progress board
    trace_blocks: tuple[str, ...] | None = None  # only these blocks; None: all
    variables: bool = False  # send the Variables' values with the reply
    watch: tuple[Watched, ...] = ()  # send these elements of every step as Rows
    until: Until | None = None  # end after the first step that meets this
    start: dict[str, Packed] = {}  # values of Variables to start from
    start_parts: tuple[bytes, ...] = ()  # their buffers
    unshown: tuple[str, ...] = ()  # results that are not to be sent
    hold: bool = False  # hold session and state after the steps, and wait for what is to follow
    pace: float | None = None  # seconds from the begin of a step to the next one's, at least
    guard: bool | tuple[str, ...] = False  # end with the first step in which a float (of these) is not finite
    hand_over_every: float | None = None  # seconds between two hand-overs of the Variables
    times: bool = False  # measure where a step spends its time
    ground: Ground  # where the project stands
    grants: Grants  # what has been allowed beyond it
    cluster: ClusterSession | None = None  # where it runs; None: in the worker


class ServeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Be a task of a cluster: start TensorFlow's server at ``port``, report it as Listening, serve until stopped.

    ``cluster`` has the addresses by number. With an empty one only report what there is.
    """

    cluster: dict[str, list[str]] = {}
    job: str = ""
    index: int = 0
    port: int = 0
    folder: str = ""
    memory_limit: int | None = None  # bytes beyond what the worker holds at its start


class ServeReply(msgspec.Struct, frozen=True):
    """What there is: the version of TensorFlow, the digest of its ops."""

    tensorflow: str
    ops: str


class RunPageReply(msgspec.Struct, frozen=True, kw_only=True):
    """How the page ended inside the worker."""

    steps: int
    seconds: float
    results: dict[str, Packed]
    problems: list[Problem]
    stopped: bool = False  # a stop request ended it
    short: bool = False  # fewer steps than requested were done
    lost: bool = False  # the cluster has failed
    late: bool = False  # so, as a call took too long
    variables: dict[str, Packed] = {}
    inputs: dict[str, Packed] = {}  # of failed blocks


class RunManyRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Build a shared plan once, and run it with the values of each run, one after the other.

    Each run that comes to its end by itself is reported as RunOver. The request ends with the first one that does not.
    """

    page: RunPageRequest
    runs: tuple[RunValues, ...]


class RunManyReply(msgspec.Struct, frozen=True, kw_only=True):
    """Why no more runs follow: all are over, the plan does not build so, a run failed, or it was stopped."""

    end: Literal["over", "unbuilt", "failed", "stopped"]
    last: RunPageReply | None = None  # of the run that was stopped; its results are among the frame's buffers


def planned_part(page: Page) -> Page:
    """Return what of a page a plan is made of, in numbers that the wire holds: those beyond 64 bits stay too large.

    What is free in a file (styles, options, unknown keys, entries that do not read) stays here.
    """
    steps, seed = page.run.steps, page.scope.seed
    replace = msgspec.structs.replace
    return replace(
        page,
        scope=replace(page.scope, seed=None if seed is None else _within_wire(seed), extra={}),
        run=replace(page.run, steps=None if steps is None else _within_wire(steps), extra={}),
        view=PageView(),
        blocks={name: _planned_block(b) for name, b in page.blocks.items()},
        wires=[replace(w, extra={}, route=()) if w.extra or w.route else w for w in page.wires],
        notes={},
        monitors={name: replace(m, options={}, extra={}) for name, m in page.monitors.items()},
        snapshots={},
        results=None,
        report=[],
        extra={},
        unread=[],
    )


def _planned_block(block: Block) -> Block:
    if not block.extra and block.view == _USUAL_VIEW:
        return block
    return msgspec.structs.replace(block, view=_USUAL_VIEW, extra={})


def _within_wire(number: int) -> int:
    return number if -(2**63) <= number < 2**64 else 2**64 - 1


def planned_blocks(own: OwnBlocks) -> OwnBlocks:
    """Return what of the pages that stand as blocks counts for a plan (see `planned_part`)."""
    if not own.pages.pages:
        return own
    pages = {symbol: planned_part(page) for symbol, page in own.pages.pages.items()}
    return msgspec.structs.replace(own, pages=msgspec.structs.replace(own.pages, pages=pages))


def planned_difference(change: PageDifference) -> PageDifference:
    """Return what of a difference counts for a plan (see `planned_part`)."""
    replace = msgspec.structs.replace
    return replace(
        change,
        blocks=tuple([_planned_block(block) for block in change.blocks]),
        added=tuple([(place, replace(wire, extra={}, route=())) for place, wire in change.added]),
    )


class InferRequest(msgspec.Struct, frozen=True):
    """Infer types: of a plan (with everything in it) or of a page to be planned, in the project's folder.

    ``state`` is what the page's state is called. Instead of the page its ``change`` since the state ``since`` may be
    given. ``trace``: mark each block that is built, to find the one that ends the process.
    """

    plan: Plan | None
    folder: str
    page: Page | None = None
    own: OwnBlocks = (
        NO_OWN  # what this process knows of blocks that are not of the catalog: the worker reads no file
    )
    trace: bool = False
    archives: SentArchives = SentArchives()  # of the page
    state: str = ""
    change: PageDifference | None = None
    since: str = ""


class TrialRequest(msgspec.Struct, frozen=True):
    """Try the fixes of ``problem``. ``before`` are all problems that the page has as it is."""

    page: Page
    folder: str
    problem: Problem
    before: list[Problem]
    types: list[str]  # "block.pin" of the outputs whose types are known
    own: OwnBlocks = NO_OWN
    archives: SentArchives = SentArchives()


class TrialReply(msgspec.Struct, frozen=True):
    """For each fix whether it cures the problem and brings no new error."""

    works: list[bool]


class ExportRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Write a page as a model into the private folder ``target``: a file or folder named ``model``."""

    kind: ModelFormat
    plan: bytes  # encoded
    model: bytes  # the encoded ModelPlan
    folder: str  # the project's
    target: str
    start: dict[str, Packed] = {}  # values of Variables to begin with
    start_parts: tuple[bytes, ...] = ()
    memory_limit: int | None = None
    ground: Ground
    grants: Grants


class ExportReply(msgspec.Struct, frozen=True):
    """What stands in the way of the export; without an error among it the model is written."""

    problems: list[Problem]


class SaveRequest(msgspec.Struct, frozen=True):
    """Write values by name as a TensorFlow checkpoint; ``path`` is its prefix, ``parts`` are the values' buffers."""

    path: str
    values: dict[str, Packed]
    parts: tuple[bytes, ...]


class LoadRequest(msgspec.Struct, frozen=True):
    """Read the TensorFlow checkpoint of this prefix."""

    path: str


class CheckpointReply(msgspec.Struct, frozen=True):
    """What was read (nothing after writing); ``problem`` says why it did not work."""

    values: dict[str, Packed] = {}
    parts: tuple[bytes, ...] = ()
    problem: Sentence | None = None


class ReadModelRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Turn a model into pages. ``npz`` is what they call the file of their arrays, ``assets`` the folder of its files.

    ``signature``: only that one.
    """

    path: str
    npz: str
    assets: str
    signature: str | None = None
    memory_limit: int | None = None  # bytes beyond what the worker holds at its start


class ModelReply(msgspec.Struct, frozen=True):
    """The pages, what their arrays hold by key, names of files that go along; ``problem``: why there are none."""

    pages: list[ConvertedPage] = []
    arrays: dict[str, Packed] = {}
    parts: tuple[bytes, ...] = ()
    files: tuple[str, ...] = ()
    problem: Sentence | None = None
    code: str = "bad-file"  # of the problem
