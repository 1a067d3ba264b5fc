"""What the handles of TensorFlow's resources and variants stand for, by the names of its classes in messages."""

from __future__ import annotations

from app.document.model.sentence import Sentence, say

# The end of a class's name in TensorFlow -> what its handle stands for.
_KINDS: dict[str, Sentence] = {
    "Var": say("handle.variable"),
    "LegacyVar": say("handle.variable"),
    "SummaryWriterInterface": say("handle.summary-writer"),
    "LookupInterface": say("handle.table"),
    "QueueInterface": say("handle.queue"),
    "ReaderInterface": say("handle.reader"),
    "IteratorResource": say("handle.iterator"),
    "TensorArray": say("handle.tensor-array"),
    "Stack": say("handle.stack"),
    "Mutex": say("handle.mutex"),
    "TensorList": say("handle.list"),
    "list": say("handle.list"),
    "TensorMap": say("handle.map"),
    "map": say("handle.map"),
    "CSRSparseMatrix": say("handle.sparse-matrix"),
    "DatasetVariantWrapper": say("handle.dataset"),
    "OptionalVariant": say("handle.optional"),
}


def handled(name: str) -> Sentence | str:
    """Return what a handle of a class stands for; the class's own name where no word is known."""
    last = name.rstrip("'>,").rpartition("::")[2]
    return _KINDS.get(last, last)
