"""The blocks that Python files below a project's folder make: read when asked for, and again when a file changes."""

from __future__ import annotations

import functools
import itertools
import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from app.document.model.diagram import Page
from app.document.model.python_symbol import PREFIX, PythonSymbol, python_symbol
from app.document.model.sentence import Sentence, say
from app.document.resources.companion_files import CompanionFault, companion_path
from app.document.resources.python_source import (
    Parameter,
    PythonFault,
    PythonFunction,
    PythonModule,
    Result,
    ScalarKind,
)
from app.document.resources.unfit import Unfit
from app.document.storage.bounded_read import read_bytes
from app.document.storage.digests import sha256
from app.document.storage.errors import FileProblem
from blocks.catalog import Catalog, OwnSymbol, load
from blocks.dtypes import BY_LABEL
from blocks.op_facts.side_effects import Effect
from blocks.symbol import Op, OpArg, OpAttr, Pin, Symbol

CATEGORY = "project"  # of the palette
MOST_BYTES = 1 << 16  # of a Python file: nothing else of the process runs while one is parsed
MOST_TOGETHER = (
    1 << 20
)  # bytes of all files of a project, and of what one imports: it takes time to read them
_MOST_FILES = 100  # of a folder that are looked through for blocks
_REMEMBERED = 500  # files

# The dtypes that a wire may bring to a plain number, which the function gets as Python's own.
_WIRED: dict[ScalarKind, tuple[str, ...]] = {
    "float": ("DT_DOUBLE", "DT_FLOAT", "DT_HALF", "DT_BFLOAT16"),
    "int": ("DT_INT64", "DT_INT32", "DT_INT16", "DT_INT8", "DT_UINT8", "DT_UINT16", "DT_UINT32", "DT_UINT64"),
}


class PythonSource(msgspec.Struct, frozen=True):
    """The text of one file, by its name as symbols spell it."""

    file: str
    text: bytes


class _Read(msgspec.Struct, frozen=True):
    """A file as it was read: its text with its functions, or why it is no Python."""

    stamp: tuple[int, int, int]
    source: bytes = b""
    module: PythonModule | None = None
    fault: PythonFault | None = None


_files: dict[str, _Read] = {}
_lock = threading.Lock()


class PythonBlocks(msgspec.Struct, frozen=True):
    """What is known of the Python blocks of some pages: the functions by symbol, and why others are none.

    ``contents`` has the digest of each function's file and of the local ones that it imports: what runs is another if
    it is another.
    """

    functions: dict[str, PythonFunction] = {}
    unfit: dict[str, Unfit] = {}
    contents: dict[str, bytes] = {}

    @classmethod
    def on(cls, pages: Iterable[Page], folder: Path) -> PythonBlocks:
        """Return what the files below the folder say of the Python blocks on the pages."""
        symbols = {block.symbol for page in pages for block in page.blocks.values()}
        names = {symbol for symbol in symbols if symbol.startswith(PREFIX)}
        return cls.named(sorted(names), folder) if names else NO_PYTHON

    @classmethod
    def named(cls, names: Iterable[str], folder: Path) -> PythonBlocks:
        """Return what the files below the folder say of these symbols."""
        known, reading = cls({}, {}, {}), _Reading(folder)
        for name in names:
            symbol = python_symbol(name)
            if symbol is None:
                known.unfit[name] = _unfit(say("python.bad-symbol", symbol=name))
                continue
            try:
                digest = reading.digest(symbol.file)
                known.functions[name], known.contents[name] = _function(symbol, folder), digest
            except PythonFault as fault:
                known.unfit[name] = _unfit(_placed(symbol, fault), fault.hint)
        return known

    @property
    def names(self) -> set[str]:
        """Return the symbols of which anything is known."""
        return {*self.functions, *self.unfit}

    def of(self, name: str) -> PythonFunction | Unfit | None:
        """Return what is known of a symbol."""
        return self.functions.get(name) or self.unfit.get(name)

    def catalog(self) -> Catalog:
        """Return the shipped catalog, with these blocks where there are any."""
        return load().with_own(self.symbols()) if self.functions else load()

    def symbols(self) -> dict[str, OwnSymbol]:
        """Return the catalog's entries of the blocks."""
        return {name: entry_of(name, function) for name, function in self.functions.items()}


