"""Flat pages as models become them, with the names of their nodes, built layer by layer."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.document.model.diagram import ArrayRef, Block, Page, PinRef, PinText, Scope, Wire
from app.engine.exchange.folding import fold
from tests.support.folding import differences


@dataclass
class Model:
    """A flat page in the making, with the names of the nodes that its blocks were."""

    blocks: dict[str, Block] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, symbol: str, name: str, *sources: tuple[str, str], **pins: PinText) -> str:
        """Add a block with wires to its pins from outputs, ``(source, pin)``; return its id."""
        block = f"n{len(self.blocks)}"
        self.blocks[block] = Block(id=block, symbol=symbol, pins=pins)
        self.names[block] = name
        for source, pin in sources:
            self.wires.append(Wire(source=PinRef.parse(source), target=PinRef(block, pin)))
        return block

    def page(self, *fetched: str, seed: int | None = None) -> Page:
        """Return the page with a session that fetches outputs."""
        self.blocks["session"] = Block(id="session", symbol="ClientSession")
        target = PinRef("session", "fetch_outputs")
        self.wires += [Wire(source=PinRef.parse(source), target=target) for source in fetched]
        return Page(name="main", scope=Scope(seed=seed), blocks=self.blocks, wires=self.wires)

    def folded(self, *fetched: str) -> list[Page]:
        """Return the folded pages, which stand for the same graph."""
        flat = self.page(*fetched)
        pages = fold(flat, self.names)
        assert differences(flat, pages) == []
        return pages

    def dense(self, scope: str, source: str, units: int = 4) -> str:
        """Add a layer of three ops and two Variables; return its output."""
        key = scope.replace("/", "_")
        pins = {
            "dtype": "float",
            "shape": f"{{{units},{units}}}",
            "initvalues": ArrayRef("w.npz", f"{key}_k"),
        }
        kernel = self.add("Variable", f"{scope}/kernel", **pins)
        pins = {"dtype": "float", "shape": f"{{{units}}}", "initvalues": ArrayRef("w.npz", f"{key}_b")}
        bias = self.add("Variable", f"{scope}/bias", **pins)
        product = self.add("MatMul", f"{scope}/MatMul", (source, "a"), (f"{kernel}.ref", "b"))
        moved = self.add(
            "BiasAdd", f"{scope}/BiasAdd", (f"{product}.product", "value"), (f"{bias}.ref", "bias")
        )
        return self.add("Relu", f"{scope}/Relu", (f"{moved}.output", "features")) + ".activations"
