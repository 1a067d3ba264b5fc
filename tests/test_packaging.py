"""The wheel holds all that the program needs, and works outside the source tree."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True, timeout=120)
    (wheel,) = folder.glob("tensorblocks-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the unpacked wheel, far from the source tree."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_wheel_is_complete(unpacked: Path) -> None:
    """Every source file and asset of the tree is in it, typed, with its license."""
    for package in ("app", "blocks"):
        for path in (ROOT / package).rglob("*.py"):
            assert (unpacked / path.relative_to(ROOT)).is_file(), path
        assert (unpacked / package / "py.typed").is_file()
    for path in (ROOT / "assets").rglob("*"):
        if path.is_file():
            assert (unpacked / "app" / path.relative_to(ROOT)).read_bytes() == path.read_bytes()
    assert list(unpacked.glob("tensorblocks-*.dist-info/licenses/LICENSE"))
    assert not list(unpacked.rglob("tests"))


def test_every_package_of_the_tree_is_found_in_the_wheel(unpacked: Path) -> None:
    """As Python finds them: none is missing, and each can be imported."""
    code = (
        "import importlib, pkgutil, app, blocks\n"
        "for root in (app, blocks):\n"
        "    for found in pkgutil.walk_packages(root.__path__, root.__name__ + '.'):\n"
        "        if found.ispkg: print(importlib.import_module(found.name).__name__)"
    )
    done = run(unpacked, "-c", code)
    assert done.returncode == 0, done.stderr
    packages = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for root in ("app", "blocks")
        for path in (ROOT / root).rglob("__init__.py")
    }
    assert {"app", "blocks", *done.stdout.split()} == packages


def test_entry_points(unpacked: Path) -> None:
    """One command for terminals, one for starting the editor without any."""
    (entries,) = unpacked.glob("tensorblocks-*.dist-info/entry_points.txt")
    text = entries.read_text(encoding="utf-8")
    assert "[console_scripts]\ntensorblocks = app.cli:main" in text
    assert "[gui_scripts]\ntensorblocks-editor = app.cli:edit_main" in text


def test_the_catalog_loads_from_the_wheel(unpacked: Path) -> None:
    """The unpacked code is what runs, and it finds its own catalog, samples and help."""
    code = (
        "import app, blocks.catalog, blocks.assets; print(app.__file__);"
        "print(blocks.catalog.load().get('CropAndResizeGradImage').op);"
        "print(blocks.assets.asset('samples', 'xor.tblocks'));"
        "print(blocks.assets.asset('help', 'index.md'))"
    )
    done = run(unpacked, "-c", code)
    assert done.returncode == 0, done.stderr
    where, op, sample, help_page = done.stdout.splitlines()
    assert Path(where).parent == unpacked / "app"
    assert op == "CropAndResizeGradImage"
    assert Path(sample) == unpacked / "app" / "assets" / "samples" / "xor.tblocks"
    assert Path(sample).is_file()
    assert Path(help_page).is_file()


def test_a_sample_runs_from_the_wheel(unpacked: Path) -> None:
    """The whole way, worker process included."""
    sample = unpacked / "app" / "assets" / "samples" / "matrix_product.tblocks"
    done = run(unpacked, "-m", "app", "run", str(sample))
    assert (done.returncode, done.stderr) == (0, "")
    assert "[[19. 22.]\n [43. 50.]]" in done.stdout
