"""NodeGraphQt, and nowhere else: its private names, its quirks, and what we switch off.

NodeGraphQt 0.6.44 gives the view, the scene and the item classes. Its model, undo stack, clipboard, session files,
wire rules, layout and shortcuts are never used: a page lives in `app.document`, and every gesture becomes an edit.
A contract test (tests/editor/canvas/nodegraph) ties each name used here to the pinned version.

Imports nothing of ours. The canvas shows a page through it; no other package imports NodeGraphQt.
"""
