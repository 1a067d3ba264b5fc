"""Small parts that every panel uses: fields, icons, dialogs, the theme.

Imports nothing else of the editor.
"""
