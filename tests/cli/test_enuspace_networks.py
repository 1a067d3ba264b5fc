"""Whole pages in enuSpace's form run: a convolutional network with symbolic gradients, checkpoints, readers.

Expected values come from NumPy: the network's loss by loops, its gradient by differences.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from app.messages import report_lines
from tests.support.enuspace_pages import binary, link, pin, use, write_page

RATE = 0.25


def _numbers(array: np.ndarray) -> str:
    return ";".join(f"{v:.6f}" for v in array.ravel())


def _shape(array: np.ndarray) -> str:
    return "".join(f"[{n}]" for n in array.shape)


def constant(block: str, array: np.ndarray, version: str) -> str:
    """A Const_ex of float values; version 2 does not say the type of its text."""
    word = "float" if version == "1.5" else ""
    return use(
        block,
        "Const_ex",
        pin("val", _numbers(array), _shape(array), word),
        pin("dtype", "DT_FLOAT", word=word and "string"),
    )


class Network:
    """Two pictures of 6 x 6, one filter of 3 x 3, max pooling, three classes."""

    def __init__(self) -> None:
        random = np.random.default_rng(5)
        self.images = random.uniform(0, 1, (2, 6, 6, 1)).round(3)
        self.filter = random.uniform(-1, 1, (3, 3, 1, 1)).round(3)
        self.bias = np.array([0.1])
        self.weights = random.uniform(-1, 1, (9, 3)).round(3)
        self.labels = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])

    def loss(self, kernel: np.ndarray, bias: np.ndarray, weights: np.ndarray) -> float:
        padded = np.pad(self.images[..., 0], ((0, 0), (1, 1), (1, 1)))
        conv = np.empty((2, 6, 6))
        for y in range(6):
            for x in range(6):
                conv[:, y, x] = (padded[:, y : y + 3, x : x + 3] * kernel[..., 0, 0]).sum(axis=(1, 2)) + bias[
                    0
                ]
        pooled = np.maximum(conv, 0).reshape(2, 3, 2, 3, 2).max(axis=(2, 4))
        scores = pooled.reshape(2, 9) @ weights
        scores = scores - scores.max(axis=1, keepdims=True)
        log = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        return float(-(self.labels * log).sum(axis=1).mean())

    def train(self, steps: int) -> list[float]:
        """The loss at the start of each step; every step goes down the gradient, found by differences."""
        state = [self.filter.copy(), self.bias.copy(), self.weights.copy()]
        losses = []
        for _ in range(steps):
            losses.append(self.loss(*state))
            slopes = [np.empty_like(part) for part in state]
            for part, slope in zip(state, slopes, strict=True):
                for place in np.ndindex(part.shape):
                    before = part[place]
                    part[place] = before + 1e-6
                    above = self.loss(*state)
                    part[place] = before - 1e-6
                    below = self.loss(*state)
                    part[place] = before
                    slope[place] = (above - below) / 2e-6
            for part, slope in zip(state, slopes, strict=True):
                part -= RATE * slope
        return losses

    def page(self, version: str) -> list[str]:
        """The page's elements; the pictures lie in the .dat file."""
        trained = {"filter": self.filter, "bias": self.bias, "weights": self.weights}
        empty = pin("shape", ""), pin("dtype", "")
        elements = [
            use("images", "Const", binary("val", "[2][6][6][1]", "float" if version == "1.5" else "", 0)),
            constant("labels", self.labels, version),
            use("conv", "Conv2D", pin("strides", "{1,1,1,1}"), pin("padding", "SAME"),
                pin("attrs", "data_format_ = NHWC;dialtions_ = {1,1,1,1};use_cudnn_on_gpu_ = true;")),
            use("biased", "BiasAdd", pin("attrs", "data_format_ = NHWC;")),
            use("relu", "Relu"),
            use("pool", "MaxPool", pin("ksize", "1;2;2;1"), pin("strides", "{1,2,2,1}"), pin("padding", "SAME")),
            use("flat", "Reshape", pin("shape", "{-1,9}")),
            use("random", "RandomUniform", pin("shape", "{2,9}"), pin("dtype", "DT_FLOAT")),
            use("raised", "Add", pin("y", "1.0f")),
            use("mask", "Floor"),
            use("dropout", "Multiply"),
            use("scores", "MatMul"),
            use("cross", "SoftmaxCrossEntropyWithLogits", pin("labels", "features")),
            use("loss", "Mean", pin("axis", "{0}"), pin("attrs", "keep_dims_ = false;")),
            use("gradients", "AddSymbolicGradients"),
            use("s", "ClientSession", pin("device", "/gpu:0"), pin("INFINITE_LOOP", "TRUE", word="bool")),
            *(constant(f"{name}_start", value, version) for name, value in trained.items()),
            *(use(name, "Variable", *empty) for name in trained),
            *(use(f"{name}_down", "ApplyGradientDescent", pin("alpha", f"{RATE}f")) for name in trained),
            link("images.output", "conv.input"), link("filter.ref", "conv.filter"),
            link("conv.output", "biased.value"), link("bias.ref", "biased.bias"),
            link("biased.output", "relu.features"), link("relu.activations", "pool.input"),
            link("pool.output", "flat.tensor"), link("flat.output", "dropout.x"),
            link("random.output", "raised.x"), link("raised.z", "mask.x"), link("mask.y", "dropout.y"),
            link("dropout.z", "scores.a"), link("weights.ref", "scores.b"),
            link("scores.product", "cross.features"), link("labels.output", "cross.labels", more='hidden="true"'),
            link("cross.loss", "loss.input"), link("loss.output", "gradients.outputs"),
            link("loss.output", "s.fetch_outputs"),
        ]  # fmt: skip
        for i, name in enumerate(trained):
            elements += [
                link(f"{name}_start.output", f"{name}.initvalues"),
                link(f"{name}.ref", "gradients.inputs"),
                link(f"{name}.ref", f"{name}_down.var"),
                link(f"gradients.grad_outputs[{i}]", f"{name}_down.delta"),
                link(f"{name}_down.out", "s.fetch_outputs"),
            ]
        return elements


