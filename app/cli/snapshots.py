"""``--start``, ``--save-snapshot`` and ``--checkpoint``: where Variables start from, and where their values go."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.exits import FAILED, Refused
from app.cli.opening import Opened, check_writable
from app.document.formats.registry import is_model, is_page
from app.document.model.diagram import Page
from app.document.model.sentence import say
from app.document.model.stored_values import npz_of
from app.document.resources.companion_files import Companions, is_refusal
from app.document.storage.errors import FileProblem
from app.document.storage.locks import change_of
from app.document.storage.project_file import load_project, save_project
from app.document.storage.reader import VERSION
from app.engine.host.checkpoints import load_checkpoint, save_checkpoint
from app.engine.values.imported_state import AS_SAVED, values_of
from app.engine.values.snapshots import (
    SnapshotError,
    file_of,
    free_file,
    read_snapshot,
    stored_snapshot,
    write_snapshot,
)
from app.messages import error_text

if TYPE_CHECKING:
    from app.engine.host.interface import EngineInterface
    from app.engine.values.results import TensorValue

    Values = Mapping[str, TensorValue]


def start_values(
    name: str, page: Page, opened: Opened, engine: EngineInterface, companions: Companions
) -> Values:
    """Return the values that ``--start`` names: a snapshot of the page, an npz file, a checkpoint; raises Refused."""
    try:
        imported = opened.imported.get(page.name)
        if imported is not None and name == AS_SAVED:
            return values_of(imported.snapshot())
        known = page.snapshots.get(name)
        if known is not None:
            return stored_snapshot(known, companions)
        if name.lower().endswith(".npz") and Path(name).exists():
            return read_snapshot(name)
        prefix = name.removesuffix(".index")
        if Path(prefix + ".index").is_file():
            return load_checkpoint(engine, prefix)
    except SnapshotError as fault:
        raise Refused(f"--start {name}: {error_text(fault)}") from fault
    names = [AS_SAVED] if imported is not None and imported.snapshot() else list(page.snapshots)
    snapshots = ", ".join(map(repr, names)) or "none"
    raise Refused(
        f"--start {name}: the page has no such snapshot (it has {snapshots}), and there is no such npz file "
        "or checkpoint"
    )


class SavedState:
    """Where the Variables' values go after the run; made before it, so that a bad place costs no run."""

    def __init__(
        self,
        opened: Opened,
        page: Page,
        snapshot: str | None,
        checkpoint: str | None,
        written: Companions,
    ) -> None:
        """Save as the snapshot of this name, and as this TensorFlow checkpoint; raises Refused.

        ``written`` are the files beside the project that may be written where it names them.
        """
        self._written = written
        self._opened, self._page = opened, page.name
        self._snapshot, self._checkpoint = snapshot, checkpoint
        if checkpoint is not None:
            check_writable(Path(f"{checkpoint}.index"), "--checkpoint")
        if snapshot is not None:
            self._check_project(snapshot)

    @property
    def needs_values(self) -> bool:
        """Return whether the run must hand over the Variables' values."""
        return self._snapshot is not None or self._checkpoint is not None

    def _check_project(self, snapshot: str) -> None:
        what = f"--save-snapshot {snapshot}:"
        if not snapshot.strip():
            raise Refused("--save-snapshot: the name is empty")
        if is_model(self._opened.name):
            raise Refused(f"{what} {self._opened.name} is a model; convert it to a project first")
        if is_page(self._opened.name):
            raise Refused(f"{what} {self._opened.name} is an enuSpace page; convert it to a project first")
        if self._opened.project.version > VERSION:
            raise Refused(f"{what} {self._opened.name} was written by a later version and is only read")
        check_writable(Path(self._opened.name), what)
        page = self._opened.project.page(self._page)
        known = page.snapshots.get(snapshot) if page is not None else None
        if npz_of(known) is not None:
            self._file(known, what)

    def _file(self, known: Any, what: str) -> Path:
        """Return the file of a snapshot that is to be replaced; raises Refused where it is not the project's."""
        try:
            return file_of(known, self._written)
        except SnapshotError as fault:
            if is_refusal(fault.sentence):
                file = npz_of(known)
                elsewhere = fault.sentence.key == "companion.elsewhere"
                where = (
                    "outside the project's folder"
                    if elsewhere
                    else "in a folder that is not this project's own"
                )
                raise Refused(
                    f"{what} {file} lies {where}, so it is not written; --allow-write allows it"
                ) from fault
            raise Refused(f"{what} {error_text(fault)}") from fault

    def save(self, values: Values, engine: EngineInterface) -> None:
        """Write the values; raises Refused where that fails."""
        try:
            if self._checkpoint is not None:
                save_checkpoint(engine, self._checkpoint, values)
            if self._snapshot is not None:
                with change_of(
                    Path(self._opened.name).resolve().parent
                ):  # else of runs side by side one entry stays
                    self._save_snapshot(self._snapshot, values)
        except SnapshotError as fault:
            raise Refused(f"--checkpoint {error_text(fault)}", FAILED) from fault
        except FileProblem as fault:
            raise Refused(f"--save-snapshot {self._snapshot}: {error_text(fault)}", FAILED) from fault
        except OSError as fault:
            text = fault.strerror or fault
            raise Refused(f"--save-snapshot {self._snapshot}: {fault.filename}: {text}", FAILED) from fault

    def _save_snapshot(self, name: str, values: Values) -> None:
        """Write the values beside the project, then their name into it, as it lies on the disk now."""
        path = Path(self._opened.name)
        project = load_project(path).project
        page = project.page(self._page)
        if page is None:
            raise FileProblem(say("file.no-page-any-more", page=self._page), file=self._opened.name)
        known = page.snapshots.get(name)
        named = npz_of(known)
        file = named or free_file(project, path.resolve(), name)  # a name of ours, which overwrites nothing
        what = f"--save-snapshot {name}:"
        write_snapshot(path.resolve().parent / file if named is None else self._file(known, what), values)
        if known != {"npz": file}:
            page.snapshots = {**page.snapshots, name: {"npz": file}}
            save_project(project, path)
