"""What tests of several packages share: stand-in engines, page builders, tables of mistakes, drivers of the window."""