@pytest.mark.parametrize("version", ["1.5", "2.0.1"])
def test_a_convolutional_network_learns_by_symbolic_gradients(cli, tmp_path, version):
    network = Network()
    page = write_page(tmp_path, network.page(version), network.images.astype("<f4").tobytes())
    log = tmp_path / "loss.csv"
    done = cli("run", page, "--steps", 4, "--watch", "loss.output", "--log", log)
    assert (done.status, done.err) == (0, "")
    found = [float(line.split(",")[1]) for line in log.read_text().splitlines()[1:]]
    np.testing.assert_allclose(found, network.train(4), rtol=2e-5)


def saving(tmp_path: Path) -> Path:
    """A page that saves a Variable by the block Save, in TensorFlow's first form of checkpoints."""
    elements = [
        use(
            "v", "Variable", pin("initvalues", "1.5;-2.5", "[2]", "float"), pin("dtype", ""), pin("shape", "")
        ),
        use("one", "Identity"),
        use("list", "InputList"),
        use("save", "Save", pin("filename", "E:\\\\result\\\\train.ckpt"), pin("tensor_names", "weights")),
        use("s", "ClientSession"),
        link("v.ref", "one.input"),
        link("one.output", "list.outputlist"),
        link("list.output", "save.data"),
        link("save.operation", "s.run_outputs"),
        link("one.output", "s.fetch_outputs"),
    ]
    return write_page(tmp_path, elements, name="saving")


