"""Files that are made to take all time or memory of who opens them, by what they are; each writes into a folder."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.broken_archives import header, npy
from tests.support.enuspace_pages import HEAD

MANY = 50_000
Make = Callable[[Path], Path]  # writes into a folder, returns the file to open


def project(blocks: Any = None, wires: Any = (), **page: Any) -> str:
    """Return the text of a project of one page."""
    made = {"name": "p", "blocks": [] if blocks is None else blocks, "wires": list(wires), **page}
    return json.dumps({"format": "tensorblocks", "version": 1, "pages": [made]})


def const(text: Any) -> str:
    """Return a project with one constant of this text."""
    return project([{"id": "c", "symbol": "Const", "pins": {"val": text}}])


def attrs(text: str) -> str:
    """Return a project with one block of these attrs."""
    return project([{"id": "c", "symbol": "MatMul", "pins": {"a": "1.0f", "b": "1.0f", "attrs": text}}])


def _texts() -> dict[str, Callable[[], str]]:
    """Return projects by what is wrong with their text."""
    deep = "[" * 1_000_000
    start = '{"format": "tensorblocks", "version": 1, "pages": '
    return {
        "lists without end": lambda: start + deep,
        "lists nested deeply": lambda: start + deep + "]" * 1_000_000 + "}",
        "objects nested deeply": lambda: start + '{"a":' * 500_000 + "1" + "}" * 500_000 + "}",
        "unknown keys nested deeply": lambda: project(more=json.loads("[" * 900 + "]" * 900)),
        "a number of a million digits": lambda: start + "1" * 1_000_000 + "}",
        "a step number of a million digits": lambda: project(run={"steps": 1}).replace(
            '"steps": 1', '"steps": 1' + "0" * 1_000_000
        ),
        "an exponent of a million digits": lambda: start + "1e" + "9" * 1_000_000 + "}",
        "too many bytes": lambda: project() + " " * (65 << 20),
        "a file of NULs": lambda: "\0" * (10 << 20),
        "an id of a million letters": lambda: project([{"id": "a" * 1_000_000, "symbol": "Const"}]),
        "a symbol of a million letters": lambda: project([{"id": "a", "symbol": "A" * 1_000_000}]),
        "a Python symbol of a million letters": lambda: project(
            [{"id": "a", "symbol": f"python:{'a/' * 500_000}b.py:f"}]
        ),
        "a page name of a million letters": lambda: project().replace('"p"', json.dumps("p" * 1_000_000)),
        "many blocks of one id": lambda: project([{"id": "a", "symbol": "Const"}] * MANY),
        "many unknown symbols": lambda: project([{"id": f"b{i}", "symbol": f"No{i}"} for i in range(20_000)]),
        "many wires to one pin": lambda: project(
            [{"id": "a", "symbol": "Const", "pins": {"val": "1"}}, {"id": "b", "symbol": "Negate"}],
            [["a.output", "b.x"]] * MANY,
        ),
        "many pins of one block": lambda: project(
            [{"id": "a", "symbol": "Const", "pins": {f"p{i}": "1" for i in range(10_000)}}]
        ),
        "many wires to nowhere": lambda: project([], [[f"a{i}.x", f"b{i}.y"] for i in range(20_000)]),
        "many pages": lambda: json.dumps(
            {"format": "tensorblocks", "version": 1, "pages": [{"name": f"p{i}"} for i in range(10_000)]}
        ),
        "many notes": lambda: project(
            notes=[{"id": f"n{i}", "kind": "text", "at": [0, 0], "text": "x"} for i in range(50_000)]
        ),
        "braces without end": lambda: const("{" * 1_000_000),
        "braces nested deeply": lambda: const("{" * 300_000 + "}" * 300_000),
        "many empty braces": lambda: const("{" + "{}," * 300_000 + "{}}"),
        "many numbers": lambda: const("{" + "1," * 1_000_000 + "1}"),
        "a ragged list of a million": lambda: const("{" + "{1}," * 300_000 + "{1,2}}"),
        "digits of a number": lambda: const("1" * 5_000_000),
        "an exponent of a number": lambda: const("1e" + "9" * 5_000_000),
        "a text without end": lambda: const('"' + "a" * 5_000_000),
        "backslashes": lambda: const('"' + "\\" * 5_000_000 + '"'),
        "a complex number of a million signs": lambda: const("1" + "+1j" * 500_000),
        "a shape of many sizes": lambda: project(
            [{"id": "c", "symbol": "Variable", "pins": {"dtype": "DT_FLOAT", "shape": "[1]" * 300_000}}]
        ),
        "a shape of 10^18": lambda: project(
            [{"id": "c", "symbol": "Variable", "pins": {"dtype": "DT_FLOAT", "shape": "[1000000000][1000000000]"}}]
        ),
        "many attrs": lambda: attrs("a_ = 1;" * 50_000),
        "attrs of brackets": lambda: attrs("transpose_a_ = " + "[" * 500_000),
        "many empty attrs": lambda: attrs("transpose_a_ = true" + ";" * 500_000),
        "attrs twice": lambda: attrs("transpose_a_ = true;" * 100_000),
        "attrs of escaped quotes": lambda: attrs('transpose_a_ = "' + '\\"' * 300_000),
        "attrs of quotes": lambda: attrs('transpose_a_ = "' * 300_000),
        "a condition of a million signs": lambda: project(run={"until": "a.b < " + "1" * 1_000_000}),
        "a condition of brackets": lambda: project(run={"until": "a.b" + "[0]" * 300_000 + " < 1"}),
        "a chain of wires in circles": lambda: project(
            [{"id": f"b{i}", "symbol": "Negate"} for i in range(20_000)],
            [[f"b{i}.y", f"b{(i + 1) % 20_000}.x"] for i in range(20_000)],
        ),
        "a page that stands on itself": lambda: json.dumps(
            {
                "format": "tensorblocks", "version": 2,
                "pages": [{"name": "p", "blocks": [{"id": "a", "symbol": "page:p"}, {"id": "r", "symbol": "Result"}]}],
            }
        ),
        "pages that stand on each other twice, forty deep": lambda: json.dumps(doubling(40)),
        "a million uses of a page of a page": lambda: json.dumps(doubling(3, 100)),
    }  # fmt: skip


def doubling(depth: int, width: int = 2) -> dict[str, Any]:
    """Return a project whose page of each level stands ``width`` times on the next: ``width`` ** depth blocks."""
    pages: list[dict[str, Any]] = []
    for level in range(depth):
        symbol = f"page:l{level + 1}"
        blocks = [{"id": f"u{i}", "symbol": symbol} for i in range(width)]
        wires = []
        if level:
            blocks.append({"id": "y", "symbol": "Result"})
            wires = [["u0.y", "y.input"]]
        pages.append({"name": f"l{level}", "blocks": blocks, "wires": wires})
    last = [{"id": "c", "symbol": "Const", "pins": {"val": "1"}}, {"id": "y", "symbol": "Result"}]
    pages.append({"name": f"l{depth}", "blocks": last, "wires": [["c.output", "y.input"]]})
    return {"format": "tensorblocks", "version": 2, "pages": pages}


# --- arrays beside a project


def _archive(members: Callable[[zipfile.ZipFile], None]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        members(archive)
    return buffer.getvalue()


def _many_members() -> bytes:
    def write(archive: zipfile.ZipFile) -> None:
        for number in range(150_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.npy"), b"")

    return _archive(write)


def _bomb() -> bytes:
    """Return an archive of 2 MB that unpacks to 2 GB of zeros."""
    zeros = zlib.compressobj(9, zlib.DEFLATED, -15)
    begin = npy(header(shape="(500000000,)"))
    size, total, parts = 0, 4 * 500_000_000, [zeros.compress(begin)]
    sum_ = zlib.crc32(begin)
    block = bytes(10_000_000)
    while size < total:
        parts.append(zeros.compress(block))
        sum_ = zlib.crc32(block, sum_)
        size += len(block)
    parts.append(zeros.flush())
    data, name, whole = b"".join(parts), b"w.npy", size + len(begin)
    local = struct.pack(
        "<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0x21, sum_, len(data), whole, len(name), 0
    )
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0x21, sum_, len(data), whole, len(name),
        0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    start = len(local) + len(name) + len(data)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) + len(name), start, 0)
    return local + name + data + entry + name + end


def _arrays() -> dict[str, Callable[[], bytes]]:
    return {
        "a bomb of 2 GB": _bomb,
        "an archive of many members": _many_members,
        "a header of 10^12 numbers": lambda: _archive(
            lambda a: a.writestr("w.npy", npy(header(shape="(1000000, 1000000)")))
        ),
        "a header of a million brackets": lambda: _archive(
            lambda a: a.writestr("w.npy", npy(header(shape="(" * 60_000)))
        ),
        "no archive, but long": lambda: bytes(50 << 20),
    }


# --- what is no regular file


def _odd(folder: Path, kind: str) -> None:
    place = folder / "s.npz"
    if kind == "a pipe":
        os.mkfifo(place)
    elif kind == "a device":
        place.symlink_to("/dev/zero")
    elif kind == "a link to itself":
        place.symlink_to("s.npz")
    elif kind == "links in a circle":
        place.symlink_to("t.npz")
        (folder / "t.npz").symlink_to("s.npz")
    elif kind == "a file of the kernel":
        place.symlink_to("/proc/self/mem")
    elif kind == "a folder":
        place.mkdir()
    elif kind == "a sparse file of a terabyte":
        with open(place, "wb") as file:
            file.truncate(1 << 40)


ODD = (
    "a pipe", "a device", "a link to itself", "links in a circle", "a file of the kernel", "a folder",
    "a sparse file of a terabyte",
)  # fmt: skip


# --- Python files


def _sources() -> dict[str, Callable[[], str]]:
    block = "def f(x: 'float32 []') -> 'float32 []':\n    return x\n"
    return {
        "100 MB of comments": lambda: block + "#" * (100 << 20),
        "brackets nested deeply": lambda: block + "x = " + "(" * 100_000 + ")" * 100_000,
        "signs without end": lambda: block + "x = " + "-" * 500_000 + "1",
        "a sum of many": lambda: block + "x = " + "1+" * 200_000 + "1",
        "dots without end": lambda: block + "x = a" + ".b" * 200_000,
        "calls without end": lambda: block + "x = f" + "()" * 200_000,
        "blocks nested deeply": lambda: (
            "".join(" " * i + "if 1:\n" for i in range(2000)) + " " * 2000 + "pass\n"
        ),
        "many elifs": lambda: block + "if 1:\n  pass\n" + "elif 1:\n  pass\n" * 20_000,
        "a number of a million digits": lambda: block + "x = " + "1" * 1_000_000,
        "many functions": lambda: "".join(block.replace("def f", f"def f{i}") for i in range(3_000)) + block,
        "a type of many signs": lambda: (
            f"def f(x: 'float32 [{'1,' * 200_000}1]') -> 'float32 []':\n    return x\n"
        ),
        "a default of brackets": lambda: f"def f(x: float = {'(' * 50_000}1{')' * 50_000}):\n    return x\n",
        "NULs": lambda: block + "\0" * 100_000,
        "half a character": lambda: block + "\udcff",
        "an f-string nested deeply": lambda: block + "x = " + "f'{" * 300 + "1" + "}'" * 300,
    }


# --- pages of enuSpace


def _pages() -> dict[str, Callable[[], str]]:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 20))
    return {
        "entities that grow": lambda: (
            f'<!DOCTYPE svg [<!ENTITY e0 "ha">{entities}]>{HEAD}<text>&e19;</text></svg>'
        ),
        "elements without end": lambda: HEAD + "<g>" * 2_000_000,
        "elements nested deeply": lambda: HEAD + "<g>" * 200_000 + "</g>" * 200_000 + "</svg>",
        "many attributes": lambda: (
            HEAD + "<use " + " ".join(f'a{i}="1"' for i in range(300_000)) + "/></svg>"
        ),
        "an attribute of 20 MB": lambda: HEAD + f'<use id="{"a" * (20 << 20)}"/></svg>',
        "many elements": lambda: HEAD + "<use/>" * 30_000 + "</svg>",
        "too many bytes": lambda: HEAD + " " * (65 << 20) + "</svg>",
        "a path of a million corners": lambda: HEAD + f'<polyline points="{"1,1 " * 1_000_000}"/></svg>',
        "transforms without end": lambda: HEAD + f'<use transform="{"scale(2) " * 300_000}"/></svg>',
        "brackets of a transform": lambda: HEAD + f'<use transform="{"scale(" * 300_000}"/></svg>',
    }


def _written(name: str, content: Callable[[], str | bytes]) -> Make:
    def write(folder: Path) -> Path:
        data = content()
        raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogateescape")
        (folder / name).write_bytes(raw)
        return folder / name

    return write


def _beside(name: str, content: Callable[[], str | bytes], text: str) -> Make:
    """Write a file, and a project that names it."""

    def write(folder: Path) -> Path:
        _written(name, content)(folder)
        (folder / "p.tblocks").write_text(text)
        return folder / "p.tblocks"

    return write


def _naming_odd(kind: str) -> Make:
    def write(folder: Path) -> Path:
        _odd(folder, kind)
        (folder / "p.tblocks").write_text(_ARRAY)
        return folder / "p.tblocks"

    return write


_ARRAY = project(
    [{"id": "c", "symbol": "Const", "pins": {"val": {"npz": "s.npz", "key": "w"}}}],
    snapshots={"s": {"npz": "s.npz"}}, results={"npz": "s.npz"},
)  # fmt: skip
_PYTHON = project([{"id": "c", "symbol": "python:blocks.py:f"}])

DAMAGING: dict[str, Make] = {
    **{f"project: {name}": _written("p.tblocks", text) for name, text in _texts().items()},
    **{f"array: {name}": _beside("s.npz", data, _ARRAY) for name, data in _arrays().items()},
    **{f"array: {kind}": _naming_odd(kind) for kind in ODD},
    **{f"Python: {name}": _beside("blocks.py", text, _PYTHON) for name, text in _sources().items()},
    **{f"page: {name}": _written("p.svg", text) for name, text in _pages().items()},
}
