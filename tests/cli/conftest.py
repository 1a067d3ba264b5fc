"""Runs the command line in this process: ``cli(...)`` gives exit status, stdout and stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.cli import main
from app.engine.host.engine import Engine


class Outcome(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.out)


class LastingEngine(Engine):
    """An engine that outlives the commands that use it, so that TensorFlow is imported once."""

    def __exit__(self, *how: Any) -> None:
        """Stay."""


@pytest.fixture(scope="session")
def lasting_engine() -> Iterator[Engine]:
    """The one engine of all commands of this session."""
    engine = LastingEngine()
    yield engine
    engine.close()


Cli = Callable[..., Outcome]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lasting_engine: Engine) -> Cli:
    """Call the command line with the arguments given, as text."""
    return _calling(capsys, monkeypatch, lasting_engine)


@pytest.fixture
def cli_without_worker(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Call the command line where it must come to its end without running or inferring anything."""
    return _calling(capsys, monkeypatch, _IdleEngine())


class _IdleEngine:
    """Stands in for the engine: it starts and ends, and refuses all else."""

    def __enter__(self) -> _IdleEngine:
        """Return itself."""
        return self

    def __exit__(self, *how: object) -> None:
        """End."""

    def start(self) -> None:
        """Start nothing."""

    def __getattr__(self, name: str) -> Any:
        """Refuse."""
        raise AssertionError(f"the engine was asked for {name}")


def _calling(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, engine: Engine | _IdleEngine
) -> Cli:
    # Last where it is defined: a module that is imported while it is replaced there would hold on to the other one.
    for module in ("app.cli.page_run", "app.engine.sweeps.task", "app.engine.host.engine"):
        monkeypatch.setattr(f"{module}.Engine", lambda: engine)

    def call(*argv: object) -> Outcome:
        status = main([str(a) for a in argv])
        return Outcome(status, *capsys.readouterr())

    return call


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a project; each page is (name, {id: (symbol, {pin: text})}, ["a.b > c.d", ...])."""

    def project(*pages: tuple[str, dict[str, tuple[str, dict[str, str]]], list[str]], **run: Any) -> Path:
        tree = {
            "format": "tensorblocks",
            "version": 1,
            "pages": [
                {
                    "name": name,
                    "run": run or {"steps": 1},
                    "blocks": [
                        {"id": block, "symbol": symbol, "at": [200 * i, 0], "pins": pins}
                        for i, (block, (symbol, pins)) in enumerate(blocks.items())
                    ],
                    "wires": [wire.split(" > ") for wire in wires],
                }
                for name, blocks, wires in pages
            ],
        }
        path = tmp_path / "project.tblocks"
        path.write_text(json.dumps(tree), encoding="utf-8")
        return path

    return project
