"""What can be done, declared once: the table that gives menus, keys and the command palette.

Imports widgets only; the controllers supply what an action does.
"""
