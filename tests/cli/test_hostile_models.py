"""Model files of strangers: each is refused in one line or opens and is checked; nothing runs, nothing is written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from app.engine.host import models
from tests.support.hostile_models import Make, hostile, write_small
from tests.support.strange_files import strange_files
from tests.support.strange_graphs import strange_graphs

pytestmark = [pytest.mark.timeout(120), pytest.mark.skipif(os.name == "nt", reason="links of Unix")]


def _cases(small: Path, secret: Path, canary: Path) -> dict[str, tuple[Make, str | None]]:
    return {**hostile(small, secret, canary), **strange_graphs(), **strange_files(small)}


_NAMES = tuple(_cases(Path("small"), Path("secret"), Path("canary")))
_BY_LINKS = tuple(name for name in _NAMES if "that is a link" in name)
_MEMORY = 2 << 30
_SECRET = "what nobody may read"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the SavedModel that the hostile ones are made of."""
    folder = tmp_path_factory.mktemp("hostile")
    write_small(folder / "small")
    (folder / "secret.txt").write_text(_SECRET)
    (folder / "models").mkdir()
    return folder


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bound the memory of who reads a model."""
    monkeypatch.setattr(models, "default_memory_limit", lambda: _MEMORY)


def _checked(cli: Any, place: Path, name: str) -> None:
    make, words = _cases(place / "small", place / "secret.txt", place / "canary")[name]
    folder = place / "models" / str(_NAMES.index(name))
    folder.mkdir()
    done = cli("check", make(folder))
    assert "Traceback" not in done.out + done.err
    assert "unexpected" not in done.err
    assert _SECRET not in done.out + done.err
    if words:
        assert done.status == 2, done.err
        assert words in done.err
        assert done.err.count("\n") == 1
        assert len(done.err) < 1_000
    else:
        assert done.status in ((0, 3) if words is not None else (0, 2, 3)), done.err
    assert max(map(len, (done.out + done.err).splitlines()), default=0) < 5_000
    assert (done.out + done.err).replace("\n", "").isprintable()
    assert sorted(path.name for path in place.iterdir()) == ["models", "secret.txt", "small"]


@pytest.mark.parametrize("name", [name for name in _NAMES if name not in _BY_LINKS])
@pytest.mark.usefixtures("bounded")
def test_it_is_read_within_bounds(cli: Any, place: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One worker reads them all, which may see the folder of all; what it may see is tried below."""
    monkeypatch.setattr(models, "_read", lambda model: (str(place / "models"),))
    _checked(cli, place, name)


@pytest.mark.parametrize("name", _BY_LINKS)
@pytest.mark.usefixtures("bounded")
def test_what_it_links_to_is_not_read(cli: Any, place: Path, name: str) -> None:
    _checked(cli, place, name)


def test_there_are_two_hundred() -> None:
    assert len(_NAMES) >= 190
