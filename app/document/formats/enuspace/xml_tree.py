"""From the text of an XML file to a tree of plain nodes. Declarations and entities are refused, depth is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from app.document.model.sentence import Sentence, quote, say
from app.document.storage.errors import FileProblem

_MAX_DEPTH = 200


@dataclass
class Node:
    """An element: its name and attributes without namespace prefixes, its text, its children in file order."""

    name: str
    attrs: dict[str, str]
    children: list[Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The element's id, or ""."""
        return self.attrs.get("id", "")

    @property
    def text(self) -> str:
        """The text directly within the element."""
        return "".join(self.texts)

    def named(self, name: str) -> Iterator[Node]:
        """Yield the children of that name."""
        return (child for child in self.children if child.name == name)


def parse_xml(text: str, name: str) -> Node:
    """Return the root element. ``name`` is the file's name for messages.

    Raises:
        FileProblem: the text is no well-formed XML, declares a document type or entities, or nests too deep.
    """
    return _Builder(name).parse(text)


class _Builder:
    def __init__(self, name: str) -> None:
        self._name = name
        self._root: Node | None = None
        self._open: list[Node] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._refuse_declaration
        self._parser.EntityDeclHandler = self._refuse_declaration

    def parse(self, text: str) -> Node:
        try:
            self._parser.Parse(text.encode("utf-8", "surrogatepass"), True)
        except expat.ExpatError as fault:
            reason = say("xml.incomplete", why=quote(expat.ErrorString(fault.code)))
            raise FileProblem(reason, file=self._name, line=fault.lineno, column=fault.offset + 1) from None
        assert self._root is not None, "expat refuses a text without an element"
        return self._root

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        node = Node(_local(name), {_local(k): v for k, v in attrs.items()})
        if not self._open:
            self._root = node
        elif len(self._open) >= _MAX_DEPTH:
            self._refuse(say("xml.too-deep", most=_MAX_DEPTH))
        else:
            self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _data(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def _refuse_declaration(self, *declared: object) -> NoReturn:
        self._refuse(say("xml.declares-entities"))

    def _refuse(self, reason: Sentence) -> NoReturn:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        raise FileProblem(reason, file=self._name, line=line, column=column)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
