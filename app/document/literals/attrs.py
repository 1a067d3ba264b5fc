"""The attrs text (``strides_ = {1,2}; padding_ = SAME;``): reads it for a symbol, changes one key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from typing import Literal as OneOf

from app.document.literals.formatter import quoted
from app.document.literals.repair import repairs
from app.document.literals.types import LiteralError
from app.document.literals.values import parse_value
from app.document.model.fix import Fix, by_hand, write
from app.document.model.problems import Problem, error, info, warning
from app.document.model.sentence import say
from app.document.model.spelling import nearest, stands_out
from blocks.op_facts.attr_values import ATTR_VALUES
from blocks.op_facts.delimiters import DELIMITERS, ONE_CHARACTER, UNSEEN
from blocks.requirement import Actual, InRange, Requirement
from blocks.symbol import Attr, Symbol

_MOST_PROBLEMS = 100  # of the names in one text: each comes with a copy of it
_SIGN = re.compile(r'[{}\[\];"]')
_QUOTED = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
# What the original's library says on 3-D ops, where TensorFlow has names of its own for the same layouts.
_SAME_VALUE = {"NHWC": "NDHWC", "NCHW": "NCDHW"}
_NO_EQUALS = re.compile(r"(\w+)\s*[:\s]\s*(\S.*)", re.DOTALL)
_NEXT_KEY = re.compile(r"\s*\w+\s*=")


class AttrItem(NamedTuple):
    """One ``name = value`` of an attrs text. Positions count characters from 0."""

    name: str  # trimmed, as typed
    value: str | None  # trimmed, as typed; None: the item has no "="
    position: int  # of the name
    value_position: int  # of the value
    begin: int  # the item with its blanks and its ";" is text[begin:end]
    end: int


class AttrFault(NamedTuple):
    """What is wrong with a typed value: it is "read-as" ``value``, or ``value`` (or the text) is not accepted."""

    kind: OneOf["unreadable", "one-character", "read-as", "outside", "not-allowed"]
    value: Any
    error: LiteralError | None = None  # where it is unreadable


@lru_cache(maxsize=1024)
def parse_attrs(text: str) -> tuple[AttrItem, ...]:
    """Split an attrs text into its items; never fails.

    ``;`` separates items unless it stands in quotes or within braces; blanks, tabs and line breaks around
    names and values do not count, blank items are left out.
    """
    items = []
    for begin, end in _spans(text):
        body = text[begin:end].removesuffix(";") if end <= len(text) else text[begin:]
        if not body.strip():
            continue
        name, equals, value = body.partition("=")
        position = begin + _indent(name)
        value_position = begin + len(name) + 1 + _indent(value) if equals else position
        items.append(
            AttrItem(name.strip(), value.strip() if equals else None, position, value_position, begin, end)
        )
    return tuple(items)


def read_attrs(text: str, symbol: Symbol, block: str | None = None) -> tuple[dict[str, Any], list[Problem]]:
    """Read the values that an attrs text sets, by the name of the OpDef attr (forms: see ``parse_value``).

    Names may lack their last underscore. An empty value sets nothing. The first of two equal names counts.
    A fault is a problem of the ``attrs`` pin and leaves its attr unset. Keys of the original that TensorFlow
    does not have set nothing (severity info). Of names that are wrong or stand twice the first hundred are problems.
    """
    values: dict[str, Any] = {}
    problems = _empty_pairs(text, symbol, block) if ";" in text else []
    seen: set[str] = set()
    for item in parse_attrs(text):
        attr = _attr(symbol, item.name)
        if attr is None or item.value is None:
            if len(problems) < _MOST_PROBLEMS:
                problems.append(_bad_name(text, item, symbol, block))
            continue
        if attr.name in seen:
            if len(problems) >= _MOST_PROBLEMS:
                continue
            sentence = say("attr.twice", name=item.name, position=item.position)
            fixes = (_without(text, item),)
            hint = say("hint.remove-one")
            problems.append(warning("bad-attr-name", sentence, block, "attrs", hint=hint, fixes=fixes))
            continue
        seen.add(attr.name)
        if not item.value:
            continue
        if attr.attr is None and symbol.op is not None:
            problems.append(_without_effect(text, item, symbol, block))
            continue
        value, fault = read_value(symbol, attr, item.value)
        if fault is not None:
            problems.append(_faulty(text, item, symbol, attr, fault, block))
        if fault is None or fault.kind == "read-as":
            values[attr.attr or attr.name.rstrip("_")] = value
    return values, problems


def read_value(symbol: Symbol, attr: Attr, typed: str) -> tuple[Any, AttrFault | None]:
    """Return the value that a text gives an attr, and what is wrong with it.

    With a fault the value does not count, but for "read-as": another name of what the value is.
    """
    try:
        value = parse_value(attr.kind, typed)
    except LiteralError as fault:
        return None, AttrFault("unreadable", typed, fault)
    if attr.attr in DELIMITERS and isinstance(value, str):
        value = UNSEEN.get(typed, value)
        if attr.attr in ONE_CHARACTER and len(value.encode("utf-8", "surrogateescape")) != 1:
            return None, AttrFault("one-character", typed)
    if _refuses(attr, value) and isinstance(value, str) and not _refuses(attr, _SAME_VALUE.get(value)):
        return _SAME_VALUE[value], AttrFault("read-as", _SAME_VALUE[value])
    allowed = ATTR_VALUES.get((symbol.op or "", attr.attr or ""))
    if allowed is not None and value not in allowed:
        return None, AttrFault("outside", value)
    refused = [v for v in (value if isinstance(value, list) else [value]) if _refuses(attr, v)]
    return (None, AttrFault("not-allowed", str(refused[0]))) if refused else (value, None)


def accepted_values(symbol: Symbol, attr: Attr) -> Requirement:
    """Return what the op's kernel takes for an attr of which it takes some values only."""
    allowed = ATTR_VALUES[symbol.op or "", attr.attr or ""]
    if isinstance(allowed, range):
        return Requirement(values=InRange(allowed[0], allowed[-1]))
    return Requirement(
        names=tuple(f'"{v}"' if isinstance(v, str) and not v.strip() else str(v) for v in allowed)
    )


