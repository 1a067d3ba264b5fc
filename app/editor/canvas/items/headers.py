"""Colours of the strip behind a block's title: what kind of work the block does, by its category (no Qt)."""

from __future__ import annotations

import re
from typing import Literal

Work = Literal["core", "math", "array", "nn", "image", "state", "flow", "data", "text", "random"]

# Strips under white titles of the dark theme, and under dark titles of the light one.
DARK: dict[Work, str] = {
    "core": "#3f5570", "math": "#28568c", "array": "#2a6068", "nn": "#564792", "image": "#75407f",
    "state": "#845021", "flow": "#5a5d63", "data": "#4b6429", "text": "#24655a", "random": "#7a3f52",
}  # fmt: skip
LIGHT: dict[Work, str] = {
    "core": "#d5dee9", "math": "#cfe0f5", "array": "#cfe6e8", "nn": "#ddd7f3", "image": "#ecd7ef",
    "state": "#f3dfca", "flow": "#e2e3e5", "data": "#dfe9cf", "text": "#cfe8e2", "random": "#f2d8df",
}  # fmt: skip

_WORK: dict[str, Work] = {
    "core": "core", "math": "math", "linalg_ops": "math", "bitwise_ops": "math", "spectral_ops": "math",
    "sparse_ops": "array", "sparse_csr_ops": "array", "ragged_ops": "array", "set_ops": "array", "array_ops": "array",
    "list_ops": "array", "nn": "nn", "rnn_ops": "nn", "uniform_quant_ops": "nn", "candidate_sampling_ops": "nn",
    "clustering_ops": "nn", "boosted_trees_ops": "nn", "image_ops": "image", "audio_ops": "image", "state": "state",
    "resource_variable_ops": "state", "training": "state", "lookup_ops": "state", "control_flow_ops": "flow",
    "functional_ops": "flow", "no": "flow", "debug_ops": "flow", "logging_ops": "flow", "summary_ops": "flow",
    "collective_ops": "flow", "tpu_ops": "flow", "xla_ops": "flow", "data_flow_ops": "data", "dataset_ops": "data",
    "experimental_dataset_ops": "data", "io_ops": "data", "parsing_op": "data", "string": "text", "random": "random",
    "stateless_random_ops": "random",
}  # fmt: skip


_SHARE = {
    True: 0.45,
    False: 0.3,
}  # of a colour that a block was given, in the dark themes and in the light one
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def header_colour(category: str, dark: bool, own: str = "") -> str:
    """Return the colour of a strip as ``#rrggbb``; an unknown category counts as core.

    A block's ``own`` colour is brought so near to black or white that every title can be read on it.
    """
    if not _COLOUR.fullmatch(own):
        return (DARK if dark else LIGHT)[_WORK.get(category, "core")]
    share, ground = _SHARE[dark], 0 if dark else 255
    parts = (int(own[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(share * part + (1 - share) * ground):02x}" for part in parts)
