"""The canvas: a page of the document, drawn and edited through NodeGraphQt.

`page_canvas` joins the parts; each imports only what stands below it: interactions, feedback and viewport, overlays
and page state, items, routing and nodegraph. The window makes a canvas when a page is first shown; `render` draws a
page without one.
"""
