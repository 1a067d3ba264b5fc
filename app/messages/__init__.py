"""Sentences made of problems, fixes and refusals: all words of theirs that a person reads, by language.

Imports `app.document.model` and `blocks`. Imported at the edge only, by the command line and the editor; no other
package may read what it makes. `en` holds the English templates; another language is one more file of that kind.
"""

from __future__ import annotations

from app.messages.texts import (
    actual_text,
    code_meaning,
    error_text,
    fix_title,
    hint_text,
    message_of,
    problem_json,
    report_lines,
    requirement_text,
    sentence_text,
    severity_word,
    text_of,
)

__all__ = [
    "actual_text",
    "code_meaning",
    "error_text",
    "fix_title",
    "hint_text",
    "message_of",
    "problem_json",
    "report_lines",
    "requirement_text",
    "sentence_text",
    "severity_word",
    "text_of",
]
