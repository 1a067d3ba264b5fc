"""What mouse and keys do on a page: drags, wires pulled, keyboard wiring, search, the pin editor.

Reaches the page through `CanvasContext`; imports items and page state.
"""
