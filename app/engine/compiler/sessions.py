"""Finds what each ClientSession of a page runs, shows and feeds."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.document.literals.types import LiteralError
from app.document.literals.values import parse_value
from app.document.model.address import parse_address
from app.document.model.diagram import PinRef, Wire
from app.document.model.fix import Fix, WritePin
from app.document.model.sentence import say
from app.engine.compiler.endpoints import Endpoint
from app.engine.compiler.errors import FetchError
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import Constant, Fetch
from blocks.op_facts.traits import HANDLE_DTYPES
from blocks.symbol import Symbol, pins_by_name

RUN_PINS = ("fetch_outputs", "run_outputs")  # of a session, where what it runs is wired


class Draft(NamedTuple):
    """A session before the order of its step is decided."""

    block: str
    upstream: set[str]  # blocks that fetch_outputs and run_outputs need
    targets: tuple[str, ...]  # tensors and ops wired to them
    keys: dict[
        str, str
    ]  # "block.pin" of what it shows, in order, and the block of the page that each belongs to
    feeds: tuple[tuple[str, Constant], ...]
    once: bool = False


def used_by(drafts: Sequence[Draft]) -> set[str]:
    """Return the blocks that sessions run."""
    return drafts[0].upstream if len(drafts) == 1 else set().union(*(d.upstream for d in drafts))


def draft_sessions(low: Lowering, fetch: Sequence[str], watched: Sequence[str] = ()) -> list[Draft]:
    """Return the page's sessions in the order they run (by id, bytewise; those that run once first), each with what
    it shows.

    Without a ClientSession, one session fetches every output that nothing consumes. What several sessions reach is
    shown by the last of them, as it runs last. ``fetch`` replaces what is shown; raises FetchError. The keys
    ``watched`` are shown in any case.
    """
    drafts = [_of_block(low, b) for b in sorted(low.sessions, key=str.encode)] or [_of_page(low)]
    drafts.sort(key=lambda draft: not draft.once)
    for draft in drafts:
        draft.keys.update(_upstream_keys(low, draft.upstream))
    keys = [key_of(low, text) for text in fetch]
    if fetch:
        for draft in drafts:
            draft.keys.clear()
    for key in (*keys, *watched):
        block = owner_block(low, key)
        showing = [d for d in drafts if block in d.upstream] or drafts
        showing[-1].keys[key] = block
    seen = set(drafts[-1].keys) if len(drafts) > 1 else set[str]()
    for draft in reversed(drafts[:-1]):
        for key in seen & draft.keys.keys():
            del draft.keys[key]
        seen |= draft.keys.keys()
    return drafts


def key_of(low: Lowering, text: str) -> str:
    """Return the result key of an option's ``block.pin`` or ``block.pin[3]`` (aliases resolved); raises FetchError."""
    try:
        end = _end(text)
    except FetchError:
        raise
    except ValueError:
        end = None
    if end is not None and end.block not in low.page.blocks and low.functions is not None:
        key = low.functions.rounds.key_of(low, end.block, end.pin, text) if end.index is None else None
        if key is not None:
            return key
    if end is None or end.block not in low.page.blocks:
        raise FetchError(say("fetch.no-block", pin=text, page=low.page.name))
    symbol = low.symbols.get(end.block)
    pins = pins_by_name(symbol, "out") if symbol else {}
    name = end.pin.removeprefix("result_") if end.pin not in pins else end.pin
    if name not in pins or pins[name].kind not in ("tensor", "list(tensor)"):
        if not pins:
            raise FetchError(say("fetch.no-outputs", pin=text))
        raise FetchError(say("fetch.no-output", pin=text, outputs=tuple(pins)))
    return str(PinRef(end.block, pins[name].name, end.index))


def owner_block(low: Lowering, key: str) -> str:
    """Return the block of the page that a result key belongs to: of one inside of a function the one that calls it."""
    return key.split(".", 1)[0] if low.functions is None else low.functions.rounds.owner(key)


def expanded(low: Lowering, fetch: Sequence[str]) -> list[str]:
    """Return the addresses that are asked for, patterns among them replaced by what they stand for; raises FetchError.

    ``use/*`` stands for all outputs of the blocks within a use, the pins of uses among these; ``**`` for all there are.
    """
    found: list[str] = []
    for text in fetch:
        if text == "**":
            found += _keys_among(low, low.symbols)
        elif text.endswith("/*"):
            use = text[:-2]
            if use not in low.uses:
                raise FetchError(say("fetch.no-use", pin=text, use=use, page=low.page.name))
            found += _keys_among(low, [block for block in low.symbols if low.within.get(block) == use])
        else:
            found.append(text)
    return list(dict.fromkeys(found))


def show_within(low: Lowering, drafts: Sequence[Draft], addresses: Iterable[str]) -> None:
    """Let sessions show outputs within uses that they run; what is not there, or does not run, is left out."""
    for address in addresses:
        with contextlib.suppress(FetchError):
            for text in expanded(low, (address,)):
                key = key_of(low, text)
                block = owner_block(low, key)
                running = [draft for draft in drafts if block in draft.upstream]
                if running and not any(key in draft.keys for draft in drafts):
                    running[-1].keys[key] = block


def _keys_among(low: Lowering, blocks: Iterable[str]) -> Iterator[str]:
    for block in blocks:
        yield from (f"{block}.{pin}" for pin in tensor_outputs(low.symbols[block]))


