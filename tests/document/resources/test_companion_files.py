"""What a project may name beside it: below its folder or a data folder by both readings of the name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.document.model.sentence import say
from app.document.resources.companion_files import CompanionFault, Companions, companion_path
from tests.support.broad_home import broad_home
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
    assert companion_path(name, folder) == Path(os.path.join(folder, name))


@pytest.mark.parametrize(
    "name",
    [
        "../secret.npz", "sub/../../secret.npz", "/dev/zero", "//server/share/w.npz", r"\\server\share\w.npz",
        r"C:\w.npz", "c:w.npz", r"..\secret.npz", r"sub\..\..\secret.npz", "..", r"\w.npz", "/",
    ],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_by_its_letters_is_refused(folder: Path, name: str) -> None:
    with raises_saying(CompanionFault, say("companion.elsewhere")):
        companion_path(name, folder)


@pytest.mark.parametrize("name", ["", "a\0b", "n" * 5000])
def test_a_name_that_no_file_can_have_is_refused(folder: Path, name: str) -> None:
    with raises_saying(CompanionFault, say("companion.no-name")):
        companion_path(name, folder)


def test_a_link_that_leads_elsewhere_is_refused(folder: Path) -> None:
    (folder / "link.npz").symlink_to("../secret.npz")
    (folder / "away").symlink_to("..")
    for name in ("link.npz", "away/secret.npz", "away/not there.npz"):
        with raises_saying(CompanionFault, say("companion.elsewhere")):
            companion_path(name, folder)
    (folder / "inner.npz").symlink_to("sub/w.npz")
    assert companion_path("inner.npz", folder).name == "inner.npz"


def test_a_link_whose_target_is_named_deeper_does_not_hide_the_way_out(folder: Path) -> None:
    """By its letters ``sub/../../secret.npz`` leads out, though with links followed first it would not."""
    (folder / "a" / "b" / "c").mkdir(parents=True)
    (folder / "deep").symlink_to("a/b/c")
    with raises_saying(CompanionFault, say("companion.elsewhere")):
        companion_path("deep/../../secret.npz", folder)


def test_data_folders_of_the_user_are_open_to_whole_names_and_to_links(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    whole = str(data / "w.npz")
    assert companion_path(whole, folder, [str(data)]) == Path(whole)
    with raises_saying(CompanionFault, say("companion.elsewhere")):
        companion_path(whole, folder)
    with raises_saying(CompanionFault, say("companion.elsewhere")):
        companion_path(str(data / ".." / "secret.npz"), folder, [str(data)])
    (folder / "link.npz").symlink_to(data / "w.npz")
    assert companion_path("link.npz", folder, [str(data)]).name == "link.npz"


def test_nothing_outside_is_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share of another machine would be contacted by a look alone."""
    monkeypatch.setattr(os.path, "realpath", lambda *_, **__: pytest.fail("looked at the disk"))
    for name in (r"\\server\share\w.npz", "//server/w.npz", "/net/host/w.npz", "../w.npz"):
        with pytest.raises(CompanionFault):
            companion_path(name, folder)


def test_a_path_that_has_been_allowed_is_taken_however_it_is_named(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.npz"
    for allowed in (str(secret), str(tmp_path)):
        assert companion_path("../secret.npz", folder, [allowed]) == secret
        assert companion_path(str(secret), folder, [allowed]) == secret
    for name in ("../other.npz", "/dev/zero", r"..\secret.npz"):
        with raises_saying(CompanionFault, say("companion.elsewhere")):
            companion_path(name, folder, [str(secret)])


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with broad_home(tmp_path / "home") as made:
        yield made


def test_nothing_in_a_broad_folder_is_the_projects_own(home: Path) -> None:
    """A project in the home would else read whatever it names there."""
    (home / "Documents").mkdir()
    (home / "own").mkdir()
    for folder, name in (
        (home, "w.npz"),
        (home, "own/w.npz"),
        (home / "Documents", "w.npz"),
        (home.parent, "w.npz"),
    ):
        files = Companions.of(folder)
        with raises_saying(CompanionFault, say("companion.not-own")):
            files.path(name)
        assert files.asked_for(name) == (os.path.join(folder, name), True)
        assert Companions(str(folder), allows_all=True).path(name) == folder / name
        assert Companions(str(folder), allowed=(str(folder / name),)).path(name) == folder / name
    assert Companions.of(home / "own").path("w.npz") == home / "own" / "w.npz"


def test_a_data_folder_that_is_broad_is_read_as_the_user_named_it(home: Path) -> None:
    assert Companions.of(home, [home]).path("w.npz") == home / "w.npz"


def test_a_link_in_a_broad_folder_is_allowed_by_where_it_leads(home: Path, tmp_path: Path) -> None:
    (home / "link.npz").symlink_to(tmp_path / "secret.npz")
    files = Companions.of(home)
    assert files.asked_for("link.npz") == (str(tmp_path / "secret.npz"), False)
    with raises_saying(CompanionFault, say("companion.elsewhere")):
        Companions(str(home), allowed=(str(home / "link.npz"),)).path("../other.npz")


def test_only_what_a_look_does_not_contact_can_be_asked_for(folder: Path, tmp_path: Path) -> None:
    files = Companions.of(folder)
    assert files.asked_for("w.npz") is None
    assert files.asked_for("../secret.npz") == (str(tmp_path / "secret.npz"), False)
    for name in (r"\\server\share\w.npz", "//server/w.npz", r"C:\w.npz", "", "a\0b"):
        assert files.asked_for(name) is None
