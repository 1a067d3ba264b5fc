"""A ``.keras`` file is unpacked into its folder only, within bounds, and only what Keras itself writes."""

from __future__ import annotations

import contextlib
import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from app.engine.exchange.graph import GraphFault
from app.engine.exchange.keras_archive import unpack_archive
from tests.support.keras_texts import archive, dense, layer, of_config, sequential, twice, with_link

_MIB = 1 << 20


def _claiming(path: Path, size: int) -> Path:
    """Write an archive whose weights claim so many bytes."""
    archive(path, {"model.weights.h5": b"\0" * 1000})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"model.weights.h5") - 46  # the entry in the list of members
    data[at + 24 : at + 28] = struct.pack("<I", size)
    path.write_bytes(data)
    return path


HOSTILE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "leads up": (lambda p: archive(p, {"assets/../../evil.txt": b"x"}), "keras.other-member"),
    "is absolute": (lambda p: archive(p, {"/tmp/evil.txt": b"x"}), "keras.other-member"),
    "is absolute on Windows": (lambda p: archive(p, {"assets/C:/evil.txt": b"x"}), "keras.other-member"),
    "leads up on Windows": (lambda p: archive(p, {"assets\\..\\evil.txt": b"x"}), "keras.other-member"),
    "is a module": (lambda p: archive(p, {"keras.py": b"x"}), "keras.other-member"),
    "is a link": (with_link, "keras.member-link"),
    "is there twice": (twice, "keras.member-twice"),
    "is a pickle by its name": (lambda p: archive(p, {"assets/words.pkl": b"x"}), "keras.pickle"),
    "is a pickle by what it holds": (lambda p: archive(p, {"assets/words": b"\x80\x04."}), "keras.pickle"),
    "is as large as the format can": (lambda p: _claiming(p, 0xFFFFFFF0), "keras.too-tight"),
    "unpacks to far more": (
        lambda p: archive(p, {"model.weights.h5": b"\0" * (70 * _MIB)}),
        "keras.too-tight",
    ),
    "is one of very many": (
        lambda p: archive(p, {f"assets/{n}": b"" for n in range(10_001)}),
        "keras.too-many-members",
    ),
    "is not there: config": (lambda p: archive(p, config_json=None), "keras.no-member"),
    "is not there: weights": (lambda p: archive(p, model_h5=None), "keras.no-member"),
    "is no config": (lambda p: archive(p, config_json=b"no JSON"), "keras.bad-config"),
    "names a Lambda": (lambda p: of_config(p, sequential(layer("evil", "Lambda"))), "keras.lambda"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_whose_member(name: str, tmp_path: Path) -> None:
    make, key = HOSTILE[name]
    target = tmp_path / "in" / "to"
    target.mkdir(parents=True)
    with pytest.raises(GraphFault) as fault:
        unpack_archive(make(tmp_path / "m.keras"), target)
    assert fault.value.sentence.key == key
    assert {p.name for p in tmp_path.iterdir()} == {"in", "m.keras"}
    assert list(target.parent.iterdir()) == [target]


def test_it_may_end_anywhere(tmp_path: Path) -> None:
    whole = archive(tmp_path / "m.keras").read_bytes()
    for length in range(0, len(whole) - 1, 7):
        (tmp_path / "cut.keras").write_bytes(whole[:length])
        with pytest.raises(GraphFault) as fault:
            unpack_archive(tmp_path / "cut.keras")
        assert fault.value.sentence.key == "keras.damaged"


def test_any_byte_may_be_wrong(tmp_path: Path) -> None:
    """Each is read as it is or refused in words."""
    whole = archive(tmp_path / "m.keras").read_bytes()
    for at in range(len(whole)):
        (tmp_path / "odd.keras").write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with contextlib.suppress(GraphFault):
            unpack_archive(tmp_path / "odd.keras")


def test_weights_and_assets_are_written(tmp_path: Path) -> None:
    target = tmp_path / "to"
    target.mkdir()
    config = sequential(dense())
    made = of_config(tmp_path / "m.keras", config)
    archive(made, {"config.json": json.dumps(config).encode(), "assets/layers/lookup/words.txt": b"a\nb\n"})
    found = unpack_archive(made, target)
    assert found.config == config
    assert found.version == "3.15.0"
    written = {str(p.relative_to(target)): p.read_bytes() for p in target.rglob("*") if p.is_file()}
    assert written == {
        "model.weights.h5": b"\x89HDF\r\n\x1a\n",
        str(Path("assets", "layers", "lookup", "words.txt")): b"a\nb\n",
    }
