"""What inference and runs found out about the shown page: types, results, staleness, and how wires show them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from app.document.checks.wire_types import WireFit
from app.document.model.diagram import Wire
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.wire_texts import WireTexts
from app.editor.canvas.overlays.legend import Legend
from app.editor.canvas.page_state.block_marks import BlockMarks
from app.editor.canvas.page_state.block_results import BlockResults
from app.editor.canvas.page_state.dtype_tints import DtypeTints
from blocks.catalog import Catalog
from blocks.op_facts.input_shapes import BROADCAST
from blocks.tensor_spec import TensorSpec


class PageFeedback:
    """Holds types and values by ``block.pin`` for tool tips and wiring, and shows the types on the wires.

    What concerns whole blocks (problems, run states, times) is with `BlockMarks`.
    """

    def __init__(self, items: PageItems, catalog: Catalog, marks: BlockMarks, legend: Legend) -> None:
        """Begin with nothing known; the canvas puts ``wire_texts`` into its scene."""
        self._items, self._catalog, self._marks, self._legend = items, catalog, marks, legend
        self._tints = DtypeTints(items, catalog, self._show_tints, legend)
        self.wire_texts = WireTexts(items)
        self.block_results = BlockResults(items, catalog)
        # All by ``block.pin``. The type of an output is a str (a dtype) as long as its shape is not known.
        self.types: Mapping[str, TensorSpec | str] = {}
        self.accepted: Mapping[str, TensorSpec] = {}  # what inputs accept
        self.results: Mapping[str, object] = {}  # texts, or values of the results store
        self.results_are_saved = False
        self.failed_inputs: Mapping[str, object] = {}  # what blocks that failed in the last run were given

    def set_results(self, results: Mapping[str, object], saved: bool = False) -> None:
        """Take the values to show; ``saved`` ones are those of an earlier run, as the file holds them."""
        self.results, self.results_are_saved = results, saved
        if self.block_results.show(results):
            self.wire_texts.forget()

    def set_types(
        self, types: Mapping[str, TensorSpec | str], accepted: Mapping[str, TensorSpec] | None = None
    ) -> None:
        """Take the types of outputs and what inputs accept."""
        self.types, self.accepted = types, accepted or {}
        self.wire_texts.show_types(types)
        self._renew_tints()

    def set_stale(self, stale: bool) -> None:
        """Dim types and problems: the page was changed since they were found."""
        if stale != self.wire_texts.stale:
            self.wire_texts.stale = self._items.look.stale = stale
            self.wire_texts.refresh()  # nothing is painted again while it is hidden
            self._marks.update_faults()

    @property
    def stale(self) -> bool:
        """Return whether types and problems are those of before the last change."""
        return self.wire_texts.stale

    def type_text(self, pin: str) -> str:
        """Return what is known of an output (``block.pin``), as ``float32 [1, 35]``; "" for nothing."""
        known = self.types.get(pin)
        return "" if known is None else str(known)

    def wire_fit(self, without: Wire | None = None) -> WireFit:
        """Return the judge of wires to be made, with the types known now; ``without`` is a wire being moved."""
        return WireFit(self._items.page, self._catalog, self.types, self.accepted, without, BROADCAST)

    def specs(self) -> dict[str, TensorSpec]:
        """Return the types of outputs, of those whose dtype alone is known with an open shape."""
        return {k: t if isinstance(t, TensorSpec) else TensorSpec(t, None) for k, t in self.types.items()}

    # wires ------------------------------------------------------------------------------------------

    def set_types_on_wires(self, on: bool) -> None:
        """Write dtype and shape along the wires."""
        self.wire_texts.setVisible(on)
        self.wire_texts.forget()

    def set_colour_by_dtype(self, on: bool) -> None:
        """Colour the wires by dtype, with a legend."""
        if on != self._tints.on:
            self._tints.set_on(on, self.types)

    def follow_wires(self) -> None:
        """Look at all wires anew."""
        self.wire_texts.forget()
        self._renew_tints()

    def follow_edit(self, ids: Collection[str], is_redrawn: bool) -> None:
        """Look at wires that are new, gone or run elsewhere by an edit of these blocks."""
        self.wire_texts.follow(ids)
        if is_redrawn:
            self._renew_tints()

    def _renew_tints(self) -> None:
        """Colour wires that are new or whose types are."""
        if self._tints.on:
            self._tints.renew(self.types)

    def _show_tints(self) -> None:
        """Say which colours there are."""
        self._legend.show_families(self._tints.families)
        self.wire_texts.refresh()

    def forget(self) -> None:
        """Let go of all items."""
        self._tints.forget()
