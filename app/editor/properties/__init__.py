"""The forms of what is selected: a block, a monitor, the page, its run settings.

They follow the document through the context; changes go out as edits. Imports the context, the texts of runs'
settings, monitors' options, results' summaries, the checks of typed texts and widgets.
"""
