"""The format in which a symbol is dragged from the palette onto a page: its name in UTF-8."""

SYMBOL_MIME = "application/x-tensorblocks-symbol"
