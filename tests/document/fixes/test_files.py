"""Fixes of files and arrays that are not there: one of nearly the same name is."""

from __future__ import annotations

import zipfile

import pytest

from app.document.model.diagram import ArrayRef
from app.document.resources.search_path import missing_files
from blocks.catalog import load
from tests.support.fixing import checked, cure, make_page


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "digit_1.png").write_bytes(b"")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "crop.jpg").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "weights.npz", "w") as archive:
        archive.writestr("kernel.npy", b"")
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("digit1.png", "digit_1.png"),
        ('"digit_1.pgn"', '"digit_1.png"'),
        ("pictures/corp.jpg", "pictures/crop.jpg"),
    ],
)
def test_a_file_of_like_name_is_read(folder, typed, right):
    page = make_page({"read": ("ReadFile", {"filename": typed})})
    (problem,) = missing_files(page, load(), folder)
    fixed = cure(page, problem)
    assert fixed.blocks["read"].pins["filename"].strip('"') == right.strip('"')
    assert missing_files(fixed, load(), folder) == []


def test_one_of_several_files(folder):
    page = make_page({"read": ("ReadFile", {"filename": '{"digit_1.png","digt_1.png"}'})})
    (problem,) = missing_files(page, load(), folder)
    fixed = cure(page, problem)
    assert missing_files(fixed, load(), folder) == []


@pytest.mark.parametrize("typed", ["table.csv", "train-images.idx3-ubyte"])
def test_a_file_that_is_like_none_has_no_fix(folder, typed):
    (folder / "t10k-labels.idx1-ubyte").write_bytes(b"")  # labels are no pictures
    page = make_page({"read": ("ReadFile", {"filename": typed})})
    (problem,) = missing_files(page, load(), folder)
    assert problem.fixes == ()


@pytest.mark.parametrize("ref", [ArrayRef("weights.npz", "kernl"), ArrayRef("wieghts.npz", "kernel")])
def test_an_array_of_like_name(folder, ref):
    page = make_page({"c": ("Const", {"val": ref})})
    (problem,) = checked(page, folder)
    fixed = cure(page, problem)
    assert fixed.blocks["c"].pins["val"] == ArrayRef("weights.npz", "kernel")
    assert checked(fixed, folder) == []
