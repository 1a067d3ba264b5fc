"""What stands between two values of a text: attrs that hold it, words for unseen characters, ops that cut at lines."""

from __future__ import annotations

ONE_CHARACTER = frozenset({"field_delim", "delimiter"})
DELIMITERS = ONE_CHARACTER | {"separator"}

# What is typed for a character that an attrs text cannot show, bare and in quotes.
UNSEEN = {'"\\t"': "\t", "\\t": "\t", '"\\n"': "\n", "\\n": "\n"}

# Ops that cut a file at its line breaks.
LINE_READERS = frozenset({"TextLineDataset", "TextLineReader", "TextLineReaderV2"})
