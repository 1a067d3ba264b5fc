"""Every change of a document: edits that can be undone, their history, the clipboard and the journal.

Imports the model, literals and storage. The editor and the fixes change a diagram only through it.
"""