NO_PYTHON = PythonBlocks()


def _unfit(sentence: Sentence, hint: Sentence | None = None) -> Unfit:
    return Unfit("bad-python", sentence, hint)


class _Reading:
    """Reads the files of some blocks, up to a size that they may have together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests: dict[str, bytes] = {}
        self._sizes: dict[str, int] = {}

    def digest(self, file: str) -> bytes:
        """Return the digest of a file and of what it imports; raises PythonFault where it does not read."""
        if file not in self._digests:
            self._take(file, _size(file, self._folder))
            sources = sources_of(file, self._folder)
            for source in sources:
                self._take(source.file, len(source.text))
            self._digests[file] = digest_of(sources)
        return self._digests[file]

    def _take(self, file: str, size: int) -> None:
        self._sizes[file] = size
        if sum(self._sizes.values()) > MOST_TOGETHER:
            raise PythonFault(say("python.too-much", most=MOST_TOGETHER // 1024))


def _size(file: str, folder: Path) -> int:
    """Return how much of a file would be read; 0 where there is none."""
    try:
        return min(os.stat(companion_path(file, folder)).st_size, MOST_BYTES)
    except (CompanionFault, OSError, ValueError):
        return 0


def _function(symbol: PythonSymbol, folder: Path) -> PythonFunction:
    """Return the function that a symbol names; raises PythonFault where there is none that is a block."""
    read = _read(symbol.file, folder)
    assert read.module is not None
    return read.module.function(symbol.function)


def _placed(symbol: PythonSymbol, fault: PythonFault) -> Sentence:
    if fault.line is None:
        return fault.sentence
    return say("python.at", file=symbol.file, line=fault.line, why=fault.sentence)


def blocks_in(folder: Path) -> list[str]:
    """Return the symbols of all functions that are blocks in the Python files of a folder, not of those below it."""
    try:
        with os.scandir(folder) as entries:
            files = [e.name for e in itertools.islice(entries, 20 * _MOST_FILES) if e.name.endswith(".py")]
    except OSError:
        return []
    found: list[str] = []
    left = MOST_TOGETHER
    for file in sorted(files)[:_MOST_FILES]:
        left -= _size(file, folder)
        if left < 0:
            break
        try:
            read = _read(file, folder)
        except PythonFault:
            continue
        assert read.module is not None
        names = (str(PythonSymbol(file, function)) for function in read.module.blocks())
        found += [name for name in names if python_symbol(name) is not None]
    return found


def sources_of(file: str, folder: Path) -> tuple[PythonSource, ...]:
    """Return the text of a file and of those local files that it imports, directly or through others.

    A module is local where a file of its name lies beside the file, or in a package there. Raises PythonFault where
    the file itself does not read; of the others those that do not are left out.
    """
    beside = file.rpartition("/")[0]
    found = {file: _read(file, folder)}
    todo, left = [file], MOST_TOGETHER
    while todo:
        module = found[todo.pop()].module
        assert module is not None
        for name in _local_files(sorted(module.imports), beside):
            is_known = name in found or python_symbol(f"{PREFIX}{name}:f") is None
            if is_known or left <= 0:
                continue
            try:
                found[name] = _read(name, folder)
            except PythonFault:
                continue
            left -= len(found[name].source)
            todo.append(name)
    return tuple(PythonSource(name, found[name].source) for name in (file, *sorted(found.keys() - {file})))


def digest_of(sources: Iterable[PythonSource]) -> bytes:
    """Return the SHA-256 of files, by their names and texts."""
    whole = sha256()
    for source in sorted(sources, key=lambda source: source.file):
        whole.update(source.file.encode() + b"\0" + sha256(source.text).digest())
    return whole.digest()


def _local_files(modules: Iterable[str], beside: str) -> Iterator[str]:
    """Give the names of the files that modules of these dotted names, and the packages they are in, may be."""
    top = f"{beside}/" if beside else ""
    for module in modules:
        parts = module.split(".")
        for end in range(1, len(parts) + 1):
            place = top + "/".join(parts[:end])
            yield f"{place}.py"
            yield f"{place}/__init__.py"


def _read(file: str, folder: Path) -> _Read:
    """Return a file as it is now; raises PythonFault where it is not there or is no Python."""
    try:
        place = companion_path(file, folder)
        found = os.stat(place)
    except CompanionFault as fault:
        raise PythonFault(fault.sentence) from None
    except (OSError, ValueError):
        raise PythonFault(
            say("python.no-file", file=file), None, say("hint.write-python-file", file=file)
        ) from None
    stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
    key = os.fspath(place)
    with _lock:
        read = _files.get(key)
    if read is None or read.stamp != stamp:
        read = _read_anew(place, stamp)
        with _lock:
            if len(_files) >= _REMEMBERED:
                _files.clear()
            _files[key] = read
    if read.fault is not None:
        raise read.fault
    return read


def _read_anew(place: Path, stamp: tuple[int, int, int]) -> _Read:
    try:
        if stamp[1] > MOST_BYTES:
            raise PythonFault(say("python.too-large", size=stamp[1] // 1024, most=MOST_BYTES // 1024))
        source = read_bytes(place, limit=MOST_BYTES)
        return _Read(stamp, source, PythonModule(source))
    except FileProblem as fault:
        return _Read(stamp, fault=PythonFault(fault.reason))
    except PythonFault as fault:
        return _Read(stamp, fault=fault)


# --- the catalog's entry --------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=2_000)
def entry_of(name: str, function: PythonFunction) -> OwnSymbol:
    """Return a function as the catalog holds blocks: the op behind it is one of its own, with its declared types."""
    symbol = python_symbol(name)
    assert symbol is not None
    inputs = [_input(p) for p in function.parameters]
    outputs = [_output(r) for r in function.results]
    shown = [
        Pin(name=f"result_{p.name}", direction="result", kind=p.kind, wire=False, arg=p.arg or p.name)
        for p in outputs or [_OPERATION]
    ]
    pins = (_SCOPE, *inputs, *(outputs or [_OPERATION]), *shown)
    title = (function.name, symbol.file.rpartition("/")[2])
    made = Symbol(name=name, category=CATEGORY, title=title, pins=pins, op=name)
    args = tuple(_argument(p) for p in function.parameters)
    attrs = tuple(_type_attr(p.name, p.scalar) for p in function.parameters if p.scalar in _WIRED)
    gives = tuple(OpArg(name=r.name, dtype=BY_LABEL[r.spec.dtype].name) for r in function.results)
    return OwnSymbol(
        made,
        Op(name=name, inputs=args, outputs=gives, attrs=attrs, stateful=True),
        function.help,
        Effect.PYTHON,
    )


_SCOPE = Pin(name="scope", direction="in", kind="scope", example="scope", wire=False)
_OPERATION = Pin(name="operation", direction="out", kind="operation")


def _input(parameter: Parameter) -> Pin:
    return Pin(
        name=parameter.name,
        direction="in",
        kind="tensor",
        dtype=BY_LABEL[parameter.spec.dtype].name,
        default=parameter.default,
        required=parameter.default is None,
        arg=parameter.name,
    )


def _output(result: Result) -> Pin:
    return Pin(name=result.name, direction="out", kind="tensor", arg=result.name)


def _argument(parameter: Parameter) -> OpArg:
    if parameter.scalar in _WIRED:
        return OpArg(name=parameter.name, type_attr=_type_name(parameter.name))
    return OpArg(name=parameter.name, dtype=BY_LABEL[parameter.spec.dtype].name)


def _type_attr(name: str, scalar: ScalarKind | None) -> OpAttr:
    assert scalar is not None
    allowed = _WIRED[scalar]
    return OpAttr(name=_type_name(name), type="type", default=allowed[0], has_default=True, allowed=allowed)


def _type_name(parameter: str) -> str:
    return f"T_{parameter}"
