"""Pictures that an op does not decode as it was asked to: what attrs take, and which kinds of BMP are read."""

from __future__ import annotations

import struct

import pytest

from app.document.literals.attrs import read_attrs
from app.messages import hint_text, message_of, requirement_text
from blocks.catalog import load
from blocks.op_facts.attr_values import ATTR_VALUES
from tests.support.pages import page, run


def bmp(bits: int, compression: int = 0, data: bytes = b"") -> bytes:
    """A black picture of 4 by 2 pixels, or of these bytes."""
    data = data or bytes((4 * bits + 31) // 32 * 4 * 2)
    palette = bytes(4 << bits) if bits <= 8 else b""
    begin = 54 + len(palette)
    head = b"BM" + struct.pack("<IHHI", begin + len(data), 0, 0, begin)
    about = struct.pack("<IiiHHIIiiII", 40, 4, 2, 1, bits, compression, len(data), 2835, 2835, 0, 0)
    return head + about + palette + data


def decoded(engine, folder, data, symbol, attrs=""):
    """The problems of a page that decodes a file."""
    (folder / "picture.x").write_bytes(data)
    blocks = {
        "read": ("ReadFile", {"filename": "picture.x"}),
        "d": (symbol, {"attrs": attrs} if attrs else {}),
        "s": "ClientSession",
    }
    made = page(blocks, "read.contents -> d.contents\nd.image -> s.fetch_outputs")
    return [p for p in run(engine, made, folder).problems if p.severity == "error"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bmp(1), "a BMP of 1 bit a pixel"),
        (bmp(4), "a BMP of 4 bits a pixel"),
        (bmp(16), "a BMP of 16 bits a pixel"),
        (bmp(8, 1, b"\2\0\2\1\0\0\4\0\0\1"), "a BMP of 8 bits a pixel, compressed (RLE8)"),
        (bmp(4, 2, b"\4\0\0\0\4\0\0\1"), "a BMP of 4 bits a pixel, compressed (RLE4)"),
    ],
)
@pytest.mark.parametrize("symbol", ["DecodeBmp", "raw.DecodeImage"])
def test_a_kind_of_bmp_that_is_not_read_is_named(engine, tmp_path, symbol, data, words):
    (problem,) = decoded(engine, tmp_path, data, symbol)
    assert (problem.block, problem.pin) == ("d", "contents")
    assert message_of(problem) == f"the file picture.x is {words}, which is not read"
    assert requirement_text(problem) == "a BMP of 8, 24 or 32 bits a pixel, not compressed"
    assert "PNG" in (hint_text(problem) or "")


def test_a_bmp_of_os_2_is_named(engine, tmp_path):
    old = b"BM" + struct.pack("<IHHI", 34, 0, 0, 26) + struct.pack("<IHHHH", 12, 2, 1, 1, 24) + bytes(8)
    (problem,) = decoded(engine, tmp_path, old, "DecodeBmp")
    assert message_of(problem) == "the file picture.x is a BMP of the old kind (of OS/2), which is not read"


GREYS = b"".join(bytes([i, i, i, 0]) for i in range(256))
COLOURS = bytes([0, 0, 255, 0, 0, 255, 0, 0]) + bytes(4 * 254)


def with_masks(*masks: int) -> bytes:
    """A picture of 32 bits a pixel that says which bits are red, green and blue."""
    data = bmp(32, 3)
    head = data[:10] + struct.pack("<I", 66) + data[14:54]
    return head + struct.pack("<III", *masks) + data[54:]


