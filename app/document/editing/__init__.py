"""Every change of a document: edits that can be undone, their history, the clipboard and the journal.

Imports the model, storage, resources and formats (a document opens any file). The editor and the fixes change a
diagram only through it.
"""
