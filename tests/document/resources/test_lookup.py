"""Where the files are that a page names by the path of another machine."""

from __future__ import annotations

import os

import pytest

from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.resources.lookup import NamedFiles, is_path, path_parts
from app.document.resources.search_path import located, missing_files
from blocks.catalog import load


def put(folder, *names):
    """Write empty files."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def found(text, home, *data, **more):
    """The name of the file that a text means."""
    return NamedFiles(home, data).found(text, **more)


PATHS = {
    r"dataset\train-labels.idx1": ["dataset", "train-labels.idx1"],
    r"C:\Users\me\dataset\a.idx": ["Users", "me", "dataset", "a.idx"],
    r"C:dataset\a.idx": ["dataset", "a.idx"],
    r"d:/x\dataset//a.idx": ["x", "dataset", "a.idx"],
    r"\\nas\share\dataset\a.idx": ["share", "dataset", "a.idx"],
    r"\\?\C:\dataset\a.idx": ["dataset", "a.idx"],
    r"\\?\UNC\nas\share\a.idx": ["share", "a.idx"],
    "/home/me/dataset/a.idx": ["home", "me", "dataset", "a.idx"],
    r".\dataset\.\a.idx": ["dataset", "a.idx"],
    r"..\..\dataset\a.idx": ["dataset", "a.idx"],
    r"x\y\..\dataset\a.idx": ["x", "dataset", "a.idx"],
    "~/dataset/a.idx": ["dataset", "a.idx"],
    "..": [],
    "": [],
}


@pytest.mark.parametrize("text", PATHS)
def test_a_path_falls_into_folders_and_a_name_below_its_root(text):
    assert path_parts(text) == PATHS[text]


@pytest.mark.parametrize(
    "text", [path for path, parts in PATHS.items() if parts[-2:] == ["dataset", "a.idx"]]
)
def test_a_file_is_found_along_the_tail_of_its_old_path(tmp_path, text):
    put(tmp_path, "dataset/a.idx", "a.idx")
    assert found(text, tmp_path) == "dataset/a.idx"


def test_the_longest_tail_counts_then_shorter_ones_then_the_name_alone(tmp_path):
    text = r"E:\old\picture\dataset\a.idx"
    for name in ("a.idx", "dataset/a.idx", "picture/dataset/a.idx", "old/picture/dataset/a.idx"):
        put(tmp_path, name)
        assert found(text, tmp_path) == name
    assert found(r"E:\old\picture\none\a.idx", tmp_path) == "a.idx"


def test_data_folders_are_looked_through_as_well_and_a_longer_tail_there_counts_more(tmp_path):
    home, data = put(tmp_path / "home", "b.idx"), put(tmp_path / "data", "dataset/a.idx", "dataset/b.idx")
    assert found(r"C:\x\dataset\a.idx", home, data) == "../data/dataset/a.idx"
    assert found(r"C:\x\dataset\b.idx", home, data) == "../data/dataset/b.idx"
    assert found(r"C:\x\elsewhere\b.idx", home, data) == "b.idx"


@pytest.mark.skipif(os.path.exists(__file__.upper()), reason="capitals do not count on this file system")
def test_capitals_do_not_count_where_nothing_is_spelt_so(tmp_path):
    put(tmp_path, "DataSet/Train.IDX", "dataset/other.idx")
    assert found(r"c:\DATASET\train.idx", tmp_path) == "DataSet/Train.IDX"
    put(tmp_path, "dataset/train.idx")
    assert found(r"c:\dataset\train.idx", tmp_path) == "dataset/train.idx"
    assert found(r"c:\DataSet\Train.IDX", tmp_path) == "DataSet/Train.IDX"


def test_a_checkpoint_is_found_in_a_folder_below(tmp_path):
    put(tmp_path, "run/net.ckpt.index", "net.ckpt.index")
    assert found(r"D:\x\run\net.ckpt", tmp_path, checkpoint=True) == "run/net.ckpt"


@pytest.mark.parametrize(
    "text", [r"..\secret\a.idx", "../secret/a.idx", r"C:\x\..\..\secret\a.idx", "secret/../../secret/a.idx"]
)
def test_no_file_outside_the_folders_is_found(tmp_path, text):
    home = put(tmp_path / "home", "b.idx")
    put(tmp_path, "secret/a.idx", "a.idx")
    assert found(text, home, tmp_path / "none") is None


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="there are no symbolic links")
def test_a_symbolic_link_out_of_the_folders_leads_nowhere_and_one_to_a_data_folder_does(tmp_path):
    home, far = put(tmp_path / "home", "b.idx"), put(tmp_path / "far", "a.idx")
    (home / "dataset").symlink_to(far)
    (home / "a.idx").symlink_to(far / "a.idx")
    assert found(r"C:\dataset\a.idx", home) is None
    assert found(r"C:\dataset\a.idx", home, far) == "dataset/a.idx"


def test_what_is_no_file_is_not_found(tmp_path):
    put(tmp_path, "dataset/a.idx/b")
    assert found(r"C:\dataset\a.idx", tmp_path) is None
    assert found("a\0b", tmp_path) is None
    assert found("x/" * 400 + "b", tmp_path) is None


def test_a_page_reads_what_lies_below_its_folder_and_says_what_is_missing(tmp_path):
    put(tmp_path, "dataset/train-labels.idx1")
    pins = {"filename": '"E:\\\\MNIST\\\\dataset\\\\train-labels.idx1"'}
    page = Page(name="p", blocks={"r": Block(id="r", symbol="ReadFile", pins=pins)})
    assert located(page, load(), tmp_path).page.blocks["r"].pins["filename"] == '"dataset/train-labels.idx1"'
    assert missing_files(page, load(), tmp_path) == []
    assert len(missing_files(page, load(), tmp_path / "dataset" / "none")) == 1


@pytest.mark.parametrize(
    ("writer", "reader", "pins"),
    [("WriteFile", "ReadFile", {"filename": "a.txt"}), ("SaveV2", "RestoreV2", {"prefix": "a.txt"})],
)
def test_what_the_page_itself_writes_is_neither_missing_nor_looked_for_elsewhere(
    tmp_path, writer, reader, pins
):
    data = put(tmp_path / "data", "a.txt", "a.txt.index")
    blocks = {
        name: Block(id=name, symbol=symbol, pins=dict(pins))
        for name, symbol in (("w", writer), ("r", reader))
    }
    page = Page(name="p", blocks=blocks)
    assert missing_files(page, load(), tmp_path) == []
    assert located(page, load(), tmp_path, [data]).page is page


@pytest.mark.parametrize("text", [r"C:\a.idx", r"d:/x", r"\\nas\share\a.idx", r"\\?\C:\a.idx", "/home/a.idx"])
def test_the_path_of_a_file_goes_below_a_drive_or_a_share(text):
    assert is_path(text)


@pytest.mark.parametrize("text", [r"\\3", r"\\1 \\2", r"\\nas\share", "C:\\", "a", r"\3"])
def test_what_leads_to_no_file_is_no_path(text):
    assert not is_path(text)


@pytest.mark.parametrize("text", [r'"\\\\3"', r'"a:\\1"', r'"\\\\w\\d\\s"'])
@pytest.mark.parametrize("pin", ["pattern", "rewrite"])
def test_a_regular_expression_names_no_file_typed_there_or_in_a_constant(tmp_path, text, pin):
    typed = Page(name="p", blocks={"r": Block(id="r", symbol="RegexReplace", pins={pin: text})})
    constant = Block(id="c", symbol="Const", pins={"val": text})
    regex = Block(id="r", symbol="RegexReplace", pins={})
    wired = Page(
        name="p",
        blocks={"c": constant, "r": regex},
        wires=[Wire(source=PinRef("c", "output"), target=PinRef("r", pin))],
    )
    for page in (typed, wired):
        assert missing_files(page, load(), tmp_path) == []


def test_a_path_of_windows_among_data_is_missed_as_before(tmp_path):
    constant = Block(id="c", symbol="Const", pins={"val": r'"C:\\a.idx"'})
    page = Page(name="p", blocks={"c": constant})
    assert len(missing_files(page, load(), tmp_path)) == 1
