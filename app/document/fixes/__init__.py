"""Fixes of problems: which there are, and carrying one out as one undoable edit."""

from __future__ import annotations

from app.document.fixes.apply import apply_fix, fixed_page
from app.document.fixes.offer import offer
from app.document.fixes.proof import proven, works

__all__ = ["apply_fix", "fixed_page", "offer", "proven", "works"]
