"""The desktop program (Qt only here; never imports TensorFlow).

From above: the application and its windows; the controllers, which do what actions and panels ask for; the context,
which all of them share instead of knowing each other; analysis and the canvas; runs and their results; at the bottom
what draws and computes. Imports `app.engine`, `app.document` and `app.messages`; only the command line imports it.
"""
