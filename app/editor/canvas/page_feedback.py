"""What checks, inference and runs tell a canvas: problems, states, results and types, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint

from app.document.checks.wire_types import WireFit
from app.document.model.diagram import Wire
from app.document.model.problems import Problem
from app.editor.canvas.items.wire_texts import WireTexts
from app.editor.canvas.overlays.legend import Legend
from app.editor.canvas.page_state.dtype_tints import Tinting
from app.editor.canvas.page_state.problem_marks import Marking
from app.editor.canvas.viewport import Viewing
from blocks.catalog import Catalog
from blocks.op_facts.input_shapes import BROADCAST
from blocks.tensor_spec import TensorSpec

_LEGEND_MARGIN = 10  # pixels


class Telling(Viewing):
    """The part of `PageCanvas` that shows what is known of the page beside what is drawn on it."""

    catalog: Catalog
    marking: Marking
    tinting: Tinting
    wire_texts: WireTexts
    legend: Legend
    types: Mapping[str, TensorSpec | str]
    wanted: Mapping[str, TensorSpec]
    results: Mapping[str, object]
    results_are_saved = False
    failed_inputs: Mapping[str, object]

    # problems and states ----------------------------------------------------------------------------

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Let the blocks and pins that have problems glow; tool tips tell the messages."""
        self.marking.set_problems(problems)

    def problems_of(self, block: str) -> list[Problem]:
        """Return the problems of a block and its pins, and those of others that relate to its pins."""
        return self.marking.problems.get(block, [])

    def set_waiting(self, waiting: Mapping[str, str]) -> None:
        """Show the blocks that cannot be judged for a fault before them; ``waiting`` names the block at fault."""
        self.marking.set_waiting(waiting)

    def set_status(self, status: Mapping[str, str]) -> None:
        """Show each block's state in a run: waiting, running, done or failed; blocks not named show none."""
        self.marking.set_status(status)

    def status_of(self, block: str) -> str:
        """Return a block's state in the last run, "" for none."""
        return self.marking.status.get(block, "")

    def set_times(self, times: Mapping[str, tuple[str, float]]) -> None:
        """Show what a step of each block takes: a text, and the share of the whole step (0 to 1)."""
        self.marking.set_times(times)

    def set_results(self, results: Mapping[str, object], saved: bool = False) -> None:
        """Take the values shown in tool tips, by ``block.pin``: texts, or values of the results store.

        ``saved`` ones are those of an earlier run, as the file holds them.
        """
        self.results, self.results_are_saved = results, saved

    def set_failed_inputs(self, inputs: Mapping[str, object]) -> None:
        """Take the values at the inputs of blocks that failed in the last run, by ``block.pin``."""
        self.failed_inputs = inputs

    # types ------------------------------------------------------------------------------------------

    def set_types(
        self, types: Mapping[str, TensorSpec | str], wanted: Mapping[str, TensorSpec] | None = None
    ) -> None:
        """Take the types of outputs and what inputs want, by ``block.pin``.

        A type whose shape is not known yet is a text: the dtype's name.
        """
        self.types, self.wanted = types, wanted or {}
        self.wire_texts.show_types(types)
        self.renew_tints()

    def set_stale(self, stale: bool) -> None:
        """Dim types and problems: the page was changed since they were found."""
        if stale != self.wire_texts.stale:
            self.wire_texts.stale = self.items.look.stale = stale
            self.wire_texts.update()  # nothing is painted again while it is hidden
            self.marking.update_faults()

    @property
    def stale(self) -> bool:
        """Whether types and problems are those of before the last change."""
        return self.wire_texts.stale

    def type_text(self, pin: str) -> str:
        """Return what is known of an output (``block.pin``), as ``float32 [1, 35]``; "" for nothing."""
        known = self.types.get(pin)
        return "" if known is None else str(known)

    def wire_fit(self, without: Wire | None = None) -> WireFit:
        """Return the judge of wires to be made, with the types known now; ``without`` is a wire being moved."""
        types = {k: t if isinstance(t, TensorSpec) else TensorSpec(t, None) for k, t in self.types.items()}
        return WireFit(self.items.page, self.catalog, types, self.wanted, without, BROADCAST)

    # wires ------------------------------------------------------------------------------------------

    def set_types_on_wires(self, on: bool) -> None:
        """Write dtype and shape along the wires."""
        self.wire_texts.setVisible(on)
        self.wire_texts.forget()

    def set_colour_by_dtype(self, on: bool) -> None:
        """Colour the wires by dtype, with a legend."""
        if on != self.tinting.on:
            self.tinting.set_on(on, self.types)
            self._show_legend()

    def renew_tints(self) -> None:
        """Colour wires that are new or whose types are."""
        if self.tinting.on:
            self.tinting.renew(self.types)
            self._show_legend()
            self.wire_texts.update()

    def _show_legend(self) -> None:
        self.legend.show_families(self.tinting.families)
        self.place_legend()

    def place_legend(self) -> None:
        """Keep the legend in the lower left corner."""
        self.legend.move(QPoint(_LEGEND_MARGIN, self.height() - self.legend.height() - _LEGEND_MARGIN))
        self.legend.raise_()
