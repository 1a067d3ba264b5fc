"""New blocks of a fix stand free: the room reserved for a block is at least what the editor draws it in."""

from __future__ import annotations

from app.document.fixes.place import size_of
from app.editor.layout.block_geometry import shape_of
from blocks.catalog import load


def test_every_block_fits_into_the_room_that_a_fix_reserves_for_it():
    too_small, too_large = [], []
    for name in load().names():
        shape, (width, height) = shape_of(load().get(name)), size_of(name)
        if width < shape.width or height < shape.height:
            too_small.append(name)
        if width > 2 * shape.width or height > shape.height + 30:
            too_large.append(name)
    assert too_small == []
    assert too_large == []
