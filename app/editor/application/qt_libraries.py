"""Says in words which system library Qt misses, and which package brings it."""

from __future__ import annotations

import importlib
import re
import sys

_MODULES = ("PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets")
_LIBRARY = re.compile(r"(lib[\w.+-]+?\.so[\w.]*)")

# Shared library (without its version) -> its package on Debian and Ubuntu, and on Fedora.
_PACKAGES: dict[str, tuple[str, str]] = {
    "libEGL": ("libegl1", "libglvnd-egl"),
    "libGL": ("libgl1", "libglvnd-glx"),
    "libGLX": ("libglx0", "libglvnd-glx"),
    "libOpenGL": ("libopengl0", "libglvnd-opengl"),
    "libxkbcommon": ("libxkbcommon0", "libxkbcommon"),
    "libxkbcommon-x11": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libfontconfig": ("libfontconfig1", "fontconfig"),
    "libfreetype": ("libfreetype6", "freetype"),
    "libdbus-1": ("libdbus-1-3", "dbus-libs"),
    "libglib-2.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0": ("libglib2.0-0", "glib2"),
    "libX11": ("libx11-6", "libX11"),
    "libxcb": ("libxcb1", "libxcb"),
    "libxcb-cursor": ("libxcb-cursor0", "xcb-util-cursor"),
    "libz": ("zlib1g", "zlib"),
    "libzstd": ("libzstd1", "libzstd"),
}


def explain(error: ImportError) -> str:
    """Return one line that says what the failed import of Qt needs."""
    text = str(error)
    found = _LIBRARY.search(text)
    if found:
        library = found[1]
        packages = _PACKAGES.get(library.split(".so", maxsplit=1)[0])
        if packages is None:
            return f"Qt needs the system library {library}: install the package that holds it"
        debian, fedora = packages
        return (
            f"Qt needs the system library {library}, which this machine lacks: install the package {debian} "
            f"(Debian, Ubuntu: apt-get install {debian}; Fedora: dnf install {fedora})"
        )
    if error.name and error.name.split(".")[0] in ("PySide6", "shiboken6", "NodeGraphQt", "Qt"):
        package = error.name.split(".")[0]
        return f"the editor needs the Python package {package}: install TensorBlocks again with pip"
    return f"Qt cannot be loaded: {text}"


def main() -> int:
    """Try to load Qt; return 0, or print what is missing and return 1."""
    try:
        for module in _MODULES:
            importlib.import_module(module)
    except ImportError as error:
        print(explain(error), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
