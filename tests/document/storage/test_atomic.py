"""Saving is atomic: whatever fails, and wherever the process is killed, the old or the new content is there."""

import errno
import os
import signal
import stat
import subprocess
import sys
import textwrap

import pytest

from app.document.model.diagram import Page, Project
from app.document.model.sentence import quote, say
from app.document.storage import atomic
from app.document.storage.atomic import sweep, write_atomic
from app.document.storage.errors import FileProblem
from app.document.storage.project_file import save_project
from tests.support.words import raises_saying

OLD, NEW = b"old content\n", b"new content\n" * 1000
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX file modes, signals and locks")
not_root = pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")

# Every call that a save makes of the system. Each one is made to fail, and each one is the last before a kill.
CALLS = ["open", "fchmod", "write", "fsync", "replace", "close", "fstat", "stat", "scandir"]


def names(folder):
    return sorted(p.name for p in folder.iterdir())


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "p.tblocks"
    path.write_bytes(OLD)
    return path


def test_the_content_is_replaced_and_nothing_else_is_left(target, tmp_path):
    write_atomic(target, NEW)
    assert target.read_bytes() == NEW
    assert names(tmp_path) == ["p.tblocks"]


def test_a_new_file_is_made(tmp_path):
    write_atomic(tmp_path / "new", b"")
    assert (tmp_path / "new").read_bytes() == b""


@posix_only
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", [OSError(errno.EIO, "I/O error"), KeyboardInterrupt()])
def test_a_failing_system_call_leaves_old_or_new_content_and_no_temporary_file(
    target, tmp_path, monkeypatch, call, fault
):
    real = getattr(os, call)
    for nth in range(1, 6):
        calls = []

        def fails(*args, nth=nth, calls=calls, **more):
            calls.append(args)
            if len(calls) != nth:
                return real(*args, **more)
            if call == "close":
                real(*args, **more)
            raise fault

        target.write_bytes(OLD)
        with monkeypatch.context() as patched:
            patched.setattr(atomic.os, call, fails)
            try:
                write_atomic(target, NEW)
                allowed = [NEW]
            except (OSError, KeyboardInterrupt):
                allowed = [OLD, NEW]
        assert target.read_bytes() in allowed
        assert names(tmp_path) == ["p.tblocks"]
        assert calls  # the save does make this call


@posix_only
@pytest.mark.parametrize("call", ["open", "fchmod", "write", "fsync", "replace"])
def test_before_the_exchange_a_failure_always_leaves_the_old_content(target, monkeypatch, call):
    def fails(*args, **more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic.os, call, fails)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(target, NEW)
    assert target.read_bytes() == OLD


@posix_only
def test_short_writes_are_continued(target, monkeypatch):
    real = os.write
    monkeypatch.setattr(atomic.os, "write", lambda descriptor, data: real(descriptor, data[:100]))
    write_atomic(target, NEW)
    assert target.read_bytes() == NEW


KILLED = textwrap.dedent(
    """
    import os, signal, sys
    from app.document.storage import atomic

    path, call, when = sys.argv[1:]
    real = getattr(os, call)

    def dies(*args, **more):
        if when == "half":
            real(args[0], args[1][:5000])
        elif when == "after":
            real(*args, **more)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(atomic.os, call, dies)
    atomic.write_atomic(path, b"new content\\n" * 1000)
    """
)


@posix_only
@pytest.mark.parametrize(
    ("call", "when", "expected"),
    [
        ("fchmod", "before", OLD),
        ("write", "before", OLD),
        ("write", "half", OLD),
        ("write", "after", OLD),
        ("fsync", "after", OLD),
        ("replace", "before", OLD),
        ("replace", "after", NEW),
    ],
)
def test_a_killed_save_leaves_old_or_new_content_and_the_next_save_cleans_up(
    target, tmp_path, call, when, expected
):
    killed = subprocess.run([sys.executable, "-c", KILLED, target, call, when], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert target.read_bytes() == expected
    assert len(names(tmp_path)) == (2 if expected == OLD else 1)
    write_atomic(tmp_path / "other", b"")
    assert names(tmp_path) == ["other", "p.tblocks"]


@posix_only
def test_a_save_in_progress_is_not_swept_away(target, tmp_path, monkeypatch):
    swept = []

    def another_save(descriptor, data):
        swept.extend(sweep(tmp_path))
        os.write(descriptor, data)

    monkeypatch.setattr(atomic, "_write_all", another_save)
    write_atomic(target, NEW)
    assert swept == []
    assert target.read_bytes() == NEW


def test_sweeping_takes_only_our_temporary_files(tmp_path):
    for name in (".tblocks-1-ab.tmp", "tblocks-1-ab.tmp", ".tblocks-1-ab", "x.tmp"):
        (tmp_path / name).write_text("")
    (tmp_path / ".tblocks-folder.tmp").mkdir()
    assert sweep(tmp_path) == [tmp_path / ".tblocks-1-ab.tmp"]
    assert names(tmp_path) == [".tblocks-1-ab", ".tblocks-folder.tmp", "tblocks-1-ab.tmp", "x.tmp"]
    assert sweep(tmp_path / "gone") == []


@posix_only
def test_a_symlink_stays_and_its_target_in_another_folder_is_written(target, tmp_path):
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link"
    link.symlink_to("../p.tblocks")
    write_atomic(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW
    assert names(tmp_path / "links") == ["link"]


@posix_only
def test_a_dangling_symlink_gets_its_target(tmp_path):
    (tmp_path / "link").symlink_to("later")
    write_atomic(tmp_path / "link", NEW)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "later").read_bytes() == NEW


@posix_only
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_the_mode_stays_and_a_new_file_gets_what_the_umask_leaves(target, tmp_path, mode):
    target.chmod(mode)
    write_atomic(target, NEW)
    assert stat.S_IMODE(target.stat().st_mode) == mode
    before = os.umask(0o027)
    try:
        write_atomic(tmp_path / "new", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "fchown"), reason="this system gives files to nobody")
