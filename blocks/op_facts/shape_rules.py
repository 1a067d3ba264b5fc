"""Says which shape or value an op's input wants, given the shapes of the inputs that it must fit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from blocks.op_facts.input_shapes import AXES, BROADCAST, WANTS
from blocks.tensor_spec import Shape, shape_phrase, size_text


class Given(NamedTuple):
    """What is known of one input: its argument, shape (None: unknown rank) and, of a constant, its flat values."""

    argument: str
    shape: Shape | None
    values: tuple[Any, ...] | None = None


def wanted_shape(op: str, attrs: Mapping[str, Any], chief: Given, others: list[Given]) -> str | None:
    """Return the text of the shape that the op wants of ``chief`` beside ``others``; None where it is not known."""
    if op in BROADCAST:
        fitting = [o.shape for o in others if o.shape is not None]
        return f"{shape_phrase(fitting[0])}, or 1 in place of a size" if fitting else None
    if op in ("Concat", "ConcatV2") and chief.argument == "values":
        return _beside_in_concat(chief, others)
    texts = WANTS.get(op, {})
    if chief.argument not in texts:
        return None
    bound: dict[str, Any] = {}
    for other in others:
        if other.shape is not None:
            bound[f"#{other.argument}"] = len(other.shape)
            _bind(bound, _form(texts.get(other.argument, ""), attrs), other.shape)
    words = _form(texts[chief.argument], attrs)
    return None if _fits(words, bound, chief.shape) else _filled(words, bound)


def wanted_value(op: str, attrs: Mapping[str, Any], chief: Given, others: list[Given]) -> str | None:
    """Return the text of the values that the op wants of ``chief`` beside ``others``; None where not known."""
    by_name = {o.argument: o for o in others}
    counted, more = AXES.get((op, chief.argument), ("", 0))
    shape = by_name[counted].shape if counted in by_name else None
    if shape is not None:
        rank = len(shape) + more
        return f"{-rank} to {rank - 1}" if rank else "0 or -1"
    first = others[0].shape if others else None
    if op == "Reshape" and first is not None and None not in first:
        count = math.prod(n or 0 for n in first)
        return f"sizes that make {count} element{'' if count == 1 else 's'}, as {shape_phrase(first)} has"
    if op == "Transpose" and chief.values:
        return f"each of 0 to {len(chief.values) - 1} once"
    if op == "StridedSlice" and chief.argument == "begin" and "input" in by_name:
        return f"indices below {shape_phrase(by_name['input'].shape)}, the sizes of input"
    if not others and chief.values is not None and any(_is_negative(v) for v in chief.values):
        return "-1 once, else sizes of 0 or more" if op == "Reshape" else "0 or more"
    return None


def _is_negative(value: Any) -> bool:
    return isinstance(value, (int, float)) and value < 0


def _form(text: str, attrs: Mapping[str, Any]) -> list[str]:
    """Return the sizes' words of a table's text, in the form that the attrs ask for."""
    usual, *special = (part.strip() for part in text.split("|"))
    for one in special:
        condition, _, sizes = one.partition(": ")
        attr, _, value = condition.partition("=")
        if (str(attrs.get(attr)) == value) if value else attrs.get(attr):
            return sizes.split()
    return usual.split()


def _bind(bound: dict[str, Any], words: list[str], shape: Shape) -> None:
    """Note the sizes that a shape gives to the words, if their number fits."""
    if len(words) == 1 and words[0].startswith("*"):
        bound.setdefault(words[0], shape)
        return
    if "..." in words:
        at = words.index("...")
        after = len(words) - at - 1
        if len(shape) < len(words) - 1:
            return
        bound.setdefault("...", shape[at : len(shape) - after])
        pairs = [
            *zip(words[:at], shape, strict=False),
            *zip(words[at + 1 :], shape[len(shape) - after :], strict=True),
        ]
    elif len(words) != len(shape) or words in (["scalar"], ["vector"]):
        return
    else:
        pairs = list(zip(words, shape, strict=True))
    for word, size in pairs:
        if size is not None and not word.isdigit() and not word.startswith("#"):
            bound.setdefault(word, size)


def _fits(words: list[str], bound: Mapping[str, Any], shape: Shape | None) -> bool:
    """Tell whether the shape is as the words say: then it is not what they would explain."""
    if shape is None or words in (["scalar"], ["vector"]) or words[0].startswith("*") or "..." in words:
        return words == ["vector"] and shape is not None and len(shape) == 1
    sizes = [bound.get(word, int(word) if word.isdigit() else None) for word in words]
    return len(sizes) == len(shape) and all(
        a in (b, None) or b is None for a, b in zip(sizes, shape, strict=True)
    )


def _filled(words: list[str], bound: Mapping[str, Any]) -> str | None:
    """Return the words with the known sizes in their places."""
    if words == ["scalar"]:
        return "a scalar"
    if words == ["vector"]:
        return "a vector, such as {1,2}"
    if words[0].startswith("*"):
        return shape_phrase(bound[words[0]]) if words[0] in bound else None
    parts: list[str] = []
    for word in words:
        if word == "..." and word in bound:
            parts += map(size_text, bound[word])
        elif word.startswith("#"):
            parts.append(str(bound.get(word, f"rank of {word[1:]}")))
        else:
            parts.append(str(bound.get(word, word)))
    return f"[{', '.join(parts)}]"


def _beside_in_concat(chief: Given, others: list[Given]) -> str | None:
    """Return the shape of a tensor to be joined to another: all sizes equal, but that along the axis."""
    beside = next((o.shape for o in others if o.argument == "values" and o.shape is not None), None)
    if beside is None:
        return None
    axis = next((o.values for o in others if o.argument in ("axis", "concat_dim")), None)
    if not axis or not isinstance(axis[0], int) or not -len(beside) <= axis[0] < len(beside):
        return f"rank {len(beside)}, as {shape_phrase(beside)} has"
    sizes: list[str] = list(map(size_text, beside))
    sizes[axis[0]] = "any"
    return f"[{', '.join(sizes)}]"
