"""What is inside of a project's bounds, and what is not: by letters, through links, spelt as only some read it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from app.document.resources import ground as grounds
from app.document.resources.grants import Bounds, Capability, Grants
from app.document.resources.ground import Ground
from blocks.op_facts.side_effects import PlaceKind

POSIX = pytest.mark.skipif(os.name == "nt", reason="links and paths of Unix")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the folder of a project, with a secret outside and links that lead there."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text("secret")
    folder = tmp_path / "home" / "work" / "project"
    (folder / "a" / "b" / "c").mkdir(parents=True)
    (folder / "inside.txt").write_text("fine")
    (folder / ".hidden").write_text("dots may be read")
    if os.name == "posix":
        (folder / "out").symlink_to(tmp_path / "outside")
        (folder / "secret").symlink_to(tmp_path / "outside" / "secret.txt")
        (folder / "later").symlink_to(tmp_path / "outside" / "not-yet.txt")
        (folder / "sub").symlink_to("a/b/c")
        (folder / "ckpt.index").symlink_to(tmp_path / "outside" / "secret.txt")
        (folder / "shards").mkdir()
        (folder / "shards" / "one").symlink_to(tmp_path / "outside" / "secret.txt")
        os.mkfifo(folder / "pipe")
    return folder


def judged(
    project: Path, name: str, kind: PlaceKind = "path", capability: Capability = "read", *grants: Grants
) -> bool:
    return Bounds(Ground.of(project), *grants).judge(name, kind, capability).is_inside


@pytest.mark.parametrize(
    "name",
    [
        "inside.txt",
        "not-there.txt",
        "a/b/c/new.png",
        "./inside.txt",
        "a/../inside.txt",
        "a//b/./x",
        "sub/x",
        "",
        "~",
        ".hidden",
        "ram://buffer",
        "with space",
        "ünder",
        "a:b" if os.name == "posix" else "a",
    ],
)
def test_a_name_below_the_folder_may_be_read(project: Path, name: str) -> None:
    assert judged(project, name)


@pytest.mark.parametrize(
    "name", ["{folder}/inside.txt", "file://{folder}/inside.txt", "file://host{folder}/inside.txt"]
)
@POSIX
def test_a_whole_path_below_the_folder_may_be_read(project: Path, name: str) -> None:
    assert judged(project, name.format(folder=project))


_OUTSIDE = [
    "/etc/passwd",
    "../../../outside/secret.txt",
    "a/../../x",
    "/",
    "..",
    "file:///etc/passwd",
    "file://anything/etc/passwd",
    "FILE:///etc/passwd",
    "FiLe://x/../etc/passwd",
    "file://file:///etc/passwd",
    "file://host",
    "file:/etc/passwd",
    "file:inside.txt?vfs=x",
    "ram://../../../../outside/secret.txt",
    "inside.txt\0/etc/passwd",
    "x" * 5000,
    "/dev/zero",
    "/proc/self/environ",
    "//etc/passwd",
]


@pytest.mark.parametrize("name", _OUTSIDE)
@pytest.mark.parametrize("capability", ["read", "write"])
@POSIX
def test_a_name_that_leads_elsewhere_in_any_reading_is_outside(
    project: Path, name: str, capability: Capability
) -> None:
    assert not judged(project, name, "path", capability)


@pytest.mark.parametrize(
    ("name", "kind", "capability"),
    [
        ("out/secret.txt", "path", "read"),
        ("secret", "path", "read"),
        ("later", "path", "write"),
        ("out/new.txt", "path", "write"),
        ("sub/../../../../../../outside/secret.txt", "path", "read"),
        (
            "sub/../../../outside/secret.txt",
            "path",
            "read",
        ),  # inside with links followed first, outside by letters
        ("ckpt", "checkpoint", "write"),
        ("ckpt", "checkpoint", "read"),
        ("ck", "prefix", "read"),
        ("shards", "folder", "read"),
        ("shards/*", "pattern", "read"),
        ("out/*", "pattern", "read"),
        ("*/secret.txt", "pattern", "read"),
        ("o?t/secret.txt", "pattern", "read"),
        ("../*", "pattern", "read"),
        ("pipe", "path", "read"),
        ("/l/../../x", "part", "write"),
    ],
)
@POSIX
def test_links_and_what_is_no_file_are_outside(
    project: Path, name: str, kind: PlaceKind, capability: Capability
) -> None:
    assert not judged(project, name, kind, capability)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a/*", "pattern"), ("a", "folder"), ("a/ckpt", "checkpoint"), ("*.txt", "pattern"), (".v2", "part")],
)
@POSIX
def test_links_elsewhere_in_the_folder_do_not_count(project: Path, name: str, kind: PlaceKind) -> None:
    assert judged(project, name, kind, "write" if kind == "part" else "read")


@pytest.mark.parametrize(
    "name", [".bashrc", "a/.git/hooks/x", "x.tblocks", "x.PY", "a/__pycache__/x", "m.so", "./.x"]
)
def test_what_is_run_later_is_not_written_without_a_question(project: Path, name: str) -> None:
    assert not judged(project, name, "path", "write")
    assert judged(project, name, "path", "read")


@pytest.mark.parametrize(
    "name", ["gs://b/x", "s3://b", "hdfs://n/x", "http://h/x", "https://h", "GS://b", "file://gs://b/x"]
)
def test_another_scheme_is_the_network(project: Path, name: str) -> None:
    verdict = Bounds(Ground.of(project)).judge(name, "path", "read")
    assert (verdict.is_inside, verdict.capability) == (False, "net")
    assert judged(project, name, "path", "read", Grants(net=True)) or name.startswith("file")


@POSIX
def test_a_url_is_stripped_before_it_is_a_name(project: Path) -> None:
    assert judged(project, "file://log.txt", "url", "write")
    assert not judged(project, "file://../log.txt", "url", "write")
    assert not judged(project, "file:///etc/x", "url", "write")
    assert not judged(project, "file://file:///etc/x", "url", "write")


def test_a_grant_allows_a_path_and_what_is_below_it(project: Path, tmp_path: Path) -> None:
    name = str(tmp_path / "outside" / "secret.txt")
    assert judged(project, name, "path", "read", Grants.of([name]))
    assert judged(project, name, "path", "read", Grants.of([str(tmp_path / "outside")]))
    assert not judged(project, name, "path", "write", Grants.of([name]))
    assert not judged(project, name, "path", "read", Grants.of([str(tmp_path / "out")]))
    assert judged(project, name, "path", "write", Grants.of(everything=True))
    assert judged(project, ".x", "path", "write", Grants.of(write=[str(project / ".x")]))


def test_the_grant_that_is_proposed_allows_it(project: Path, tmp_path: Path) -> None:
    for kind in ("path", "folder", "checkpoint"):
        name = str(tmp_path / "outside" / "thing")
        verdict = Bounds(Ground.of(project)).judge(name, kind, "write")  # type: ignore[arg-type]
        assert not verdict.is_inside
        assert judged(project, name, kind, "write", Grants.of(write=[verdict.grant]))  # type: ignore[arg-type]


def test_data_folders_are_read_only(project: Path, tmp_path: Path) -> None:
    bounds = Bounds(Ground.of(project, [tmp_path / "outside"]))
    name = str(tmp_path / "outside" / "secret.txt")
    assert bounds.judge(name, "path", "read").is_inside
    assert not bounds.judge(name, "path", "write").is_inside


def test_broad_folders_and_unsaved_projects_own_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "users" / "u"
    (home / "Downloads").mkdir(parents=True)
    (home / "work").mkdir()
    monkeypatch.setenv("USERPROFILE" if sys.platform == "win32" else "HOME", str(home))
    grounds._broad_folders.cache_clear()
    try:
        for folder in (home, home.parent, home / "Downloads", Path(tmp_path.anchor)):
            assert not Ground.of(folder).is_own, folder
        assert Ground.of(home / "work").is_own
        assert not Ground.of(home / "work", is_saved=False).is_own
        assert not judged(home, "notes.txt")
    finally:
        grounds._broad_folders.cache_clear()