@pytest.mark.parametrize(("may", "left"), [("group", 0o664), ("nothing", 0o644)])
def test_a_file_of_another_owner_stays_with_its_group_or_is_opened_to_no_other(
    target, monkeypatch, may, left
):
    """The group that may write it keeps that; a group that it did not belong to gets what anybody has."""
    target.chmod(0o664)
    real_stat, asked = os.stat, []

    def of_others(path, *more, **named):
        found = real_stat(path, *more, **named)
        fields = [*found]
        fields[4:6] = found.st_uid + 1, found.st_gid + 1
        return os.stat_result(fields)

    def fchown(descriptor, owner, group):
        asked.append((owner, group))
        if may == "nothing" or owner != -1:
            raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "stat", of_others)
    monkeypatch.setattr(os, "fchown", fchown)
    write_atomic(target, b"new")
    monkeypatch.undo()
    group = target.stat().st_gid + 1
    assert asked == [(target.stat().st_uid + 1, group), (-1, group)]
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"new", left)


@posix_only
def test_a_private_file_is_private_at_every_moment(target, monkeypatch):
    modes = []

    def spies(descriptor, data):
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))

    target.chmod(0o600)
    monkeypatch.setattr(atomic, "_write_all", spies)
    write_atomic(target, NEW)
    assert modes == [0o600]


@posix_only
def test_a_write_protected_file_is_not_replaced(target, monkeypatch):
    target.chmod(0o444)
    monkeypatch.setattr(
        atomic.os, "access", lambda path, mode: False
    )  # the answer for a user who is not root
    with pytest.raises(PermissionError):
        write_atomic(target, NEW)
    assert target.read_bytes() == OLD


@posix_only
@not_root
def test_a_read_only_folder_is_reported_with_the_way_out(target, tmp_path):
    tmp_path.chmod(0o500)
    try:
        with raises_saying(FileProblem, quote("Permission denied"), say("hint.save-elsewhere")):
            save_project(Project(pages=[Page(name="p")]), target)
    finally:
        tmp_path.chmod(0o700)
    assert target.read_bytes() == OLD


def test_a_full_disk_is_reported_with_the_way_out(target, monkeypatch):
    def full(descriptor, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic.os, "write", full)
    with raises_saying(FileProblem, quote("No space left on device"), say("hint.free-space")):
        save_project(Project(pages=[Page(name="p")]), target)
    assert target.read_bytes() == OLD


@posix_only
def test_folders_and_pipes_are_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with raises_saying(OSError, say("file.not-regular")):
        write_atomic(tmp_path / "pipe", NEW)
    with pytest.raises(IsADirectoryError):
        write_atomic(tmp_path, NEW)


@posix_only
def test_a_name_may_use_all_the_bytes_that_a_name_may_have(tmp_path):
    path = tmp_path / ("n" * 246 + ".tblocks" + "x")
    assert len(path.name) == 255
    write_atomic(path, NEW)
    assert path.read_bytes() == NEW


@posix_only
def test_a_folder_that_cannot_be_flushed_is_no_failure(target, monkeypatch):
    real = os.fsync

    def only_files(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(atomic.os, "fsync", only_files)
    write_atomic(target, NEW)
    assert target.read_bytes() == NEW


@posix_only
def test_further_names_of_a_file_stay_names_of_it(target, tmp_path):
    os.link(target, tmp_path / "other")
    write_atomic(target, NEW)
    assert (tmp_path / "other").read_bytes() == NEW
    assert names(tmp_path) == ["other", "p.tblocks"]


@posix_only
@pytest.mark.parametrize("nth", [1, 2])
def test_a_file_of_several_names_keeps_its_content_where_it_cannot_be_written(
    target, tmp_path, monkeypatch, nth
):
    os.link(target, tmp_path / "other")
    real, calls = os.write, []

    def full(descriptor, data):
        calls.append(data)
        if len(calls) == nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(atomic.os, "write", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomic(target, NEW)
    assert (target.read_bytes(), (tmp_path / "other").read_bytes()) == (OLD, OLD)
    assert names(tmp_path) == ["other", "p.tblocks"]


def test_a_full_disk_names_the_file(target, monkeypatch):
    def full(descriptor, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic.os, "write", full)
    with pytest.raises(OSError, match="No space left") as caught:
        write_atomic(target, NEW)
    assert caught.value.filename == str(target)
