"""The monitors of a page: widgets inside its frames that show the values of pins, or type into one; a file per kind.

They follow the results of a run as they stream in; `watching` names what a run has to read for them at each step.
Imports `app.editor.results`, `tensor_views`, `values`, widgets and the document; never the inspector, the canvas or the
window.
"""
