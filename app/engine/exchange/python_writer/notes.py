"""What the page says of itself in words: its notes, as the docstring of the program."""

from __future__ import annotations

from app.engine.exchange.python_writer.module import Module
from app.engine.exchange.python_writer.text import wrapped


def docstring(module: Module) -> list[str]:
    """Return the docstring of the program: the page's name, and its notes that are no mere name of a block."""
    page = module.page
    texts = [
        note.text.strip()
        for note in page.notes.values()
        if note.kind == "text" and note.text.strip() and note.text.strip() not in page.blocks
    ]
    first = f'"""The page "{_safe(page.name)}", written by TensorBlocks.'
    if not texts:
        return [f'{first}"""']
    lines = [first]
    for text in texts:
        lines += ["", *wrapped(_safe(text))]
    return [*lines, '"""']


def _safe(text: str) -> str:
    """Return a text as it can stand in a docstring."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