def set_attr(text: str, name: str, value_text: str) -> str:
    """Return the attrs text with one key changed or added; the rest stays as typed.

    A value that would not read back as it is (as it holds ``;``) is put in quotes. An empty value removes
    the key.
    """
    if not value_text.strip():
        return remove_attr(text, name)
    typed = value_text.strip()
    if not (_stands(typed) and _stands(typed, ' _ = "";')):
        typed = quoted(typed)
    for item in parse_attrs(text):
        if _same(item.name, name):
            if item.value is None:
                return f"{text[: item.position]}{item.name} = {typed}{text[item.position + len(item.name) :]}"
            tail = item.value_position + len(item.value)
            blank = "" if item.value or text[item.value_position - 1 : item.value_position] != "=" else " "
            return text[: item.value_position] + blank + typed + text[tail:]
    return _appended(text, f"{name} = {typed};")


def remove_attr(text: str, name: str) -> str:
    """Return the attrs text without a key; the rest stays as typed."""
    for item in reversed(parse_attrs(text)):
        if _same(item.name, name):
            text = text[: item.begin] + text[item.end :]
    return text.lstrip() if text.strip() else ""


def _stands(value: str, following: str = "") -> bool:
    """Return whether a typed value reads back as it is, alone or with another item behind it."""
    items = parse_attrs(f"_ = {value};{following}")
    return items[0].value == value and len(items) == 1 + bool(following)


