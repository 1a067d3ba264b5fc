"""What a run and a task say to each other before TensorFlow does: who they are, which versions, what is to run.

Lines of JSON over one connection. Each side proves that it holds the token without sending it; the connection then
stands as long as the run does, and its end, however it comes, releases what the run held in the task.
"""

from __future__ import annotations

import hmac
import secrets

import msgspec

PROTOCOL = 1
MOST_LINE = 1 << 20  # bytes
Side = str  # "run" or "task"


class Challenge(msgspec.Struct, frozen=True, tag="challenge"):
    """The first word, of the task."""

    protocol: int
    nonce: str


class Proof(msgspec.Struct, frozen=True, tag="proof"):
    """The run holds the token. ``nonce`` is its own challenge."""

    nonce: str
    mac: str


class Facts(msgspec.Struct, frozen=True, tag="facts"):
    """The task holds the token, and says what it is. ``memory`` is free, in bytes; ``ops`` the digest of all ops."""

    mac: str
    tensorflow: str
    python: str
    ops: str
    folder: str
    memory: int | None = None


class Join(msgspec.Struct, frozen=True, tag="join"):
    """Be this task of this cluster, and hold what ``container`` names for as long as this connection stands."""

    cluster: dict[str, list[str]]
    job: str
    index: int
    container: str


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """TensorFlow's server listens. ``incarnation`` is another one each time that it has started."""

    incarnation: str


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Say whether the server listens."""


class Down(msgspec.Struct, frozen=True, tag="down"):
    """The server has ended, and is being started again."""


class Refusal(msgspec.Struct, frozen=True, tag="refusal"):
    """Why not: another token, another protocol, another cluster's task, no server, too much, or what makes no sense.

    ``words`` are those of the system or of TensorFlow, if any.
    """

    code: str
    words: str = ""


ToTask = Proof | Join | Ask
ToRun = Challenge | Facts | Joined | Down | Refusal
OTHER_TOKEN, OTHER_CLUSTER, NO_SERVER, TOO_MANY, NO_SENSE = "token", "cluster", "server", "many", "sense"


def new_nonce() -> str:
    """Return a challenge that was never used before."""
    return secrets.token_hex(32)


def mac_of(token: bytes, side: Side, theirs: str, own: str) -> str:
    """Return the proof of one side for the other's nonce."""
    return hmac.new(token, f"tensorblocks {PROTOCOL} {side} {theirs} {own}".encode(), "sha256").hexdigest()


def is_proof(token: bytes, side: Side, theirs: str, own: str, mac: str) -> bool:
    """Return whether a proof is right, in a time that says nothing of how far it is."""
    return hmac.compare_digest(mac_of(token, side, theirs, own).encode(), mac.encode())
