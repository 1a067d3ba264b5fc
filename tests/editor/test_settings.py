"""The settings file survives restarts, bad values and a folder that cannot be written."""

from pathlib import Path

import pytest

from app.editor.settings import SettingsStore, config_folder


def test_the_folder_can_be_set_from_outside(tmp_path: Path) -> None:
    assert config_folder() == tmp_path / "config"


def test_what_is_changed_is_there_after_a_restart() -> None:
    SettingsStore().change(theme="light", layout="AAAA", favourites=["MatMul"])
    values = SettingsStore().values
    assert (values.theme, values.layout, values.favourites) == ("light", "AAAA", ["MatMul"])


def test_one_bad_value_does_not_cost_the_others() -> None:
    store = SettingsStore()
    store.path.parent.mkdir(parents=True)
    store.path.write_text('{"theme": 7, "favourites": ["Add"], "unknown": true}')
    values = SettingsStore().values
    assert values.theme == "dark"
    assert values.favourites == ["Add"]


@pytest.mark.parametrize(
    "content", ["", "{", "[1, 2]", "\x00\xff", "nothing", "[" * 100_000, " " * (5 << 20)]
)
def test_a_broken_file_gives_the_defaults(content: str) -> None:
    store = SettingsStore()
    store.path.parent.mkdir(parents=True)
    store.path.write_text(content)
    assert SettingsStore().values.theme == "dark"


def test_a_folder_that_cannot_be_made_loses_nothing_but_the_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = SettingsStore(tmp_path / "file" / "below")
    store.change(theme="light")
    assert store.values.theme == "light"


def test_recent_files_come_newest_first_once_each_and_not_without_end(tmp_path: Path) -> None:
    store = SettingsStore()
    for number in range(20):
        store.add_recent_file(tmp_path / f"{number}.tblocks")
    store.add_recent_file(tmp_path / "15.tblocks")
    names = [Path(p).name for p in store.values.recent_files]
    assert names[:3] == ["15.tblocks", "19.tblocks", "18.tblocks"]
    assert len(names) == 12
    assert len(set(names)) == 12
