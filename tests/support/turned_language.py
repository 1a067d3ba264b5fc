"""A second language, made of the English one: every text in brackets, its words and their order turned round."""

from __future__ import annotations

from string import Formatter

from app.messages.en import TEMPLATES
from app.messages.wording import Language

OPEN, CLOSE = "⟦", "⟧"


def turned(template: str) -> str:
    """Return a template with the same fields in the other order, and its own words letter by letter backwards."""
    parts = []
    for words, field, form, conversion in Formatter().parse(template):
        parts.append(words[::-1].replace("{", "{{").replace("}", "}}"))
        if field is not None:
            name, *forms = field.split("|")
            shown = "|".join([name, *(word[::-1] for word in forms)])
            parts.append(f"{{{shown}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}")
    return OPEN + "".join(reversed(parts)) + CLOSE


# TensorFlow's and the system's own words are left out: they are English in every language
_QUOTE = f"{OPEN}…{CLOSE}"
TURNED = Language({**{key: turned(template) for key, template in TEMPLATES.items()}, "quote": _QUOTE})
