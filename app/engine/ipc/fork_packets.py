"""The packets between the program and its fork server: what, the worker's number, a status."""

from __future__ import annotations

import struct

PACKET = struct.Struct("=Bqq")  # the status is a worker's exit status (negative: the signal), else 0
FORK, KILL, EXIT, IMPORTED = 1, 2, 3, 4
PRIVATE = "tensorblocks-"  # the name of a home that both make and remove begins so
