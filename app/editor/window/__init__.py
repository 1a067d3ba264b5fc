"""The main window and its frame: docks, tabs, bars, the start page, the status line.

It makes the context, the controllers and the panels of one project and connects their signals. Imports controllers,
panels, properties, actions, the canvas, monitors, runs and results; the application above it only connects to it.
"""
