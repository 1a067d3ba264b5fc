"""The command line: every command, its exit status, and what goes to stdout and to stderr.

`parser` says what can be typed, `program` calls the module of the command. Imports everything else, late;
nothing imports it.
"""

import sys  # which is there already; any other import, of __future__ too, would look for a file outside of the try


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit status; ``argv`` stands in for the process's own arguments.

    Imports are made in here, so that Ctrl-C before the command begins is no traceback either. Nor is it one after
    the end: from then on it ends the process as the system does.
    """
    try:
        from app.cli.program import run_program

        return run_program(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        print("tensorblocks: interrupted", file=sys.stderr)
        return 130
    finally:
        if argv is None:
            _leave_ctrl_c_to_the_system()


def _leave_ctrl_c_to_the_system() -> None:
    import signal  # late, as all imports

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def edit_main() -> int:
    """Open the editor; the entry point for starting without a terminal."""
    return main(["edit", *sys.argv[1:]])
