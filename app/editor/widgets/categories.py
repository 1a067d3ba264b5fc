"""What the catalog's categories are called for people."""

from __future__ import annotations

OWN = "This project"
_TITLES = {
    "project": OWN,
    "nn": "Neural networks",
    "io_ops": "Files and readers",
    "control_flow_ops": "Control flow",
    "data_flow_ops": "Queues and data flow",
    "state": "Variables",
    "no": "No operation",
    "linalg_ops": "Linear algebra",
    "rnn_ops": "Recurrent networks",
    "sparse_csr_ops": "Sparse CSR",
    "tpu_ops": "TPU",
    "xla_ops": "XLA",
    "parsing_op": "Parsing",
}


def category_title(category: str) -> str:
    """Return a category's name for people: ``array_ops`` -> ``Array``."""
    if category in _TITLES:
        return _TITLES[category]
    words = category.replace("_", " ").removesuffix(" ops").removesuffix(" op")
    return words[:1].upper() + words[1:]
