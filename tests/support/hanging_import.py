"""A module whose import never ends, as that of a broken TensorFlow, or of one on a disk that does not answer."""

from __future__ import annotations

import os
from pathlib import Path

_PYTHON = "import threading; threading.Event().wait()"
_NATIVE = "import ctypes; ctypes.PyDLL(None).pause()"  # no other Python code runs any more


class Hanging:
    """The module, in a folder of its own. In ``native`` code it stops every thread of its process."""

    module = "hanging_import"

    def __init__(self, folder: Path, native: bool = False) -> None:
        """Write the module; ``folder`` is to be on the path."""
        self.folder = folder
        self._fifo = folder / "importing"
        if hasattr(os, "mkfifo"):
            os.mkfifo(self._fifo)
        code = f"import os; open({str(self._fifo)!r}, 'w').write(str(os.getpid()))\n"
        (folder / f"{self.module}.py").write_text(code + (_NATIVE if native else _PYTHON) + "\n")

    def wait(self) -> int:
        """Wait until a process imports the module; return its id."""
        return int(self._fifo.read_text())
