"""Inferred types against what runs give: dtypes are the same for every port, shapes never contradict."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.document.formats.registry import open_project
from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.model.function_page import is_function_page
from app.document.resources.function_pages import FunctionPages
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.inference.result import Inference
from app.engine.values.results import ListValue, TensorValue, Value
from blocks.assets import asset
from blocks.tensor_spec import TensorSpec

SAMPLES = sorted(asset("samples").glob("*.tblocks"))
FACTS = Path(os.environ.get("TENSORBLOCKS_FACTS", "none"))
facts = pytest.mark.skipif(not FACTS.is_dir(), reason="TENSORBLOCKS_FACTS is not set")


def _ports(results: Mapping[str, Value]) -> dict[str, TensorValue]:
    """Return the tensors of a run, those of lists under ``block.pin[i]``."""
    found = {key: v for key, v in results.items() if isinstance(v, TensorValue)}
    for key, value in results.items():
        if isinstance(value, ListValue):
            found.update({f"{key}[{i}]": v for i, v in enumerate(value.items) if isinstance(v, TensorValue)})
    return found


def _agree(shape: tuple[int | None, ...] | None, actual: tuple[int, ...]) -> bool:
    return shape is None or (
        len(shape) == len(actual) and all(a in (None, b) for a, b in zip(shape, actual, strict=True))
    )


def _inferred(engine: Engine, page: Page, folder: Path, others: Sequence[Page] = ()) -> Inference:
    return engine.infer(page, folder, functions=FunctionPages.of(others))


def _compared(
    engine: Engine, page: Page, folder: Path, steps: int, inferred: Inference, others: Sequence[Page] = ()
) -> int:
    """Compare every port that the run shows; return how many there are. ``others`` are the pages that it uses."""
    plan = make_plan(page, folder, own=OwnBlocks.on([page], folder, others))
    if plan.stops:
        return 0
    result = engine.run(plan, folder, RunRequest(steps=steps, timeout=60))
    ports = _ports(result.results)
    for key, value in ports.items():
        known: TensorSpec = inferred.types[key]
        assert known.dtype == value.dtype, f"{page.name}: {key}"
        assert _agree(known.shape, value.array.shape), (
            f"{page.name}: {key} is {known}, not {value.array.shape}"
        )
    if result.ok:
        assert not [p for p in inferred.problems if p.severity == "error"], page.name
    return len(ports)


# All types first, here and below: a worker for types gets no files, so each change between types and runs starts a
# new one.
def test_types_of_samples_are_those_of_their_runs(engine: Engine) -> None:
    projects = {path: open_project(path).project.pages for path in SAMPLES}
    inferred = {
        (path, page.name): _inferred(engine, page, path.parent, pages)
        for path, pages in projects.items()
        for page in pages
        if not is_function_page(page)
    }
    for path, pages in projects.items():
        for page in pages:
            if types := inferred.get((path, page.name)):
                assert _compared(engine, page, path.parent, 2, types, pages) > 1


@facts
@pytest.mark.facts
def test_types_of_original_pages_are_those_of_their_runs(engine: Engine) -> None:
    folder = FACTS / "pages"
    names = ["Xor", "basic", "gradient_descent_xw_sub", "one_hot"]
    pages = [page for name in names for page in open_project(folder / f"{name}.svg").project.pages]
    inferred = [_inferred(engine, page, folder) for page in pages]
    for page, types in zip(pages, inferred, strict=True):
        assert _compared(engine, page, folder, 1, types) > 1


@facts
@pytest.mark.facts
def test_types_of_documented_figures_are_those_of_their_runs(engine: Engine) -> None:
    figures = sorted((FACTS / "cases").glob("*.json"))
    folder = FACTS / "cases"
    pages = [_drawn(path) for path in figures]
    inferred = [_inferred(engine, page, folder) for page in pages]
    ports = {
        page.name: _compared(engine, page, folder, 1, types)
        for page, types in zip(pages, inferred, strict=True)
    }
    ran = [n for n in ports.values() if n]  # the others need files, or show a mistake
    assert len(ran) > 0.75 * len(figures), sorted(name for name, n in ports.items() if not n)


def _drawn(path: Path) -> Page:
    """Return the page of a figure: its blocks with the texts that it shows, and its wires."""
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    page = Page(name=path.stem, blocks={}, wires=[])
    for b in case["blocks"]:
        pins = {name: str(text) for name, text in b["pins"].items()}
        if b.get("attrs"):
            pins["attrs"] = b["attrs"]
        more = case.get("inferred", {}).get(b["id"], {})
        pins.update({n: t for n, t in more.items() if isinstance(t, str) and n not in pins})
        page.blocks[b["id"]] = Block(id=b["id"], symbol=b["symbol"], pins=dict(pins))
    for table in case.get("pin_tables", []) + case.get("inferred_tables", []):
        block = page.blocks.get(table["block"])
        if block is not None and len(table["values"]) == math.prod(table.get("shape") or []):
            block.pins.setdefault(table["pin"], _text(table["values"], table["shape"], table["type"]))
    page.wires += [
        Wire(source=PinRef.parse(f"{a}.{p or 'output'}"), target=PinRef.parse(f"{c}.{q}"))
        for a, p, c, q in case["links"]
    ]
    return page


def _text(values: list[Any], shape: list[int], kind: str) -> str:
    """Return a table as a literal."""
    suffix = "f" if kind == "float" else ""
    flat = [
        f'"{v}"' if kind == "string" else str(v).lower() if isinstance(v, bool) else f"{v}{suffix}"
        for v in values
    ]
    for size in reversed(shape):
        flat = ["{" + ",".join(flat[i : i + size]) + "}" for i in range(0, len(flat), max(size, 1))]
    return flat[0] if flat else "{}"
