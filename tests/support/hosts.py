"""Hosts on one machine (Linux): network namespaces on a bridge, each with an address and a cable to pull out.

They need a user who may make them; see ``can_make_hosts``.
"""

from __future__ import annotations

import os
import subprocess
from types import TracebackType

_NET = "10.213.{}"  # the bridge's third number is made of the process id


def can_make_hosts() -> bool:
    """Return whether this user may make network namespaces."""
    try:
        with Hosts(1):
            return True
    except (OSError, subprocess.SubprocessError):
        return False


class Hosts:
    """So many hosts with the addresses ``address(0)``, ...; this process stands on the bridge, at ``here``."""

    def __init__(self, count: int) -> None:
        """Make nothing yet."""
        self._tag = f"tb{os.getpid() % 100000}"
        self._net = _NET.format(os.getpid() % 250)
        self._count = count
        self.here = f"{self._net}.254"

    def __enter__(self) -> Hosts:
        """Make the bridge and the hosts."""
        try:
            self._make()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Remove all of it; processes that still run there are left without a network."""
        self._remove()

    def address(self, number: int) -> str:
        """Return a host's address."""
        return f"{self._net}.{number + 1}"

    def within(self, number: int, command: list[str]) -> list[str]:
        """Return the command that runs another one on a host."""
        return ["ip", "netns", "exec", self._name(number), *command]

    def pull_out(self, number: int) -> None:
        """Pull a host's cable out: what is sent to it or by it is lost, and neither side learns of it."""
        _ip("link", "set", self._cable(number), "down")

    def plug_in(self, number: int) -> None:
        """Put the cable back."""
        _ip("link", "set", self._cable(number), "up")

    def _name(self, number: int) -> str:
        return f"{self._tag}-{number}"

    def _cable(self, number: int) -> str:
        return f"{self._tag}v{number}"

    def _make(self) -> None:
        _ip("link", "add", f"{self._tag}br", "type", "bridge")
        _ip("addr", "add", f"{self.here}/24", "dev", f"{self._tag}br")
        _ip("link", "set", f"{self._tag}br", "up")
        for number in range(self._count):
            name, cable = self._name(number), self._cable(number)
            _ip("netns", "add", name)
            _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", cable, "master", f"{self._tag}br", "up")
            _ip("-n", name, "addr", "add", f"{self.address(number)}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            _ip("-n", name, "link", "set", "lo", "up")

    def _remove(self) -> None:
        for number in range(self._count):
            _ip("link", "del", self._cable(number), check=False)
            _ip("netns", "del", self._name(number), check=False)
        _ip("link", "del", f"{self._tag}br", check=False)


def _ip(*arguments: str, check: bool = True) -> None:
    subprocess.run(["ip", *arguments], check=check, capture_output=True, timeout=20)
