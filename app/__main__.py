"""Lets ``python -m app`` stand in for the ``tensorblocks`` command."""

import sys

if __name__ == "__main__":
    try:
        from app.cli import main

        status = main()
    except KeyboardInterrupt:  # within the import; later ones are the command's
        status = 130
    sys.exit(status)
