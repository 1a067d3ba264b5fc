"""The forms of what is selected: a block, a monitor, the page, its run settings.

They follow the document through the context; changes go out as edits. Imports the context, monitors' options, results'
summaries and widgets.
"""
