"""Calls SavedModels in a process that has nothing but TensorFlow, and prints what they give (run as a script).

Each line of the input is a JSON list: the folder, the signature, how many calls, and an .npz of the inputs. After
each, the outputs of the last call are written to FOLDER.npz.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any


def main() -> None:
    """Read what is to be called."""
    import numpy as np
    import tensorflow as tf

    tf.config.optimizer.set_experimental_options(
        {"disable_meta_optimizer": True}
    )  # it merges ops, which moves bits
    for line in sys.stdin:
        folder, name, calls, inputs, cwd = json.loads(line)
        os.chdir(cwd)
        model = tf.saved_model.load(folder)
        call: Any = model.signatures[name]
        with np.load(inputs) as given:
            taken = {
                key: tf.constant(given[key], call.structured_input_signature[1][key].dtype)
                for key in given.files
            }
        found: dict[str, Any] = {}
        for _ in range(calls):
            found = call(**taken)
        arrays = {key: _plain(value.numpy()) for key, value in found.items()}
        np.savez(f"{folder}.npz", **arrays)
        print(folder, flush=True)


def _plain(array: Any) -> Any:
    import numpy as np

    found = np.asarray(array, object if isinstance(array, bytes) else None)
    return (
        found
        if found.dtype.kind != "O"
        else np.array([text.hex() for text in found.ravel()]).reshape(found.shape)
    )


if __name__ == "__main__":
    main()
