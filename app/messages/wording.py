"""Fills templates in: parameters, lists, plurals, shapes, requirements and what is there instead, in any language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from app.document.model.sentence import Sentence
from blocks.requirement import (
    Actual,
    AllDifferent,
    EachOnce,
    Finite,
    IndicesBelow,
    InRange,
    NotZero,
    RankOf,
    Requirement,
    ShapeOf,
    SizesFrom,
    SizesMaking,
)

Templates = Mapping[str, str]

_MOST_NAMED = 4  # dtypes that a sentence lists
_MOST_LISTED = 5  # blocks that a sentence lists
_PARSE = Formatter().parse
# What a terminal or label takes for a command, or does not show where it stands: control characters, marks that turn
# the direction of writing around, halves of characters. Words of TensorFlow's may have lines.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_LINES = "\n\t"


def visible(text: str, but: str = "") -> str:
    """Return a text whose control characters, except those in ``but``, are spelt as Python spells them."""
    return _HIDDEN.sub(lambda found: found[0] if found[0] in but else _spelt(found[0]), text)


def _spelt(character: str) -> str:
    return character.encode("unicode_escape").decode()


class Language:
    """Makes texts by the templates of one language.

    A template is a text with fields in braces. A field takes what Python's formats take, and besides
    ``{names:or}`` and ``{names:and}`` (the usual join is the comma), ``{names:few}`` (the first ones and how many
    more), ``{dtypes:either}`` (``a, b or c``), ``{shape:shape}`` (``[2, ?]``, ``a scalar``), ``{shape:sizes}``
    (``[]`` for a scalar), ``{word:a}`` (with its article), ``{index:element}`` (``[0][2]``) and ``{count|one|many}``,
    which is the word that goes with the number. None fills in nothing.
    """

    def __init__(self, templates: Templates) -> None:
        """Take the templates by key."""
        self._templates = templates

    def text(self, sentence: Sentence) -> str:
        """Return a sentence's text; raises KeyError for one that the language does not have."""
        signs = _LINES if sentence.key == "quote" else ""
        return self._filled(self._templates[sentence.key], dict(sentence.params), signs)

    def say(self, key: str, /, **params: Any) -> str:
        """Return the text of a template."""
        return self._filled(self._templates[key], params)

    def _filled(self, template: str, params: Mapping[str, Any], signs: str = "") -> str:
        """Return a text; texts among the parameters may hold control characters of ``signs``."""
        parts = []
        for before, field, spec, conversion in _PARSE(template):
            parts.append(before)
            if field is None:
                continue
            name, *words = field.split("|")
            value = params[name]
            if words:
                parts.append(words[0] if value == 1 else words[1])
            elif conversion == "r":
                parts.append(repr(value))
            elif isinstance(value, str) and spec not in _FORMS:
                parts.append(visible(format(value, spec or ""), signs))
            else:
                parts.append(self.worded(value, spec or ""))
        return "".join(parts)

    def worded(self, value: Any, form: str = "") -> str:
        """Return a parameter's text; ``form`` is what stands behind the colon of its field."""
        special = _FORMS.get(form)
        if special is not None:
            return special(self, value)
        if value is None:
            return ""
        if isinstance(value, Sentence):
            return self.text(value)
        if isinstance(value, Requirement):
            return self.requirement(value)
        if isinstance(value, Actual):
            return self.actual(value)
        if isinstance(value, tuple):
            return self._joined(value, "join.comma")
        return visible(value) if isinstance(value, str) else format(value, form)

    # --- lists and shapes ------------------------------------------------------------------------------------

    def _joined(self, items: tuple[Any, ...], by: str) -> str:
        return self._templates[by].join(self.worded(item) for item in items)

    def _few(self, names: tuple[Any, ...]) -> str:
        shown = self._joined(names[:_MOST_LISTED], "join.comma")
        more = len(names) - _MOST_LISTED
        return shown if more <= 0 else self.say("list.more", shown=shown, count=more)

    def _either(self, names: tuple[str, ...]) -> str:
        if len(names) > _MOST_NAMED:
            return self.say("list.and-so-on", shown=names[:_MOST_NAMED])
        first = self._joined(names[:-1], "join.comma")
        return (
            self.say("list.either", first=first, last=names[-1])
            if first
            else self._joined(names, "join.comma")
        )

    def _with_article(self, words: Any) -> str:
        named = words if isinstance(words, tuple) else (words,)
        first = self.worded(named[0]) if named else ""
        rest = self._joined((first, *named[1:]), "join.or")
        is_vowel = first[:1].lower() in self._templates["vowels"]
        return self.say("article.vowel" if is_vowel else "article.other", word=rest)

    def _commands(self, commands: tuple[Any, ...]) -> str:
        first, *others = map(self.worded, commands)
        return self._templates["join.and"].join([first, *(other[:1].lower() + other[1:] for other in others)])

    def sizes(self, sizes: tuple[Any, ...]) -> str:
        """Return a shape in brackets: ``[2, ?]``, ``[]``; named sizes by their names."""
        return f"[{', '.join(self._size(size) for size in sizes)}]"

    def _size(self, size: Any) -> str:
        if size is None:
            return "?"
        if size == "*":
            return self.say("size.any")
        if isinstance(size, str) and size.startswith("#"):
            return self.say("size.rank-of", pin=size[1:])
        return str(size)

    def shape(self, shape: tuple[Any, ...] | None) -> str:
        """Return a tensor's shape: ``[2, ?]``, ``a scalar``, ``an unknown shape``."""
        if shape is None:
            return self.say("shape.unknown")
        return self.sizes(shape) if shape else self.say("shape.scalar")

    # --- requirements ----------------------------------------------------------------------------------------

    def requirement(self, needs: Requirement, brief: bool = False) -> str:
        """Return what is required, such as ``float32 [?, 4]``; ``brief`` names the first few of many dtypes."""
        parts = [
            self._dtypes(needs, brief),
            self._shape_needed(needs.shape) if needs.shape is not None else "",
            self._values_needed(needs.values) if needs.values is not None else "",
            self._count_needed(needs.count) if needs.count is not None else "",
            self._joined(needs.names, "join.comma"),
            self._kind(needs.kind) if needs.kind else "",
            self.say(f"form.{needs.form}") if needs.form else "",
        ]
        return " ".join(part for part in parts if part)

    def _kind(self, kind: str) -> str:
        """Return a kind of pin, with what is typed there where that may be typed."""
        return self._templates.get(f"typed.{kind}", kind)

    def _dtypes(self, needs: Requirement, brief: bool) -> str:
        if needs.in_order:
            return f"({', '.join(needs.dtypes)})"
        return (
            self._either(needs.dtypes) if brief and needs.dtypes else self._joined(needs.dtypes, "join.comma")
        )

    def _shape_needed(self, needs: ShapeOf | RankOf) -> str:
        if isinstance(needs, RankOf):
            return self._rank_needed(needs)
        if needs.broadcast:
            return self.say("shape.broadcast", shape=needs.sizes)
        if all(size is None for size in needs.sizes):
            return self.say("rank.exact", rank=len(needs.sizes)) if needs.sizes else self.say("shape.scalar")
        return self.sizes(needs.sizes) + self._rank_of_names(needs.sizes)

    def _rank_of_names(self, sizes: tuple[Any, ...]) -> str:
        """Return how many sizes the names stand for, or that the last two are one; "" where numbers say it."""
        names = [size for size in sizes if isinstance(size, str) and size not in ("*", "...")]
        is_open, rank = "..." in sizes, len(sizes) - sizes.count("...")
        if not names or any(name.startswith(("#", "*")) for name in names):
            return ""
        if rank > 1 and sizes[-1] == sizes[-2]:
            return self.say("rank.square", rank=rank)
        return self.say("rank.least-named" if is_open else "rank.named", rank=rank)

    def _rank_needed(self, needs: RankOf) -> str:
        rank = needs.ranks[0]
        if needs.bound != "exact":
            return self.say("rank.least" if needs.bound == "least" else "rank.most", rank=rank)
        if len(needs.ranks) > 1:
            return self.say("rank.one-of", ranks=needs.ranks)
        if needs.like is not None:
            return self.say("rank.like", rank=rank, shape=needs.like)
        if needs.example is not None:
            return self.say("rank.vector-such-as", example=needs.example)
        return self.say({0: "shape.scalar", 1: "rank.vector"}.get(rank, "rank.exact"), rank=rank)

    def _values_needed(self, needs: Any) -> str:
        if isinstance(needs, InRange):
            return self._range_needed(needs)
        if isinstance(needs, EachOnce):
            return self.say("values.each-once", last=needs.count - 1)
        if isinstance(needs, SizesMaking):
            return self.say("values.sizes-making", count=needs.count, shape=needs.like)
        if isinstance(needs, SizesFrom):
            key = "values.one-open" if needs.one_open else "values.sizes-above"
            return self.say(key, below=needs.least - 1)
        if isinstance(needs, IndicesBelow):
            key = "values.indices-below-sizes" if needs.of else "values.indices-below"
            return self.say(key, shape=needs.shape, pin=needs.of)
        return self.say(_PLAIN_VALUES[type(needs)])

    def _range_needed(self, needs: InRange) -> str:
        low, high = needs.low, needs.high
        if low is not None and high is not None:
            key = "range.exact" if low == high else "range.below" if needs.open else "range.between"
            key = "range.none" if low > high else key
        elif low is not None:
            key = "range.above" if needs.open else "range.least"
        else:
            key = "range.less" if needs.open else "range.most"
        return self.say(key, low=low, high=high)

    def _count_needed(self, needs: InRange) -> str:
        """Return a limit of a number of things, as a formula where one end is open."""
        if needs.low is None or needs.high is None:
            sign = ">" if needs.high is None else "<"
            number = needs.low if needs.high is None else needs.high
            return f"{sign}{'' if needs.open else '='} {number}"
        if needs.low == needs.high:
            return self.say("count.exact", count=needs.low)
        return self._range_needed(needs)

    # --- what is there instead -------------------------------------------------------------------------------

    def actual(self, there: Actual) -> str:
        """Return what is there: ``float32 [2, 3]``, ``{1,2}, shape [2]``, ``5 at position 2``, a count, a name."""
        if there.value is not None:
            if there.index is not None:
                return self._at(there.value, there.index)
            if there.shape is not None:
                key = "actual.value-of-shape" if there.shape else "actual.value-and-scalar"
                return self.say(key, value=there.value, shape=there.shape)
            return visible(there.value)
        parts = [
            there.dtype or "",
            f"({', '.join(there.dtypes)})" if there.dtypes is not None else "",
            self.shape(there.shape) if there.shape is not None else "",
            "" if there.count is None else str(there.count),
            visible(there.name or ""),
            there.kind or "",
        ]
        return " ".join(part for part in parts if part)

    def _at(self, value: str, index: tuple[int, ...]) -> str:
        if not index:
            return value
        return self.say("actual.at", value=value, place=self.place(index))

    def place(self, index: tuple[int, ...]) -> str:
        """Return where in a tensor a value stands: ``position 2`` in a vector, ``[1, 2]`` elsewhere."""
        return self.say("place.position", position=index[0]) if len(index) == 1 else self.sizes(index)


_PLAIN_VALUES = {
    Finite: "values.finite",
    NotZero: "needs.no-zero",
    AllDifferent: "values.all-different",
}

_FORMS: dict[str, Callable[[Language, Any], str]] = {
    "or": lambda language, names: language._joined(names, "join.or"),
    "and": lambda language, names: language._joined(names, "join.and"),
    "a": lambda language, words: language._with_article(words),
    "few": lambda language, names: language._few(names),
    "either": lambda language, names: language._either(names),
    "brief": lambda language, needs: language.requirement(needs, brief=True),
    "shape": lambda language, shape: language.shape(shape),
    "sizes": lambda language, shape: "?" if shape is None else language.sizes(shape),
    "commands": lambda language, commands: language._commands(commands),
    "path": lambda language, places: "".join(f"{language.worded(place)}: " for place in places),
    "place": lambda language, index: language.place(index),
    "element": lambda language, index: "".join(f"[{place}]" for place in index),
}