def endpoint_of(low: Lowering, key: str) -> Endpoint | None:
    """Return the endpoint of a result key, or of one element of it; None where it is not lowered."""
    end = _end(key)
    endpoint = low.outs.get((end.block, end.pin))
    if endpoint is None or end.index is None:
        return endpoint
    if end.index >= len(endpoint.refs):
        raise FetchError(say("fetch.beyond-list", pin=key, count=len(endpoint.refs)))
    element = slice(end.index, end.index + 1)
    return Endpoint(endpoint.refs[element], endpoint.dtypes[element], endpoint.is_ref)


def _end(text: str) -> PinRef:
    """Read an output's address, or that of one element of it; raises Unreadable, FetchError for a tensor's."""
    address = parse_address(text)
    if len(address.index) > 1:
        raise FetchError(say("fetch.whole-values", pin=text))
    return PinRef(address.place, address.pin, address.index[0] if address.index else None)


def fetch_of(key: str, endpoint: Endpoint) -> Fetch:
    """Return how an output is fetched, before the order of the step is decided."""
    handle = not HANDLE_DTYPES.isdisjoint(endpoint.dtypes)
    if not handle and not endpoint.has_rounds:  # as most are
        return Fetch(key, endpoint.refs, endpoint.dtypes, endpoint.is_list)
    return Fetch(
        key,
        endpoint.refs,
        endpoint.dtypes,
        endpoint.is_list,
        handle=handle,
        element=endpoint.element if handle and not endpoint.is_list else None,
        has_rounds=endpoint.has_rounds,
    )


def _of_block(low: Lowering, block: str) -> Draft:
    pins = low.wires.by_pin(block)
    wires = [w for pin in RUN_PINS for w in pins.get(pin, ())]
    upstream = upstream_blocks(low, (w.source.block for w in wires))
    feeds = tuple(e.feed for e in _known(low, pins.get("inputs", ())) if e.feed is not None)
    every = (*feeds, *_of_arguments(low))
    return Draft(block, upstream, targets_of(low, block), {}, every, _runs_once(low, block))


def _runs_once(low: Lowering, block: str) -> bool:
    """Return whether a session runs in the first step only; a text that says neither is found by the check."""
    text = low.page.blocks[block].pins.get("once")
    try:
        return isinstance(text, str) and parse_value("bool", text) is True
    except LiteralError:
        return False


def run_once(draft: Draft, op: str) -> tuple[Fix, ...]:
    """Return the fix that lets a session run in the first step only, if it is there for this op alone."""
    if draft.targets != (op,):
        return ()
    title = say("fix.write-in", text="true", where=f"{draft.block}.once")
    return (Fix(title, (WritePin(draft.block, "once", "true"),), by_hand=True),)


def targets_of(low: Lowering, block: str) -> tuple[str, ...]:
    """Return the tensors and ops that are wired to a session."""
    targets: dict[str, None] = {}
    pins = low.wires.by_pin(block)
    for pin in RUN_PINS:
        for endpoint in _known(low, pins.get(pin, ())):
            targets.update(dict.fromkeys(endpoint.refs))
    return tuple(targets)


def _known(low: Lowering, wires: Iterable[Wire]) -> list[Endpoint]:
    """Return the endpoints of the wires to a session's pin, those that are not lowered left out."""
    return [source for source in map(low.source, wires) if source is not None]


def _of_page(low: Lowering) -> Draft:
    return Draft(
        "", upstream_blocks(low, low.symbols), ends_of_page(low, low.outs.items()), {}, _of_arguments(low)
    )


def _of_arguments(low: Lowering) -> tuple[tuple[str, Constant], ...]:
    """Return what is fed for the Arguments of a page that is run by itself."""
    return tuple([(f"{block}:0", fed) for block, fed in low.arguments.items() if fed is not None])


def ends_of_page(low: Lowering, outs: Iterable[tuple[tuple[str, str], Endpoint]]) -> tuple[str, ...]:
    """Return what no wire takes of what the blocks give, by block and pin."""
    consumed = {(w.source.block, w.source.pin) for w in low.page.wires if w.target.block not in low.uses}
    if low.uses:
        outs = [(key, e) for key, e in outs if key[0] not in low.uses]
    return tuple(dict.fromkeys([r for key, e in outs if key not in consumed for r in e.refs]))


def upstream_blocks(low: Lowering, roots: Iterable[str]) -> set[str]:
    """Return the blocks from which wires lead to the roots, the roots among them, and the uses that they stand in."""
    found = low.wires.upstream(roots)
    if low.uses:
        for block in list(found):
            use = low.within.get(block)
            while use is not None and use not in found:
                found.add(use)
                use = low.within.get(use)
    return found


def _upstream_keys(low: Lowering, upstream: set[str]) -> dict[str, str]:
    """Return ``block.pin`` of every tensor output of the upstream blocks that are drawn on the page, in file order."""
    known: dict[str, tuple[str, ...]] = {}  # by symbol
    keys: dict[str, str] = {}
    within = low.within
    for block, symbol in low.symbols.items():
        if block in upstream and block not in within:
            pins = known.get(symbol.name)
            if pins is None:
                pins = known[symbol.name] = tensor_outputs(symbol)
            for pin in pins:
                keys[f"{block}.{pin}"] = block
    return keys


def tensor_outputs(symbol: Symbol) -> tuple[str, ...]:
    """Return the names of a symbol's outputs that give tensors."""
    return tuple(p.name for p in symbol.outputs if p.kind in ("tensor", "list(tensor)"))
