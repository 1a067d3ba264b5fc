"""The command line: every command, its exit status, and what goes to stdout and to stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; ``argv`` stands in for the process's own arguments."""
    from app.cli.program import run_program

    return run_program(sys.argv[1:] if argv is None else list(argv))


def edit_main() -> int:
    """Open the editor; the entry point for starting without a terminal."""
    return main(["edit", *sys.argv[1:]])
