"""What the page says of itself in words: its notes, as the docstring of the program."""

from __future__ import annotations

from app.engine.exchange.python_writer.module import Module
from app.engine.exchange.python_writer.text import wrapped

_CAPTION = 80  # letters
_MANY = 4  # captions that stand in one paragraph


def docstring(module: Module) -> list[str]:
    """Return the docstring of the program: the page's name, and its notes that are no mere name of a block."""
    page = module.page
    notes = [note.text.strip() for note in page.notes.values() if note.kind == "text"]
    texts = [text for text in dict.fromkeys(notes) if text and text not in page.blocks]
    captions = [text for text in texts if _is_caption(text)]
    if len(captions) >= _MANY:  # as on pages of enuSpace, where each block has one
        texts = [text for text in texts if not _is_caption(text)]
        texts.append(f"Captions: {'; '.join(' '.join(one.split()) for one in captions)}.")
    first = f'"""The page "{_safe(page.name)}", written by TensorBlocks.'
    if not texts:
        return [f'{first}"""']
    lines = [first]
    for text in texts:
        lines += ["", *wrapped(_safe(text))]
    return [*lines, '"""']


def _is_caption(text: str) -> bool:
    """Return whether a note is a few words rather than a sentence."""
    return len(text) <= _CAPTION and not text.endswith((".", "!", "?"))


def _safe(text: str) -> str:
    """Return a text as it can stand in a docstring."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