@pytest.mark.parametrize("wired", [True, False])
def test_what_a_page_saves_stays_in_its_folder_and_an_evaluation_page_restores_it(cli, tmp_path, wired):
    done = cli("run", saving(tmp_path), "--json")
    assert done.status == 0, done.err
    assert {p.name for p in tmp_path.iterdir()} == {"saving.svg", "train.ckpt"}
    far = "E:\\\\result\\\\train.ckpt"
    elements = [
        use("name", "Const", pin("val", far)),
        use(
            "r",
            "Restore",
            pin("file_pattern", "" if wired else far),
            pin("tensor_name", "weights"),
            pin("dt", "DT_FLOAT"),
        ),
        use("v", "Variable", pin("dtype", "DT_FLOAT"), pin("shape", "{2}"), pin("initvalues", "{0,0}")),
        use("take", "Assign", pin("attrs", "validate_shape_ = true;use_locking_ = true;")),
        use("twice", "Multiply", pin("y", "2.0f")),
        use("s", "ClientSession"),
        *([link("name.output", "r.file_pattern")] if wired else []),
        link("r.tensor", "take.value"),
        link("v.ref", "take.ref"),
        link("v.ref", "twice.x"),
        link("take.output_ref", "s.fetch_outputs"),
        link("twice.z", "s.fetch_outputs"),
    ]
    done = cli("run", write_page(tmp_path, elements, name="evaluation"), "--json")
    assert done.status == 0, done.err
    results = done.json["pages"]["evaluation"]["results"]
    assert results["twice.z"]["values"] == [3.0, -5.0]


def test_a_queue_of_names_a_reader_and_decoding_give_one_record_a_step(cli, tmp_path):
    (tmp_path / "Records.BIN").write_bytes(b"head" + struct.pack("<6h", 1, -2, 3, -4, 5, -6))
    elements = [
        use("name", "Const_ex", pin("val", "C:\\\\data\\\\records.bin"), pin("dtype", "DT_STRING")),
        use(
            "queue",
            "FIFOQueue",
            pin("component_types", "DT_STRING"),
            pin("attrs", "shapes_ = {};capacity_ = -1;"),
        ),
        use("put", "QueueEnqueue", pin("attrs", "timeout_ms_ = -1;")),
        use("list", "InputList"),
        use(
            "reader",
            "FixedLengthRecordReader",
            pin("record_bytes", "4"),
            pin("attrs", "header_bytes_ = 4;footer_bytes_ = 0;"),
        ),
        use("read", "ReaderRead"),
        use("raw", "DecodeRaw", pin("out_type", "DT_INT16"), pin("attrs", "little_endian_ = true;")),
        use("s", "ClientSession"),
        link("name.output", "list.outputlist"),
        link("list.output", "put.components"),
        link("queue.handle", "put.handle"),
        link("queue.handle", "read.queue_handle"),
        link("reader.reader_handle", "read.reader_handle"),
        link("read.value", "raw.bytes"),
        link("raw.output", "s.fetch_outputs"),
        link("put.operation", "s.run_outputs"),
    ]
    page = write_page(tmp_path, elements)
    for steps, record in ((1, [1, -2]), (3, [5, -6])):
        done = cli("run", page, "--steps", steps, "--json")
        assert done.status == 0, done.err
        assert done.json["pages"]["page"]["results"]["raw.output"]["values"] == record


@pytest.mark.parametrize(
    ("symbol", "scalar", "expected"),
    [
        ("Save", "tensor_names", "{W}"),
        ("SaveV2", "tensor_names", "{W}"),
        ("RestoreV2", "tensor_names", "{W}"),
    ],
)
def test_a_bare_name_where_tensorflow_takes_a_vector_is_repaired(tmp_path, symbol, scalar, expected):
    from app.document.formats.enuspace import read_page

    read = read_page(write_page(tmp_path, [use("b", symbol, pin(scalar, "W"))]))
    assert read.page.blocks["b"].pins[scalar] == expected
    assert f"b: repaired: {scalar}: W in braces, for TensorFlow wants a vector here" in report_lines(
        read.report
    )
