"""How the ops begin that write into a TensorArray and that read of it, in all their versions."""

from __future__ import annotations

WRITERS = ("TensorArrayWrite", "TensorArrayScatter", "TensorArraySplit", "TensorArrayUnpack")
READERS = ("TensorArrayRead", "TensorArrayGather", "TensorArrayConcat", "TensorArrayPack")
