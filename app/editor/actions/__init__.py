"""What can be done, declared once: the table that gives menus, keys and the command palette.

The controllers supply what an action does; the states of the window (`states`) say when it may be used. Imports the
context and widgets.
"""
