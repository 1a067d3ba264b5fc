"""What stands between two values of a text: attrs that hold it, and words for unseen characters."""

from __future__ import annotations

ONE_CHARACTER = frozenset({"field_delim", "delimiter"})
DELIMITERS = ONE_CHARACTER | {"separator"}

# What is typed for a character that an attrs text cannot show, bare and in quotes.
UNSEEN = {'"\\t"': "\t", "\\t": "\t", '"\\n"': "\n", "\\n": "\n"}
