"""Which format of pictures and sound an op decodes, and how a file of each begins."""

from __future__ import annotations

DECODES: dict[str, str] = {
    "DecodeAndCropJpeg": "JPEG", "DecodeBmp": "BMP", "DecodeGif": "GIF", "DecodeImage": "picture", "DecodeJpeg": "JPEG",
    "DecodeJxl": "JPEG XL",    "DecodePng": "PNG", "DecodeWav": "WAV", "DecodeWebP": "WebP", "ExtractJpegShape": "JPEG",
}  # fmt: skip

BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"RIFF", "WAV"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
)


def format_of(data: bytes) -> str | None:
    """Return which format the bytes of a file begin as; None for none of those that are known."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WebP"
    return next((name for start, name in BEGINNINGS if data.startswith(start)), None)


# The numbers of channels that a format can be decoded to.
CHANNELS: dict[str, tuple[str, ...]] = {"JPEG": ("0", "1", "3"), "BMP": ("0", "3", "4")}

# How a BMP may be packed, by the number in its head; TensorFlow reads none of them.
BMP_METHODS: dict[int, str] = {1: "RLE8", 2: "RLE4", 4: "JPEG", 5: "PNG"}
