"""Snapshots on disk and the page that refers to them: what is stored comes back to its block, by whatever name."""

import numpy as np

from app.document.editing.edits import RenameBlock
from app.document.model.diagram import Block, Page, Project
from app.document.resources.companion_files import Companions
from app.engine.values.results import TensorValue
from app.engine.values.snapshots import stored_snapshot, write_snapshot


def test_a_snapshot_stored_before_a_renaming_comes_back_under_the_new_id(tmp_path):
    page = Page(name="p", blocks={"w": Block(id="w", symbol="Variable")}, snapshots={"s": {"npz": "s.npz"}})
    write_snapshot(tmp_path / "s.npz", {"w": TensorValue("float32", np.array([1.5, 2.5], np.float32))})
    before = (tmp_path / "s.npz").read_bytes()
    RenameBlock("p", "w", "weights").do(Project(pages=[page]))
    values = stored_snapshot(page.snapshots["s"], Companions.of(tmp_path))
    assert {block: value.array.tolist() for block, value in values.items()} == {"weights": [1.5, 2.5]}
    assert (tmp_path / "s.npz").read_bytes() == before
