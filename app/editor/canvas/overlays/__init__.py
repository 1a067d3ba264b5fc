"""What lies above the page: marks over items, the text at the cursor, the legend of dtypes, the mini-map.

Imports items, routing, the base classes of nodegraph and the theme; interactions and the canvas say what is shown.
"""
