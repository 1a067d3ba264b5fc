"""Reads the ``view`` members of pages, blocks and notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from app.document.model.view import BlockView, NoteView, PageView
from app.document.storage.members import check_object, extra_of, flag_of, inside, text_of

BLOCK_VIEW_KEYS = frozenset({"collapsed", "rows", "result", "wide", "color", "icon"})
_PAGE_VIEW_KEYS = frozenset({"compact", "chips", "results", "wide", "color", "icon"})
_NOTE_VIEW_KEYS = frozenset({"collapsed", "color"})
_USUAL_PAGE, _USUAL_BLOCK, _USUAL_NOTE = PageView(), BlockView(), NoteView()

View = TypeVar("View", PageView, BlockView, NoteView)


def page_view(raw: dict[str, Any]) -> PageView:
    """Return a page's view; raises Wrong."""
    return _view_of(raw, _page_view, _USUAL_PAGE)


def block_view(raw: dict[str, Any]) -> BlockView:
    """Return a block's view; raises Wrong."""
    return _view_of(raw, _block_view, _USUAL_BLOCK)


def note_view(raw: dict[str, Any]) -> NoteView:
    """Return a note's view; raises Wrong."""
    return _view_of(raw, _note_view, _USUAL_NOTE)


def _view_of(raw: dict[str, Any], read: Callable[[Any], View], usual: View) -> View:
    return inside("view", read, raw["view"]) if "view" in raw else usual


def _page_view(raw: Any) -> PageView:
    check_object(raw)
    return PageView(
        compact=flag_of(raw, "compact"),
        chips=flag_of(raw, "chips") if "chips" in raw else True,
        results=flag_of(raw, "results"),
        wide=flag_of(raw, "wide"),
        color=_text_or_none(raw, "color"),
        icon=_text_or_none(raw, "icon"),
        extra=extra_of(raw, _PAGE_VIEW_KEYS),
    )


def _block_view(raw: Any) -> BlockView:
    check_object(raw)
    return BlockView(
        collapsed=flag_of(raw, "collapsed"),
        rows=_text_or_none(raw, "rows"),
        result=_flag_or_none(raw, "result"),
        wide=_flag_or_none(raw, "wide"),
        color=_text_or_none(raw, "color"),
        icon=_text_or_none(raw, "icon"),
        extra=extra_of(raw, BLOCK_VIEW_KEYS),
    )


def _note_view(raw: Any) -> NoteView:
    check_object(raw)
    return NoteView(
        collapsed=flag_of(raw, "collapsed"),
        color=_text_or_none(raw, "color"),
        extra=extra_of(raw, _NOTE_VIEW_KEYS),
    )


def _flag_or_none(raw: dict[str, Any], key: str) -> bool | None:
    return None if raw.get(key) is None else flag_of(raw, key)


def _text_or_none(raw: dict[str, Any], key: str) -> str | None:
    return None if raw.get(key) is None else text_of(raw, key, None)
