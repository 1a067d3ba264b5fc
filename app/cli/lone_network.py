"""A network of this process alone, with all that it starts: only its own loopback, on Linux where that is permitted."""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # CLONE_NEWUSER, CLONE_NEWNET
_GET_FLAGS, _SET_FLAGS = 0x8913, 0x8914  # SIOCGIFFLAGS, SIOCSIFFLAGS
_UP = 0x1  # IFF_UP


def enter_lone_network() -> str:
    """Move this process, which must have one thread, into a network of its own; return why not, or nothing.

    The user stays who it is. Raises OSError where it has left the network of before and has none now.
    """
    if sys.platform != "linux":
        return "only Linux has that"
    if os.environ.get("DISPLAY", ":").partition(":")[0] not in ("", "unix"):
        return "the display is reached through the network"
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return os.strerror(ctypes.get_errno())
    maps = (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1"))
    for name, text in maps:
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
    _raise_loopback()
    return ""


def _raise_loopback() -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        asked = struct.pack("16sh22x", b"lo", 0)
        flags = struct.unpack("16sh22x", fcntl.ioctl(one, _GET_FLAGS, asked))[1]
        fcntl.ioctl(one, _SET_FLAGS, struct.pack("16sh22x", b"lo", flags | _UP))
