"""Makes random models like public ones, saves and opens them, and compares all that their pages show with TensorFlow.

    python -m tests.trials.opened_models [--count N] [--seed S] [--kind WORD]

Each is run on random inputs: its page is to show the bits of TensorFlow without TensorFlow's own changes of graphs, and
what Keras predicts to within 1e-5, where what Keras exports gives that. What is refused, fails or differs is listed
with its seed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from app.engine.tf.models.keras_files import export_keras
from tests.support.model_runs import converted, run_page, run_signature
from tests.support.random_graphs import GRAPHS, MODULES
from tests.support.random_keras import NETS, NO_HDF5, fed, filled

Array = np.ndarray[Any, Any]
Draw = np.random.Generator
_NEAR = 1e-5
_MOST_BLOCKS = 60  # of a page


def _keras(name: str, draw: Draw, folder: Path) -> tuple[Path, dict[str, Array], list[Array]]:
    """Save a random net in one of Keras' forms; return its SavedModel, its inputs and what Keras predicts."""
    model = filled(NETS[name](draw), draw)
    feeds = fed(model, draw)
    given = {key: tf.constant(value) for key, value in feeds.items()}
    found = model.predict_on_batch(given if len(given) > 1 else next(iter(given.values())))
    forms = ["export", "keras", *(() if name in NO_HDF5 else ("h5",))]
    form = forms[int(draw.integers(len(forms)))]
    saved = folder / "model"
    if form == "export":
        model.export(str(saved), verbose=False)
    else:
        with_weights = folder / f"net.{form}"
        model.save(with_weights)
        (folder / "made").mkdir()
        saved = export_keras(with_weights, folder / "made")
    return saved, feeds, [np.asarray(one) for one in (found if isinstance(found, list) else [found])]


def _shown(model: Path, folder: Path, feeds: Mapping[str, Array], page: str) -> dict[str, Array]:
    """Return what the page of a model shows by name, and check how many blocks its pages have."""
    place = folder / "project"
    place.mkdir(exist_ok=True)
    made = converted(model, place)
    if (model / "assets").is_dir():
        shutil.copytree(model / "assets", place / "assets", dirs_exist_ok=True)
    largest = max(len(one.page.blocks) for one in made.pages)
    assert largest <= _MOST_BLOCKS, f"a page of {largest} blocks"
    return run_page(made, place, feeds, page)


def _difference(found: list[Array], expected: list[Array]) -> str:
    """Return what differs in bits."""
    if len(found) != len(expected):
        return f"{len(found)} outputs in place of {len(expected)}"
    for number, (one, other) in enumerate(zip(found, expected, strict=True)):
        if (one.dtype, one.shape) != (other.dtype, other.shape):
            return f"output {number}: {one.dtype} {one.shape} in place of {other.dtype} {other.shape}"
        if one.tolist() != other.tolist() if one.dtype == object else one.tobytes() != other.tobytes():
            return f"output {number}: other bits{_distance(one, other)}"
    return ""


def _distance(one: Array, other: Array) -> str:
    """Return in words how far numbers are from each other at most."""
    if one.dtype.kind != "f":
        return ""
    return f", {np.nanmax(np.abs(one - other)):.1e} apart"


def _far(found: list[Array], predicted: list[Array]) -> str:
    """Return how far what is shown is from what Keras predicts, in any order of the outputs."""
    left = list(found)
    for one in predicted:
        near = [i for i, f in enumerate(left) if f.shape == one.shape and np.allclose(f, one, _NEAR, _NEAR)]
        if not near:
            return "not what Keras predicts"
        left.pop(near[0])
    return ""


def _served(model: Path, given: Mapping[str, Array]) -> tuple[dict[str, Array], list[Array]]:
    """Return inputs under the names that the signature has for them, and what TensorFlow gives of these."""
    serve = tf.saved_model.load(str(model)).signatures["serving_default"]
    inputs = sorted(serve.structured_input_signature[1])
    feeds = dict(given) if given.keys() == set(inputs) else dict(zip(inputs, given.values(), strict=True))
    found = serve(**{name: tf.constant(array) for name, array in feeds.items()})
    return feeds, [one.numpy() for one in found.values()]


def trial(kind: str, seed: int, folder: Path) -> str:
    """Make, save, open and run one model; return what is wrong with it, nothing where all is right."""
    keras.utils.set_random_seed(seed)
    keras.backend.clear_session()
    draw = np.random.default_rng(seed)
    if kind in GRAPHS:
        case = GRAPHS[kind](draw, folder)
        shown = _shown(case.file, folder, case.feeds, case.page)
        return _difference(list(shown.values()), case.expected(list(shown)))
    if kind in MODULES:
        feeds_of = MODULES[kind](draw, folder / "model")
        for signature, feeds in feeds_of.items():
            found = list(_shown(folder / "model", folder, feeds, signature).values())
            wrong = _difference(found, run_signature(folder / "model", feeds, signature))
            if wrong:
                return f"{signature}: {wrong}"
        return ""
    model, given, predicted = _keras(kind, draw, folder)
    feeds, served = _served(model, given)
    found = list(_shown(model, folder, feeds, "serving_default").values())
    wrong = _difference(found, run_signature(model, feeds))
    if not wrong and _far(served, predicted):
        print(f"{kind}, seed {seed}: Keras exports something else than what it predicts", flush=True)
        return ""
    return wrong or _far(found, predicted)


def run(count: int, seed: int, word: str = "") -> Counter[str]:
    """Try so many models, all kinds in turn; print what is wrong and return how many ended how."""
    kinds = [kind for kind in (*NETS, *GRAPHS, *MODULES) if word in kind]
    counts: Counter[str] = Counter()
    for number in range(count):
        kind = kinds[number % len(kinds)]
        with tempfile.TemporaryDirectory() as folder:
            try:
                wrong = trial(kind, seed + number, Path(folder))
            except Exception as fault:
                wrong = f"{type(fault).__name__}: {str(fault)[:600]}"
                if word:
                    traceback.print_exc()
        counts["differ or fail" if wrong else "same bits"] += 1
        if wrong:
            print(f"{kind}, seed {seed + number}: {wrong}", flush=True)
    return counts


def main(argv: list[str]) -> int:
    """Run the trial from the command line; the status is 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--kind", default="", help="only kinds whose names hold this; faults with their stacks"
    )
    options = parser.parse_args(argv)
    counts = run(options.count, options.seed, options.kind)
    print(", ".join(f"{count} {what}" for what, count in sorted(counts.items())))
    return int(bool(counts["differ or fail"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
