"""The environment that workers are started with: what they need, by name, and a home of their own."""

from __future__ import annotations

import os
import site
from collections.abc import Mapping

_NAMES = frozenset({"PATH", "LANG", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT", "PYTHONPATH", "PYTHONUSERBASE"})
_BEGINNINGS = ("LC_", "TF_", "CUDA_", "OMP_")


def worker_environment(home: str, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a process that runs diagrams; ``home`` is a private folder.

    It is for the execution of a program: what a process was once given there, all that runs in it can read.
    """
    given = os.environ if given is None else given
    found = {name: text for name, text in given.items() if _is_needed(name)}
    if site.ENABLE_USER_SITE and site.USER_BASE:
        found.setdefault(
            "PYTHONUSERBASE", site.USER_BASE
        )  # else a new home would hide what is installed there
    found |= dict.fromkeys(("HOME", "TMPDIR"), home)
    if os.name == "nt":
        found |= dict.fromkeys(("USERPROFILE", "TEMP", "TMP"), home)
    found["KERAS_HOME"] = os.path.join(home, "keras")
    return found


def _is_needed(name: str) -> bool:
    plain = name.upper() if os.name == "nt" else name
    return plain in _NAMES or plain.startswith(_BEGINNINGS)
