"""What mouse, keys and menus do on a page: drags, wires pulled, keyboard wiring, search, texts, arranging.

Reaches the canvas through `CanvasContext` alone; imports feedback, viewport, overlays, page state, items and routing.
Every change that it makes is an edit of the document.
"""
