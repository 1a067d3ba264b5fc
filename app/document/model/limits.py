"""How large the numbers of a page may be: beyond, clocks, fields or the worker's pipe could not hold them."""

from __future__ import annotations

MOST_STEPS = 2**62 - 1
MOST_SECONDS = 1e8  # between two steps, or two hand-overs of the Variables: three years
MAX_NAME = 1000  # letters of a page's name, an id, a symbol, a pin: fields and lists show them whole
MAX_COORDINATE = 1e9  # scene units; beyond, drawing loses whole pixels
MAX_SIZE = 1e6  # scene units of a note or monitor
