"""What mouse, keys and menus do on a page: drags, wires pulled, keyboard wiring, search, texts, arranging.

Reaches the canvas through `CanvasContext` alone; imports feedback, viewport and what stands below them, the layout, the
kinds of monitors, results' summaries and the checks of typed texts.
Every change that it makes is an edit of the document.
"""
