"""Lets ``python -m app`` stand in for the ``tensorblocks`` command."""

from __future__ import annotations

import sys

from app.cli import main

if __name__ == "__main__":
    sys.exit(main())
