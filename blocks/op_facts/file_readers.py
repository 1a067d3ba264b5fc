"""Ops that read files piece by piece: which cut at lines, and where each says how its files are compressed."""

from __future__ import annotations

# Ops that cut a file at its line breaks.
LINE_READERS = frozenset({"TextLineDataset", "TextLineReader", "TextLineReaderV2"})

# op -> the attr or argument that names the compression of its files; "" for none.
FILE_READERS = {
    **dict.fromkeys(sorted(LINE_READERS), ""),
    "TextLineDataset": "compression_type",
    "TFRecordReader": "compression_type",
    "TFRecordReaderV2": "compression_type",
    "TFRecordDataset": "compression_type",
    "TFRecordDatasetV2": "compression_type",
    "FixedLengthRecordReader": "",
    "FixedLengthRecordReaderV2": "encoding",
    "FixedLengthRecordDataset": "",
    "FixedLengthRecordDatasetV2": "compression_type",
}
