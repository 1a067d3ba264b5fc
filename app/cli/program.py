"""Runs one command: parses, dispatches, and turns every end into an exit status and at most one line."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.cli.exits import DONE, FAILED, INTERRUPTED, USAGE, Refused
from app.cli.parser import build_parser
from app.cli.stopping import ctrl_c_interrupts

if TYPE_CHECKING:
    import argparse

    Command = Callable[[argparse.Namespace], int]

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def run_program(argv: Sequence[str]) -> int:
    """Run the command line ``argv`` (without the program's name); return its exit status, raise nothing."""
    _open_missing_streams()
    _accept_any_character()
    try:
        with ctrl_c_interrupts():
            status = _dispatch(argv)
            sys.stdout.flush()
        return status
    except Refused as refusal:
        print(f"tensorblocks: {refusal}", file=sys.stderr)
        return refusal.status
    except KeyboardInterrupt:
        print("tensorblocks: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        return _after_broken_pipe()
    except OSError as error:
        return _after_full_disk(error) if error.errno in _FULL else _unexpected(error)
    except Exception as error:
        return _unexpected(error)


def _open_missing_streams() -> None:
    """Write to nowhere where the caller closed stdout or stderr (``>&-``, or a program without a console)."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (for the whole process)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def _accept_any_character() -> None:
    """Let a terminal of few characters show escapes for the others, rather than fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _dispatch(argv: Sequence[str]) -> int:
    """Parse and run; argparse's own exits become statuses."""
    parser = build_parser()
    try:
        options = parser.parse_args(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else USAGE
    if options.version:
        return _print_version()
    if options.command is None:
        parser.print_help(sys.stderr)
        return USAGE
    return _command(options.command)(options)


def _command(name: str) -> Command:
    """Import the one command that is asked for, and nothing else."""
    if name == "run":
        from app.cli.run import run

        return run
    if name == "serve":
        from app.cli.serve import serve

        return serve
    if name == "sweep":
        from app.cli.sweep import sweep

        return sweep
    if name == "check":
        from app.cli.check import check

        return check
    if name == "convert":
        from app.cli.convert import convert

        return convert
    if name == "export":
        from app.cli.export import export

        return export
    if name == "blocks":
        from app.cli.blocks import blocks

        return blocks
    from app.cli import desktop

    return desktop.picture if name == "picture" else desktop.edit


def _print_version() -> int:
    """Print the installed version, or say that the program runs from an unpacked folder."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        print(f"tensorblocks {version('tensorblocks')}")
    except PackageNotFoundError:
        print("tensorblocks (not installed: no version)")
    return DONE


def _after_full_disk(error: OSError) -> int:
    """Our output, or a file that we write, no longer fits: say so, and keep the last flush quiet."""
    file = f" {error.filename}" if error.filename else ""
    print(f"tensorblocks: cannot write{file}: {error.strerror}", file=sys.stderr)
    _write_to_nowhere()
    return FAILED


def _after_broken_pipe() -> int:
    """The reader of our output went away, as ``head`` does: end quietly, and keep the last flush quiet."""
    _write_to_nowhere()
    return DONE


def _write_to_nowhere() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  (stands in until the process ends)
    finally:
        os.close(nowhere)


def _unexpected(error: Exception) -> int:
    """Write the details to the log and show one line."""
    from app.cli.log import write_details

    log = write_details(error)
    where = f"details are in {log}" if log else "the details could not be written to a log file"
    text = " ".join(str(error).split()) or type(error).__name__
    print(f"tensorblocks: unexpected {type(error).__name__}: {text[:300]} ({where})", file=sys.stderr)
    return FAILED