def _appended(text: str, item: str) -> str:
    body = text.rstrip()
    if not body:
        return item
    between = "\n" if "\n" in body else " "
    return body + ("" if body.endswith(";") else ";") + between + item


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each item, its ``;`` included."""
    begin = position = depth = 0
    while True:
        found = _SIGN.search(text, position)
        if found is None:
            yield begin, len(text)
            return
        sign, position = found[0], found.end()
        if sign == '"':
            # A quote counts where a value begins; in the midst of a bare word it is a sign like any other.
            begins = _last_sign(text, begin, found.start()) in ("=", ",", "{", "[")
            quote = _QUOTED.match(text, found.start()) if begins else None
            if quote is not None:
                position = quote.end()
        elif sign in "{[":
            depth += 1
        elif sign in "}]":
            depth = max(0, depth - 1)
        elif depth == 0 or _NEXT_KEY.match(text, position):  # or the brace was never closed
            yield begin, position
            begin, depth = position, 0


def _last_sign(text: str, begin: int, end: int) -> str:
    """Return the last character of a part that is no blank, "" where there is none."""
    while end > begin and text[end - 1].isspace():
        end -= 1
    return text[end - 1 : end] if end > begin else ""


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _same(one: str, other: str) -> bool:
    return one.rstrip("_") == other.rstrip("_")


def _attr(symbol: Symbol, name: str) -> Attr | None:
    """Return the attr of that name; names win over aliases, and the last underscore may be absent."""
    for attr in symbol.attrs:
        if attr.name == name:
            return attr
    plain = name.rstrip("_")
    for attr in symbol.attrs:
        if attr.name.rstrip("_") == plain or any(_same(a, name) for a in attr.aliases):
            return attr
    return None


def _refuses(attr: Attr, value: Any) -> bool:
    return attr.allowed is not None and value not in attr.allowed


def _replaced(text: str, position: int, old: str, new: str) -> Fix:
    """Return the fix that puts a word in the place of another in the attrs text."""
    return write("attrs", text[:position] + new + text[position + len(old) :], say("fix.write", text=new))


def _without(text: str, item: AttrItem) -> Fix:
    """Return the fix that takes an item out of the attrs text."""
    rest = (text[: item.begin] + text[item.end :]).strip()
    return write("attrs", rest or None, say("fix.remove", name=item.name))


def _bad_name(text: str, item: AttrItem, symbol: Symbol, block: str | None) -> Problem:
    names = tuple(a.name for a in symbol.attrs)
    known = _attr(symbol, item.name)
    if known is not None:
        sentence = say("attr.no-value", name=item.name, position=item.position)
        return error("bad-attr-name", sentence, block, "attrs", hint=say("hint.write-attr", name=known.name))
    split = _NO_EQUALS.fullmatch(item.name) if item.value is None else None
    if split is not None and _attr(symbol, split[1]) is not None:
        sentence = say("attr.no-equals", name=split[1], position=item.position)
        hint = say("hint.write-attr", name=split[1])
        fix = _replaced(text, item.position, item.name, f"{split[1]} = {split[2]}")
        return error("bad-attr-name", sentence, block, "attrs", hint=hint, fixes=(fix,))
    near = nearest(item.name.rstrip("_") + "_", names, 2)
    is_plain = stands_out(item.name.rstrip("_") + "_", near)
    near = near[:1] if is_plain else near
    given = {f"{other.name.rstrip('_')}_" for other in parse_attrs(text)}
    fixes = [_replaced(text, item.position, item.name, name) for name in near if name not in given]
    hint = say("hint.use-one-of", names=names) if names else say("hint.remove-it")
    return error(
        "bad-attr-name",
        say("attr.unknown", symbol=symbol.name, name=item.name, position=item.position),
        block,
        "attrs",
        requirement=Requirement(names=names) if names else say("needs.no-attrs", symbol=symbol.name),
        actual=Actual(name=item.name),
        hint=say("hint.did-you-mean", names=near) if near else hint,
        fixes=tuple(fixes if is_plain else map(by_hand, fixes)),
    )


def _empty_pairs(text: str, symbol: Symbol, block: str | None) -> list[Problem]:
    """Return a problem for each ``;`` with nothing before it: as a value it needs quotes, else it says nothing."""
    problems: list[Problem] = []
    items = {item.end: item for item in parse_attrs(text)}
    for begin, end in _spans(text):
        body = text[begin:end]
        if not items or body[-1:] != ";" or body[:-1].strip():
            continue
        if len(problems) >= _MOST_PROBLEMS:
            break
        before = items.get(begin)
        attr = _attr(symbol, before.name) if before is not None and before.value == "" else None
        if before is not None and attr is not None and attr.attr in DELIMITERS:
            typed = text[before.value_position : end]
            problems.append(_no_delimiter(text, before._replace(value=typed), block))
        else:
            fix = write("attrs", (text[:begin] + text[end:]).strip() or None, say("fix.remove", name=";"))
            sentence = say("attr.empty-pair", position=end - 1)
            problems.append(
                warning("bad-attr-value", sentence, block, "attrs", actual=Actual(value=";"), fixes=(fix,))
            )
    return problems


def _no_delimiter(text: str, item: AttrItem, block: str | None) -> Problem:
    """Return the problem of a delimiter that is none, or that a ``;`` without quotes was to be."""
    typed = item.value or ""
    is_semicolon = typed.strip("; \t\n") == ""
    known = {"tab": '"\\t"', "semicolon": '";"', "comma": '","', "space": '" "', "blank": '" "'}
    meant = known.get(typed.strip('"').lower(), '";"' if is_semicolon and ";" in typed else None)
    new = f"{meant};" if typed.endswith(";") else meant or ""
    sentence = say("attr.needs-quotes", name=item.name) if is_semicolon and typed[:1] == ";" else None
    return error(
        "bad-attr-value",
        sentence or say("attr.one-character", name=item.name, value=typed),
        block,
        "attrs",
        requirement=say("needs.one-character") if item.name.rstrip("_") in ONE_CHARACTER else None,
        actual=Actual(value=typed.removesuffix(";") or ";"),
        hint=say("hint.delimiters"),
        fixes=(_replaced(text, item.value_position, typed, new),) if meant else (),
    )


def _read_as(text: str, item: AttrItem, attr: Attr, value: str, block: str | None) -> Problem:
    return warning(
        "bad-attr-value",
        say("attr.read-as", name=attr.name, typed=item.value, value=value),
        block,
        "attrs",
        requirement=Requirement(names=attr.allowed or ()),
        actual=Actual(name=item.value),
        hint=say("hint.write", text=value),
        fixes=(_replaced(text, item.value_position, item.value or "", value),),
    )


def _without_effect(text: str, item: AttrItem, symbol: Symbol, block: str | None) -> Problem:
    sentence = say("attr.no-effect", name=item.name, op=symbol.op)
    return info("bad-attr-name", sentence, block, "attrs", fixes=(_without(text, item),))


def _faulty(
    text: str, item: AttrItem, symbol: Symbol, attr: Attr, fault: AttrFault, block: str | None
) -> Problem:
    if fault.error is not None:
        return _unreadable(text, item, attr, fault.error, block)
    if fault.kind == "one-character":
        return _no_delimiter(text, item, block)
    if fault.kind == "read-as":
        return _read_as(text, item, attr, fault.value, block)
    if fault.kind == "outside":
        return _outside(text, item, attr, fault.value, accepted_values(symbol, attr), block)
    return _not_allowed(text, item, attr, fault.value, block)


def _unreadable(text: str, item: AttrItem, attr: Attr, fault: LiteralError, block: str | None) -> Problem:
    place = say("literal.at", reason=fault.reason, position=item.value_position + (fault.position or 0))
    typed = item.value or ""
    values = repairs(typed, lambda t: parse_value(attr.kind, t), attr.kind)
    return error(
        "bad-attr-value",
        say("attr.unreadable", name=attr.name, fault=place),
        block,
        "attrs",
        requirement=Requirement(names=attr.allowed) if attr.allowed else Requirement(kind=attr.kind),
        actual=Actual(name=item.value),
        hint=fault.hint,
        fixes=tuple(_replaced(text, item.value_position, typed, value) for value in values),
    )


def _outside(
    text: str, item: AttrItem, attr: Attr, value: Any, needs: Requirement, block: str | None
) -> Problem:
    """Return the problem of a value that the op's kernel refuses."""
    near = nearest(value, needs.names) if needs.names and isinstance(value, str) else ()
    return error(
        "bad-attr-value",
        say("attr.outside", name=attr.name, value=value, needs=needs),
        block,
        "attrs",
        requirement=needs,
        actual=Actual(name=item.value),
        fixes=tuple(_replaced(text, item.value_position, item.value or "", name) for name in near),
    )


def _not_allowed(text: str, item: AttrItem, attr: Attr, actual: str, block: str | None) -> Problem:
    allowed = attr.allowed or ()
    near = nearest(actual, allowed)
    return error(
        "bad-attr-value",
        say("attr.not-allowed", name=attr.name, value=actual, position=item.value_position),
        block,
        "attrs",
        requirement=Requirement(names=allowed),
        actual=Actual(name=actual),
        hint=say("hint.use-one-of", names=allowed),
        fixes=tuple(_allowed_instead(text, item, actual, value) for value in near),
    )


def _allowed_instead(text: str, item: AttrItem, refused: str, value: str) -> Fix:
    """Return the fix that writes an allowed value for the one refused, within a list where it is one."""
    old = item.value or ""
    place = max(old.find(refused), 0)
    word = refused if refused in old else old
    return _replaced(text, item.value_position + place, word, value)
