"""What names and values of a place may not do within a project's bounds, and the problem that says so."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, say
from app.document.resources.grants import Bounds, Capability, Verdict
from blocks.op_facts.side_effects import Effect, Place
from blocks.requirement import Actual

_FILES = Effect.READS_FILES | Effect.WRITES_FILES
_CAPABILITIES: tuple[tuple[Effect, Capability], ...] = (
    (Effect.READS_FILES, "read"),
    (Effect.WRITES_FILES, "write"),
    (Effect.NETWORK, "net"),
    (Effect.PYTHON, "python"),
)
_READING_QUERIES = ("select", "with", "values")


def capabilities(effect: Effect) -> Iterator[Capability]:
    """Give what an effect takes; a process that ends or sets itself is the worker, which is nobody else's."""
    return (capability for part, capability in _CAPABILITIES if part & effect)


def taken_at(place: Place, text: str | None) -> Iterator[Capability]:
    """Give what an op needs for a text that says where; ``text`` None: it is not known yet.

    A name of a file in the network is one of a file until it is judged.
    """
    effect = place.effect if text is None else place.effect_of(text)
    if not effect or (place.kind == "device" and text is not None and _is_local(text)):
        return
    if place.kind == "opaque":
        if text is None or place.argument != "query" or not _only_reads(text):
            yield "all"
        return
    yield from capabilities(effect & _FILES or effect)


def refused_at(place: Place, text: str, bounds: Bounds) -> Iterator[Verdict]:
    """Give what a text at a place asks for and may not have."""
    for capability in taken_at(place, text):
        if capability in ("read", "write"):
            verdict = bounds.judge(text, place.kind, capability)
        else:
            verdict = Verdict(bounds.may(capability), capability, text)
        if not verdict.is_inside:
            yield verdict


def refusal(block: str, pin: str, capability: Capability, where: str | None, grant: str) -> Problem:
    """Return the problem of a block that may not touch something; it names what would allow it."""
    name, flag = _shown(where or ""), allowing(capability, grant)
    if capability == "read":
        return _refused("refused-read", say("refused.read", path=name, flag=flag), block, pin, name)
    if capability == "write":
        return _refused("refused-write", say("refused.write", path=name, flag=flag), block, pin, name)
    if capability == "net":
        sentence = say("refused.net-address", address=name) if name else say("refused.net")
        return _refused("refused-net", sentence, block, pin, name)
    if capability == "python":
        sentence = say("refused.python-file", file=name) if name else say("refused.python")
        return _refused("refused-python", sentence, block, pin, name)
    return _refused("refused-write", say("refused.all"), block, pin, "")


def _refused(code: str, sentence: Sentence, block: str, pin: str, name: str) -> Problem:
    return error(code, sentence, block or None, pin or None, actual=Actual(name=name) if name else None)


def allowing(capability: Capability, grant: str) -> str:
    """Return the option of the command line that allows a path."""
    return f"--allow-{capability} {shlex.quote(_shown(grant))}"


def _shown(name: str) -> str:
    """Return a name as text, whatever its bytes are."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _is_local(device: str) -> bool:
    """Return whether a device is one of this machine."""
    plain = device.lower()
    return not plain or plain.startswith(("/job:localhost/", "/device:", "/cpu:", "/gpu:"))


def _only_reads(query: str) -> bool:
    """Return whether a query to a database only reads what that database holds."""
    return query.lstrip().lower().startswith(_READING_QUERIES)
