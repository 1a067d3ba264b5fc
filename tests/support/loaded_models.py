"""Calls SavedModels in a process that has nothing but TensorFlow, and prints what they give (run as a script).

Each line of the input is a JSON list: the folder, the signature, how many calls, and an .npz of the inputs. After
each, the outputs of the last call are written to FOLDER.npz, and a line says [FOLDER, what went wrong or ""].
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
        try:
            os.chdir(cwd)
            np.savez(f"{folder}.npz", **_called(tf.saved_model.load(folder).signatures[name], calls, inputs))
        except Exception as fault:
            print(json.dumps([folder, f"{type(fault).__name__}: {fault}"]), flush=True)
        else:
            print(json.dumps([folder, ""]), flush=True)


def _called(signature: Any, calls: int, inputs: str) -> dict[str, Any]:
    """Return the arrays that the last call gives."""
    import numpy as np
    import tensorflow as tf

    with np.load(inputs) as given:
        dtypes = signature.structured_input_signature[1]
        taken = {key: tf.constant(given[key], dtypes[key].dtype) for key in given.files}
    found: dict[str, Any] = {}
    for _ in range(calls):
        found = signature(**taken)
    return {key: _plain(value.numpy()) for key, value in found.items()}


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
