"""What a project may name beside it: below its folder or a data folder by both readings of the name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.document.model.sentence import say
from app.document.resources.companion_files import CompanionFault, companion
from tests.support.words import raises_saying


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inner = tmp_path / "project"
    (inner / "sub").mkdir(parents=True)
    (tmp_path / "secret.npz").touch()
    return inner


@pytest.mark.parametrize(
    "name", ["w.npz", "sub/w.npz", "sub/../w.npz", "./w.npz", "not there/w.npz", "..npz", "a..b"]
)
def test_a_name_within_the_folder_is_taken(folder: Path, name: str) -> None:
    assert companion(name, folder) == Path(os.path.join(folder, name))


@pytest.mark.parametrize(
    "name",
    [
        "../secret.npz", "sub/../../secret.npz", "/dev/zero", "//server/share/w.npz", r"\\server\share\w.npz",
        r"C:\w.npz", "c:w.npz", r"..\secret.npz", r"sub\..\..\secret.npz", "..", r"\w.npz", "/",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_by_its_letters_is_refused(folder: Path, name: str) -> None:
    with raises_saying(CompanionFault, say("companion.elsewhere")):
        companion(name, folder)


@pytest.mark.parametrize("name", ["", "a\0b", "n" * 5000])
def test_a_name_that_no_file_can_have_is_refused(folder: Path, name: str) -> None:
    with raises_saying(CompanionFault, say("companion.no-name")):
        companion(name, folder)


def test_a_link_that_leads_elsewhere_is_refused(folder: Path) -> None:
    (folder / "link.npz").symlink_to("../secret.npz")
    (folder / "away").symlink_to("..")
    for name in ("link.npz", "away/secret.npz", "away/not there.npz"):
        with raises_saying(CompanionFault, say("companion.elsewhere")):
            companion(name, folder)
    (folder / "inner.npz").symlink_to("sub/w.npz")
    assert companion("inner.npz", folder).name == "inner.npz"


def test_a_link_whose_target_is_named_deeper_does_not_hide_the_way_out(folder: Path) -> None:
    """By its letters ``sub/../../secret.npz`` leads out, though with links followed first it would not."""
    (folder / "a" / "b" / "c").mkdir(parents=True)
    (folder / "deep").symlink_to("a/b/c")
    with raises_saying(CompanionFault, say("companion.elsewhere")):
        companion("deep/../../secret.npz", folder)


def test_data_folders_of_the_user_are_open_to_whole_names_and_to_links(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    whole = str(data / "w.npz")
    assert companion(whole, folder, [data]) == Path(whole)
    with raises_saying(CompanionFault, say("companion.elsewhere")):
        companion(whole, folder)
    with raises_saying(CompanionFault, say("companion.elsewhere")):
        companion(str(data / ".." / "secret.npz"), folder, [data])
    (folder / "link.npz").symlink_to(data / "w.npz")
    assert companion("link.npz", folder, [data]).name == "link.npz"


def test_nothing_outside_is_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share of another machine would be contacted by a look alone."""
    monkeypatch.setattr(os.path, "realpath", lambda *_, **__: pytest.fail("looked at the disk"))
    for name in (r"\\server\share\w.npz", "//server/w.npz", "/net/host/w.npz", "../w.npz"):
        with pytest.raises(CompanionFault):
            companion(name, folder)


def test_a_path_that_has_been_allowed_is_taken_however_it_is_named(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.npz"
    for allowed in (str(secret), str(tmp_path)):
        assert companion("../secret.npz", folder, allowed=[allowed]) == secret
        assert companion(str(secret), folder, allowed=[allowed]) == secret
    for name in ("../other.npz", "/dev/zero", r"..\secret.npz"):
        with raises_saying(CompanionFault, say("companion.elsewhere")):
            companion(name, folder, allowed=[str(secret)])
