"""What the Placeholders of a page are fed with, for the page that comes back as a model."""

from __future__ import annotations

from app.document.model.diagram import Page


def give_examples(page: Page, back: Page) -> None:
    """Feed the Placeholders of a page that came back, in their places, with what those of the first one are."""
    texts = [page.blocks[name].pins["t"] for name in _initializers(page)]
    for name, text in zip(_initializers(back), texts, strict=True):
        back.blocks[name].pins["t"] = text


def _initializers(page: Page) -> list[str]:
    """Return the blocks that have the examples, in the places of their Placeholders."""
    wires = [(wire.source.block, wire.target.block, wire.target.pin) for wire in page.wires]
    examples = {feed: source for source, feed, pin in wires if pin == "initializer"}
    found = {source: examples[feed] for source, feed, pin in wires if feed in examples and pin == "input"}
    return [found[name] for name in page.blocks if name in found]
