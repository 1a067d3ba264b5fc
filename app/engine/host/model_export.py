"""Exports a page as a model: the worker writes it into a private folder, from which it is moved to its place."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from app.document.model.diagram import Page
from app.document.model.problems import Problem, error, errors_in, warning
from app.document.model.sentence import say
from app.document.resources.grants import Bounds
from app.document.storage.atomic import write_atomic
from app.engine.analysis.touches import refusals_of, touches_of
from app.engine.compiler.name_guards import with_name_checks
from app.engine.compiler.plan import Plan
from app.engine.exchange.model_plan import ModelFormat, model_plan
from app.engine.host.companion_arrays import arrays_of
from app.engine.host.free_memory import default_memory_limit
from app.engine.host.interface import EngineInterface
from app.engine.ipc.channel import encode
from app.engine.ipc.handlers import EXPORT_MODEL
from app.engine.ipc.packing import Buffer, pack
from app.engine.ipc.requests import ExportRequest
from app.engine.ipc.walls import Walls
from app.engine.values.results import TensorValue

FORMATS: Mapping[str, ModelFormat] = {
    "": "saved_model",
    ".pb": "frozen",
    ".tflite": "tflite",
    ".onnx": "onnx",
}
TIMEOUT = 600.0  # seconds that an export may take

_MODEL = "model"  # what the worker names it
_OF_SAVED_MODEL = frozenset(
    {
        "saved_model.pb", "saved_model.pbtxt", "variables", "assets", "assets.extra", "fingerprint.pb",
        "keras_metadata.pb",
    }
)  # fmt: skip


def is_replaceable(out: Path) -> bool:
    """Return whether a folder may be replaced by a SavedModel: an empty one, or one that holds just such a model."""
    found = {entry.name for entry in os.scandir(out)}
    return not found or ("saved_model.pb" in found and found <= _OF_SAVED_MODEL)


def export_model(
    engine: EngineInterface,
    plan: Plan,
    page: Page,
    folder: Path,
    out: Path,
    start: Mapping[str, TensorValue],
    bounds: Bounds,
    *,
    timeout: float | None = TIMEOUT,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> list[Problem]:
    """Write a page as the model that the ending of ``out`` asks for; return what is to be said of it.

    With an error among that nothing is written, nor where ``is_cancelled`` says so once the worker is done.
    ``folder`` is the project's; Variables begin with ``start``, else as the page says. Raises OSError.
    """
    kind = FORMATS[out.suffix.lower() if out.suffix.lower() in FORMATS else ""]
    out = Path(os.path.realpath(out))
    draft = model_plan(plan, page, kind, start)
    problems = [*draft.problems, *_touched(plan)]
    if any(variable.start == "wired" for variable in plan.variables):  # what they begin with is computed here
        problems += refusals_of(plan, bounds)
    if errors_in(problems):
        return problems
    if kind == "saved_model" and out.exists() and not (out.is_dir() and is_replaceable(out)):
        return [*problems, error("no-export", say("export.occupied", out=str(out)))]
    parts: list[Buffer] = []
    with _private_folder(out.parent) as private:
        request = ExportRequest(
            kind=kind,
            plan=encode(with_name_checks(plan)),
            model=encode(draft.model),
            folder=os.fspath(folder),
            target=private,
            start=pack(start, parts),
            start_parts=tuple([part.tobytes() for part in parts]),
            memory_limit=default_memory_limit(),
            ground=bounds.ground,
            grants=bounds.grants,
        )
        around = Walls.around(bounds)
        walls = Walls(reads=(*around.reads, private), writes=(private,))
        arrays = [constant.array for constant in arrays_of(plan) if constant.array is not None]
        answer = engine.ask(EXPORT_MODEL, request, timeout=timeout, walls=walls, arrays=arrays)
        if isinstance(answer, Problem):
            return [*problems, answer]
        problems += answer.problems
        if not errors_in(problems) and not is_cancelled():
            _put(Path(private, _MODEL), out)
    return problems


def _touched(plan: Plan) -> list[Problem]:
    """Return warnings of what the model will reach for wherever it runs."""
    found: dict[Problem, None] = {}
    for touch in touches_of(plan):
        if touch.capability in ("read", "write") and touch.name:
            sentence = say("export.file", block=touch.block, file=touch.name)
            found[warning("no-export", sentence, touch.block, touch.pin or None)] = None
    return list(found)


@contextlib.contextmanager
def _private_folder(beside: Path) -> Iterator[str]:
    """Make a folder beside the place of the model, which goes in any case."""
    private = tempfile.mkdtemp(prefix=".tblocks-", suffix=".tmp", dir=beside)
    try:
        yield os.path.realpath(private)
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _put(model: Path, out: Path) -> None:
    """Move a file or folder to its place; what stands there stays until the new one is complete."""
    if not model.is_dir():
        write_atomic(out, model.read_bytes())
        return
    if out.exists():
        os.chmod(model, out.stat().st_mode & 0o7777)
        before = model.with_name("before")
        os.rename(out, before)
        try:
            os.rename(model, out)
        except OSError:
            os.rename(before, out)
            raise
        return
    os.rename(model, out)