def with_palette(data: bytes, palette: bytes) -> bytes:
    return data[:54] + palette + data[54 + len(palette) :]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (with_palette(bmp(8), COLOURS), "the number of each pixel's colour"),
        (with_palette(bmp(8, 1), GREYS), "a compressed BMP (RLE8)"),
        (with_masks(0xFF, 0xFF00, 0xFF0000), "where red, green and blue stand"),
        (with_palette(bmp(8), GREYS), None),
        (with_masks(0xFF0000, 0xFF00, 0xFF), None),
        (bmp(24), None),
    ],
    ids=["palette", "packed", "masks", "grey", "usual", "24"],
)
@pytest.mark.parametrize("symbol", ["DecodeBmp", "raw.DecodeImage"])
def test_numbers_that_are_not_the_colours_of_a_bmp_come_with_a_warning(engine, tmp_path, symbol, data, says):
    """A palette, a packing or an order of colours that TensorFlow passes over without a word."""
    (tmp_path / "picture.x").write_bytes(data)
    blocks = {"read": ("ReadFile", {"filename": "picture.x"}), "d": (symbol, {}), "s": "ClientSession"}
    result = run(
        engine, page(blocks, "read.contents -> d.contents\nd.image -> s.fetch_outputs"), tmp_path, steps=3
    )
    found = [(p.severity, p.code, p.block, p.pin) for p in result.problems]
    assert result.ok
    assert found == ([("warning", "odd-data", "d", "contents")] if says else [])
    assert says is None or says in message_of(result.problems[0])


@pytest.mark.parametrize("bits", [8, 24, 32])
def test_other_kinds_are_read(engine, tmp_path, bits):
    assert decoded(engine, tmp_path, bmp(bits), "DecodeBmp") == []


def test_channels_that_the_format_of_the_file_has_not_are_blamed_on_attrs(engine, tmp_path):
    (problem,) = decoded(engine, tmp_path, bmp(24), "DecodeBmp", "channels_ = 1;")
    assert (problem.block, problem.pin, requirement_text(problem)) == ("d", "attrs", "0, 3, 4")
    assert message_of(problem).startswith("the file picture.x cannot be decoded to 1 channel;")


@pytest.mark.parametrize(
    ("symbol", "text", "takes"),
    [
        ("DecodeJpeg", "channels_ = 4;", "0, 1, 3"),
        ("DecodeJpeg", "ratio_ = 3;", "1, 2, 4, 8"),
        ("DecodePng", "channels_ = 2; dtype_ = DT_UINT16;", "0, 1, 3, 4"),
        ("EncodeJpeg", "quality_ = 101;", "0 to 100"),
        ("EncodePng", "compression_ = 10;", "-1 to 9"),
    ],
)
def test_a_value_that_no_picture_goes_with_is_found_without_a_run(symbol, text, takes):
    found = load().get(symbol)
    assert found is not None
    (problem,) = read_attrs(text, found)[1]
    assert (problem.severity, problem.code, requirement_text(problem)) == ("error", "bad-attr-value", takes)


_VALUES = {
    "channels": range(-1, 6),
    "ratio": range(-1, 10),
    "quality": range(-2, 103),
    "compression": range(-3, 12),
}


@pytest.mark.parametrize(("op", "attr"), [pair for pair in ATTR_VALUES if pair[1] in _VALUES])
def test_tensorflow_takes_these_values_and_no_others(op, attr):
    import tensorflow as tf

    pixels = tf.zeros([4, 4, 3], tf.uint8)
    given = {"contents": tf.io.encode_jpeg(pixels) if op.endswith("Jpeg") else tf.io.encode_png(pixels)}
    if op == "DecodeBmp":
        given = {"contents": bmp(24)}
    elif op == "DecodeAndCropJpeg":
        given["crop_window"] = [0, 0, 1, 1]
    elif op.startswith("Encode"):
        given = {"image": pixels}
    taken = set()
    for value in _VALUES[attr]:
        try:
            getattr(tf.raw_ops, op)(**given, **{attr: value})
        except tf.errors.InvalidArgumentError:
            continue
        taken.add(value)
    expected = set(ATTR_VALUES[op, attr])
    assert taken == (expected - {1} if op == "DecodeBmp" else expected)  # 1 is for BMPs of 8 bits
