"""The main window and its frame: docks, tabs, bars, the start page, the status line.

Imports controllers, panels, properties, actions and the canvas.
"""
