"""What is known of the arrays beside a project."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from app.document.model.diagram import ArrayRef
from app.document.resources import archives
from app.document.resources.archives import StoredArchives
from app.document.resources.companion_files import CompanionFault, Companions


def test_a_file_of_many_arrays_is_opened_a_few_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time all names in it are read, so opening it for each array would take the square of the time."""
    np.savez(tmp_path / "w.npz", **{f"a{i}": np.zeros(i % 7, np.float32) for i in range(1000)})
    opened = []
    plain = archives.open_archive
    monkeypatch.setattr(archives, "open_archive", lambda *args: opened.append(args) or plain(*args))
    stored = StoredArchives(Companions.of(tmp_path))
    shapes = [stored.facts(ArrayRef("w.npz", f"a{i}")).shape for i in range(1000)]
    assert shapes == [(i % 7,) for i in range(1000)]
    assert len(opened) < 10


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    """Another program may have written it."""
    file = tmp_path / "w.npz"
    np.savez(file, a=np.zeros(3, np.float32))
    stored = StoredArchives(Companions.of(tmp_path))
    assert stored.facts(ArrayRef("w.npz", "a")).shape == (3,)
    np.savez(file, a=np.zeros((2, 4), np.float64))
    os.utime(file, (1, 1))
    assert stored.facts(ArrayRef("w.npz", "a")).shape == (2, 4)
    with pytest.raises(CompanionFault):
        stored.facts(ArrayRef("w.npz", "b"))
