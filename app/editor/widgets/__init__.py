"""Small parts that every panel uses: fields, icons, dialogs, the menu of fixes, the theme.

Imports nothing else of the editor.
"""
