"""The Python file that a new Python block begins with: commented, and right as it stands."""

from __future__ import annotations

import keyword
from pathlib import Path

from app.document.model.python_symbol import PythonSymbol
from app.document.model.sentence import say, why_of
from app.document.storage.errors import FileProblem

_TEXT = '''"""A Python block of this project. The manual says more: Help > Manual, "Python blocks"."""

import numpy as np


# Each parameter is an input pin. A text says the dtype and the shape of its array, ? is any size; float, int, bool
# and str are one plain number or text. A default may stay: then the pin may be left empty.
def NAME(x: "float32 [?]", factor: float = 2.0) -> "float32 [?]":
    """Multiply all numbers by a factor (this text is the block's help)."""
    result = x * factor
    # What is returned must be as declared. For several results declare and return a dict:
    #     -> {"total": "float32 []", "count": "int32 []"}
    return result.astype(np.float32)
'''


def new_python_block(name: str, folder: Path) -> PythonSymbol:
    """Write ``NAME.py`` into the project's folder, with a function of that name; return its symbol.

    Raises FileProblem where the name is no function's, or the file is there already or cannot be written.
    """
    file = f"{name}.py"
    if not name.isidentifier() or not name.isascii() or keyword.iskeyword(name) or name.startswith("_"):
        raise FileProblem(say("python.bad-name", name=name))
    try:
        with open(folder / file, "x", encoding="utf-8", newline="\n") as written:
            written.write(_TEXT.replace("NAME", name))
    except FileExistsError:
        raise FileProblem(say("python.file-exists", file=file)) from None
    except OSError as fault:
        raise FileProblem(say("file.unsavable", why=why_of(fault)), file=file) from None
    return PythonSymbol(file, name)
