"""Python files beside a project make blocks of the catalog; what is none says why, with file and line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.document.checks.page import check_page
from app.document.resources.own_blocks import OwnBlocks
from app.document.resources.python_blocks import (
    MOST_BYTES,
    MOST_TOGETHER,
    PythonBlocks,
    blocks_in,
    sources_of,
)
from app.document.resources.python_source import PythonFault
from app.messages import hint_text, message_of
from blocks.describe import describe, describe_text
from tests.support.pages import page

BLUR = (
    'def blur(image: "float32 [?, ?, 3]", sigma: float = 1.0) -> "float32 [?, ?, 3]":\n    """Blur it."""\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "blur.py").write_text(BLUR)
    return tmp_path


def problems(symbol: str, folder: Path) -> list[tuple[str, str]]:
    made = page({"b": symbol})
    python = PythonBlocks.on([made], folder)
    found = check_page(made, python.catalog(), folder, own=OwnBlocks(python))
    return [(p.code, message_of(p)) for p in found]


def test_a_function_is_a_block_of_the_catalog(folder: Path) -> None:
    python = PythonBlocks.named(blocks_in(folder), folder)
    catalog = python.catalog()
    symbol = catalog.get("python:blur.py:blur")
    assert symbol is not None
    assert [(p.name, p.direction) for p in symbol.pins] == [
        ("scope", "in"), ("image", "in"), ("sigma", "in"), ("output", "out"), ("result_output", "result"),
    ]  # fmt: skip
    assert (symbol.title, catalog.help(symbol.name)) == (("blur", "blur.py"), "Blur it.")
    assert catalog.search("blur")[0] == symbol.name
    assert catalog.categories()[0] == ("project", [symbol.name])
    assert describe(symbol, catalog)["pins"][1]["required"]
    assert describe(symbol, catalog)["touches"] == ["python"]
    assert "sigma" in describe_text(symbol, catalog)


def test_the_shipped_catalog_stays_as_it_is(folder: Path) -> None:
    from blocks.catalog import load

    PythonBlocks.named(["python:blur.py:blur"], folder).catalog()
    assert load().get("python:blur.py:blur") is None
    assert PythonBlocks.on([page({"a": "Const"})], folder).catalog() is load()


def test_a_file_is_read_again_when_it_has_changed(folder: Path) -> None:
    first = PythonBlocks.named(["python:blur.py:blur"], folder).symbols()
    assert PythonBlocks.named(["python:blur.py:blur"], folder).symbols() == first
    (folder / "blur.py").write_text(BLUR.replace("sigma", "radius"))
    second = PythonBlocks.named(["python:blur.py:blur"], folder).symbols()["python:blur.py:blur"].symbol
    assert second.pin("radius") is not None


@pytest.mark.parametrize(
    ("symbol", "message"),
    [
        ("python:gone.py:f", "there is no Python file gone.py"),
        ("python:blur.py:blurr", "the file has no function blurr"),
        ("python:../blur.py:blur", "'python:../blur.py:blur' is no Python block"),
        ("python:/etc/x.py:f", "'python:/etc/x.py:f' is no Python block"),
        ("python:blur.py", "'python:blur.py' is no Python block"),
        ("python:a\\b.py:f", "'python:a\\\\b.py:f' is no Python block"),
        ("python:blur.txt:f", "'python:blur.txt:f' is no Python block"),
        ("python:wrong.py:f", "wrong.py, line 2: the parameter x has no type"),
    ],
)
def test_what_is_none_says_why(folder: Path, symbol: str, message: str) -> None:
    (folder / "wrong.py").write_text("\ndef f(x) -> int: ...\n")
    ((code, said),) = problems(symbol, folder)
    assert code == "bad-python"
    assert said.startswith(message)


def test_a_misspelt_function_is_named(folder: Path) -> None:
    made = page({"b": "python:blur.py:blurr"})
    python = PythonBlocks.on([made], folder)
    (problem,) = check_page(made, python.catalog(), folder, own=OwnBlocks(python))
    assert hint_text(problem) == "did you mean blur?"


def test_a_link_out_of_the_folder_is_not_followed(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.py"
    outside.write_text(BLUR)
    try:
        (folder / "inside.py").symlink_to(outside)
    except OSError:
        pytest.skip("no links here")
    ((code, said),) = problems("python:inside.py:blur", folder)
    assert (code, "lies outside" in said) == ("bad-python", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_does_not_hold_the_check(folder: Path) -> None:
    os.mkfifo(folder / "pipe.py")
    ((code, said),) = problems("python:pipe.py:f", folder)
    assert (code, "pipe" in said) == ("bad-python", True)


def test_a_large_file_is_not_read(folder: Path) -> None:
    (folder / "large.py").write_bytes(b"#" * (MOST_BYTES + 1))
    ((code, said),) = problems("python:large.py:f", folder)
    assert (code, said) == ("bad-python", "the Python file has 64 KiB, more than the 64 KiB that are read")


def test_the_local_files_that_a_file_imports(folder: Path) -> None:
    (folder / "ops" / "deep").mkdir(parents=True)
    (folder / "ops" / "first.py").write_text("import second, os\nfrom deep import third\nimport gone\n")
    (folder / "ops" / "second.py").write_text("import first\n")
    (folder / "ops" / "deep" / "__init__.py").write_text("")
    (folder / "ops" / "deep" / "third.py").write_text("import second\n")
    (folder / "second.py").write_text("raise SystemExit\n")
    found = [source.file for source in sources_of("ops/first.py", folder)]
    assert found == ["ops/first.py", "ops/deep/__init__.py", "ops/deep/third.py", "ops/second.py"]
    with pytest.raises(PythonFault):
        sources_of("ops/none.py", folder)


def test_texts_are_checked_as_those_of_any_block(folder: Path) -> None:
    made = page({"b": ("python:blur.py:blur", {"sigma": "much", "image": "{{{1,2,3}}}", "radius": "1"})})
    python = PythonBlocks.on([made], folder)
    found = check_page(made, python.catalog(), folder, own=OwnBlocks(python))
    assert [(p.code, p.pin) for p in found] == [("bad-literal", "sigma"), ("unknown-pin", "radius")]


def test_what_is_known_differs_when_a_body_or_an_import_does(folder: Path) -> None:
    names = ["python:blur.py:blur"]
    (folder / "blur.py").write_text("import near\n" + BLUR)
    (folder / "near.py").write_text("")
    first = PythonBlocks.named(names, folder)
    assert PythonBlocks.named(names, folder) == first
    (folder / "near.py").write_text("x = 1\n")
    second = PythonBlocks.named(names, folder)
    (folder / "blur.py").write_text("import near\n" + BLUR + "    return image\n")
    third = PythonBlocks.named(names, folder)
    assert first.functions == second.functions == third.functions
    assert len({first.contents[n] for n in names} | {second.contents[n] for n in names}) == 2
    assert third.contents not in (first.contents, second.contents)


def test_a_folder_full_of_large_files_is_not_read_to_its_end(folder: Path) -> None:
    text = BLUR + "#" * (MOST_BYTES - len(BLUR) - 1) + "\n"
    names = [f"python:f{n:02}.py:blur" for n in range(20)]
    for n in range(20):
        (folder / f"f{n:02}.py").write_text(text)
    made = PythonBlocks.named(names, folder)
    assert len(made.functions) == MOST_TOGETHER // MOST_BYTES
    assert {u.sentence.key for u in made.unfit.values()} == {"python.too-much"}
    assert not made.contents.keys() & made.unfit.keys()
    assert len(blocks_in(folder)) == MOST_TOGETHER // MOST_BYTES
