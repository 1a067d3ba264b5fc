"""Archives that may hold anything: what NumPy writes reads as NumPy reads it, all else is a fault in words."""

from __future__ import annotations

import os
import socket
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from app.document.model.sentence import Sentence, say
from app.document.resources.companion_files import CompanionFault
from app.document.resources.npz_archive import open_archive
from tests.support.broken_archives import BROKEN
from tests.support.words import holds, raises_saying


def read(path: Path) -> dict[str, object]:
    with open_archive(path, path.name) as archive:
        return archive.arrays()


ARRAYS = {
    "float": np.array([[1.5, np.nan], [-0.0, np.inf]], np.float32),
    "columns first": np.asfortranarray(np.arange(6, dtype=np.int16).reshape(2, 3)),
    "big end": np.arange(3, dtype=">i4"),
    "scalar": np.array(2**62, np.int64),
    "flag": np.array([True, False]),
    "complex": np.array([1 + 2j], np.complex64),
    "half": np.array([65504], np.float16),
    "texts": np.array(["ü", "", "long"]),
    "bytes": np.array([b"a", b"\xff\xfe"]),
    "empty": np.zeros((0, 3)),
    "no texts": np.array([], "U"),
    "in/folder": np.zeros(1, np.uint8),
}


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_what_numpy_writes_reads_as_numpy_reads_it(tmp_path: Path, write: object) -> None:
    write(tmp_path / "a.npz", **ARRAYS)  # type: ignore[operator]
    found = read(tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as expected:
        assert list(found) == expected.files
        for key in expected.files:
            array = found[key]
            assert isinstance(array, np.ndarray)
            assert array.dtype == expected[key].dtype.newbyteorder("="), key
            assert array.shape == expected[key].shape, key
            assert np.array_equal(array, expected[key], equal_nan=array.dtype.kind in "fc"), key


@pytest.mark.timeout(20)
@pytest.mark.parametrize("way", BROKEN)
def test_a_broken_archive_is_refused_in_words_and_without_its_claims(tmp_path: Path, way: str) -> None:
    make, *sentences = BROKEN[way]
    path = tmp_path / "s.npz"
    path.write_bytes(make())
    tracemalloc.start()
    begun = time.perf_counter()
    try:
        with pytest.raises(CompanionFault) as caught:
            read(path)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert any(holds(caught.value.sentence, one) for one in sentences), str(caught.value)
    assert "s.npz" in str(caught.value)
    assert "pickle" not in str(caught.value)
    assert most < 64 << 20
    assert time.perf_counter() - begun < 5


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "socket", "link to a pipe"])
def test_only_a_regular_file_is_opened(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's name must be short
    path = Path("s.npz")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "folder":
        path.mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as end:
            end.bind("s.npz")
    else:
        os.mkfifo("pipe")
        path.symlink_to("pipe")
    why = Sentence(f"file.is-{kind.removeprefix('link to a ')}")
    with raises_saying(CompanionFault, say("companion.no-file", file="s.npz", why=why)):
        read(path)


def test_a_file_that_is_gone_or_may_not_be_read_says_so(tmp_path: Path) -> None:
    with raises_saying(CompanionFault, say("file.missing", file="s.npz")):
        read(tmp_path / "s.npz")
    with raises_saying(CompanionFault, say("file.unreadable")):
        read(tmp_path / ("n" * 300))
